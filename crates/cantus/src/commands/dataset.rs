//! `cantus dataset`: note sequences to examples that a network can learn from.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueHint};
use pipeline::dataset::{Dataset, DatasetOptions, REASONS, SplitBy, dataset, pictures};

use super::config::ConfigArg;
use super::melodies::MelodyArgs;
use crate::failure::Failure;
use crate::terminal::{Terminal, bold, count, program};

use crate::args::share;

const AFTER_HELP: &str = "\
Examples:
  cantus dataset --config attention_rnn --input notes.tfrecord \\
      --output-dir examples --eval-ratio 0.1
  cantus dataset --config basic_rnn --output-dir examples --min-bars 4 \\
      --input metal.tfrecord --input rock.tfrecord
  cantus dataset --input notes.tfrecord --output-dir examples \\
      --plots examples/plots

Writes training_melodies.tfrecord and eval_melodies.tfrecord. All melodies of a
song, and all copies of it, land on the same side, so that evaluation is on
songs that the network has never heard. The same seed gives the same split.";

/// Find the melodies in note sequences and encode them for training
///
/// Cuts each piece where tempo or metre change, puts its notes on a grid of sixteenth notes, takes the melodies of its
/// instruments (long enough, with enough different pitches, one note at a time) and encodes them for a configuration.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct DatasetArgs {
    #[command(flatten)]
    config: ConfigArg,
    /// NoteSequence TFRecord to read, as `cantus ingest` or Magenta wrote it, or several; shards (NAME@10) and patterns ('NAME-*') stand for
    /// their files; `-` is stdin
    #[arg(long, short, required = true, num_args = 1.., value_name = "FILE", value_hint = ValueHint::FilePath)]
    input: Vec<PathBuf>,
    /// Folder for the two files; made when missing
    #[arg(long, short, value_name = "DIR", value_hint = ValueHint::DirPath)]
    output_dir: PathBuf,
    /// Share of the songs to keep for evaluation; 0 writes everything to training
    #[arg(long, value_name = "SHARE", default_value_t = 0.1, value_parser = share)]
    eval_ratio: f64,
    /// Seed of the split
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Catalog to take note of the melodies, as `cantus ingest --catalog` made it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    catalog: Option<PathBuf>,
    /// Folder for pictures of what the melodies are made of and of what was left out, with a page; made when missing
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    plots: Option<PathBuf>,
    #[command(flatten)]
    melodies: MelodyArgs,
}

pub(crate) fn run(args: &DatasetArgs, terminal: Terminal, threads: usize) -> Result<(), Failure> {
    let progress = terminal.progress();
    let options = DatasetOptions {
        config: pipeline::config(&args.config.config, "", &progress)?,
        inputs: args.input.clone(),
        output_dir: args.output_dir.clone(),
        eval_ratio: args.eval_ratio,
        split_by: SplitBy::Song,
        seed: args.seed,
        extract: args.melodies.options(),
        catalog: args.catalog.clone(),
        threads,
    };
    let mut dataset = dataset(&options, &progress)?;
    if let Some(folder) = &args.plots {
        dataset.pictures = pictures(&dataset, folder)?;
    }
    terminal.result(&dataset, |out| summary(&dataset, out))
}

fn summary(dataset: &Dataset, out: &mut dyn Write) -> io::Result<()> {
    let (melodies, pieces) = (bold(count(dataset.melodies)), count(dataset.pieces));
    writeln!(
        out,
        "Found {melodies} melodies in {} of {pieces} pieces, {} to {} steps long",
        count(dataset.pieces_with_melodies),
        dataset.lengths.shortest,
        dataset.lengths.longest
    )?;
    for (counter, meaning) in REASONS {
        if let Some(&number) = dataset.counters.get(counter).filter(|&&number| number > 0) {
            writeln!(out, "  {:>9}  {meaning}", count(number))?;
        }
    }
    for (what, written) in [("training", &dataset.training), ("evaluation", &dataset.eval)] {
        let (melodies, songs) = (count(written.melodies), count(written.songs));
        writeln!(
            out,
            "{what:>11}: {melodies} melodies of {songs} songs, {}",
            written.file.display()
        )?;
    }
    if let Some(noted) = &dataset.noted {
        let catalog = noted.catalog.display();
        writeln!(out, "Catalog: {} melodies in {catalog}", count(noted.melodies))?;
        if noted.unknown > 0 {
            writeln!(
                out,
                "  {:>9}  melodies of pieces that it does not know",
                count(noted.unknown)
            )?;
        }
    }
    if let Some(page) = dataset.pictures.first() {
        writeln!(out, "Pictures: {}", page.display())?;
    }
    let (config, examples) = (&dataset.config, dataset.training.file.display());
    let program = program();
    writeln!(out, "Next: {program} train --config {config} --run-dir runs/first \\")?;
    writeln!(out, "          --examples {examples} --num-training-steps 500 \\")?;
    writeln!(out, "          --hparams \"batch_size=64,rnn_layer_sizes=[64,64]\"")
}
