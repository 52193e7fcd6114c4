//! The gates of an LSTM, forward and backward, for sixteen sequences.
//!
//! `cargo bench -p nn --bench lstm`. An item is a unit of one sequence.

use divan::Bencher;
use divan::counter::ItemsCount;
use nn::buffer::Buffer;
use nn::layers::lstm::{backward, forward};
use nn::rng::Rng;

const ROWS: usize = 16;
const UNITS: [usize; 2] = [64, 128];

fn main() {
    divan::main();
}

fn numbers(count: usize) -> Buffer {
    let mut rng = Rng::new(1);
    let mut buffer = Buffer::zeros(count);
    buffer.fill_with(|| 2.0 * rng.uniform_f64() as f32 - 1.0);
    buffer
}

#[divan::bench(args = UNITS)]
fn forward_step(bencher: Bencher, units: usize) {
    let (z, mut gates) = (numbers(ROWS * 4 * units), Buffer::zeros(ROWS * 4 * units));
    let mut states = numbers(2 * ROWS * 2 * units);
    let (current, previous): (Vec<_>, Vec<_>) = (0..ROWS).map(|row| (row, row + ROWS)).unzip();
    bencher.counter(ItemsCount::new(ROWS * units)).bench_local(|| {
        gates.copy_from_slice(&z);
        forward(units, &current, Some(&previous), &mut gates, &mut states, 2 * units);
    });
}

#[divan::bench(args = UNITS)]
fn backward_step(bencher: Bencher, units: usize) {
    let (activated, mut gates) = (numbers(ROWS * 4 * units), Buffer::zeros(ROWS * 4 * units));
    let states = numbers(2 * ROWS * 2 * units);
    let (from, mut carry) = (numbers(ROWS * 2 * units), numbers(ROWS * 2 * units));
    let (current, previous): (Vec<_>, Vec<_>) = (0..ROWS).map(|row| (row, row + ROWS)).unzip();
    bencher.counter(ItemsCount::new(ROWS * units)).bench_local(|| {
        gates.copy_from_slice(&activated);
        carry.copy_from_slice(&from);
        backward(
            units,
            &current,
            Some(&previous),
            &mut gates,
            &states,
            None,
            &mut carry,
            2 * units,
        );
    });
}
