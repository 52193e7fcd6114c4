//! The folder `checkpoints/` of a run: which checkpoints it has, writing one whole, removing old ones.
//!
//! A checkpoint is a pair, `model-<update>.safetensors` and `model-<update>.json`. Both are written to temporary
//! names, synced and renamed, the JSON file last: a weights file without it is a save that was cut off, and is not
//! there for any reader.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::sidecar::{FORMAT_VERSION, Sidecar};
use crate::{Error, Result};

/// Inside of a `Result`: what can be told about a file that could be read, but is not what it should be.
pub(super) type Attempt<T, E> = std::result::Result<T, E>;

const TEMPORARY_PREFIX: &str = ".saving-";
/// A sidecar is a few kilobytes; what is longer is no sidecar.
const MAX_SIDECAR_BYTES: u64 = 1 << 20;

/// The checkpoints of one run.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
}

/// A checkpoint that cannot be used, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damaged {
    /// Its weights file.
    pub path: PathBuf,
    /// What is wrong.
    pub reason: String,
}

impl Folder {
    /// The checkpoints of the run in `run_dir`, which need not exist yet.
    pub fn of_run(run_dir: &Path) -> Self {
        Self { path: run_dir.join("checkpoints") }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The weights file after `update` updates.
    pub fn weights_path(&self, update: u64) -> PathBuf {
        self.path.join(format!("model-{update}.safetensors"))
    }

    /// The JSON file after `update` updates.
    pub fn sidecar_path(&self, update: u64) -> PathBuf {
        self.path.join(format!("model-{update}.json"))
    }

    /// The update numbers of the pairs, in ascending order. No folder is no checkpoints. A JSON file without its weights
    /// is listed too: no save leaves that, so somebody has removed them.
    pub fn updates(&self) -> Result<Vec<u64>> {
        let entries = match fs::read_dir(&self.path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(Error::io(&self.path, error)),
        };
        let mut updates = Vec::new();
        for entry in entries {
            let name = entry.map_err(|error| Error::io(&self.path, error))?.file_name();
            let update = name.to_str().and_then(update_of_sidecar);
            updates.extend(update.filter(|&update| self.sidecar_path(update).ends_with(&name)));
        }
        updates.sort_unstable();
        Ok(updates)
    }

    /// What the newest checkpoint whose JSON file can be read says of itself; its weights are not looked at. None where there is none.
    ///
    /// # Errors
    /// A folder that cannot be listed, a layout that this version does not know.
    pub fn newest_sidecar(&self) -> Result<Option<Sidecar>> {
        for update in self.updates()?.into_iter().rev() {
            if let Ok(sidecar) = self.read_sidecar(update)? {
                return Ok(Some(sidecar));
            }
        }
        Ok(None)
    }

    /// Writes the pair of `sidecar.standing.update`; nothing half-written stays when it fails.
    pub(super) fn write(&self, sidecar: &Sidecar, weights: &[u8]) -> Result<()> {
        fs::create_dir_all(&self.path).map_err(|error| Error::io(&self.path, error))?;
        let update = sidecar.standing.update;
        let mut json = serde_json::to_vec_pretty(sidecar)
            .map_err(|error| Error::io(self.sidecar_path(update), error.into()))?;
        json.push(b'\n');
        let weights = self.stage(weights)?;
        let json = self.stage(&json)?;
        self.publish(weights, &self.weights_path(update))?;
        self.publish(json, &self.sidecar_path(update))
    }

    /// Writes and syncs a temporary file.
    fn stage(&self, bytes: &[u8]) -> Result<NamedTempFile> {
        let write = || {
            let mut builder = tempfile::Builder::new();
            // Readable like any other file of the user: the builder would keep it to the owner.
            #[cfg(unix)]
            builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
            let mut file = builder.prefix(TEMPORARY_PREFIX).tempfile_in(&self.path)?;
            file.write_all(bytes)?;
            file.as_file().sync_all()?;
            Ok(file)
        };
        write().map_err(|error| Error::io(&self.path, error))
    }

    /// Renames a temporary file and makes the new name last.
    fn publish(&self, file: NamedTempFile, path: &Path) -> Result<()> {
        file.persist(path).map_err(|error| Error::io(path, error.error))?;
        // Only Unix can sync a folder; elsewhere the rename itself must do.
        #[cfg(unix)]
        File::open(&self.path)
            .and_then(|folder| folder.sync_all())
            .map_err(|error| Error::io(&self.path, error))?;
        Ok(())
    }

    /// Reads the pair of `update`. `Ok(Err(..))` is a pair that is damaged.
    pub(super) fn read(&self, update: u64) -> Result<Attempt<(Sidecar, Vec<u8>), Damaged>> {
        let path = self.weights_path(update);
        let damaged = |reason| Ok(Err(Damaged { path: path.clone(), reason }));
        let sidecar = match self.read_sidecar(update)? {
            Ok(sidecar) => sidecar,
            Err(reason) => return damaged(reason),
        };
        let weights = match fs::read(&path) {
            Ok(weights) => weights,
            Err(error) => return damaged(error.to_string()),
        };
        let (found, expected) = (weights.len() as u64, sidecar.weights.bytes);
        if found != expected {
            return damaged(format!("the weights file has {found} bytes instead of {expected}"));
        }
        if crate::examples::sha1_hex(&weights) != sidecar.weights.sha1 {
            return damaged("the weights file does not match its checksum".into());
        }
        Ok(Ok((sidecar, weights)))
    }

    /// A sidecar of a version that this program does not know is an error, not damage: an older program must not
    /// write over what a newer one made.
    fn read_sidecar(&self, update: u64) -> Result<Attempt<Sidecar, String>> {
        let path = self.sidecar_path(update);
        let text = match read_at_most(&path, MAX_SIDECAR_BYTES) {
            Ok(text) => text,
            Err(error) => return Ok(Err(error.to_string())),
        };
        let value: serde_json::Value = match serde_json::from_slice(&text) {
            Ok(value) => value,
            Err(error) => return Ok(Err(format!("its JSON file cannot be read: {error}"))),
        };
        match value.get("format_version").and_then(serde_json::Value::as_u64) {
            Some(version) if version != u64::from(FORMAT_VERSION) => {
                return Err(Error::CheckpointVersion { path, version, known: FORMAT_VERSION });
            }
            _ => {}
        }
        let sidecar = serde_json::from_value::<Sidecar>(value);
        Ok(match sidecar {
            Ok(sidecar) if sidecar.standing.update != update => {
                Err(format!("its JSON file is that of update {}", sidecar.standing.update))
            }
            other => other.map_err(|error| format!("its JSON file makes no sense: {error}")),
        })
    }

    /// Keeps the newest `keep` pairs and the pair of `best`; removes the older ones and what cut-off saves left.
    pub(super) fn prune(&self, keep: usize, best: Option<u64>) -> Result<()> {
        let updates = self.updates()?;
        let old = updates.len().saturating_sub(keep.max(1));
        for &update in updates[..old].iter().filter(|&&update| Some(update) != best) {
            // The JSON file first: without it the pair is gone for every reader.
            remove(&self.sidecar_path(update))?;
            remove(&self.weights_path(update))?;
        }
        Ok(())
    }

    /// Removes the temporary files and lone weights files that a killed process left. Only for who holds the run's lock.
    pub(crate) fn sweep(&self) -> Result<()> {
        let Ok(entries) = fs::read_dir(&self.path) else { return Ok(()) };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let Some(name) = name.to_str() else { continue };
            let lone = name
                .strip_suffix(".safetensors")
                .and_then(|stem| stem.strip_prefix("model-")?.parse().ok())
                .is_some_and(|update| !self.sidecar_path(update).exists());
            if lone || name.starts_with(TEMPORARY_PREFIX) {
                remove(&entry.path())?;
            }
        }
        Ok(())
    }
}

fn update_of_sidecar(name: &str) -> Option<u64> {
    name.strip_prefix("model-")?.strip_suffix(".json")?.parse().ok()
}

fn read_at_most(path: &Path, limit: u64) -> std::io::Result<Vec<u8>> {
    let file = File::open(path)?;
    if file.metadata()?.len() > limit {
        return Err(std::io::Error::other(format!("longer than {limit} bytes")));
    }
    fs::read(path)
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::io(path, error)),
        _ => Ok(()),
    }
}
