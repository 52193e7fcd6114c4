//! The text file `checkpoint`: which checkpoints a folder has, and which is the newest.

mod text;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::v2::index_path;
use crate::{Error, Result, whole_file};

/// Name of the file.
pub const STATE_FILE: &str = "checkpoint";
/// Most bytes that such a file may have: far more than the names of ten thousand checkpoints.
const MAX_BYTES: u64 = 4 << 20;

const NEWEST: &str = "model_checkpoint_path";
const ALL: &str = "all_model_checkpoint_paths";

/// What the file says (`CheckpointState` of `tensorflow/python/training/checkpoint_state.proto`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Prefix of the newest checkpoint, absolute or from the file's folder on.
    pub newest: String,
    /// Prefixes of all checkpoints that are kept, the oldest first.
    pub all: Vec<String>,
}

impl State {
    /// Reads the file in `folder`.
    ///
    /// # Errors
    ///
    /// [`Error::Io`], [`Error::NotAFile`], [`Error::TooLarge`], [`Error::MalformedState`].
    pub fn read(folder: impl AsRef<Path>) -> Result<Self> {
        let path = folder.as_ref().join(STATE_FILE);
        let file = File::open(&path).map_err(Error::io(&path))?;
        let metadata = file.metadata().map_err(Error::io(&path))?;
        if !metadata.is_file() {
            return Err(Error::NotAFile { path });
        }
        let mut bytes = Vec::new();
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(Error::io(&path))?;
        Self::decode(&bytes, path)
    }

    /// Reads the file's bytes; `path` is what errors name.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`], [`Error::MalformedState`].
    pub fn decode(bytes: &[u8], path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        let found = bytes.len() as u64;
        if found > MAX_BYTES {
            let what = "the list of checkpoints";
            return Err(Error::TooLarge { path, offset: 0, what, limit: MAX_BYTES, found });
        }
        let malformed = |offset: usize, fault| {
            let before = &bytes[..offset];
            let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
            let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
            let column = offset - line_start + 1;
            Error::MalformedState { path: path.clone(), line, column, fault }
        };
        let mut state = Self::default();
        for field in text::fields(bytes) {
            let field = field.map_err(|(offset, fault)| malformed(offset, fault))?;
            let text = |value| {
                let value = String::from_utf8(value);
                value.map_err(|_| malformed(field.offset, "a path is not UTF-8"))
            };
            match (field.name, field.text) {
                (name, Some(value)) if name == NEWEST.as_bytes() => state.newest = text(value)?,
                (name, Some(value)) if name == ALL.as_bytes() => state.all.push(text(value)?),
                _ => {}
            }
        }
        if state.newest.is_empty() {
            return Err(malformed(bytes.len(), "no newest checkpoint is named"));
        }
        Ok(state)
    }

    /// Writes the file in `folder`, which exists.
    ///
    /// # Errors
    ///
    /// [`Error::NotAFile`], [`Error::Io`].
    pub fn write(&self, folder: impl AsRef<Path>) -> Result<()> {
        whole_file::write(&folder.as_ref().join(STATE_FILE), self.encode().as_bytes())
    }

    /// The file's text.
    pub fn encode(&self) -> String {
        let mut lines = format!("{NEWEST}: {}\n", text::quoted(&self.newest));
        for path in &self.all {
            lines += &format!("{ALL}: {}\n", text::quoted(path));
        }
        lines
    }

    /// Where the newest checkpoint is, when the file is in `folder`. A path that leads nowhere is taken to have moved
    /// together with its folder: then its last part counts.
    pub fn newest_in(&self, folder: impl AsRef<Path>) -> PathBuf {
        let folder = folder.as_ref();
        // An absolute path replaces the folder.
        let named = folder.join(&self.newest);
        let moved = folder.join(self.newest.rsplit(['/', '\\']).next().unwrap_or_default());
        let exists = |prefix: &Path| index_path(prefix).is_file() || prefix.is_file();
        if !exists(&named) && exists(&moved) { moved } else { named }
    }
}

#[cfg(test)]
mod tests;
