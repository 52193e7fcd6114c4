//! What the user may do about an error.

use std::error::Error as _;
use std::io::{self, ErrorKind};

use pipeline::genres::Fault;
use pipeline::models::DownloadFault;
use pipeline::sweep::GridFault;
use pipeline::{
    AudioError, CatalogError, CorpusError, Error, GenreError, ModelError, TensorflowError,
};

/// One sentence: what to try next.
pub(crate) fn for_error(error: &Error) -> String {
    if let Some(hint) = system(error) {
        return hint.to_owned();
    }
    match error {
        Error::Interrupted { kept: Some(_) } => "run the same command again to go on from there",
        Error::Interrupted { kept: None } => "nothing half-written was left behind; run the same command again",
        Error::NoFiles { .. } => "`*` and `?` stand for parts of a file's name, not of its folder's; `ls` shows what is there",
        Error::NoMelodies { .. } => "try --ignore-polyphonic-notes, or a lower --min-bars",
        Error::Melody { .. } => {
            "write a melody like \"[60, -2, 62, -2, 64, -1]\": pitches, -2 to hold, -1 to end"
        }
        Error::NoMelody { .. } | Error::Music { .. } => "try another file",
        Error::Continuation { .. } => "Magenta takes one instrument with one tempo and one metre; `cantus generate` takes any",
        Error::NoBatch { .. } => "the batch size must be no larger than the number of examples",
        Error::OtherEncoding { .. } => "name the configuration that it was trained with",
        Error::Refused { .. } => "`cantus generate` reads what can be read of it",
        Error::MusicFormat { .. } => "end its name with .mid, .musicxml or .abc",
        Error::ManyPieces { .. } => "give --output-dir and --format; a file of ABC alone takes many",
        Error::TooManyMoods { .. } => "give fewer keys, temperatures or primers",
        Error::PictureFormat { .. } => "end its name with .svg or .png",
        Error::ScoreFormat { .. } => "end its name with .svg, .png, .musicxml, .mxl or .abc",
        Error::NothingConverted { .. } => "give MIDI, MusicXML or ABC files",
        Error::TableFormat { .. } => "end its name with .csv, .tsv or .json",
        Error::MapFormat { .. } => "end its name with .html, .svg, .png or .csv, or give --format",
        Error::Genre(GenreError::Perplexity { .. }) => {
            "leave --perplexity out, or choose a lower one"
        }
        Error::Genre(GenreError::OneClass { .. } | GenreError::Folds { .. }) => {
            "check that the folders of the pieces are named like the artists of the table, or lower --min-artists"
        }
        Error::Genre(_) => "give a table in which more artists have genres",
        Error::NoRuns { .. } => "give a folder in which `cantus train`, `cantus sweep` or Magenta has trained",
        Error::NoCurve { tags, .. } if !tags.is_empty() => return format!("there are {}", tags.join(", ")),
        Error::NoCurve { .. } => "train the runs first",
        Error::Grid(fault) => grid(fault),
        Error::OtherSweep { .. } => "repeat what it was begun with to go on with it, or give another --output-dir",
        Error::NothingTrained { .. } => "`cantus train --help` explains the hyper-parameters",
        Error::Picture(_) => "choose a smaller --width, --height or --scale",
        Error::NoArtists { .. } => {
            "give a folder with a folder for each artist, the .report.jsonl of `cantus ingest`, or a list with --names FILE"
        }
        Error::NoNames { .. } => "give the folder that the artists' folders are in",
        Error::Report { .. } => "give the .report.jsonl that `cantus ingest` wrote",
        Error::Genres { source: GenreError::NotAModel { .. } | GenreError::OtherFeatures { .. }, .. } => {
            "give a model that `cantus genres learn` of this version wrote"
        }
        Error::Genres { source: GenreError::NoColumn { .. }, .. } => {
            "name its columns `artist` and `genres` in the first line"
        }
        Error::Genres { source, .. } if is_taxonomy(source) => {
            "`cantus genres fold --help` says what a taxonomy is; docs/genres.md shows how it is written"
        }
        Error::Genres { .. } => "`cantus genres --help` says how a table is written",
        Error::NothingToCompare { .. } => "name two: `cantus compare jigs=jigs.tfrecord reels=reels.tfrecord`",
        Error::CompareNames { .. } => "give each genre a name of its own: NAME=INPUT",
        Error::ComparisonFormat { .. } => "end its name with .html, .svg, .png, .csv or .json",
        Error::MusicWrite { .. } => "choose another tempo with --qpm",
        Error::NotMusic { .. } | Error::NothingRendered { files: 0 } => {
            "give files with the endings .mid, .midi, .kar, .abc, .xml, .musicxml or .mxl, or folders with such files"
        }
        Error::NothingRendered { .. } => "the warnings say why, file by file",
        Error::NoSoundFont { .. } => {
            "leave out --soundfont to play with the built-in one, or give a file: --soundfont FILE"
        }
        Error::Audio { source, .. } => audio(source),
        Error::SoundCard(error) => return sound_card(error),
        Error::StartAfterEnd { .. } => "begin earlier: --start SECONDS, or --start bar:NUMBER",
        Error::Model(error) => return model(error),
        Error::Download { source, .. } => download(source),
        Error::NotPulled { name, .. } => return format!("`cantus models pull {name}` gets it"),
        Error::Changed { name, .. } => {
            return format!("`cantus models pull {name} --force` gets it again");
        }
        Error::PullInProgress { .. } => "wait for it, or stop it",
        Error::Provider { source, .. } => provider(source),
        Error::NoKey { .. } => {
            "get one from the provider, and put it there or in providers.toml: see `cantus genres fetch --help`"
        }
        Error::NoContact => "give an e-mail or web address with --contact",
        Error::BadContact => "give an e-mail or web address",
        Error::BaseUrl { .. } => "write it like musicbrainz=https://mb.example",
        Error::Config { .. } => "`cantus genres fetch --help` shows what stands in that file",
        Error::Answers { .. } => "move that file away, or name another folder with --cache-dir",
        Error::FetchInProgress => "wait for it, or name another folder with --cache-dir",
        Error::OutputInInput { .. } => {
            "give a folder elsewhere: what is made would be read as music the next time"
        }
        Error::NobodyToAskAbout => "give a list of names, or a folder with folders of music in it",
        Error::NoCacheDir => "name a folder in CANTUS_CACHE_DIR",
        Error::Corpus(CorpusError::Catalog(error)) => return catalog(error).to_owned(),
        Error::EmptySubset { suggestions, .. } | Error::Highlight { suggestions, .. }
            if !suggestions.is_empty() => {
            return format!("did you mean {}?", suggestions.join(", "));
        }
        Error::Highlight { .. } => "`cantus genres top` lists the genres that there are",
        Error::EmptySubset { exclusive: true, .. } => "leave out --exclusive, or ask for less in the other subsets",
        Error::EmptySubset { .. } => "`cantus catalog query \"SELECT * FROM genre_counts ORDER BY files DESC\"` lists the genres that there are",
        Error::InArchive { .. } => "unpack them with `--as copies`, or make a file of records with `--as tfrecord`",
        Error::NoRecords { piece: None } => "give --catalog instead of --table",
        Error::NoRecords { .. } => "ingest again with --catalog, into a file",
        Error::OtherRecords { .. } => "the file was written anew: ingest again with --catalog, or name the file with --records",
        Error::Tensorflow(TensorflowError::NotAFile { .. }) => "give the path of an ordinary file",
        Error::Corpus(CorpusError::Records(TensorflowError::NotAFile { .. })) => {
            "give the path of an ordinary file"
        }
        Error::Corpus(CorpusError::Sequence { .. }) | Error::Tensorflow(_) => {
            "give a file that `cantus ingest` or Magenta's convert_dir_to_note_sequences wrote, whole"
        }
        Error::Corpus(CorpusError::NothingRead { files: 0 }) => {
            "give a folder, an archive or files with the endings .mid, .midi, .abc, .xml, .musicxml or .mxl"
        }
        Error::Corpus(CorpusError::NothingRead { .. }) => "--report FILE writes down why, file by file",
        _ => "add -v to see more of what is going on",
    }
    .to_owned()
}

/// Whether it is a taxonomy that could not be read, and not a table.
fn is_taxonomy(error: &GenreError) -> bool {
    use GenreError as Genre;
    matches!(
        error,
        Genre::Toml { .. } | Genre::NoMetaGenre | Genre::Colour { .. } | Genre::Repeated { .. }
    )
}

/// What helps when a catalog was at fault.
fn catalog(error: &CatalogError) -> &'static str {
    match error {
        CatalogError::Missing { .. } => {
            "`cantus ingest ... --catalog FILE` makes one; --catalog names it"
        }
        CatalogError::Foreign { .. } => {
            "give a file that `cantus ingest --catalog` made, or a new name"
        }
        CatalogError::Newer { .. } => "use the version of cantus that made it, or a later one",
        CatalogError::Busy { .. } => "wait for it, or stop it",
        CatalogError::Sql(_) => "`cantus catalog info` lists tables, views and their columns",
        CatalogError::NoTable { .. } => "`cantus catalog info` lists tables and views",
        CatalogError::NoPiece { .. } => "ingest it with --catalog first",
        _ => "check the disk; `sqlite3 FILE \"PRAGMA integrity_check\"` checks the catalog",
    }
}

/// What helps when a sweep makes no sense.
fn grid(fault: &GridFault) -> &'static str {
    match fault {
        GridFault::Endless { .. } => "draw from it with --random N, or list values with commas",
        GridFault::Configs { .. } => "give --input instead of --examples: it makes those of each",
        GridFault::Size { .. } => "draw fewer of them with --random N",
        GridFault::NothingHeldOut => "give --eval-examples, or an --eval-ratio above 0",
        _ => "write it like --set batch_size=32,64 or --set rnn_layer_sizes=[64],[128,128]",
    }
}

/// What helps when something cannot be made to sound.
fn audio(error: &AudioError) -> &'static str {
    match error {
        AudioError::TooLong { .. } => "allow more with --max-duration SECONDS",
        AudioError::NoNotes => "give a piece with notes",
        AudioError::TooLarge { .. } => "write MP3, Ogg Vorbis or FLAC, or a lower --sample-rate",
        AudioError::BadOption { .. } | AudioError::Encoder { .. } => {
            "`cantus render --help` explains the flags"
        }
        _ => {
            "give an SF2 or SF3 file, whole, or leave out --soundfont to play with the built-in one"
        }
    }
}

/// What helps when there is nothing to play on.
fn sound_card(error: &AudioError) -> String {
    match error {
        AudioError::UnknownDevice { found, .. } => format!("choose from {}", found.join(", ")),
        AudioError::DeviceLost { .. } => {
            "`cantus play --list-devices` shows what there is now".to_owned()
        }
        _ => "`cantus render FILE --output tune.mp3` writes a file that plays elsewhere".to_owned(),
    }
}

/// What helps when a download came to nothing.
fn download(fault: &DownloadFault) -> &'static str {
    use DownloadFault as Fault;
    match fault {
        Fault::Status { status: 404 | 410, .. } => "another address may have it: --url URL",
        Fault::Status { status: 407, .. } => {
            "the proxy wants a name and a password: HTTPS_PROXY=http://NAME:PASSWORD@HOST:PORT"
        }
        Fault::Status { status: 429 | 500..=599, .. } => {
            "the server is busy or broken: try again later, or another one with --url URL"
        }
        Fault::Connection { .. } | Fault::Silence { .. } | Fault::CutShort { .. } => {
            "check the network, and HTTPS_PROXY if there is a proxy; the same command goes on from what has come"
        }
        Fault::Request { .. } => {
            "check the address, the name server and the certificates of this machine, and HTTPS_PROXY if there is a proxy"
        }
        Fault::Page { .. } => {
            "a network that wants a login or a proxy may be in between: open the address in a browser"
        }
        Fault::Digest { .. }
        | Fault::NotABundle(_)
        | Fault::OtherNetwork { .. }
        | Fault::TooLarge { .. } => {
            "that is not what Magenta has published: check the address, or leave --url out"
        }
        _ => "open the address in a browser to see what is there",
    }
}

/// What helps when a provider of genres gave no answer.
fn provider(fault: &Fault) -> &'static str {
    match fault {
        Fault::Refused { .. } => "check the key at the provider's pages for developers",
        Fault::Busy { .. } => "try again later: the same command goes on from there",
        Fault::Connection { .. } | Fault::Silence { .. } => {
            "check the network, and HTTPS_PROXY if there is a proxy; the same command goes on from there"
        }
        Fault::Request { .. } => {
            "check the address, the name server and the certificates of this machine, and HTTPS_PROXY if there is a proxy"
        }
        Fault::Status { status: 407, .. } => {
            "the proxy wants a name and a password: HTTPS_PROXY=http://NAME:PASSWORD@HOST:PORT"
        }
        _ => {
            "something in between may answer in its place: check the address and the proxy; the same command goes on from there"
        }
    }
}

/// What helps when a network or its options were at fault.
fn model(error: &ModelError) -> String {
    if let Some(hint) = error.hint() {
        return hint;
    }
    match error {
        ModelError::PrimerTooLong { length, .. } => {
            format!("give more than {length} with --num-steps: it counts the primer, too")
        }
        ModelError::EmptyMelody => "give a melody with at least one event".to_owned(),
        ModelError::BadOption { .. } => "`cantus generate --help` explains the flags".to_owned(),
        ModelError::TensorFlow(_) => {
            "give a file that `cantus dataset` or Magenta wrote, whole".to_owned()
        }
        _ => "`cantus train --help` explains the hyper-parameters".to_owned(),
    }
}

/// What helps when it was the operating system that said no.
fn system(error: &Error) -> Option<&'static str> {
    let writing = matches!(error, Error::Write { .. });
    Some(match io_error(error)?.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            "make room on the disk or write to another one; nothing half-written was left behind"
        }
        ErrorKind::ReadOnlyFilesystem => "write to a folder on a disk that can be written to",
        ErrorKind::PermissionDenied if writing => "write to a folder of your own",
        ErrorKind::PermissionDenied => "check who may read and write that path (ls -l)",
        ErrorKind::NotFound => "check the spelling of the path; `ls` shows what is there",
        ErrorKind::IsADirectory => "a folder has that name: give the path of a file",
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => {
            "a file has the name of that folder: choose another name or move the file away"
        }
        _ => return None,
    })
}

/// What the operating system said, if it was asked.
pub(crate) fn io_error(error: &Error) -> Option<&io::Error> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref() {
            return Some(error);
        }
        cause = error.source();
    }
    None
}
