//! Genres: tables of artists and genres, which artist a name means, and meta-genres.

mod convert;
mod fold;
mod map;
mod names;
mod picture;
mod separated;
mod table;
pub mod tag;
mod who;

pub use convert::{TableConvertOptions, TableConverted, convert};
pub use fold::{ArtistFold, FoldOptions, FoldRule, Folded, GenreFold, MetaCount, MetaShare, fold};
pub use genre::count::{GenreCount, genres_by_artists};
pub use genre::matching::How;
pub use genre::table::TableFormat;
pub use genre::taxonomy::{Colour, Why};
pub use map::{Dimensions, Fit, Layout, MapOptions, Mapped, TsneOptions, map};
pub use names::NameList;
pub use picture::{ColourBy, MapFormat, PictureOptions, encode_map};
pub use separated::Separator;
pub use table::{TopOptions, counts_as_text, table, taxonomy, top};
pub use who::{Candidate, Identified, IdentifyOptions, Outcome, Person, identify};
