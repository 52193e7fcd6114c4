//! Finds values in a table.

use std::path::{Path, PathBuf};

use super::block::{Cursor, Source};
use super::{EXPANSION, Entries, FOOTER_BYTES, Handle, MAGIC, TRAILER_BYTES};
use crate::wire::Message;
use crate::{Error, Result, whole_file};

/// A table in memory, as it is in its file; its blocks are unpacked when they are needed.
#[derive(Debug)]
pub struct Table {
    path: PathBuf,
    bytes: Vec<u8>,
    index: Vec<Indexed>,
}

/// A block as the index names it.
#[derive(Debug)]
struct Indexed {
    /// Not before the block's last key, and before the next block's first.
    last_key: Vec<u8>,
    handle: Handle,
}

impl Table {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// [`Error::Io`], [`Error::NotAFile`], and those of [`new`](Self::new).
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        Self::new(whole_file::read(path)?, path)
    }

    /// Takes the bytes of a table; `path` is what errors name.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedTable`], [`Error::Corrupt`] or [`Error::TooLarge`] in footer or index.
    pub fn new(bytes: Vec<u8>, path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        let index = read_index(Source { path: &path, bytes: &bytes })?;
        Ok(Self { path, bytes, index })
    }

    /// What errors name.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The value of `key`.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedTable`], [`Error::Corrupt`] or [`Error::TooLarge`] in the block where it should stand.
    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        let block = self.index.partition_point(|block| *block.last_key < *key);
        let Some(mut cursor) = self.cursor(block)? else { return Ok(None) };
        while self.advance(block, &mut cursor)? {
            if cursor.key() >= key {
                return Ok((cursor.key() == key).then(|| cursor.value().to_vec()));
            }
        }
        Ok(None)
    }

    /// All entries in the order of their keys; ends after the first error.
    pub fn entries(&self) -> Entries<'_> {
        Entries::new(self, self.bytes.len().saturating_mul(EXPANSION))
    }

    /// Before the first entry of block `index`; `None` beyond the last one.
    pub(super) fn cursor(&self, index: usize) -> Result<Option<Cursor<'_>>> {
        let Some(block) = self.index.get(index) else { return Ok(None) };
        let before = index.checked_sub(1).map(|before| &*self.index[before].last_key);
        Cursor::new(self.source(), block.handle, before).map(Some)
    }

    /// Goes to the next entry of block `index`, which must hold no key beyond the one in the table's index.
    pub(super) fn advance(&self, index: usize, cursor: &mut Cursor<'_>) -> Result<bool> {
        let more = cursor.advance()?;
        if more && *cursor.key() > *self.index[index].last_key {
            return Err(cursor.malformed("a block has keys that belong to the next one"));
        }
        Ok(more)
    }

    fn source(&self) -> Source<'_> {
        Source { path: &self.path, bytes: &self.bytes }
    }
}

fn read_index(source: Source<'_>) -> Result<Vec<Indexed>> {
    let footer_start = source.bytes.len().checked_sub(FOOTER_BYTES);
    let footer_start =
        footer_start.ok_or_else(|| source.malformed(0, "the file is shorter than a footer"))?;
    let place = footer_start as u64;
    let footer = &source.bytes[footer_start..];
    if !footer.ends_with(&MAGIC.to_le_bytes()) {
        return Err(source.malformed(place, "the footer has not the magic number of a table"));
    }
    let mut handles = Message { bytes: footer, offset: footer_start };
    // The first handle is that of a block about the table itself, which TensorFlow leaves empty.
    let index = Handle::take(&mut handles).and_then(|_| Handle::take(&mut handles));
    let index = index.map_err(|_| source.malformed(place, "the footer's handles are cut short"))?;
    read_handles(source, index)
}

/// The blocks that an index names: one after the other, none over another.
fn read_handles(source: Source<'_>, index: Handle) -> Result<Vec<Indexed>> {
    let mut blocks = Vec::new();
    let mut cursor = Cursor::new(source, index, None)?;
    let (mut end, mut key_bytes) = (0u64, 0);
    let limit = source.bytes.len().saturating_mul(EXPANSION);
    loop {
        let place = cursor.place();
        if !cursor.advance()? {
            return Ok(blocks);
        }
        let handle = Handle::take(&mut Message::new(cursor.value()));
        let handle =
            handle.map_err(|_| source.malformed(place, "a block's handle is cut short"))?;
        let next = handle.offset.checked_add(handle.size);
        let next = next.and_then(|next| next.checked_add(TRAILER_BYTES as u64));
        let next = next.filter(|_| handle.offset >= end);
        end = next.ok_or_else(|| source.malformed(place, "blocks stand over one another"))?;
        key_bytes += cursor.key().len();
        if key_bytes > limit {
            let (path, what) = (source.path.to_owned(), "the list of blocks");
            let (limit, found) = (limit as u64, key_bytes as u64);
            return Err(Error::TooLarge { path, offset: place, what, limit, found });
        }
        blocks.push(Indexed { last_key: cursor.key().to_owned(), handle });
    }
}
