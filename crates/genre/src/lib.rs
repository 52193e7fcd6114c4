//! Artists and their genres.
//!
//! * [`table`]: artist to genres, as CSV, TSV or JSON
//! * [`query`]: which pieces are meant: `"soft rock" or disco`
#![forbid(unsafe_code)]

mod error;
pub mod query;
pub mod table;

pub use error::{Error, Result};
pub use query::Query;
pub use table::GenreTable;
