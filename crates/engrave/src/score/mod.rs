//! Scores as a printed sheet has them.
//!
//! ```text
//! NoteSequence -> Layout (formats)            bars, voices, note values, ties
//!              -> StaffBar                    heads, stems, beams, signs on a staff
//!              -> Spacing, System             where things stand from left to right
//!              -> Ink                         shapes, staff by staff
//!              -> page                        staves and systems from top to bottom
//! ```
//!
//! Distances follow Elaine Gould, "Behind Bars" (2011), and the defaults of the typeface.

mod beats;
mod furniture;
mod ink;
mod item;
mod marks;
mod notes;
mod page;
mod spacing;
mod staff_bar;
mod stems;
mod systems;
mod ties;
mod triplets;

#[cfg(test)]
mod tests;

use figure::Svg;
use formats::layout::{Clef, Layout, signature, staves};
use music::NoteSequence;

use self::furniture::Change;
use self::spacing::Spacing;
use self::staff_bar::StaffBar;
use crate::Result;
use crate::error::check;

/// Ticks of a quarter note: enough for thirty-seconds and triplets.
const DIVISIONS: u32 = 24;

/// Bars of all staves together, and notes, that a score may have: beyond that no picture is read.
const MAX_BARS: usize = 20_000;
const MAX_NOTES: usize = 100_000;

/// How a score is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoreOptions {
    /// Width of the picture in pixels, 200 to 10,000; a bar that does not fit makes it wider. A staff is 32 pixels high.
    pub width: f64,
}

impl Default for ScoreOptions {
    fn default() -> Self {
        Self { width: 960.0 }
    }
}

/// A score as staves with their bars.
#[derive(Debug)]
struct Score {
    staves: Vec<StaffHead>,
    bars: Vec<ScoreBar>,
}

/// What a staff begins with.
#[derive(Debug)]
struct StaffHead {
    clef: Clef,
    /// Which part it belongs to.
    part: usize,
    /// Name of the part.
    name: String,
}

/// A bar of all staves.
#[derive(Debug)]
struct ScoreBar {
    staves: Vec<StaffBar>,
    spacing: Spacing,
    /// Its number; a pick-up is 0.
    number: usize,
    /// Key and metre in force, and which of them begin here.
    change: Change,
    /// Ticks before it and to its end.
    start: i64,
    end: i64,
}

/// Draws `sequence` as a score: one staff for each instrument or part of a score, drums left out, with clefs, key, metre, bars, beams, ties,
/// triplets, tempos, chord symbols, title and composers.
///
/// Times are moved to the grid as for MusicXML ([`formats::musicxml::write`]). A piece that names no key gets the one that its notes speak
/// for ([`NoteSequence::likely_key`]).
///
/// # Errors
///
/// [`Error::Layout`](crate::Error::Layout) for times, pitches and signatures that cannot be written,
/// [`Error::TooMuch`](crate::Error::TooMuch) beyond 20,000 bars or 100,000 notes.
pub fn score_svg(sequence: &NoteSequence, options: &ScoreOptions) -> Result<Svg> {
    check("notes", sequence.notes.len(), MAX_NOTES)?;
    let mut layout = Layout::new(sequence, DIVISIONS)?;
    if layout.marks.keys.is_empty() {
        layout.marks.keys.extend(sequence.likely_key().map(|key| (0, key)));
    }
    let score = Score::new(&layout)?;
    Ok(page::page(&score, &layout.marks, &sequence.metadata, options))
}

impl Score {
    fn new(layout: &Layout) -> Result<Self> {
        let divisions = layout.divisions;
        let all: Vec<_> = layout.parts.iter().map(staves).collect();
        let count: usize = all.iter().map(Vec::len).sum();
        check("bars", count.saturating_mul(layout.bars.len()), MAX_BARS)?;
        let mut heads = Vec::with_capacity(count);
        for (part, staves) in all.iter().enumerate() {
            let name = &layout.parts[part].name;
            heads.extend(staves.iter().map(|staff| StaffHead {
                clef: staff.clef,
                part,
                name: name.clone(),
            }));
        }
        let first = usize::from(!layout.bars.first().is_some_and(|bar| bar.is_pickup));
        let mut change = Change::default();
        let mut bars = Vec::with_capacity(layout.bars.len());
        for (index, bar) in layout.bars.iter().enumerate() {
            let fifths = layout.marks.keys.get(&index).map(|key| signature(key).0);
            change = change.next(fifths, bar.meter);
            let on_staff = |staff| StaffBar::new(staff, bar, change.fifths, divisions);
            let staves: Vec<StaffBar> = all.iter().flatten().map(on_staff).collect();
            let is_last = index + 1 == layout.bars.len();
            let spacing = Spacing::new(bar, &staves, divisions, is_last);
            let (number, start, end) = (first + index, bar.start, bar.end());
            bars.push(ScoreBar { staves, spacing, number, change, start, end });
        }
        Ok(Self { staves: heads, bars })
    }
}
