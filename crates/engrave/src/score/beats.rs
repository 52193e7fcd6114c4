//! Which notes of a bar are under one beam.

use formats::layout::Bar;

use super::item::Item;

/// Where beams begin at the latest, in ticks of a bar.
struct Beats {
    /// At which a beam of any notes ends.
    beats: Vec<i64>,
    /// At which a beam of eighths alone ends.
    spans: Vec<i64>,
    /// Ticks of a full bar that come before a pick-up.
    before: i64,
}

impl Beats {
    fn new(bar: &Bar, divisions: i64) -> Self {
        let (upper, lower) = bar.meter;
        let full = 4 * divisions * i64::from(upper) / i64::from(lower).max(1);
        let before = if bar.is_pickup { (full - bar.length).max(0) } else { 0 };
        let length = bar.length + before;
        let every = |step: i64| (0..length).step_by(step.max(1) as usize).collect::<Vec<_>>();
        let eighths =
            |places: &[i64]| places.iter().map(|place| place * divisions / 2).collect::<Vec<_>>();
        let full_bar = Bar { is_pickup: false, ..*bar };
        let (beats, spans) = match (upper, lower) {
            (3, 8) => (vec![0], vec![0]),
            (5, 8) => (eighths(&[0, 3]), eighths(&[0, 3])),
            (7, 8) => (eighths(&[0, 2, 4]), eighths(&[0, 2, 4])),
            _ => match full_bar.compound_beat(divisions) {
                Some(beat) => (every(beat), every(beat)),
                None if matches!((upper, lower), (2 | 3, 4)) => (every(divisions), vec![0]),
                None if matches!((upper, lower), (4, 4) | (2, 2)) => {
                    (every(divisions), every(2 * divisions))
                }
                None => (every(divisions), every(divisions)),
            },
        };
        Self { beats, spans, before }
    }

    /// Which beat and which span a place of the bar is in.
    fn of(&self, place: i64) -> (usize, usize) {
        let index = |starts: &[i64]| starts.partition_point(|start| *start <= place + self.before);
        (index(&self.beats), index(&self.spans))
    }
}

/// The notes under each beam, as places in `items`, which are of one voice and fill `bar`.
pub(super) fn beams(items: &[Item], bar: &Bar, divisions: i64) -> Vec<Vec<usize>> {
    let beats = Beats::new(bar, divisions);
    let place: Vec<(usize, usize)> =
        items.iter().map(|item| beats.of(item.symbol.start - bar.start)).collect();
    // A span that has nothing but eighths.
    let is_plain = |span: usize| {
        let inside = items.iter().zip(&place).filter(|(_, (_, of))| *of == span);
        inside
            .map(|(item, _)| item)
            .all(|item| item.flags() == 1 && !item.symbol.dotted && !item.symbol.in_triplet)
    };
    let mut beams: Vec<Vec<usize>> = Vec::new();
    let mut open = false;
    for (index, item) in items.iter().enumerate() {
        if item.flags() == 0 {
            open = false;
            continue;
        }
        let joins = open && {
            let ((beat, span), (last_beat, last_span)) = (place[index], place[index - 1]);
            beat == last_beat || (span == last_span && is_plain(span))
        };
        match beams.last_mut() {
            Some(beam) if joins => beam.push(index),
            _ => beams.push(vec![index]),
        }
        open = true;
    }
    beams.retain(|beam| beam.len() > 1);
    beams
}
