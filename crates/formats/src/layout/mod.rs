//! Notes in seconds laid out as a page has them: bars, parts with their voices, note values and ties, names of pitches.
//!
//! What the writers of MusicXML and ABC have in common.

pub(crate) mod grid;
pub(crate) mod marks;
pub(crate) mod notation;
pub(crate) mod parts;
pub(crate) mod spelling;

use music::NoteSequence;

use self::grid::{Bar, Clock, bars};
use self::marks::Marks;
use self::parts::{Part, parts};
use crate::Result;
use crate::error::check;

/// Quarter notes that a score may have: six days at 120 a minute.
pub(crate) const MAX_QUARTERS: i64 = 1 << 20;

/// Measures of all parts together; each takes some hundred bytes.
const MAX_MEASURES: usize = 1_000_000;

/// A piece on the grid.
pub(crate) struct Layout {
    pub(crate) bars: Vec<Bar>,
    pub(crate) parts: Vec<Part>,
    pub(crate) marks: Marks,
    /// Ticks in a quarter note.
    pub(crate) divisions: i64,
}

impl Layout {
    /// Lays out `sequence` with so many ticks in a quarter note, a multiple of 12 up to 960.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`](crate::Error::OutOfRange) for times, pitches and signatures that cannot be written.
    pub(crate) fn new(sequence: &NoteSequence, divisions: u32) -> Result<Self> {
        let divisions = i64::from(divisions);
        let valid = (12..=960).contains(&divisions) && divisions % 12 == 0;
        check("divisions", 0, divisions as f64, "a multiple of 12 up to 960", valid)?;
        let clock = Clock::new(sequence, divisions)?;
        let mut end = 0f64;
        for (index, note) in sequence.notes.iter().enumerate() {
            check(
                "note.start_time",
                index,
                note.start_time,
                "a number",
                !note.start_time.is_nan(),
            )?;
            end = end.max(clock.ticks("note.end_time", index, note.end_time)?);
            end = end.max(clock.ticks("note.start_time", index, note.start_time)?);
        }
        let bars = bars(sequence, &clock, end)?;
        let parts = parts(sequence, &clock, &bars, divisions)?;
        check_measures(bars.len().saturating_mul(parts.len()))?;
        let marks = Marks::new(sequence, &clock, &bars)?;
        Ok(Self { bars, parts, marks, divisions })
    }
}

fn check_measures(measures: usize) -> Result<()> {
    check("measures", 0, measures as f64, "at most 1000000", measures <= MAX_MEASURES)
}
