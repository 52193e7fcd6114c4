//! From seconds to steps: the grid that melodies stand on.
//!
//! A piece whose tempo or metre changes is first cut at the changes ([`split_on_time_changes`]), then each part is
//! laid on a grid of equal steps ([`quantize`]); [`parts_of`] does the first without copying the piece. All do their arithmetic in the order in which note-seq does it,
//! so that steps agree to the last rounding. [`TempoMap`] is the other way, for a piece that must stay whole.

mod grid;
mod part;
pub(crate) mod split;
mod step;
mod tempo_map;

pub use crate::QuantizeError;
pub use grid::{QuantizedNote, QuantizedSequence, quantize};
pub use part::{Grid, Part, parts_of};
pub use split::split_on_time_changes;
pub use step::{MAX_STEP, quantize_to_step, steps_per_second};
pub use tempo_map::TempoMap;

/// Where in a step it is rounded: halves and more go up.
pub const QUANTIZE_CUTOFF: f64 = 0.5;

/// A sort key that puts times in order, `-0.0` equal to `0.0` as it is in music.
pub(crate) fn by_time(a: f64, b: f64) -> std::cmp::Ordering {
    (a + 0.0).total_cmp(&(b + 0.0))
}
