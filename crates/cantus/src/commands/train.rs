//! `cantus train`: examples to a trained network.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueHint};
use pipeline::train::{
    EvalOptions, KEEP_CHECKPOINTS, Resume, SUMMARY_FREQUENCY, TrainOptions, Trained, train,
};
use pipeline::{Origin, models};

use crate::args::seconds;
use crate::failure::Failure;
use crate::terminal::{Terminal, bold, count, percent, program};

const AFTER_HELP: &str = "\
Examples:
  cantus train --config attention_rnn --run-dir runs/metal \\
      --examples examples/training_melodies.tfrecord \\
      --hparams \"batch_size=64,rnn_layer_sizes=[64,64]\" \\
      --num-training-steps 2000
  cantus train --config basic_rnn --run-dir runs/short \\
      --examples examples/training_melodies.tfrecord \\
      --eval-examples examples/eval_melodies.tfrecord --early-stopping 5
  cantus train --warm-start attention_rnn.mag --run-dir runs/tuned \\
      --examples examples/training_melodies.tfrecord --num-training-steps 100

Ctrl-C keeps what was learned; the same command again goes on from there, as if
it had never stopped. Curves, hyper-parameters and a table of each run:
tensorboard --logdir runs

Hyper-parameters: batch_size, rnn_layer_sizes, dropout_keep_prob, attn_length,
clip_norm, learning_rate, residual_connections.";

/// Train a network on the examples of a dataset
///
/// Writes checkpoints (weights as safetensors) and TensorBoard's event files to the run folder. Running the same
/// command again goes on where it stopped.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct TrainArgs {
    /// Kind of network and of what it sees of a melody [default: that of --warm-start, or else attention_rnn]
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(pipeline::CONFIG_NAMES))]
    config: Option<String>,
    /// Folder of the run: checkpoints and curves; made when missing
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    run_dir: PathBuf,
    /// Examples to learn from (training_melodies.tfrecord); several files, shards (NAME@10) and patterns ('NAME-*') are as one
    #[arg(long, required = true, num_args = 1.., value_name = "FILE", value_hint = ValueHint::FilePath)]
    examples: Vec<PathBuf>,
    /// Begin with the weights of this network, to fine-tune it: a .mag bundle, a checkpoint of TensorFlow, a .safetensors file, a run
    /// folder, or the name of a pulled network
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    warm_start: Option<PathBuf>,
    /// Hyper-parameters to change, as NAME=VALUE,...
    #[arg(long, value_name = "LIST", default_value = "", hide_default_value = true)]
    hparams: String,
    /// Stop after so many updates of the weights, earlier runs in the same folder included; 0 goes on until Ctrl-C
    #[arg(long, value_name = "N", default_value_t = 0)]
    num_training_steps: u64,
    /// Seed of the initial weights, of the order of the examples and of dropout
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Clip the norm of all gradients together, instead of that of each tensor as Magenta does
    #[arg(long)]
    clip_global_norm: bool,
    /// Seconds between checkpoints
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0, value_parser = seconds)]
    checkpoint_interval: f64,
    #[command(flatten)]
    eval: EvalArgs,
}

/// Evaluation in the course of training.
#[derive(Args, Debug)]
#[command(next_help_heading = "Evaluation while training")]
struct EvalArgs {
    /// Held-out examples to measure on (eval_melodies.tfrecord), likewise
    #[arg(long, num_args = 1.., value_name = "FILE", value_hint = ValueHint::FilePath)]
    eval_examples: Vec<PathBuf>,
    /// Measure every so many updates
    #[arg(long, value_name = "N", default_value_t = 100, requires = "eval_examples")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    eval_every: u64,
    /// Stop after so many measurements in a row without progress
    #[arg(long, value_name = "N", requires = "eval_examples")]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    early_stopping: Option<u32>,
}

pub(crate) fn run(args: &TrainArgs, terminal: Terminal, threads: usize) -> Result<(), Failure> {
    let held_out = args.eval.eval_examples.clone();
    let eval = (!held_out.is_empty()).then_some(EvalOptions {
        examples: held_out,
        every: args.eval.eval_every,
        patience: args.eval.early_stopping,
    });
    let options = TrainOptions {
        config: args.config.clone(),
        warm_start: args.warm_start.as_deref().map(origin).transpose()?,
        run_dir: args.run_dir.clone(),
        examples: args.examples.clone(),
        hparams: args.hparams.clone(),
        num_training_steps: args.num_training_steps,
        eval,
        seed: args.seed,
        clip_global_norm: args.clip_global_norm,
        checkpoint_interval: Duration::from_secs_f64(args.checkpoint_interval),
        keep_checkpoints: KEEP_CHECKPOINTS,
        summary_frequency: SUMMARY_FREQUENCY,
        resume: Resume::SameRecipe,
        as_magenta: false,
        threads,
    };
    let trained = train(&options, &terminal.progress())?;
    terminal.result(&trained, |out| summary(&trained, out))
}

/// Where the weights to begin with are.
fn origin(path: &Path) -> Result<Origin, Failure> {
    let path = models::find(path)?;
    Ok(if path.is_dir() { Origin::RunDir(path) } else { Origin::Bundle(path) })
}

fn summary(trained: &Trained, out: &mut dyn Write) -> io::Result<()> {
    let run = trained.run_dir.display();
    match trained.ending {
        "already_finished" => writeln!(
            out,
            "{run} has its {} updates already; give a higher --num-training-steps to go on",
            count(trained.update)
        )?,
        "early_stopped" => writeln!(
            out,
            "Stopped at update {}: the held-out loss no longer falls",
            bold(count(trained.update))
        )?,
        _ => writeln!(out, "Trained {} updates", bold(count(trained.update)))?,
    }
    if let Some(last) = &trained.training {
        let accuracy = percent(last.accuracy);
        writeln!(out, "  last batch   loss {:.3}   right {accuracy}  (with dropout)", last.loss)?;
    }
    if let Some(best) = &trained.best {
        let accuracy = percent(best.metrics.accuracy);
        let (loss, update) = (best.metrics.loss, count(best.update));
        writeln!(out, "  best held-out loss {loss:.3}   right {accuracy}  at update {update}")?;
    }
    writeln!(out, "  network      {}", trained.checkpoint.display())?;
    writeln!(out, "Next: {} generate --run-dir {run} --output-dir out", program())
}
