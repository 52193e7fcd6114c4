//! Bars put into lines that are filled.

use std::ops::Range;

use super::Score;
use super::ink::Ink;

/// The last line is filled if it is so full at least.
const FULL_ENOUGH: f64 = 0.65;
/// How much the last line may be stretched where it is not filled.
const LOOSE: f64 = 1.25;
/// What a last line counts that is not full, next to others.
const LAST_COUNTS: f64 = 0.1;
/// How much worse it is to squeeze than to stretch.
const SQUEEZED: f64 = 4.0;

/// A line of bars.
#[derive(Debug)]
pub(super) struct System {
    pub(super) bars: Range<usize>,
    /// Where each of them stands.
    pub(super) places: Vec<BarPlace>,
    pub(super) width: f64,
}

/// Where a bar stands in its system.
#[derive(Debug)]
pub(super) struct BarPlace {
    /// Its left end; that of the first bar is the left end of the staff.
    pub(super) x: f64,
    /// Its right end.
    pub(super) end: f64,
    /// Its columns by tick.
    pub(super) columns: Vec<(i64, f64)>,
}

impl BarPlace {
    /// Where `tick` is, between columns, too.
    pub(super) fn x_of(&self, tick: i64, end_tick: i64) -> f64 {
        let after = self.columns.partition_point(|(at, _)| *at <= tick);
        let Some(&(start, x)) = self.columns.get(after.saturating_sub(1)) else { return self.x };
        let (next, end) = self.columns.get(after).copied().unwrap_or((end_tick, self.end));
        let share = (tick - start) as f64 / (next - start).max(1) as f64;
        x + share.clamp(0.0, 1.0) * (end - x)
    }
}

/// Room that a bar needs: in the midst of a system, and at its beginning.
struct Room {
    head: f64,
    first_head: f64,
    ideal: f64,
    least: f64,
}

/// Breaks the score into systems of `width`, the first `indent` narrower.
pub(super) fn systems(score: &Score, width: f64, indent: f64) -> Vec<System> {
    let rooms: Vec<Room> = (0..score.bars.len()).map(|bar| room(score, bar)).collect();
    let ends = breaks(&rooms, width, indent);
    let mut systems = Vec::with_capacity(ends.len());
    let mut start = 0;
    for end in ends {
        let width = if start == 0 { width - indent } else { width };
        systems.push(system(score, &rooms, start..end, width));
        start = end;
    }
    systems
}

fn room(score: &Score, bar: usize) -> Room {
    let this = &score.bars[bar];
    let widest =
        |head: &dyn Fn(&super::StaffHead) -> f64| score.staves.iter().map(head).fold(0.0, f64::max);
    Room {
        head: widest(&|staff| this.change.begin_bar(staff.clef, 0.0, &mut Ink::default())),
        first_head: widest(&|staff| this.change.begin_system(staff.clef, &mut Ink::default())),
        ideal: this.spacing.width(1.0),
        least: this.spacing.width(0.0),
    }
}

/// Where systems end, so that all are as evenly filled as can be (Knuth and Plass, "Breaking Paragraphs into Lines", 1981).
fn breaks(rooms: &[Room], width: f64, indent: f64) -> Vec<usize> {
    let count = rooms.len();
    // The least cost of the bars up to each, and where their last system starts.
    let mut best: Vec<(f64, usize)> = vec![(0.0, 0)];
    for end in 1..=count {
        let mut found = (f64::INFINITY, end - 1);
        let (mut ideal, mut least) = (0.0, 0.0);
        for start in (0..end).rev() {
            let room = &rooms[start];
            let width = if start == 0 { width - indent } else { width };
            let (whole, need) =
                (ideal + room.first_head + room.ideal, least + room.first_head + room.least);
            if need > width && start + 1 < end {
                break;
            }
            let stretch = (width / whole).ln();
            let mut cost = stretch * stretch * if stretch < 0.0 { SQUEEZED } else { 1.0 };
            if end == count && stretch > 0.0 {
                cost *= LAST_COUNTS;
            }
            let cost = best[start].0 + cost;
            if cost < found.0 {
                found = (cost, start);
            }
            ideal += room.head + room.ideal;
            least += room.head + room.least;
        }
        best.push(found);
    }
    let mut ends = Vec::new();
    let mut end = count;
    while end > 0 {
        ends.push(end);
        end = best[end].1;
    }
    ends.reverse();
    ends
}

fn system(score: &Score, rooms: &[Room], bars: Range<usize>, width: f64) -> System {
    let head = |bar: usize| if bar == bars.start { rooms[bar].first_head } else { rooms[bar].head };
    let wide = |stretch: f64| -> f64 {
        bars.clone().map(|bar| head(bar) + score.bars[bar].spacing.width(stretch)).sum()
    };
    let is_last = bars.end == score.bars.len();
    let stretch =
        if is_last && wide(1.0) < FULL_ENOUGH * width { LOOSE } else { solve(&wide, width) };
    let mut places = Vec::with_capacity(bars.len());
    let mut x = 0.0;
    for bar in bars.clone() {
        let spacing = &score.bars[bar].spacing;
        let notes = x + head(bar);
        let columns =
            spacing.places(stretch).into_iter().map(|(tick, at)| (tick, notes + at)).collect();
        let end = notes + spacing.width(stretch);
        places.push(BarPlace { x, end, columns });
        x = end;
    }
    System { bars, places, width: x }
}

/// The stretch at which `wide` is `width`, as far as there is one.
fn solve(wide: &dyn Fn(f64) -> f64, width: f64) -> f64 {
    let (mut low, mut high) = (0.0, 64.0);
    for _ in 0..40 {
        let middle = (low + high) / 2.0;
        if wide(middle) < width { low = middle } else { high = middle }
    }
    (low + high) / 2.0
}
