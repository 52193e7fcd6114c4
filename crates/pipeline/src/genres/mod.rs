//! Genres: what is known of artists, and what can be seen in it.

pub mod map;
