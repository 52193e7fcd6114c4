//! A piece of one tempo and one metre on a grid of steps.

use super::{QUANTIZE_CUTOFF, by_time, quantize_to_step, steps_per_second};
use crate::{DEFAULT_QPM, Note, NoteSequence, Pitch, QuantizeError, Tempo, TimeSignature};

/// A piece on a grid of equal steps.
#[derive(Clone, Debug, PartialEq)]
pub struct QuantizedSequence {
    /// The notes, in the order of the piece.
    pub notes: Vec<QuantizedNote>,
    /// The one time signature.
    pub time_signature: TimeSignature,
    /// The one tempo, in quarter notes a minute.
    pub qpm: f64,
    /// Its length in steps: where the last note ends, or the piece if that is later.
    pub total_steps: usize,
    /// Steps in a quarter note.
    pub steps_per_quarter: usize,
}

/// A note that begins and ends on steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QuantizedNote {
    /// The step on which it begins.
    pub start_step: usize,
    /// The step on which it no longer sounds; after `start_step` unless the note ended before it began.
    pub end_step: usize,
    /// The track that it belongs to.
    pub instrument: u32,
    /// MIDI pitch, 0..=127.
    pub pitch: Pitch,
    /// MIDI velocity, 0..=127.
    pub velocity: u8,
    /// MIDI program, 0..=127.
    pub program: u8,
    /// Whether the instrument is a drum kit.
    pub is_drum: bool,
}

impl QuantizedSequence {
    /// Steps in a bar; `None` if that is not a whole number (see [`TimeSignature::steps_per_bar`]).
    pub fn steps_per_bar(&self) -> Option<usize> {
        self.time_signature.steps_per_bar(self.steps_per_quarter)
    }
}

/// Lays a piece of one tempo and one metre on a grid of `steps_per_quarter` steps in a quarter note.
///
/// Times are rounded to the nearest step, halves up; a note that would get no step gets one.
///
/// # Errors
///
/// [`QuantizeError`] if tempo or metre change, also by being set for the first time after the start, to something
/// else than the implicit 120 and 4/4; if the time signature is none; if a time lies outside the grid.
pub fn quantize(
    sequence: &NoteSequence,
    steps_per_quarter: usize,
) -> Result<QuantizedSequence, QuantizeError> {
    let time_signature = only_time_signature(&sequence.time_signatures)?;
    let qpm = only_tempo(&sequence.tempos)?;
    let per_second = steps_per_second(steps_per_quarter, qpm);
    let step_of = |time| quantize_to_step(time, per_second, QUANTIZE_CUTOFF);
    let notes = quantize_notes(&sequence.notes, step_of)?;
    let total = step_of(sequence.total_time.max(0.0))?;
    let total_steps = notes.iter().map(|note| note.end_step).fold(total, usize::max);
    Ok(QuantizedSequence { notes, time_signature, qpm, total_steps, steps_per_quarter })
}

/// The notes on the steps that `step_of` gives to their times.
pub(super) fn quantize_notes(
    notes: &[Note],
    step_of: impl Fn(f64) -> Result<usize, QuantizeError>,
) -> Result<Vec<QuantizedNote>, QuantizeError> {
    notes.iter().map(|note| quantize_note(note, &step_of)).collect()
}

/// A note on the steps that `step_of` gives to its times.
pub(super) fn quantize_note(
    note: &Note,
    step_of: impl Fn(f64) -> Result<usize, QuantizeError>,
) -> Result<QuantizedNote, QuantizeError> {
    let start_step = step_of(note.start_time)?;
    let end_step = step_of(note.end_time)?;
    Ok(QuantizedNote {
        start_step,
        end_step: if end_step == start_step { end_step + 1 } else { end_step },
        instrument: note.instrument,
        pitch: note.pitch,
        velocity: note.velocity,
        program: note.program,
        is_drum: note.is_drum,
    })
}

/// The time signature that holds throughout, as if it stood at the start.
pub(super) fn only_time_signature(
    signatures: &[TimeSignature],
) -> Result<TimeSignature, QuantizeError> {
    let beats = |signature: &TimeSignature| (signature.numerator, signature.denominator);
    let mut sorted = signatures.to_vec();
    sorted.sort_by(|a, b| by_time(a.time, b.time));
    let Some((first, others)) = sorted.split_first() else { return Ok(TimeSignature::COMMON) };
    let change = |from: &TimeSignature, to: &TimeSignature| {
        let (from, to, time) = (beats(from), beats(to), to.time);
        Err(QuantizeError::MultipleTimeSignatures { from, to, time })
    };
    if first.time != 0.0 && beats(first) != beats(&TimeSignature::COMMON) {
        return change(&TimeSignature::COMMON, first);
    }
    if let Some(other) = others.iter().find(|other| beats(other) != beats(first)) {
        return change(first, other);
    }
    let (numerator, denominator) = beats(first);
    if !denominator.is_power_of_two() || numerator == 0 {
        return Err(QuantizeError::BadTimeSignature { numerator, denominator });
    }
    Ok(TimeSignature { time: 0.0, numerator, denominator })
}

/// The tempo that holds throughout, in quarter notes a minute.
pub(super) fn only_tempo(tempos: &[Tempo]) -> Result<f64, QuantizeError> {
    let mut sorted = tempos.to_vec();
    sorted.sort_by(|a, b| by_time(a.time, b.time));
    let Some((first, others)) = sorted.split_first() else { return Ok(DEFAULT_QPM) };
    let change =
        |from, to: &Tempo| Err(QuantizeError::MultipleTempos { from, to: to.qpm, time: to.time });
    if first.time != 0.0 && first.qpm != DEFAULT_QPM {
        return change(DEFAULT_QPM, first);
    }
    if let Some(other) = others.iter().find(|other| other.qpm != first.qpm) {
        return change(first.qpm, other);
    }
    Ok(first.qpm)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(signatures: &[(f64, u32, u32)], tempos: &[(f64, f64)]) -> NoteSequence {
        NoteSequence {
            time_signatures: signatures
                .iter()
                .map(|&(time, numerator, denominator)| TimeSignature {
                    time,
                    numerator,
                    denominator,
                })
                .collect(),
            tempos: tempos.iter().map(|&(time, qpm)| Tempo { time, qpm }).collect(),
            notes: vec![Note { pitch: 60, velocity: 9, end_time: 0.5, ..Note::default() }],
            total_time: 0.5,
            ..NoteSequence::default()
        }
    }

    fn error(signatures: &[(f64, u32, u32)], tempos: &[(f64, f64)]) -> QuantizeError {
        quantize(&piece(signatures, tempos), 4).expect_err("an error")
    }

    #[test]
    fn changes_are_errors_also_from_what_is_implicit() {
        let quantized = quantize(&piece(&[(3.0, 4, 4), (5.0, 4, 4)], &[(2.0, 120.0)]), 4);
        assert_eq!(quantized.expect("no change").total_steps, 4);
        assert_eq!(
            error(&[(3.0, 3, 4)], &[]).to_string(),
            "the time signature changes from 4/4 to 3/4 at 3 s"
        );
        assert_eq!(
            error(&[(4.0, 6, 8), (0.0, 3, 4)], &[]),
            QuantizeError::MultipleTimeSignatures { from: (3, 4), to: (6, 8), time: 4.0 }
        );
        assert_eq!(
            error(&[], &[(1.5, 90.0)]).to_string(),
            "the tempo changes from 120 to 90 quarter notes a minute at 1.5 s"
        );
        assert_eq!(
            error(&[], &[(0.0, 90.0), (2.0, 100.0)]),
            QuantizeError::MultipleTempos { from: 90.0, to: 100.0, time: 2.0 }
        );
    }

    #[test]
    fn impossible_time_signatures_are_errors() {
        for (numerator, denominator) in [(4, 0), (0, 4), (4, 3), (4, u32::MAX)] {
            assert_eq!(
                error(&[(0.0, numerator, denominator)], &[]),
                QuantizeError::BadTimeSignature { numerator, denominator }
            );
        }
    }

    #[test]
    fn bars_may_be_no_whole_number_of_steps() {
        let bar = |numerator, denominator| {
            let sequence = piece(&[(0.0, numerator, denominator)], &[]);
            quantize(&sequence, 4).expect("one metre").steps_per_bar()
        };
        assert_eq!(bar(4, 4), Some(16));
        assert_eq!(bar(6, 8), Some(12));
        assert_eq!(bar(5, 16), Some(5));
        assert_eq!(bar(3, 32), None);
        assert_eq!(bar(1, 1 << 31), None);
        assert_eq!(bar(2, 32), Some(1));
        assert_eq!(bar(u32::MAX, 1), Some(16 * u32::MAX as usize));
    }

    #[test]
    fn hostile_numbers_are_errors_and_never_panic() {
        for hostile in [f64::NAN, f64::INFINITY, -1e9, 1e300] {
            let mut sequence = piece(&[], &[]);
            sequence.notes[0].end_time = hostile;
            assert!(quantize(&sequence, 4).is_err(), "end {hostile}");
            assert!(quantize(&piece(&[], &[(0.0, hostile)]), 4).is_err(), "qpm {hostile}");
        }
        let slow = quantize(&piece(&[], &[(0.0, 1e-9)]), 4).expect("a very slow piece");
        assert_eq!(slow.total_steps, 1);
        assert_eq!((slow.notes[0].start_step, slow.notes[0].end_step), (0, 1));
        let mut late = piece(&[], &[]);
        late.notes[0].end_time = 1e9;
        assert_eq!(quantize(&late, 4).expect("a long note").total_steps, 8_000_000_000);
    }
}
