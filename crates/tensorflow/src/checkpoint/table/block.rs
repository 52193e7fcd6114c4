//! One block of a table, entry by entry.

use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;

use super::{Handle, SNAPPY, TRAILER_BYTES, UNCOMPRESSED};
use crate::checksum::masked_crc;
use crate::wire::Message;
use crate::{Error, Result};

/// Most bytes that one of Snappy's can stand for: three of them copy 64.
const SNAPPY_EXPANSION: u64 = 22;

/// The file that a block is in: its path for errors, and all its bytes.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) path: &'a Path,
    pub(super) bytes: &'a [u8],
}

impl<'a> Source<'a> {
    pub(super) fn malformed(self, offset: u64, fault: &'static str) -> Error {
        Error::MalformedTable { path: self.path.to_owned(), offset, fault }
    }

    /// A block's bytes: checked, unpacked, without the trailer.
    fn unpacked(self, handle: Handle) -> Result<Cow<'a, [u8]>> {
        let Handle { offset, size } = handle;
        let outside = || self.malformed(offset, "a block goes beyond the end of the file");
        let start = usize::try_from(offset).map_err(|_| outside())?;
        let size_here = usize::try_from(size).map_err(|_| outside())?;
        let framed = start.checked_add(size_here).and_then(|end| end.checked_add(TRAILER_BYTES));
        let framed = framed.and_then(|end| self.bytes.get(start..end)).ok_or_else(outside)?;
        let (guarded, checksum) = framed.split_at(size_here + 1);
        let stored = checksum.first_chunk().map_or(0, |&bytes| u32::from_le_bytes(bytes));
        let found = masked_crc(guarded);
        if stored != found {
            let (path, size) = (self.path.to_owned(), guarded.len() as u64);
            return Err(Error::Corrupt { path, offset, size, expected: stored, found });
        }
        let (content, compression) = guarded.split_at(size_here);
        match compression {
            [UNCOMPRESSED] => Ok(Cow::Borrowed(content)),
            [SNAPPY] => self.unsnapped(offset, content).map(Cow::Owned),
            _ => Err(self.malformed(offset + size, "a block is compressed in an unknown way")),
        }
    }

    fn unsnapped(self, offset: u64, content: &[u8]) -> Result<Vec<u8>> {
        let malformed = |_| self.malformed(offset, "a block is not what Snappy makes");
        let found = snap::raw::decompress_len(content).map_err(malformed)? as u64;
        let limit = content.len() as u64 * SNAPPY_EXPANSION;
        if found > limit {
            let (path, what) = (self.path.to_owned(), "a compressed block");
            return Err(Error::TooLarge { path, offset, what, limit, found });
        }
        snap::raw::Decoder::new().decompress_vec(content).map_err(malformed)
    }
}

/// Goes through the entries of a block.
pub(super) struct Cursor<'a> {
    source: Source<'a>,
    /// Where the block begins in the file.
    offset: u64,
    /// The block's entries, and the restart points after them.
    bytes: Cow<'a, [u8]>,
    /// Where the entries end.
    end: usize,
    /// Where the next entry begins.
    at: usize,
    /// Until the first entry, the last key of the block before this one, if there is one.
    key: Vec<u8>,
    begun: bool,
    value: Range<usize>,
}

impl<'a> Cursor<'a> {
    /// Before the first entry of a block whose keys all come after `after`.
    pub(super) fn new(source: Source<'a>, handle: Handle, after: Option<&[u8]>) -> Result<Self> {
        let bytes = source.unpacked(handle)?;
        let offset = handle.offset;
        let restarts = bytes.last_chunk().map(|&count| u32::from_le_bytes(count) as usize);
        let end = restarts
            .and_then(|count| bytes.len().checked_sub(4)?.checked_sub(count.saturating_mul(4)));
        let end = end.ok_or_else(|| {
            source.malformed(offset, "a block has no room for its restart points")
        })?;
        let (key, begun) = (after.unwrap_or_default().to_owned(), after.is_some());
        Ok(Self { source, offset, bytes, end, at: 0, key, begun, value: 0..0 })
    }

    /// Goes to the next entry; `false` at the end.
    pub(super) fn advance(&mut self) -> Result<bool> {
        if self.at == self.end {
            return Ok(false);
        }
        let place = self.place();
        let malformed = |fault| self.source.malformed(place, fault);
        let mut entry = Message { bytes: &self.bytes[self.at..self.end], offset: self.at };
        let mut length = || entry.varint().ok().and_then(|length| usize::try_from(length).ok());
        let (Some(shared), Some(added), Some(size)) = (length(), length(), length()) else {
            return Err(malformed("an entry's lengths are cut short"));
        };
        let (Ok(suffix), Ok(value)) = (entry.take(added), entry.take(size)) else {
            return Err(malformed("an entry is longer than its block"));
        };
        // The block's first entry has no key before it in the block, only perhaps in the block before.
        if shared > if self.at == 0 { 0 } else { self.key.len() } {
            return Err(malformed("an entry shares more with the key before it than there is"));
        }
        // What both share does not decide which comes first.
        if self.begun && *suffix.bytes <= self.key[shared..] {
            return Err(malformed("keys are not in order"));
        }
        self.value = value.offset..value.offset + size;
        self.at = self.value.end;
        self.key.truncate(shared);
        self.key.extend_from_slice(suffix.bytes);
        self.begun = true;
        Ok(true)
    }

    pub(super) fn key(&self) -> &[u8] {
        &self.key
    }

    pub(super) fn value(&self) -> &[u8] {
        &self.bytes[self.value.clone()]
    }

    /// Where the next entry begins in the file; of a compressed block, where it begins itself.
    pub(super) fn place(&self) -> u64 {
        match self.bytes {
            Cow::Borrowed(_) => self.offset + self.at as u64,
            Cow::Owned(_) => self.offset,
        }
    }

    /// An error at the block's beginning.
    pub(super) fn malformed(&self, fault: &'static str) -> Error {
        self.source.malformed(self.offset, fault)
    }
}
