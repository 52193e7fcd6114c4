//! What can go wrong in a chore.

use std::io;
use std::path::{Path, PathBuf};

/// What can go wrong in a chore.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A file or folder.
    #[error("{}: {source}", .path.display())]
    Io { path: PathBuf, source: io::Error },
    /// A folder without music.
    #[error("{} holds no MIDI files", .folder.display())]
    NoMidiFiles { folder: PathBuf },
    /// A peer that was never installed.
    #[error("not installed at {}: run `cargo xtask peers{flag}`", .python.display())]
    NoPeer { python: PathBuf, flag: &'static str },
    /// A peer that gave up.
    #[error("{name}: {reason}")]
    Peer { name: String, reason: String },
    /// A program that failed.
    #[error("{program} failed ({status}): {last_words}")]
    Program { program: String, status: String, last_words: String },
    /// A program that wrote nothing.
    #[error("{program} did not write {}", .path.display())]
    NothingWritten { program: String, path: PathBuf },
    /// Something that this machine does not have.
    #[error("{0}")]
    Unavailable(&'static str),
    /// An answer that is none.
    #[error("not the JSON that was expected: {0}")]
    Json(#[from] serde_json::Error),
    /// Cantus itself.
    #[error(transparent)]
    Genre(#[from] genre::Error),
    /// Cantus itself.
    #[error(transparent)]
    Model(#[from] model::Error),
    /// Cantus itself.
    #[error(transparent)]
    TensorFlow(#[from] tensorflow::Error),
    /// Cantus itself.
    #[error(transparent)]
    Formats(#[from] formats::Error),
}

/// A result with this module's [`Error`].
pub(crate) type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// For `map_err`: an error of input or output with the path where it was met.
    pub(crate) fn at(path: impl AsRef<Path>) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { path: path.as_ref().to_path_buf(), source }
    }
}
