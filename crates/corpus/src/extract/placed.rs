//! The notes of a part, instrument by instrument.
//!
//! Pieces have their notes instrument by instrument and nearly by time. So no list of all notes is sorted: each instrument's is
//! on its own, and those of drums not at all.

use std::cmp::Reverse;
use std::ops::Range;

use music::Pitch;
use music::quantize::QuantizedNote;

use super::set_order::set_order;

/// A note on the grid that knows where it stood.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed {
    pub(super) note: QuantizedNote,
    /// What orders notes by their beginning in seconds: the bits of a number that is not negative.
    begin: u64,
    /// Its number in the piece.
    index: usize,
}

impl Placed {
    /// A note that begins at `start_time`, which is not negative, as number `index` of its piece.
    pub(super) fn new(note: QuantizedNote, start_time: f64, index: usize) -> Self {
        // A negative zero becomes a positive one.
        Self { note, begin: (start_time + 0.0).to_bits(), index }
    }

    /// The order in which a line is followed ([`order`](super::line::order)); notes that are equal in it stand by time, then
    /// as in the piece.
    fn order(&self) -> (usize, Reverse<Pitch>, u64) {
        (self.note.start_step, Reverse(self.note.pitch), self.begin)
    }
}

/// The notes of a part by instrument.
#[derive(Debug)]
pub(super) struct Instruments {
    notes: Vec<Placed>,
    /// By number.
    ranges: Vec<(u32, Range<usize>)>,
}

impl Instruments {
    pub(super) fn new(mut notes: Vec<Placed>) -> Self {
        if !notes.is_sorted_by_key(|placed| placed.note.instrument) {
            // Stable, so each instrument's notes stay as in the piece.
            notes.sort_by_key(|placed| placed.note.instrument);
        }
        let mut ranges = Vec::new();
        let mut start = 0;
        for run in notes.chunk_by(|a, b| a.note.instrument == b.note.instrument) {
            ranges.push((run[0].note.instrument, start..start + run.len()));
            start += run.len();
        }
        Self { notes, ranges }
    }

    /// The instruments in the order in which Magenta goes through them, which depends on which begins first.
    pub(super) fn in_order(&self) -> Vec<u32> {
        let first = |range: &Range<usize>| {
            self.notes[range.clone()].iter().map(|placed| (placed.begin, placed.index)).min()
        };
        let mut firsts: Vec<_> =
            self.ranges.iter().map(|(instrument, range)| (first(range), *instrument)).collect();
        firsts.sort_unstable();
        set_order(firsts.into_iter().map(|(_, instrument)| instrument).collect())
    }

    /// Puts the notes of an instrument into `notes`, in the order in which a line is followed; none of a drum kit, in which
    /// there is no line.
    pub(super) fn notes_of(&mut self, instrument: u32, notes: &mut Vec<QuantizedNote>) {
        notes.clear();
        let Ok(place) = self.ranges.binary_search_by_key(&instrument, |range| range.0) else {
            return;
        };
        let placed = &mut self.notes[self.ranges[place].1.clone()];
        if placed.iter().all(|placed| placed.note.is_drum) {
            return;
        }
        placed.sort_by_key(Placed::order);
        notes.extend(placed.iter().map(|placed| placed.note));
    }
}
