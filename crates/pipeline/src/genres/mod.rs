//! Genres: tables of artists and genres, which artist a name means, meta-genres, and those who know more.
//!
//! [`fetch()`] asks others over the network. Answers are kept in a database of the user's: a question is asked once. Keys come from the
//! environment or from a file of the user's and go to their provider alone.

mod answers;
mod artists;
mod convert;
mod fetch;
mod fold;
mod guess;
mod heard;
mod keys;
mod labels;
mod learn;
mod map;
mod names;
mod picture;
mod polite;
mod report;
mod separated;
mod table;
pub mod tag;
mod who;

pub use artists::Artists;
pub use convert::{TableConvertOptions, TableConverted, convert};
pub use fetch::{Asked, FetchOptions, Fetched, Told, answers_of_user, fetch};
pub use fold::{ArtistFold, FoldOptions, FoldRule, Folded, GenreFold, MetaCount, MetaShare, fold};
pub use genre::content::classifier::Learner;
pub use genre::content::metrics::Metrics;
pub use genre::content::validate::{Importance, Score, Validation};
pub use genre::count::{GenreCount, genres_by_artists};
pub use genre::matching::How;
pub use genre::provider::{Fault, ProviderName, Secret};
pub use genre::table::TableFormat;
pub use genre::taxonomy::{Colour, Why};
pub use genre::words::Source as WordSource;
pub use guess::{
    ArtistGuess, Guess, GuessInput, GuessOptions, Guessed, Likely, PieceGuess, Word, guess,
};
pub use keys::{Keys, SpotifyKeys};
pub use labels::Rule;
pub use learn::{LearnOptions, LearntGenres, LeftOut, learn};
pub(crate) use map::lay_out;
pub use map::{Dimensions, Fit, Layout, MapOptions, Mapped, TsneOptions, map};
pub use names::NameList;
pub use picture::{ColourBy, MapFormat, PictureOptions, encode_map};
pub use separated::Separator;
pub use table::{TopOptions, counts_as_text, table, taxonomy, top};
pub use who::{Candidate, Identified, IdentifyOptions, Outcome, Person, identify};
