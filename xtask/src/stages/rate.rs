//! How fast the machine multiplies: what the rate of an update is compared to.

use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use nn::ops::gemm::{Init, Layout, Packed, product};

/// Rows, summed index, columns: shapes of the network that stay in the cache.
const SHAPES: [(usize, usize, usize); 3] = [(16, 128, 128), (16, 256, 128), (16, 256, 512)];
/// Tries of each shape; the best counts.
const TRIES: usize = 100;
/// Operations of a try on one thread: a few milliseconds, so that some tries are not disturbed.
const FLOPS: f64 = 5e8;

/// The best GFLOP/s of Cantus's matrix product on so many threads at once.
pub(super) fn best(threads: usize) -> f64 {
    let all = SHAPES.iter().flat_map(|&shape| (0..TRIES).map(move |_| shape));
    all.map(|shape| once(shape, threads)).fold(0.0, f64::max)
}

/// Begins on all threads together; the slowest ends it.
fn once(shape: (usize, usize, usize), threads: usize) -> f64 {
    let ready = Barrier::new(threads);
    let seconds = thread::scope(|scope| {
        let workers: Vec<_> =
            (0..threads).map(|_| scope.spawn(|| multiply(shape, &ready))).collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).fold(0.0, f64::max)
    });
    FLOPS * threads as f64 / seconds / 1e9
}

fn multiply((m, k, n): (usize, usize, usize), ready: &Barrier) -> f64 {
    let numbers = |count: usize| (0..count).map(|i| (i % 7) as f32 * 0.1).collect::<Vec<f32>>();
    let (a, w) = (numbers(m * k), Packed::new(&numbers(k * n), k, n));
    let mut c = vec![0.0; m * n];
    let repeats = FLOPS / (2 * m * k * n) as f64;
    ready.wait();
    let start = Instant::now();
    for _ in 0..repeats as usize {
        product(m, &a, Layout::dense(k), &w, &mut c, Layout::dense(n), Init::Zero);
    }
    start.elapsed().as_secs_f64() * repeats / repeats.floor()
}
