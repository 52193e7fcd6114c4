//! One sounding note, in seconds.

use crate::Pitch;

/// A note with its place in time and the instrument that plays it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Note {
    /// MIDI pitch, 0..=127.
    pub pitch: Pitch,
    /// MIDI velocity, 0..=127.
    pub velocity: u8,
    /// When it begins, in seconds.
    pub start_time: f64,
    /// When it ends, in seconds.
    pub end_time: f64,
    /// The track of the [`NoteSequence`](crate::NoteSequence) that it belongs to.
    pub instrument: u32,
    /// MIDI program (the sound), 0..=127.
    pub program: u8,
    /// Whether the instrument is a drum kit (MIDI channel 10).
    pub is_drum: bool,
    /// How it is written in the score that it comes from.
    pub notation: Notation,
}

/// How a note stands in a score. All zero when it comes from no score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Notation {
    /// Number of the part (what one player or singer reads), from 0.
    pub part: u16,
    /// Voice within the part: 1 is the first, 0 unknown.
    pub voice: u16,
    /// Written length as a fraction of a whole note: 1 of 4 for a quarter; 0 of 0 when unknown.
    pub numerator: u16,
    /// The lower number of that fraction.
    pub denominator: u16,
}
