//! What the index says: of the whole (`BundleHeaderProto`) and of one tensor (`BundleEntryProto`).

use std::path::Path;

use crate::checkpoint::slice::Slice;
use crate::checkpoint::tensor::{decode_shape, in_range, put_shape, uint_field};
use crate::checkpoint::variable::Endianness;
use crate::checkpoint::{Dtype, check_versions, put_versions};
use crate::wire::{Message, Value, put_fixed32, put_uint};
use crate::{Error, Result};

const HEADER_SHARDS: u8 = 1;
const HEADER_ENDIANNESS: u8 = 2;
const HEADER_VERSIONS: u8 = 3;
const ENTRY_DTYPE: u8 = 1;
const ENTRY_SHAPE: u8 = 2;
const ENTRY_SHARD: u8 = 3;
const ENTRY_OFFSET: u8 = 4;
const ENTRY_SIZE: u8 = 5;
const ENTRY_CHECKSUM: u8 = 6;
const ENTRY_SLICE: u8 = 7;

/// Of the whole checkpoint.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) shards: u32,
    /// That of the values in the data files.
    pub(super) endianness: Endianness,
}

impl Header {
    pub(super) fn decode(bytes: &[u8], path: &Path) -> Result<Self> {
        let message = Message::new(bytes);
        for versions in message.messages(HEADER_VERSIONS) {
            check_versions(versions?, path)?;
        }
        let shards = uint_field(message, HEADER_SHARDS)? as i64;
        let field = "the number of data files";
        let shards = in_range(field, shards)?;
        if shards == 0 {
            return Err(Error::OutOfRange { field, found: 0 });
        }
        let endianness = match uint_field(message, HEADER_ENDIANNESS)? {
            0 => Endianness::Little,
            1 => Endianness::Big,
            other => {
                let field = "the number of the byte order";
                return Err(Error::OutOfRange { field, found: other as i64 });
            }
        };
        Ok(Self { shards, endianness })
    }

    /// The header of one data file, little-endian.
    pub(super) fn encode() -> Vec<u8> {
        let mut header = Vec::new();
        put_uint(&mut header, HEADER_SHARDS, 1);
        put_versions(&mut header, HEADER_VERSIONS);
        header
    }
}

/// Of one tensor: a variable or a slice of one.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) dtype: Dtype,
    pub(super) shape: Vec<usize>,
    pub(super) shard: u32,
    pub(super) offset: u64,
    pub(super) size: u64,
    /// Masked CRC-32C of its bytes.
    pub(super) checksum: u32,
    /// The slices that the variable is stored as; none if it is stored whole.
    pub(super) slices: Vec<Slice>,
}

impl Entry {
    pub(super) fn decode(bytes: &[u8]) -> Result<Self> {
        let message = Message::new(bytes);
        let number = |number| uint_field(message, number).map(|value| value as i64);
        let (mut shape, mut checksum) = (Vec::new(), 0);
        for field in message.fields() {
            match field? {
                (number, Value::Bytes(dims)) if number == ENTRY_SHAPE.into() => {
                    shape = decode_shape(dims)?;
                }
                (number, Value::Fixed32(bytes)) if number == ENTRY_CHECKSUM.into() => {
                    checksum = u32::from_le_bytes(bytes);
                }
                _ => {}
            }
        }
        let slices = message.messages(ENTRY_SLICE).map(|slice| Slice::decode(slice?));
        Ok(Self {
            dtype: Dtype::of(number(ENTRY_DTYPE)? as i32),
            shape,
            shard: in_range("the number of its data file", number(ENTRY_SHARD)?)?,
            offset: in_range("its place in the data file", number(ENTRY_OFFSET)?)?,
            size: in_range("its size in bytes", number(ENTRY_SIZE)?)?,
            checksum,
            slices: slices.collect::<Result<_>>()?,
        })
    }

    /// The message of a variable stored whole in the first data file.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut entry = Vec::new();
        put_uint(&mut entry, ENTRY_DTYPE, self.dtype.number() as u64);
        put_shape(&mut entry, ENTRY_SHAPE, &self.shape);
        // Zeros are left out, as protobuf does.
        for (number, value) in [(ENTRY_OFFSET, self.offset), (ENTRY_SIZE, self.size)] {
            if value != 0 {
                put_uint(&mut entry, number, value);
            }
        }
        if self.checksum != 0 {
            put_fixed32(&mut entry, ENTRY_CHECKSUM, self.checksum);
        }
        entry
    }
}
