//! Files to pieces to melody datasets.
//!
//! * [`ingest`]: folders, files and archives become a TFRecord of NoteSequences, with a report of every file
//! * [`catalog`]: what is known of a collection, in a database
//! * [`extract`]: pieces become melodies by Magenta's rules
//! * [`split`]: pieces are shared out to training and evaluation song by song
//! * [`year`]: the year of a piece, where it says so
//! * [`NoteDigest`]: what makes two pieces the same
#![forbid(unsafe_code)]

pub mod catalog;
mod digest;
mod error;
pub mod extract;
pub mod ingest;
pub mod split;
pub mod year;

pub use digest::NoteDigest;
pub use error::{Error, Result};
