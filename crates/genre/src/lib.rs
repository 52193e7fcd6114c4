//! Artists and their genres.
//!
//! * [`table`]: artist to genres, as CSV, TSV or JSON
//! * [`provider`]: those who know them: Spotify, MusicBrainz, Last.fm
#![forbid(unsafe_code)]

mod error;
pub mod provider;
pub mod table;

pub use error::{Error, Result};
pub use table::GenreTable;
