//! Sixteen lanes of `f32`, and kernels that are compiled once per instruction set.
//!
//! A kernel is written once, in vectors of sixteen lanes with fused multiply-adds, and `dispatched!` compiles it for AVX-512, for AVX2
//! with FMA and for the target's baseline. All versions do the same operations in the same order, so they give the
//! same bits; only their speed differs.

mod lanes;
mod level;
mod loops;
mod prefetch;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86;

pub(crate) use lanes::{LANES, Lanes, Portable};
#[cfg(test)]
pub(crate) use level::at_each_level;
pub(crate) use level::dispatched;
pub use level::{Level, level, limit, supported};
pub(crate) use loops::{add_scaled, for_lanes, unrolled};
pub(crate) use prefetch::prefetch;

/// 1.5 * 2^23: adding and subtracting it rounds to a whole number, ties to even, and the sum's low bits hold that number.
pub(crate) const ROUND: f32 = 12_582_912.0;
