//! From notes to sound: what a [`NoteSequence`](music::NoteSequence) sounds like, and files of it.
//!
//! ```text
//! NoteSequence -> Arrangement -> Renderer -> Master -> Encoder -> bytes
//!   (program, tempo, click)   (SoundFont)  (loudness)  (WAV, MP3, FLAC, Ogg Vorbis; tags)
//! ```
//!
//! * [`SoundFont`] holds the instruments. It is read by this crate, SF2 and SF3 alike, and only what a piece needs of it goes on to the
//!   synthesizer, checked and decoded.
//! * [`Renderer`] gives interleaved stereo samples block by block: for a file, or for a sound card.
//! * [`Master`] brings them to a loudness; [`write()`] does all of it and writes a file.
//! * [`Stream`] brings them to a loudness at once, from what a few places are like; [`Player`] plays it on a sound card.
//!
//! The same notes, SoundFont and options give the same samples and the same bytes, whatever the number of threads.
#![forbid(unsafe_code)]

mod arrangement;
mod beats;
mod click;
pub mod encode;
mod error;
mod limiter;
mod loudness;
mod master;
mod message;
mod player;
mod program;
mod render;
mod soundfont;
mod stream;
mod style;
mod tags;
mod write;

pub use arrangement::Arrangement;
pub use beats::{Beat, beats};
pub use click::Click;
pub use encode::AudioFormat;
pub use error::{Error, Result};
pub use loudness::{Loudness, Meter};
pub use master::{Level, Master, TARGET_LUFS, TRUE_PEAK_CEILING};
pub use player::{Device, DeviceChoice, Moment, Player, devices};
pub use program::{PROGRAMS, Program, ProgramError};
pub use render::{CHANNELS, RenderOptions, Renderer};
pub use soundfont::{Bank, KeySet, SampleData, SoundFont, Wanted};
pub use stream::Stream;
pub use style::{STYLES, Style};
pub use tags::Tags;
pub use write::{Audio, AudioOptions, write};
