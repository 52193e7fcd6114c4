//! Pull: a network that Magenta has published, into the cache.

use std::path::{Path, PathBuf};

use model::import;
use serde::Serialize;

use super::DownloadFault;
use super::cache::{Cache, Record};
use super::digest::Digests;
use super::download::{Download, Patience};
use super::known::Known;
use super::part::PartFile;

use crate::{Error, Observer, Result};

/// Which network, from where, to where.
#[derive(Clone, Debug)]
pub struct PullOptions {
    /// The network.
    pub known: &'static Known,
    /// Where to get it from; none for where Magenta has published it.
    pub url: Option<String>,
    /// Get it again even if it is there.
    pub force: bool,
    /// Where to keep it.
    pub cache: Cache,
    /// How much trouble to take.
    pub patience: Patience,
}

/// A network in the cache.
#[derive(Clone, Debug, Serialize)]
pub struct Pulled {
    /// The name by which it is called.
    pub name: &'static str,
    /// Its bundle.
    pub path: PathBuf,
    /// Where it came from; none for a file that somebody put there.
    pub url: Option<String>,
    /// Bytes of the bundle.
    pub bytes: u64,
    /// SHA-256 of the bundle, in hexadecimal.
    pub sha256: String,
    /// Whether it was there already.
    pub was_there: bool,
}

/// Gets a published network, unless it is in the cache. What has come is kept when that breaks off, and a later call goes on from there; it
/// gets its name when its digests are right and its network can be loaded.
///
/// # Errors
///
/// [`Error::Download`], [`Error::PullInProgress`], [`Error::Changed`] unless `force` is given, and a disk that cannot be written.
pub fn pull(options: &PullOptions, observer: &dyn Observer) -> Result<Pulled> {
    let PullOptions { known, cache, .. } = options;
    let _lock = cache.lock(known)?;
    if !options.force
        && let Some(record) = cache.check(known)?
    {
        if record.url.is_none() {
            // A file that somebody put there: nothing may be known of it yet.
            let path = cache.path(known);
            let url = path.display().to_string();
            check_network(known, &path).map_err(|source| Error::Download { url, source })?;
            cache.write_record(known, &record)?;
        }
        return Ok(Pulled::of(options, record, true));
    }
    let url = options.url.clone().unwrap_or_else(|| known.url());
    let (part, source) = (cache.beside(known, ".part"), cache.beside(known, ".part.json"));
    let mut part = PartFile::open(part, source, &url)?;
    if !part.is_whole() {
        let task = format!("downloading {}", known.name);
        let download = Download { task, url: &url, patience: options.patience, observer };
        if let Err(error) = download.complete(&mut part) {
            // What no later call can go on from is no use.
            if part.rest().is_none() {
                part.remove()?;
            }
            return Err(error);
        }
    }
    match verified(&url, known, &part) {
        Ok(digests) => {
            let record = Record { url: Some(url), bytes: digests.bytes, sha256: digests.sha256 };
            cache.publish(known, part.path(), &record)?;
            part.remove()?;
            Ok(Pulled::of(options, record, false))
        }
        Err(error) => {
            // Nothing good can come of going on from it.
            part.remove()?;
            Err(error)
        }
    }
}

/// The digests of what came, if they are right and it is the network that was asked for.
fn verified(url: &str, known: &Known, part: &PartFile) -> Result<Digests> {
    let digests = Digests::of(part.path()).map_err(|source| Error::read(part.path(), source))?;
    digests
        .check(&part.source().announced, known.sha256)
        .and_then(|()| check_network(known, part.path()))
        .map_err(|source| Error::Download { url: url.to_owned(), source })?;
    Ok(digests)
}

/// An error unless a file is the bundle of this network.
fn check_network(known: &Known, path: &Path) -> std::result::Result<(), DownloadFault> {
    let imported =
        import::open(path).map_err(|error| DownloadFault::NotABundle(Box::new(error)))?;
    let found = match imported.bundle {
        Some(_) => imported.model.config.name,
        None => imported.format.to_owned(),
    };
    if found == known.name {
        return Ok(());
    }
    Err(DownloadFault::OtherNetwork { expected: known.name, found })
}

impl Pulled {
    fn of(options: &PullOptions, record: Record, was_there: bool) -> Self {
        let Record { url, bytes, sha256 } = record;
        let (name, path) = (options.known.name, options.cache.path(options.known));
        Self { name, path, url, bytes, sha256, was_there }
    }
}
