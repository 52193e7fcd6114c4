//! Why something cannot be made to sound.

use std::io;

/// A result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something cannot be made to sound.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Bytes are not a SoundFont, or it is damaged where it must not be.
    #[error("byte {offset} of the SoundFont: expected {expected}, found {found}")]
    SoundFont {
        /// Offset from the start of the file.
        offset: u64,
        /// What would have been right there.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// A SoundFont has nothing that could be played.
    #[error("the SoundFont has no instrument that can be played")]
    NoPresets,
    /// A SoundFont has more in one instrument than anybody makes.
    #[error(
        "the instrument \"{preset}\" of the SoundFont plays {found} samples at a time, more than {limit}"
    )]
    TooManyRegions {
        /// Its name.
        preset: String,
        /// Pairs of a zone of the preset and one of an instrument.
        found: usize,
        /// How many are accepted.
        limit: usize,
    },
    /// The samples of a piece are too long for memory.
    #[error("the samples that the piece needs of the SoundFont are longer than {limit} frames")]
    TooManyFrames {
        /// How many are accepted.
        limit: usize,
    },
    /// The synthesizer does not take what was made for it.
    #[error("the synthesizer refuses the SoundFont: {reason}")]
    Synthesizer {
        /// Its words.
        reason: String,
    },
    /// A piece without notes.
    #[error("there is not one note to play")]
    NoNotes,
    /// A piece that is longer than allowed.
    #[error("the piece lasts {seconds:.0} s, longer than the bound of {limit:.0} s")]
    TooLong {
        /// End of its last note.
        seconds: f64,
        /// The bound.
        limit: f64,
    },
    /// An option is out of range.
    #[error("{option} is {found}; expected {expected}")]
    BadOption {
        /// Which.
        option: &'static str,
        /// Its value.
        found: String,
        /// What would have been right.
        expected: &'static str,
    },
    /// A file of audio would be larger than its format can say.
    #[error("{bytes} bytes do not fit into a {format} file")]
    TooLarge {
        /// The format.
        format: &'static str,
        /// How many bytes there would be.
        bytes: u64,
    },
    /// An encoder gave up.
    #[error("the {format} encoder failed: {reason}")]
    Encoder {
        /// The format.
        format: &'static str,
        /// Its words.
        reason: String,
    },
    /// Audio could not be written.
    #[error("the audio could not be written")]
    Write(#[from] io::Error),
    /// No sound card could be opened.
    #[error("no sound card: {}", tried.join(", "))]
    NoDevice {
        /// What was tried, and what came of it: "ALSA has no device".
        tried: Vec<String>,
    },
    /// There are sound cards, but none of that name.
    #[error("no sound card is called \"{name}\"")]
    UnknownDevice {
        /// The name that was asked for.
        name: String,
        /// Names of those that there are.
        found: Vec<String>,
    },
    /// A sound card takes no more sound.
    #[error("{device} has stopped taking sound")]
    DeviceLost {
        /// Its name.
        device: String,
    },
    /// The caller asked to stop.
    #[error("cancelled")]
    Cancelled,
}
