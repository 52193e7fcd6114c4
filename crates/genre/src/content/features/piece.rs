//! A piece as all groups of features look at it: notes by instrument and time, in beats.

use music::NoteSequence;

use super::clock::{Clock, seconds};

/// A note on the clock of its piece.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed {
    pub(super) instrument: u32,
    pub(super) pitch: u8,
    pub(super) velocity: u8,
    pub(super) program: u8,
    /// Quarter notes from the start.
    pub(super) beat: f64,
    /// Quarter notes that it lasts.
    pub(super) beats: f64,
    /// Seconds that it lasts.
    pub(super) seconds: f64,
    /// Number of its bar.
    pub(super) bar: u64,
    /// Quarter notes from the beginning of its bar.
    pub(super) in_bar: f64,
}

/// A piece on its clock.
#[derive(Debug)]
pub(super) struct Piece<'a> {
    pub(super) sequence: &'a NoteSequence,
    pub(super) clock: Clock,
    /// Notes other than drums, by instrument, begin and pitch.
    pub(super) pitched: Vec<Placed>,
    /// Drums by begin and pitch.
    pub(super) drums: Vec<Placed>,
    /// Seconds from the first note to the end of the last.
    pub(super) seconds: f64,
    /// Quarter notes from the first note to the end of the last.
    pub(super) beats: f64,
}

impl<'a> Piece<'a> {
    pub(super) fn of(sequence: &'a NoteSequence) -> Self {
        let clock = Clock::of(sequence);
        let drums = sequence.notes.iter().filter(|note| note.is_drum).count();
        let mut piece = Self {
            sequence,
            clock,
            pitched: Vec::with_capacity(sequence.notes.len() - drums),
            drums: Vec::with_capacity(drums),
            seconds: 0.0,
            beats: 0.0,
        };
        let (mut first, mut last) = (f64::INFINITY, 0.0_f64);
        for note in &sequence.notes {
            let begin = seconds(note.start_time);
            let end = seconds(note.end_time).max(begin);
            (first, last) = (first.min(begin), last.max(end));
            let beat = piece.clock.beat(begin);
            let (bar, in_bar) = piece.clock.bar(beat);
            let placed = Placed {
                instrument: note.instrument,
                pitch: note.pitch & 127,
                velocity: note.velocity & 127,
                program: note.program & 127,
                beat,
                beats: piece.clock.beat(end) - beat,
                seconds: end - begin,
                bar,
                in_bar,
            };
            let list = if note.is_drum { &mut piece.drums } else { &mut piece.pitched };
            list.push(placed);
        }
        if first < last {
            piece.seconds = last - first;
            piece.beats = piece.clock.beat(last) - piece.clock.beat(first);
        }
        let order = |one: &Placed, other: &Placed| {
            one.beat.total_cmp(&other.beat).then(one.pitch.cmp(&other.pitch))
        };
        // Readers give notes nearly in this order, which the sort makes use of.
        piece.pitched.sort_by(|one, other| {
            one.instrument.cmp(&other.instrument).then_with(|| order(one, other))
        });
        piece.drums.sort_by(order);
        piece
    }

    /// The pitched notes of each instrument.
    pub(super) fn instruments(&self) -> impl Iterator<Item = &[Placed]> {
        self.pitched.chunk_by(|one, other| one.instrument == other.instrument)
    }

    /// All notes.
    pub(super) fn notes(&self) -> impl Iterator<Item = &Placed> {
        self.pitched.iter().chain(&self.drums)
    }
}

/// Notes of an instrument that begin as good as together: within this many quarter notes.
const TOGETHER: f64 = 0.05;

/// The chords of an instrument, of one note or more, each by rising begin.
pub(super) fn chords(notes: &[Placed]) -> impl Iterator<Item = &[Placed]> {
    let mut rest = notes;
    std::iter::from_fn(move || {
        let first = rest.first()?;
        let end = rest.iter().position(|note| note.beat > first.beat + TOGETHER);
        let (chord, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        Some(chord)
    })
}
