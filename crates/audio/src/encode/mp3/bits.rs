//! Bits of a file, the highest first.

/// Appends bits to bytes.
#[derive(Default)]
pub(super) struct Bits {
    bytes: Vec<u8>,
    /// Bits that are not in `bytes` yet, the last one lowest: `waiting` of them.
    word: u64,
    waiting: u32,
}

impl Bits {
    /// Appends the `count` lowest bits of a value, 32 at most.
    pub(super) fn push(&mut self, value: u32, count: u32) {
        self.word = self.word << count | u64::from(value) & ((1 << count) - 1);
        self.waiting += count;
        if self.waiting >= 32 {
            self.waiting -= 32;
            self.bytes.extend(((self.word >> self.waiting) as u32).to_be_bytes());
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        8 * self.bytes.len() + self.waiting as usize
    }

    /// The bytes; the last one is filled with zeros.
    pub(super) fn finish(mut self) -> Vec<u8> {
        let bytes = self.waiting.div_ceil(8);
        let word = self.word << (8 * bytes - self.waiting);
        self.bytes.extend((0..bytes).rev().map(|byte| (word >> (8 * byte)) as u8));
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_come_out_in_the_order_in_which_they_went_in() {
        let mut bits = Bits::default();
        let (mut expected, mut value) = (String::new(), 1_u32);
        for count in (0..=32).chain((0..=32).rev()) {
            value = value.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            bits.push(value, count);
            let text = format!("{value:032b}");
            expected += &text[32 - count as usize..];
            assert_eq!(bits.count(), expected.len());
        }
        let bytes = bits.finish();
        assert_eq!(bytes.len(), expected.len().div_ceil(8));
        let found: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
        assert!(
            found.starts_with(&expected) && found[expected.len()..].bytes().all(|bit| bit == b'0')
        );
    }
}
