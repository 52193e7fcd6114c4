//! A folder as Magenta's `convert_dir_to_note_sequences` goes through it.
//!
//! Unlike [`ingest`](super::ingest): files come in the order in which the system lists them, those of a folder before
//! its folders; a file that breaks the standard is refused in Magenta's words; a piece without notes counts; the
//! name of the collection is what stands after the last slash of the folder as it was typed, artist and title are not filled in.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use formats::midi::{self, Midi};
use formats::musicxml::{self, Convention};
use formats::{abc, note_sequence};
use music::NoteSequence;
use serde::Serialize;

use super::files::UNFINISHED;
use super::piece::guarded;
use super::reason::Refusal;
use super::source::{Content, Place};
use crate::{Error, Result};

/// How to go through a folder.
#[derive(Clone, Copy, Debug)]
pub struct DirectoryOptions {
    /// Whether to go into the folders within it.
    pub recursive: bool,
    /// Whether to read what can be read of MIDI files and ABC tunes that Magenta refuses.
    pub lenient: bool,
    /// Largest file that is read, in bytes.
    pub max_file_bytes: u64,
}

/// What is met on the way. Paths are as Magenta writes them: the folder as it was typed, with what is in it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum DirectoryEvent<'a> {
    /// A folder begins.
    Folder(&'a str),
    /// The next thing in a folder, whatever it is; comes before what is said of it.
    Entry,
    /// A file became a piece.
    Converted {
        /// The file.
        path: &'a str,
        /// What it is.
        format: &'static str,
        /// The NoteSequence as bytes.
        record: &'a [u8],
    },
    /// A file is music, but damaged.
    Refused {
        /// The file.
        path: &'a str,
        /// What it should have been.
        format: &'static str,
        /// Magenta's words where it refuses the file, too.
        reason: &'a str,
    },
    /// A tune of a book is damaged; the others of its book may be good.
    TuneRefused {
        /// The file.
        path: &'a str,
        /// note-seq's words.
        reason: &'a str,
    },
    /// A file could not be read at all.
    Failed {
        /// The file.
        path: &'a str,
        /// What the system says.
        reason: &'a str,
    },
    /// Something that is no music, or a folder that is not gone into.
    NoConverter(&'a str),
}

/// A folder in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DirectorySummary {
    /// Pieces.
    pub pieces: u64,
    /// Files, and tunes of books, that are music, but damaged.
    pub refused: u64,
    /// Files that could not be read at all.
    pub failed: u64,
    /// What is no music.
    pub ignored: u64,
}

/// Converts the folder `root`, a path as it was typed, and tells `take` of everything in the order in which Magenta would.
///
/// # Errors
///
/// [`Error::Input`] when `root` cannot be listed; what `take` returns.
pub fn convert_directory(
    root: &str,
    options: &DirectoryOptions,
    take: &mut dyn FnMut(DirectoryEvent<'_>) -> Result<()>,
) -> Result<DirectorySummary> {
    let collection = root.rsplit('/').next().unwrap_or_default();
    let summary = DirectorySummary::default();
    let mut walk = Walk { root, collection, options, take, summary, above: Vec::new() };
    walk.folder(Path::new(root), "")?
        .map_err(|source| Error::Input { path: root.into(), source })?;
    Ok(walk.summary)
}

struct Walk<'a> {
    root: &'a str,
    collection: &'a str,
    options: &'a DirectoryOptions,
    take: &'a mut dyn FnMut(DirectoryEvent<'_>) -> Result<()>,
    summary: DirectorySummary,
    /// Real paths of the folders that this one is in, so that loops of links end.
    above: Vec<PathBuf>,
}

impl Walk<'_> {
    /// Goes through `folder`, which is called `below` under the root; the inner error is that of listing it.
    fn folder(&mut self, folder: &Path, below: &str) -> Result<io::Result<()>> {
        let shown = join(self.root, below);
        (self.take)(DirectoryEvent::Folder(&shown))?;
        let names = match self.list(folder) {
            Ok(names) => names,
            Err(error) => return Ok(Err(error)),
        };
        let mut folders = Vec::new();
        for name in names {
            (self.take)(DirectoryEvent::Entry)?;
            let path = folder.join(&name);
            let name = join(below, &name.to_string_lossy());
            let shown = join(self.root, &name);
            match format_of(&name) {
                Some(format) => self.file(format, &path, &shown, &name)?,
                None if self.options.recursive && path.is_dir() => folders.push((path, name)),
                None => {
                    self.summary.ignored += 1;
                    (self.take)(DirectoryEvent::NoConverter(&shown))?;
                }
            }
        }
        for (path, name) in folders {
            if let Err(error) = self.folder(&path, &name)? {
                self.failed(&join(self.root, &name), &error.to_string())?;
            }
        }
        self.above.pop();
        Ok(Ok(()))
    }

    /// What is in `folder`, which then is one of those [`above`](Self::above).
    fn list(&mut self, folder: &Path) -> io::Result<Vec<OsString>> {
        let real = fs::canonicalize(folder)?;
        if self.above.contains(&real) {
            return Err(io::Error::other("a link to a folder that it is in"));
        }
        let mut names = Vec::new();
        for entry in fs::read_dir(folder)? {
            let name = entry?.file_name();
            if !name.as_encoded_bytes().starts_with(UNFINISHED.as_bytes()) {
                names.push(name);
            }
        }
        self.above.push(real);
        Ok(names)
    }

    fn file(&mut self, format: &'static str, path: &Path, shown: &str, name: &str) -> Result<()> {
        let mut bytes = Vec::new();
        let size = fs::metadata(path).map_or(0, |metadata| metadata.len());
        if let Err(refusal) =
            Content::Path(path.into(), size).read(self.options.max_file_bytes, &mut bytes)
        {
            return self.failed(shown, &refusal.message);
        }
        let place = Place::new(self.collection, name.as_bytes());
        if format == ABC {
            return self.book(&place, shown, &bytes);
        }
        match self.read(format, &bytes) {
            Ok(sequence) => self.piece(&place, place.id.clone(), shown, format, sequence),
            Err(reason) => self.refused(shown, format, &reason),
        }
    }

    /// Hands on a piece of the file at `place`.
    fn piece(
        &mut self,
        place: &Place,
        id: String,
        shown: &str,
        format: &'static str,
        mut sequence: NoteSequence,
    ) -> Result<()> {
        sequence.id = id;
        sequence.filename.clone_from(&place.path);
        sequence.collection_name.clone_from(&place.collection);
        let mut record = Vec::new();
        note_sequence::encode(&sequence, &mut record);
        self.summary.pieces += 1;
        (self.take)(DirectoryEvent::Converted { path: shown, format, record: &record })
    }

    /// The piece in `bytes`, or why Magenta refuses them.
    fn read(
        &self,
        format: &'static str,
        bytes: &[u8],
    ) -> std::result::Result<NoteSequence, String> {
        if format == MUSIC_XML {
            let options = musicxml::ReadOptions { convention: Convention::NoteSeq, repeats: false };
            let read = guarded(format, || musicxml::read(bytes, &options)).map_err(message)?;
            return read.map(|score| score.sequence).map_err(|error| error.to_string());
        }
        let read = guarded(format, || midi::read(bytes)).map_err(message)?;
        let Midi { sequence, refusal, .. } =
            read.map_err(|error| error.refusal().unwrap_or_else(|| error.to_string()))?;
        match refusal.filter(|_| !self.options.lenient) {
            Some(refusal) => Err(refusal),
            None => Ok(sequence),
        }
    }

    /// The tunes of a book, as note-seq reads them. Magenta 2.1.4 itself hands the book to note-seq as bytes, which that can
    /// do nothing with, so that it fails on all of them.
    fn book(&mut self, place: &Place, shown: &str, bytes: &[u8]) -> Result<()> {
        let lenient = self.options.lenient;
        let tunes = match guarded(ABC, || if lenient { all_tunes(bytes) } else { tunes(bytes) }) {
            Ok(Ok(tunes)) => tunes,
            Ok(Err(BookRefusal { reason, caught: true })) => {
                return self.refused(shown, ABC, &reason);
            }
            Ok(Err(BookRefusal { reason, .. })) => return self.failed(shown, &reason),
            Err(refusal) => return self.failed(shown, &refusal.message),
        };
        // What is wrong comes first, as in Magenta.
        for reason in tunes.iter().filter_map(|tune| tune.as_ref().err()) {
            self.summary.refused += 1;
            (self.take)(DirectoryEvent::TuneRefused { path: shown, reason })?;
        }
        for sequence in tunes.into_iter().flatten() {
            let id = place.tune_id(&sequence.reference_number.to_string());
            self.piece(place, id, shown, ABC, sequence)?;
        }
        Ok(())
    }

    fn refused(&mut self, path: &str, format: &'static str, reason: &str) -> Result<()> {
        self.summary.refused += 1;
        (self.take)(DirectoryEvent::Refused { path, format, reason })
    }

    fn failed(&mut self, path: &str, reason: &str) -> Result<()> {
        self.summary.failed += 1;
        (self.take)(DirectoryEvent::Failed { path, reason })
    }
}

const MIDI: &str = "MIDI";
const MUSIC_XML: &str = "MusicXML";
const ABC: &str = "ABC";

/// What becomes of each tune of a book.
type Tunes = Vec<std::result::Result<NoteSequence, String>>;

/// Why a book is refused as a whole, and whether Magenta means to catch that.
struct BookRefusal {
    reason: String,
    caught: bool,
}

/// The tunes that note-seq reads.
fn tunes(bytes: &[u8]) -> std::result::Result<Tunes, BookRefusal> {
    match abc::magenta::read(&String::from_utf8_lossy(bytes)) {
        Ok(tunes) => {
            Ok(tunes.into_iter().map(|tune| tune.map_err(|refusal| refusal.message)).collect())
        }
        Err(refusal) => {
            let caught = refusal.is_parse_error();
            Err(BookRefusal { reason: refusal.message, caught })
        }
    }
}

/// All tunes that can be read.
fn all_tunes(bytes: &[u8]) -> std::result::Result<Tunes, BookRefusal> {
    let refused = |error: formats::Error| BookRefusal { reason: error.to_string(), caught: true };
    let book = abc::Book::new(bytes).map_err(refused)?;
    let tunes = book.tunes(abc::Options::default());
    Ok(tunes.map(|tune| tune.map(|tune| tune.sequence).map_err(|e| e.to_string())).collect())
}

fn message(refusal: Refusal) -> String {
    refusal.message
}

/// What Magenta takes a file of this name for.
fn format_of(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    let formats =
        [(MIDI, [".mid", ".midi"].as_slice()), (MUSIC_XML, &[".xml", ".mxl"]), (ABC, &[".abc"])];
    formats
        .into_iter()
        .find(|(_, endings)| endings.iter().any(|ending| name.ends_with(ending)))
        .map(|found| found.0)
}

/// Python's `os.path.join` for a relative second part.
fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() || folder.ends_with('/') {
        return format!("{folder}{name}");
    }
    format!("{folder}/{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_as_in_python() {
        assert_eq!(join("midi", ""), "midi/");
        assert_eq!(join("midi/", "a.mid"), "midi/a.mid");
        assert_eq!(join("", "a.mid"), "a.mid");
    }

    #[test]
    fn endings_tell_the_format_in_any_case() {
        assert_eq!(format_of("A.MID"), Some("MIDI"));
        assert_eq!(format_of("a.mxl"), Some("MusicXML"));
        assert_eq!(format_of("a.Abc"), Some("ABC"));
        assert_eq!(format_of("a.kar"), None);
    }
}
