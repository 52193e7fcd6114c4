//! Finished work, each under the digest of all that it was made from.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{Error, Result, files};

/// The file in the folder of a stage that says what came of it. It is written last: without it the stage is not done.
const RESULT_FILE: &str = "result.json";

/// Hexadecimal digits of a key in the name of a folder: 64 bits.
const DIGITS: usize = 16;

/// Digest of all that a stage depends on: what it does, how, and the keys of what it works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key([u8; 32]);

impl Key {
    /// The key of bytes.
    pub(super) fn of_bytes(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The key of a stage: its task, its settings, and what it works on. The version of Cantus is part of it, since another one may
    /// do the same task in another way.
    pub(super) fn of_stage(task: &str, settings: &Value, inputs: &[Key]) -> Self {
        let mut digest = Sha256::new();
        // Lengths keep texts apart that would otherwise run together.
        for text in [env!("CARGO_PKG_VERSION"), task, &settings.to_string()] {
            digest.update((text.len() as u64).to_le_bytes());
            digest.update(text);
        }
        for input in inputs {
            digest.update(input.0);
        }
        Self(digest.finalize().into())
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().take(DIGITS / 2).try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A folder of stages.
#[derive(Clone, Debug)]
pub(super) struct Store {
    root: PathBuf,
}

impl Store {
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// The folder of a stage.
    pub(super) fn folder(&self, name: &str, key: Key) -> PathBuf {
        self.root.join(format!("{name}-{key}"))
    }

    /// What came of the stage in `folder`, if it is done. A result that cannot be read counts as none.
    pub(super) fn result(folder: &Path) -> Option<Value> {
        let bytes = fs::read(folder.join(RESULT_FILE)).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// Says that the stage in `folder` is done, and what came of it.
    ///
    /// # Errors
    ///
    /// [`Error::Write`].
    pub(super) fn finish<T: Serialize>(folder: &Path, result: &T) -> Result<Value> {
        let path = folder.join(RESULT_FILE);
        let failed =
            |error: serde_json::Error| Error::Write { path: path.clone(), source: error.into() };
        let result = serde_json::to_value(result).map_err(failed)?;
        let mut bytes = serde_json::to_vec_pretty(&result).map_err(failed)?;
        bytes.push(b'\n');
        files::write_whole(&path, &bytes)?;
        Ok(result)
    }

    /// Folders of stages that are not among `wanted`: of other settings, or of music that has changed.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] when the folder is there but cannot be listed.
    pub(super) fn others(&self, wanted: &[PathBuf]) -> Result<Vec<PathBuf>> {
        let entries = match fs::read_dir(&self.root) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(Error::read(&self.root, error)),
        };
        let mut others = Vec::new();
        for entry in entries {
            let path = entry.map_err(|error| Error::read(&self.root, error))?.path();
            let name = entry_name(&path);
            if is_of_stage(&name) && path.is_dir() && !wanted.contains(&path) {
                others.push(path);
            }
        }
        others.sort();
        Ok(others)
    }
}

fn entry_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Whether a folder of this name is one of ours: what else lies beside them is not to be removed.
fn is_of_stage(name: &str) -> bool {
    name.rsplit_once('-').is_some_and(|(task, key)| {
        !task.is_empty()
            && key.len() == DIGITS
            && key.bytes().all(|digit| digit.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_key_depends_on_everything() {
        let (a, b) = (Key::of_bytes(b"a"), Key::of_bytes(b"b"));
        let key = |task, settings, inputs: &[Key]| Key::of_stage(task, &settings, inputs);
        let all = [
            key("train", json!({"seed": 1}), &[a]),
            key("train", json!({"seed": 2}), &[a]),
            key("train", json!({"seed": 1}), &[b]),
            key("train", json!({"seed": 1}), &[a, b]),
            key("test", json!({"seed": 1}), &[a]),
        ];
        for (index, key) in all.iter().enumerate() {
            assert!(!all[..index].contains(key), "{index}");
        }
        assert_eq!(all[0], key("train", json!({"seed": 1}), &[a]));
        assert_eq!(a.to_string(), "ca978112ca1bbdca");
    }

    #[test]
    fn a_stage_is_done_once_its_result_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path().to_owned());
        let stage = store.folder("ingest", Key::of_bytes(b"x"));
        fs::create_dir_all(&stage).unwrap();
        assert_eq!(Store::result(&stage), None);
        Store::finish(&stage, &json!({"pieces": 3})).unwrap();
        assert_eq!(Store::result(&stage), Some(json!({"pieces": 3})));
        fs::write(stage.join(RESULT_FILE), "{\"pieces\"").unwrap();
        assert_eq!(Store::result(&stage), None);
    }

    #[test]
    fn others_are_what_nobody_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path().join("stages"));
        assert!(store.others(&[]).unwrap().is_empty());
        let [old, new] = [b"old", b"new"].map(|bytes| store.folder("train", Key::of_bytes(bytes)));
        fs::create_dir_all(&old).unwrap();
        fs::create_dir_all(&new).unwrap();
        fs::create_dir_all(folder.path().join("stages/my-photos")).unwrap();
        assert_eq!(store.others(&[new]).unwrap(), [old]);
    }
}
