//! The exponential functions on 4,096 numbers in the first-level cache.
//!
//! `cargo bench -p nn --bench activation`. An item is a number.

use divan::Bencher;
use divan::counter::ItemsCount;
use nn::ops::activation::{exp_in_place, sigmoid_in_place, tanh_in_place};
use nn::simd::{Level, limit};

const LEVELS: [Level; 3] = [Level::Avx512, Level::Avx2, Level::Baseline];

fn main() {
    divan::main();
}

fn run(bencher: Bencher, most: Level, function: fn(&mut [f32])) {
    limit(most);
    let from: Vec<f32> = (0..4096).map(|i| i as f32 * 0.001 - 2.0).collect();
    let mut values = from.clone();
    bencher.counter(ItemsCount::new(from.len())).bench_local(|| {
        values.copy_from_slice(&from);
        function(&mut values);
    });
    limit(Level::Avx512);
}

#[divan::bench(args = LEVELS)]
fn exp(bencher: Bencher, most: Level) {
    run(bencher, most, exp_in_place);
}

#[divan::bench(args = LEVELS)]
fn tanh(bencher: Bencher, most: Level) {
    run(bencher, most, tanh_in_place);
}

#[divan::bench(args = LEVELS)]
fn sigmoid(bencher: Bencher, most: Level) {
    run(bencher, most, sigmoid_in_place);
}
