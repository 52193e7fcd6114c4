//! `cantus export`: a trained network as a file for others.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use pipeline::export::{ExportOptions, Exported, Format, export};
use pipeline::models;

use super::origin::{OriginArgs, learnt};
use crate::failure::Failure;
use crate::terminal::{Terminal, bold};

const AFTER_HELP: &str = "\
Examples:
  cantus export --run-dir runs/metal --format safetensors \\
      --output metal.safetensors
  cantus export --run-dir runs/metal --format tensorflow --output magenta/metal
  melody_rnn_generate --config=attention_rnn --run_dir=magenta/metal ...
  cantus export --bundle attention_rnn --format tensorflow --output magenta/old
  cantus export --run-dir runs/tuned --format mag --output tuned.mag

A .mag bundle holds a graph of TensorFlow, which only Magenta can make. A run
that began with a bundle (`cantus train --warm-start FILE.mag`) has its graph;
any other needs --graph FILE.mag, a bundle of a network of the same sizes.";

/// Write a trained network as a file for others
///
/// A checkpoint for TensorFlow and Magenta, with all that training there needs to go on; a bundle for Magenta; or safetensors with the
/// configuration within.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    origin: OriginArgs,
    /// What to write
    #[arg(long, value_name = "FORMAT", value_enum)]
    format: FormatArg,
    /// File to write; for tensorflow a run folder as Magenta has it, with the checkpoint in `train`
    #[arg(long, short, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    output: PathBuf,
    /// Bundle whose graph to take over, for --format mag [default: the bundle that the network came from]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    graph: Option<PathBuf>,
    /// What the bundle says of itself
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
}

/// What a network can be written as.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormatArg {
    /// Checkpoint of TensorFlow 1 and 2 (version 2), for Magenta's --run_dir
    Tensorflow,
    /// Weights with their configuration
    Safetensors,
    /// Bundle of Magenta, for its --bundle_file
    Mag,
}

pub(crate) fn run(args: &ExportArgs, terminal: Terminal) -> Result<(), Failure> {
    let options = ExportOptions {
        origin: args.origin.origin()?,
        format: match args.format {
            FormatArg::Tensorflow => Format::TensorFlow,
            FormatArg::Safetensors => Format::Safetensors,
            FormatArg::Mag => Format::Mag,
        },
        output: args.output.clone(),
        graph: args.graph.as_deref().map(models::find).transpose()?,
        description: args.description.clone(),
    };
    let exported = export(&options, &terminal.progress())?;
    terminal.result(&exported, |out| summary(&exported, out))
}

fn summary(exported: &Exported, out: &mut dyn Write) -> io::Result<()> {
    let network = learnt(&exported.config, exported.update);
    writeln!(out, "Wrote {network} to {}", bold(exported.file.display()))
}
