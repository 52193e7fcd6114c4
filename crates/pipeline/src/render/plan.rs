//! Which piece goes where, decided before the first is played: so names do not depend on who is ready first.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use music::NoteSequence;

use super::{RenderOptions, RenderOutput};
use crate::music_file::MusicFormat;
use crate::{Error, Event, Observer, Result};

/// Bytes of a file of music, at most: what is larger is none.
const MAX_BYTES: u64 = 256 << 20;

/// Folders within folders, at most: links may lead in a circle.
const MAX_DEPTH: usize = 32;

/// A piece to play.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) input: PathBuf,
    /// Where it lies within what was named.
    relative: PathBuf,
    format: MusicFormat,
    /// What came from stdin, or a book that was read to count its tunes.
    bytes: Option<Arc<[u8]>>,
    /// Which of how many, from 0.
    piece: (usize, usize),
    /// The file of audio; none for stdout.
    pub(super) output: Option<PathBuf>,
}

/// A file of music, and where it lies within what was named.
struct Found {
    path: PathBuf,
    relative: PathBuf,
}

impl Job {
    /// Which tune of a book it is, counted from 1.
    pub(crate) fn tune(&self) -> Option<usize> {
        (self.piece.1 > 1).then_some(self.piece.0 + 1)
    }

    /// The name of its file, without ending.
    pub(crate) fn name(&self) -> String {
        stem(&self.input)
    }

    /// Reads the piece.
    pub(crate) fn read(&self, observer: &dyn Observer) -> Result<NoteSequence> {
        let error = |source| Error::Music { path: self.input.clone(), source };
        let bytes =
            self.bytes.as_ref().map_or_else(|| read(&self.input), |bytes| Ok(Arc::clone(bytes)))?;
        let piece = self.format.read_one(&bytes, self.piece.0).map_err(error)?;
        for warning in &piece.warnings {
            observer.observe(Event::Detail(&format!("{}: {warning}", self.input.display())));
        }
        Ok(piece.sequence)
    }
}

/// Finds all pieces of files and folders, in their order; what they are is known, what they hold is not.
pub(crate) fn jobs(inputs: &[PathBuf]) -> Result<Vec<Job>> {
    let mut found = Vec::new();
    for input in inputs {
        find(input, &mut found)?;
    }
    let mut jobs = Vec::new();
    for Found { path, relative } in found {
        let is_stdin = is_dash(&path);
        let mut bytes = is_stdin.then(read_stdin).transpose()?;
        let format = match &bytes {
            Some(bytes) => sniff(bytes),
            None => MusicFormat::of(&path).ok_or_else(|| Error::NotMusic { path: path.clone() })?,
        };
        let mut pieces = 1;
        if format == MusicFormat::Abc {
            let book = bytes.take().map_or_else(|| read(&path), Ok)?;
            pieces = format.count(&book).max(1);
            bytes = Some(book);
        }
        for piece in 0..pieces {
            jobs.push(Job {
                input: path.clone(),
                relative: relative.clone(),
                format,
                bytes: bytes.clone(),
                piece: (piece, pieces),
                output: None,
            });
        }
    }
    if jobs.is_empty() { Err(Error::NothingRendered { files: 0 }) } else { Ok(jobs) }
}

/// Finds all pieces and names their outputs.
pub(super) fn plan(options: &RenderOptions) -> Result<Vec<Job>> {
    let jobs = jobs(&options.inputs)?;
    let folder = match &options.output {
        RenderOutput::Folder(folder) => folder,
        RenderOutput::File(path) if jobs.len() > 1 => {
            return Err(Error::ManyPieces { path: path.clone(), pieces: jobs.len() });
        }
        RenderOutput::Stdout if jobs.len() > 1 => {
            return Err(Error::ManyPieces {
                path: PathBuf::from("the standard output"),
                pieces: jobs.len(),
            });
        }
        RenderOutput::File(path) => {
            return Ok(jobs
                .into_iter()
                .map(|job| Job { output: Some(path.clone()), ..job })
                .collect());
        }
        RenderOutput::Stdout => return Ok(jobs),
    };
    let mut taken = BTreeSet::new();
    let ending = options.audio.format.ending();
    let mut named = Vec::new();
    for job in jobs {
        let (piece, pieces) = job.piece;
        let width = pieces.to_string().len();
        let stem = if is_dash(&job.input) { "stdin".to_owned() } else { stem(&job.input) };
        let stem = if pieces > 1 { format!("{stem}-{:0width$}", piece + 1) } else { stem };
        let parent = folder.join(job.relative.parent().unwrap_or(Path::new("")));
        let candidate = |count: usize| {
            let name = if count > 1 {
                format!("{stem}.{count}.{ending}")
            } else {
                format!("{stem}.{ending}")
            };
            parent.join(name)
        };
        // File systems exist that see no difference between large and small letters.
        let key = |path: &Path| path.to_string_lossy().to_lowercase();
        let output = (1..=usize::MAX).map(candidate).find(|path| taken.insert(key(path)));
        named.push(Job { output, ..job });
    }
    Ok(named)
}

/// A file as it is, a folder with all files of music in it, by name.
fn find(input: &Path, found: &mut Vec<Found>) -> Result<()> {
    if !is_dash(input) && fs::metadata(input).map_err(|source| Error::read(input, source))?.is_dir()
    {
        return walk(input, Path::new(""), 0, found);
    }
    let relative = input.file_name().map(PathBuf::from).unwrap_or_default();
    found.push(Found { path: input.to_owned(), relative });
    Ok(())
}

fn walk(folder: &Path, relative: &Path, depth: usize, found: &mut Vec<Found>) -> Result<()> {
    let error = |source| Error::read(folder, source);
    let mut entries =
        fs::read_dir(folder).map_err(error)?.collect::<std::io::Result<Vec<_>>>().map_err(error)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, relative) = (entry.path(), relative.join(entry.file_name()));
        // What cannot be asked after, such as a link to nothing, is no file.
        let Ok(metadata) = fs::metadata(&path) else { continue };
        if metadata.is_dir() && depth < MAX_DEPTH {
            walk(&path, &relative, depth + 1, found)?;
        } else if metadata.is_file() && MusicFormat::of(&path).is_some() {
            found.push(Found { path, relative });
        }
    }
    Ok(())
}

fn is_dash(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn read(path: &Path) -> Result<Arc<[u8]>> {
    let file = fs::File::open(path).map_err(|source| Error::read(path, source))?;
    all(file, path)
}

fn read_stdin() -> Result<Arc<[u8]>> {
    all(std::io::stdin().lock(), Path::new("the standard input"))
}

fn all(reader: impl std::io::Read, path: &Path) -> Result<Arc<[u8]>> {
    let mut bytes = Vec::new();
    reader
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|source| Error::read(path, source))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Error::read(path, std::io::ErrorKind::FileTooLarge.into()));
    }
    Ok(bytes.into())
}

/// What bytes without a name are.
fn sniff(bytes: &[u8]) -> MusicFormat {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if bytes.starts_with(b"MThd") || bytes.starts_with(b"RIFF") {
        MusicFormat::Midi
    } else if bytes.starts_with(b"PK")
        || text.starts_with(b"<")
        || bytes.starts_with(b"\xff\xfe")
        || bytes.starts_with(b"\xfe\xff")
    {
        MusicFormat::MusicXml
    } else {
        MusicFormat::Abc
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
