//! Standard MIDI Files (SMF, types 0, 1 and 2).
//!
//! [`read`] gives the sequence that note-seq 0.0.3 with pretty_midi 0.2.9 and mido 1.2.6 gives, float for float, for
//! every file that they accept. Files that they refuse are read as far as that is safe, with [`Warning`]s that say
//! where and what, and with [`Midi::strict`] set to false. [`write()`] gives the bytes that they write.

mod event;
mod header;
mod instruments;
mod meta;
mod read;
mod spoken;
mod tempo_map;
mod track;
mod track_writer;
mod warning;
mod write;

pub use read::{Midi, read, read_reusing, read_with_texts};
pub use warning::{Warning, WarningKind};
pub(crate) use write::MAJOR_SHARPS;
pub use write::write;
