//! TFRecord files: records of bytes, one after the other, nothing else.
//!
//! A record is its length (`u64`), a checksum of the length, the data, and a checksum of the data, all
//! little-endian. The checksums are CRC-32C, masked so that a checksum of data that itself holds
//! checksums stays a good one.
//!
//! Files are written uncompressed, as Magenta does; those that are compressed as a whole are read, too.

mod compression;
mod file_writer;
mod index;
mod reader;
mod spares;
mod write_back;
mod writer;

pub use compression::{Uncompressed, is_compressed};
pub use file_writer::FileWriter;
pub use index::Index;
pub use reader::Reader;
pub use spares::Spares;
pub use writer::Writer;

use std::path::Path;

use crate::checksum::masked_crc;
use crate::{Error, RecordPart, Result};

/// Bytes before a record's data: its length and the checksum of the length.
const HEADER_BYTES: usize = 12;
/// Bytes after a record's data: its checksum.
const FOOTER_BYTES: usize = 4;
/// Bytes that frame a record.
const FRAME_BYTES: u64 = (HEADER_BYTES + FOOTER_BYTES) as u64;
/// Where a record stands: what errors name.
#[derive(Clone, Copy)]
struct Place<'a> {
    path: &'a Path,
    record: u64,
    offset: u64,
}

impl Place<'_> {
    /// The length in a record's header, if its checksum fits.
    fn length(self, header: &[u8; HEADER_BYTES]) -> Result<u64> {
        let [length @ .., c0, c1, c2, c3] = *header;
        self.check(RecordPart::Length, &length, [c0, c1, c2, c3])?;
        Ok(u64::from_le_bytes(length))
    }

    fn check(self, part: RecordPart, bytes: &[u8], stored: [u8; FOOTER_BYTES]) -> Result<()> {
        let (expected, found) = (u32::from_le_bytes(stored), masked_crc(bytes));
        if expected == found {
            return Ok(());
        }
        let Self { path, record, offset } = self;
        Err(Error::CorruptRecord { path: path.to_owned(), record, offset, part, expected, found })
    }

    fn long(self, length: u64, limit: u64) -> Error {
        let Self { path, record, offset } = self;
        Error::LongRecord { path: path.to_owned(), record, offset, length, limit }
    }

    fn truncated(self, expected: u64, found: u64) -> Error {
        let Self { path, record, offset } = self;
        Error::TruncatedRecord { path: path.to_owned(), record, offset, expected, found }
    }
}

#[cfg(test)]
mod tests;
