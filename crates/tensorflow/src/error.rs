//! What can go wrong while reading or writing TensorFlow's files.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// What every fallible function of this crate gives.
pub type Result<T> = std::result::Result<T, Error>;

/// A failure, with the facts needed to find the place.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file being read or written.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file ends inside a record.
    #[error(
        "{}: record {record} at byte {offset} is cut short: {expected} bytes expected, {found} found",
        path.display()
    )]
    TruncatedRecord {
        /// The file.
        path: PathBuf,
        /// Number of the record, from 0.
        record: u64,
        /// Where the record begins.
        offset: u64,
        /// Bytes that the record should have, framing included.
        expected: u64,
        /// Bytes that are there.
        found: u64,
    },
    /// A checksum does not fit what it guards.
    #[error(
        "{}: record {record} at byte {offset} is corrupt: checksum of its {part} is {found:08x}, {expected:08x} expected",
        path.display()
    )]
    CorruptRecord {
        /// The file.
        path: PathBuf,
        /// Number of the record, from 0.
        record: u64,
        /// Where the record begins.
        offset: u64,
        /// Which of the two checksums fails.
        part: RecordPart,
        /// The checksum in the file.
        expected: u32,
        /// The checksum of the bytes in the file.
        found: u32,
    },
    /// A record of a compressed file that is longer than any is read.
    #[error(
        "{}: record {record} at byte {offset} of what is uncompressed has {length} bytes: at most {limit} are read",
        path.display()
    )]
    LongRecord {
        /// The file.
        path: PathBuf,
        /// Number of the record, from 0.
        record: u64,
        /// Where the record begins when the file is not compressed.
        offset: u64,
        /// Bytes that the record claims to have.
        length: u64,
        /// Bytes that it may have.
        limit: u64,
    },
    /// A record number beyond the end of the file.
    #[error("{}: no record {record}: the file has {count}", path.display())]
    NoSuchRecord {
        /// The file.
        path: PathBuf,
        /// The number asked for.
        record: u64,
        /// How many records there are.
        count: u64,
    },
    /// The output path names something that cannot be replaced by a file.
    #[error("{}: is not a regular file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// Bytes that are not the protocol buffer they should be.
    #[error("malformed message at byte {offset}: {fault}")]
    Malformed {
        /// Offset within the message.
        offset: usize,
        /// What is wrong there.
        fault: &'static str,
    },
    /// A `SequenceExample` without one of its two feature lists.
    #[error("feature list \"{name}\" is missing")]
    MissingList {
        /// The list's key.
        name: &'static str,
    },
    /// A step of a feature list with the wrong number of values.
    #[error("step {step} of \"{name}\" has {found} values, {expected} expected")]
    StepWidth {
        /// The list's key.
        name: &'static str,
        /// The step, from 0.
        step: usize,
        /// Values that it should have.
        expected: usize,
        /// Values that it has.
        found: usize,
    },
    /// Feature lists of different lengths.
    #[error("{inputs} steps of inputs but {labels} labels")]
    ListLengths {
        /// Steps of `inputs`.
        inputs: usize,
        /// Steps of `labels`.
        labels: usize,
    },
    /// A failure inside a record that was itself read well.
    #[error("{}: record {record} at byte {offset}: {source}", path.display())]
    InRecord {
        /// The file.
        path: PathBuf,
        /// Number of the record, from 0.
        record: u64,
        /// Where the record begins.
        offset: u64,
        /// What is wrong with its content.
        source: Box<Error>,
    },
}

/// The two parts of a record that have a checksum each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordPart {
    /// The eight bytes that say how long the data is.
    Length,
    /// The data.
    Data,
}

impl fmt::Display for RecordPart {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Length => "length",
            Self::Data => "data",
        })
    }
}

impl Error {
    /// Adds the path to an I/O error.
    pub(crate) fn io(path: &Path) -> impl Fn(io::Error) -> Self + '_ {
        |source| Self::Io { path: path.to_owned(), source }
    }
}
