//! Files that only a benchmark needs.

use std::fs;
use std::path::Path;

use crate::error::{Error, Result};

/// Takes away a file or a folder, so that the next run writes it anew.
pub(crate) fn remove(path: &Path) -> Result<()> {
    let gone = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match gone {
        Err(error) if path.exists() => Err(Error::at(path)(error)),
        _ => Ok(()),
    }
}

/// Writes a list of files, one a line.
pub(crate) fn write_list(files: &[&Path], list: &Path) -> Result<()> {
    let lines: String = files.iter().map(|file| format!("{}\n", file.display())).collect();
    fs::write(list, lines).map_err(Error::at(list))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_removed_may_be_missing() {
        let folder = tempfile::tempdir().unwrap();
        let list = folder.path().join("list");
        write_list(&[Path::new("a"), Path::new("b")], &list).unwrap();
        assert_eq!(fs::read_to_string(&list).unwrap(), "a\nb\n");
        remove(&list).unwrap();
        remove(&list).unwrap();
        assert!(!list.exists());
    }
}
