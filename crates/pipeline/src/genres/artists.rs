//! Which artists are asked about.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::{Error, MusicFormat, Result};

/// Most bytes of a list of artists.
const MAX_BYTES: u64 = 64 << 20;
/// Folders within folders that are gone into.
const MAX_DEPTH: usize = 32;

/// Which artists are asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Artists {
    /// Those in a file, one on a line; none for stdin.
    List(Option<PathBuf>),
    /// The names of the folders that music files are in, as `ingest` takes them for artists.
    Folders(Vec<PathBuf>),
    /// Those without genres in the table that is to be filled.
    OfTable,
}

impl Artists {
    /// Their names, each once, in the order of the list, or of the alphabet where they are folders.
    pub(super) fn names(&self) -> Result<Vec<String>> {
        match self {
            Self::List(Some(path)) => {
                let file = fs::File::open(path).map_err(|source| Error::read(path, source))?;
                lines(path, file)
            }
            Self::List(None) => lines(Path::new("-"), io::stdin().lock()),
            Self::Folders(folders) => {
                let mut names = BTreeSet::new();
                folders.iter().try_for_each(|folder| walk(folder, MAX_DEPTH, &mut names))?;
                Ok(names.into_iter().collect())
            }
            Self::OfTable => Ok(Vec::new()),
        }
    }
}

fn lines(path: &Path, input: impl io::Read) -> Result<Vec<String>> {
    let mut text = String::new();
    let read = input.take(MAX_BYTES + 1).read_to_string(&mut text);
    read.map_err(|source| Error::read(path, source))?;
    if text.len() as u64 > MAX_BYTES {
        return Err(Error::read(path, io::ErrorKind::FileTooLarge.into()));
    }
    let (mut names, mut seen) = (Vec::new(), BTreeSet::new());
    for name in text.trim_start_matches('\u{feff}').lines().map(str::trim) {
        if !name.is_empty() && seen.insert(name) {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

/// Links to folders are not followed: they could lead in a circle.
fn walk(folder: &Path, depth: usize, names: &mut BTreeSet<String>) -> Result<()> {
    let read = |source| Error::read(folder, source);
    let mut has_music = false;
    for entry in fs::read_dir(folder).map_err(read)? {
        let entry = entry.map_err(read)?;
        let path = entry.path();
        if entry.file_type().map_err(read)?.is_dir() {
            if depth > 0 {
                walk(&path, depth - 1, names)?;
            }
        } else {
            has_music |= MusicFormat::of(&path).is_some();
        }
    }
    if has_music {
        // `.` has a name, too.
        let whole = folder.canonicalize().map_err(read)?;
        names.extend(whole.file_name().map(|name| name.to_string_lossy().trim().to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_a_name_on_each_line() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(&file, "\u{feff}ABBA\r\n\n  Queen \nABBA\n").unwrap();
        let list = Artists::List(Some(file.path().to_owned()));
        assert_eq!(list.names().unwrap(), ["ABBA", "Queen"]);
        fs::write(&file, b"\xff\n").unwrap();
        assert!(matches!(list.names(), Err(Error::Read { .. })));
    }

    #[test]
    fn folders_with_music_are_artists() {
        let folder = tempfile::tempdir().unwrap();
        for file in ["ABBA/a.mid", "Queen/live/b.MID", "notes/readme.txt"] {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, b"").unwrap();
        }
        let folders = Artists::Folders(vec![folder.path().to_owned()]);
        assert_eq!(folders.names().unwrap(), ["ABBA", "live"]);
        let missing = Artists::Folders(vec![folder.path().join("missing")]);
        assert!(matches!(missing.names(), Err(Error::Read { .. })));
    }
}
