//! Shares pieces out to training and evaluation, song by song, never piece by piece.
//!
//! Two pieces are of one song when artist and title agree (but for case, spaces and the marks of copies such as
//! `.1` or ` (2)`) or when their notes are the same, and whatever these rules link directly or through others.
//! Which side a song goes to is drawn from the seed and the song itself, so it depends neither on the order of
//! the pieces nor on the other songs; but no side stays empty that was asked for when there are two songs.

mod groups;
mod pieces;
mod shares;
mod song;

use std::path::Path;

use formats::note_sequence;
use music::NoteSequence;
use serde::Serialize;
use tensorflow::tfrecord::Reader;

use crate::{Error, NoteDigest, Result};
use groups::Groups;
pub use pieces::PieceDraws;
pub use song::SongKey;

/// Which of the two files a piece goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// What a model learns from.
    Training,
    /// What it is judged by.
    Eval,
}

/// How to split.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Share of the songs that go to evaluation, 0 to 1; 0 sends everything to training.
    pub eval_ratio: f64,
    /// Decides which.
    pub seed: u64,
}

/// A split in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Songs.
    pub songs: u64,
    /// Pieces of these songs.
    pub pieces: u64,
}

/// Pieces shared out to two sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    sides: Vec<Side>,
    /// What went to training.
    pub training: Counts,
    /// What went to evaluation.
    pub eval: Counts,
}

impl Split {
    /// The side of piece `index`, counted in the order in which pieces were added.
    pub fn side(&self, index: usize) -> Option<Side> {
        self.sides.get(index).copied()
    }

    /// The sides of all pieces, in the order in which they were added.
    pub fn sides(&self) -> &[Side] {
        &self.sides
    }
}

/// What tells which song a piece is: all that a split needs of it.
#[derive(Clone, Copy, Debug)]
pub struct Identity {
    key: SongKey,
    notes: Option<NoteDigest>,
}

impl Identity {
    /// The identity of a piece.
    pub fn of(sequence: &NoteSequence) -> Self {
        Self { key: SongKey::of(sequence), notes: NoteDigest::of(sequence) }
    }
}

/// Gathers the pieces to be split: some hundred bytes each.
#[derive(Clone, Debug, Default)]
pub struct Splitter {
    groups: Groups,
}

impl Splitter {
    /// Adds a piece.
    pub fn add(&mut self, piece: Identity) {
        self.groups.add(piece.key, piece.notes);
    }

    /// The song of each piece, in the order in which pieces were added; songs are counted from 0.
    #[must_use]
    pub fn songs(mut self) -> Vec<usize> {
        self.groups.songs().of_piece
    }

    /// Shares the pieces out.
    ///
    /// # Errors
    ///
    /// [`Error::Ratio`] when the share is not a number from 0 to 1.
    pub fn finish(mut self, options: &Options) -> Result<Split> {
        let ratio = options.eval_ratio;
        if !(0.0..=1.0).contains(&ratio) {
            return Err(Error::Ratio { found: ratio });
        }
        let songs = self.groups.songs();
        let to_eval = shares::draw(&songs.keys, options);
        let mut split = Split {
            sides: Vec::with_capacity(songs.of_piece.len()),
            training: Counts::default(),
            eval: Counts::default(),
        };
        for &eval in &to_eval {
            let side = if eval { &mut split.eval } else { &mut split.training };
            side.songs += 1;
        }
        for song in songs.of_piece {
            let eval = to_eval.get(song).copied().unwrap_or_default();
            let (side, counts) = match eval {
                true => (Side::Eval, &mut split.eval),
                false => (Side::Training, &mut split.training),
            };
            split.sides.push(side);
            counts.pieces += 1;
        }
        Ok(split)
    }
}

/// Splits the pieces of a TFRecord file of NoteSequences. The file is read through once, one record at a time.
///
/// # Errors
///
/// [`Error::Ratio`], [`Error::Records`] for a damaged file, [`Error::Sequence`] for a record that is no NoteSequence.
pub fn split_file(path: &Path, options: &Options) -> Result<Split> {
    let mut reader = Reader::open(path)?;
    let mut splitter = Splitter::default();
    let mut record = Vec::new();
    while reader.next_record(&mut record)? {
        let sequence = note_sequence::decode(&record).map_err(|source| Error::Sequence {
            path: path.to_owned(),
            record: reader.record_index().saturating_sub(1),
            source,
        })?;
        splitter.add(Identity::of(&sequence));
    }
    splitter.finish(options)
}

#[cfg(test)]
mod tests;
