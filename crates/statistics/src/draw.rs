//! Random integers that are a function of a seed and a stream.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// A stream of random numbers. Streams of one seed are independent of each other.
pub(crate) struct Draw(ChaCha8Rng);

/// What numbers are drawn for: the first half of the key of a stream.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    Permutation = 1,
    Bootstrap = 2,
}

impl Draw {
    pub(crate) fn new(seed: u64, purpose: Purpose, stream: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8] = purpose as u8;
        let mut rng = ChaCha8Rng::from_seed(key);
        rng.set_stream(stream);
        Self(rng)
    }

    /// Uniform below `bound`, which is not 0, without bias (Lemire, "Fast random integer generation in an interval", 2019).
    pub(crate) fn below(&mut self, bound: u32) -> usize {
        let threshold = bound.wrapping_neg() % bound;
        loop {
            let product = u64::from(self.0.next_u32()) * u64::from(bound);
            if product as u32 >= threshold {
                return (product >> 32) as usize;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_integer_is_as_likely() {
        let mut draw = Draw::new(7, Purpose::Permutation, 0);
        let mut counts = [0_i32; 6];
        for _ in 0..60_000 {
            counts[draw.below(6)] += 1;
        }
        // Five standard deviations of a binomial around 10,000.
        assert!(counts.iter().all(|count| (count - 10_000).abs() < 457), "{counts:?}");
    }

    #[test]
    fn streams_and_purposes_differ() {
        let first = |purpose, stream| Draw::new(7, purpose, stream).below(u32::MAX);
        let all = [
            first(Purpose::Permutation, 0),
            first(Purpose::Permutation, 1),
            first(Purpose::Bootstrap, 0),
        ];
        assert!(all[0] != all[1] && all[0] != all[2] && all[1] != all[2]);
        assert_eq!(first(Purpose::Bootstrap, 0), all[2]);
    }
}
