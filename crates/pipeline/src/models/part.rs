//! What has come so far of a download.

use std::fs::{self, File};
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::digest::Announced;
use crate::{Error, Result, files};

/// What has come so far of a download, in a file; beside it, which download that is. Dropped it stays, for a later call to go on with.
#[derive(Debug)]
pub(super) struct PartFile {
    path: PathBuf,
    source_path: PathBuf,
    file: File,
    /// Bytes that are there.
    length: u64,
    source: Source,
}

/// Which download it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Source {
    pub(super) url: String,
    /// Of the file that the bytes are of; without one nobody can tell whether the rest is of the same.
    pub(super) etag: Option<String>,
    /// Bytes of the whole file, if they are known.
    pub(super) total: Option<u64>,
    pub(super) announced: Announced,
}

impl PartFile {
    /// Opens what there is of a download from `url`; empty if there is nothing, or it is of another one.
    pub(super) fn open(path: PathBuf, source_path: PathBuf, url: &str) -> Result<Self> {
        let write = |source| Error::Write { path: path.clone(), source };
        let file =
            File::options().create(true).truncate(false).write(true).open(&path).map_err(write)?;
        let length = file.metadata().map_err(write)?.len();
        let source =
            fs::read(&source_path).ok().and_then(|json| serde_json::from_slice(&json).ok());
        let source = source.filter(|source: &Source| source.url == url && source.etag.is_some());
        let mut part = Self { path, source_path, file, length, source: Source::default() };
        match source {
            Some(source) if source.total.is_none_or(|total| length <= total) => {
                part.source = source;
                part.cut(length)?;
            }
            _ => part.cut(0)?,
        }
        Ok(part)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes that are there.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    pub(super) fn source(&self) -> &Source {
        &self.source
    }

    /// Whether all is there, as far as that can be told.
    pub(super) fn is_whole(&self) -> bool {
        self.source.total == Some(self.length)
    }

    /// The place to go on from, and the ETag of what is there, if a later request can go on.
    pub(super) fn rest(&self) -> Option<(u64, String)> {
        let etag = self.source.etag.clone()?;
        (self.length > 0).then_some((self.length, etag))
    }

    /// Begins anew with bytes of another source.
    pub(super) fn begin(&mut self, source: Source) -> Result<()> {
        self.cut(0)?;
        self.sync()?;
        let json = serde_json::to_vec_pretty(&source).map_err(|error| Error::Write {
            path: self.source_path.clone(),
            source: error.into(),
        })?;
        files::write_whole(&self.source_path, &json)?;
        self.source = source;
        Ok(())
    }

    /// Forgets what is there.
    pub(super) fn reset(&mut self) -> Result<()> {
        self.source = Source::default();
        self.cut(0)?;
        files::remove(&self.source_path)
    }

    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).map_err(|source| self.error(source))?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    pub(super) fn sync(&self) -> Result<()> {
        self.file.sync_all().map_err(|source| self.error(source))
    }

    /// Removes all there is.
    pub(super) fn remove(self) -> Result<()> {
        drop(self.file);
        files::remove(&self.path)?;
        files::remove(&self.source_path)
    }

    fn cut(&mut self, length: u64) -> Result<()> {
        let cut = |mut file: &File| {
            file.set_len(length)?;
            file.seek(SeekFrom::Start(length))
        };
        cut(&self.file).map_err(|source| self.error(source))?;
        self.length = length;
        Ok(())
    }

    fn error(&self, source: std::io::Error) -> Error {
        Error::Write { path: self.path.clone(), source }
    }
}
