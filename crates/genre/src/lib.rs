//! Artists and their genres.
//!
//! * [`table`]: artist to genres, as CSV, TSV or JSON
#![forbid(unsafe_code)]

pub mod content;
mod error;
pub mod table;

pub use error::{Error, Result};
pub use table::GenreTable;
