//! Why a verb could not do its work.

use std::io;
use std::path::{Path, PathBuf};

use corpus::extract::{ContinuationError, PrimerError};

use crate::models::DownloadFault;

/// Why a verb could not do its work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The caller asked the verb to stop.
    #[error("interrupted{}", kept.as_ref().map(|kept| format!(" {kept}")).unwrap_or_default())]
    Interrupted {
        /// What was kept, such as "at update 120 of 200"; nothing where the work begins anew.
        kept: Option<String>,
    },
    /// A file could not be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// No file has a name that fits a pattern.
    #[error("no file fits {}", pattern.display())]
    NoFiles {
        /// The pattern.
        pattern: PathBuf,
    },
    /// A file or a folder could not be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Pieces, but no melody in them.
    #[error("no melody in the {pieces} pieces of {}{}", list(inputs), in_brackets(reasons))]
    NoMelodies {
        /// The files that were read.
        inputs: Vec<PathBuf>,
        /// How many pieces they hold.
        pieces: u64,
        /// What was dropped, by reason.
        reasons: String,
    },
    /// Threads could not be started.
    #[error("cannot start {threads} threads")]
    Threads {
        /// How many were wanted.
        threads: usize,
        /// What the system says.
        source: io::Error,
    },
    /// The operating system gave no random seed.
    #[error("the system gave no random seed")]
    Entropy(#[source] getrandom::Error),
    /// A text is no melody.
    #[error("this is no melody")]
    Melody {
        /// What is wrong with it.
        source: music::Error,
    },
    /// A file of music has no melody to go on from.
    #[error("no melody in {}", path.display())]
    NoMelody {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: PrimerError,
    },
    /// A primer is one that Magenta does not go on from.
    #[error("the primer cannot be continued")]
    Continuation {
        /// Why not.
        source: ContinuationError,
    },
    /// A file of music is one that Magenta does not read.
    #[error("cannot read {}: {reason}", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// Magenta's words.
        reason: String,
    },
    /// Examples that do not fill a batch, where only whole batches count.
    #[error("{examples} examples do not fill a batch of {batch_size}")]
    NoBatch {
        /// How many there are.
        examples: usize,
        /// How many a batch takes.
        batch_size: usize,
    },
    /// A network was trained with another encoding than the one that was asked for.
    #[error("the network in {} was trained as {found}, not as {expected}", path.display())]
    OtherEncoding {
        /// Its file.
        path: PathBuf,
        /// Its configuration.
        found: String,
        /// The one that was asked for.
        expected: String,
    },
    /// A file of music could not be read.
    #[error("cannot read {}", path.display())]
    Music {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: formats::Error,
    },
    /// The name of a file to write is that of no format.
    #[error("{} has no ending of a MIDI, MusicXML or ABC file", path.display())]
    MusicFormat {
        /// The file.
        path: PathBuf,
    },
    /// More than one piece for a file that can hold only one.
    #[error("{pieces} pieces do not fit into {}, which holds one", path.display())]
    ManyPieces {
        /// The file.
        path: PathBuf,
        /// How many pieces.
        pieces: usize,
    },
    /// The name of a file to write is that of no picture.
    #[error("{} has no ending of a picture: .svg or .png", path.display())]
    PictureFormat {
        /// The file.
        path: PathBuf,
    },
    /// The name of a file to write is that of no score.
    #[error("{} has no ending of a score: .musicxml, .mxl, .abc, .svg or .png", path.display())]
    ScoreFormat {
        /// The file.
        path: PathBuf,
    },
    /// The file beside a generated melody does not say how it was made.
    #[error("{} does not say how a melody was made", path.display())]
    Provenance {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// Not one piece could be converted.
    #[error(
        "no music in {} could be used{}",
        if *files == 1 { "the file".to_owned() } else { format!("the {files} files") },
        if reason.is_empty() { String::new() } else { format!(": {reason}") }
    )]
    NothingConverted {
        /// How many files were looked at.
        files: usize,
        /// What was wrong, if one thing was; else empty.
        reason: String,
    },
    /// A melody cannot be written as a file of music.
    #[error("cannot write {}", path.display())]
    MusicWrite {
        /// The file.
        path: PathBuf,
        /// What the format cannot hold.
        source: formats::Error,
    },
    /// A file could not be got from a server.
    #[error("cannot get {url}")]
    Download {
        /// Its address.
        url: String,
        /// Why not.
        source: DownloadFault,
    },
    /// A published network that is not in the cache.
    #[error("{name} has not been pulled: no {}", path.display())]
    NotPulled {
        /// Its name.
        name: &'static str,
        /// Where its bundle would be.
        path: PathBuf,
    },
    /// A bundle in the cache that is not as it was when it came.
    #[error("{} has changed: its SHA-256 is {found}, {expected} expected", path.display())]
    Changed {
        /// Name of the network.
        name: &'static str,
        /// Its bundle.
        path: PathBuf,
        /// The digest that it came with, or that is known.
        expected: String,
        /// Its digest now.
        found: String,
    },
    /// Another process is at the same download.
    #[error("another process is pulling {name}")]
    PullInProgress {
        /// Name of the network.
        name: &'static str,
    },
    /// The user has no folder for caches.
    #[error("the system names no folder for caches")]
    NoCacheDir,
    /// A table of genres or a taxonomy could not be read.
    #[error("cannot read {}", path.display())]
    Genres {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: genre::Error,
    },
    /// The name of a table to read or write is that of no format.
    #[error("{} has no ending of a table: .csv, .tsv or .json", path.display())]
    TableFormat {
        /// The file.
        path: PathBuf,
    },
    /// Neither a folder of artists' folders nor the report of an ingest.
    #[error("{} is no folder and no report of an ingest", path.display())]
    NoArtists {
        /// The file.
        path: PathBuf,
    },
    /// A report of an ingest has a line that is none of it.
    #[error("line {line} of {} is not of a report", path.display())]
    Report {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// No name of an artist in all that was looked at.
    #[error("no artist in {}", list(inputs))]
    NoNames {
        /// Folders and files.
        inputs: Vec<PathBuf>,
    },
    /// A subset with nothing in it.
    #[error("nothing is in the subset `{name}`{}", if *exclusive { " alone" } else { "" })]
    EmptySubset {
        /// Its name.
        name: String,
        /// Genres that may have been meant.
        suggestions: Vec<String>,
        /// Whether what is in other subsets, too, was left out.
        exclusive: bool,
    },
    /// Files in an archive, which nothing can be linked to.
    #[error("the files are in the archive {}, to which there can be no links", path.display())]
    InArchive {
        /// The archive.
        path: PathBuf,
    },
    /// A piece without a record to copy.
    #[error("{}", match piece {
        Some(piece) => format!("the catalog knows of no record of {piece}"),
        None => "a table knows of no records".to_owned(),
    })]
    NoRecords {
        /// Path of its file; none without a catalog.
        piece: Option<String>,
    },
    /// A TFRecord file in which other pieces are than the catalog says.
    #[error("{} does not hold the pieces that the catalog says", path.display())]
    OtherRecords {
        /// The file.
        path: PathBuf,
    },
    /// Pieces could not be read or shared out.
    #[error(transparent)]
    Corpus(corpus::Error),
    /// A TensorFlow file could not be read or written.
    #[error(transparent)]
    Tensorflow(#[from] tensorflow::Error),
    /// A network could not be trained, evaluated or made to sing.
    #[error(transparent)]
    Model(model::Error),
}

impl From<corpus::Error> for Error {
    fn from(error: corpus::Error) -> Self {
        match error {
            corpus::Error::Cancelled => Error::Interrupted { kept: None },
            error => Error::Corpus(error),
        }
    }
}

impl From<corpus::catalog::CatalogError> for Error {
    fn from(error: corpus::catalog::CatalogError) -> Self {
        corpus::Error::from(error).into()
    }
}

impl From<model::Error> for Error {
    fn from(error: model::Error) -> Self {
        match error {
            model::Error::Cancelled => Error::Interrupted { kept: None },
            error => Error::Model(error),
        }
    }
}

impl Error {
    /// Whether the verb was called in a way in which it cannot work, whatever the files hold.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        use model::Error as Model;
        matches!(
            self,
            Error::Melody { .. }
                | Error::MusicFormat { .. }
                | Error::PictureFormat { .. }
                | Error::ScoreFormat { .. }
                | Error::ManyPieces { .. }
                | Error::TableFormat { .. }
                | Error::NoArtists { .. }
                | Error::Model(
                    Model::UnknownConfig { .. }
                        | Model::UnknownHParam { .. }
                        | Model::BadHParam { .. }
                        | Model::RepeatedHParam { .. }
                        | Model::HParamSyntax { .. }
                        | Model::BadOption { .. }
                )
        )
    }

    pub(crate) fn read(path: &Path, source: io::Error) -> Self {
        Error::Read { path: path.to_owned(), source }
    }
}

/// What a verb gives.
pub type Result<T> = std::result::Result<T, Error>;

fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

fn in_brackets(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" ({text})") }
}
