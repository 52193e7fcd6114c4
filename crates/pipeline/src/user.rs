//! The folders of the user.

use std::env;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

use crate::{Error, Result};

/// Folder for all caches, if the user names one.
const CACHES: &str = "CANTUS_CACHE_DIR";
/// Folder for settings, if the user names one.
const SETTINGS: &str = "CANTUS_CONFIG_DIR";

/// A folder in `$CANTUS_CACHE_DIR`, or in `cantus` where the system keeps caches.
pub(crate) fn cache_dir(name: &str) -> Result<PathBuf> {
    if let Some(folder) = named(CACHES) {
        return Ok(folder.join(name));
    }
    let system = etcetera::base_strategy::choose_native_strategy();
    let system = system.map_err(|_| Error::NoCacheDir)?;
    Ok(system.cache_dir().join("cantus").join(name))
}

/// A file in `$CANTUS_CONFIG_DIR`, or in `cantus` where the system keeps settings; none when the user has no home.
pub(crate) fn config_file(name: &str) -> Option<PathBuf> {
    if let Some(folder) = named(SETTINGS) {
        return Some(folder.join(name));
    }
    let system = etcetera::base_strategy::choose_native_strategy().ok()?;
    Some(system.config_dir().join("cantus").join(name))
}

fn named(variable: &str) -> Option<PathBuf> {
    let folder = env::var_os(variable).filter(|folder| !folder.is_empty())?;
    Some(Path::new(&folder).to_owned())
}
