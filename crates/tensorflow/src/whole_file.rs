//! Files that are read whole, or written and take their names when they are whole.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use tempfile::{NamedTempFile, TempPath};

use crate::{Error, Result};

/// All bytes of a file that is no device and no folder.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    let metadata = fs::metadata(path).map_err(Error::io(path))?;
    if !metadata.is_file() {
        return Err(Error::NotAFile { path: path.to_owned() });
    }
    fs::read(path).map_err(Error::io(path))
}

/// Begins a file under a temporary name beside `path`, in a folder that exists. Dropped without [`publish`] it is removed.
///
/// The file and its name are apart, so that errors do not speak of the temporary name.
pub(crate) fn create(path: &Path) -> Result<(File, TempPath)> {
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        return Err(Error::NotAFile { path: path.to_owned() });
    }
    Ok(temporary_beside(path).map_err(Error::io(path))?.into_parts())
}

/// Syncs a file and gives it its name, replacing the file that had it.
pub(crate) fn publish(file: File, temporary: TempPath, path: &Path) -> Result<()> {
    file.sync_all().map_err(Error::io(path))?;
    drop(file);
    temporary.persist(path).map_err(|error| Error::io(path)(error.error))?;
    // The rename is safe on disk once its folder is; not every system lets a folder be synced.
    let _ = File::open(folder_of(path)).and_then(|folder| folder.sync_all());
    Ok(())
}

/// Writes `bytes` to the file `path`, whole or not at all.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let (mut file, temporary) = create(path)?;
    file.write_all(bytes).map_err(Error::io(path))?;
    publish(file, temporary, path)
}

/// A temporary file in the folder of `path`, readable to whom the user's umask allows.
pub(crate) fn temporary_beside(path: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".writing-");
    readable(&mut builder);
    builder.tempfile_in(folder_of(path))
}

/// Temporary files are private by default; this one becomes an ordinary file, so the user's umask decides.
#[cfg(unix)]
fn readable(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn readable(_: &mut tempfile::Builder<'_, '_>) {}

/// The folder that a file is in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}
