//! The folder in which pulled bundles are kept.
//!
//! ```text
//! attention_rnn.mag        the bundle
//! attention_rnn.mag.json   where it came from, and its SHA-256 as it came
//! attention_rnn.mag.part   what has come so far of a download
//! attention_rnn.mag.part.json   which download that is
//! ```

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::digest::Digests;
use super::known::Known;
use crate::{Error, Result, files, user};

/// The folder in which pulled bundles are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cache {
    folder: PathBuf,
}

/// What is known of a bundle in the cache.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    /// Where it came from; none for a file that somebody put there.
    pub(super) url: Option<String>,
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

/// Keeps others from the same download until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Cache {
    /// A cache in a folder, which need not be there yet.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The user's: `models` in `$CANTUS_CACHE_DIR`, or in `cantus` where the system keeps caches.
    ///
    /// # Errors
    ///
    /// [`Error::NoCacheDir`] when the user has no home.
    pub fn of_user() -> Result<Self> {
        Ok(Self::new(user::cache_dir("models")?))
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the bundle of a network is, or will be.
    pub fn path(&self, known: &Known) -> PathBuf {
        self.beside(known, "")
    }

    /// The file of a network whose name ends so.
    pub(super) fn beside(&self, known: &Known, ending: &str) -> PathBuf {
        self.folder.join(format!("{}.mag{ending}", known.name))
    }

    /// The bundle of a network, after it has been held against its digest.
    ///
    /// # Errors
    ///
    /// [`Error::NotPulled`], [`Error::Changed`], [`Error::Read`].
    pub fn get(&self, known: &Known) -> Result<PathBuf> {
        let path = self.path(known);
        match self.check(known)? {
            Some(_) => Ok(path),
            None => Err(Error::NotPulled { name: known.name, path }),
        }
    }

    /// What is known of the bundle of a network, if it is there and as it was when it came.
    pub(super) fn check(&self, known: &Known) -> Result<Option<Record>> {
        let path = self.path(known);
        if !path.is_file() {
            return Ok(None);
        }
        let found = Digests::of(&path).map_err(|source| Error::read(&path, source))?;
        let record = self.record(known);
        let recorded = record.as_ref().map(|record| record.sha256.as_str());
        for expected in [known.sha256, recorded].into_iter().flatten() {
            if expected != found.sha256 {
                let expected = expected.to_owned();
                return Err(Error::Changed {
                    name: known.name,
                    path,
                    expected,
                    found: found.sha256,
                });
            }
        }
        let url = record.and_then(|record| record.url);
        Ok(Some(Record { url, bytes: found.bytes, sha256: found.sha256 }))
    }

    /// What was written down when the bundle of a network came.
    fn record(&self, known: &Known) -> Option<Record> {
        serde_json::from_slice(&fs::read(self.beside(known, ".json")).ok()?).ok()
    }

    /// Gives a downloaded file its name and writes down what is known of it.
    pub(super) fn publish(&self, known: &Known, file: &Path, record: &Record) -> Result<()> {
        let path = self.path(known);
        // In between, the bundle is one of which nothing is known, never one that seems changed.
        files::remove(&self.beside(known, ".json"))?;
        fs::rename(file, &path).map_err(|source| Error::Write { path: path.clone(), source })?;
        self.write_record(known, record)
    }

    pub(super) fn write_record(&self, known: &Known, record: &Record) -> Result<()> {
        let path = self.beside(known, ".json");
        let mut json = serde_json::to_vec_pretty(record)
            .map_err(|error| Error::Write { path: path.clone(), source: error.into() })?;
        json.push(b'\n');
        files::write_whole(&path, &json)
    }

    /// Makes the folder and takes the download of a network, or fails at once if another process has it.
    pub(super) fn lock(&self, known: &Known) -> Result<Lock> {
        files::create_dir(&self.folder)?;
        // It stays when the download ends: what locks is the open file.
        let path = self.folder.join(format!(".{}.lock", known.name));
        let write = |source| Error::Write { path: path.clone(), source };
        let file =
            File::options().create(true).truncate(false).write(true).open(&path).map_err(write)?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::PullInProgress { name: known.name }),
            Err(TryLockError::Error(source)) => Err(write(source)),
        }
    }
}

/// The file of a network that a user means by `path`: the one that is there, or the pulled bundle of a network that is known by that name.
/// Anything else is given back, for its reader to say what is wrong.
///
/// # Errors
///
/// Those of [`Cache::of_user`] and [`Cache::get`], for a name that is known.
pub fn find(path: &Path) -> Result<PathBuf> {
    match path.to_str().and_then(Known::named) {
        Some(known) if !model::import::is_there(path) => Cache::of_user()?.get(known),
        _ => Ok(path.to_owned()),
    }
}
