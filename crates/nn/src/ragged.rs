//! A batch of sequences of different lengths, without padding.
//!
//! A buffer over the batch holds the steps of the first sequence, then those of the second, and so on: N rows for N steps
//! in all. Sequences are sorted, the longest first, so those that are still running at a step are always the first ones.

use std::ops::Range;

/// Where each step of each sequence lies.
#[derive(Debug, Clone, Default)]
pub struct Ragged {
    lengths: Vec<usize>,
    starts: Vec<usize>,
    total: usize,
    parts: Vec<Vec<usize>>,
}

impl Ragged {
    /// A batch of sequences, each given by its steps and the number of its part. The weight gradients of a part are summed together,
    /// apart from those of other parts: since what is computed for a sequence depends on no other one, any parts may go through
    /// time together without a change to their sums.
    ///
    /// # Panics
    /// If a sequence is longer than the one before it.
    pub fn new(sequences: &[(usize, usize)]) -> Self {
        let mut ragged = Self::default();
        for (sequence, &(length, part)) in sequences.iter().enumerate() {
            assert!(
                ragged.lengths.last().is_none_or(|&before| before >= length),
                "the longest sequence comes first"
            );
            ragged.lengths.push(length);
            ragged.starts.push(ragged.total);
            if ragged.parts.len() <= part {
                ragged.parts.resize_with(part + 1, Vec::new);
            }
            ragged.parts[part].push(sequence);
            ragged.total += length;
        }
        ragged
    }

    /// The sequences of each part, in the order in which sums are made.
    pub fn parts(&self) -> &[Vec<usize>] {
        &self.parts
    }

    /// Rows of the given steps of some sequences, sequence by sequence, in a buffer with `pad` more rows ahead of each sequence.
    pub fn rows_of(
        &self,
        sequences: &[usize],
        steps: Range<usize>,
        pad: usize,
        rows: &mut Vec<usize>,
    ) {
        rows.clear();
        for &sequence in sequences {
            let first = self.starts[sequence] + (sequence + 1) * pad;
            let end = steps.end.min(self.lengths[sequence]);
            rows.extend((steps.start..end).map(|step| first + step));
        }
    }

    /// Number of sequences.
    pub fn sequences(&self) -> usize {
        self.lengths.len()
    }

    /// Steps of all sequences: rows of a buffer.
    pub fn total(&self) -> usize {
        self.total
    }

    /// Steps of the longest sequence.
    pub fn longest(&self) -> usize {
        self.lengths.first().copied().unwrap_or(0)
    }

    /// Rows of a sequence.
    pub fn rows(&self, sequence: usize) -> Range<usize> {
        self.starts[sequence]..self.starts[sequence] + self.lengths[sequence]
    }

    /// Rows of a sequence in a buffer that has `pad` more rows ahead of each sequence, without those.
    pub fn padded_rows(&self, sequence: usize, pad: usize) -> Range<usize> {
        let shift = (sequence + 1) * pad;
        self.starts[sequence] + shift..self.starts[sequence] + self.lengths[sequence] + shift
    }

    /// Number of sequences that have a step `t`, given a number `limit` that is not smaller.
    pub fn active(&self, t: usize, limit: usize) -> usize {
        let mut count = limit.min(self.lengths.len());
        while count > 0 && self.lengths[count - 1] <= t {
            count -= 1;
        }
        count
    }

    /// Row of step `t` of each of the first `count` sequences, in a buffer with `pad` more rows ahead of each sequence.
    pub fn index(&self, t: usize, count: usize, pad: usize, index: &mut Vec<usize>) {
        index.clear();
        index.extend(
            self.starts[..count].iter().enumerate().map(|(i, start)| start + (i + 1) * pad + t),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_lie_one_after_the_other() {
        let ragged = Ragged::new(&[(4, 1), (2, 0), (0, 1)]);
        assert_eq!((ragged.sequences(), ragged.total(), ragged.longest()), (3, 6, 4));
        assert_eq!((ragged.rows(0), ragged.rows(1), ragged.rows(2)), (0..4, 4..6, 6..6));
        assert_eq!((0..5).map(|t| ragged.active(t, 3)).collect::<Vec<_>>(), [2, 2, 1, 1, 0]);
        let mut index = Vec::new();
        ragged.index(1, 2, 10, &mut index);
        assert_eq!(index, [11, 25]);
        assert_eq!(ragged.padded_rows(1, 10), 24..26);
        assert_eq!(ragged.parts(), [vec![1], vec![0, 2]]);
        ragged.rows_of(&[0, 1, 2], 1..3, 0, &mut index);
        assert_eq!(index, [1, 2, 5]);
        ragged.rows_of(&[1, 0], 1..4, 10, &mut index);
        assert_eq!(index, [25, 11, 12, 13]);
    }
}
