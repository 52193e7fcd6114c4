//! What can go wrong while reading or writing TensorFlow's files.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::checkpoint::Dtype;

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
    /// A path that names something else than a file, which can be neither read whole nor replaced by one.
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
    /// Bytes that are not the table of keys and values that they should be.
    #[error("{}: malformed table at byte {offset}: {fault}", path.display())]
    MalformedTable {
        /// The file.
        path: PathBuf,
        /// Where in the file; of a compressed block, where it begins.
        offset: u64,
        /// What is wrong there.
        fault: &'static str,
    },
    /// A block of a table or a variable's bytes whose checksum does not fit.
    #[error(
        "{}: {size} bytes at byte {offset} are corrupt: their checksum is {found:08x}, {expected:08x} expected",
        path.display()
    )]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// Where the bytes begin.
        offset: u64,
        /// How many there are.
        size: u64,
        /// The checksum that was stored.
        expected: u32,
        /// The checksum of the bytes in the file.
        found: u32,
    },
    /// Something that would take more memory than its file can be trusted with.
    #[error("{}: {what} at byte {offset} has {found} bytes, at most {limit} can be", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Where it stands.
        offset: u64,
        /// What it is.
        what: &'static str,
        /// Most bytes that are allowed.
        limit: u64,
        /// Bytes that it has or claims to have.
        found: u64,
    },
    /// A `checkpoint` file that is not the text it should be.
    #[error("{}:{line}:{column}: {fault}", path.display())]
    MalformedState {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Byte within the line, from 1.
        column: usize,
        /// What is wrong there.
        fault: &'static str,
    },
    /// A checkpoint without the data file that holds a variable.
    #[error("{}: missing: data file {shard} of {shards}", path.display())]
    MissingShard {
        /// The file that is not there.
        path: PathBuf,
        /// Its number, from 0.
        shard: u32,
        /// How many data files the checkpoint has.
        shards: u32,
    },
    /// A data file that ends before a variable does.
    #[error("{}: cut short: {size} bytes expected at byte {offset}, the file ends at {found}", path.display())]
    TruncatedShard {
        /// The data file.
        path: PathBuf,
        /// Where the variable's bytes begin.
        offset: u64,
        /// How many they are.
        size: u64,
        /// Bytes that the file has.
        found: u64,
    },
    /// A checkpoint in a format younger than this reader.
    #[error("{}: needs a reader of version {needed}, this one is of version {known}", path.display())]
    CheckpointVersion {
        /// The file.
        path: PathBuf,
        /// Lowest version of a reader that the file allows.
        needed: i64,
        /// Version that is read here.
        known: i64,
    },
    /// A name that no variable of a checkpoint has.
    #[error("{}: no variable \"{variable}\"", path.display())]
    NoSuchVariable {
        /// The file.
        path: PathBuf,
        /// The name asked for.
        variable: String,
    },
    /// Two variables of one name.
    #[error("variable \"{variable}\" is there twice")]
    DuplicateVariable {
        /// The name.
        variable: String,
    },
    /// A name that a checkpoint cannot hold: an empty one, one that begins with a zero byte, or one that is not UTF-8.
    #[error("{variable:?} cannot be the name of a variable")]
    VariableName {
        /// The name.
        variable: String,
    },
    /// A variable that is to be written and has not as many values as its shape asks for.
    #[error("variable \"{variable}\" of shape {shape:?} has {found} values")]
    VariableShape {
        /// The name.
        variable: String,
        /// The shape.
        shape: Vec<usize>,
        /// Values that are there.
        found: usize,
    },
    /// A kind of number, or something that is none, that is listed but not read.
    #[error("values of type {dtype} are not read")]
    UnsupportedDtype {
        /// The type.
        dtype: Dtype,
    },
    /// A number where none so small or so large can stand.
    #[error("{field} cannot be {found}")]
    OutOfRange {
        /// What the number is.
        field: &'static str,
        /// The number.
        found: i64,
    },
    /// A shape with more elements than can be counted.
    #[error("the shape {shape:?} has too many elements")]
    ShapeTooLarge {
        /// The shape.
        shape: Vec<usize>,
    },
    /// A tensor with more or fewer values than its shape has elements.
    #[error("{found} values, {expected} expected")]
    ValueCount {
        /// Values that the shape asks for.
        expected: usize,
        /// Values that are there; counting may have ended at the first too many.
        found: usize,
    },
    /// Slices that do not make up their variable.
    #[error("the variable's slices do not fit together: {fault}")]
    Slices {
        /// What is wrong.
        fault: &'static str,
    },
    /// Two variables in the same bytes of a data file.
    #[error("its bytes are also those of \"{other}\"")]
    SharedBytes {
        /// The other variable.
        other: String,
    },
    /// A failure that concerns one variable.
    #[error("{}: variable \"{variable}\": {source}", path.display())]
    InVariable {
        /// The checkpoint; of one with several files, its index.
        path: PathBuf,
        /// The variable's name.
        variable: String,
        /// What is wrong.
        source: Box<Error>,
    },
    /// A failure in the content of a file that was itself read well.
    #[error("{}: {source}", path.display())]
    InFile {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: Box<Error>,
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

    /// Adds the path to an error about a file's content.
    pub(crate) fn in_file(path: &Path) -> impl Fn(Self) -> Self + '_ {
        |source| Self::InFile { path: path.to_owned(), source: Box::new(source) }
    }

    /// Adds path and variable to an error about one variable.
    pub(crate) fn in_variable(path: &Path, variable: &str) -> impl Fn(Self) -> Self {
        move |source| Self::InVariable {
            path: path.to_owned(),
            variable: variable.to_owned(),
            source: Box::new(source),
        }
    }
}
