//! Files to pieces to melody datasets.
//!
//! * [`ingest`]: folders, files and archives become a TFRecord of NoteSequences, with a report of every file
//! * [`extract`]: pieces become melodies by Magenta's rules
//! * [`profile`]: what a melody is like, in numbers
//! * [`split`]: pieces are shared out to training and evaluation song by song
//! * [`NoteDigest`]: what makes two pieces the same
#![forbid(unsafe_code)]

mod digest;
mod error;
pub mod extract;
pub mod ingest;
pub mod profile;
pub mod split;

pub use digest::NoteDigest;
pub use error::{Error, Result};
