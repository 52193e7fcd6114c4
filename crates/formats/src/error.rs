//! Why bytes could not be read, or a sequence not written.

use crate::note_sequence::Malformed;

/// What went wrong, with the facts needed to find it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file does not begin as a MIDI file does.
    #[error("not a MIDI file: no MThd chunk at its start")]
    NotMidi,
    /// The file ends inside its header.
    #[error("the MIDI header is cut off: the file has {length} bytes")]
    TruncatedHeader {
        /// Bytes in the file.
        length: usize,
    },
    /// A header, but no track after it.
    #[error("no track in the MIDI file: none in the {length} bytes from byte {offset} on")]
    NoTracks {
        /// Where the first track should begin.
        offset: usize,
        /// Bytes that follow there.
        length: usize,
    },
    /// Ticks have no length.
    #[error("the MIDI header at byte {offset} gives 0 ticks per quarter note")]
    ZeroDivision {
        /// Where the division stands.
        offset: usize,
    },
    /// The bytes are no protocol buffer.
    #[error("not a NoteSequence message: {0}")]
    Protobuf(#[from] Malformed),
    /// A field holds a value that music cannot have.
    #[error("{field} of item {index} is {value}, expected {expected}")]
    OutOfRange {
        /// Message and field, such as `note.pitch`.
        field: &'static str,
        /// Which of the message's siblings, from 0.
        index: usize,
        /// What was found.
        value: f64,
        /// What would have been right.
        expected: &'static str,
    },
    /// A text without a tune.
    #[error("no tune of ABC: no line with X: or K: in {lines} lines")]
    NotAbc {
        /// Lines of the text.
        lines: usize,
    },
    /// Lengths of notes with so many different divisors that the place of the next cannot be told exactly.
    #[error("line {line}, column {column}: the time of what follows cannot be told exactly")]
    AbcTooFine {
        /// Line of the file, from 1.
        line: usize,
        /// Byte of the line, from 1.
        column: usize,
    },
    /// A MIDI file cannot hold so many tracks.
    #[error("{tracks} tracks, but a MIDI file holds at most 32767")]
    TooManyTracks {
        /// Tracks that the sequence needs, the one for tempo and metre included.
        tracks: usize,
    },
    /// XML of another kind, or no XML at all.
    #[error("not MusicXML: {}", match root {
        Some(root) => format!("the root element is <{root}>, not <score-partwise> or <score-timewise>"),
        None => "it does not begin with a tag".to_owned(),
    })]
    NotMusicXml {
        /// Name of the root element, if there is one.
        root: Option<String>,
    },
    /// The text is no well-formed XML, or breaks the bounds on depth and number of elements.
    #[error("not well-formed XML at line {line}, column {column} (byte {offset}): {reason}")]
    Xml {
        /// Bytes before the place, in the text as UTF-8.
        offset: usize,
        /// Line, from 1.
        line: usize,
        /// Byte within the line, from 1.
        column: usize,
        /// What is wrong.
        reason: String,
    },
    /// The XML declaration names an encoding that is not known.
    #[error("XML in the unknown encoding \"{label}\"")]
    XmlEncoding {
        /// Its name.
        label: String,
    },
    /// The archive that should hold a score cannot be unpacked.
    #[error("compressed MusicXML cannot be unpacked: {reason}")]
    CorruptMxl {
        /// What is wrong.
        reason: String,
    },
    /// An archive without a score, or without the one that it names.
    #[error("no score in the compressed MusicXML file")]
    NoScore,
    /// The XML of a score is too long.
    #[error("the XML text of the score has more than {limit} bytes")]
    ScoreTooLarge {
        /// Bytes that it may have.
        limit: usize,
    },
}

/// A result with this crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// What Magenta 2.1.4 says of such a MIDI file: the text of its `MIDIConversionError`.
    ///
    /// `None` for errors that have nothing to do with reading MIDI.
    pub fn refusal(&self) -> Option<String> {
        let text = match self {
            Self::NotMidi => "<class 'OSError'>: MThd not found. Probably not a MIDI file",
            Self::TruncatedHeader { .. } => "<class 'EOFError'>: ",
            // A chunk's name and length take 8 bytes.
            Self::NoTracks { length: ..8, .. } => "<class 'EOFError'>: ",
            Self::NoTracks { .. } => "<class 'OSError'>: no MTrk header at start of track",
            Self::ZeroDivision { .. } => "<class 'ZeroDivisionError'>: float division by zero",
            _ => return None,
        };
        Some(format!("Midi decoding error {text}"))
    }
}

/// [`Error::OutOfRange`] unless the value is `valid`.
pub(crate) fn check(
    field: &'static str,
    index: usize,
    value: f64,
    expected: &'static str,
    valid: bool,
) -> Result<()> {
    if valid { Ok(()) } else { Err(Error::OutOfRange { field, index, value, expected }) }
}
