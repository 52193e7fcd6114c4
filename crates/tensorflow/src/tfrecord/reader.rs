//! Reads records one after the other.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use super::{FOOTER_BYTES, FRAME_BYTES, HEADER_BYTES, Place, Uncompressed};
use crate::{Error, RecordPart, Result};

/// What a record may reserve before its bytes have been seen.
const TRUSTED_BYTES: u64 = 1 << 20;
/// Longest record of a compressed file. A plain one holds no more than its file; a compressed one may be a thousand times as long.
const MAX_COMPRESSED_RECORD_BYTES: u64 = 1 << 28;

/// A stream of records. After an error it gives no more.
///
/// Offsets are those of the records before they were compressed, if they were.
#[derive(Debug)]
pub struct Reader<R> {
    read: R,
    path: PathBuf,
    /// Where the next record begins.
    offset: u64,
    /// Number of the next record.
    index: u64,
    /// Where the record read last begins.
    last_offset: u64,
    /// Longest record that is read.
    max_record: u64,
    done: bool,
}

impl Reader<Uncompressed<BufReader<File>>> {
    /// Opens a file, compressed or not.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when it cannot be opened.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let file = File::open(path).map_err(Error::io(path))?;
        Self::detecting(BufReader::with_capacity(1 << 18, file), path)
    }
}

impl<R: Read> Reader<Uncompressed<R>> {
    /// Reads records from `read`, whose first bytes tell whether it is compressed; `path` is what errors name.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the first bytes cannot be read.
    pub fn detecting(read: R, path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        let read = Uncompressed::of(read).map_err(Error::io(&path))?;
        let compressed = read.was_compressed();
        let max_record = if compressed { MAX_COMPRESSED_RECORD_BYTES } else { u64::MAX };
        Ok(Self { max_record, ..Self::new(read, path) })
    }
}

impl<R: Read> Reader<R> {
    /// Reads records from `read`, which is not compressed; `path` is what errors name. `read` should be buffered.
    pub fn new(read: R, path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self { read, path, offset: 0, index: 0, last_offset: 0, max_record: u64::MAX, done: false }
    }

    /// Puts the next record's data into `data`, whose content is replaced; `false` at the end of the file.
    ///
    /// # Errors
    ///
    /// [`Error::TruncatedRecord`], [`Error::CorruptRecord`], [`Error::LongRecord`] in a compressed file, or [`Error::Io`]; then the
    /// reader is at its end.
    pub fn next_record(&mut self, data: &mut Vec<u8>) -> Result<bool> {
        data.clear();
        if self.done {
            return Ok(false);
        }
        let read = self.read_record(data);
        self.done = !matches!(read, Ok(true));
        if read.is_err() {
            data.clear();
        }
        read
    }

    /// Bytes read so far: where the next record begins.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Records read so far: the number of the next record.
    pub fn record_index(&self) -> u64 {
        self.index
    }

    /// Names the file and the record read last in an error about its content.
    pub fn in_last_record(&self, source: Error) -> Error {
        Error::InRecord {
            path: self.path.clone(),
            record: self.index.saturating_sub(1),
            offset: self.last_offset,
            source: Box::new(source),
        }
    }

    fn read_record(&mut self, data: &mut Vec<u8>) -> Result<bool> {
        let place = Place { path: &self.path, record: self.index, offset: self.offset };
        let io = Error::io(&self.path);
        let mut header = [0; HEADER_BYTES];
        match fill(&mut self.read, &mut header).map_err(&io)? {
            0 => return Ok(false),
            HEADER_BYTES => {}
            found => return Err(place.truncated(FRAME_BYTES, found as u64)),
        }
        let length = place.length(&header)?;
        if length > self.max_record {
            return Err(place.long(length, self.max_record));
        }
        let size = length.saturating_add(FRAME_BYTES);
        data.reserve(length.min(TRUSTED_BYTES) as usize);
        // `read_to_end` grows the buffer by what arrives, never by what the header claims.
        (&mut self.read).take(length).read_to_end(data).map_err(&io)?;
        let mut footer = [0; FOOTER_BYTES];
        let tail = fill(&mut self.read, &mut footer).map_err(&io)?;
        let found = HEADER_BYTES as u64 + data.len() as u64 + tail as u64;
        if found < size {
            return Err(place.truncated(size, found));
        }
        place.check(RecordPart::Data, data, footer)?;
        self.last_offset = self.offset;
        self.offset += size;
        self.index += 1;
        Ok(true)
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut data = Vec::new();
        match self.next_record(&mut data) {
            Ok(true) => Some(Ok(data)),
            Ok(false) => None,
            Err(error) => Some(Err(error)),
        }
    }
}

/// Fills `buffer` as far as the stream goes; gives the number of bytes.
pub(super) fn fill(read: &mut impl Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match read.read(rest) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
