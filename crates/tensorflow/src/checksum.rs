//! The checksum that guards TensorFlow's records, blocks and tensors.

/// Added by the mask, as `tensorflow/core/lib/hash/crc32c.h` defines it.
const MASK_DELTA: u32 = 0xa282_ead8;

/// CRC-32C of `bytes`, rotated and shifted as TensorFlow stores it.
pub(crate) fn masked_crc(bytes: &[u8]) -> u32 {
    mask(crc32c::crc32c(bytes))
}

/// A CRC-32C as TensorFlow stores it.
pub(crate) fn mask(crc: u32) -> u32 {
    crc.rotate_right(15).wrapping_add(MASK_DELTA)
}
