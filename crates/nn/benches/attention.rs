//! A step of attention over the last 40 outputs, forward and backward, for sixteen sequences.
//!
//! `cargo bench -p nn --bench attention`. An item is a term of a score: one unit of one output that is looked at.

use divan::Bencher;
use divan::counter::ItemsCount;
use nn::buffer::Buffer;
use nn::layers::attention::{
    Gradients, View, Window, backward, exponentials, forward, weights_stride,
};
use nn::rng::Rng;

const ROWS: usize = 16;
const LENGTH: usize = 40;
/// Steps between two sequences in memory, as in training.
const APART: usize = 309;
const UNITS: [usize; 3] = [64, 128, 512];

fn main() {
    divan::main();
}

/// A step in the middle of sixteen sequences.
struct Step {
    rows: Vec<usize>,
    windows: Vec<Window>,
    keys: Buffer,
    history: Buffer,
    vector: Buffer,
    query: Buffer,
    weights: Buffer,
    states: Buffer,
}

impl Step {
    fn new(units: usize) -> Self {
        let mut rng = Rng::new(1);
        let mut numbers = |count: usize| {
            let mut buffer = Buffer::zeros(count);
            buffer.fill_with(|| rng.uniform_f64() as f32 - 0.5);
            buffer
        };
        let rows = (0..ROWS).collect();
        let windows = (0..ROWS).map(|row| [row * APART + 99..row * APART + 99 + LENGTH, 0..0]);
        let mut keys = numbers(ROWS * APART * units);
        let mut query = numbers(ROWS * units);
        exponentials(&mut keys, &(0..ROWS * APART).collect::<Vec<_>>(), units);
        exponentials(&mut query, &(0..ROWS).collect::<Vec<_>>(), units);
        Self {
            rows,
            windows: windows.collect(),
            keys,
            history: numbers(ROWS * APART * units),
            vector: numbers(units),
            query,
            weights: Buffer::zeros(ROWS * weights_stride(LENGTH)),
            states: numbers(ROWS * 3 * units),
        }
    }

    fn view(&self) -> View<'_> {
        View {
            rows: &self.rows,
            windows: &self.windows,
            keys: &self.keys,
            history: &self.history,
            vector: &self.vector,
        }
    }
}

fn terms(units: usize) -> ItemsCount {
    ItemsCount::new(ROWS * LENGTH * units)
}

#[divan::bench(args = UNITS)]
fn forward_step(bencher: Bencher, units: usize) {
    let step = Step::new(units);
    let (mut weights, mut states) = (step.weights.clone(), step.states.clone());
    bencher
        .counter(terms(units))
        .bench_local(|| forward(step.view(), &step.query, &mut weights, &mut states, 3 * units));
}

#[divan::bench(args = UNITS)]
fn backward_step(bencher: Bencher, units: usize) {
    let mut step = Step::new(units);
    let (mut weights, mut states) = (step.weights.clone(), step.states.clone());
    forward(step.view(), &step.query, &mut weights, &mut states, 3 * units);
    step.weights = weights;
    let (mut keys, mut history) = (step.keys.clone(), step.history.clone());
    let mut vectors = Buffer::zeros(ROWS * units);
    let mut query = step.query.clone();
    bencher.counter(terms(units)).bench_local(|| {
        query.copy_from_slice(&step.query);
        let gradients = Gradients { keys: &mut keys, history: &mut history, vectors: &mut vectors };
        backward(step.view(), &mut query, &step.weights, &step.states, 3 * units, gradients);
    });
}
