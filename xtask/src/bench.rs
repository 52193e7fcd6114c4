//! `cargo xtask bench`: what all stages share, and the run over them.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;
use std::time::Instant;

use clap::ValueEnum as _;
use serde_json::Value;
use tempfile::TempDir;

use crate::args::BenchArgs;
use crate::cantus::{Cantus, target};
use crate::clock::Run;
use crate::corpus::Corpus;
use crate::error::{Error, Result};
use crate::machine::Machine;
use crate::magenta::Call;
use crate::peer::{Home, Peer};
use crate::process::Program;
use crate::report::{Report, Section, count};
use crate::rounds::{Contestant, Outcome};
use crate::stages;

/// Times that programs run that take many seconds.
const SLOW_RUNS: u32 = 2;

/// What all stages share.
#[derive(Debug)]
pub(crate) struct Bench {
    /// Runs of Cantus and of quick peers.
    pub(crate) runs: u32,
    /// Whether Magenta itself runs.
    pub(crate) magenta: bool,
    /// One for each core.
    pub(crate) threads: usize,
    /// The music.
    pub(crate) corpus: Corpus,
    /// The program.
    pub(crate) cantus: Cantus,
    peers: PathBuf,
    work: TempDir,
}

impl Bench {
    fn new(args: &BenchArgs) -> Result<Self> {
        let corpus = Corpus::find(&args.corpus)?;
        let cantus = Cantus::build()?;
        let target = target()?;
        let work = tempfile::Builder::new().prefix("bench-").tempdir_in(&target);
        Ok(Self {
            runs: args.runs,
            magenta: args.magenta,
            threads: available_parallelism().map_or(1, usize::from),
            corpus,
            cantus,
            peers: args.peers.clone(),
            work: work.map_err(Error::at(&target))?,
        })
    }

    /// A path for something that is only needed until the end.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.work.path().join(name)
    }

    /// A script of a peer.
    pub(crate) fn peer(&self, script: &'static str, home: Home, setup: Value) -> Peer {
        Peer::new(script, home, &self.peers, setup)
    }

    /// Runs one of Magenta's programs.
    pub(crate) fn call(&self, call: &Call) -> Result<Run> {
        call.measure(&self.peers)
    }

    /// One of Magenta's programs, which takes many seconds and does `amount`.
    pub(crate) fn magenta_program(&self, name: &str, call: Call, amount: f64) -> Contestant<'_> {
        let work = move || Ok(self.call(&call)?.of(amount));
        Contestant::new(name, self.slow_runs(), work).cold()
    }

    /// Adds a quoted figure where Magenta does not run.
    pub(crate) fn quote(&self, outcomes: &mut Vec<Outcome>, quoted: Option<Outcome>) {
        if !self.magenta {
            outcomes.extend(quoted);
        }
    }

    /// The files to measure on where Magenta takes long: at most `sample` if it runs, else all.
    pub(crate) fn for_magenta(&self, sample: usize) -> Vec<&Path> {
        self.corpus.sample(if self.magenta { sample } else { usize::MAX })
    }

    /// Runs of what takes many seconds.
    pub(crate) fn slow_runs(&self) -> u32 {
        self.runs.min(SLOW_RUNS)
    }

    /// The notes of the whole corpus, or of a part of it.
    pub(crate) fn notes(&self, folder: &Path, name: &str) -> Result<PathBuf> {
        let notes = self.file(&format!("{name}.tfrecord"));
        if !notes.exists() {
            self.ingest(folder, &notes, self.threads).run()?;
        }
        Ok(notes)
    }

    /// `cantus ingest`.
    pub(crate) fn ingest(&self, folder: &Path, notes: &Path, threads: usize) -> Program {
        self.cantus.verb("ingest", threads).arg(folder).arg("--output").arg(notes)
    }

    /// `cantus dataset`.
    pub(crate) fn dataset(&self, config: &str, notes: &Path, folder: &Path) -> Program {
        let dataset = self.cantus.verb("dataset", self.threads).args(["--config", config]);
        dataset.arg("--input").arg(notes).arg("--output-dir").arg(folder)
    }

    /// Examples to learn from, of the whole corpus.
    pub(crate) fn examples(&self, config: &str) -> Result<PathBuf> {
        let folder = self.file(config);
        let examples = folder.join("training_melodies.tfrecord");
        if !examples.exists() {
            let notes = self.notes(self.corpus.folder(), "notes")?;
            self.dataset(config, &notes, &folder).run()?;
        }
        Ok(examples)
    }

    /// The folder of an attention_rnn with two layers of 64, after a few updates.
    pub(crate) fn trained(&self) -> Result<PathBuf> {
        let folder = self.file("trained");
        if !folder.exists() {
            let train = self.cantus.verb("train", self.threads);
            let train = train.args(["--config", "attention_rnn", "--num-training-steps", "20"]);
            let train = train.args(["--hparams", "batch_size=64,rnn_layer_sizes=[64,64]"]);
            let examples = self.examples("attention_rnn")?;
            train.arg("--examples").arg(examples).arg("--run-dir").arg(&folder).run()?;
        }
        Ok(folder)
    }
}

/// Runs the stages and writes the page. False if something could not be measured.
pub(crate) fn run(args: &BenchArgs) -> Result<bool> {
    let bench = Bench::new(args)?;
    let mut machine = Machine::look(&args.peers, args.magenta, bench.threads);
    let mut sections = Vec::new();
    for stage in args.stages() {
        eprintln!("{}", stages::title(stage));
        let start = Instant::now();
        let section = stages::run(stage, &bench).unwrap_or_else(|error| {
            eprintln!("  not available: {error}");
            Section::unavailable(stages::title(stage), &error)
        });
        eprintln!("  {:.0} s", start.elapsed().as_secs_f64());
        sections.push(section);
    }
    machine.look_again();
    let report = Report { command: command(args), corpus: about(&bench.corpus), machine, sections };
    deliver(args, &report)?;
    Ok(report.sections.iter().all(Section::is_complete))
}

/// Writes the page, or shows it, and prints the figures.
fn deliver(args: &BenchArgs, report: &Report) -> Result<()> {
    if let Some(page) = args.page() {
        fs::write(&page, report.markdown()).map_err(Error::at(&page))?;
        eprintln!("{}", page.display());
    } else if !args.json {
        print!("{}", report.markdown());
    }
    if args.json {
        println!("{}", serde_json::to_string(report)?);
    }
    Ok(())
}

/// What was called, without paths that mean nothing elsewhere.
fn command(args: &BenchArgs) -> String {
    let corpus = if args.corpus == Path::new("data/demo") { "" } else { " --corpus FOLDER" };
    let magenta = if args.magenta { " --magenta" } else { "" };
    let names = args.stages().into_iter().filter_map(|stage| stage.to_possible_value());
    let names: Vec<String> = names.map(|name| name.get_name().to_owned()).collect();
    let only =
        if args.only.is_empty() { String::new() } else { format!(" --only {}", names.join(",")) };
    format!("cargo xtask bench{corpus}{magenta}{only} --runs {}", args.runs)
}

fn about(corpus: &Corpus) -> String {
    let bytes: u64 =
        corpus.files.iter().filter_map(|file| Some(fs::metadata(file).ok()?.len())).sum();
    format!("{} MIDI files, {:.1} MB", count(corpus.files.len()), bytes as f64 / 1e6)
}
