//! Why a file gives nothing.

use std::fmt;

use serde::Serialize;

/// Why a file gives nothing. Its name in the report is its name in snake case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// The extension is not that of a music file.
    NotMusic,
    /// A music file of a kind that cannot be read.
    UnsupportedFormat,
    /// An archive within a folder or an archive: only archives that are inputs themselves are opened.
    NestedArchive,
    /// The system did not let it be read.
    Unreadable,
    /// A device, a pipe or the like.
    NotAFile,
    /// A link to a folder that is read anyway, or a link in an archive.
    Link,
    /// A path that leads out of its archive.
    BadName,
    /// Larger than the limit once unpacked.
    TooLarge,
    /// Nothing in it.
    EmptyFile,
    /// An archive that cannot be read, or not further.
    CorruptArchive,
    /// A file in an archive that cannot be unpacked.
    CorruptMember,
    /// A file in an archive that needs a password.
    Encrypted,
    /// A file in an archive that is packed in a way that cannot be unpacked.
    UnsupportedCompression,
    /// A MIDI file by its name only.
    NotMidi,
    /// A MIDI file that cannot be read.
    BadMidi,
    /// An ABC file without a tune.
    NotAbc,
    /// A tune in ABC that cannot be read.
    BadAbc,
    /// MusicXML by its name only.
    NotMusicXml,
    /// MusicXML that cannot be read.
    BadMusicXml,
    /// A file or a tune that has no notes, or whose notes are lost.
    NoNotes,
    /// The same notes as an earlier piece, when these were to be skipped.
    Duplicate,
    /// The reader failed on it: a fault of this program.
    ReaderFailed,
}

impl Reason {
    /// Its name in the report and in the catalog.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotMusic => "not_music",
            Self::UnsupportedFormat => "unsupported_format",
            Self::NestedArchive => "nested_archive",
            Self::Unreadable => "unreadable",
            Self::NotAFile => "not_a_file",
            Self::Link => "link",
            Self::BadName => "bad_name",
            Self::TooLarge => "too_large",
            Self::EmptyFile => "empty_file",
            Self::CorruptArchive => "corrupt_archive",
            Self::CorruptMember => "corrupt_member",
            Self::Encrypted => "encrypted",
            Self::UnsupportedCompression => "unsupported_compression",
            Self::NotMidi => "not_midi",
            Self::BadMidi => "bad_midi",
            Self::NotAbc => "not_abc",
            Self::BadAbc => "bad_abc",
            Self::NotMusicXml => "not_music_xml",
            Self::BadMusicXml => "bad_music_xml",
            Self::NoNotes => "no_notes",
            Self::Duplicate => "duplicate",
            Self::ReaderFailed => "reader_failed",
        }
    }

    /// A few words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::NotMusic => "not a music file",
            Self::UnsupportedFormat => "unsupported format",
            Self::NestedArchive => "archive within the input",
            Self::Unreadable => "cannot be opened or read",
            Self::NotAFile => "not a regular file",
            Self::Link => "link",
            Self::BadName => "path leads out of the archive",
            Self::TooLarge => "too large",
            Self::EmptyFile => "empty file",
            Self::CorruptArchive => "damaged archive",
            Self::CorruptMember => "damaged file in an archive",
            Self::Encrypted => "encrypted",
            Self::UnsupportedCompression => "unsupported compression",
            Self::NotMidi => "not MIDI in spite of its name",
            Self::BadMidi => "damaged MIDI file",
            Self::NotAbc => "not ABC in spite of its name",
            Self::BadAbc => "damaged ABC tune",
            Self::NotMusicXml => "not MusicXML in spite of its name",
            Self::BadMusicXml => "damaged MusicXML file",
            Self::NoNotes => "no notes",
            Self::Duplicate => "same notes as an earlier piece",
            Self::ReaderFailed => "fault in the reader",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.label())
    }
}

/// A reason with what is known about the case.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refusal {
    pub(super) reason: Reason,
    pub(super) message: String,
    /// Byte of the file where it shows.
    pub(super) offset: Option<u64>,
    /// Line of the file where it shows.
    pub(super) line: Option<u64>,
}

impl Refusal {
    pub(super) fn new(reason: Reason, message: impl fmt::Display) -> Self {
        Self { reason, message: message.to_string(), offset: None, line: None }
    }
}
