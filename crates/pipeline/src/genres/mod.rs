//! Genres: tables of artists, and what is made of them.

mod table;
pub mod tag;

pub use table::read_table;
