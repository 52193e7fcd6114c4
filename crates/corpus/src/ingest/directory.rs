//! A folder as Magenta's `convert_dir_to_note_sequences` goes through it.
//!
//! Unlike [`ingest`](super::ingest): files come in the order in which the system lists them, those of a folder before
//! its folders; a file that Magenta refuses is refused in its words; a piece without notes counts; the
//! name of the collection is what stands after the last slash of the folder as it was typed, artist and title are not filled in.

mod piece;

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use formats::note_sequence;
use serde::Serialize;

use self::piece::{Fault, Format, Piece, Pieces};
use super::files::UNFINISHED;
use super::source::{Content, Place};
use crate::{Error, Result};

/// How to go through a folder.
#[derive(Clone, Copy, Debug)]
pub struct DirectoryOptions {
    /// Whether to go into the folders within it.
    pub recursive: bool,
    /// Whether to read what can be read of files that Magenta refuses.
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
    /// A file, or a tune of it, became a piece.
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
    /// A tune of a file is damaged; comes before what became of the others.
    TuneRefused {
        /// The file.
        path: &'a str,
        /// What it is.
        format: &'static str,
        /// Magenta's words where it refuses the tune, too.
        reason: &'a str,
    },
    /// A file could not be read at all.
    Failed {
        /// The file.
        path: &'a str,
        /// What the system says, or the exception that Magenta's reader does not mean to raise.
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
    /// Files, or tunes of them, that are music, but damaged.
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
            match Format::of(&name) {
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

    fn file(&mut self, format: Format, path: &Path, shown: &str, name: &str) -> Result<()> {
        let mut bytes = Vec::new();
        let size = fs::metadata(path).map_or(0, |metadata| metadata.len());
        if let Err(refusal) =
            Content::Path(path.into(), size).read(self.options.max_file_bytes, &mut bytes)
        {
            return self.failed(shown, &refusal.message);
        }
        match piece::read(format, &bytes, shown, self.options.lenient) {
            Ok(pieces) => self.pieces(format, pieces, shown, name),
            Err(Fault { reason, is_expected: false }) => self.failed(shown, &reason),
            Err(Fault { reason, is_expected: true }) => {
                self.summary.refused += 1;
                let format = format.label();
                (self.take)(DirectoryEvent::Refused { path: shown, format, reason: &reason })
            }
        }
    }

    /// The pieces of a file, after what is said of its tunes that are none.
    fn pieces(&mut self, format: Format, pieces: Pieces, path: &str, name: &str) -> Result<()> {
        let place = Place::new(self.collection, name.as_bytes());
        let label = format.label();
        for reason in pieces.iter().filter_map(|piece| piece.as_ref().err()) {
            self.summary.refused += 1;
            (self.take)(DirectoryEvent::TuneRefused { path, format: label, reason })?;
        }
        for Piece { mut sequence, number } in pieces.into_iter().flatten() {
            sequence.id = match number {
                Some(number) => place.tune_id(&number),
                None => place.id.clone(),
            };
            sequence.filename.clone_from(&place.path);
            sequence.collection_name.clone_from(&place.collection);
            let mut record = Vec::new();
            note_sequence::encode(&sequence, &mut record);
            self.summary.pieces += 1;
            (self.take)(DirectoryEvent::Converted { path, format: label, record: &record })?;
        }
        Ok(())
    }

    fn failed(&mut self, path: &str, reason: &str) -> Result<()> {
        self.summary.failed += 1;
        (self.take)(DirectoryEvent::Failed { path, reason })
    }
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
}
