//! Writes records one after the other.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::HEADER_BYTES;
use crate::checksum::masked_crc;
use crate::{Error, Result};

/// A stream that takes records.
#[derive(Debug)]
pub struct Writer<W: Write> {
    write: W,
    path: PathBuf,
    records: u64,
}

impl<W: Write> Writer<W> {
    /// Writes records to `write`; `path` is what errors name. `write` should be buffered.
    pub fn new(write: W, path: impl Into<PathBuf>) -> Self {
        Self { write, path: path.into(), records: 0 }
    }

    /// Appends a record.
    ///
    /// # Errors
    ///
    /// [`Error::Io`]; the stream may then end inside the record.
    pub fn write(&mut self, data: &[u8]) -> Result<()> {
        let length = (data.len() as u64).to_le_bytes();
        let mut header = [0; HEADER_BYTES];
        header[..8].copy_from_slice(&length);
        header[8..].copy_from_slice(&masked_crc(&length).to_le_bytes());
        self.put(&header)?;
        self.put(data)?;
        self.put(&masked_crc(data).to_le_bytes())?;
        self.records += 1;
        Ok(())
    }

    /// Records written so far.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// Hands everything written so far to the system.
    ///
    /// # Errors
    ///
    /// [`Error::Io`].
    pub fn flush(&mut self) -> Result<()> {
        self.write.flush().map_err(Error::io(&self.path))
    }

    /// Flushes and gives the stream back.
    ///
    /// # Errors
    ///
    /// [`Error::Io`].
    pub fn finish(mut self) -> Result<W> {
        self.flush()?;
        Ok(self.write)
    }

    pub(crate) fn get_ref(&self) -> &W {
        &self.write
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.write.write_all(bytes).map_err(Error::io(&self.path))
    }
}
