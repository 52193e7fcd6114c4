//! One update of a plain LSTM, against PyTorch.

use std::fs;
use std::path::{Path, PathBuf};

use model::network::{Example, Network, NetworkConfig};
use nn::optim::{AdamOptions, Clip};
use nn::rng::Rng;
use serde_json::json;

use super::update::flops_per_step;
use crate::bench::Bench;
use crate::clock::time;
use crate::error::{Error, Result};
use crate::peer::Home;
use crate::report::{Section, number, standings};
use crate::rounds::{Contestant, alternate};

pub(super) const TITLE: &str = "One update of a plain LSTM";

const BATCH: usize = 128;
const STEPS: usize = 128;
const INPUTS: usize = 74;
const UNITS: usize = 128;
const LAYERS: usize = 2;
const CLASSES: usize = 38;
/// Inputs of a step that are 1; the others are 0. One as in basic_rnn, of which the targets speak, and as many as in attention_rnn.
const ONES: [usize; 2] = [1, 22];
/// How many times as fast as PyTorch.
const TARGET: f64 = 2.0;

pub(super) fn run(bench: &Bench) -> Result<Section> {
    let mut section = Section::new(TITLE).say(format!(
        "{LAYERS} layers of {UNITS}, {INPUTS} inputs, {CLASSES} classes, {BATCH} sequences of {STEPS} steps: forward, \
         cross-entropy, backward, Adam, nothing clipped or dropped ({} GFLOP). Both get the same numbers. PyTorch is \
         `torch.nn.LSTM` and `Linear` with `torch.optim.Adam`. With one-hot inputs Cantus gathers rows of the weights \
         instead of multiplying; the second pair has {} of {INPUTS} inputs filled, where both multiply.",
        number((BATCH * STEPS) as f64 * flops_per_step(&config()) / 1e9),
        ONES[1]
    ));
    for ones in ONES {
        compete(ones, bench, &mut section)?;
    }
    Ok(section)
}

fn compete(ones: usize, bench: &Bench, section: &mut Section) -> Result<()> {
    let examples = examples(ones);
    let (inputs, labels) =
        (bench.file(&format!("inputs-{ones}.f32")), bench.file(&format!("labels-{ones}.u32")));
    write(&examples, &inputs, &labels)?;
    let mut counts = vec![1, bench.threads];
    counts.dedup();
    let contestants = counts.iter().flat_map(|&threads| {
        [cantus(&examples, threads, bench.runs), pytorch(bench, &inputs, &labels, threads)]
    });
    let mut outcomes = alternate(contestants.collect());
    let kind = if ones == 1 { "one-hot" } else { "filled" };
    outcomes.iter_mut().for_each(|outcome| outcome.name = format!("{}, {kind}", outcome.name));
    for (pair, threads) in outcomes.chunks(2).zip(counts) {
        if ones == 1 {
            let what = format!("plain LSTM against PyTorch, {}", threads_text(threads));
            section.compare(&what, TARGET, &pair[0], &pair[1]);
        }
        section.tables.push(standings(pair, Some("updates")));
    }
    section.outcomes.extend(outcomes);
    Ok(())
}

fn config() -> NetworkConfig {
    NetworkConfig {
        input_size: INPUTS,
        num_classes: CLASSES,
        layer_sizes: vec![UNITS; LAYERS],
        attention: None,
        residual_connections: false,
    }
}

fn threads_text(threads: usize) -> String {
    if threads == 1 { "1 thread".to_owned() } else { format!("{threads} threads") }
}

/// Inputs with so many ones in each step, spread over its width.
fn examples(ones: usize) -> Vec<Example> {
    let mut rng = Rng::new(1);
    let mut example = |_| {
        let mut inputs = vec![0.0; STEPS * INPUTS];
        for step in inputs.chunks_exact_mut(INPUTS) {
            let first = rng.below(INPUTS as u64) as usize;
            (0..ones).for_each(|i| step[(first + i * INPUTS / ones) % INPUTS] = 1.0);
        }
        let labels = (0..STEPS).map(|_| rng.below(CLASSES as u64) as u32).collect();
        Example { inputs, labels }
    };
    (0..BATCH).map(&mut example).collect()
}

/// The same numbers for the peer: `[B, T, D]` and `[B, T]`, little-endian.
fn write(examples: &[Example], inputs: &Path, labels: &Path) -> Result<()> {
    let floats = examples.iter().flat_map(|example| &example.inputs).flat_map(|x| x.to_le_bytes());
    fs::write(inputs, floats.collect::<Vec<u8>>()).map_err(Error::at(inputs))?;
    let numbers = examples.iter().flat_map(|example| &example.labels).flat_map(|x| x.to_le_bytes());
    fs::write(labels, numbers.collect::<Vec<u8>>()).map_err(Error::at(labels))
}

fn cantus<'a>(examples: &'a [Example], threads: usize, runs: u32) -> Contestant<'a> {
    let batch: Vec<&Example> = examples.iter().collect();
    let mut network = Network::new(config(), 1);
    let mut adam = network.optimizer(AdamOptions::default());
    let name = format!("Cantus, {}", threads_text(threads));
    Contestant::new(name, runs, move || {
        Ok(time(|| {
            let (_, gradients) = network.gradients(&batch, 0, None, threads);
            network.apply(&mut adam, &gradients, Clip::None);
            1.0
        }))
    })
}

fn pytorch<'a>(
    bench: &'a Bench,
    inputs: &PathBuf,
    labels: &PathBuf,
    threads: usize,
) -> Contestant<'a> {
    let setup = json!({
        "threads": threads, "inputs_file": inputs, "labels_file": labels, "batch": BATCH, "steps": STEPS,
        "inputs": INPUTS, "units": UNITS, "layers": LAYERS, "classes": CLASSES,
    });
    let mut peer = bench.peer("lstm.py", Home::Readers, setup);
    Contestant::new(format!("PyTorch, {}", threads_text(threads)), bench.runs, move || peer.ask())
}
