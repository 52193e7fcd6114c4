//! Why a collection could not be worked on. A bad file is no error: it is a row of the report.

use std::io;
use std::path::PathBuf;

use crate::catalog::CatalogError;

/// What every fallible function of this crate gives.
pub type Result<T> = std::result::Result<T, Error>;

/// A failure that ends the work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An input that was named is not there or cannot be looked at.
    #[error("{}: {source}", path.display())]
    Input {
        /// The input.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The report could not be written.
    #[error("{}: {source}", path.display())]
    Report {
        /// The report.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Not one file gave a piece.
    #[error("{}", if *files == 0 { "there are no files to read".to_owned() } else { format!("not one piece of music in {files} files") })]
    NothingRead {
        /// Files that were looked at.
        files: u64,
    },
    /// The observer asked to stop.
    #[error("cancelled")]
    Cancelled,
    /// A worker thread could not be started.
    #[error("cannot start a thread: {0}")]
    Thread(io::Error),
    /// A share that is not one.
    #[error("the evaluation ratio is {found}, a number from 0 to 1 is expected")]
    Ratio {
        /// What was given.
        found: f64,
    },
    /// The catalog could not be read or written.
    #[error(transparent)]
    Catalog(CatalogError),
    /// A TFRecord file could not be read or written.
    #[error(transparent)]
    Records(#[from] tensorflow::Error),
    /// A record that is no NoteSequence.
    #[error("{}: record {record}: {source}", path.display())]
    Sequence {
        /// The TFRecord file.
        path: PathBuf,
        /// Number of the record, from 0.
        record: u64,
        /// What is wrong with it.
        source: formats::Error,
    },
}

impl From<CatalogError> for Error {
    fn from(error: CatalogError) -> Self {
        match error {
            CatalogError::Cancelled => Error::Cancelled,
            error => Error::Catalog(error),
        }
    }
}
