//! The MIDI files that are measured on, and parts of them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// A folder of MIDI files.
#[derive(Debug)]
pub(crate) struct Corpus {
    folder: PathBuf,
    /// Sorted, so that every call on the same folder measures the same files.
    pub(crate) files: Vec<PathBuf>,
}

impl Corpus {
    /// All MIDI files in a folder and the folders inside.
    pub(crate) fn find(folder: &Path) -> Result<Self> {
        let folder = folder.canonicalize().map_err(Error::at(folder))?;
        let mut files = Vec::new();
        collect(&folder, &mut files)?;
        files.sort();
        if files.is_empty() {
            return Err(Error::NoMidiFiles { folder });
        }
        Ok(Self { folder, files })
    }

    /// The folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// At most `count` of the files, spread evenly over all.
    pub(crate) fn sample(&self, count: usize) -> Vec<&Path> {
        let count = count.min(self.files.len());
        (0..count).map(|i| self.files[i * self.files.len() / count].as_path()).collect()
    }

    /// Copies files of this corpus to another folder, below the folders that they are in here.
    pub(crate) fn copy(&self, files: &[&Path], target: &Path) -> Result<()> {
        for file in files {
            let target = target.join(file.strip_prefix(&self.folder).unwrap_or(file));
            let parent = target.parent().unwrap_or(&target);
            fs::create_dir_all(parent).map_err(Error::at(parent))?;
            fs::copy(file, &target).map_err(Error::at(&target))?;
        }
        Ok(())
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(Error::at(folder))? {
        let path = entry.map_err(Error::at(folder))?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if is_midi(&path) {
            files.push(path);
        }
    }
    Ok(())
}

fn is_midi(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    ["mid", "midi"].iter().any(|midi| extension.eq_ignore_ascii_case(midi))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_spread_and_keep_their_folders() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::create_dir(from.path().join("artist")).unwrap();
        for name in ["artist/1.mid", "artist/2.MID", "3.midi", "4.txt"] {
            fs::write(from.path().join(name), name).unwrap();
        }
        let corpus = Corpus::find(from.path()).unwrap();
        assert_eq!((corpus.files.len(), corpus.sample(9).len()), (3, 3));
        corpus.copy(&corpus.sample(2), to.path()).unwrap();
        assert_eq!(Corpus::find(to.path()).unwrap().files.len(), 2);
        assert!(to.path().join("artist/1.mid").exists());
    }

    #[test]
    fn a_folder_without_music_is_refused() {
        let empty = tempfile::tempdir().unwrap();
        assert!(matches!(Corpus::find(empty.path()), Err(Error::NoMidiFiles { .. })));
    }
}
