//! Where files come from: a folder, a file, an archive. All are walked the same way.

mod folder;
mod name;
mod tar;
mod zip;

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{Read, Take};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::observer::{Observer, Progress};
use super::reason::{Reason, Refusal};
use crate::{Error, Result};

pub(super) use name::{Kind, Place};

/// What a file may reserve before its bytes have been seen.
const TRUSTED_BYTES: u64 = 1 << 20;

/// The bytes of a file, or where to get them.
#[derive(Debug)]
pub(super) enum Content {
    /// A file that a worker opens, and how large it said it is.
    Path(PathBuf, u64),
    /// A file that came out of an archive.
    Bytes(Vec<u8>),
}

/// What loading a file gives.
pub(super) type Load = std::result::Result<Content, Refusal>;

/// Is shown every file of a source, in order.
pub(super) trait Visitor {
    /// A file; `load` gets its content and may be left alone.
    fn file(&mut self, name: &[u8], load: &mut dyn FnMut() -> Load) -> ControlFlow<()>;

    /// Something that is no file or cannot be walked into.
    fn failure(&mut self, name: &[u8], refusal: Refusal) -> ControlFlow<()> {
        self.file(name, &mut || Err(refusal.clone()))
    }
}

/// How a walk is bounded.
#[derive(Clone, Copy)]
pub(super) struct Bounds<'a> {
    /// Largest file that is loaded, in bytes.
    pub(super) max_file_bytes: u64,
    /// Whether the work has been called off: asked in the midst of long reads.
    pub(super) stopped: &'a (dyn Fn() -> bool + Sync),
}

/// An input, and what its files are called.
#[derive(Debug)]
pub(super) struct Source {
    path: PathBuf,
    form: Form,
    /// Name of the collection.
    collection: String,
    /// Folder that all members of an archive are in; its name is the collection's.
    top: Option<Vec<u8>>,
    /// Its number among the inputs.
    pub(super) number: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    Folder,
    File,
    Zip,
    Tar,
}

impl Source {
    /// Looks at what `path` is.
    pub(super) fn find(path: &Path) -> Result<Self> {
        let input = |source| Error::Input { path: path.to_owned(), source };
        let metadata = fs::metadata(path).map_err(input)?;
        // The last name of `.` or `songs/..` shows only in the full path.
        let full = path.canonicalize().map_err(input)?;
        let name = name::text(file_name(path).or(file_name(&full)).unwrap_or_default()).0;
        let (form, collection) = if metadata.is_dir() {
            (Form::Folder, name)
        } else if metadata.is_file() && Kind::of(name.as_bytes()) == Kind::Archive {
            (archive_form(path).map_err(input)?, name::archive_stem(&name).to_owned())
        } else {
            let folder = full.parent().and_then(file_name).unwrap_or_default();
            (Form::File, name::text(folder).0)
        };
        Ok(Self { path: path.to_owned(), form, collection, top: None, number: 0 })
    }

    /// Counts the files, and finds the folder that an archive has them all in.
    pub(super) fn scan(
        &mut self,
        progress: &mut Progress,
        observer: &mut dyn Observer,
    ) -> Result<()> {
        let mut scan = Scan { progress, observer, top: Top::Unknown, cancelled: false };
        let _ = self.walk(Bounds { max_file_bytes: 0, stopped: &|| false }, &mut scan);
        if scan.cancelled {
            return Err(Error::Cancelled);
        }
        if let (Top::One(top), Form::Zip | Form::Tar) = (scan.top, self.form) {
            self.collection = name::text(&top).0;
            self.top = Some(top);
        }
        Ok(())
    }

    /// Shows all files to `visitor`, in an order that depends on the input alone.
    pub(super) fn walk(&self, bounds: Bounds<'_>, visitor: &mut dyn Visitor) -> ControlFlow<()> {
        match self.form {
            Form::Folder => folder::walk(&self.path, visitor),
            Form::Zip => zip::walk(&self.path, bounds, visitor),
            Form::Tar => tar::walk(&self.path, bounds, visitor),
            Form::File => self.single(visitor),
        }
    }

    /// What the file that the walk called `name` is called in the collection.
    pub(super) fn place(&self, name: &[u8]) -> Place {
        let top = self.top.as_deref().unwrap_or_default();
        let below = name.strip_prefix(top).and_then(|rest| rest.strip_prefix(b"/"));
        let path = below.filter(|_| self.top.is_some()).unwrap_or(name);
        Place { input: self.number, ..Place::new(&self.collection, path) }
    }

    fn single(&self, visitor: &mut dyn Visitor) -> ControlFlow<()> {
        let name = file_name(&self.path).unwrap_or_default();
        match fs::metadata(&self.path) {
            Ok(metadata) if metadata.is_file() => {
                visitor.file(name, &mut || Ok(Content::Path(self.path.clone(), metadata.len())))
            }
            Ok(_) => visitor.failure(name, Refusal::new(Reason::NotAFile, "not a regular file")),
            Err(error) => visitor.failure(name, Refusal::new(Reason::Unreadable, error)),
        }
    }
}

impl Content {
    /// Bytes that it holds or will hold.
    pub(super) fn size(&self) -> u64 {
        match self {
            Self::Path(_, size) => *size,
            Self::Bytes(bytes) => bytes.len() as u64,
        }
    }

    /// Puts the bytes, at most `max` of them, into `bytes`, whose content is replaced.
    pub(super) fn read(self, max: u64, bytes: &mut Vec<u8>) -> std::result::Result<(), Refusal> {
        bytes.clear();
        match self {
            Self::Bytes(unpacked) => *bytes = unpacked,
            Self::Path(path, size) => {
                check_size(size, max)?;
                let unreadable = |error| Refusal::new(Reason::Unreadable, error);
                let file = File::open(path).map_err(unreadable)?;
                fill(bytes, file.take(max.saturating_add(1)), size).map_err(unreadable)?;
                check_size(bytes.len() as u64, max)?;
            }
        }
        Ok(())
    }
}

/// What a scan has learnt about the folder that all files are in.
#[derive(Debug)]
enum Top {
    Unknown,
    One(Vec<u8>),
    Many,
}

/// Counts files.
struct Scan<'a> {
    progress: &'a mut Progress,
    observer: &'a mut dyn Observer,
    top: Top,
    cancelled: bool,
}

impl Visitor for Scan<'_> {
    fn file(&mut self, name: &[u8], _: &mut dyn FnMut() -> Load) -> ControlFlow<()> {
        let first = name.iter().position(|&byte| byte == b'/').map(|end| &name[..end]);
        self.top = match (std::mem::replace(&mut self.top, Top::Many), first) {
            (Top::Unknown, Some(first)) => Top::One(first.to_owned()),
            (Top::One(top), Some(first)) if top == first => Top::One(top),
            _ => Top::Many,
        };
        self.failure(name, Refusal::new(Reason::NotMusic, ""))
    }

    /// What is no file has no say in where the files are.
    fn failure(&mut self, _: &[u8], _: Refusal) -> ControlFlow<()> {
        self.progress.files_total += 1;
        let flow = self.observer.update(self.progress);
        self.cancelled = flow.is_break();
        flow
    }
}

/// Whether `path` is read as an archive.
#[must_use]
pub fn is_archive(path: &Path) -> bool {
    path.is_file() && file_name(path).is_some_and(|name| Kind::of(name) == Kind::Archive)
}

/// The name of a file as bytes; none for `/`, `.` and `..`.
fn file_name(path: &Path) -> Option<&[u8]> {
    path.file_name().map(OsStr::as_encoded_bytes)
}

/// Looks into an archive, since names lie; what is neither zip nor gzip is taken for a plain tar.
fn archive_form(path: &Path) -> std::io::Result<Form> {
    let mut magic = Vec::new();
    File::open(path)?.take(2).read_to_end(&mut magic)?;
    let named_zip = Kind::is_zip(path.as_os_str().as_encoded_bytes());
    Ok(match magic.as_slice() {
        b"PK" => Form::Zip,
        [0x1f, 0x8b] => Form::Tar,
        _ if named_zip => Form::Zip,
        _ => Form::Tar,
    })
}

fn check_size(size: u64, max: u64) -> std::result::Result<(), Refusal> {
    if size <= max {
        return Ok(());
    }
    Err(Refusal::new(Reason::TooLarge, format!("larger than {max} bytes")))
}

/// Reads to the end; `expected` bytes are a hint that is not trusted.
fn fill(bytes: &mut Vec<u8>, mut read: Take<impl Read>, expected: u64) -> std::io::Result<()> {
    // One byte more than expected, so that the end is met without growing.
    bytes.reserve(expected.min(TRUSTED_BYTES) as usize + 1);
    read.read_to_end(bytes).map(|_| ())
}
