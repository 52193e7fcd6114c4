//! Bytes to [`NoteSequence`](music::NoteSequence) and back.
//!
//! * [`abc`]: tunebooks in ABC
//! * [`midi`]: Standard MIDI Files
//! * [`musicxml`]: scores in MusicXML, plain and compressed
//! * [`note_sequence`]: the NoteSequence protocol buffer, as note-seq and Magenta store it
//!
//! Every reader takes bytes that nobody vouches for: it never panics, and what it allocates is bounded by the length
//! of its input.
#![forbid(unsafe_code)]

pub mod abc;
mod error;
mod fraction;
mod layout;
pub mod midi;
pub mod musicxml;
pub mod note_sequence;
mod refusal;
mod words;

pub use error::{Error, Result};
pub use refusal::Refusal;
pub use words::{MAX_TEXT_CHARS, MAX_TEXTS, Text, TextKind};
