//! `cantus sweep`: a network for every point of a grid.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueHint};
use pipeline::sweep::{
    Axis, Plan, RandomSearch, State, SweepOptions, SweepSource, Swept, plan, sweep,
};
use pipeline::train::DEFAULT_CONFIG;

use super::melodies::MelodyArgs;
use super::runs::table;
use crate::args::{at_least_one, share};
use crate::failure::Failure;
use crate::terminal::{Terminal, bold, count, program};

const AFTER_HELP: &str = "\
Examples:
  cantus sweep --input notes.tfrecord --output-dir sweep \\
      --config attention_rnn,lookback_rnn --set batch_size=32,64 \\
      --set rnn_layer_sizes=[64],[128,128] --seeds 1,2 \\
      --num-training-steps 500
  cantus sweep --examples examples/training_melodies.tfrecord \\
      --eval-examples examples/eval_melodies.tfrecord --output-dir sweep \\
      --set attn_length=20,40 --set dropout_keep_prob=0.5,0.8 \\
      --num-training-steps 500 --plan
  cantus sweep --input notes.tfrecord --output-dir sweep --random 20 \\
      --set learning_rate=0.0003..0.01 --set batch_size=16..128 \\
      --num-training-steps 400 --halving

Ctrl-C, a kill or a power cut at any time: the same command goes on. A larger
grid, or more updates, trains only what is missing. Each run is a run folder
for `cantus generate --run-dir` and the like; `cantus runs` compares them.

Hyper-parameters: batch_size, rnn_layer_sizes, dropout_keep_prob, attn_length,
clip_norm, learning_rate, residual_connections.";

/// Train a grid of configurations and hyper-parameters, and compare the runs
///
/// Every combination of the values given is trained in a run folder of its own, on the same melodies. What is done is not done
/// again. At the end a table has the best first.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct SweepArgs {
    /// NoteSequence TFRecords to make the examples of each configuration from
    #[arg(long, short, num_args = 1.., value_name = "FILE", value_hint = ValueHint::FilePath)]
    #[arg(required_unless_present = "examples", conflicts_with = "examples")]
    input: Vec<PathBuf>,
    /// Examples of the one configuration, as `cantus dataset` wrote them
    #[arg(long, num_args = 1.., value_name = "FILE", value_hint = ValueHint::FilePath)]
    examples: Vec<PathBuf>,
    /// Held-out examples to measure on, likewise
    #[arg(long, alias = "eval", num_args = 1.., value_name = "FILE", value_hint = ValueHint::FilePath, requires = "examples")]
    eval_examples: Vec<PathBuf>,
    /// Folder for the runs; made when missing
    #[arg(long, short, value_name = "DIR", value_hint = ValueHint::DirPath)]
    output_dir: PathBuf,
    /// Kinds of network, one or several with commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',', default_value = DEFAULT_CONFIG)]
    #[arg(value_parser = PossibleValuesParser::new(pipeline::CONFIG_NAMES))]
    config: Vec<String>,
    /// A hyper-parameter and the values to try, with commas; with --random a range LOW..HIGH, too
    #[arg(long, value_name = "NAME=VALUES")]
    set: Vec<String>,
    /// Hyper-parameters of all runs, as NAME=VALUE,...
    #[arg(long, value_name = "LIST", default_value = "", hide_default_value = true)]
    hparams: String,
    /// Seeds to train each combination with
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "0")]
    seeds: Vec<u64>,
    /// Updates of each run
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    num_training_steps: u64,
    /// Only tell what would be trained, and what is done already
    #[arg(long)]
    plan: bool,
    #[command(flatten)]
    search: SearchArgs,
    #[command(flatten)]
    dataset: DatasetArgs,
    #[command(flatten)]
    melodies: MelodyArgs,
}

/// Less work than all of the grid.
#[derive(Args, Debug)]
#[command(next_help_heading = "Less work")]
struct SearchArgs {
    /// Draw so many combinations at random instead of training all
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    random: Option<usize>,
    /// Seed of that draw
    #[arg(long, value_name = "N", default_value_t = 0, requires = "random")]
    seed: u64,
    /// Train all for an eighth of the updates, the better half of them for a quarter, and so on
    #[arg(long)]
    halving: bool,
    /// Measure on what is held out every so many updates [default: a tenth of all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    eval_every: Option<u64>,
    /// Stop a run after so many measurements in a row without progress
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    early_stopping: Option<u32>,
}

/// How examples are made of --input.
#[derive(Args, Debug)]
#[command(next_help_heading = "Examples made of --input")]
struct DatasetArgs {
    /// Share of the songs to hold out
    #[arg(long, value_name = "SHARE", default_value_t = 0.1, value_parser = share)]
    eval_ratio: f64,
    /// Seed of the split
    #[arg(long, value_name = "N", default_value_t = 0)]
    split_seed: u64,
}

pub(crate) fn run(args: &SweepArgs, terminal: Terminal, threads: usize) -> Result<(), Failure> {
    let axes = args.set.iter().map(|text| text.parse::<Axis>()).collect::<Result<Vec<_>, _>>()?;
    let source = if args.examples.is_empty() {
        SweepSource::Notes {
            inputs: args.input.clone(),
            eval_ratio: args.dataset.eval_ratio,
            seed: args.dataset.split_seed,
            extract: args.melodies.options(),
        }
    } else {
        let (training, eval) = (args.examples.clone(), args.eval_examples.clone());
        SweepSource::Examples { training, eval }
    };
    let SearchArgs { random, seed, halving, eval_every, early_stopping } = args.search;
    let options = SweepOptions {
        output_dir: args.output_dir.clone(),
        source,
        configs: args.config.clone(),
        hparams: args.hparams.clone(),
        axes,
        seeds: args.seeds.clone(),
        random: random.map(|points| RandomSearch { points, seed }),
        num_training_steps: args.num_training_steps,
        eval_every,
        patience: early_stopping,
        halving,
        threads,
    };
    let progress = terminal.progress();
    if args.plan {
        let plan = plan(&options, &progress)?;
        return terminal.answer(&plan, |out| list(&plan, out));
    }
    let swept = sweep(&options, &progress)?;
    terminal.result(&swept, |out| summary(&swept, out))
}

fn list(plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    let done = plan.points.iter().filter(|planned| planned.state == State::Done).count();
    for planned in &plan.points {
        let state = match planned.state {
            State::Done => "done".to_owned(),
            State::Begun => format!("at {}", count(planned.updates)),
            State::Missing => "to do".to_owned(),
        };
        writeln!(out, "{state:>9}  {}", planned.point.name)?;
    }
    let (runs, updates) = (plan.points.len() as u64, count(plan.num_training_steps));
    writeln!(out, "{} runs of {updates} updates, {done} of them done", bold(count(runs)))
}

fn summary(swept: &Swept, out: &mut dyn Write) -> io::Result<()> {
    table(&swept.runs, &swept.differing, out)?;
    writeln!(
        out,
        "{} runs trained, {} done before; listed in {}",
        bold(count(swept.trained as u64)),
        count(swept.done_before as u64),
        swept.record.display()
    )?;
    for failed in &swept.failed {
        writeln!(out, "{}: {}", bold(&failed.name), failed.reason)?;
    }
    let (program, folder) = (program(), swept.output_dir.display());
    if let Some(best) = swept.runs.first() {
        let best = best.run_dir.display();
        writeln!(out, "Next: {program} runs {folder} --page {folder}/runs.html")?;
        writeln!(out, "      {program} generate --run-dir {best} --output-dir out")?;
    }
    Ok(())
}
