//! Vectors of x86-64: two registers of AVX2, one of AVX-512.
//!
//! SAFETY of every block below: an intrinsic needs a processor that has its instruction, and nothing else, but for those
//! that read or write memory through a pointer, which comes from an array of exactly the size that is accessed. The two types are
//! named by `dispatched!` alone, in the version of a kernel that runs when the processor was found to have their instructions.

use std::arch::x86_64::*;
use std::ops::{Add, Div, Mul, Sub};

use super::ROUND;
use super::lanes::{LANES, Lanes};

/// Sixteen lanes in one register of AVX-512.
#[derive(Debug, Clone, Copy)]
#[repr(transparent)]
pub(crate) struct Avx512(__m512);

impl Lanes for Avx512 {
    const WIDE: bool = true;

    #[inline(always)]
    fn splat(x: f32) -> Self {
        // SAFETY: see the module.
        Self(unsafe { _mm512_set1_ps(x) })
    }

    #[inline(always)]
    fn from_array(lanes: &[f32; LANES]) -> Self {
        // SAFETY: see the module; the array holds the 64 bytes that are read.
        Self(unsafe { _mm512_loadu_ps(lanes.as_ptr()) })
    }

    #[inline(always)]
    fn to_array(self) -> [f32; LANES] {
        let mut lanes = [0.0; LANES];
        // SAFETY: see the module; the array holds the 64 bytes that are written.
        unsafe { _mm512_storeu_ps(lanes.as_mut_ptr(), self.0) };
        lanes
    }

    #[inline(always)]
    fn mul_add(self, factor: Self, term: Self) -> Self {
        // SAFETY: see the module.
        Self(unsafe { _mm512_fmadd_ps(self.0, factor.0, term.0) })
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        // SAFETY: see the module. The instruction returns its second operand if either is NaN.
        Self(unsafe { _mm512_min_ps(other.0, self.0) })
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        // SAFETY: see the module. The instruction returns its second operand if either is NaN.
        Self(unsafe { _mm512_max_ps(other.0, self.0) })
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        // SAFETY: see the module.
        Self(unsafe { _mm512_sqrt_ps(self.0) })
    }

    #[inline(always)]
    fn powers_of_two(self) -> (Self, Self) {
        // SAFETY: see the module.
        unsafe {
            let n = _mm512_sub_epi32(
                _mm512_castps_si512(self.0),
                _mm512_set1_epi32(ROUND.to_bits() as i32),
            );
            let half = _mm512_srai_epi32::<1>(n);
            let bias = _mm512_set1_epi32(127);
            let low = _mm512_slli_epi32::<23>(_mm512_add_epi32(half, bias));
            let high = _mm512_slli_epi32::<23>(_mm512_add_epi32(_mm512_sub_epi32(n, half), bias));
            (Self(_mm512_castsi512_ps(low)), Self(_mm512_castsi512_ps(high)))
        }
    }

    #[inline(always)]
    fn sum(self) -> f32 {
        // SAFETY: see the module.
        unsafe { sum8(self.halves()) }
    }

    #[inline(always)]
    fn sums([a, b, c, d]: [Self; 4]) -> [f32; 4] {
        // SAFETY: see the module.
        unsafe { sums8([a.halves(), b.halves(), c.halves(), d.halves()]) }
    }

    #[inline(always)]
    fn from_mask(bytes: &[u8; LANES]) -> Self {
        // SAFETY: see the module; the array holds the 16 bytes that are read.
        unsafe {
            let bytes = _mm512_cvtepu8_epi32(_mm_loadu_si128(bytes.as_ptr().cast()));
            Self(_mm512_maskz_mov_ps(_mm512_test_epi32_mask(bytes, bytes), _mm512_set1_ps(1.0)))
        }
    }
}

impl Avx512 {
    /// The sums of lane i and lane i + 8.
    #[inline(always)]
    fn halves(self) -> __m256 {
        // SAFETY: see the module.
        unsafe {
            _mm256_add_ps(_mm512_castps512_ps256(self.0), _mm512_extractf32x8_ps::<1>(self.0))
        }
    }
}

/// Sixteen lanes in two registers of AVX2.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Avx2(__m256, __m256);

impl Lanes for Avx2 {
    const WIDE: bool = false;

    #[inline(always)]
    fn splat(x: f32) -> Self {
        // SAFETY: see the module.
        let x = unsafe { _mm256_set1_ps(x) };
        Self(x, x)
    }

    #[inline(always)]
    fn from_array(lanes: &[f32; LANES]) -> Self {
        let (low, high) = lanes.split_at(LANES / 2);
        // SAFETY: see the module; each half holds the 32 bytes that are read.
        unsafe { Self(_mm256_loadu_ps(low.as_ptr()), _mm256_loadu_ps(high.as_ptr())) }
    }

    #[inline(always)]
    fn to_array(self) -> [f32; LANES] {
        let mut lanes = [0.0; LANES];
        let (low, high) = lanes.split_at_mut(LANES / 2);
        // SAFETY: see the module; each half holds the 32 bytes that are written.
        unsafe {
            _mm256_storeu_ps(low.as_mut_ptr(), self.0);
            _mm256_storeu_ps(high.as_mut_ptr(), self.1);
        }
        lanes
    }

    #[inline(always)]
    fn mul_add(self, factor: Self, term: Self) -> Self {
        // SAFETY: see the module.
        unsafe {
            Self(
                _mm256_fmadd_ps(self.0, factor.0, term.0),
                _mm256_fmadd_ps(self.1, factor.1, term.1),
            )
        }
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        // SAFETY: see the module. The instruction returns its second operand if either is NaN.
        unsafe { Self(_mm256_min_ps(other.0, self.0), _mm256_min_ps(other.1, self.1)) }
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        // SAFETY: see the module. The instruction returns its second operand if either is NaN.
        unsafe { Self(_mm256_max_ps(other.0, self.0), _mm256_max_ps(other.1, self.1)) }
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        // SAFETY: see the module.
        unsafe { Self(_mm256_sqrt_ps(self.0), _mm256_sqrt_ps(self.1)) }
    }

    #[inline(always)]
    fn powers_of_two(self) -> (Self, Self) {
        // SAFETY: see the module.
        let (first, second) = unsafe { (powers8(self.0), powers8(self.1)) };
        (Self(first.0, second.0), Self(first.1, second.1))
    }

    #[inline(always)]
    fn sum(self) -> f32 {
        // SAFETY: see the module.
        unsafe { sum8(_mm256_add_ps(self.0, self.1)) }
    }

    #[inline(always)]
    fn sums([a, b, c, d]: [Self; 4]) -> [f32; 4] {
        // SAFETY: see the module.
        unsafe {
            sums8([
                _mm256_add_ps(a.0, a.1),
                _mm256_add_ps(b.0, b.1),
                _mm256_add_ps(c.0, c.1),
                _mm256_add_ps(d.0, d.1),
            ])
        }
    }

    #[inline(always)]
    fn from_mask(bytes: &[u8; LANES]) -> Self {
        // SAFETY: see the module; the array holds the 16 bytes that are read.
        unsafe {
            let bytes = _mm_loadu_si128(bytes.as_ptr().cast());
            Self(ones8(bytes), ones8(_mm_unpackhi_epi64(bytes, bytes)))
        }
    }
}

/// [`Lanes::powers_of_two`] for eight lanes. (Not a closure: that would not be compiled for AVX2.)
///
/// # Safety
/// The processor has AVX2.
#[inline(always)]
unsafe fn powers8(x: __m256) -> (__m256, __m256) {
    // SAFETY: the caller's promise.
    unsafe {
        let n = _mm256_sub_epi32(_mm256_castps_si256(x), _mm256_set1_epi32(ROUND.to_bits() as i32));
        let half = _mm256_srai_epi32::<1>(n);
        let bias = _mm256_set1_epi32(127);
        let low = _mm256_slli_epi32::<23>(_mm256_add_epi32(half, bias));
        let high = _mm256_slli_epi32::<23>(_mm256_add_epi32(_mm256_sub_epi32(n, half), bias));
        (_mm256_castsi256_ps(low), _mm256_castsi256_ps(high))
    }
}

/// 1 for each of the first eight bytes that is not 0.
///
/// # Safety
/// The processor has AVX2.
#[inline(always)]
unsafe fn ones8(bytes: __m128i) -> __m256 {
    // SAFETY: the caller's promise.
    unsafe {
        let kept = _mm256_cmpgt_epi32(_mm256_cvtepu8_epi32(bytes), _mm256_setzero_si256());
        _mm256_and_ps(_mm256_castsi256_ps(kept), _mm256_set1_ps(1.0))
    }
}

/// Lane i with i + 4, then + 2, + 1.
///
/// # Safety
/// The processor has AVX.
#[inline(always)]
unsafe fn sum8(x: __m256) -> f32 {
    // SAFETY: the caller's promise.
    unsafe {
        let x = quarters(x);
        let x = _mm_add_ps(x, _mm_movehl_ps(x, x));
        _mm_cvtss_f32(_mm_add_ss(x, _mm_shuffle_ps::<1>(x, x)))
    }
}

/// [`sum8`] of four vectors, in the same order of additions.
///
/// # Safety
/// The processor has AVX.
#[inline(always)]
unsafe fn sums8([a, b, c, d]: [__m256; 4]) -> [f32; 4] {
    // SAFETY: the caller's promise; the array holds the 16 bytes that are written.
    unsafe {
        let (a, b, c, d) = (quarters(a), quarters(b), quarters(c), quarters(d));
        let ab = _mm_add_ps(_mm_movelh_ps(a, b), _mm_movehl_ps(b, a));
        let cd = _mm_add_ps(_mm_movelh_ps(c, d), _mm_movehl_ps(d, c));
        let (even, odd) =
            (_mm_shuffle_ps::<0b10_00_10_00>(ab, cd), _mm_shuffle_ps::<0b11_01_11_01>(ab, cd));
        let mut sums = [0.0; 4];
        _mm_storeu_ps(sums.as_mut_ptr(), _mm_add_ps(even, odd));
        sums
    }
}

/// The sums of lane i and lane i + 4.
///
/// # Safety
/// The processor has AVX.
#[inline(always)]
unsafe fn quarters(x: __m256) -> __m128 {
    // SAFETY: the caller's promise.
    unsafe { _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps::<1>(x)) }
}

macro_rules! operator {
    ($trait:ident, $method:ident, $wide:ident, $narrow:ident) => {
        impl $trait for Avx512 {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                // SAFETY: see the module.
                Self(unsafe { $wide(self.0, other.0) })
            }
        }
        impl $trait for Avx2 {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                // SAFETY: see the module.
                unsafe { Self($narrow(self.0, other.0), $narrow(self.1, other.1)) }
            }
        }
    };
}
operator!(Add, add, _mm512_add_ps, _mm256_add_ps);
operator!(Sub, sub, _mm512_sub_ps, _mm256_sub_ps);
operator!(Mul, mul, _mm512_mul_ps, _mm256_mul_ps);
operator!(Div, div, _mm512_div_ps, _mm256_div_ps);
