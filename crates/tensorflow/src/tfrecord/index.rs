//! Random access to the records of a file.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::{FOOTER_BYTES, FRAME_BYTES, HEADER_BYTES, Place, Reader, Writer, is_compressed};
use crate::whole_file::folder_of;
use crate::{Error, RecordPart, Result};

/// Where every record of a file stands: 16 bytes of memory a record.
///
/// The file stays open. A compressed one has no places to go to: its records are put into an unnamed temporary file beside it,
/// or where the system keeps such files, and that is walked over. The data is checked against its checksum at each [`read`](Self::read).
#[derive(Debug)]
pub struct Index {
    path: PathBuf,
    file: Mutex<File>,
    entries: Vec<Entry>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    offset: u64,
    length: u64,
}

impl Index {
    /// Walks over the file from length to length.
    ///
    /// # Errors
    ///
    /// [`Error::Io`], [`Error::TruncatedRecord`], or [`Error::CorruptRecord`] for a length; in a compressed file, for data, too, or
    /// [`Error::LongRecord`].
    pub fn build(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let io = Error::io(path);
        let file =
            if is_compressed(path)? { unpacked(path)? } else { File::open(path).map_err(&io)? };
        let size = file.metadata().map_err(&io)?.len();
        let mut walk = BufReader::new(file);
        let mut entries = Vec::new();
        let mut offset = 0;
        while offset < size {
            let place = Place { path, record: entries.len() as u64, offset };
            let entry = next_entry(&mut walk, place, size - offset)?;
            entries.push(entry);
            offset += entry.length + FRAME_BYTES;
        }
        Ok(Self { path: path.to_owned(), file: Mutex::new(walk.into_inner()), entries })
    }

    /// Number of records.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether the file has no record.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Bytes of data in record `record`, or none beyond the end.
    pub fn length(&self, record: usize) -> Option<u64> {
        self.entries.get(record).map(|entry| entry.length)
    }

    /// Puts the data of record `record` into `data`, whose content is replaced.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchRecord`], [`Error::CorruptRecord`], [`Error::TruncatedRecord`] when the file has shrunk
    /// meanwhile, or [`Error::Io`].
    pub fn read(&self, record: usize, data: &mut Vec<u8>) -> Result<()> {
        data.clear();
        let entry = *self.entries.get(record).ok_or_else(|| Error::NoSuchRecord {
            path: self.path.clone(),
            record: record as u64,
            count: self.entries.len() as u64,
        })?;
        let place = Place { path: &self.path, record: record as u64, offset: entry.offset };
        let size = entry.length + FOOTER_BYTES as u64;
        self.read_from(entry.offset + HEADER_BYTES as u64, size, data)
            .map_err(Error::io(&self.path))?;
        if (data.len() as u64) < size {
            let found = (HEADER_BYTES + data.len()) as u64;
            return Err(place.truncated(entry.length + FRAME_BYTES, found));
        }
        let footer = *data.last_chunk().expect("at least the footer has been read");
        data.truncate(data.len() - FOOTER_BYTES);
        place.check(RecordPart::Data, data, footer)
    }

    /// Names the file and record `record` in an error about its content.
    pub fn in_record(&self, record: usize, source: Error) -> Error {
        Error::InRecord {
            path: self.path.clone(),
            record: record as u64,
            offset: self.entries.get(record).map_or(0, |entry| entry.offset),
            source: Box::new(source),
        }
    }

    fn read_from(&self, offset: u64, size: u64, data: &mut Vec<u8>) -> std::io::Result<()> {
        // A panic elsewhere leaves the file as usable as before: every read seeks first.
        let mut file = self.file.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        file.seek(SeekFrom::Start(offset))?;
        // The file held this many bytes when it was indexed, so reserving them is safe.
        data.reserve_exact(size as usize);
        Read::by_ref(&mut *file).take(size).read_to_end(data)?;
        Ok(())
    }
}

/// The records of a compressed file, in a temporary one at its start. One record at a time is in memory.
fn unpacked(path: &Path) -> Result<File> {
    let io = Error::io(path);
    let mut reader = Reader::open(path)?;
    let file = tempfile::tempfile_in(folder_of(path)).or_else(|_| tempfile::tempfile());
    let mut writer = Writer::new(BufWriter::new(file.map_err(&io)?), path);
    let mut data = Vec::new();
    while reader.next_record(&mut data)? {
        writer.write(&data)?;
    }
    let file = writer.finish()?.into_inner().map_err(|error| error.into_error());
    let mut file = file.map_err(&io)?;
    file.rewind().map_err(&io)?;
    Ok(file)
}

/// Reads the header of a record and steps over the rest; `left` is what the file holds from the record on.
fn next_entry(walk: &mut BufReader<File>, place: Place<'_>, left: u64) -> Result<Entry> {
    let io = Error::io(place.path);
    if left < FRAME_BYTES {
        return Err(place.truncated(FRAME_BYTES, left));
    }
    let mut header = [0; HEADER_BYTES];
    walk.read_exact(&mut header).map_err(&io)?;
    let length = place.length(&header)?;
    if length > left - FRAME_BYTES {
        return Err(place.truncated(length.saturating_add(FRAME_BYTES), left));
    }
    let skip = i64::try_from(length + FOOTER_BYTES as u64).unwrap_or(i64::MAX);
    walk.seek_relative(skip).map_err(&io)?;
    Ok(Entry { offset: place.offset, length })
}
