//! The vocabulary of Cantus: pure values that every other crate speaks in.
//!
//! Nothing here reads or writes anything, and nothing depends on a file format.
//!
//! * time in seconds: [`NoteSequence`] and what it holds
//! * time in steps of a quantized grid: [`Melody`], [`quantize`]
#![forbid(unsafe_code)]

mod control;
mod error;
mod key;
mod key_finding;
mod melody;
mod meter;
mod note;
mod note_sequence;
mod pitch;
pub mod quantize;
mod sections;
mod tempo;

pub use control::{ControlChange, PitchBend};
pub use error::{Error, QuantizeError, Result};
pub use key::{Key, KeySignature, Mode};
pub use melody::{
    DEFAULT_STEPS_PER_BAR, DEFAULT_STEPS_PER_QUARTER, Melody, MelodyEvent, ToSequence,
};
pub use meter::TimeSignature;
pub use note::{Notation, Note};
pub use note_sequence::{
    AnnotationKind, Encoding, InstrumentInfo, NoteSequence, Parser, PartInfo, SectionAnnotation,
    SectionGroup, SequenceMetadata, Source, SourceInfo, SubsequenceInfo, TextAnnotation,
};
pub use pitch::{MAJOR_SCALE, MAX_MIDI_PITCH, NOTES_PER_OCTAVE, Pitch};
pub use sections::expand_sections;
pub use tempo::{DEFAULT_QPM, STANDARD_TICKS_PER_QUARTER, Tempo};
