//! Repeats and endings written out. Jumps by words (da capo, dal segno) are not followed.

use super::score::{Item, Measure, Part, Repeats, Score};
use super::warning::{WarningKind, Warnings};

/// How many times as long as its page a score may become.
const MAX_FACTOR: usize = 16;

/// Items of all parts that it may have then, if it has not more on the page.
const MAX_ITEMS: usize = 4_000_000;

/// Measures or endings among which one for the next pass is looked for.
const MAX_ENDINGS: usize = 1000;

/// The score with its measures in the order in which they are played.
pub(super) fn unfold(score: Score, warnings: &mut Warnings) -> Score {
    let Some(order) = order(&score) else {
        warnings.push(None, WarningKind::TooManyRepeats { factor: MAX_FACTOR });
        return score;
    };
    if order.is_sorted_by(|a, b| a + 1 == *b) {
        return score;
    }
    let parts = score.parts.iter().map(|part| Part {
        measures: unfold_part(&part.measures, &order),
        name: part.name.clone(),
        sounds: part.sounds.clone(),
    });
    Score { parts: parts.collect(), ..score }
}

/// What all parts together say about repeats, measure by measure, and how many items each has.
fn barlines(score: &Score) -> Vec<(Repeats, usize)> {
    let count = score.parts.iter().map(|part| part.measures.len()).max().unwrap_or(0);
    let mut barlines = vec![(Repeats::default(), 1); count];
    for part in &score.parts {
        for (measure, (all, items)) in part.measures.iter().zip(&mut barlines) {
            let own = &measure.repeats;
            all.forward |= own.forward;
            all.backward = all.backward.max(own.backward);
            all.ending_stops |= own.ending_stops;
            if all.ending.is_empty() {
                all.ending.clone_from(&own.ending);
            }
            *items += measure.items.len();
        }
    }
    barlines
}

/// Indices of measures in the order in which they are played; `None` if that is too long.
fn order(score: &Score) -> Option<Vec<usize>> {
    let barlines = barlines(score);
    let once: usize = barlines.iter().map(|(_, items)| items).sum();
    let mut budget = (MAX_FACTOR * once).min(MAX_ITEMS).max(once);
    let mut order = Vec::with_capacity(barlines.len());
    let (mut index, mut section, mut pass) = (0, 0, 1);
    let mut in_ending = false;
    while let Some((repeats, items)) = barlines.get(index) {
        if repeats.forward && index != section {
            (section, pass) = (index, 1);
        }
        if !repeats.ending.is_empty() {
            in_ending = repeats.ending.contains(&pass);
            if !in_ending {
                index = end_of_ending(&barlines, index) + 1;
                continue;
            }
        }
        budget = budget.checked_sub(*items)?;
        order.push(index);
        let again = repeats.backward.is_some_and(|times| match in_ending {
            true => has_ending_for(&barlines, section, index, pass + 1),
            false => pass < times,
        });
        let section_ends = repeats.backward.is_some() || (in_ending && repeats.ending_stops);
        in_ending &= !repeats.ending_stops;
        if again {
            pass += 1;
            index = section;
            in_ending = false;
            continue;
        }
        index += 1;
        if section_ends && barlines.get(index).is_none_or(|(next, _)| next.ending.is_empty()) {
            (section, pass) = (index, 1);
        }
    }
    Some(order)
}

/// The last measure of the ending that begins at `index`.
fn end_of_ending(barlines: &[(Repeats, usize)], index: usize) -> usize {
    let ends = |(repeats, _): &(Repeats, usize)| repeats.ending_stops || repeats.backward.is_some();
    barlines[index..].iter().position(ends).map_or(barlines.len() - 1, |length| index + length)
}

/// Whether one of the endings of the section that begins at `section` is for `pass`. They follow one another from
/// where the first begins; `index` is in one of them.
fn has_ending_for(barlines: &[(Repeats, usize)], section: usize, index: usize, pass: u32) -> bool {
    let section = section.max(index.saturating_sub(MAX_ENDINGS));
    let here = barlines[section..=index].iter().any(|(repeats, _)| repeats.ending.contains(&pass));
    let mut next = index + 1;
    for _ in 0..MAX_ENDINGS {
        match barlines.get(next) {
            Some((repeats, _)) if repeats.ending.contains(&pass) => return true,
            Some((repeats, _)) if !repeats.ending.is_empty() => {
                next = end_of_ending(barlines, next) + 1;
            }
            _ => break,
        }
    }
    here
}

/// The measures in that order; where it jumps, what was in force at the target is said again.
fn unfold_part(measures: &[Measure], order: &[usize]) -> Vec<Measure> {
    let states = states(measures);
    let mut unfolded = Vec::with_capacity(order.len());
    let mut expected = 0;
    for &index in order {
        let mut measure = measures.get(index).cloned().unwrap_or_default();
        if index != expected
            && let Some(state) = states.get(index)
        {
            let items = state
                .iter()
                .flatten()
                .map(|&(measure, item)| measures[measure as usize].items[item as usize].clone());
            measure.items.splice(0..0, items);
        }
        unfolded.push(measure);
        expected = index + 1;
    }
    unfolded
}

/// Where divisions, key, time signature, transposition and tempo that are in force were said: measure and item.
type State = [Option<(u32, u32)>; 5];

/// The state at the beginning of each measure.
fn states(measures: &[Measure]) -> Vec<State> {
    let mut state = State::default();
    let mut states = Vec::with_capacity(measures.len());
    for (number, measure) in measures.iter().enumerate() {
        states.push(state);
        for (index, item) in measure.items.iter().enumerate() {
            let place = match item {
                Item::Divisions(_) => 0,
                Item::Key(_) => 1,
                Item::Meter(_) => 2,
                Item::Transpose(_) => 3,
                Item::Tempo(_) => 4,
                _ => continue,
            };
            state[place] = Some((number as u32, index as u32));
        }
    }
    states
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Signs for each measure: `|:` forward, `:|` backward, `:|3` three times, `[1` ending, `]` its end.
    fn played(signs: &[&str]) -> Option<Vec<usize>> {
        let measure = |signs: &&str| {
            let mut repeats = Repeats::default();
            for sign in signs.split(' ') {
                match sign {
                    "|:" => repeats.forward = true,
                    "]" => repeats.ending_stops = true,
                    _ if sign.starts_with(":|") => {
                        repeats.backward = Some(sign[2..].parse().unwrap_or(2));
                    }
                    _ if sign.starts_with('[') => {
                        repeats.ending =
                            sign[1..].split(',').map(|it| it.parse().unwrap()).collect();
                    }
                    _ => {}
                }
            }
            Measure { repeats, ..Measure::default() }
        };
        let measures = signs.iter().map(measure).collect();
        order(&Score { parts: vec![Part { measures, ..Part::default() }], ..Score::default() })
    }

    #[test]
    fn sections_are_played_as_often_as_they_say() {
        assert_eq!(played(&["", "", ""]).unwrap(), [0, 1, 2]);
        assert_eq!(played(&["", ":|", "", ":|"]).unwrap(), [0, 1, 0, 1, 2, 3, 2, 3]);
        assert_eq!(played(&["", "|:", ":|3", ""]).unwrap(), [0, 1, 2, 1, 2, 1, 2, 3]);
        assert_eq!(played(&["|: :|", "|: :|"]).unwrap(), [0, 0, 1, 1]);
    }

    #[test]
    fn endings_are_chosen_by_pass() {
        let two = ["|:", "[1 ] :|", "[2 ]", "", ":|"];
        assert_eq!(played(&two).unwrap(), [0, 1, 0, 2, 3, 4, 3, 4]);
        let long = ["", "[1", "] :|", "[2", "]", ""];
        assert_eq!(played(&long).unwrap(), [0, 1, 2, 0, 3, 4, 5]);
        let three = ["|:", "[1,2 ] :|", "[3 ]"];
        assert_eq!(played(&three).unwrap(), [0, 1, 0, 1, 0, 2]);
        let closed = ["|:", "[1 ] :|", "[2 ] :|", "|:", ":|"];
        assert_eq!(played(&closed).unwrap(), [0, 1, 0, 2, 3, 4, 3, 4]);
    }

    #[test]
    fn senseless_repeats_come_to_an_end() {
        assert_eq!(played(&[":|4000000000"]), None);
        assert_eq!(played(&["[7", "[9"]).unwrap(), [0; 0]);
        assert!(played(&["|: [1", "[1 :|", "|: ] :|", "[2 :|9"]).is_some());
    }
}
