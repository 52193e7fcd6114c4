//! How far apart the notes of a bar stand.

use formats::layout::Bar;

use super::staff_bar::StaffBar;

/// Spaces that a quarter note takes before it is stretched; other notes take as much as the root of their length says.
const QUARTER: f64 = 4.1;
/// Room between two things that follow one another, at least.
const GAP: f64 = 0.4;
/// Room behind a bar line.
const LEAD: f64 = 1.1;
/// Room before a bar line, at least.
const TRAIL: f64 = 0.7;
/// How much thicker the bar line at the end of a piece is.
const FINAL: f64 = 1.0;
/// The least width of a bar in which nothing happens.
const EMPTY: f64 = 6.0;

/// What begins at one time.
#[derive(Clone, Copy, Debug)]
struct Column {
    tick: i64,
    /// Distance to the next, or to the bar line, at least.
    least: f64,
    /// The same as it should be.
    ideal: f64,
}

/// The columns of a bar.
#[derive(Clone, Debug)]
pub(super) struct Spacing {
    columns: Vec<Column>,
    /// From the bar line to the first column.
    lead: f64,
}

impl Spacing {
    pub(super) fn new(bar: &Bar, staves: &[StaffBar], divisions: i64, is_last: bool) -> Self {
        let trail = if is_last { TRAIL + FINAL } else { TRAIL };
        let items = || staves.iter().flat_map(|staff| &staff.items);
        // Ticks with how far things reach to the left and to the right.
        let mut reach: Vec<(i64, f64, f64)> = items()
            .filter(|item| !item.fills_bar())
            .map(|item| (item.symbol.start, item.left(), item.right()))
            .collect();
        reach.sort_by_key(|(tick, ..)| *tick);
        let mut columns: Vec<(i64, f64, f64)> = Vec::new();
        for (tick, left, right) in reach {
            match columns.last_mut() {
                Some(last) if last.0 == tick => {
                    (last.1, last.2) = (last.1.max(left), last.2.max(right))
                }
                _ => columns.push((tick, left, right)),
            }
        }
        let lead = LEAD + columns.first().map_or(0.0, |column| column.1);
        let ideal = |ticks: i64| QUARTER * (ticks as f64 / divisions as f64).sqrt();
        let mut spaced = Vec::with_capacity(columns.len());
        for (index, (tick, _, right)) in columns.iter().enumerate() {
            let (least, next) = match columns.get(index + 1) {
                Some((next, left, _)) => (right + left + GAP, *next),
                None => (right + trail, bar.end()),
            };
            spaced.push(Column { tick: *tick, least, ideal: ideal(next - tick) });
        }
        if spaced.is_empty() {
            let ideal = ideal(bar.length).max(EMPTY);
            spaced.push(Column { tick: bar.start, least: EMPTY, ideal });
        }
        Self { columns: spaced, lead }
    }

    /// How wide the bar is when what may be stretched is.
    pub(super) fn width(&self, stretch: f64) -> f64 {
        self.lead + self.columns.iter().map(|column| column.width(stretch)).sum::<f64>()
    }

    /// Where the columns are, by tick, from the bar line on.
    pub(super) fn places(&self, stretch: f64) -> Vec<(i64, f64)> {
        let mut x = self.lead;
        let place = |column: &Column| {
            let place = (column.tick, x);
            x += column.width(stretch);
            place
        };
        self.columns.iter().map(place).collect()
    }
}

impl Column {
    fn width(&self, stretch: f64) -> f64 {
        self.least.max(self.ideal * stretch)
    }
}
