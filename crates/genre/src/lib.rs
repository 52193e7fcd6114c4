//! Artists and their genres.
//!
//! * [`table`]: artist to genres, as CSV, TSV or JSON
//! * [`artist`]: the forms in which names of artists are compared
//! * [`matching`]: which artist of a table a name means
//! * [`taxonomy`]: fine genres to meta-genres
//! * [`count`]: how many artists each genre has
//! * [`words`]: genres that texts name
//! * [`query`]: which pieces are meant: `"soft rock" or disco`
//! * [`provider`]: those who know them: Spotify, MusicBrainz, Last.fm
#![forbid(unsafe_code)]

pub mod artist;
pub mod count;
mod error;
pub mod matching;
pub mod provider;
pub mod query;
pub mod table;
pub mod taxonomy;
pub mod words;

pub use error::{Error, Result};
pub use matching::{How, Match, Matcher};
pub use query::Query;
pub use table::GenreTable;
pub use taxonomy::{MetaGenre, Taxonomy};
