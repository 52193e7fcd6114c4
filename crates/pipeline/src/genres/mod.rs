//! Genres of artists.
//!
//! * [`fetch()`]: ask those who know them, over the network, into a table
//!
//! Answers are kept in a database of the user's: a question is asked once. Keys come from the environment or from a file of the user's and go
//! to their provider alone.

mod answers;
mod artists;
mod fetch;
mod keys;
mod polite;
mod report;

pub use artists::Artists;
pub use fetch::{Asked, FetchOptions, Fetched, Told, answers_of_user, fetch};
pub use genre::provider::{Fault, ProviderName, Secret};
pub use keys::{Keys, SpotifyKeys};
