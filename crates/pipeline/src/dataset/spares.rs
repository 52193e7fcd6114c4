//! Memory of records that are done with, for those to come.

use std::sync::{Mutex, PoisonError};

/// Largest record whose memory is kept, in bytes.
const MAX_RECORD_BYTES: usize = 1 << 19;

/// Empty buffers. Memory fresh from the system is zeroed page by page, which takes as long as filling it.
#[derive(Debug, Default)]
pub(super) struct Spares {
    buffers: Mutex<Vec<Vec<u8>>>,
}

impl Spares {
    /// An empty buffer.
    pub(super) fn take(&self) -> Vec<u8> {
        let mut buffers = self.buffers.lock().unwrap_or_else(PoisonError::into_inner);
        buffers.pop().unwrap_or_default()
    }

    /// Gives a buffer back. There are never more than there were records under way.
    pub(super) fn give(&self, mut buffer: Vec<u8>) {
        if buffer.capacity() <= MAX_RECORD_BYTES {
            buffer.clear();
            self.buffers.lock().unwrap_or_else(PoisonError::into_inner).push(buffer);
        }
    }
}
