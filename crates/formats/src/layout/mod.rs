//! Notes in seconds laid out as a page has them: bars, parts with their voices, note values and ties, names of pitches.
//!
//! What the writers of MusicXML and ABC and the engraver have in common.

mod grid;
mod marks;
mod notation;
mod parts;
mod spelling;
mod staff;

use music::NoteSequence;

pub use self::grid::{Bar, Clock, Grid};
pub use self::marks::{Mark, Marks};
pub use self::notation::{NoteValue, Symbol, symbols};
use self::parts::parts;
pub use self::parts::{Chord, Part};
pub(crate) use self::spelling::FIFTHS;
pub use self::spelling::{Spelling, signature};
pub use self::staff::{Clef, Staff, VoiceSymbols, signs, staves};
use crate::Result;
use crate::error::check;

/// Quarter notes that a score may have: six days at 120 a minute.
pub(crate) const MAX_QUARTERS: i64 = 1 << 20;

/// Measures of all parts together; each takes some hundred bytes.
const MAX_MEASURES: usize = 1_000_000;

/// A piece on the grid.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Its bars, at least one.
    pub bars: Vec<Bar>,
    /// Its parts, at least one.
    pub parts: Vec<Part>,
    /// What stands above the notes.
    pub marks: Marks,
    /// Ticks in a quarter note.
    pub divisions: i64,
}

impl Layout {
    /// Lays out `sequence` with so many ticks in a quarter note, a multiple of 12 up to 960.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`](crate::Error::OutOfRange) for times, pitches and signatures that cannot be written, and for more than
    /// 64 notes of one voice that overlap.
    pub fn new(sequence: &NoteSequence, divisions: u32) -> Result<Self> {
        let Grid { clock, bars } = Grid::new(sequence, divisions)?;
        let divisions = i64::from(divisions);
        let parts = parts(sequence, &clock, &bars, divisions)?;
        check_measures(bars.len().saturating_mul(parts.len()))?;
        let marks = Marks::new(sequence, &clock, &bars)?;
        Ok(Self { bars, parts, marks, divisions })
    }
}

fn check_measures(measures: usize) -> Result<()> {
    check("measures", 0, measures as f64, "at most 1000000", measures <= MAX_MEASURES)
}
