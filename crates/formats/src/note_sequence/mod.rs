//! The NoteSequence protocol buffer: how note-seq and Magenta store a piece, one message a TFRecord.
//!
//! Fields and their numbers are in `proto/note_sequence.proto`. Messages are written and read by hand: notes are nearly
//! all that a collection holds, and a tree of messages between them and their bytes costs more than the bytes.

mod decode;
mod encode;
mod event;
mod leaf;
mod wire;

pub use decode::{decode, decode_notes};
pub use encode::encode;
pub use wire::Malformed;

/// Numbers of the fields of a NoteSequence.
mod field {
    pub(super) const ID: u32 = 1;
    pub(super) const FILENAME: u32 = 2;
    pub(super) const COLLECTION_NAME: u32 = 3;
    pub(super) const TICKS_PER_QUARTER: u32 = 4;
    pub(super) const TIME_SIGNATURES: u32 = 5;
    pub(super) const KEY_SIGNATURES: u32 = 6;
    pub(super) const TEMPOS: u32 = 7;
    pub(super) const NOTES: u32 = 8;
    pub(super) const TOTAL_TIME: u32 = 9;
    pub(super) const PITCH_BENDS: u32 = 10;
    pub(super) const CONTROL_CHANGES: u32 = 11;
    pub(super) const PART_INFOS: u32 = 12;
    pub(super) const SOURCE_INFO: u32 = 13;
    pub(super) const TEXT_ANNOTATIONS: u32 = 14;
    pub(super) const SUBSEQUENCE_INFO: u32 = 17;
    pub(super) const REFERENCE_NUMBER: u32 = 18;
    pub(super) const SEQUENCE_METADATA: u32 = 19;
    pub(super) const SECTION_ANNOTATIONS: u32 = 20;
    pub(super) const SECTION_GROUPS: u32 = 21;
    pub(super) const INSTRUMENT_INFOS: u32 = 23;
}
