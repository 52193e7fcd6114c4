//! One training update of the networks that `docs/performance.md` speaks of, on one thread and on two.
//!
//! `cargo bench -p model --bench update [-- CASE]`. Sequences are as long as in a real dataset, 111 to 511 steps with a mean near 269. An item
//! is a multiplication or addition of the products that cannot be avoided (forward once, backward twice), so that "Gitem/s" are
//! GFLOP/s; `cargo bench -p nn --bench gemm -- peak` says how many the processor can do.

use divan::Bencher;
use divan::counter::ItemsCount;
use model::network::{Attention, AttentionAround, Dropout, Example, Network, NetworkConfig};
use nn::optim::{AdamOptions, Clip};
use nn::rng::Rng;

fn main() {
    divan::main();
}

/// A network, a batch, and how it is trained.
struct Case {
    config: NetworkConfig,
    examples: Vec<Example>,
    /// Numbers of a step's input that are not zero.
    filled: usize,
    keep_prob: f32,
}

impl Case {
    fn new(attn_length: usize, units: usize, batch: usize) -> Self {
        // Attention sees 22 of the 74 numbers of its encoding filled, a plain network one of 38.
        let (input_size, filled) = if attn_length > 0 { (74, 22) } else { (38, 1) };
        let config = NetworkConfig {
            input_size,
            num_classes: 38,
            layer_sizes: vec![units; 2],
            attention: (attn_length > 0)
                .then_some(Attention { length: attn_length, around: AttentionAround::FirstLayer }),
            residual_connections: false,
        };
        let mut rng = Rng::new(1);
        let lengths: Vec<usize> = (0..batch)
            .map(|_| if rng.below(5) == 0 { 511 } else { 111 + rng.below(196) as usize })
            .collect();
        Self { examples: examples(&lengths, input_size, filled), config, filled, keep_prob: 0.5 }
    }

    /// Attention over forty outputs around two layers, as in Magenta's networks of 2016.
    fn stack(units: usize, batch: usize) -> Self {
        let mut case = Self::new(40, units, batch);
        case.config.attention = Some(Attention { length: 40, around: AttentionAround::Stack });
        case
    }

    /// What other frameworks were measured with: two layers of 128, 128 sequences of 128 steps, 74 inputs, no dropout.
    fn lstm() -> Self {
        let mut case = Self::new(0, 128, 128);
        case.config.input_size = 74;
        case.examples = examples(&[128; 128], 74, 1);
        case.keep_prob = 1.0;
        case
    }

    /// Multiplications and additions of the products of an update: what is zero in the inputs is not counted, nor the gradient of
    /// the inputs.
    fn operations(&self) -> usize {
        let u = self.config.layer_sizes[0];
        let first = match self.config.attention {
            None => u * 4 * u,
            Some(Attention { around: AttentionAround::FirstLayer, .. }) => {
                2 * u * 4 * u + 2 * u * u + u * u + 2 * u * u
            }
            // The query is made of both layers' c and h.
            Some(Attention { around: AttentionAround::Stack, .. }) => {
                2 * u * 4 * u + 4 * u * u + u * u + 2 * u * u
            }
        };
        let of_inputs = self.filled * 4 * u;
        let step = 3 * (first + 2 * u * 4 * u + u * self.config.num_classes) + 2 * of_inputs;
        2 * step * self.examples.iter().map(Example::len).sum::<usize>()
    }

    fn bench(&self, bencher: Bencher, threads: usize) {
        let mut network = Network::new(self.config.clone(), 1);
        let mut adam = network.optimizer(AdamOptions::default());
        let batch: Vec<&Example> = self.examples.iter().collect();
        let mut update = 0;
        bencher.counter(ItemsCount::new(self.operations())).bench_local(|| {
            update += 1;
            let dropout = Dropout { keep_prob: self.keep_prob, seed: 1, update };
            let (_, gradients) = network.gradients(&batch, 0, Some(dropout), threads);
            network.apply(&mut adam, &gradients, Clip::PerTensor(3.0))
        });
    }
}

/// Sequences of the given lengths with `filled` ones in each input.
fn examples(lengths: &[usize], width: usize, filled: usize) -> Vec<Example> {
    let mut rng = Rng::new(2);
    let mut example = |&length: &usize| {
        let mut inputs = vec![0.0; length * width];
        for step in inputs.chunks_exact_mut(width) {
            let first = rng.below(width as u64) as usize;
            (0..filled).for_each(|i| step[(first + i * width / filled) % width] = 1.0);
        }
        Example { inputs, labels: (0..length).map(|_| rng.below(38) as u32).collect() }
    };
    lengths.iter().map(&mut example).collect()
}

#[divan::bench(args = [1, 2], sample_count = 12)]
fn attention_64_batch_64(bencher: Bencher, threads: usize) {
    Case::new(40, 64, 64).bench(bencher, threads);
}

#[divan::bench(args = [1, 2], sample_count = 12)]
fn stack_64_batch_64(bencher: Bencher, threads: usize) {
    Case::stack(64, 64).bench(bencher, threads);
}

#[divan::bench(args = [1, 2], sample_count = 6)]
fn attention_128_batch_128(bencher: Bencher, threads: usize) {
    Case::new(40, 128, 128).bench(bencher, threads);
}

#[divan::bench(args = [2], sample_count = 2)]
fn attention_512_batch_128(bencher: Bencher, threads: usize) {
    Case::new(40, 512, 128).bench(bencher, threads);
}

#[divan::bench(args = [1, 2], sample_count = 20)]
fn basic_64_batch_64(bencher: Bencher, threads: usize) {
    Case::new(0, 64, 64).bench(bencher, threads);
}

#[divan::bench(args = [1, 2], sample_count = 10)]
fn basic_128_batch_128(bencher: Bencher, threads: usize) {
    Case::new(0, 128, 128).bench(bencher, threads);
}

#[divan::bench(args = [1, 2], sample_count = 12)]
fn lstm_128_batch_128_of_128_steps(bencher: Bencher, threads: usize) {
    Case::lstm().bench(bencher, threads);
}
