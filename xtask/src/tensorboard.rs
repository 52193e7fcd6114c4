//! `cargo xtask tensorboard`: short runs of the real program, read back by TensorBoard's own code and by its server.
//!
//! One run is straight, one stops and goes on, one is killed and goes on. What must be found is taken from the event files by
//! Cantus's reader and from what the program printed; `peers/tensorboard_read.py` looks whether TensorBoard finds the same.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::Value;
use tensorflow::events::{Reader, What};

use crate::args::TensorboardArgs;
use crate::cantus::{Cantus, repository, target};
use crate::error::{Error, Result};
use crate::peer::{Home, script, set_up_tensorboard};
use crate::process::Program;

/// Updates of a run, and of the first half of one that goes on.
const UPDATES: u32 = 60;
const HALF: u32 = 30;
/// Updates between evaluations.
const EVAL_EVERY: u32 = 20;
/// How long a run may take to draw its first points.
const PATIENCE: Duration = Duration::from_secs(120);

/// Points of curves by tag: update and value.
type Curves = BTreeMap<String, Vec<(i64, f32)>>;

/// What TensorBoard must find.
#[derive(Debug, Serialize)]
struct Expected {
    logdir: PathBuf,
    /// Curves by folder below `logdir`.
    scalars: BTreeMap<String, Curves>,
    /// Runs by folder below `logdir`.
    runs: BTreeMap<String, RunFacts>,
    screenshots: Option<PathBuf>,
    browser: PathBuf,
}

/// A run as it was asked for, and as the program reported it.
#[derive(Debug, Serialize)]
struct RunFacts {
    config: &'static str,
    learning_rate: f64,
    seed: u64,
    /// Updates before the last session.
    went_on_from: u64,
    /// What `cantus train --json` printed.
    result: Value,
}

/// A run to be made.
#[derive(Clone, Copy, Debug)]
struct Run {
    name: &'static str,
    config: &'static str,
    learning_rate: f64,
    seed: u64,
}

const STRAIGHT: Run = Run { name: "straight", config: "basic_rnn", learning_rate: 0.005, seed: 1 };
const PARTED: Run = Run { name: "parted", config: "attention_rnn", learning_rate: 0.01, seed: 2 };
const KILLED: Run = Run { name: "killed", config: "basic_rnn", learning_rate: 0.002, seed: 3 };

/// Makes the runs and has them read; `false` if TensorBoard finds anything else than what was written.
pub(crate) fn run(args: &TensorboardArgs) -> Result<bool> {
    set_up_tensorboard(&args.python, &args.peers)?;
    let shop = Workshop::open()?;
    let mut runs = BTreeMap::new();
    for (run, facts) in [
        (STRAIGHT, shop.straight(STRAIGHT)?),
        (PARTED, shop.parted(PARTED)?),
        (KILLED, shop.killed(KILLED)?),
    ] {
        runs.insert(run.name.to_owned(), facts);
    }
    let logdir = shop.logdir();
    let expected = Expected {
        scalars: scalars(&logdir, runs.keys())?,
        logdir,
        runs,
        screenshots: args.screenshots.clone(),
        browser: args.browser.clone(),
    };
    let file = shop.file("expected.json");
    fs::write(&file, serde_json::to_vec(&expected)?).map_err(Error::at(&file))?;
    let python = Home::TensorBoard.python(&args.peers, None)?;
    let status = python.arg(script("tensorboard_read.py")).arg(&file).command().status();
    Ok(status.map_err(Error::at("tensorboard_read.py"))?.success())
}

/// Where the runs are made: a folder that goes when all is done.
struct Workshop {
    cantus: Cantus,
    folder: tempfile::TempDir,
}

impl Workshop {
    fn open() -> Result<Self> {
        let cantus = Cantus::build_to_try()?;
        let target = target()?;
        let folder = tempfile::Builder::new().prefix("tensorboard-").tempdir_in(&target);
        let shop = Self { cantus, folder: folder.map_err(Error::at(&target))? };
        let ingest = shop.cantus.verb("ingest", 2);
        let ingest = ingest.arg(repository().join("data/demo/hornpipe"));
        ingest.arg("--output").arg(shop.file("notes.tfrecord")).run()?;
        for config in ["basic_rnn", "attention_rnn"] {
            let dataset = shop.cantus.verb("dataset", 2).args(["--ignore-polyphonic-notes"]);
            let dataset = dataset.args(["--config", config]).arg("--input");
            let dataset = dataset.arg(shop.file("notes.tfrecord"));
            dataset.arg("--output-dir").arg(shop.file(config)).run()?;
        }
        Ok(shop)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn logdir(&self) -> PathBuf {
        self.file("runs")
    }

    /// The call that trains `run` up to `updates`.
    fn train(&self, run: Run, updates: u32) -> Program {
        let examples = |side| self.file(run.config).join(format!("{side}_melodies.tfrecord"));
        let hparams =
            format!("batch_size=8,rnn_layer_sizes=[16,16],learning_rate={}", run.learning_rate);
        let train = self.cantus.verb("train", 2).args(["--json", "--config", run.config]);
        let train = train.arg("--run-dir").arg(self.logdir().join(run.name));
        let train = train.arg("--examples").arg(examples("training"));
        let train = train.arg("--eval-examples").arg(examples("eval"));
        let train = train.args(["--hparams", &hparams, "--seed", &run.seed.to_string()]);
        let train = train.args(["--eval-every", &EVAL_EVERY.to_string()]);
        train.args(["--num-training-steps", &updates.to_string()])
    }

    fn straight(&self, run: Run) -> Result<RunFacts> {
        self.finish(run, UPDATES)
    }

    fn parted(&self, run: Run) -> Result<RunFacts> {
        self.train(run, HALF).run()?;
        self.finish(run, UPDATES)
    }

    /// Kills the run when it has drawn some points, none of which is in a checkpoint.
    fn killed(&self, run: Run) -> Result<RunFacts> {
        let train = self.train(run, u32::MAX).args(["--checkpoint-interval", "3600"]);
        let mut child =
            train.command().stdout(Stdio::null()).spawn().map_err(Error::at("cantus"))?;
        let folder = self.logdir().join(run.name).join("train");
        let begun = Instant::now();
        while points(&folder).map_or(0, |curves| curves.values().map(Vec::len).max().unwrap_or(0))
            < 3
        {
            if begun.elapsed() > PATIENCE {
                let _ = child.kill();
                return Err(Error::Unavailable("the run that was to be killed drew no points"));
            }
            thread::sleep(Duration::from_millis(20));
        }
        child.kill().and_then(|()| child.wait()).map_err(Error::at("cantus"))?;
        // Longer than what was drawn, or TensorBoard had nothing new to put in its place.
        let drawn = points(&folder)?.values().flatten().map(|point| point.0).max().unwrap_or(0);
        self.finish(run, u32::try_from(drawn).unwrap_or(0) + HALF)
    }

    fn finish(&self, run: Run, updates: u32) -> Result<RunFacts> {
        let result: Value = serde_json::from_slice(&self.train(run, updates).output()?)?;
        let count = |key: &str| result[key].as_u64().unwrap_or(0);
        let went_on_from = count("update") - count("updates_made");
        let Run { config, learning_rate, seed, .. } = run;
        Ok(RunFacts { config, learning_rate, seed, went_on_from, result })
    }
}

/// The curves of all runs by their folders.
fn scalars<'a>(
    logdir: &Path,
    runs: impl Iterator<Item = &'a String>,
) -> Result<BTreeMap<String, Curves>> {
    let mut all = BTreeMap::new();
    for run in runs {
        for side in ["train", "eval"] {
            all.insert(format!("{run}/{side}"), points(&logdir.join(run).join(side))?);
        }
    }
    Ok(all)
}

/// The points of the event files in `folder` as they count: a session that goes on takes back what was drawn after it.
fn points(folder: &Path) -> Result<Curves> {
    let entries = fs::read_dir(folder).map_err(Error::at(folder))?;
    let files = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut files = files.collect::<std::io::Result<Vec<_>>>().map_err(Error::at(folder))?;
    files.sort();
    let mut curves = Curves::new();
    for file in files {
        for event in Reader::open(&file)? {
            let event = event?;
            match event.what {
                What::Scalars(scalars) => {
                    for (tag, value) in scalars {
                        curves.entry(tag).or_default().push((event.step, value));
                    }
                }
                What::SessionStart => {
                    for points in curves.values_mut() {
                        points.retain(|point| point.0 < event.step);
                    }
                }
                _ => {}
            }
        }
    }
    Ok(curves)
}
