//! The parts of a piece between the changes of its tempo and metre, and the grid of each.

use super::grid::{only_tempo, only_time_signature, quantize_note};
use super::split::{cut_states, spans, split_times};
use super::{QUANTIZE_CUTOFF, QuantizedNote, quantize_to_step, steps_per_second};
use crate::{Note, NoteSequence, QuantizeError, Tempo, TimeSignature};

/// A part of a piece that has one tempo and one metre.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Where it begins, in seconds of the piece.
    pub start: f64,
    /// Where it ends.
    pub end: f64,
    /// Its grid, or what keeps it off any grid.
    pub grid: Result<Grid, QuantizeError>,
}

/// Steps of equal length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    /// The one time signature.
    pub time_signature: TimeSignature,
    /// The one tempo, in quarter notes a minute.
    pub qpm: f64,
    /// Steps in a quarter note.
    pub steps_per_quarter: usize,
    /// Steps a second.
    steps_per_second: f64,
}

/// Where [`split_on_time_changes`](super::split_on_time_changes) cuts, and the grid that [`quantize`](super::quantize) lays
/// each part on, without the notes: these stay where they are. Time and memory grow with the changes, never with their
/// product with anything else.
pub fn parts_of(sequence: &NoteSequence, steps_per_quarter: usize) -> Vec<Part> {
    let times = split_times(sequence);
    let meters = cut_states(&sequence.time_signatures, &times);
    let tempos = cut_states(&sequence.tempos, &times);
    let states = meters.into_iter().zip(tempos);
    let part = |((start, end), (meters, tempos)): (_, (Vec<_>, Vec<_>))| {
        let grid = Grid::new(&meters, &tempos, steps_per_quarter);
        Part { start, end, grid }
    };
    spans(&times).zip(states).map(part).collect()
}

impl Part {
    /// A note of the piece that begins in this part on its grid, cut at its end.
    ///
    /// # Errors
    ///
    /// As [`quantize_to_step`], or as the grid.
    pub fn quantize(&self, note: &Note) -> Result<QuantizedNote, QuantizeError> {
        let per_second = self.grid.as_ref().map_err(Clone::clone)?.steps_per_second;
        // Not `f64::min`, which would turn a NaN into the end of the part.
        let end_time = if self.end < note.end_time { self.end } else { note.end_time };
        let start_time = note.start_time - self.start;
        let moved = Note { start_time, end_time: end_time - self.start, ..*note };
        quantize_note(&moved, |time| quantize_to_step(time, per_second, QUANTIZE_CUTOFF))
    }
}

impl Grid {
    fn new(
        meters: &[TimeSignature],
        tempos: &[Tempo],
        steps_per_quarter: usize,
    ) -> Result<Self, QuantizeError> {
        let time_signature = only_time_signature(meters)?;
        let qpm = only_tempo(tempos)?;
        let steps_per_second = steps_per_second(steps_per_quarter, qpm);
        Ok(Self { time_signature, qpm, steps_per_quarter, steps_per_second })
    }

    /// Steps in a bar; `None` if that is not a whole number (see [`TimeSignature::steps_per_bar`]).
    pub fn steps_per_bar(&self) -> Option<usize> {
        self.time_signature.steps_per_bar(self.steps_per_quarter)
    }
}
