//! Lengths to note values: what of a voice stands in one bar.

use music::Pitch;

use super::grid::{Bar, shortest};
use super::parts::Chord;

/// How long a written note is, without its dots; each is half of the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum NoteValue {
    Breve,
    Whole,
    Half,
    Quarter,
    Eighth,
    Sixteenth,
    ThirtySecond,
    SixtyFourth,
    HundredTwentyEighth,
}

impl NoteValue {
    /// All, from the longest down.
    const ALL: [Self; 9] = [
        Self::Breve,
        Self::Whole,
        Self::Half,
        Self::Quarter,
        Self::Eighth,
        Self::Sixteenth,
        Self::ThirtySecond,
        Self::SixtyFourth,
        Self::HundredTwentyEighth,
    ];

    /// Its name in MusicXML.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Breve => "breve",
            Self::Whole => "whole",
            Self::Half => "half",
            Self::Quarter => "quarter",
            Self::Eighth => "eighth",
            Self::Sixteenth => "16th",
            Self::ThirtySecond => "32nd",
            Self::SixtyFourth => "64th",
            Self::HundredTwentyEighth => "128th",
        }
    }

    /// How many flags or beams it has: 1 for an eighth.
    #[must_use]
    pub fn flags(self) -> usize {
        (self as usize).saturating_sub(Self::Quarter as usize)
    }
}

/// A chord or rest with one note value.
#[derive(Clone, Debug, PartialEq)]
pub struct Symbol {
    /// Ticks from the beginning of the piece.
    pub start: i64,
    /// Ticks that it lasts.
    pub length: i64,
    /// From low to high. No pitches: a rest.
    pub pitches: Vec<Pitch>,
    /// `None` for a rest that fills a bar.
    pub value: Option<NoteValue>,
    /// Whether it is half as long again as its value.
    pub dotted: bool,
    /// Three in the time of two.
    pub in_triplet: bool,
    /// Whether it is the first of the three.
    pub triplet_starts: bool,
    /// Whether it is the last of them.
    pub triplet_stops: bool,
    /// Whether it goes on from the symbol before.
    pub tied_back: bool,
    /// Whether the symbol behind goes on from it.
    pub tied_on: bool,
}

/// A stretch of a voice within a bar: of a chord, or silence.
struct Stretch<'a> {
    start: i64,
    end: i64,
    chord: Option<&'a Chord>,
}

/// The symbols of a voice in `bar`, which they fill.
#[must_use]
pub fn symbols(chords: &[Chord], bar: &Bar, divisions: i64) -> Vec<Symbol> {
    let first = chords.partition_point(|chord| chord.end <= bar.start);
    let inside = chords[first..].iter().take_while(|chord| chord.start < bar.end());
    let mut stretches = Vec::new();
    let mut place = bar.start;
    for chord in inside {
        let (start, end) = (chord.start.max(bar.start), chord.end.min(bar.end()));
        if place < start {
            stretches.push(Stretch { start: place, end: start, chord: None });
        }
        stretches.push(Stretch { start, end, chord: Some(chord) });
        place = end;
    }
    // In a bar that is cut short, a rest for the whole bar would be taken for a full one by some programs.
    if stretches.is_empty() && bar.is_full(divisions) {
        return vec![symbol(bar.start, bar.length, None, (None, false))];
    }
    if place < bar.end() {
        stretches.push(Stretch { start: place, end: bar.end(), chord: None });
    }
    let triplets = triplets(&stretches, bar, divisions);
    let mut symbols = Vec::new();
    for stretch in &stretches {
        write_stretch(stretch, bar, &triplets, divisions, &mut symbols);
    }
    symbols
}

/// Pairs of beats, beats and half beats, as ticks where they begin and end, in which places do not fit halves of
/// halves.
fn triplets(stretches: &[Stretch<'_>], bar: &Bar, divisions: i64) -> Vec<(i64, i64)> {
    let cuts: Vec<i64> = stretches.iter().map(|stretch| stretch.start - bar.start).collect();
    let mut triplets: Vec<(i64, i64)> = Vec::new();
    add_triplets(&cuts, 2 * divisions, bar.length, divisions, &mut triplets);
    for (start, end) in &mut triplets {
        (*start, *end) = (*start + bar.start, *end + bar.start);
    }
    triplets
}

/// Adds the triplets of windows of `window` ticks, or of windows half as long where those do not do.
fn add_triplets(
    cuts: &[i64],
    window: i64,
    bar_length: i64,
    divisions: i64,
    triplets: &mut Vec<(i64, i64)>,
) {
    let odd = |cut: &i64| cut % shortest(divisions) != 0;
    // Thirds of a pair of beats; a beat and half a beat may have sixths of a beat.
    let unit = if window > divisions { window / 3 } else { divisions / 6 };
    for inside in cuts.chunk_by(|a, b| a / window == b / window) {
        let start = inside[0] / window * window;
        let fits = inside.iter().all(|cut| (cut - start) % unit == 0);
        if !inside.iter().any(odd) {
            continue;
        }
        if 2 * window <= divisions || (fits && start + window <= bar_length) {
            triplets.push((start, start + window));
        } else {
            add_triplets(inside, window / 2, bar_length, divisions, triplets);
        }
    }
}

/// Writes a stretch as one symbol or several that are tied.
fn write_stretch(
    stretch: &Stretch<'_>,
    bar: &Bar,
    triplets: &[(i64, i64)],
    divisions: i64,
    symbols: &mut Vec<Symbol>,
) {
    let first = symbols.len();
    let mut place = stretch.start;
    while place < stretch.end {
        let triplet = triplets.get(triplets.partition_point(|(_, end)| *end <= place));
        match triplet {
            Some((start, end)) if *start <= place => {
                let stop = stretch.end.min(*end);
                write_triplet(place..stop, (*start, *end), stretch.chord, divisions, symbols);
                place = stop;
            }
            _ => {
                let stop = triplet.map_or(stretch.end, |(start, _)| stretch.end.min(*start));
                write_plain(place..stop, bar, stretch.chord, divisions, symbols);
                place = stop;
            }
        }
    }
    let Some(chord) = stretch.chord else { return };
    for symbol in &mut symbols[first..] {
        symbol.tied_back = symbol.start > chord.start;
        symbol.tied_on = symbol.start + symbol.length < chord.end;
    }
}

fn symbol(
    start: i64,
    length: i64,
    chord: Option<&Chord>,
    (value, dotted): (Option<NoteValue>, bool),
) -> Symbol {
    Symbol {
        start,
        length,
        pitches: chord.map(|chord| chord.pitches.clone()).unwrap_or_default(),
        value,
        dotted,
        in_triplet: false,
        triplet_starts: false,
        triplet_stops: false,
        tied_back: false,
        tied_on: false,
    }
}

/// Note values of a triplet by their length in sixths of a beat.
fn write_triplet(
    range: std::ops::Range<i64>,
    (start, end): (i64, i64),
    chord: Option<&Chord>,
    divisions: i64,
    symbols: &mut Vec<Symbol>,
) {
    let sixth = divisions / 6;
    let mut place = range.start;
    while place < range.end {
        let sixths = (range.end - place) / sixth;
        let (sixths, value, dotted) = match sixths {
            8.. => (8, NoteValue::Half, false),
            6.. => (6, NoteValue::Quarter, true),
            4.. => (4, NoteValue::Quarter, false),
            3 => (3, NoteValue::Eighth, true),
            2 => (2, NoteValue::Eighth, false),
            _ => (1, NoteValue::Sixteenth, false),
        };
        let length = (sixths * sixth).min(range.end - place);
        let mut symbol = symbol(place, length, chord, (Some(value), dotted));
        symbol.in_triplet = true;
        symbol.triplet_starts = place == start;
        symbol.triplet_stops = place + length == end;
        symbols.push(symbol);
        place += length;
    }
}

/// Note values without triplets. A note may stand across a beat by one half of its value at most; a rest may not.
fn write_plain(
    range: std::ops::Range<i64>,
    bar: &Bar,
    chord: Option<&Chord>,
    divisions: i64,
    symbols: &mut Vec<Symbol>,
) {
    let mut place = range.start;
    while place < range.end {
        let mut stop = range.end;
        if let Some(beat) = bar.compound_beat(divisions) {
            let on_beat = |place: i64| (place - bar.start) % beat == 0;
            let next = place + beat - (place - bar.start) % beat;
            if stop > next && !(on_beat(place) && on_beat(stop)) {
                stop = next;
            }
        }
        let (length, value, dotted) =
            value(place - bar.start, stop - place, chord.is_some(), divisions);
        symbols.push(symbol(place, length, chord, (Some(value), dotted)));
        place += length;
    }
}

/// The note value for `length` at `place` in a bar, or the longest that may begin there.
fn value(place: i64, length: i64, is_note: bool, divisions: i64) -> (i64, NoteValue, bool) {
    let unit = shortest(divisions);
    let mut longest = (unit, NoteValue::HundredTwentyEighth, false);
    let mut found = false;
    for (index, name) in NoteValue::ALL.into_iter().enumerate() {
        let plain = (8 * divisions) >> index;
        if plain < unit {
            break;
        }
        let dotted = (plain % 2 == 0 && plain / 2 >= unit).then_some((plain + plain / 2, true));
        for (value, is_dotted) in dotted.into_iter().chain([(plain, false)]) {
            let whole = value == length && is_note && place % (plain / 2).max(1) == 0;
            if whole {
                return (value, name, is_dotted);
            }
            // A dotted value in the midst of a bar would leave the rest of the note off the beat.
            let aligned = place % plain == 0 && (!is_dotted || place == 0);
            if !found && value <= length && aligned {
                (longest, found) = ((value, name, is_dotted), true);
            }
        }
    }
    // Off every grid: whatever is left, which the caller has made sure to be little.
    if found { longest } else { (length.min(unit), longest.1, false) }
}
