//! Sweep: a network for every point of a grid of configurations, hyper-parameters and seeds, on one dataset.
//!
//! Each point is a run folder whose name says what is special about it, and nothing else says what is done: a run that its folder shows
//! to be done is passed over, one that was stopped goes on from its checkpoint, and a grid that grows trains what is new. `sweep.json`
//! beside them is for readers; only from which music the examples were made is read back from it.

mod examples;
mod fault;
mod grid;
mod halving;
mod listener;
mod point;
mod record;

use std::path::{Path, PathBuf};
use std::time::Duration;

use model::checkpoint::{Folder, Sidecar};
use serde::Serialize;

use crate::runs::{Run, SortBy, differing, sort};
use crate::train::{EvalOptions, KEEP_CHECKPOINTS, Resume, SUMMARY_FREQUENCY, TrainOptions, train};
use crate::{Error, Event, ExtractOptions, ModelError, Observer, Result};
use examples::Examples;
pub use fault::GridFault;
pub use grid::Axis;
use listener::Listener;
pub use point::Point;
pub use record::RECORD_FILE;
use record::Record;

/// A sweep that is killed loses a few seconds of training.
const CHECKPOINT_INTERVAL: Duration = Duration::from_secs(10);
/// Evaluations of each run when nothing else is said.
const EVALUATIONS: u64 = 10;

/// What to train, on what, for how long.
#[derive(Clone, Debug)]
pub struct SweepOptions {
    /// Folder for the runs.
    pub output_dir: PathBuf,
    /// What they learn from.
    pub source: SweepSource,
    /// Names of configurations, at least one.
    pub configs: Vec<String>,
    /// Changes to the hyper-parameters of all runs, as Magenta's flag spells them.
    pub hparams: String,
    /// Hyper-parameters that differ between runs.
    pub axes: Vec<Axis>,
    /// Seeds of the weights, of the order of the examples and of dropout, at least one; each point is trained with each.
    pub seeds: Vec<u64>,
    /// Points drawn at random instead of all; none for all.
    pub random: Option<RandomSearch>,
    /// Updates of each run, at least 1.
    pub num_training_steps: u64,
    /// Updates between evaluations, at least 1; a tenth of all when nothing is said.
    pub eval_every: Option<u64>,
    /// A run stops after so many evaluations in a row without a lower loss.
    pub patience: Option<u32>,
    /// Train all runs for a part of the updates, the better half of them for twice as many, and so on.
    pub halving: bool,
    /// Threads to compute on; they change the speed and nothing else.
    pub threads: usize,
}

/// What the runs learn from.
#[derive(Clone, Debug)]
pub enum SweepSource {
    /// Examples that were made for the one configuration of the sweep.
    Examples {
        /// Those to learn from: files, shards or patterns.
        training: Vec<PathBuf>,
        /// Those held out, likewise; none if empty.
        eval: Vec<PathBuf>,
    },
    /// Note sequences, of which the examples of each configuration are made once, with the same split.
    Notes {
        /// TFRecord files, shards or patterns.
        inputs: Vec<PathBuf>,
        /// Share of the songs to hold out, 0 to 1.
        eval_ratio: f64,
        /// Seed of the split.
        seed: u64,
        /// What counts as a melody.
        extract: ExtractOptions,
    },
}

/// Points drawn at random.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RandomSearch {
    /// How many. More of them begin with the same.
    pub points: usize,
    /// Seed of the draw.
    pub seed: u64,
}

/// What would be trained, and what is done.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// Folder for the runs.
    pub output_dir: PathBuf,
    /// Updates of each run.
    pub num_training_steps: u64,
    /// The points, in the order in which they are trained.
    pub points: Vec<Planned>,
}

/// A point of the plan.
#[derive(Clone, Debug, Serialize)]
pub struct Planned {
    /// What to train.
    #[serde(flatten)]
    pub point: Point,
    /// How far that is.
    pub state: State,
    /// Updates made.
    pub updates: u64,
}

/// How far a point is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// All updates are made, or its held-out loss no longer falls.
    Done,
    /// Some updates are made.
    Begun,
    /// Nothing is there.
    Missing,
}

/// What came of a sweep.
#[derive(Clone, Debug, Serialize)]
pub struct Swept {
    /// Folder of the runs.
    pub output_dir: PathBuf,
    /// The file that lists them.
    pub record: PathBuf,
    /// Updates that were asked for.
    pub num_training_steps: u64,
    /// Runs that learnt something in this call.
    pub trained: usize,
    /// Runs that were done before it.
    pub done_before: usize,
    /// Names of settings in which the runs differ.
    pub differing: Vec<&'static str>,
    /// The runs, the lowest held-out loss first.
    pub runs: Vec<Run>,
    /// Runs that could not be trained to their end.
    pub failed: Vec<FailedRun>,
}

/// A run that could not be trained to its end.
#[derive(Clone, Debug, Serialize)]
pub struct FailedRun {
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// Lists what a sweep would train, and what of it is done. Nothing is written.
///
/// # Errors
///
/// [`Error::Grid`] and hyper-parameters that make no sense, runs in the folder that were begun with something else.
pub fn plan(options: &SweepOptions, observer: &dyn Observer) -> Result<Plan> {
    let points = grid::points(options, observer)?;
    let examples = examples::there(options, &points)?;
    let planned = points.into_iter().map(|point| {
        let sidecar = known(options, &point, &examples)?;
        let updates = sidecar.as_ref().map_or(0, |sidecar| sidecar.standing.update);
        let state = state(sidecar.as_ref(), options.num_training_steps, options.patience);
        Ok(Planned { point, state, updates })
    });
    Ok(Plan {
        output_dir: options.output_dir.clone(),
        num_training_steps: options.num_training_steps,
        points: planned.collect::<Result<_>>()?,
    })
}

/// Trains what is missing of a grid and compares the runs.
///
/// A run that cannot be trained, because its numbers grow without bound, say, is told; the others go on.
///
/// # Errors
///
/// Those of [`plan`], what making a dataset can meet, a disk that cannot be written, [`Error::NothingTrained`],
/// [`Error::Interrupted`] with what is done.
pub fn sweep(options: &SweepOptions, observer: &dyn Observer) -> Result<Swept> {
    let points = grid::points(options, observer)?;
    let record = Record::begin(options, &points)?;
    let examples = examples::prepare(options, &points, observer)?;
    // What contradicts is told before hours of training, not after them.
    for point in &points {
        known(options, point, &examples)?;
    }
    let job = Job { options, points: &points, examples: &examples, observer };
    let mut progress = Trainings::default();
    let trained = job.train_all(&mut progress);
    record.write(&progress.failed)?;
    trained?;
    job.compare(progress)
}

/// One call of [`sweep`].
struct Job<'a> {
    options: &'a SweepOptions,
    points: &'a [Point],
    examples: &'a [Examples],
    observer: &'a dyn Observer,
}

/// What a call has done so far.
#[derive(Default)]
struct Trainings {
    /// Names of runs that learnt something.
    trained: Vec<String>,
    failed: Vec<FailedRun>,
}

impl Trainings {
    fn has_failed(&self, point: &Point) -> bool {
        self.failed.iter().any(|failed| failed.name == point.name)
    }
}

impl Job<'_> {
    fn train_all(&self, progress: &mut Trainings) -> Result<()> {
        let rungs = match self.options.halving {
            true => halving::rungs(self.options, self.points.len()),
            false => vec![self.options.num_training_steps],
        };
        let mut alive: Vec<&Point> = self.points.iter().collect();
        self.say_what_is_done()?;
        for (number, &rung) in rungs.iter().enumerate() {
            if rungs.len() > 1 {
                self.observer.observe(Event::Notice(&format!(
                    "round {} of {}: {} runs up to update {rung}",
                    number + 1,
                    rungs.len(),
                    alive.len()
                )));
            }
            for (place, point) in alive.iter().enumerate() {
                self.train_to(point, rung, (place + 1, alive.len()), progress)?;
            }
            alive.retain(|point| !progress.has_failed(point));
            if number + 1 < rungs.len() {
                alive = halving::better_half(&self.options.output_dir, &alive, rung)?;
            }
        }
        Ok(())
    }

    fn say_what_is_done(&self) -> Result<()> {
        let (options, mut done) = (self.options, 0);
        for point in self.points {
            let sidecar = known(options, point, self.examples)?;
            let state = state(sidecar.as_ref(), options.num_training_steps, options.patience);
            done += usize::from(state == State::Done);
        }
        if done > 0 {
            let of = self.points.len();
            self.observer.observe(Event::Notice(&format!("{done} of {of} runs are done already")));
        }
        Ok(())
    }

    /// Trains a point up to `rung` updates, unless it has them.
    fn train_to(
        &self,
        point: &Point,
        rung: u64,
        (place, of): (usize, usize),
        progress: &mut Trainings,
    ) -> Result<()> {
        let run_dir = run_dir(&self.options.output_dir, point);
        let sidecar = Folder::of_run(&run_dir).newest_sidecar()?;
        if state(sidecar.as_ref(), rung, self.options.patience) == State::Done {
            return Ok(());
        }
        if self.observer.cancelled() {
            return Err(interrupted(place, of, None));
        }
        self.observer.observe(Event::Notice(&format!("run {place} of {of}: {}", point.name)));
        let listener = Listener::new(self.observer, format!("run {place}/{of}"));
        match train(&self.train_options(point, run_dir, rung), &listener) {
            Ok(trained) => {
                if let Some(best) = trained.best {
                    self.observer.observe(Event::Notice(&format!(
                        "  held-out loss {:.4} at update {}",
                        best.metrics.loss, best.update
                    )));
                }
                if !progress.trained.contains(&point.name) {
                    progress.trained.push(point.name.clone());
                }
                Ok(())
            }
            Err(Error::Interrupted { kept }) => Err(interrupted(place, of, kept)),
            Err(Error::Model(error)) if is_of_point(&error) => {
                let reason = error.to_string();
                self.observer.observe(Event::Warning(&format!("{}: {reason}", point.name)));
                progress.failed.push(FailedRun { name: point.name.clone(), reason });
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    fn train_options(&self, point: &Point, run_dir: PathBuf, rung: u64) -> TrainOptions {
        let options = self.options;
        let examples = Examples::of(self.examples, point);
        let (training, eval) = examples
            .map(|examples| (examples.training.clone(), examples.eval.clone()))
            .unwrap_or_default();
        TrainOptions {
            config: Some(point.config.name.clone()),
            warm_start: None,
            run_dir,
            examples: training,
            hparams: point.hparams(),
            num_training_steps: rung,
            eval: (!eval.is_empty()).then(|| EvalOptions {
                examples: eval,
                every: eval_every(options),
                patience: options.patience,
            }),
            seed: point.seed,
            clip_global_norm: false,
            checkpoint_interval: CHECKPOINT_INTERVAL,
            keep_checkpoints: KEEP_CHECKPOINTS,
            summary_frequency: SUMMARY_FREQUENCY,
            resume: Resume::SameRecipe,
            as_magenta: false,
            threads: options.threads,
        }
    }

    /// The runs side by side.
    fn compare(&self, progress: Trainings) -> Result<Swept> {
        let Trainings { trained, failed } = progress;
        if let (true, Some(first)) = (failed.len() == self.points.len(), failed.first()) {
            let reason = first.reason.clone();
            return Err(Error::NothingTrained { runs: self.points.len(), reason });
        }
        let output_dir = &self.options.output_dir;
        let ended = self
            .points
            .iter()
            .filter(|point| failed.iter().all(|failed| failed.name != point.name));
        let runs = ended.map(|point| Run::read(point.name.clone(), &run_dir(output_dir, point)));
        let mut runs = runs.collect::<Result<Vec<_>>>()?;
        sort(&mut runs, SortBy::EvalLoss);
        Ok(Swept {
            output_dir: output_dir.clone(),
            record: output_dir.join(RECORD_FILE),
            num_training_steps: self.options.num_training_steps,
            done_before: runs.iter().filter(|run| !trained.contains(&run.name)).count(),
            trained: runs.iter().filter(|run| trained.contains(&run.name)).count(),
            differing: differing(&runs),
            runs,
            failed,
        })
    }
}

/// What the run of a point says of itself, if it has begun, after checking that it can go on with these examples.
fn known(options: &SweepOptions, point: &Point, examples: &[Examples]) -> Result<Option<Sidecar>> {
    let run_dir = run_dir(&options.output_dir, point);
    let sidecar = Folder::of_run(&run_dir).newest_sidecar()?;
    if let (Some(sidecar), Some(examples)) = (&sidecar, Examples::of(examples, point)) {
        sidecar.recipe.check(&examples.recipe(point), &run_dir)?;
    }
    Ok(sidecar)
}

fn state(sidecar: Option<&Sidecar>, updates: u64, patience: Option<u32>) -> State {
    let Some(standing) = sidecar.map(|sidecar| &sidecar.standing) else { return State::Missing };
    let lost_patience =
        patience.is_some_and(|patience| standing.evaluations_since_best >= patience);
    if standing.update >= updates || lost_patience { State::Done } else { State::Begun }
}

fn eval_every(options: &SweepOptions) -> u64 {
    options.eval_every.unwrap_or(options.num_training_steps / EVALUATIONS).max(1)
}

/// Whether an error is that of one run, so that others may fare better.
fn is_of_point(error: &ModelError) -> bool {
    matches!(
        error,
        ModelError::Diverged { .. }
            | ModelError::BadHParam { .. }
            | ModelError::BadNetwork { .. }
            | ModelError::RunFolderInUse { .. }
            | ModelError::DamagedCheckpoint { .. }
    )
}

fn interrupted(place: usize, of: usize, kept: Option<String>) -> Error {
    let kept = kept.map(|kept| format!(" {kept}")).unwrap_or_default();
    Error::Interrupted { kept: Some(format!("in run {place} of {of}{kept}")) }
}

/// Folder of the run of a point.
fn run_dir(output_dir: &Path, point: &Point) -> PathBuf {
    output_dir.join(&point.name)
}
