//! Genres: which artist has which, and what a piece sounds like.

mod guess;
mod heard;
mod labels;
mod learn;

pub use genre::content::classifier::Learner;
pub use genre::content::metrics::Metrics;
pub use genre::content::validate::{Importance, Score, Validation};
pub use guess::{
    ArtistGuess, Guess, GuessInput, GuessOptions, Guessed, Likely, PieceGuess, Word, guess,
};
pub use heard::WordPlace;
pub use labels::Rule;
pub use learn::{LearnOptions, LearntGenres, LeftOut, learn};
