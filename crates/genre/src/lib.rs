//! Artists and their genres.
//!
//! * [`table`]: artist to genres, as CSV, TSV or JSON
//! * [`matrix`]: the same as zeros and ones
//! * [`map`]: artists as points in a plane or in space
//! * [`picture`]: the same for the eye
//! * [`artist`]: the forms in which names of artists are compared
//! * [`matching`]: which artist of a table a name means
//! * [`taxonomy`]: fine genres to meta-genres
//! * [`count`]: how many artists each genre has
//! * [`words`]: genres that texts name
//! * [`query`]: which pieces are meant: `"soft rock" or disco`
#![forbid(unsafe_code)]

pub mod artist;
pub mod count;
mod error;
pub mod map;
pub mod matching;
pub mod matrix;
pub mod picture;
pub mod query;
pub mod table;
pub mod taxonomy;
pub mod words;

pub use error::{Error, Result};
pub use map::GenreMap;
pub use matching::{How, Match, Matcher};
pub use matrix::GenreMatrix;
pub use picture::MapPicture;
pub use query::Query;
pub use table::GenreTable;
pub use taxonomy::{MetaGenre, Taxonomy};
