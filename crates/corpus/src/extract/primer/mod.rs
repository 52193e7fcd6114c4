//! The one melody of a piece that is to be continued.

mod candidate;
mod continuation;
#[cfg(test)]
mod tests;

use std::fmt;

use music::quantize::{QuantizedNote, TempoMap};
use music::{DEFAULT_STEPS_PER_QUARTER, Melody, NoteSequence, QuantizeError, TimeSignature};

use super::line::{self, Line, Rules};
use candidate::Candidate;
pub use continuation::{Continuation, ContinuationError, continuation_of};

/// The longest primer, in steps: four thousand bars of 4/4.
pub const MAX_PRIMER_STEPS: usize = 1 << 16;

/// The melody of a piece, and where it was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Primer {
    /// The melody, from the start of the bar of its first note to the end of its last.
    pub melody: Melody,
    /// The tempo at its first note, in quarter notes a minute.
    pub qpm: f64,
    /// The instrument (track) of the piece that plays it.
    pub instrument: u32,
    /// The name of that instrument; empty if it has none.
    pub name: String,
    /// The MIDI program of that instrument, 0..=127.
    pub program: u8,
    /// Why this instrument.
    pub reason: PrimerReason,
}

/// Why an instrument was taken for the one with the melody.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum PrimerReason {
    /// No other has notes that sound and are no drums.
    OnlyInstrument,
    /// Its name says so.
    Named {
        /// What its name contains.
        word: &'static str,
        /// How many instruments there were to choose from.
        candidates: usize,
    },
    /// It scored highest of all.
    MostMelodic {
        /// How many instruments there were to choose from.
        candidates: usize,
        /// Share of its onsets with a single note, 0..=1.
        single_notes: f64,
        /// How many pitch classes it uses.
        pitch_classes: u32,
        /// In how many stretches of 16 steps it begins a note.
        bars: usize,
    },
}

impl fmt::Display for Primer {
    /// Says which instrument it is and why: `instrument 2 "Lead" (program 80), the most melodic of 5: ...`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "instrument {}", self.instrument)?;
        if !self.name.is_empty() {
            write!(f, " {:?}", self.name)?;
        }
        write!(f, " (program {}), {}", self.program, self.reason)
    }
}

impl fmt::Display for PrimerReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OnlyInstrument => f.write_str("the only one that plays notes"),
            Self::Named { word, candidates } => {
                write!(
                    f,
                    "of {candidates} the most melodic whose name says that it has the tune ({word})"
                )
            }
            Self::MostMelodic { candidates, single_notes, pitch_classes, bars } => {
                let classes = if *pitch_classes == 1 { "pitch class" } else { "pitch classes" };
                let heard = if *bars == 1 { "bar" } else { "bars" };
                let percent = single_notes * 100.0;
                write!(
                    f,
                    "the most melodic of {candidates}: {percent:.0} % single notes, {pitch_classes} {classes}, \
                     heard in {bars} {heard}"
                )
            }
        }
    }
}

/// Why a piece has no melody to continue.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PrimerError {
    /// No note sounds that is no drum.
    #[error("there are no notes but drums")]
    NoNotes,
    /// A bar at the first note is not a whole number of sixteenths.
    #[error("a bar of {numerator}/{denominator} is not a whole number of sixteenths")]
    NonIntegerStepsPerBar {
        /// Beats a bar.
        numerator: u32,
        /// Note value of a beat.
        denominator: u32,
    },
    /// The melody does not end in time.
    #[error("the melody is {steps} sixteenths long, more than {MAX_PRIMER_STEPS}")]
    TooLong {
        /// Its length in steps.
        steps: usize,
    },
    /// The tempo at the first note is no tempo.
    #[error("{qpm} quarter notes a minute is no tempo")]
    BadTempo {
        /// The tempo as found.
        qpm: f64,
    },
    /// A note lies at an impossible time.
    #[error(transparent)]
    Quantize(#[from] QuantizeError),
}

/// The melody of a piece of one or many instruments, tempos and metres.
///
/// Of several instruments the one is taken whose name says that it carries the tune, or else the one that looks
/// most like a tune: single notes that move through many pitches in a singable register for most of the piece.
/// Equals go by number. Of notes that begin together the highest counts, and gaps end nothing. With one instrument,
/// tempo and metre this is the primer that Magenta makes; with more Magenta gives up.
///
/// # Errors
///
/// [`PrimerError`] if there is no such melody.
pub fn primer_of(sequence: &NoteSequence) -> Result<Primer, PrimerError> {
    let map = TempoMap::new(&sequence.tempos, DEFAULT_STEPS_PER_QUARTER);
    let notes = pitched_notes(sequence, &map)?;
    let candidates: Vec<Candidate> = notes
        .chunk_by(|a, b| a.instrument == b.instrument)
        .filter_map(|notes| Candidate::new(notes, name_of(sequence, notes)))
        .collect();
    let (chosen, reason) = choose(&candidates).ok_or(PrimerError::NoNotes)?;
    let start = notes.partition_point(|note| note.instrument < chosen.instrument);
    let end = notes.partition_point(|note| note.instrument <= chosen.instrument);
    let notes = &notes[start..end];
    let first_step = notes.first().map_or(0, |note| note.start_step);
    let qpm = map.qpm_at(first_step);
    if !(qpm > 0.0 && qpm.is_finite()) {
        return Err(PrimerError::BadTempo { qpm });
    }
    Ok(Primer {
        melody: follow(notes, meter_at(&sequence.time_signatures, &map, first_step))?,
        qpm,
        instrument: chosen.instrument,
        name: name_of(sequence, notes).to_owned(),
        program: chosen.program,
        reason,
    })
}

/// The notes that sound and are no drums, by instrument and in [`line::order`].
fn pitched_notes(
    sequence: &NoteSequence,
    map: &TempoMap,
) -> Result<Vec<QuantizedNote>, QuantizeError> {
    let mut notes = map.quantize(&sequence.notes)?;
    notes.retain(|note| !note.is_drum && note.velocity > 0 && note.end_step > note.start_step);
    notes.sort_by_key(|note| (note.instrument, line::order(note)));
    Ok(notes)
}

/// The name of the instrument that plays `notes`.
fn name_of<'a>(sequence: &'a NoteSequence, notes: &[QuantizedNote]) -> &'a str {
    let instrument = notes.first().map(|note| note.instrument);
    let info = sequence.instrument_infos.iter().find(|info| Some(info.instrument) == instrument);
    info.map_or("", |info| info.name.as_str())
}

/// The best of the candidates, the first of equals.
fn choose(candidates: &[Candidate]) -> Option<(&Candidate, PrimerReason)> {
    let most_bars = candidates.iter().map(|candidate| candidate.bars).max()?;
    let rank = |candidate: &Candidate| (candidate.is_named(most_bars), candidate.score(most_bars));
    let better = |a: &(bool, f64), b: &(bool, f64)| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).is_gt();
    let mut chosen = candidates.first()?;
    for candidate in candidates {
        if better(&rank(candidate), &rank(chosen)) {
            chosen = candidate;
        }
    }
    let count = candidates.len();
    let reason = match chosen.tune_word {
        _ if count == 1 => PrimerReason::OnlyInstrument,
        Some(word) if chosen.is_named(most_bars) => PrimerReason::Named { word, candidates: count },
        _ => PrimerReason::MostMelodic {
            candidates: count,
            single_notes: chosen.single_notes,
            pitch_classes: chosen.pitch_classes,
            bars: chosen.bars,
        },
    };
    Some((chosen, reason))
}

/// The time signature that holds at a step, and the step at which it begins.
fn meter_at(meters: &[TimeSignature], map: &TempoMap, step: usize) -> (TimeSignature, usize) {
    let placed = meters.iter().filter_map(|meter| Some((*meter, map.step_at(meter.time).ok()?)));
    placed
        .filter(|(_, start)| *start <= step)
        .fold((TimeSignature::COMMON, 0), |held, next| if next.1 >= held.1 { next } else { held })
}

/// The melody of one instrument, with the bars of `meter`, which begins at step `from`.
fn follow(
    notes: &[QuantizedNote],
    (meter, from): (TimeSignature, usize),
) -> Result<Melody, PrimerError> {
    let TimeSignature { numerator, denominator, .. } = meter;
    let steps_per_bar = meter
        .steps_per_bar(DEFAULT_STEPS_PER_QUARTER)
        .ok_or(PrimerError::NonIntegerStepsPerBar { numerator, denominator })?;
    let rules = Rules { steps_per_bar, gap_steps: f64::INFINITY, ignore_polyphonic_notes: true };
    let mut line = Line::default();
    if line.follow(notes, from, &rules) != Ok(true) {
        return Err(PrimerError::NoNotes);
    }
    if line.len() > MAX_PRIMER_STEPS {
        return Err(PrimerError::TooLong { steps: line.len() });
    }
    Ok(line.melody(MAX_PRIMER_STEPS, steps_per_bar, DEFAULT_STEPS_PER_QUARTER))
}
