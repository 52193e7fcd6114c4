//! Writes a TFRecord file whole or not at all.

use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;

use tempfile::TempPath;

use super::Writer;
use super::write_back::WriteBack;
use crate::{Error, Result, whole_file};

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
        let (file, temporary) = whole_file::create(&path)?;
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
        whole_file::publish(file, temporary, &path)
    }
}
