//! Numbers that begin on a cache line.
//!
//! A vector of sixteen `f32` is as long as a cache line. Read from an address that is no multiple of 64, it takes two accesses, and
//! the matrix products lose a sixth of their rate (measured; `docs/performance.md`).

use std::ops::{Deref, DerefMut};

use crate::simd::LANES;

/// A cache line.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
struct Line([f32; LANES]);

const ZEROS: Line = Line([0.0; LANES]);

/// A vector of `f32` whose first number lies at a multiple of 64 bytes.
#[derive(Debug, Clone, Default)]
pub struct Buffer {
    lines: Vec<Line>,
    len: usize,
}

impl Buffer {
    /// `len` zeros.
    pub fn zeros(len: usize) -> Self {
        Self { lines: vec![ZEROS; len.div_ceil(LANES)], len }
    }

    /// Changes the length. Numbers up to the shorter length stay, what is new holds zeros or what was there before it was cut off.
    pub fn resize(&mut self, len: usize) {
        self.lines.resize(len.div_ceil(LANES), ZEROS);
        self.len = len;
    }

    /// `len` zeros, in the same memory if that is enough.
    pub fn reset(&mut self, len: usize) {
        self.lines.clear();
        self.resize(len);
    }
}

impl From<&[f32]> for Buffer {
    fn from(numbers: &[f32]) -> Self {
        let mut buffer = Self::zeros(numbers.len());
        buffer.copy_from_slice(numbers);
        buffer
    }
}

impl Deref for Buffer {
    type Target = [f32];

    #[inline(always)]
    fn deref(&self) -> &[f32] {
        // SAFETY: a line is sixteen `f32` without padding, and `lines` holds at least `len` of them.
        unsafe { std::slice::from_raw_parts(self.lines.as_ptr().cast(), self.len) }
    }
}

impl DerefMut for Buffer {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [f32] {
        // SAFETY: as above; the borrow of `self` is exclusive.
        unsafe { std::slice::from_raw_parts_mut(self.lines.as_mut_ptr().cast(), self.len) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_is_aligned_and_as_long_as_asked() {
        for len in [0, 1, 15, 16, 17, 1000] {
            let mut buffer = Buffer::zeros(len);
            assert_eq!((buffer.len(), buffer.as_ptr() as usize % 64), (len, 0));
            buffer.fill(1.0);
            buffer.resize(len / 2);
            assert_eq!(&buffer[..], vec![1.0; len / 2]);
            buffer.reset(len + 3);
            assert_eq!(&buffer[..], vec![0.0; len + 3]);
            assert_eq!(&Buffer::from(&[1.0, 2.0][..])[..], [1.0, 2.0]);
        }
    }
}
