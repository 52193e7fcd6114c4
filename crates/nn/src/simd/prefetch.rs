//! Fetching ahead of use.

use super::LANES;

/// Asks for the cache lines of `count` numbers from `numbers[at]` on, which will soon be needed. A place beyond the end asks for nothing.
///
/// The processor sees by itself where a loop over contiguous memory goes. Not so in a loop over time: each sequence has its place in
/// memory, and the next step of each is a row further.
#[inline(always)]
pub(crate) fn prefetch(numbers: &[f32], at: usize, count: usize) {
    #[cfg(target_arch = "x86_64")]
    for line in (at..(at + count).min(numbers.len())).step_by(LANES) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: SSE is part of every x86-64, and the address lies in the slice.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(numbers.as_ptr().add(line).cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (numbers, at, count, LANES);
}
