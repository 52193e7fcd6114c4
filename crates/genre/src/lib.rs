//! Artists and their genres.
//!
//! * [`table`]: artist to genres, as CSV, TSV or JSON
//! * [`content`]: genres of pieces by their notes
//! * [`words`]: genres in names of folders, tracks and in texts
#![forbid(unsafe_code)]

pub mod content;
mod error;
pub mod table;
pub mod words;

pub use error::{Error, Result};
pub use table::GenreTable;
