//! Memory of records that have been written, for those to come.

use std::sync::{Mutex, PoisonError};

/// Largest record whose memory is kept, in bytes.
const MAX_RECORD_BYTES: usize = 1 << 19;

/// Empty buffers, for all threads that fill and write records. Memory fresh from the system is zeroed page by page, which takes as long as filling it.
#[derive(Debug, Default)]
pub struct Spares {
    buffers: Mutex<Vec<Vec<u8>>>,
}

impl Spares {
    /// An empty buffer.
    pub fn take(&self) -> Vec<u8> {
        let mut buffers = self.buffers.lock().unwrap_or_else(PoisonError::into_inner);
        buffers.pop().unwrap_or_default()
    }

    /// Gives a buffer back. There are never more than there were records under way.
    pub fn give(&self, mut buffer: Vec<u8>) {
        if buffer.capacity() <= MAX_RECORD_BYTES {
            buffer.clear();
            self.buffers.lock().unwrap_or_else(PoisonError::into_inner).push(buffer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_comes_back_empty_unless_it_is_huge() {
        let spares = Spares::default();
        spares.give(vec![1; 100]);
        spares.give(vec![1; MAX_RECORD_BYTES + 1]);
        let buffer = spares.take();
        assert!(buffer.is_empty() && buffer.capacity() >= 100);
        assert_eq!(spares.take().capacity(), 0);
    }
}
