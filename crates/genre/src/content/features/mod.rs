//! What can be said of a piece in numbers: a vector of fixed length with a name for each place.
//!
//! Names are `group.what` or `group.what.which`. A *beat* is a quarter note. Unless said otherwise a number is a share from 0 to 1 of
//! the notes or hits in question; `..._a_beat` and `..._a_second` are rates; `...velocity...` is in MIDI's units, 0 to 127; pitches
//! and intervals are in semitones, tempos in quarter notes a minute, entropies in bits. Numbers that range over decades (lengths
//! of pieces, counts of notes, parts and changes, notes at once) stand as natural logarithms, those that may be 0 as `ln(1 + x)`, lengths
//! of notes as powers of two of a beat. What a piece has none of is 0. `docs/genre-content.md` goes through the groups.
//!
//! A piece takes time that grows with its notes, but for the sort that puts them in order. Every number is finite whatever the sequence.

mod clock;
mod drums;
mod dynamics;
mod harmony;
mod instruments;
mod lines;
mod piece;
mod rhythm;
mod row;
mod time;

use std::sync::LazyLock;

use music::NoteSequence;
use rayon::prelude::*;

use piece::Piece;
use row::Row;

/// What a feature is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Tempo, metre, key signatures and length.
    Time,
    /// Who plays.
    Instruments,
    /// What the drums do.
    Drums,
    /// Key, chords and register.
    Harmony,
    /// Melodies, basses and chords struck together.
    Lines,
    /// When notes begin and how long they last.
    Rhythm,
    /// Loudness, bends, pedals and other controls.
    Dynamics,
}

impl Group {
    /// All groups, in the order of their features.
    pub const ALL: [Self; 7] = [
        Self::Time,
        Self::Instruments,
        Self::Drums,
        Self::Harmony,
        Self::Lines,
        Self::Rhythm,
        Self::Dynamics,
    ];

    /// What the names of its features begin with.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Instruments => "instruments",
            Self::Drums => "drums",
            Self::Harmony => "harmony",
            Self::Lines => "lines",
            Self::Rhythm => "rhythm",
            Self::Dynamics => "dynamics",
        }
    }

    fn put(self, row: &mut Row, piece: &Piece<'_>) {
        row.begin(self);
        match self {
            Self::Time => time::put(row, piece),
            Self::Instruments => instruments::put(row, piece),
            Self::Drums => drums::put(row, piece),
            Self::Harmony => harmony::put(row, piece),
            Self::Lines => lines::put(row, piece),
            Self::Rhythm => rhythm::put(row, piece),
            Self::Dynamics => dynamics::put(row, piece),
        }
    }
}

/// A place in the vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feature {
    /// Its name, such as `drums.kick_at.4`.
    pub name: String,
    /// What it is about.
    pub group: Group,
}

static LAYOUT: LazyLock<Vec<Feature>> = LazyLock::new(|| {
    let silence = NoteSequence::default();
    let (mut row, piece) = (Row::named(), Piece::of(&silence));
    Group::ALL.into_iter().for_each(|group| group.put(&mut row, &piece));
    row.names()
});

/// The places of the vector, in order.
#[must_use]
pub fn layout() -> &'static [Feature] {
    &LAYOUT
}

/// The features of a piece: as many numbers as [`layout`] has places, all of them finite.
#[must_use]
pub fn features(sequence: &NoteSequence) -> Vec<f32> {
    let piece = Piece::of(sequence);
    let mut row = Row::new(layout().len());
    Group::ALL.into_iter().for_each(|group| group.put(&mut row, &piece));
    row.values()
}

/// The features of many pieces, worked out on all threads of the current pool.
#[must_use]
pub fn features_of_all(sequences: &[NoteSequence]) -> Vec<Vec<f32>> {
    sequences.par_iter().map(features).collect()
}

#[cfg(test)]
mod tests;
