//! Folders, files and archives become NoteSequences, on all cores, in the order of the input.
//!
//! A walking thread finds the files and unpacks archives, workers read them, and the calling thread hands
//! the results to a [`Sink`] in the order in which they were found. What is between the first and the last is
//! bounded in number and bytes, so memory does not grow with the collection but for some hundred bytes a
//! piece that duplicates are known by. The output is the same at any number of threads.
//!
//! * The id of a piece is `/id/midi/<collection>/<SHA-1 of its path, hexadecimal>`, as Magenta makes it, or
//!   `/id/musicxml/...`; of a tune in a tunebook it is `/id/abc/<collection>/<SHA-1 of path and _number>`.
//! * A tunebook (`.abc`) gives a piece and a row for each of its tunes.
//! * The collection is the name of the folder; for an archive it is the folder that all of its members are in, so
//!   that `clean_midi.tar.gz` and the folder `clean_midi` give the same pieces.
//! * The artist is the name of the folder that a file is in, the title its name without extension. Scores have their
//!   composer and title in them; these come first.
//! * A file that gives nothing has a [`Row`] with its [`Reason`] and never stops the rest.

mod details;
mod directory;
mod duplicates;
mod files;
mod observer;
mod piece;
mod pool;
mod reason;
mod row;
mod source;
mod summary;
mod visit;
mod window;

use std::num::NonZeroUsize;
use std::path::PathBuf;

pub use details::{Details, YearSource};
pub use directory::{DirectoryEvent, DirectoryOptions, DirectorySummary, convert_directory};
pub use files::{Both, Files, ingest_to_files};
pub use observer::{Observer, Progress, Stage};
pub use reason::Reason;
pub use row::{Notice, Row, Status};
pub use summary::Summary;
pub use visit::{Bytes, Found, visit_files};

use crate::Result;
use source::Source;
pub use source::is_archive;

/// How to ingest.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// Workers; none means one a core.
    pub threads: Option<NonZeroUsize>,
    /// Leaves out pieces with the same notes as an earlier one, which are otherwise only marked.
    pub skip_duplicates: bool,
    /// Largest file that is read, in bytes once unpacked.
    pub max_file_bytes: u64,
    /// Whether rows have their [`Row::details`].
    pub details: bool,
}

impl Default for Options {
    /// One worker a core, duplicates kept, files up to 64 MiB, no details.
    fn default() -> Self {
        Self { threads: None, skip_duplicates: false, max_file_bytes: 64 << 20, details: false }
    }
}

/// Takes what an ingest gives, file by file in the order of the input.
pub trait Sink {
    /// Takes the row of a file or a tune and, when it gave a piece, its NoteSequence as bytes.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from storing them; the ingest ends with it.
    fn take(&mut self, row: &Row, record: Option<&[u8]>) -> Result<()>;
}

/// Reads all `inputs`: folders with everything below them, single files, `.zip`, `.tar`, `.tar.gz` and `.tgz` archives.
///
/// # Errors
///
/// [`Error::Input`](crate::Error::Input) when an input is not there, before anything is read;
/// [`Error::Cancelled`](crate::Error::Cancelled) when the observer breaks off; what `sink` returns.
pub fn ingest(
    inputs: &[PathBuf],
    sink: &mut dyn Sink,
    options: &Options,
    observer: &mut dyn Observer,
) -> Result<Summary> {
    let mut sources = inputs.iter().map(|path| Source::find(path)).collect::<Result<Vec<_>>>()?;
    let mut progress = Progress::default();
    for (number, source) in sources.iter_mut().enumerate() {
        source.number = number;
        source.scan(&mut progress, observer)?;
    }
    pool::run(&sources, sink, options, observer, progress)
}
