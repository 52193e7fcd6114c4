//! Files that are either whole or not there.

use std::fs;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::{Error, Result};

/// Makes the folder `path`, and those above it, unless they are there.
///
/// # Errors
///
/// [`Error::Write`] when it cannot be made.
pub fn create_dir(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(|source| Error::Write { path: path.to_owned(), source })
}

/// Makes the folder that `path` lies in, unless it is there.
///
/// # Errors
///
/// [`Error::Write`] when it cannot be made.
pub fn create_parent(path: &Path) -> Result<()> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => create_dir(parent),
        _ => Ok(()),
    }
}

/// Removes the file `path`, unless it is not there.
///
/// # Errors
///
/// [`Error::Write`] when it cannot be removed.
pub fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(Error::Write { path: path.to_owned(), source })
        }
        _ => Ok(()),
    }
}

/// A file that is written under a temporary name in its folder, and gets its own name when it is whole. Dropped
/// before, it leaves nothing behind; what was there under its name stays until then.
#[derive(Debug)]
pub struct WholeFile {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
}

impl WholeFile {
    /// Begins the file that will be `path`.
    ///
    /// # Errors
    ///
    /// [`Error::Write`] when the folder is missing or cannot be written to, or `path` is a folder or a device.
    pub fn create(path: &Path) -> Result<Self> {
        let error = |source| Error::Write { path: path.to_owned(), source };
        if fs::metadata(path).is_ok_and(|metadata| metadata.is_dir()) {
            return Err(error(io::ErrorKind::IsADirectory.into()));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut builder = tempfile::Builder::new();
        // Temporary files are born private; this one becomes an ordinary file, so the user's umask decides.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let file = builder
            .prefix(".writing-")
            .tempfile_in(folder.unwrap_or(Path::new(".")))
            .map_err(error)?;
        Ok(WholeFile { path: path.to_owned(), file: BufWriter::new(file) })
    }

    /// The name that it will get.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends `bytes`.
    ///
    /// # Errors
    ///
    /// What the system says, for instance that the disk is full.
    pub fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    /// Syncs the file and gives it its name.
    ///
    /// # Errors
    ///
    /// [`Error::Write`]; then what was there before is still there.
    pub fn commit(self) -> Result<()> {
        let WholeFile { path, file } = self;
        let commit = || {
            let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.as_file().sync_all()?;
            file.persist(&path).map_err(|failed| failed.error)
        };
        commit().map(drop).map_err(|source| Error::Write { path: path.clone(), source })
    }
}

impl io::Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Writes `bytes` to `path` as a [`WholeFile`].
///
/// # Errors
///
/// Those of [`WholeFile`].
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = WholeFile::create(path)?;
    file.append(bytes).map_err(|source| Error::Write { path: path.to_owned(), source })?;
    file.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_replaces_the_one_before_and_leaves_nothing_beside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mid");
        write_whole(&path, b"first").unwrap();
        write_whole(&path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_missing_folder_is_an_error_that_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("missing/a.mid");
        let error = write_whole(&path, b"x").unwrap_err();
        assert!(matches!(error, Error::Write { path: named, .. } if named == path));
    }

    #[test]
    fn a_folder_in_the_way_is_an_error_and_leaves_nothing_beside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mid");
        create_dir(&path.join("inside")).unwrap();
        assert!(write_whole(&path, b"x").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
