//! What can be typed: the flags that every command takes, and the list of commands.
//!
//! Each command declares its own flags beside what it does with them, in [`crate::commands`]. Help, shell
//! completions and man pages all come from these declarations.

use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use crate::commands::{
    catalog::CatalogArgs, compare::CompareArgs, completions::CompletionsArgs, compose::ComposeArgs,
    convert::ConvertArgs, dataset::DatasetArgs, demo::DemoArgs, evaluate::EvaluateArgs,
    export::ExportArgs, generate::GenerateArgs, genres::GenresArgs, ingest::IngestArgs,
    likelihood::LikelihoodArgs, magenta::MagentaArgs, man::ManArgs, models::ModelsArgs,
    moods::MoodsArgs, play::PlayArgs, plot::PlotArgs, render::RenderArgs, runs::RunsArgs,
    score::ScoreArgs, subset::SubsetArgs, sweep::SweepArgs, train::TrainArgs,
};

const AFTER_HELP: &str = "\
Examples:
  See all of it at work, in less than a minute:
    cantus demo
  Learn from music of your own, step by step:
    cantus ingest midi/ --output notes.tfrecord
    cantus dataset --input notes.tfrecord --output-dir examples
    cantus train --run-dir runs/mine --num-training-steps 500 \\
        --examples examples/training_melodies.tfrecord
    cantus generate --run-dir runs/mine --output-dir out

`cantus COMMAND --help` explains a command and gives more examples.";

/// Melodies of a genre from a folder of music files
#[derive(Debug, Parser)]
#[command(
    name = "cantus",
    version,
    about,
    long_about = "Cantus learns melodies from a folder of music files and writes new ones in their manner.\n\n\
        Give it MIDI files of one genre: it finds their melodies, trains a small neural network on them \
        (the networks of Magenta's melody_rnn) and lets the network make tunes, which it writes as MIDI files.",
    after_help = AFTER_HELP,
    subcommand_required = true,
    max_term_width = 100,
    disable_help_subcommand = true
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags that every command takes.
#[derive(Args, Debug)]
#[command(next_help_heading = "Flags of every command")]
pub(crate) struct Global {
    /// Print the result as one JSON object on stdout; progress and messages go to stderr
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Show no progress and no summary: only errors, and figures that were asked for
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say more about what is going on
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// Threads to use; the result does not depend on it [default: one for each core]
    #[arg(long, global = true, value_name = "N", value_parser = thread_count)]
    pub(crate) threads: Option<NonZeroUsize>,
}

impl Global {
    /// The number of threads to use: at least 1.
    pub(crate) fn threads(&self) -> usize {
        self.threads
            .or_else(|| std::thread::available_parallelism().ok())
            .map_or(1, NonZeroUsize::get)
    }
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Demo(DemoArgs),
    Ingest(IngestArgs),
    Dataset(DatasetArgs),
    Train(TrainArgs),
    Sweep(Box<SweepArgs>),
    Runs(RunsArgs),
    Evaluate(EvaluateArgs),
    Generate(GenerateArgs),
    Moods(MoodsArgs),
    Likelihood(LikelihoodArgs),
    Export(ExportArgs),
    Convert(ConvertArgs),
    Compose(Box<ComposeArgs>),
    Plot(PlotArgs),
    Score(ScoreArgs),
    Catalog(CatalogArgs),
    Genres(GenresArgs),
    Subset(SubsetArgs),
    Compare(CompareArgs),
    Render(RenderArgs),
    Play(PlayArgs),
    Magenta(MagentaArgs),
    Models(ModelsArgs),
    Completions(CompletionsArgs),
    Man(ManArgs),
}

/// More would only wait for one another.
pub(crate) const MAX_THREADS: usize = 256;

/// The path that stands for stdin or stdout.
pub(crate) fn is_dash(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// A share in [0, 1].
pub(crate) fn share(text: &str) -> Result<f64, String> {
    number(text, "a number from 0 to 1", |value| (0.0..=1.0).contains(&value))
}

/// As many threads as any machine has use for.
fn thread_count(text: &str) -> Result<NonZeroUsize, String> {
    let threads = text.parse().ok().filter(|threads: &NonZeroUsize| threads.get() <= MAX_THREADS);
    threads.ok_or_else(|| format!("expected a whole number from 1 to {MAX_THREADS}"))
}

/// A whole number above zero.
pub(crate) fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|&value| value > 0)
        .ok_or_else(|| "expected a whole number, 1 or above".to_owned())
}

/// A number above zero.
pub(crate) fn positive(text: &str) -> Result<f64, String> {
    number(text, "a number above 0", |value| value > 0.0 && value.is_finite())
}

/// A perplexity: as many as at least one.
pub(crate) fn perplexity(text: &str) -> Result<f64, String> {
    number(text, "a number, 1 or above", |value| value >= 1.0 && value.is_finite())
}

/// Seconds above zero that a timer can count.
pub(crate) fn seconds(text: &str) -> Result<f64, String> {
    positive(text).and_then(|seconds| {
        Duration::try_from_secs_f64(seconds)
            .map_err(|_| "expected a number of seconds".to_owned())?;
        Ok(seconds)
    })
}

/// A tempo in quarter notes a minute, within what a MIDI file can hold.
pub(crate) fn tempo(text: &str) -> Result<f64, String> {
    number(text, "a number from 4 to 10000", |value| (4.0..=10_000.0).contains(&value))
}

/// A number that is not below zero.
pub(crate) fn not_negative(text: &str) -> Result<f64, String> {
    number(text, "a number, 0 or above", |value| value >= 0.0 && value.is_finite())
}

/// The width of a picture in pixels.
pub(crate) fn width(text: &str) -> Result<f64, String> {
    number(text, "a number of pixels from 200 to 10000", |value| {
        (200.0..=10_000.0).contains(&value)
    })
}

/// A metre such as `6/8`.
pub(crate) fn meter(text: &str) -> Result<(u32, u32), String> {
    let parts = text
        .split_once('/')
        .and_then(|(upper, lower)| Some((upper.trim().parse().ok()?, lower.trim().parse().ok()?)));
    let is_meter = |&(upper, lower): &(u32, u32)| {
        (1..=64).contains(&upper) && [1, 2, 4, 8, 16, 32].contains(&lower)
    };
    parts.filter(is_meter).ok_or_else(|| "expected a metre such as 3/4 or 6/8".to_owned())
}

/// The length of a melody that is typed as a list of events, in steps.
pub(crate) fn steps(text: &str) -> Result<usize, String> {
    pipeline::steps_of(text).map_err(|error| error.to_string())
}

fn number(text: &str, wanted: &str, accept: impl Fn(f64) -> bool) -> Result<f64, String> {
    text.parse().ok().filter(|&value| accept(value)).ok_or_else(|| format!("expected {wanted}"))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_declarations_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_gives_examples() {
        check_examples(&Cli::command(), "cantus");
    }

    fn check_examples(command: &clap::Command, call: &str) {
        for command in command.get_subcommands() {
            let call = format!("{call} {}", command.get_name());
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("Examples:"), "{call} has no examples");
            assert!(help.contains(&call), "{call}");
            check_examples(command, &call);
        }
    }

    #[test]
    fn numbers_out_of_range_are_refused() {
        assert_eq!(share("0.1"), Ok(0.1));
        assert!(share("1.1").is_err() && share("NaN").is_err() && share("x").is_err());
        assert!(positive("0").is_err() && positive("inf").is_err());
        assert_eq!(not_negative("0"), Ok(0.0));
        assert_eq!(meter("6/8"), Ok((6, 8)));
        assert!(["0/4", "3/5", "3", "/", "99/4"].iter().all(|text| meter(text).is_err()));
        assert_eq!(steps("[60, -2, 62]"), Ok(3));
        assert!(steps("60 x").is_err() && width("10").is_err());
    }
}
