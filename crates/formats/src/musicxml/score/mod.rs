//! A score as its document states it: parts of measures of items, in document order, before anything is counted out.

mod harmony;
mod measure;
mod note;
mod parts;

use std::sync::Arc;

use crate::fraction::Fraction;

pub(super) use harmony::{Harmony, KINDS, NO_CHORD, STANDARD_KINDS};
pub(super) use note::note_value;
pub(super) use parts::{parse, partwise};

/// A whole score.
#[derive(Clone, Debug, Default)]
pub(super) struct Score {
    pub(super) title: String,
    pub(super) composers: Vec<String>,
    /// What it says of the rights to it.
    pub(super) rights: Vec<String>,
    pub(super) parts: Vec<Part>,
}

/// What one player or singer reads.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    /// As it stands in the file, line breaks included.
    pub(super) name: String,
    /// The sounds that its notes may name.
    pub(super) sounds: Arc<[Sound]>,
    pub(super) measures: Vec<Measure>,
}

/// A MIDI instrument as the file numbers it: both from 1.
#[derive(Clone, Debug, Default)]
pub(super) struct Sound {
    pub(super) id: String,
    pub(super) channel: Option<i64>,
    pub(super) program: Option<i64>,
}

/// One measure of one part.
#[derive(Clone, Debug, Default)]
pub(super) struct Measure {
    pub(super) items: Vec<Item>,
    pub(super) repeats: Repeats,
}

/// What the barlines of a measure say about repeats.
#[derive(Clone, Debug, Default)]
pub(super) struct Repeats {
    /// A repeated section begins here.
    pub(super) forward: bool,
    /// A repeated section ends here, played that often in all.
    pub(super) backward: Option<u32>,
    /// An ending begins here that is played on these passes.
    pub(super) ending: Vec<u32>,
    /// An ending ends here.
    pub(super) ending_stops: bool,
}

/// Lengths are in divisions of a quarter note.
#[derive(Clone, Debug)]
pub(super) enum Item {
    Divisions(Fraction),
    Key(Key),
    Meter(Meter),
    Transpose(Transpose),
    Backup(Fraction),
    Forward(Fraction),
    Note(Note),
    Tempo(TempoMark),
    Harmony(Harmony),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    /// Sharps; flats are negative.
    pub(super) fifths: i64,
    pub(super) mode: music::Mode,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Meter {
    pub(super) numerator: u32,
    pub(super) denominator: u32,
}

/// How much higher it sounds than it is written.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Transpose {
    /// Semitones without octaves.
    pub(super) chromatic: i64,
    /// Steps of the scale, if it says.
    pub(super) diatonic: Option<i64>,
    pub(super) octaves: i64,
}

impl Transpose {
    /// How far notes move to the sharp side on the line of fifths.
    pub(super) fn fifths(self) -> i64 {
        let diatonic = self.diatonic.unwrap_or((self.chromatic as f64 * 7.0 / 12.0).round() as i64);
        7 * self.chromatic - 12 * diatonic
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct TempoMark {
    /// Quarter notes a minute.
    pub(super) qpm: f64,
    /// MIDI velocity from here on, if it says.
    pub(super) dynamics: Option<u8>,
    /// Whether it is a `sound` in a `direction`: the only place where note-seq looks.
    pub(super) in_direction: bool,
    /// How much later it takes effect.
    pub(super) offset: Fraction,
}

#[derive(Clone, Debug)]
pub(super) struct Note {
    /// Byte offset of its tag.
    pub(super) offset: usize,
    pub(super) kind: NoteKind,
    /// Begins with the note before.
    pub(super) in_chord: bool,
    /// Shown for orientation, not played.
    pub(super) is_cue: bool,
    /// `None` for grace notes.
    pub(super) duration: Option<Fraction>,
    pub(super) voice: u16,
    /// Its note value with dots and tuplets, in whole notes; `None` if it has no type.
    pub(super) written: Option<Fraction>,
    /// Dots and tuplets alone, as a factor.
    pub(super) modification: Fraction,
    pub(super) tie_stops: bool,
    pub(super) tie_starts: bool,
    /// Index of its sound in [`Part::sounds`].
    pub(super) sound: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum NoteKind {
    Rest,
    Unpitched,
    Pitched { pitch_class: i64, alter: i64, octave: i64 },
}

impl Measure {
    pub(super) fn notes(&self) -> impl Iterator<Item = &Note> {
        self.items.iter().filter_map(|item| match item {
            Item::Note(note) => Some(note),
            _ => None,
        })
    }
}
