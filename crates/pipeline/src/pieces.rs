//! Files of music piece by piece, and files of what is made of each.

use std::fs;
use std::path::{Path, PathBuf};

use music::NoteSequence;
use rayon::prelude::*;
use serde::Serialize;

use crate::music_file::{MusicFormat, Piece};
use crate::{Error, Event, Observer, Result, files};

/// Pieces that are worked on at a time, before their files are written.
const AT_ONCE: usize = 32;

/// What came of files of music.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Converted {
    /// What was written, in the order of the pieces.
    pub files: Vec<PathBuf>,
    /// Pieces in them.
    pub pieces: usize,
    /// What could not be converted.
    pub failed: Vec<NotConverted>,
}

/// Something that could not be converted.
#[derive(Clone, Debug, Serialize)]
pub struct NotConverted {
    /// The file.
    pub file: PathBuf,
    /// Which tune of it, counted from 1; none if it is the whole file.
    pub tune: Option<usize>,
    /// Why.
    pub reason: String,
}

/// Where files go.
#[derive(Clone, Debug)]
pub(crate) enum Destination {
    /// All of it into one file.
    File(PathBuf),
    /// Each piece into files of its own in a folder.
    Folder(PathBuf),
    /// Each piece into files of its own beside the one that it comes from.
    Beside,
}

/// What makes the bytes of a file from a piece.
pub(crate) struct Encoder<'a> {
    /// How the names of its files go on behind that of the piece, from the dot on or before it: `mid`, `-roll.svg`.
    pub(crate) ending: &'a str,
    /// Whether a file holds any number of pieces, one after the other.
    pub(crate) is_book: bool,
    /// From the file that the piece comes from, and its music, which has a title.
    pub(crate) encode: &'a (dyn Fn(&Path, &NoteSequence) -> Encoded + Sync),
}

/// Bytes, or why there are none.
pub(crate) type Encoded<T = Vec<u8>> = std::result::Result<T, String>;

/// A piece with the file that it comes from.
struct Read {
    path: PathBuf,
    /// Which of how many.
    number: usize,
    of: usize,
    sequence: NoteSequence,
}

/// Reads files of music and writes what the encoders make of each piece; into one file, what the first makes of them. What cannot be
/// read or written is told, and the rest goes on.
///
/// # Errors
///
/// [`Error::NothingConverted`] if it is everything, [`Error::ManyPieces`] for more than one piece in a file that holds only
/// one, a disk that cannot be written, [`Error::Interrupted`].
pub(crate) fn write_pieces(
    inputs: &[PathBuf],
    destination: &Destination,
    encoders: &[Encoder<'_>],
    observer: &dyn Observer,
) -> Result<Converted> {
    let mut converted = Converted::default();
    let mut pieces = Vec::new();
    for path in inputs {
        if observer.cancelled() {
            return Err(Error::Interrupted { kept: None });
        }
        read(path, &mut pieces, &mut converted, observer);
    }
    match (destination, encoders.first()) {
        (Destination::File(path), Some(encoder)) => {
            to_file(path, encoder, &mut pieces, &mut converted)?;
        }
        _ => to_files(destination, encoders, &pieces, &mut converted, observer)?,
    }
    if let ([only], 0) = (converted.failed.as_slice(), converted.pieces) {
        // The error alone says it.
        return Err(nothing(inputs, only.reason.clone()));
    }
    for NotConverted { file, tune, reason } in &converted.failed {
        let tune = tune.map(|number| format!(", tune {number}")).unwrap_or_default();
        observer.observe(Event::Warning(&format!("{}{tune}: {reason}", file.display())));
    }
    if converted.pieces == 0 {
        return Err(nothing(inputs, String::new()));
    }
    Ok(converted)
}

fn nothing(inputs: &[PathBuf], reason: String) -> Error {
    Error::NothingConverted { files: inputs.len(), reason }
}

/// Reads the pieces of a file.
fn read(path: &Path, pieces: &mut Vec<Read>, converted: &mut Converted, observer: &dyn Observer) {
    let mut fail = |tune: Option<usize>, reason: String| {
        converted.failed.push(NotConverted { file: path.to_owned(), tune, reason });
    };
    let Some(format) = MusicFormat::of(path) else {
        return fail(None, "not the name of a MIDI, MusicXML or ABC file".to_owned());
    };
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => return fail(None, error.to_string()),
    };
    let found = match format.read(&bytes) {
        Ok(found) => found,
        Err(error) => return fail(None, error.to_string()),
    };
    let of = found.len();
    for (number, piece) in (1..).zip(found) {
        match piece {
            Ok(Piece { mut sequence, warnings }) => {
                for warning in &warnings {
                    observer.observe(Event::Detail(&format!("{}: {warning}", path.display())));
                }
                if sequence.metadata.title.is_empty() {
                    sequence.metadata.title = stem(path);
                }
                pieces.push(Read { path: path.to_owned(), number, of, sequence });
            }
            Err(error) => fail(Some(number), error.to_string()),
        }
    }
}

fn to_file(
    path: &Path,
    encoder: &Encoder<'_>,
    pieces: &mut [Read],
    converted: &mut Converted,
) -> Result<()> {
    if pieces.len() > 1 && !encoder.is_book {
        return Err(Error::ManyPieces { path: path.to_owned(), pieces: pieces.len() });
    }
    let many = pieces.len() > 1;
    let mut book = Vec::new();
    for (number, read) in (1..).zip(pieces) {
        if many {
            read.sequence.reference_number = number;
        }
        match (encoder.encode)(&read.path, &read.sequence) {
            Ok(bytes) => {
                // An empty line ends a tune.
                book.extend((!book.is_empty()).then_some(b'\n'));
                book.extend(bytes);
                converted.pieces += 1;
            }
            Err(reason) => converted.failed.push(read.failed(reason)),
        }
    }
    if converted.pieces > 0 {
        files::create_parent(path)?;
        files::write_whole(path, &book)?;
        converted.files.push(path.to_owned());
    }
    Ok(())
}

fn to_files(
    destination: &Destination,
    encoders: &[Encoder<'_>],
    pieces: &[Read],
    converted: &mut Converted,
    observer: &dyn Observer,
) -> Result<()> {
    if let Destination::Folder(folder) = destination {
        files::create_dir(folder)?;
    }
    for chunk in pieces.chunks(AT_ONCE) {
        let encode = |read: &Read| -> Encoded<Vec<Vec<u8>>> {
            encoders.iter().map(|it| (it.encode)(&read.path, &read.sequence)).collect()
        };
        let encoded: Vec<_> = chunk.par_iter().map(encode).collect();
        for (read, encoded) in chunk.iter().zip(encoded) {
            if observer.cancelled() {
                let kept = format!("after {} of {} pieces", converted.pieces, pieces.len());
                return Err(Error::Interrupted { kept: Some(kept) });
            }
            match encoded {
                Ok(encoded) => {
                    for (encoder, bytes) in encoders.iter().zip(encoded) {
                        let folder = destination.folder(&read.path);
                        let file =
                            free_name(folder, &read.name(), encoder.ending, &converted.files);
                        files::write_whole(&file, &bytes)?;
                        converted.files.push(file);
                    }
                    converted.pieces += 1;
                }
                Err(reason) => converted.failed.push(read.failed(reason)),
            }
        }
    }
    Ok(())
}

impl Destination {
    /// Where the files of a piece from the file `path` go.
    fn folder<'a>(&'a self, path: &'a Path) -> &'a Path {
        match self {
            Self::Folder(folder) => folder,
            Self::File(_) | Self::Beside => path.parent().unwrap_or(Path::new("")),
        }
    }
}

impl Read {
    /// How its files are called, without ending: as the one that it comes from, and the number of the tune.
    fn name(&self) -> String {
        let stem = stem(&self.path);
        let width = self.of.to_string().len();
        if self.of > 1 { format!("{stem}-{:0width$}", self.number) } else { stem }
    }

    fn failed(&self, reason: String) -> NotConverted {
        let tune = (self.of > 1).then_some(self.number);
        NotConverted { file: self.path.clone(), tune, reason }
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// A name that no file of this call has.
fn free_name(folder: &Path, name: &str, ending: &str, taken: &[PathBuf]) -> PathBuf {
    let dot = if ending.contains('.') { "" } else { "." };
    let candidate = |count: usize| {
        let name = if count > 1 { format!("{name}.{count}") } else { name.to_owned() };
        folder.join(format!("{name}{dot}{ending}"))
    };
    let free = (1..).map(candidate).find(|path| !taken.contains(path));
    free.unwrap_or_else(|| candidate(0))
}
