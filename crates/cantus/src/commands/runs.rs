//! `cantus runs`: trained runs side by side.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum, ValueHint};
use pipeline::runs::{
    DEFAULT_SMOOTHING, Run, Runs, RunsOptions, SortBy, csv, heading, runs, shown,
};

use crate::args::{at_least_one, is_dash};
use crate::failure::Failure;
use crate::terminal::{Terminal, bold, count, dim, duration, percent, print};

const AFTER_HELP: &str = "\
Examples:
  cantus runs runs/
  cantus runs sweep/ --top 5 --page runs.html
  cantus runs runs/metal runs/jazz --curves curves.svg --curves curves.png
  cantus runs sweep/ --curves right.svg --tag accuracy --smoothing 0.9
  cantus runs runs/ --sort time --csv runs.csv

Any folder in which `cantus train`, `sweep`, `compose` or `demo` trained will
do, and Magenta's, of which only the curves are known. Loss and what is right
are those of the last training batch, with dropout; held-out figures are those
of the evaluation with the lowest loss.";

/// List and compare runs: settings, figures, learning curves
///
/// Looks for run folders in the folders given and below. The table has the settings in which the runs differ, then how well each
/// predicts, how fast it learnt and how long that took.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct RunsArgs {
    /// Run folders, or folders that have some below them
    #[arg(required = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    folders: Vec<PathBuf>,
    /// What is first; the best, as a rule
    #[arg(long, value_name = "BY", value_enum, default_value_t = SortArg::EvalLoss)]
    sort: SortArg,
    /// Turn the order around
    #[arg(long)]
    reverse: bool,
    /// Show so many, from the first on
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    top: Option<usize>,
    /// Show all settings, not only those in which the runs differ
    #[arg(long)]
    all_settings: bool,
    /// File for the learning curves: .svg or .png; may be given several times
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    curves: Vec<PathBuf>,
    /// Curve to draw: loss, accuracy, perplexity, event_accuracy, speed, or a tag of the event files
    #[arg(long, value_name = "TAG", default_value = "loss")]
    tag: String,
    /// How smooth training curves are, from 0 to below 1, as in TensorBoard
    #[arg(long, value_name = "SHARE", default_value_t = DEFAULT_SMOOTHING, value_parser = smoothing)]
    smoothing: f64,
    /// File for a page with table and curves, which needs no network
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    page: Option<PathBuf>,
    /// File for the table with all settings as CSV; `-` prints it instead
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    csv: Option<PathBuf>,
}

/// What runs are sorted by.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum SortArg {
    /// Lowest held-out loss
    EvalLoss,
    /// Most that is right of what is held out
    EvalAccuracy,
    /// Lowest training loss
    Loss,
    /// Most that is right in training
    Accuracy,
    /// Most updates
    Updates,
    /// Most events a second
    Speed,
    /// Shortest training
    Time,
    /// Name
    Name,
}

impl SortArg {
    fn by(self) -> SortBy {
        match self {
            Self::EvalLoss => SortBy::EvalLoss,
            Self::EvalAccuracy => SortBy::EvalAccuracy,
            Self::Loss => SortBy::Loss,
            Self::Accuracy => SortBy::Accuracy,
            Self::Updates => SortBy::Updates,
            Self::Speed => SortBy::Speed,
            Self::Time => SortBy::Time,
            Self::Name => SortBy::Name,
        }
    }
}

/// A share in [0, 1).
fn smoothing(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share| (0.0..1.0).contains(share));
    share.ok_or_else(|| "expected a number from 0 to below 1".to_owned())
}

pub(crate) fn run(args: &RunsArgs, terminal: Terminal) -> Result<(), Failure> {
    let prints_csv = args.csv.as_deref().is_some_and(is_dash);
    let options = RunsOptions {
        folders: args.folders.clone(),
        sort: args.sort.by(),
        reverse: args.reverse,
        top: args.top,
        curves: args.curves.clone(),
        tag: args.tag.clone(),
        smoothing: args.smoothing,
        page: args.page.clone(),
        csv: args.csv.clone().filter(|_| !prints_csv),
    };
    let found = runs(&options, &terminal.progress())?;
    if prints_csv && !terminal.json {
        return print(&mut io::stdout().lock(), &csv(&found));
    }
    terminal.answer(&found, |out| summary(&found, args.all_settings, out))
}

fn summary(found: &Runs, all_settings: bool, out: &mut dyn Write) -> io::Result<()> {
    let settings = if all_settings { found.settings() } else { found.differing.clone() };
    table(&found.runs, &settings, out)?;
    if found.left_out > 0 {
        writeln!(
            out,
            "{}",
            dim(format!("{} more runs; --top shows more", count(found.left_out as u64)))
        )?;
    }
    for file in &found.files {
        writeln!(out, "Written: {}", file.display())?;
    }
    Ok(())
}

/// A line for each run. Names are the longest, so they come last, whole: commands want them.
pub(super) fn table(
    runs: &[Run],
    settings: &[&'static str],
    out: &mut dyn Write,
) -> io::Result<()> {
    let figures =
        ["updates", "loss", "right", "held-out", "right", "perplexity", "events/s", "time"];
    let heads = settings.iter().map(|name| heading(name)).chain(figures);
    let heads: Vec<String> = heads.map(str::to_owned).collect();
    let rows: Vec<Vec<String>> = runs.iter().map(|run| row(run, settings)).collect();
    let width = |column: usize| {
        let cells = rows.iter().chain([&heads]).filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    let line = |row: &[String]| {
        let cells = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:>width$}"));
        cells.collect::<Vec<_>>().join("  ")
    };
    writeln!(out, "{}", dim(format!("{}  run", line(&heads))))?;
    for (run, row) in runs.iter().zip(&rows) {
        writeln!(out, "{}  {}", line(row), bold(plain(&run.name)))?;
    }
    Ok(())
}

fn row(run: &Run, settings: &[&str]) -> Vec<String> {
    let none = || "-".to_owned();
    let share = |share: Option<f64>| share.map_or_else(none, percent);
    let number = |value: Option<f64>, digits: usize| {
        value.map_or_else(none, |value| format!("{value:.digits$}"))
    };
    let (training, best) = (run.training, run.best);
    let mut row: Vec<String> = settings
        .iter()
        .map(|name| {
            Some(plain(&shown(run, name))).filter(|value| !value.is_empty()).unwrap_or_else(none)
        })
        .collect();
    row.extend([
        count(run.updates),
        number(training.map(|point| point.loss), 3),
        share(training.and_then(|point| point.accuracy)),
        number(best.map(|point| point.loss), 4),
        share(best.and_then(|point| point.accuracy)),
        number(best.map(|point| point.perplexity), 3),
        run.events_per_second.map_or_else(none, |speed| count(speed.round() as u64)),
        run.seconds.map_or_else(none, |seconds| {
            Duration::try_from_secs_f64(seconds).map_or_else(|_| none(), duration)
        }),
    ]);
    row
}

/// A text from a file, in which control characters must not reach the terminal.
fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}
