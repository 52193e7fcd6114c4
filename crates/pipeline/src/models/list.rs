//! List: the networks that Magenta has published, and which of them are in the cache.

use std::path::PathBuf;

use serde::Serialize;

use super::cache::Cache;
use super::known::{KNOWN, Known};
use crate::{Error, Event, Observer, Result};

/// The published networks.
#[derive(Clone, Debug, Serialize)]
pub struct Catalogue {
    /// The folder of the cache, which need not be there.
    pub cache: PathBuf,
    /// All of them.
    pub models: Vec<Entry>,
}

/// A published network.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// The name by which it is called.
    pub name: &'static str,
    /// Where Magenta has published it.
    pub published: String,
    /// Its bundle in the cache, if it is there and as it was when it came.
    pub cached: Option<Cached>,
}

/// A bundle in the cache.
#[derive(Clone, Debug, Serialize)]
pub struct Cached {
    /// The file.
    pub path: PathBuf,
    /// Where it came from; none for a file that somebody put there.
    pub url: Option<String>,
    /// Bytes of the bundle.
    pub bytes: u64,
    /// SHA-256 of the bundle, in hexadecimal.
    pub sha256: String,
}

/// Lists the published networks. A bundle in the cache that has changed is warned of, and counted as not there.
///
/// # Errors
///
/// A file in the cache that cannot be read.
pub fn list(cache: &Cache, observer: &dyn Observer) -> Result<Catalogue> {
    let entry = |known: &'static Known| {
        let cached = match cache.check(known) {
            Ok(record) => record.map(|record| Cached {
                path: cache.path(known),
                url: record.url,
                bytes: record.bytes,
                sha256: record.sha256,
            }),
            Err(error @ Error::Changed { .. }) => {
                observer.observe(Event::Warning(&error.to_string()));
                None
            }
            Err(error) => return Err(error),
        };
        Ok(Entry { name: known.name, published: known.url(), cached })
    };
    let models = KNOWN.iter().map(entry).collect::<Result<_>>()?;
    Ok(Catalogue { cache: cache.folder().to_owned(), models })
}
