//! The distributions.

use std::ops::Range;

use music::NOTES_PER_OCTAVE;

use super::{Feature, Line};

/// Pitch classes.
const OCTAVE: usize = NOTES_PER_OCTAVE as usize;

/// How the notes or intervals of a melody are spread over bins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Distribution {
    /// Intervals from [`WIDEST`](Self::WIDEST) semitones down to as many up; wider ones are counted with these.
    Intervals,
    /// Lengths of notes from one sixteenth to [`LONGEST`](Self::LONGEST); longer ones are counted with these.
    Lengths,
    /// Pitch classes with the tonic of the major key that most notes belong to as 0, as Magenta moves melodies to C: a tune in a
    /// minor key stands in A minor.
    Degrees,
    /// Pitch classes as they sound, C as 0.
    PitchClasses,
}

impl Distribution {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Intervals, Self::Lengths, Self::Degrees, Self::PitchClasses];
    /// Two octaves.
    pub const WIDEST: i32 = 24;
    /// A whole note.
    pub const LONGEST: usize = 16;
    /// Sixteenths in a quarter note.
    const SIXTEENTHS: usize = 4;
    /// The place right after the last of them.
    pub(super) const END: usize = Self::ALL[Self::ALL.len() - 1].range().end;

    /// Where its bins stand in the numbers of a profile.
    #[must_use]
    pub const fn range(self) -> Range<usize> {
        let start = match self {
            Self::Intervals => Feature::ALL.len(),
            Self::Lengths => Self::Intervals.range().end,
            Self::Degrees => Self::Lengths.range().end,
            Self::PitchClasses => Self::Degrees.range().end,
        };
        start..start + self.bins()
    }

    /// How many bins it has.
    #[must_use]
    pub const fn bins(self) -> usize {
        match self {
            Self::Intervals => 2 * Self::WIDEST as usize + 1,
            Self::Lengths => Self::LONGEST,
            Self::Degrees | Self::PitchClasses => OCTAVE,
        }
    }

    /// The value that the first bin stands for; the others follow one by one.
    #[must_use]
    pub const fn first(self) -> i32 {
        match self {
            Self::Intervals => -Self::WIDEST,
            Self::Lengths => 1,
            Self::Degrees | Self::PitchClasses => 0,
        }
    }

    /// Whether its bins are in a row, so that some are farther apart than others; pitch classes are in a circle.
    #[must_use]
    pub const fn is_ordered(self) -> bool {
        matches!(self, Self::Intervals | Self::Lengths)
    }

    /// Writes the shares of its bins.
    pub(super) fn fill(self, line: &Line<'_>, bins: &mut [f64]) {
        let mut count = |bin: usize| bins[bin] += 1.0;
        match self {
            Self::Intervals => line.intervals().for_each(|interval| {
                let interval = interval.clamp(-Self::WIDEST, Self::WIDEST) + Self::WIDEST;
                count(interval.unsigned_abs() as usize);
            }),
            Self::Lengths => line.notes.iter().for_each(|note| {
                let steps = (note.end - note.start) * Self::SIXTEENTHS;
                let sixteenths = steps.div_ceil(line.melody.steps_per_quarter);
                count(sixteenths.clamp(1, Self::LONGEST) - 1);
            }),
            Self::Degrees => {
                let up = OCTAVE - usize::from(line.melody.major_key());
                line.notes.iter().for_each(|note| count((usize::from(note.pitch) + up) % OCTAVE));
            }
            Self::PitchClasses => {
                line.notes.iter().for_each(|note| count(usize::from(note.pitch) % OCTAVE));
            }
        }
        let total: f64 = bins.iter().sum();
        bins.iter_mut().for_each(|bin| *bin /= total);
    }
}
