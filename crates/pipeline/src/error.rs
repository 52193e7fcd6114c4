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
    /// Not one piece could be converted.
    #[error("no music in {}", if *files == 1 { "the file".to_owned() } else { format!("the {files} files") })]
    NothingConverted {
        /// How many files were looked at.
        files: usize,
    },
    /// The name of a file to read is that of no format of music.
    #[error("{} is not the name of a MIDI, MusicXML or ABC file", path.display())]
    NotMusic {
        /// The file.
        path: PathBuf,
    },
    /// A piece cannot be made to sound, or a SoundFont is none.
    #[error("{}", path.display())]
    Audio {
        /// The file of music, or the SoundFont.
        path: PathBuf,
        /// Why not.
        source: audio::Error,
    },
    /// Not one piece could be rendered.
    #[error("no sound was made of {}", if *files == 1 { "the file".to_owned() } else { format!("{files} files of music") })]
    NothingRendered {
        /// How many files were looked at.
        files: usize,
    },
    /// The system has no SoundFont where SoundFonts are.
    #[error("the system has no SoundFont in {}", list(folders))]
    NoSoundFont {
        /// Where it was looked for.
        folders: Vec<PathBuf>,
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
                | Error::ManyPieces { .. }
                | Error::NotMusic { .. }
                | Error::Audio { source: audio::Error::BadOption { .. }, .. }
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
