//! Artists and their genres.
//!
//! * [`table`]: artist to genres, as CSV, TSV or JSON
//! * [`matrix`]: the same as zeros and ones
//! * [`map`]: artists as points in a plane or in space
//! * [`picture`]: the same for the eye
#![forbid(unsafe_code)]

mod error;
pub mod map;
pub mod matrix;
pub mod picture;
pub mod table;

pub use error::{Error, Result};
pub use map::GenreMap;
pub use matrix::GenreMatrix;
pub use picture::MapPicture;
pub use table::GenreTable;
