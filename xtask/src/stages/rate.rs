//! How fast the machine multiplies and adds: what the products of an update are compared to.

use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use nn::ops::peak::multiply_adds;

/// Tries; the best counts.
const TRIES: usize = 200;
/// Rounds of a try: a few milliseconds, so that some tries are not disturbed.
const ROUNDS: usize = 1_000_000;

/// The best GFLOP/s of fused multiply-adds on the registers of so many threads at once.
pub(super) fn best(threads: usize) -> f64 {
    (0..TRIES).map(|_| once(threads)).fold(0.0, f64::max)
}

/// Begins on all threads together; the slowest ends it.
fn once(threads: usize) -> f64 {
    let ready = Barrier::new(threads);
    let work = || {
        ready.wait();
        let start = Instant::now();
        let (sum, operations) = multiply_adds(ROUNDS);
        std::hint::black_box(sum);
        (start.elapsed().as_secs_f64(), operations)
    };
    let done: Vec<(f64, usize)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).collect()
    });
    let seconds = done.iter().map(|(seconds, _)| *seconds).fold(0.0, f64::max);
    let operations: usize = done.iter().map(|(_, operations)| operations).sum();
    operations as f64 / seconds / 1e9
}
