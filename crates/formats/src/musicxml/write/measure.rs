//! Measures of one part.

use std::collections::BTreeMap;

use music::Pitch;

use super::document::Document;
use super::harmony;
use crate::layout::grid::Bar;
use crate::layout::marks::{Mark, Marks};
use crate::layout::notation::{Symbol, symbols};
use crate::layout::parts::{Chord, Part};
use crate::layout::spelling::{Spelling, signature};

/// Voices that stand on one staff; more are not drawn by most programs.
const VOICES_OF_STAFF: usize = 4;

/// The mean pitch under which a staff has the bass clef.
const BASS_BELOW: f64 = 57.0;

/// A part with its voices put on staves.
pub(super) struct Staves<'a> {
    voices: Vec<(u16, &'a [Chord])>,
    count: usize,
}

impl<'a> Staves<'a> {
    pub(super) fn new(part: &'a Part) -> Self {
        let voices: Vec<_> =
            part.voices.iter().map(|(number, chords)| (*number, chords.as_slice())).collect();
        Self { count: voices.len().div_ceil(VOICES_OF_STAFF), voices }
    }

    /// Whether a staff lies low.
    fn is_bass(&self, staff: usize) -> bool {
        let voices = self.voices.chunks(VOICES_OF_STAFF).nth(staff).unwrap_or_default();
        let pitches = || voices.iter().flat_map(|(_, chords)| *chords).flat_map(|it| &it.pitches);
        let count = pitches().count();
        let sum: f64 = pitches().map(|pitch| f64::from(*pitch)).sum();
        count > 0 && sum / (count as f64) < BASS_BELOW
    }
}

/// What stays the same through a part.
struct Writer<'a> {
    staves: &'a Staves<'a>,
    divisions: i64,
    /// Sharps in force.
    fifths: i32,
    document: &'a mut Document,
}

pub(super) fn write_part(
    staves: &Staves<'_>,
    bars: &[Bar],
    marks: &Marks,
    has_marks: bool,
    divisions: i64,
    document: &mut Document,
) {
    let mut writer = Writer { staves, divisions, fifths: 0, document };
    // A pick-up is measure 0.
    let first_number = usize::from(!bars.first().is_some_and(|bar| bar.is_pickup));
    let mut meter = None;
    for (index, bar) in bars.iter().enumerate() {
        let label = (first_number + index).to_string();
        let implicit: &[(&str, &str)] = if bar.is_pickup { &[("implicit", "yes")] } else { &[] };
        writer.document.open("measure", &[&[("number", label.as_str())], implicit].concat());
        let key = marks.keys.get(&index).map(signature);
        writer.attributes(index == 0, key, (meter != Some(bar.meter)).then_some(bar.meter));
        meter = Some(bar.meter);
        let end = if index + 1 == bars.len() { i64::MAX } else { bar.end() };
        let events = if has_marks { marks.within(bar.start..end) } else { &[] };
        writer.measure(bar, events);
        if index + 1 == bars.len() {
            writer.document.open("barline", &[("location", "right")]);
            writer.document.leaf("bar-style", "light-heavy");
            writer.document.close();
        }
        writer.document.close();
    }
}

impl Writer<'_> {
    fn attributes(
        &mut self,
        is_first: bool,
        key: Option<(i32, Option<&'static str>)>,
        meter: Option<(u32, u32)>,
    ) {
        if !is_first && key.is_none() && meter.is_none() {
            return;
        }
        self.document.open("attributes", &[]);
        if is_first {
            self.document.leaf("divisions", self.divisions);
        }
        if let Some((fifths, mode)) = key {
            self.fifths = fifths;
            self.document.open("key", &[]);
            self.document.leaf("fifths", fifths);
            if let Some(mode) = mode {
                self.document.leaf("mode", mode);
            }
            self.document.close();
        }
        if let Some((upper, lower)) = meter {
            self.document.open("time", &[]);
            self.document.leaf("beats", upper);
            self.document.leaf("beat-type", lower);
            self.document.close();
        }
        if is_first {
            if self.staves.count > 1 {
                self.document.leaf("staves", self.staves.count);
            }
            for staff in 0..self.staves.count {
                let (sign, line) = if self.staves.is_bass(staff) { ("F", 4) } else { ("G", 2) };
                let number = (staff + 1).to_string();
                self.document.open("clef", &[("number", number.as_str())]);
                self.document.leaf("sign", sign);
                self.document.leaf("line", line);
                self.document.close();
            }
        }
        self.document.close();
    }

    fn measure(&mut self, bar: &Bar, events: &[(i64, Mark)]) {
        let voices = self.staves.voices.iter().enumerate();
        let voices: Vec<(usize, u16, Vec<Symbol>)> = voices
            .map(|(index, (number, chords))| (index, *number, symbols(chords, bar, self.divisions)))
            // Only the first voice of a staff shows that nothing happens.
            .filter(|(index, _, symbols)| index % VOICES_OF_STAFF == 0 || !is_silent(symbols))
            .collect();
        let accidentals = self.accidentals(&voices);
        for (position, (index, number, symbols)) in voices.iter().enumerate() {
            if position > 0 {
                self.document.open("backup", &[]);
                self.document.leaf("duration", bar.length);
                self.document.close();
            }
            let staff = (self.staves.count > 1).then_some(index / VOICES_OF_STAFF + 1);
            for (place, symbol) in symbols.iter().enumerate() {
                if position == 0 {
                    let last = place + 1 == symbols.len();
                    self.events(events, symbol, last);
                }
                let signs = accidentals.get(&(symbol.start, *number));
                self.symbol(symbol, *number, staff, signs.map_or(&[], Vec::as_slice));
            }
        }
    }

    /// Writes the marks that fall into `symbol`.
    fn events(&mut self, events: &[(i64, Mark)], symbol: &Symbol, is_last: bool) {
        let end = if is_last { i64::MAX } else { symbol.start + symbol.length };
        let first = events.partition_point(|(place, _)| *place < symbol.start);
        for (place, mark) in events[first..].iter().take_while(|(place, _)| *place < end) {
            let offset = place - symbol.start;
            match mark {
                Mark::Chord(figure) => harmony::write(figure, offset, self.document),
                Mark::Tempo(qpm) => self.tempo(*qpm, offset),
            }
        }
    }

    fn tempo(&mut self, qpm: f64, offset: i64) {
        let document = &mut *self.document;
        document.open("direction", &[("placement", "above")]);
        document.open("direction-type", &[]);
        document.open("metronome", &[]);
        document.leaf("beat-unit", "quarter");
        document.leaf("per-minute", (qpm * 100.0).round() / 100.0);
        document.close();
        document.close();
        if offset > 0 {
            document.leaf_with("offset", &[("sound", "yes")], offset);
        }
        document.empty("sound", &[("tempo", &qpm.to_string())]);
        document.close();
    }

    /// The accidentals of the notes of each symbol, by start and voice: those that neither the signature nor a note
    /// before in the bar gives.
    fn accidentals(
        &self,
        voices: &[(usize, u16, Vec<Symbol>)],
    ) -> BTreeMap<(i64, u16), Vec<Option<&'static str>>> {
        let mut all: Vec<(i64, usize, u16, &Symbol)> = Vec::new();
        for (index, number, symbols) in voices {
            all.extend(symbols.iter().map(|it| (it.start, index / VOICES_OF_STAFF, *number, it)));
        }
        all.sort_by_key(|(start, staff, number, _)| (*start, *staff, *number));
        let mut in_force: BTreeMap<(usize, char, i32), i32> = BTreeMap::new();
        let mut accidentals = BTreeMap::new();
        for (start, staff, number, symbol) in all {
            let sign = |pitch: &Pitch| {
                let spelling = Spelling::new(*pitch, self.fifths);
                let key = (staff, spelling.step, spelling.octave);
                let known = in_force.get(&key).copied().unwrap_or(spelling.signature(self.fifths));
                if known == spelling.alter || symbol.tied_back {
                    return None;
                }
                in_force.insert(key, spelling.alter);
                spelling.accidental()
            };
            accidentals.insert((start, number), symbol.pitches.iter().map(sign).collect());
        }
        accidentals
    }

    fn symbol(
        &mut self,
        symbol: &Symbol,
        voice: u16,
        staff: Option<usize>,
        accidentals: &[Option<&'static str>],
    ) {
        if symbol.pitches.is_empty() {
            return self.note(symbol, None, false, voice, staff, None);
        }
        for (index, pitch) in symbol.pitches.iter().enumerate() {
            let sign = accidentals.get(index).copied().flatten();
            self.note(symbol, Some(*pitch), index > 0, voice, staff, sign);
        }
    }

    fn note(
        &mut self,
        symbol: &Symbol,
        pitch: Option<Pitch>,
        in_chord: bool,
        voice: u16,
        staff: Option<usize>,
        accidental: Option<&str>,
    ) {
        let fifths = self.fifths;
        let document = &mut *self.document;
        document.open("note", &[]);
        if in_chord {
            document.empty("chord", &[]);
        }
        match pitch {
            Some(pitch) => {
                let Spelling { step, alter, octave } = Spelling::new(pitch, fifths);
                document.open("pitch", &[]);
                document.leaf("step", step);
                if alter != 0 {
                    document.leaf("alter", alter);
                }
                document.leaf("octave", octave);
                document.close();
            }
            None if symbol.value.is_none() => document.empty("rest", &[("measure", "yes")]),
            None => document.empty("rest", &[]),
        }
        document.leaf("duration", symbol.length);
        for (tied, kind) in [(symbol.tied_back, "stop"), (symbol.tied_on, "start")] {
            if tied {
                document.empty("tie", &[("type", kind)]);
            }
        }
        document.leaf("voice", voice);
        if let Some(value) = symbol.value {
            document.leaf("type", value);
        }
        if symbol.dotted {
            document.empty("dot", &[]);
        }
        if let Some(accidental) = accidental {
            document.leaf("accidental", accidental);
        }
        if symbol.in_triplet {
            document.open("time-modification", &[]);
            document.leaf("actual-notes", 3);
            document.leaf("normal-notes", 2);
            document.close();
        }
        if let Some(staff) = staff {
            document.leaf("staff", staff);
        }
        notations(symbol, in_chord, document);
        document.close();
    }
}

/// Ties and the brackets of triplets; those stand at the first note of a chord alone.
fn notations(symbol: &Symbol, in_chord: bool, document: &mut Document) {
    let (starts, stops) = (symbol.triplet_starts && !in_chord, symbol.triplet_stops && !in_chord);
    if !(symbol.tied_back || symbol.tied_on || starts || stops) {
        return;
    }
    document.open("notations", &[]);
    for (holds, name, kind) in [
        (symbol.tied_back, "tied", "stop"),
        (symbol.tied_on, "tied", "start"),
        (starts, "tuplet", "start"),
        (stops, "tuplet", "stop"),
    ] {
        if holds {
            document.empty(name, &[("type", kind)]);
        }
    }
    document.close();
}

fn is_silent(symbols: &[Symbol]) -> bool {
    symbols.iter().all(|symbol| symbol.pitches.is_empty())
}
