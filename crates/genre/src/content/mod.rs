//! Genres by content: what a piece is, told by its notes alone.
//!
//! * [`features`]: a piece as numbers
//! * [`examples`]: features with labels, and groups (artists) that must not be torn apart
//! * [`classifier`]: [`logistic`] regression, [`boosted`] trees, or both
//! * [`validate`]: how good they are on artists that they have not heard
//! * [`model`]: all of it in a file
//! * [`calibration`]: probabilities that mean what they say
//!
//! Nothing here knows where labels come from: a table, folders, or a listener.

mod bins;
pub mod boosted;
pub mod calibration;
pub mod classifier;
pub mod examples;
pub mod features;
pub mod folds;
pub mod logistic;
pub mod metrics;
pub mod model;
pub mod scale;
pub mod validate;

#[cfg(test)]
mod tests;
