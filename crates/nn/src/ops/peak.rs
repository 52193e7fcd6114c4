//! The most that the processor's registers can do: what the kernels are measured against.

use crate::simd::{LANES, dispatched, unrolled};

/// Independent sums: enough to hide the latency of a multiply-add (4 cycles) at two vectors a cycle, or four half ones.
const SUMS: usize = 8;

/// Does `rounds` rounds of fused multiply-adds on registers alone. Returns a number that depends on all of them, and how many
/// multiplications and additions they were.
pub fn multiply_adds(rounds: usize) -> (f32, usize) {
    let sum = run(rounds, std::hint::black_box(0.999), std::hint::black_box(0.001));
    (sum, 2 * rounds * 2 * SUMS * LANES)
}

dispatched! {
    fn run(rounds: usize, factor: f32, term: f32) -> f32 {
        let (factor, term) = (V::splat(factor), V::splat(term));
        let (mut first, mut second) = ([term; SUMS], [factor; SUMS]);
        for _ in 0..rounds {
            unrolled!(8, |i| first[i] = first[i].mul_add(factor, term));
            unrolled!(8, |i| second[i] = second[i].mul_add(factor, term));
        }
        let mut sum = V::zero();
        unrolled!(8, |i| sum = sum + first[i] + second[i]);
        sum.sum()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn sums_approach_their_limit() {
        // x -> 0.999 x + 0.001 goes to 1.
        let (sum, operations) = super::multiply_adds(20_000);
        assert!((sum - 256.0).abs() < 0.1 && operations == 20_000 * 512);
    }
}
