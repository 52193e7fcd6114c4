//! Tables of sorted keys and values: what checkpoints of both versions are kept in.
//!
//! The format is LevelDB's (`doc/table_format.md` there): blocks of entries, then a block that names them by their last
//! keys, then a footer that says where that one is. A key is written as what it adds to the key before it; every
//! sixteenth stands whole, for searches. A block may be compressed with Snappy, and ends with a checksum.
//!
//! Readers give back at most [`EXPANSION`] times the bytes of the file.

mod block;
mod entries;
mod reader;
mod writer;

pub use entries::Entries;
pub use reader::Table;
pub use writer::{Compression, Writer};

use crate::wire::{Message, put_varint};

/// Most bytes of keys and values that a table gives for each of its own: keys repeat what they have in common, and
/// blocks may be compressed. TensorFlow's stay below 5.
pub const EXPANSION: usize = 64;

/// The last eight bytes of a table.
const MAGIC: u64 = 0xdb47_7524_8b80_fb57;
/// Two handles of up to twenty bytes, and the magic number.
const FOOTER_BYTES: usize = 48;
/// After a block: its compression and its checksum.
const TRAILER_BYTES: usize = 5;
const UNCOMPRESSED: u8 = 0;
const SNAPPY: u8 = 1;

/// Where a block stands, without its trailer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Handle {
    offset: u64,
    size: u64,
}

impl Handle {
    /// Takes a handle from the front of `bytes`.
    fn take(bytes: &mut Message<'_>) -> crate::Result<Self> {
        Ok(Self { offset: bytes.varint()?, size: bytes.varint()? })
    }

    fn put(self, out: &mut Vec<u8>) {
        put_varint(out, self.offset);
        put_varint(out, self.size);
    }
}

#[cfg(test)]
mod tests;
