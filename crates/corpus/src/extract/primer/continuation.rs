//! A primer as Magenta's `melody_rnn_generate` hands it to a network.

use music::quantize::{quantize, quantize_to_step, steps_per_second};
use music::{
    DEFAULT_QPM, DEFAULT_STEPS_PER_QUARTER, Melody, MelodyEvent, NoteSequence, QuantizeError,
};

use super::super::{ExtractOptions, MAX_MELODY_STEPS, extract_melodies};
use super::MAX_PRIMER_STEPS;

/// All of a piece as one melody: gaps and chords end nothing.
const WHOLE: ExtractOptions = ExtractOptions {
    min_bars: 0,
    max_steps: MAX_MELODY_STEPS,
    min_unique_pitches: 1,
    gap_bars: f64::INFINITY,
    ignore_polyphonic_notes: true,
};

/// What a network is given to go on from.
#[derive(Clone, Debug, PartialEq)]
pub struct Continuation {
    /// The melody, from the bar in which the piece begins. Behind its last note come a note-off and silence: Magenta lets a
    /// network begin one step late and rounds that up to two.
    pub melody: Melody,
    /// Steps to make in all, the melody included.
    pub num_steps: usize,
    /// The tempo, in quarter notes a minute.
    pub qpm: f64,
}

/// Why Magenta goes on from no such piece.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ContinuationError {
    /// The piece is as long as what was asked for, or longer. In seconds.
    #[error(
        "the piece lasts {start} seconds, a step of silence included, of the {end} that are asked for"
    )]
    TooLong {
        /// When the network would begin.
        start: f64,
        /// When it would end.
        end: f64,
    },
    /// Several instruments play notes.
    #[error("{instruments} instruments play notes, one is expected")]
    ManyInstruments {
        /// How many.
        instruments: usize,
    },
    /// A bar is not a whole number of sixteenths.
    #[error("a bar of {numerator}/{denominator} is not a whole number of sixteenths")]
    NonIntegerStepsPerBar {
        /// Beats a bar.
        numerator: u32,
        /// Note value of a beat.
        denominator: u32,
    },
    /// Tempo or metre change, or a note lies at an impossible time.
    #[error(transparent)]
    Quantize(#[from] QuantizeError),
}

/// What a network is given of a piece, to make `num_steps` sixteenths of it at the piece's tempo.
///
/// # Errors
///
/// [`ContinuationError`] where Magenta refuses the piece.
pub fn continuation_of(
    sequence: &NoteSequence,
    num_steps: usize,
) -> Result<Continuation, ContinuationError> {
    // The order of operations is Magenta's: a step more or less depends on the last bit.
    let qpm = sequence.tempos.first().map_or(DEFAULT_QPM, |tempo| tempo.qpm);
    let seconds_per_step = 60.0 / qpm / DEFAULT_STEPS_PER_QUARTER as f64;
    let last_end = sequence.notes.iter().map(|note| note.end_time).fold(0.0, f64::max);
    let (start, end) = (last_end + seconds_per_step, num_steps as f64 * seconds_per_step);
    if start >= end {
        return Err(ContinuationError::TooLong { start, end });
    }
    let quantized = quantize(sequence, DEFAULT_STEPS_PER_QUARTER)?;
    let Some(steps_per_bar) = quantized.steps_per_bar() else {
        let (numerator, denominator) =
            (quantized.time_signature.numerator, quantized.time_signature.denominator);
        return Err(ContinuationError::NonIntegerStepsPerBar { numerator, denominator });
    };
    let per_second = steps_per_second(DEFAULT_STEPS_PER_QUARTER, qpm);
    let start_step = quantize_to_step(start, per_second, 0.0)?;
    let end_step = quantize_to_step(end, per_second, 1.0)?;
    if start_step > MAX_PRIMER_STEPS {
        return Err(ContinuationError::TooLong { start, end });
    }
    let mut melodies = extract_melodies(&quantized, &WHOLE).melodies;
    if melodies.len() > 1 {
        return Err(ContinuationError::ManyInstruments { instruments: melodies.len() });
    }
    let mut melody = melodies.pop().unwrap_or_else(|| Melody {
        start_step: start_step.saturating_sub(1),
        steps_per_bar,
        ..Melody::new(Vec::new())
    });
    let steps = start_step.saturating_sub(melody.start_step);
    set_length(&mut melody, steps);
    let num_steps = end_step.saturating_sub(melody.start_step);
    Ok(Continuation { melody, num_steps, qpm })
}

/// Cuts a melody, or lengthens it with silence, ending a note that still sounds.
fn set_length(melody: &mut Melody, steps: usize) {
    let events = &mut melody.events;
    let last = events.iter().rev().find(|event| **event != MelodyEvent::NoEvent);
    let sounds = last.is_some_and(|event| event.pitch().is_some());
    let old = events.len();
    events.resize(steps, MelodyEvent::NoEvent);
    if let Some(event) = events.get_mut(old).filter(|_| sounds) {
        *event = MelodyEvent::NoteOff;
    }
}

#[cfg(test)]
mod tests {
    use music::{Tempo, TimeSignature, ToSequence};

    use super::*;

    fn continued(
        text: &str,
        qpm: f64,
        num_steps: usize,
    ) -> Result<Continuation, ContinuationError> {
        let options = ToSequence { qpm, ..ToSequence::default() };
        continuation_of(&Melody::parse(text).unwrap().to_sequence(&options), num_steps)
    }

    /// What Magenta 2.1.4 gave its networks.
    #[test]
    fn melodies_get_magentas_two_steps_of_silence() {
        let long = "60, -2, 62, -2, 64, -2, 65, -2, 67, -2, -2, -2, -1, -2, 67, -2, 69, -2, 67, -2, 65, -2, 64, -2, \
                    62, -2, -2, -2, 60, -2, -1, -2, 60, -2, 62, -2, 64, -2, 65, -2";
        for (typed, qpm, num_steps, given) in [
            ("[60]", 120.0, 128, "[60, -1, -2]"),
            ("[60]", 97.0, 64, "[60, -1, -2]"),
            (long, 120.0, 96, &format!("{long}, -1, -2")),
        ] {
            let continuation = continued(typed, qpm, num_steps).unwrap();
            assert_eq!(continuation.melody.events, Melody::parse(given).unwrap().events, "{typed}");
            assert_eq!((continuation.num_steps, continuation.qpm), (num_steps, qpm));
            assert_eq!(continuation.melody.start_step, 0);
        }
    }

    #[test]
    fn a_melody_that_begins_late_keeps_its_bar() {
        let text = format!("[{}62, -2, -1, -2]", "-2, ".repeat(18));
        let continuation = continued(&text, 120.0, 64).unwrap();
        assert_eq!((continuation.melody.start_step, continuation.num_steps), (16, 48));
        let given = Melody::parse("[-2, -2, 62, -2, -1, -2]").unwrap();
        assert_eq!(continuation.melody.events, given.events);
    }

    #[test]
    fn silence_is_a_step_of_silence() {
        let continuation = continued("[-2, -2]", 120.0, 64).unwrap();
        assert_eq!(continuation.melody.events, [MelodyEvent::NoEvent]);
        assert_eq!((continuation.melody.start_step, continuation.num_steps), (1, 63));
    }

    #[test]
    fn a_piece_that_fills_all_steps_is_too_long() {
        let error = continued("[60, 62, 64]", 120.0, 2).unwrap_err();
        assert_eq!(error, ContinuationError::TooLong { start: 0.5, end: 0.25 });
        assert!(continued("[60, 62, 64]", 120.0, 5).is_ok());
        assert!(continued("[60, 62, 64]", 120.0, 4).is_err());
    }

    #[test]
    fn changes_and_second_instruments_are_refused() {
        let tune = Melody::parse("[60, -2, 62, -2]").unwrap().to_sequence(&ToSequence::default());
        let mut duet = tune.clone();
        duet.notes.extend(tune.notes.iter().map(|note| music::Note { instrument: 1, ..*note }));
        let error = continuation_of(&duet, 64).unwrap_err();
        assert_eq!(error, ContinuationError::ManyInstruments { instruments: 2 });
        let mut faster = tune.clone();
        faster.tempos.push(Tempo { time: 0.1, qpm: 150.0 });
        assert!(matches!(continuation_of(&faster, 64), Err(ContinuationError::Quantize(_))));
        let mut odd = tune;
        odd.time_signatures = vec![TimeSignature { time: 0.0, numerator: 3, denominator: 32 }];
        let error = continuation_of(&odd, 64).unwrap_err();
        assert!(matches!(error, ContinuationError::NonIntegerStepsPerBar { .. }), "{error}");
    }
}
