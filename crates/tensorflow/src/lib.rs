//! TensorFlow's file formats and nothing else.
//!
//! * [`tfrecord`]: files of records, each guarded by two checksums
//! * [`example`]: the `SequenceExample` message, one training example a record
//! * [`events`]: TensorBoard's event files
//! * [`checkpoint`]: files of weights, of both versions
//! * [`bundle`]: Magenta's `.mag` files
//! * [`metagraph`]: what of a saved graph tells about its network
//!
//! Readers never panic and never trust a length: what a file claims about itself is checked against
//! what it holds before anything is allocated.
#![forbid(unsafe_code)]

pub mod bundle;
pub mod checkpoint;
mod checksum;
mod error;
pub mod events;
pub mod example;
pub mod metagraph;
pub mod tfrecord;
mod whole_file;
mod wire;

pub use error::{Error, RecordPart, Result};
