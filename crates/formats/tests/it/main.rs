//! The readers and writers against what Magenta makes of the same files, and against each other.
#![forbid(unsafe_code)]
// A test that cannot go on should panic where it stands, also in the functions that tests share.
#![allow(clippy::unwrap_used)]

mod abc_limits;
mod golden;
mod limits;
mod message;
mod read_abc;
mod read_midi;
mod read_musicxml;
mod refuse_musicxml;
mod sequences;
mod store;
mod write_abc;
mod write_midi;
mod write_musicxml;
