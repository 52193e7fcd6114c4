//! Convert: files of music to another format.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::music_file::{MusicFormat, Piece};
use crate::{Error, Event, Observer, Result, files};

/// What to convert, to what, where.
#[derive(Clone, Debug)]
pub struct ConvertOptions {
    /// Files of music.
    pub inputs: Vec<PathBuf>,
    /// Where what is written goes.
    pub output: ConvertOutput,
}

/// Where converted music goes.
#[derive(Clone, Debug)]
pub enum ConvertOutput {
    /// All of it into one file, whose ending says the format: one piece, or a book of ABC tunes.
    File(PathBuf),
    /// Each piece into a file of its own.
    Folder {
        /// The folder.
        path: PathBuf,
        /// What to write.
        format: MusicFormat,
    },
}

/// What was converted.
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

/// A piece with the file that it comes from.
struct Read {
    path: PathBuf,
    /// Which of how many.
    number: usize,
    of: usize,
    piece: Piece,
}

/// Reads files of music and writes them in another format. What cannot be read or written is told, and the rest goes on.
///
/// # Errors
///
/// [`Error::NothingConverted`] if it is everything, [`Error::ManyPieces`] for more than one piece in a file that holds only
/// one, [`Error::MusicFormat`] for an output of no format, a disk that cannot be written, [`Error::Interrupted`].
pub fn convert(options: &ConvertOptions, observer: &dyn Observer) -> Result<Converted> {
    let mut converted = Converted::default();
    let mut pieces = Vec::new();
    for path in &options.inputs {
        if observer.cancelled() {
            return Err(Error::Interrupted { kept: None });
        }
        read(path, &mut pieces, &mut converted, observer);
    }
    match &options.output {
        ConvertOutput::File(path) => to_file(path, &pieces, &mut converted)?,
        ConvertOutput::Folder { path, format } => {
            to_folder(path, *format, &pieces, &mut converted, observer)?;
        }
    }
    for NotConverted { file, tune, reason } in &converted.failed {
        let tune = tune.map(|number| format!(", tune {number}")).unwrap_or_default();
        observer.observe(Event::Warning(&format!("{}{tune}: {reason}", file.display())));
    }
    if converted.pieces == 0 {
        return Err(Error::NothingConverted { files: options.inputs.len() });
    }
    Ok(converted)
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
            Ok(piece) => {
                for warning in &piece.warnings {
                    observer.observe(Event::Detail(&format!("{}: {warning}", path.display())));
                }
                pieces.push(Read { path: path.to_owned(), number, of, piece });
            }
            Err(error) => fail(Some(number), error.to_string()),
        }
    }
}

fn to_file(path: &Path, pieces: &[Read], converted: &mut Converted) -> Result<()> {
    let format =
        MusicFormat::of(path).ok_or_else(|| Error::MusicFormat { path: path.to_owned() })?;
    if pieces.len() > 1 && format != MusicFormat::Abc {
        return Err(Error::ManyPieces { path: path.to_owned(), pieces: pieces.len() });
    }
    let mut book = Vec::new();
    for (number, read) in (1..).zip(pieces) {
        let mut sequence = read.piece.sequence.clone();
        if pieces.len() > 1 {
            sequence.reference_number = number;
        }
        if sequence.metadata.title.is_empty() {
            sequence.metadata.title = stem(&read.path);
        }
        match format.write(&sequence) {
            Ok(bytes) => {
                // An empty line ends a tune.
                book.extend((!book.is_empty()).then_some(b'\n'));
                book.extend(bytes);
                converted.pieces += 1;
            }
            Err(error) => converted.failed.push(read.failed(&error)),
        }
    }
    if converted.pieces > 0 {
        files::create_parent(path)?;
        files::write_whole(path, &book)?;
        converted.files.push(path.to_owned());
    }
    Ok(())
}

fn to_folder(
    folder: &Path,
    format: MusicFormat,
    pieces: &[Read],
    converted: &mut Converted,
    observer: &dyn Observer,
) -> Result<()> {
    files::create_dir(folder)?;
    for read in pieces {
        if observer.cancelled() {
            let kept = format!("after {} of {} files", converted.files.len(), pieces.len());
            return Err(Error::Interrupted { kept: Some(kept) });
        }
        let mut sequence = read.piece.sequence.clone();
        if sequence.metadata.title.is_empty() {
            sequence.metadata.title = stem(&read.path);
        }
        match format.write(&sequence) {
            Ok(bytes) => {
                let file = free_name(folder, &read.name(), format, &converted.files);
                files::write_whole(&file, &bytes)?;
                converted.files.push(file);
                converted.pieces += 1;
            }
            Err(error) => converted.failed.push(read.failed(&error)),
        }
    }
    Ok(())
}

impl Read {
    /// How its file is called, without ending: as the one that it comes from, and the number of the tune.
    fn name(&self) -> String {
        let stem = stem(&self.path);
        let width = self.of.to_string().len();
        if self.of > 1 { format!("{stem}-{:0width$}", self.number) } else { stem }
    }

    fn failed(&self, error: &formats::Error) -> NotConverted {
        let tune = (self.of > 1).then_some(self.number);
        NotConverted { file: self.path.clone(), tune, reason: error.to_string() }
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// A name that no file of this call has.
fn free_name(folder: &Path, name: &str, format: MusicFormat, taken: &[PathBuf]) -> PathBuf {
    let candidate = |count: usize| {
        let name = if count > 1 { format!("{name}.{count}") } else { name.to_owned() };
        folder.join(format!("{name}.{}", format.ending()))
    };
    let free = (1..).map(candidate).find(|path| !taken.contains(path));
    free.unwrap_or_else(|| candidate(0))
}
