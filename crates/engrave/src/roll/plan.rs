//! How large everything is, and what is on which line.

use std::ops::Range;

use formats::layout::Bar;
use music::Pitch;

use super::notes::Rolled;
use super::{DIVISIONS, MARGIN, RollOptions};

/// Pixels that a quarter note should have.
const QUARTER: f64 = 27.0;
/// Lines of a picture, at most.
const MAX_SYSTEMS: usize = 40;
/// Pixels of a row, and of all rows about.
const ROWS: std::ops::RangeInclusive<f64> = 3.0..=9.0;
const ROWS_HEIGHT: f64 = 260.0;
/// Pitches that are shown at least.
const LEAST_PITCHES: u8 = 15;
/// Room for names of pitches, and for the keyboard.
const NAMES: f64 = 26.0;
pub(super) const KEYS: f64 = 26.0;
/// Height of the strip for drums, with the gap above it.
const DRUMS: f64 = 34.0;
const DRUMS_GAP: f64 = 5.0;

/// How large everything is.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) width: f64,
    /// The pitches that are shown.
    pub(super) low: Pitch,
    pub(super) high: Pitch,
    /// Pixels of a row.
    pub(super) row: f64,
    /// Pixels of the strip for drums; 0 without any.
    pub(super) drums: f64,
    pub(super) systems: Vec<System>,
    /// Pixels of a tick.
    tick: f64,
}

/// A line of the picture.
#[derive(Clone, Debug)]
pub(super) struct System {
    pub(super) bars: Range<usize>,
    /// Ticks before it and to its end.
    pub(super) start: i64,
    pub(super) end: i64,
}

impl Plan {
    pub(super) fn new(notes: &[Rolled<'_>], bars: &[Bar], options: &RollOptions) -> Self {
        let width = options.width.clamp(200.0, 10_000.0);
        let room = width - 2.0 * MARGIN - NAMES - KEYS;
        let systems = systems(bars, room, options.bars_per_line);
        let longest = systems.iter().map(|system| system.end - system.start).max().unwrap_or(1);
        let pitches =
            || notes.iter().filter(|it| !it.note.is_drum).map(|it| it.note.pitch.min(127));
        let (low, high) = range(pitches().min().unwrap_or(60), pitches().max().unwrap_or(60));
        let rows = f64::from(high - low) + 1.0;
        let has_drums = notes.iter().any(|it| it.note.is_drum);
        Self {
            width,
            low,
            high,
            row: (ROWS_HEIGHT / rows).clamp(*ROWS.start(), *ROWS.end()),
            drums: if has_drums { DRUMS } else { 0.0 },
            systems,
            tick: room / longest.max(1) as f64,
        }
    }

    /// Where the notes begin.
    pub(super) fn left(&self) -> f64 {
        MARGIN + NAMES + KEYS
    }

    /// Height of all rows.
    pub(super) fn pitches_height(&self) -> f64 {
        (f64::from(self.high - self.low) + 1.0) * self.row
    }

    /// Height of a system without the numbers above it.
    pub(super) fn height(&self) -> f64 {
        let drums = if self.drums > 0.0 { self.drums + DRUMS_GAP } else { 0.0 };
        self.pitches_height() + drums
    }

    /// The upper edge of a row, from that of the system.
    pub(super) fn row_of(&self, pitch: Pitch) -> f64 {
        f64::from(self.high.saturating_sub(pitch)) * self.row
    }

    pub(super) fn x_of(&self, system: &System, tick: i64) -> f64 {
        self.x_at(system, tick as f64)
    }

    /// Where a place between ticks is.
    pub(super) fn x_at(&self, system: &System, ticks: f64) -> f64 {
        self.left() + (ticks - system.start as f64) * self.tick
    }
}

/// Ticks of a beat: what a conductor would beat.
pub(super) fn beat(bar: &Bar) -> i64 {
    let divisions = i64::from(DIVISIONS);
    let plain = 4 * divisions / i64::from(bar.meter.1).max(1);
    bar.compound_beat(divisions).unwrap_or(plain).max(1)
}

/// Lines of as many bars as have room, all alike.
fn systems(bars: &[Bar], room: f64, bars_per_line: Option<usize>) -> Vec<System> {
    let ticks = bars.last().map_or(1, Bar::end).max(1);
    let quarters = ticks as f64 / f64::from(DIVISIONS);
    // The mean bar decides; half a line more than there is room for is still squeezed in.
    let per_bar = quarters / bars.len().max(1) as f64;
    let fitting = ((room / QUARTER / per_bar).round() as usize).max(1);
    let wanted = bars_per_line.unwrap_or_else(|| even(fitting, bars.len())).max(1);
    let per_line = wanted.max(bars.len().div_ceil(MAX_SYSTEMS));
    let starts = (0..bars.len()).step_by(per_line);
    let system = |start: usize| {
        let end = bars.len().min(start + per_line);
        System { bars: start..end, start: bars[start].start, end: bars[end - 1].end() }
    };
    starts.map(system).collect()
}

/// Bars in a line: a multiple of 4 where there is room, and no more than there are.
fn even(fitting: usize, bars: usize) -> usize {
    let fitting = if fitting >= 4 { fitting / 4 * 4 } else { fitting };
    fitting.min(bars)
}

/// The pitches that are shown: some more than there are.
fn range(low: Pitch, high: Pitch) -> (Pitch, Pitch) {
    let (mut low, mut high) = (low.saturating_sub(1), (high + 1).min(127));
    while high - low + 1 < LEAST_PITCHES {
        low = low.saturating_sub(1);
        high = (high + 1).min(127);
    }
    (low, high)
}
