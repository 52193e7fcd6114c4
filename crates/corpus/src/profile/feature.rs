//! The features.

use music::TimeSignature;

use super::{Line, PieceTempo};
use crate::extract::Setting;

/// The widest interval that is a step: a whole tone.
const STEP: i32 = 2;

/// A number that tells something of a melody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feature {
    /// Tempo at the start of the piece, in quarter notes a minute.
    StartTempo,
    /// Mean tempo of the piece over its time, in quarter notes a minute.
    Tempo,
    /// Semitones from the lowest to the highest note.
    Range,
    /// Mean pitch of its notes, as MIDI number.
    Pitch,
    /// Mean size of its intervals, in semitones, whatever their direction.
    Interval,
    /// Share of the intervals that repeat the note.
    Repeats,
    /// Share of the intervals of one or two semitones.
    Steps,
    /// Share of the intervals of three semitones or more.
    Leaps,
    /// Share of the intervals upwards among those that are no repeats; a half where all are.
    Rises,
    /// Mean length of its notes, in quarter notes.
    Length,
    /// Notes that begin in a bar.
    NotesPerBar,
    /// Notes that begin in a beat: a dotted note in 6/8, 9/8 and 12/8, else a quarter note.
    NotesPerBeat,
    /// Notes that begin in a second, at the tempo of its part of the piece.
    NotesPerSecond,
    /// Share of the notes outside the major key that most of them belong to.
    Chromatic,
    /// Share of its time in which nothing sounds.
    Rests,
    /// Share of the notes that begin between two beats and go on over the next.
    Syncopation,
    /// Share of the bars with notes that are as another bar of it.
    Recurrence,
    /// Bars.
    Bars,
}

impl Feature {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::StartTempo,
        Self::Tempo,
        Self::Range,
        Self::Pitch,
        Self::Interval,
        Self::Repeats,
        Self::Steps,
        Self::Leaps,
        Self::Rises,
        Self::Length,
        Self::NotesPerBar,
        Self::NotesPerBeat,
        Self::NotesPerSecond,
        Self::Chromatic,
        Self::Rests,
        Self::Syncopation,
        Self::Recurrence,
        Self::Bars,
    ];

    /// Its value for a melody.
    pub(super) fn of(self, line: &Line<'_>, setting: &Setting, tempo: PieceTempo) -> f64 {
        let notes = line.notes.len() as f64;
        let share_of_intervals = |is_meant: fn(i32) -> bool| {
            line.intervals().filter(|&interval| is_meant(interval)).count() as f64 / (notes - 1.0)
        };
        let beat_steps = beat_steps(&setting.time_signature, line.melody.steps_per_quarter);
        let sounding = line.notes.iter().map(|note| note.end - note.start).sum::<usize>() as f64;
        match self {
            Self::StartTempo => tempo.start,
            Self::Tempo => tempo.mean,
            Self::Range => {
                let (lowest, highest) = line.extremes();
                f64::from(highest - lowest)
            }
            Self::Pitch => line.notes.iter().map(|note| f64::from(note.pitch)).sum::<f64>() / notes,
            Self::Interval => {
                line.intervals().map(|interval| f64::from(interval.abs())).sum::<f64>()
                    / (notes - 1.0)
            }
            Self::Repeats => share_of_intervals(|interval| interval == 0),
            Self::Steps => share_of_intervals(|interval| (1..=STEP).contains(&interval.abs())),
            Self::Leaps => share_of_intervals(|interval| interval.abs() > STEP),
            Self::Rises => {
                let (up, down) = line.intervals().fold((0, 0), |(up, down), interval| {
                    (up + i32::from(interval > 0), down + i32::from(interval < 0))
                });
                if up + down == 0 { 0.5 } else { f64::from(up) / f64::from(up + down) }
            }
            Self::Length => sounding / notes / line.melody.steps_per_quarter as f64,
            Self::NotesPerBar => notes / line.bars(),
            Self::NotesPerBeat => notes * beat_steps as f64 / line.melody.len() as f64,
            Self::NotesPerSecond => notes / line.quarters() * setting.qpm / 60.0,
            Self::Chromatic => {
                let key = usize::from(line.melody.major_key());
                1.0 - f64::from(line.melody.major_key_histogram()[key]) / notes
            }
            Self::Rests => 1.0 - sounding / line.melody.len() as f64,
            Self::Syncopation => line.syncopated(beat_steps),
            Self::Recurrence => line.recurring_bars(),
            Self::Bars => line.bars(),
        }
    }
}

/// Steps of a beat: three of the lower number in compound metres (6/8, 9/8, 12/8, 6/16), else a quarter note.
fn beat_steps(meter: &TimeSignature, steps_per_quarter: usize) -> usize {
    let is_compound =
        meter.numerator > 3 && meter.numerator.is_multiple_of(3) && meter.denominator > 4;
    let beat = TimeSignature { numerator: 3, ..*meter };
    let compound = is_compound.then(|| beat.steps_per_bar(steps_per_quarter)).flatten();
    compound.unwrap_or(steps_per_quarter)
}
