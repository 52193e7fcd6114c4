//! Why a verb could not do its work.

use std::io;
use std::path::{Path, PathBuf};

use corpus::extract::{ContinuationError, Counters, PrimerError};
use genre::provider::Fault;

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
    /// More moods than a page can show side by side.
    #[error("{number} moods are more than the {most} that are made at once")]
    TooManyMoods {
        /// Keys times temperatures times primers.
        number: usize,
        /// The bound.
        most: usize,
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
    /// Fewer than two groups of melodies.
    #[error("{groups} {} to compare, two expected", if *groups == 1 { "group of melodies" } else { "groups of melodies" })]
    NothingToCompare {
        /// How many there are.
        groups: usize,
    },
    /// Names of genres that cannot be told apart, or too many.
    #[error("{reason}")]
    CompareNames {
        /// What is wrong with them.
        reason: String,
    },
    /// The name of a file to write a comparison to is that of no format.
    #[error("{} has no ending of a page, a picture or a table", path.display())]
    ComparisonFormat {
        /// The file.
        path: PathBuf,
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
    /// There is no sound card to play on.
    #[error(transparent)]
    SoundCard(audio::Error),
    /// Playing is to begin where a piece is over.
    #[error("{} ends before {}", path.display(), start)]
    StartAfterEnd {
        /// The file of music.
        path: PathBuf,
        /// Where it was to begin: "bar 9".
        start: String,
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
    /// A provider of genres gave no answers, or no more.
    #[error("cannot ask {provider} about {artist}{}", kept_answers(*kept))]
    Provider {
        /// Its name.
        provider: &'static str,
        /// The artist who was asked about.
        artist: String,
        /// How many answers there are by now.
        kept: u64,
        /// Why not.
        source: Fault,
    },
    /// A provider of genres wants a key, and there is none.
    #[error("{provider} wants a key, and there is no {}", variables.join(", no "))]
    NoKey {
        /// Its name.
        provider: &'static str,
        /// The variables of the environment in which it would be.
        variables: &'static [&'static str],
    },
    /// MusicBrainz wants an address of the user, and there is none.
    #[error("musicbrainz wants to know how to reach you, and there is no contact")]
    NoContact,
    /// An address of the user that no header can hold.
    #[error("a contact has printable ASCII characters only, and at least one")]
    BadContact,
    /// The address of a provider is none, or one to which no key is sent.
    #[error("{url} is no address for {provider}: {reason}")]
    BaseUrl {
        /// The provider.
        provider: &'static str,
        /// The address.
        url: String,
        /// Why not.
        reason: &'static str,
    },
    /// A file of the user's settings makes no sense.
    #[error("cannot read {}: {reason}", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// What is wrong, without any key in it.
        reason: String,
    },
    /// The answers of providers cannot be kept or read.
    #[error("cannot use the answers in {}: {reason}", path.display())]
    Answers {
        /// Their database.
        path: PathBuf,
        /// What SQLite says.
        reason: String,
    },
    /// Another process asks providers and keeps the answers in the same folder.
    #[error("another process is asking for genres")]
    FetchInProgress,
    /// Nobody to ask about.
    #[error("no artists to ask about")]
    NobodyToAskAbout,
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
    /// The name of a map to write is that of no format.
    #[error("{} has no ending of a map: .html, .svg, .png or .csv", path.display())]
    MapFormat {
        /// The file.
        path: PathBuf,
    },
    /// Genres could not be laid out.
    #[error(transparent)]
    Genre(genre::Error),
    /// Nobody on a map is meant.
    #[error("nobody on the map is meant by `{name}`")]
    Highlight {
        /// Who was to be lit.
        name: String,
        /// Genres that may have been meant.
        suggestions: Vec<String>,
    },
    /// No run anywhere in some folders.
    #[error("no run in {}", list(folders))]
    NoRuns {
        /// The folders.
        folders: Vec<PathBuf>,
    },
    /// No run has a curve of that name.
    #[error("no run has the curve `{tag}`")]
    NoCurve {
        /// The name.
        tag: String,
        /// The curves that there are.
        tags: Vec<String>,
    },
    /// The runs that a sweep was asked for make no sense.
    #[error(transparent)]
    Grid(#[from] crate::sweep::GridFault),
    /// The folder of a sweep holds one of other music.
    #[error("the sweep in {} was begun with other {what}", path.display())]
    OtherSweep {
        /// The folder.
        path: PathBuf,
        /// What differs.
        what: &'static str,
    },
    /// Not one run of a sweep could be trained.
    #[error("not one of the {runs} runs could be trained: {reason}")]
    NothingTrained {
        /// How many there are.
        runs: usize,
        /// What went wrong with the first.
        reason: String,
    },
    /// A picture cannot be drawn.
    #[error(transparent)]
    Picture(#[from] figure::png::Error),
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
    /// A text is no query.
    #[error(transparent)]
    Query(genre::query::QueryError),
    /// What is made would lie within the music that it is made from.
    #[error("{} is within {}", output.display(), input.display())]
    OutputInInput {
        /// The folder of music.
        input: PathBuf,
        /// The folder for what is made.
        output: PathBuf,
    },
    /// A list of genres with none in it.
    #[error("no genre in `{list}`")]
    NoGenre {
        /// The list.
        list: String,
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

impl From<genre::Error> for Error {
    fn from(error: genre::Error) -> Self {
        match error {
            genre::Error::Cancelled => Error::Interrupted { kept: None },
            error => Error::Genre(error),
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
                | Error::NothingToCompare { .. }
                | Error::CompareNames { .. }
                | Error::ComparisonFormat { .. }
                | Error::PictureFormat { .. }
                | Error::ScoreFormat { .. }
                | Error::ManyPieces { .. }
                | Error::TooManyMoods { .. }
                | Error::TableFormat { .. }
                | Error::NoArtists { .. }
                | Error::Query(_)
                | Error::NoGenre { .. }
                | Error::OutputInInput { .. }
                | Error::NoKey { .. }
                | Error::NoContact
                | Error::BadContact
                | Error::BaseUrl { .. }
                | Error::MapFormat { .. }
                | Error::Genre(genre::Error::Perplexity { .. })
                | Error::Highlight { .. }
                | Error::NoCurve { .. }
                | Error::Grid(_)
                | Error::OtherSweep { .. }
                | Error::Picture(figure::png::Error::Size { .. })
                | Error::NotMusic { .. }
                | Error::StartAfterEnd { .. }
                | Error::SoundCard(audio::Error::UnknownDevice { .. })
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

    /// No melody in pieces, with what their counters say of why.
    pub(crate) fn no_melodies(inputs: &[PathBuf], pieces: u64, counters: &Counters) -> Self {
        let counts = counters.entries().into_iter().filter(|entry| entry.1 > 0);
        let reasons = counts.map(|(name, count)| format!("{name}: {count}")).collect::<Vec<_>>();
        Error::NoMelodies { inputs: inputs.to_owned(), pieces, reasons: reasons.join(", ") }
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

fn kept_answers(kept: u64) -> String {
    if kept == 0 { String::new() } else { format!(" ({kept} answers are kept)") }
}

fn in_brackets(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" ({text})") }
}
