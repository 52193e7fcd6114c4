//! MusicXML: scores as programs for engraving exchange them, plain (`.musicxml`, `.xml`) and compressed (`.mxl`).
//!
//! [`read`] takes partwise and timewise scores of any version. It gives what a player makes of the page
//! ([`Convention::Score`]) or what note-seq 0.0.3 makes of it, float for float ([`Convention::NoteSeq`]). [`write()`]
//! gives a partwise score of version 4.0.
//!
//! [`magenta`] is that with note-seq's exceptions. Where the two conventions differ, and why, stands in `docs/musicxml.md`.

mod bars;
mod container;
mod encoding;
pub mod magenta;
mod note_seq;
mod performance;
mod read;
mod score;
mod tempo_map;
mod unfold;
mod warning;
mod write;
mod xml;

pub use container::{MAX_XML_BYTES, is_mxl};
pub use read::{Convention, MusicXml, ReadOptions, is_musicxml, read};
pub use warning::{Warning, WarningKind};
pub use write::{WriteOptions, write, write_packed};
