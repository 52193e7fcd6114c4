//! Writes a TFRecord file whole or not at all.

use std::fs::{self, File, Permissions};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

use super::Writer;
use super::write_back::WriteBack;
use crate::{Error, Result};

/// Records of this size and more go to the system as they are; smaller ones are gathered.
const BUFFER_BYTES: usize = 1 << 16;

/// A file under a temporary name beside its final one, which it takes on [`commit`](Self::commit).
/// Dropped without it, the temporary file is removed and whatever stood under the final name stays.
#[derive(Debug)]
pub struct FileWriter {
    // Before its name: a file is closed before it is removed.
    records: Writer<BufWriter<File>>,
    write_back: WriteBack,
    temporary: TempPath,
}

impl FileWriter {
    /// Begins a file that will be called `path`, in a folder that exists.
    ///
    /// # Errors
    ///
    /// [`Error::NotAFile`] when `path` is a folder or a device, [`Error::Io`] when the folder cannot be written.
    pub fn create(path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        if fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(Error::NotAFile { path });
        }
        let temporary = temporary_beside(&path).map_err(Error::io(&path))?;
        // Apart, so that errors do not speak of the temporary name.
        let (file, temporary) = temporary.into_parts();
        let write_back = WriteBack::of(&file).map_err(Error::io(&path))?;
        let records = Writer::new(BufWriter::with_capacity(BUFFER_BYTES, file), path);
        Ok(Self { records, write_back, temporary })
    }

    /// Appends a record.
    ///
    /// # Errors
    ///
    /// [`Error::Io`].
    pub fn write(&mut self, data: &[u8]) -> Result<()> {
        self.records.write(data)?;
        self.write_back.written(data.len() as u64);
        Ok(())
    }

    /// Records written so far.
    pub fn records(&self) -> u64 {
        self.records.records()
    }

    /// Syncs the file and gives it its name, replacing the file that had it.
    ///
    /// # Errors
    ///
    /// [`Error::Io`]; then the temporary file is gone and the old file stays.
    pub fn commit(self) -> Result<()> {
        let Self { records, write_back, temporary } = self;
        let path = records.path().to_owned();
        let file = records.finish()?.into_inner().map_err(|error| error.into_error());
        let file = file.map_err(Error::io(&path))?;
        write_back.finish().map_err(Error::io(&path))?;
        file.sync_all().map_err(Error::io(&path))?;
        drop(file);
        temporary.persist(&path).map_err(|error| Error::io(&path)(error.error))?;
        // The rename is safe on disk once its folder is; not every system lets a folder be synced.
        let _ = File::open(folder_of(&path)).and_then(|folder| folder.sync_all());
        Ok(())
    }
}

/// A temporary file in the folder of `path`, readable to whom the user's umask allows.
pub(crate) fn temporary_beside(path: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".writing-").suffix(".tfrecord");
    readable(&mut builder);
    builder.tempfile_in(folder_of(path))
}

/// Temporary files are private by default; this one becomes an ordinary file, so the user's umask decides.
#[cfg(unix)]
fn readable(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn readable(_: &mut tempfile::Builder<'_, '_>) {}

pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}
