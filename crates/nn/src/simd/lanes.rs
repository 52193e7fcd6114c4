//! The vector type of all kernels: sixteen `f32`.
//!
//! Each operation is exactly rounded (IEEE 754) or moves bits, so the lanes hold the same numbers whatever type computes them.

use std::ops::{Add, Div, Mul, Sub};

/// Numbers in a vector.
pub(crate) const LANES: usize = 16;

/// Sixteen `f32` that are computed with together.
///
/// The types of [`x86`](super::x86) use instructions that not every processor has. They are named nowhere but in
/// [`dispatched!`](super::level), which picks the type after it has asked the processor.
pub(crate) trait Lanes:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self>
{
    /// Whether there are 32 registers of sixteen lanes (else about 16 of eight).
    const WIDE: bool;

    /// All lanes `x`.
    fn splat(x: f32) -> Self;

    /// These lanes.
    fn from_array(lanes: &[f32; LANES]) -> Self;

    /// The lanes.
    fn to_array(self) -> [f32; LANES];

    /// `self * factor + term`, rounded once.
    fn mul_add(self, factor: Self, term: Self) -> Self;

    /// The smaller of two lanes; `self` if either is NaN.
    fn min(self, other: Self) -> Self;

    /// The larger of two lanes; `self` if either is NaN.
    fn max(self, other: Self) -> Self;

    /// Square roots.
    fn sqrt(self) -> Self;

    /// For lanes `n + 1.5 * 2^23` with a whole number n: `2^floor(n/2)` and `2^ceil(n/2)`, each a normal number for |n| < 252.
    fn powers_of_two(self) -> (Self, Self);

    /// Sum of the lanes as a balanced tree: lane i with i + 8, then + 4, + 2, + 1.
    fn sum(self) -> f32;

    /// [`Self::sum`] of four vectors.
    fn sums(vectors: [Self; 4]) -> [f32; 4];

    /// 1 for each byte that is not 0, else 0.
    fn from_mask(bytes: &[u8; LANES]) -> Self;

    /// All lanes zero.
    #[inline(always)]
    fn zero() -> Self {
        Self::splat(0.0)
    }

    /// The first sixteen numbers of `from`.
    #[inline(always)]
    fn load(from: &[f32]) -> Self {
        Self::from_array(from.first_chunk().expect("a whole vector"))
    }

    /// The first `count <= 16` numbers of `from`, then zeros.
    #[inline(always)]
    fn load_first(from: &[f32], count: usize) -> Self {
        if count == LANES {
            return Self::load(from);
        }
        let mut lanes = [0.0; LANES];
        lanes[..count].copy_from_slice(&from[..count]);
        Self::from_array(&lanes)
    }

    /// Writes all lanes to the first sixteen places of `to`.
    #[inline(always)]
    fn store(self, to: &mut [f32]) {
        *to.first_chunk_mut().expect("a whole vector") = self.to_array();
    }

    /// Writes the first `count <= 16` lanes.
    #[inline(always)]
    fn store_first(self, to: &mut [f32], count: usize) {
        if count == LANES {
            return self.store(to);
        }
        let lanes = self.to_array();
        to[..count].copy_from_slice(&lanes[..count]);
    }
}

/// What every processor can do: an array and loops over it. On aarch64 the compiler makes four NEON registers of it.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Portable([f32; LANES]);

impl Portable {
    #[inline(always)]
    fn zip(self, other: Self, op: impl Fn(f32, f32) -> f32) -> Self {
        Self(std::array::from_fn(|i| op(self.0[i], other.0[i])))
    }
}

impl Lanes for Portable {
    const WIDE: bool = false;

    #[inline(always)]
    fn splat(x: f32) -> Self {
        Self([x; LANES])
    }

    #[inline(always)]
    fn from_array(lanes: &[f32; LANES]) -> Self {
        Self(*lanes)
    }

    #[inline(always)]
    fn to_array(self) -> [f32; LANES] {
        self.0
    }

    #[inline(always)]
    fn mul_add(self, factor: Self, term: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i].mul_add(factor.0[i], term.0[i])))
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        self.zip(other, |a, b| if b < a { b } else { a })
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        self.zip(other, |a, b| if b > a { b } else { a })
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        Self(self.0.map(f32::sqrt))
    }

    #[inline(always)]
    fn powers_of_two(self) -> (Self, Self) {
        // The low bits of the sum hold n. The exponent of an f32 is biased by 127 and begins at bit 23.
        let power = |n: i32| f32::from_bits((n.wrapping_add(127) << 23) as u32);
        let n = self.0.map(|x| (x.to_bits() as i32).wrapping_sub(super::ROUND.to_bits() as i32));
        (Self(n.map(|n| power(n >> 1))), Self(n.map(|n| power(n.wrapping_sub(n >> 1)))))
    }

    #[inline(always)]
    fn sum(self) -> f32 {
        let a = self.0;
        let b: [f32; 8] = std::array::from_fn(|i| a[i] + a[i + 8]);
        let c: [f32; 4] = std::array::from_fn(|i| b[i] + b[i + 4]);
        (c[0] + c[2]) + (c[1] + c[3])
    }

    #[inline(always)]
    fn sums(vectors: [Self; 4]) -> [f32; 4] {
        vectors.map(Self::sum)
    }

    #[inline(always)]
    fn from_mask(bytes: &[u8; LANES]) -> Self {
        Self(bytes.map(|byte| f32::from(u8::from(byte != 0))))
    }
}

macro_rules! operator {
    ($trait:ident, $method:ident, $symbol:tt) => {
        impl $trait for Portable {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                self.zip(other, |a, b| a $symbol b)
            }
        }
    };
}
operator!(Add, add, +);
operator!(Sub, sub, -);
operator!(Mul, mul, *);
operator!(Div, div, /);
