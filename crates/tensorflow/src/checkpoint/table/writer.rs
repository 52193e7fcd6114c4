//! Writes a table.

use super::{FOOTER_BYTES, Handle, MAGIC, SNAPPY, TRAILER_BYTES, UNCOMPRESSED};
use crate::checksum::masked_crc;
use crate::wire::put_varint;

/// Bytes after which a block ends: `block_size` in TensorFlow's `table_options.h`.
const BLOCK_BYTES: usize = 262_144;
/// Every so many keys one stands whole.
const RESTART_INTERVAL: usize = 16;

/// How blocks are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// As they are; so TensorFlow writes checkpoints.
    None,
    /// With Snappy, where that saves an eighth.
    Snappy,
}

/// A table being made in memory; byte for byte as TensorFlow makes it, when nothing is compressed.
#[derive(Debug)]
pub struct Writer {
    compression: Compression,
    out: Vec<u8>,
    block: Block,
    index: Block,
    last_key: Vec<u8>,
    /// The block before this one, which is named in the index when the next key is known.
    pending: Option<Handle>,
    any: bool,
}

impl Writer {
    /// Begins a table.
    pub fn new(compression: Compression) -> Self {
        Self {
            compression,
            out: Vec::new(),
            block: Block::new(RESTART_INTERVAL),
            index: Block::new(1),
            last_key: Vec::new(),
            pending: None,
            any: false,
        }
    }

    /// Appends an entry.
    ///
    /// # Panics
    ///
    /// When `key` does not come after the key before it.
    pub fn add(&mut self, key: &[u8], value: &[u8]) {
        assert!(!self.any || *self.last_key < *key, "keys must be added in order");
        self.any = true;
        if let Some(handle) = self.pending.take() {
            self.name_block(&separator(&self.last_key, key), handle);
        }
        self.block.add(&self.last_key, key, value);
        self.last_key.clear();
        self.last_key.extend_from_slice(key);
        if self.block.size() >= BLOCK_BYTES {
            let block = self.block.finish();
            self.pending = Some(self.put_block(&block, self.compression));
        }
    }

    /// The whole table.
    pub fn finish(mut self) -> Vec<u8> {
        if !self.block.bytes.is_empty() {
            let block = self.block.finish();
            self.pending = Some(self.put_block(&block, self.compression));
        }
        // A block about the table itself, with nothing in it.
        let meta = Block::new(1).finish();
        let meta = self.put_block(&meta, self.compression);
        if let Some(handle) = self.pending.take() {
            self.name_block(&successor(&self.last_key), handle);
        }
        let index = self.index.finish();
        let index = self.put_block(&index, self.compression);
        let end = self.out.len() + FOOTER_BYTES;
        meta.put(&mut self.out);
        index.put(&mut self.out);
        self.out.resize(end - size_of_val(&MAGIC), 0);
        self.out.extend_from_slice(&MAGIC.to_le_bytes());
        self.out
    }

    fn name_block(&mut self, key: &[u8], handle: Handle) {
        let mut value = Vec::new();
        handle.put(&mut value);
        self.index.add(&[], key, &value);
    }

    fn put_block(&mut self, block: &[u8], compression: Compression) -> Handle {
        let offset = self.out.len() as u64;
        let packed = match compression {
            Compression::None => None,
            Compression::Snappy => snap::raw::Encoder::new()
                .compress_vec(block)
                .ok()
                .filter(|packed| packed.len() < block.len() - block.len() / 8),
        };
        let start = self.out.len();
        self.out.reserve(block.len() + TRAILER_BYTES);
        self.out.extend_from_slice(packed.as_deref().unwrap_or(block));
        let size = (self.out.len() - start) as u64;
        self.out.push(if packed.is_some() { SNAPPY } else { UNCOMPRESSED });
        let checksum = masked_crc(&self.out[start..]);
        self.out.extend_from_slice(&checksum.to_le_bytes());
        Handle { offset, size }
    }
}

/// Entries that will be a block.
#[derive(Debug)]
struct Block {
    restart_interval: usize,
    bytes: Vec<u8>,
    restarts: Vec<u32>,
    since_restart: usize,
}

impl Block {
    fn new(restart_interval: usize) -> Self {
        Self { restart_interval, bytes: Vec::new(), restarts: vec![0], since_restart: 0 }
    }

    fn add(&mut self, last_key: &[u8], key: &[u8], value: &[u8]) {
        let first = self.bytes.is_empty();
        if !first && self.since_restart == self.restart_interval {
            self.restarts.push(self.bytes.len() as u32);
            self.since_restart = 0;
        }
        let whole = first || self.since_restart == 0;
        let shared = if whole { 0 } else { shared_len(last_key, key) };
        self.since_restart += 1;
        put_varint(&mut self.bytes, shared as u64);
        put_varint(&mut self.bytes, (key.len() - shared) as u64);
        put_varint(&mut self.bytes, value.len() as u64);
        self.bytes.extend_from_slice(&key[shared..]);
        self.bytes.extend_from_slice(value);
    }

    /// Bytes that the block would have if it ended here.
    fn size(&self) -> usize {
        self.bytes.len() + 4 * (self.restarts.len() + 1)
    }

    /// The block; then begins the next one.
    fn finish(&mut self) -> Vec<u8> {
        let mut finished = std::mem::replace(self, Self::new(self.restart_interval));
        let count = finished.restarts.len() as u32;
        for number in finished.restarts.into_iter().chain([count]) {
            finished.bytes.extend_from_slice(&number.to_le_bytes());
        }
        finished.bytes
    }
}

fn shared_len(one: &[u8], other: &[u8]) -> usize {
    one.iter().zip(other).take_while(|(one, other)| one == other).count()
}

/// A short key from `last` on and before `next`.
fn separator(last: &[u8], next: &[u8]) -> Vec<u8> {
    let shared = shared_len(last, next);
    match (last.get(shared), next.get(shared)) {
        (Some(&one), Some(&other)) if one < 0xff && one + 1 < other => {
            [&last[..shared], &[one + 1]].concat()
        }
        _ => last.to_vec(),
    }
}

/// A short key from `last` on.
fn successor(last: &[u8]) -> Vec<u8> {
    match last.iter().position(|&byte| byte < 0xff) {
        Some(place) => [&last[..place], &[last[place] + 1]].concat(),
        None => last.to_vec(),
    }
}
