//! ABC tunebooks (standard 2.1, and much of what was written before it).
//!
//! * [`Book`]: the tunes of a file, each with its repeats played or marked
//! * [`magenta`]: what note-seq makes of the same text
//! * [`write()`]: a sequence as a tune
//!
//! Where note-seq reads a tune, [`Book`] finds the same notes at the same times, float for float, but for what it
//! misreads: ties, `>>`, accidentals that `clef=bass` makes up, and the like ([`Tune::strict`] tells). It goes on where
//! note-seq gives up: rests, chords, tuplets, grace notes (left out), endings, voices, parts, overlays, old syntax.

mod body;
mod book;
mod clock;
mod field;
mod key;
mod letter;
pub mod magenta;
mod parts;
mod performance;
mod repeats;
mod score;
mod text;
mod token;
mod voice;
mod warning;
mod write;

pub use book::{Book, MAX_PLAYED_NOTES, Options, Repeats, Tune};
pub use warning::{Place, Warning, WarningKind};
pub use write::{WriteOptions, write};

pub use text::decode;
use text::lines;
