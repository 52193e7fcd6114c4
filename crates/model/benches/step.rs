//! One step of generation of an attention_rnn, for several numbers of rows, and whole melodies by beam search.
//!
//! `cargo bench -p model --bench step`. An item is a step of one row: a rate that does not fall with the rows shows that time grows
//! no faster than they do.

use divan::Bencher;
use divan::counter::ItemsCount;
use model::Model;
use model::config::MelodyConfig;
use model::generate::{GenerateOptions, generate};
use model::network::Network;
use music::Melody;

fn main() {
    divan::main();
}

fn model(units: usize) -> Model {
    let mut config = MelodyConfig::named("attention_rnn").expect("a known name");
    config.hparams.rnn_layer_sizes = vec![units; 2];
    let network = Network::new(config.network_config(), 1);
    Model { config, network }
}

#[divan::bench(args = [1, 10, 32, 64], consts = [64, 128])]
fn step<const UNITS: usize>(bencher: Bencher, rows: usize) {
    let model = model(UNITS);
    let config = model.network.config();
    let inputs: Vec<f32> =
        (0..rows * config.input_size).map(|i| f32::from(u8::from(i % 4 == 0))).collect();
    let mut logits = vec![0.0; rows * config.num_classes];
    let mut state = model.network.zero_state(rows);
    bencher
        .counter(ItemsCount::new(rows))
        .bench_local(|| model.network.step(&inputs, &mut state, &mut logits));
}

/// Beam size and branch factor.
#[divan::bench(args = [(1, 1), (2, 2), (4, 4), (8, 4), (8, 8)], sample_count = 20)]
fn beam(bencher: Bencher, (beam_size, branch_factor): (usize, usize)) {
    let model = model(64);
    let primer = Melody::parse("[60]").expect("a melody");
    let options =
        GenerateOptions { num_outputs: 1, beam_size, branch_factor, ..GenerateOptions::default() };
    bencher
        .counter(ItemsCount::new(options.num_steps * beam_size * branch_factor))
        .bench_local(|| generate(&model, &primer, &options));
}
