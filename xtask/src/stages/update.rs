//! One update of a network's weights.

use std::cell::RefCell;

use model::config::MelodyConfig;
use model::examples::{DataOrder, ExampleSet};
use model::network::{Dropout, Example, Network, NetworkConfig};
use nn::ops::gemm::metered;
use nn::optim::{AdamOptions, Clip};
use serde_json::json;

use super::rate;
use crate::bench::Bench;
use crate::clock::time;
use crate::error::Result;
use crate::machine::memory;
use crate::peer::Home;
use crate::quoted;
use crate::report::{Section, Table, Target, duration, number, or_dash, percent, times};
use crate::rounds::{Contestant, Outcome, alternate, median};

pub(super) const TITLE: &str = "One update of a network's weights";

/// A network, its batches and how many times as fast as Magenta it should be.
struct Case {
    config: &'static str,
    units: usize,
    batch: usize,
    target: f64,
}

const CASES: [Case; 5] = [
    Case { config: "attention_rnn", units: 64, batch: 64, target: 15.0 },
    Case { config: "attention_rnn", units: 128, batch: 128, target: 12.0 },
    Case { config: "attention_rnn", units: 512, batch: 128, target: 10.0 },
    Case { config: "basic_rnn", units: 64, batch: 64, target: 8.0 },
    Case { config: "basic_rnn", units: 128, batch: 128, target: 8.0 },
];

/// Share of the machine's rate that the products should reach.
const SHARE: f64 = 0.6;
/// GiB that Magenta needs for layers of 512.
const LARGE: f64 = 17.0;

impl Case {
    fn name(&self) -> String {
        format!("{} [{2},{2}] x {1}", self.config, self.batch, self.units)
    }

    fn hparams(&self) -> String {
        format!("batch_size={},rnn_layer_sizes=[{1},{1}]", self.batch, self.units)
    }

    fn is_large(&self) -> bool {
        self.units > 128
    }
}

pub(super) fn run(bench: &Bench) -> Result<Section> {
    let peak = rate::best(bench.threads);
    let mut table = Table::new([
        "network x batch",
        "Cantus",
        "least",
        "GFLOP",
        "GFLOP/s",
        "products",
        "share",
        "Magenta",
        "Cantus is",
    ]);
    let mut section = Section::new(TITLE)
        .say(format!(
            "Gradients, clipping and Adam on {} threads. Both learn from the same file of examples, shuffled; seconds are \
             medians of whole updates in a running process. Magenta pads each batch to its longest melody, Cantus \
             lets a row drop out when its melody ends: that is part of what is won.",
            bench.threads
        ))
        .say(format!(
            "GFLOP counts the matrix products that cannot be avoided (forward once, backward twice), GFLOP/s divides them by \
             the whole time of an update. `products` is the rate of the products by themselves, timed in place: their \
             operations by the mean time that a thread spends in them. `share` is that as a part of {} GFLOP/s, the \
             most that multiply-adds on registers alone reach on as many threads at once.",
            number(peak)
        ));
    for case in &CASES {
        eprintln!("  {}", case.name());
        measure(case, bench, peak, &mut table, &mut section)?;
    }
    section.tables.push(table);
    Ok(section)
}

fn measure(
    case: &Case,
    bench: &Bench,
    peak: f64,
    table: &mut Table,
    section: &mut Section,
) -> Result<()> {
    let (outcomes, seen) = compete(case, bench)?;
    let rates = seen.iter().zip(&outcomes[0].runs).map(|(seen, run)| seen.gflop / run.wall);
    let figures = Figures {
        gflop: median(seen.iter().map(|seen| seen.gflop).collect()),
        rate: median(rates.collect()),
        products: median(seen.iter().map(|seen| seen.products).collect()),
        peak,
    };
    table.row(row(case, &outcomes, &figures));
    let name = case.name();
    section.compare(&format!("update, {name}"), case.target, &outcomes[0], &outcomes[1]);
    section.judge(
        format!("products, of the machine's rate, {name}"),
        Target::ShareAtLeast(SHARE),
        figures.share(),
    );
    for mut outcome in outcomes {
        outcome.name = format!("{name}, {}", outcome.name);
        section.outcomes.push(outcome);
    }
    Ok(())
}

/// What was seen of an update of Cantus, beside its time.
#[derive(Clone, Copy)]
struct Seen {
    /// GFLOP of the products that cannot be avoided.
    gflop: f64,
    /// GFLOP/s of the products by themselves, of all threads together.
    products: f64,
}

/// Medians of all updates.
struct Figures {
    gflop: Option<f64>,
    rate: Option<f64>,
    products: Option<f64>,
    peak: f64,
}

impl Figures {
    fn share(&self) -> Option<f64> {
        self.products.map(|products| products / self.peak)
    }
}

/// Cantus and Magenta, and what was seen of each run of Cantus.
fn compete(case: &Case, bench: &Bench) -> Result<(Vec<Outcome>, Vec<Seen>)> {
    let seen = RefCell::new(Vec::new());
    let mut contestants = vec![cantus(case, bench, &seen)?];
    let fits = !case.is_large() || memory("MemAvailable").is_some_and(|gib| gib >= LARGE);
    if bench.magenta && fits {
        contestants.push(magenta(case, bench)?);
    }
    let mut outcomes = alternate(contestants);
    if outcomes.len() < 2 {
        outcomes.extend(quoted::update(case.config, case.units, case.batch));
    }
    // The first is the warm-up.
    Ok((outcomes, seen.into_inner().into_iter().skip(1).collect()))
}

fn row(case: &Case, outcomes: &[Outcome], figures: &Figures) -> Vec<String> {
    let quoted = if outcomes[1].quoted { " *" } else { "" };
    let ratio = outcomes[0].times_as_fast_as(&outcomes[1]);
    vec![
        case.name(),
        or_dash(outcomes[0].wall(), duration),
        or_dash(outcomes[0].least(), duration),
        or_dash(figures.gflop, number),
        or_dash(figures.rate, number),
        or_dash(figures.products, number),
        or_dash(figures.share(), percent),
        or_dash(outcomes[1].wall(), duration) + quoted,
        or_dash(ratio, |ratio| format!("{} as fast", times(ratio))),
    ]
}

/// Each run learns from another batch; what is seen of it goes to `seen`.
fn cantus<'a>(case: &Case, bench: &Bench, seen: &'a RefCell<Vec<Seen>>) -> Result<Contestant<'a>> {
    let mut config = MelodyConfig::named(case.config)?;
    config.hparams.parse_overrides(&case.hparams())?;
    let examples = ExampleSet::open(bench.examples(case.config)?, &config)?;
    let mut order = DataOrder::new(1, examples.len(), case.batch);
    let mut network = Network::new(config.network_config(), 1);
    let mut adam = network.optimizer(AdamOptions::default());
    let (mut update, threads) = (0, bench.threads);
    let (keep_prob, clip) =
        (config.hparams.dropout_keep_prob as f32, config.hparams.clip_norm as f32);
    let work = move || {
        let batch = examples.batch(&order.batch(update))?;
        let batch: Vec<&Example> = batch.iter().collect();
        let dropout = Some(Dropout { keep_prob, seed: 1, update });
        update += 1;
        let mut steps = 0;
        let (run, products) = metered(|| {
            time(|| {
                let (stats, gradients) = network.gradients(&batch, 0, dropout, threads);
                network.apply(&mut adam, &gradients, Clip::PerTensor(clip));
                steps = stats.steps;
                1.0
            })
        });
        seen.borrow_mut().push(Seen {
            gflop: steps as f64 * flops_per_step(network.config()) / 1e9,
            products: products.operations / products.seconds * threads as f64 / 1e9,
        });
        Ok(run)
    };
    let runs = if case.is_large() { bench.runs.min(3) } else { bench.runs };
    Ok(Contestant::new("Cantus", runs, work))
}

fn magenta<'a>(case: &Case, bench: &'a Bench) -> Result<Contestant<'a>> {
    let examples = bench.examples(case.config)?;
    let setup = json!({ "config": case.config, "hparams": case.hparams(), "examples": examples });
    let mut peer = bench.peer("magenta_update.py", Home::Magenta, setup);
    let runs = if case.is_large() { bench.slow_runs() } else { bench.runs };
    Ok(Contestant::new(quoted::NAME, runs, move || peer.ask()))
}

/// Multiplications and additions of the products of one step, forward and backward.
pub(super) fn flops_per_step(config: &NetworkConfig) -> f64 {
    let mut inputs = config.input_size;
    let mut products = 0;
    for (layer, &units) in config.layer_sizes.iter().enumerate() {
        products += if layer == 0 && config.attention.is_some() {
            // The attended input is projected with the input; query, memory and output have a product each.
            inputs * 4 * units + 2 * units * 4 * units + 5 * units * units
        } else {
            (inputs + units) * 4 * units
        };
        inputs = units;
    }
    (6 * (products + inputs * config.num_classes)) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_lstm_counts_its_kernels() {
        let config = NetworkConfig {
            input_size: 74,
            num_classes: 38,
            layer_sizes: vec![128, 128],
            attention: None,
            residual_connections: false,
        };
        let gflop = flops_per_step(&config) * 128.0 * 128.0 / 1e9;
        assert!((22.0..24.0).contains(&gflop), "{gflop}");
    }

    #[test]
    fn every_case_has_a_quoted_figure() {
        for case in &CASES {
            assert!(quoted::update(case.config, case.units, case.batch).is_some());
        }
    }
}
