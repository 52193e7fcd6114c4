//! What can be typed.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

const BENCH_EXAMPLES: &str = "\
Examples:
  All stages on the built-in tunes; Magenta's figures are quoted:
    cargo xtask peers
    cargo xtask bench
  On a collection of your own, against Magenta itself (a quarter of an hour):
    cargo xtask peers --magenta
    cargo xtask bench --corpus ~/midi --magenta
  Two stages, with more runs, shown and not written; then nothing but figures:
    cargo xtask bench --only update,lstm --runs 15
    cargo xtask bench --only update,lstm --runs 15 --json

Exit code 0: everything was measured. 1: something was not, and the page says
what and why. Whether targets are met does not change it.";

const PEERS_EXAMPLES: &str = "\
Examples:
  cargo xtask peers
  cargo xtask peers --magenta --magenta-python /usr/bin/python3.11";

const TENSORBOARD_EXAMPLES: &str = "\
Examples:
  cargo xtask tensorboard
  cargo xtask tensorboard --screenshots pictures --browser chromium

Exit code 0: TensorBoard reads all that was written. 1: it does not, or
something could not be tried; stderr says what.";

/// Chores of the Cantus repository
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Bench(BenchArgs),
    Peers(PeersArgs),
    Tensorboard(TensorboardArgs),
    #[command(hide = true)]
    Measure(MeasureArgs),
}

/// Measure Cantus against other programs, in turn, and write docs/benchmarks.md
#[derive(Args, Debug)]
#[command(after_help = BENCH_EXAMPLES)]
pub(crate) struct BenchArgs {
    /// Folder of MIDI files to measure on
    #[arg(long, value_name = "FOLDER", default_value = "data/demo")]
    pub(crate) corpus: PathBuf,
    /// Stages to run, in the order of the page [default: all]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(crate) only: Vec<StageName>,
    /// Times that Cantus and quick peers run; slow ones run fewer times
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) runs: u32,
    /// Where `cargo xtask peers` put the other programs
    #[arg(long, value_name = "FOLDER", default_value = "target/peers")]
    pub(crate) peers: PathBuf,
    /// Run Magenta itself, too, instead of quoting figures measured elsewhere
    #[arg(long)]
    pub(crate) magenta: bool,
    /// Page to write [default: docs/benchmarks.md, or stdout with --only, which keeps the whole page]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Print all figures as one JSON object on stdout
    #[arg(long)]
    pub(crate) json: bool,
}

/// Install the programs that Cantus is measured against into virtual environments
#[derive(Args, Debug)]
#[command(after_help = PEERS_EXAMPLES)]
pub(crate) struct PeersArgs {
    /// Where to put them
    #[arg(long, value_name = "FOLDER", default_value = "target/peers")]
    pub(crate) peers: PathBuf,
    /// Install Magenta with TensorFlow, too
    #[arg(long)]
    pub(crate) magenta: bool,
    /// Python that makes the environments
    #[arg(long, value_name = "PROGRAM", default_value = "python3")]
    pub(crate) python: PathBuf,
    /// Python 3.11 for Magenta
    #[arg(long, value_name = "PROGRAM", default_value = "python3.11")]
    pub(crate) magenta_python: PathBuf,
}

/// Train short runs and read them back with TensorBoard's own code and its server
///
/// Its virtual environment is made on the way, which needs a package index the first time.
#[derive(Args, Debug)]
#[command(after_help = TENSORBOARD_EXAMPLES)]
pub(crate) struct TensorboardArgs {
    /// Where the virtual environment goes
    #[arg(long, value_name = "FOLDER", default_value = "target/peers")]
    pub(crate) peers: PathBuf,
    /// Python that makes the environment
    #[arg(long, value_name = "PROGRAM", default_value = "python3")]
    pub(crate) python: PathBuf,
    /// Put pictures of the tabs SCALARS, HPARAMS and TEXT here
    #[arg(long, value_name = "FOLDER")]
    pub(crate) screenshots: Option<PathBuf>,
    /// A browser of the Chromium family, for the pictures
    #[arg(long, value_name = "PROGRAM", default_value = "chromium", requires = "screenshots")]
    pub(crate) browser: PathBuf,
}

/// Runs one program and tells what it took, as the only child of a process of its own
#[derive(Args, Debug)]
pub(crate) struct MeasureArgs {
    #[arg(required = true, last = true)]
    pub(crate) command: Vec<OsString>,
}

/// Names of the stages, in the order of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StageName {
    /// MIDI files to notes, one thread
    Read,
    /// A folder to note sequences, whole programs
    Ingest,
    /// Note sequences to examples, whole programs
    Dataset,
    /// One update of a network's weights
    Update,
    /// One update of a plain LSTM, against PyTorch
    Lstm,
    /// Ten melodies, whole programs
    Generate,
    /// Beam search, wider and wider
    Beam,
    /// The map of genres, against scikit-learn
    Map,
    /// Peak memory
    Memory,
}

/// Where the whole page goes.
const PAGE: &str = "docs/benchmarks.md";

impl BenchArgs {
    /// The file to write, if any: a part of the page does not replace the whole.
    pub(crate) fn page(&self) -> Option<PathBuf> {
        let whole = self.only.is_empty().then(|| PathBuf::from(PAGE));
        self.output.clone().or(whole)
    }

    /// The stages to run, each once, in the order of the page.
    pub(crate) fn stages(&self) -> Vec<StageName> {
        let wanted = |stage: &StageName| self.only.is_empty() || self.only.contains(stage);
        StageName::value_variants().iter().copied().filter(wanted).collect()
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn bench(arguments: &[&str]) -> BenchArgs {
        let words = ["xtask", "bench"].iter().chain(arguments);
        match Cli::try_parse_from(words).unwrap().command {
            Command::Bench(args) => args,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_declarations_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_visible_command_gives_examples() {
        for command in Cli::command().get_subcommands().filter(|command| !command.is_hide_set()) {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("Examples:"), "{}", command.get_name());
            assert!(help.contains(&format!("cargo xtask {}", command.get_name())));
        }
    }

    #[test]
    fn all_stages_run_unless_some_are_named() {
        assert_eq!(bench(&[]).stages().len(), StageName::value_variants().len());
        let some = bench(&["--only", "lstm,read", "--only", "read"]).stages();
        assert_eq!(some, [StageName::Read, StageName::Lstm]);
    }

    #[test]
    fn a_part_does_not_replace_the_whole_page() {
        assert_eq!(bench(&[]).page(), Some(PathBuf::from(PAGE)));
        assert_eq!(bench(&["--only", "read"]).page(), None);
        assert_eq!(bench(&["--only", "read", "--output", "x"]).page(), Some("x".into()));
    }

    #[test]
    fn nonsense_is_refused() {
        for wrong in [["--runs", "0"], ["--runs", "x"], ["--only", "nothing"]] {
            assert!(Cli::try_parse_from(["xtask", "bench"].iter().chain(&wrong)).is_err());
        }
    }
}
