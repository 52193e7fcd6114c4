//! Opens a checkpoint of either version.

use std::path::{Path, PathBuf};

use super::{STATE_FILE, State, Variable, VariableInfo, v1, v2};
use crate::Result;

/// A checkpoint whose variables are known and read one by one.
#[derive(Debug)]
pub struct Reader(Inner);

#[derive(Debug)]
enum Inner {
    V1(v1::Reader),
    V2(v2::Reader),
}

/// Which of the two formats a checkpoint has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// One file.
    V1,
    /// An index and data files.
    V2,
}

impl Reader {
    /// Opens the checkpoint that `path` means:
    ///
    /// * a folder with a `checkpoint` file, or that file: the newest checkpoint in it
    /// * a prefix such as `model.ckpt-600`, with an index beside it: that checkpoint, of version 2
    /// * one of the files of a checkpoint of version 2, its `.meta` included: the same
    /// * any other file: a checkpoint of version 1
    ///
    /// # Errors
    ///
    /// Those of [`State::read`], [`v1::Reader::open`] and [`v2::Reader::open`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        if path.is_dir() {
            return Self::open_newest(path);
        }
        if is_state(path) {
            return Self::open_newest(path.parent().unwrap_or(Path::new("")));
        }
        Self::open_prefix(path)
    }

    fn open_newest(folder: &Path) -> Result<Self> {
        Self::open_prefix(&State::read(folder)?.newest_in(folder))
    }

    fn open_prefix(path: &Path) -> Result<Self> {
        let inner = match prefix_of(path) {
            Some(prefix) => Inner::V2(v2::Reader::open(prefix)?),
            None => Inner::V1(v1::Reader::open(path)?),
        };
        Ok(Self(inner))
    }

    /// Whether `path` is told to be a checkpoint by names alone: all that [`open`](Self::open) takes but files of version 1.
    pub fn knows(path: impl AsRef<Path>) -> bool {
        let path = path.as_ref();
        if path.is_dir() {
            return path.join(STATE_FILE).is_file();
        }
        is_state(path) && path.is_file() || prefix_of(path).is_some()
    }

    /// Takes the bytes of a checkpoint of version 1, such as those in a bundle; `path` is what errors name.
    ///
    /// # Errors
    ///
    /// Those of [`v1::Reader::new`].
    pub fn from_bytes(bytes: Vec<u8>, path: impl Into<PathBuf>) -> Result<Self> {
        Ok(Self(Inner::V1(v1::Reader::new(bytes, path)?)))
    }

    /// The checkpoint's file; of version 2, its prefix.
    pub fn path(&self) -> &Path {
        match &self.0 {
            Inner::V1(reader) => reader.path(),
            Inner::V2(reader) => reader.prefix(),
        }
    }

    /// Its format.
    pub fn version(&self) -> Version {
        match &self.0 {
            Inner::V1(_) => Version::V1,
            Inner::V2(_) => Version::V2,
        }
    }

    /// The variables in the order of their names; none of their values has been read.
    pub fn list(&self) -> &[VariableInfo] {
        match &self.0 {
            Inner::V1(reader) => reader.list(),
            Inner::V2(reader) => reader.list(),
        }
    }

    /// Reads a variable.
    ///
    /// # Errors
    ///
    /// Those of [`v1::Reader::read`] and [`v2::Reader::read`].
    pub fn read(&self, name: &str) -> Result<Variable> {
        match &self.0 {
            Inner::V1(reader) => reader.read(name),
            Inner::V2(reader) => reader.read(name),
        }
    }

    /// Reads all variables, in the order of their names.
    ///
    /// # Errors
    ///
    /// Those of [`read`](Self::read), for the first variable that cannot be read.
    pub fn read_all(&self) -> Result<Vec<Variable>> {
        self.list().iter().map(|info| self.read(&info.name)).collect()
    }
}

fn is_state(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == STATE_FILE)
}

/// The prefix of the checkpoint of version 2 that `path` is or is a file of.
fn prefix_of(path: &Path) -> Option<PathBuf> {
    let is_prefix = |prefix: &PathBuf| v2::index_path(prefix).is_file();
    let given = Some(path.to_owned()).filter(is_prefix);
    given.or_else(|| Some(strip_ending(path)?).filter(is_prefix))
}

/// `path` without `.index`, `.meta` or `.data-00000-of-00001` at its end.
fn strip_ending(path: &Path) -> Option<PathBuf> {
    let ending = path.extension()?.to_str()?;
    let known = matches!(ending, "index" | "meta") || ending.starts_with("data-");
    known.then(|| path.with_extension(""))
}
