//! Whether two groups differ, how much, and how sure that is; for any subject: this crate knows no music.
//!
//! * [`Table`]: what is known of each unit, the first group above the second
//! * [`Rearrangements`]: the ways in which units could have fallen into the two groups; [`permutation_test`] asks how many of
//!   them look as different as the data do
//! * [`cliffs_delta`] and [`intervals`]: how much groups differ, and between which bounds that is known
//! * [`jensen_shannon`], [`earth_mover`]: how far two distributions are apart
//! * [`holm`]: p-values of many tests at once
//!
//! Everything is a function of its input and a seed, at any number of threads.
#![forbid(unsafe_code)]

mod bootstrap;
mod correction;
mod distance;
mod draw;
mod permutation;
mod rank;
mod summary;
mod table;

pub use bootstrap::{Interval, Intervals, REPLICATES, intervals};
pub use correction::holm;
pub use distance::{earth_mover, jensen_shannon};
pub use permutation::{PValue, Rearrangements, permutation_test};
pub use rank::{Ranked, cliffs_delta};
pub use summary::Summary;
pub use table::Table;
