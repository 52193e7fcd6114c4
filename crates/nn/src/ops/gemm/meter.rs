//! How long the dense products take where they are used, for benchmarks.
//!
//! While nobody measures, a product costs one look at a flag more.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

static ON: AtomicBool = AtomicBool::new(false);
static NANOSECONDS: AtomicU64 = AtomicU64::new(0);
static OPERATIONS: AtomicU64 = AtomicU64::new(0);

/// What all threads of the process did in dense products.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Metered {
    /// Seconds, summed over the threads.
    pub seconds: f64,
    /// Multiplications and additions.
    pub operations: f64,
}

/// Does `work` and tells what was done in dense products meanwhile, on any thread: one measurement at a time.
pub fn metered<T>(work: impl FnOnce() -> T) -> (T, Metered) {
    NANOSECONDS.store(0, Ordering::Relaxed);
    OPERATIONS.store(0, Ordering::Relaxed);
    ON.store(true, Ordering::Relaxed);
    let result = work();
    ON.store(false, Ordering::Relaxed);
    let seconds = NANOSECONDS.load(Ordering::Relaxed) as f64 * 1e-9;
    (result, Metered { seconds, operations: OPERATIONS.load(Ordering::Relaxed) as f64 })
}

/// Does a product of `rows x depth x columns`, with an eye on the clock if somebody measures.
#[inline]
pub(super) fn product(rows: usize, depth: usize, columns: usize, work: impl FnOnce()) {
    if !ON.load(Ordering::Relaxed) {
        return work();
    }
    let start = Instant::now();
    work();
    NANOSECONDS.fetch_add(start.elapsed().as_nanos() as u64, Ordering::Relaxed);
    OPERATIONS.fetch_add(2 * (rows * depth * columns) as u64, Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use super::super::{Columns, Init, Layout, Packed, add_outer, metered, product};

    #[test]
    fn products_are_counted_while_somebody_measures() {
        let (a, w) = (vec![1.0; 8 * 5], Packed::new(&[1.0; 5 * 20], 5, 20));
        let mut c = vec![0.0; 8 * 20];
        let (_, found) = metered(|| {
            product(8, &a, Layout::dense(5), &w, &mut c, Layout::dense(20), Init::Zero);
            add_outer(8, Columns::dense(&a, 5), Columns::dense(&c, 20), &mut [0.0; 100]);
        });
        // Other tests multiply at the same time.
        assert!(found.operations >= 3200.0 && found.seconds > 0.0);
    }
}
