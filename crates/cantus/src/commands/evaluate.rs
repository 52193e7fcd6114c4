//! `cantus evaluate`: how well a trained network predicts melodies.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueHint};
use pipeline::evaluate::{EvaluateOptions, Evaluated, evaluate};

use super::origin::{OriginArgs, learnt};
use crate::failure::Failure;
use crate::terminal::{Terminal, bold, count, percent};

const AFTER_HELP: &str = "\
Examples:
  cantus evaluate --run-dir runs/metal \\
      --examples examples/eval_melodies.tfrecord
  cantus evaluate --run-dir runs/metal --json \\
      --examples examples/eval_melodies.tfrecord | jq .perplexity

Magenta's own evaluation leaves dropout on; --dropout does the same, to compare
figures with it.";

/// Measure how well a trained network predicts the melodies of a dataset
///
/// Every example counts, whole, with dropout off. Perplexity is the number of equally likely continuations that the
/// network hesitates between: the lower, the better.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct EvaluateArgs {
    #[command(flatten)]
    origin: OriginArgs,
    /// Examples to measure on (eval_melodies.tfrecord); several files, shards (NAME@10) and patterns ('NAME-*') are as one
    #[arg(long, required = true, num_args = 1.., value_name = "FILE", value_hint = ValueHint::FilePath)]
    examples: Vec<PathBuf>,
    /// Leave dropout on, as Magenta's evaluation does
    #[arg(long)]
    dropout: bool,
}

pub(crate) fn run(args: &EvaluateArgs, terminal: Terminal, threads: usize) -> Result<(), Failure> {
    let options = EvaluateOptions {
        origin: args.origin.origin()?,
        examples: args.examples.clone(),
        dropout: args.dropout,
        threads,
    };
    let evaluated = evaluate(&options, &terminal.progress())?;
    terminal.answer(&evaluated, |out| summary(&evaluated, out))
}

fn summary(evaluated: &Evaluated, out: &mut dyn Write) -> io::Result<()> {
    let result = &evaluated.result;
    let metrics = &result.metrics;
    let share = |share: Option<f64>| percent(share.unwrap_or(f64::NAN));
    writeln!(
        out,
        "{}, on {} melodies ({} steps){}",
        bold(learnt(&evaluated.config, evaluated.update)),
        count(result.examples as u64),
        count(result.steps),
        if result.dropout { ", with dropout" } else { "" }
    )?;
    writeln!(out, "  loss         {:.4}", metrics.loss)?;
    writeln!(out, "  perplexity   {:.3}", result.perplexity)?;
    writeln!(out, "  right        {}", percent(metrics.accuracy))?;
    writeln!(out, "    of events  {}", share(metrics.event_accuracy))?;
    writeln!(out, "    of others  {}", share(metrics.no_event_accuracy))
}
