//! One voice, bar by bar.

use std::collections::HashMap;
use std::fmt::Write;
use std::ops::Range;

use music::Pitch;

use super::{inline, name};
use crate::fraction::Fraction;
use crate::layout::{Bar, Chord, Clef, Layout, Mark, Spelling, Symbol, signature, symbols};

/// A voice while it is written.
pub(super) struct VoiceWriter<'a> {
    pub(super) name: &'a str,
    pub(super) program: u8,
    pub(super) clef: Clef,
    chords: &'a [Chord],
    layout: &'a Layout,
    /// Sharps in force.
    fifths: i32,
    meter: (u32, u32),
    accidentals: Accidentals,
}

/// The accidentals of a bar.
///
/// Programs do not agree whether one holds in its own octave or in all: a sign is left out only where both agree that it
/// is not needed.
#[derive(Default)]
struct Accidentals {
    in_octave: HashMap<(char, i32), i32>,
    in_all: HashMap<char, i32>,
}

impl Accidentals {
    /// Whether a note needs its sign, which holds from then on.
    fn needs_sign(&mut self, spelling: Spelling, fifths: i32) -> bool {
        let Spelling { step, alter, octave } = spelling;
        let signature = spelling.signature(fifths);
        let here = self.in_octave.get(&(step, octave)).copied().unwrap_or(signature);
        let anywhere = self.in_all.get(&step).copied().unwrap_or(signature);
        let needed = here != alter || anywhere != alter;
        if needed {
            self.in_octave.insert((step, octave), alter);
            self.in_all.insert(step, alter);
        }
        needed
    }
}

impl<'a> VoiceWriter<'a> {
    pub(super) fn new(
        name: &'a str,
        program: u8,
        clef: Clef,
        chords: &'a [Chord],
        layout: &'a Layout,
    ) -> Self {
        let fifths = layout.marks.keys.get(&0).map_or(0, |key| signature(key).0);
        let meter = layout.bars.first().map_or((4, 4), |bar| bar.meter);
        let accidentals = Accidentals::default();
        Self { name, program, clef, chords, layout, fifths, meter, accidentals }
    }

    /// Writes some bars; `has_marks` if tempos and chord symbols stand in this voice.
    pub(super) fn line(&mut self, bars: Range<usize>, has_marks: bool, text: &mut String) {
        let layout = self.layout;
        for index in bars {
            let bar = &layout.bars[index];
            let is_last = index + 1 == layout.bars.len();
            if self.meter != bar.meter {
                self.meter = bar.meter;
                let _ = write!(text, "[M:{}/{}]", bar.meter.0, bar.meter.1);
            }
            if let Some(key) = layout.marks.keys.get(&index).filter(|_| index > 0) {
                self.fifths = signature(key).0;
                let _ = write!(text, "[K:{}]", name::key(key));
            }
            let end = if is_last { i64::MAX } else { bar.end() };
            let marks = if has_marks { layout.marks.within(bar.start..end) } else { &[] };
            self.bar(bar, marks, text);
            text.push_str(if is_last { " |]" } else { " | " });
        }
        text.truncate(text.trim_end_matches(' ').len());
    }

    fn bar(&mut self, bar: &Bar, marks: &[(i64, Mark)], text: &mut String) {
        self.accidentals = Accidentals::default();
        let symbols = symbols(self.chords, bar, self.layout.divisions);
        let mut marks = marks.iter().peekable();
        for (index, symbol) in symbols.iter().enumerate() {
            if index > 0 && self.begins_beat(bar, symbol.start) {
                text.push(' ');
            }
            let end = symbol.start + symbol.length;
            let is_last = index + 1 == symbols.len();
            while let Some((place, mark)) = marks.next_if(|(place, _)| *place < end || is_last) {
                // The tempo at the start is in the head.
                if *place > 0 || matches!(mark, Mark::Chord(_)) {
                    text.push_str(&inline(mark));
                }
            }
            if symbol.triplet_starts {
                self.begin_triplet(&symbols[index..], text);
            }
            self.symbol(symbol, text);
        }
    }

    fn begins_beat(&self, bar: &Bar, place: i64) -> bool {
        let beat = bar.compound_beat(self.layout.divisions).unwrap_or(self.layout.divisions);
        (place - bar.start) % beat == 0
    }

    /// `(3`, or `(3:2:2` where not three notes make up the triplet.
    fn begin_triplet(&self, symbols: &[Symbol], text: &mut String) {
        let inside = symbols.iter().take_while(|symbol| symbol.in_triplet);
        let stop = inside.clone().position(|symbol| symbol.triplet_stops);
        match stop.map_or(inside.count(), |last| last + 1) {
            3 => text.push_str("(3"),
            count => {
                let _ = write!(text, "(3:2:{count}");
            }
        }
    }

    fn symbol(&mut self, symbol: &Symbol, text: &mut String) {
        match *symbol.pitches {
            [] => text.push('z'),
            [pitch] => self.pitch(pitch, text),
            _ => {
                text.push('[');
                symbol.pitches.iter().for_each(|pitch| self.pitch(*pitch, text));
                text.push(']');
            }
        }
        // The unit is an eighth; a triplet's notes are written half as long again as they sound.
        let (more, less) = if symbol.in_triplet { (3, 2) } else { (1, 1) };
        let units = Fraction::new(symbol.length * 2 * more, self.layout.divisions * less);
        if let Some(units) = units {
            name::length(units.numerator(), units.denominator(), text);
        }
        if symbol.tied_on {
            text.push('-');
        }
    }

    fn pitch(&mut self, pitch: Pitch, text: &mut String) {
        let spelling = Spelling::new(pitch, self.fifths);
        let sign = self.accidentals.needs_sign(spelling, self.fifths);
        name::note(spelling, sign, text);
    }
}
