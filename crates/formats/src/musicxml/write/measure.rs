//! Measures of one part.

use music::Pitch;

use super::document::Document;
use super::harmony;
use crate::layout::{
    Bar, Clef, Mark, Marks, Spelling, Staff, Symbol, VoiceSymbols, signature, signs, symbols,
};

/// What stays the same through a part.
struct Writer<'a> {
    staves: &'a [Staff<'a>],
    divisions: i64,
    /// Sharps in force.
    fifths: i32,
    document: &'a mut Document,
}

pub(super) fn write_part(
    staves: &[Staff<'_>],
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
            if self.staves.len() > 1 {
                self.document.leaf("staves", self.staves.len());
            }
            for (number, staff) in (1..).zip(self.staves) {
                self.clef(number, staff.clef);
            }
        }
        self.document.close();
    }

    fn clef(&mut self, staff: usize, clef: Clef) {
        let (sign, line) = if clef == Clef::Bass { ("F", 4) } else { ("G", 2) };
        self.document.open("clef", &[("number", &staff.to_string())]);
        self.document.leaf("sign", sign);
        self.document.leaf("line", line);
        if clef == Clef::TrebleLow {
            self.document.leaf("clef-octave-change", -1);
        }
        self.document.close();
    }

    fn measure(&mut self, bar: &Bar, events: &[(i64, Mark)]) {
        let mut is_first = true;
        for (number, staff) in (1..).zip(self.staves) {
            let voices: Vec<VoiceSymbols> = staff
                .voices
                .iter()
                .map(|(voice, chords)| (*voice, symbols(chords, bar, self.divisions)))
                .enumerate()
                // Only the first voice of a staff shows that nothing happens.
                .filter(|(index, (_, symbols))| *index == 0 || !is_silent(symbols))
                .map(|(_, voice)| voice)
                .collect();
            let signs = signs(&voices, self.fifths);
            let staff = (self.staves.len() > 1).then_some(number);
            for (voice, symbols) in &voices {
                if !is_first {
                    self.document.open("backup", &[]);
                    self.document.leaf("duration", bar.length);
                    self.document.close();
                }
                for (place, symbol) in symbols.iter().enumerate() {
                    if is_first {
                        let last = place + 1 == symbols.len();
                        self.events(events, symbol, last);
                    }
                    let signs = signs.get(&(symbol.start, *voice));
                    self.symbol(symbol, *voice, staff, signs.map_or(&[], Vec::as_slice));
                }
                is_first = false;
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

    fn symbol(&mut self, symbol: &Symbol, voice: u16, staff: Option<usize>, signs: &[bool]) {
        if symbol.pitches.is_empty() {
            return self.note(symbol, None, false, voice, staff, false);
        }
        for (index, pitch) in symbol.pitches.iter().enumerate() {
            let has_sign = signs.get(index).copied().unwrap_or(false);
            self.note(symbol, Some(*pitch), index > 0, voice, staff, has_sign);
        }
    }

    fn note(
        &mut self,
        symbol: &Symbol,
        pitch: Option<Pitch>,
        in_chord: bool,
        voice: u16,
        staff: Option<usize>,
        has_sign: bool,
    ) {
        let spelling = pitch.map(|pitch| Spelling::new(pitch, self.fifths));
        let document = &mut *self.document;
        document.open("note", &[]);
        if in_chord {
            document.empty("chord", &[]);
        }
        match spelling {
            Some(Spelling { step, alter, octave }) => {
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
            document.leaf("type", value.name());
        }
        if symbol.dotted {
            document.empty("dot", &[]);
        }
        if let Some(accidental) = spelling.filter(|_| has_sign).and_then(Spelling::accidental) {
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
