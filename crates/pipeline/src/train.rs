//! Train: examples to a run folder with a trained network.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use model::checkpoint::{ClipBy, Evaluation};
use model::config::MelodyConfig;
use model::evaluate::Metrics;
use model::examples::ExampleSet;
use model::import::Imported;
pub use model::train::Resume;
use model::train::{self, Ending, Progress, Start, WarmStart};
use serde::Serialize;

use crate::shards::files_of;
use crate::{Error, Event, Observer, Origin, Result, files, magenta_run};

/// Configuration of a run that nothing else is said of.
pub const DEFAULT_CONFIG: &str = "attention_rnn";

/// Name in a run folder of the bundle that the run began with.
pub(crate) const WARM_START_FILE: &str = "warm_start.mag";

/// Checkpoints that are kept when nothing else is said.
pub const KEEP_CHECKPOINTS: usize = 3;

/// Updates between points of the curves when nothing else is said.
pub const SUMMARY_FREQUENCY: u64 = 10;

/// What to train, on what, for how long.
#[derive(Clone, Debug)]
pub struct TrainOptions {
    /// Name of the configuration; none for that of the network to begin with, or [`DEFAULT_CONFIG`].
    pub config: Option<String>,
    /// Network whose weights to begin with; none for fresh ones.
    pub warm_start: Option<Origin>,
    /// Folder of the run; a run that it already holds goes on.
    pub run_dir: PathBuf,
    /// The examples to learn from: files, shards (`name@number`) or patterns.
    pub examples: Vec<PathBuf>,
    /// Changes to the configuration's hyper-parameters, as Magenta's flag spells them.
    pub hparams: String,
    /// Updates to make in all; 0 goes on until stopped.
    pub num_training_steps: u64,
    /// Evaluation in the course of training.
    pub eval: Option<EvalOptions>,
    /// Seed of the initial weights, of the order of the examples and of dropout.
    pub seed: u64,
    /// Clip by the norm of all gradients together instead of each tensor by its own.
    pub clip_global_norm: bool,
    /// Time between checkpoints.
    pub checkpoint_interval: Duration,
    /// Newest checkpoints to keep, at least 1.
    pub keep_checkpoints: usize,
    /// Updates between points of the curves, at least 1.
    pub summary_frequency: u64,
    /// What a run that goes on must have in common with the one before.
    pub resume: Resume,
    /// Keep the run as Magenta has it: count `num_training_steps` from where the run stands, go on from TensorFlow's checkpoints in its folder `train`, and write one beside each of ours.
    pub as_magenta: bool,
    /// Threads to compute on; they change the speed and nothing else.
    pub threads: usize,
}

/// Evaluation in the course of training.
#[derive(Clone, Debug)]
pub struct EvalOptions {
    /// The held-out examples, likewise.
    pub examples: Vec<PathBuf>,
    /// Updates between evaluations, at least 1.
    pub every: u64,
    /// Stop after so many evaluations in a row without a lower loss.
    pub patience: Option<u32>,
}

/// What came of training.
#[derive(Clone, Debug, Serialize)]
pub struct Trained {
    /// Folder of the run.
    pub run_dir: PathBuf,
    /// Why it ended: `finished`, `already_finished` or `early_stopped`.
    pub ending: &'static str,
    /// Updates that the run has made in all.
    pub update: u64,
    /// Updates made by this call.
    pub updates_made: u64,
    /// The newest weights.
    pub checkpoint: PathBuf,
    /// On the last batch, with dropout, before its update.
    pub training: Option<Metrics>,
    /// The newest evaluation on the held-out examples.
    pub evaluation: Option<Evaluation>,
    /// The best one.
    pub best: Option<Evaluation>,
}

/// Trains a network, or goes on with the run that the folder holds.
///
/// # Errors
///
/// [`Error::Interrupted`] when the observer asks to stop: a checkpoint of where training stood is then on disk.
/// Otherwise what reading the examples, learning and writing the run folder can meet; the last checkpoint stays.
pub fn train(options: &TrainOptions, observer: &dyn Observer) -> Result<Trained> {
    let start =
        options.warm_start.as_ref().map(|origin| origin.load_whole(observer)).transpose()?;
    let config = config(options, start.as_ref(), observer)?;
    let examples = ExampleSet::open_all(&files_of(&options.examples)?, &config)?;
    let mut training = train::TrainOptions::new(config, &options.run_dir);
    if let Some(start) = ahead(options)? {
        start.agree(&training.config)?;
        training.warm_start = Some(going_on(start));
    } else if let Some(start) = &start {
        keep_bundle(&options.run_dir, start)?;
        training.warm_start = Some(WarmStart::new(start.model.network.clone()));
    }
    training.eval = held_out(options, &training.config)?;
    training.num_training_steps = last_update(options)?;
    training.seed = options.seed;
    training.threads = options.threads;
    training.clip_by = if options.clip_global_norm { ClipBy::GlobalNorm } else { ClipBy::Tensor };
    training.checkpoint_interval = options.checkpoint_interval;
    training.keep_checkpoints = options.keep_checkpoints;
    training.summary_frequency = options.summary_frequency;
    training.resume = options.resume;

    let mut failed = None;
    let mut watch = |event: &train::Event<'_>| {
        let followed_up = match event {
            train::Event::CheckpointSaved { update, .. } if options.as_magenta => {
                let keep = options.keep_checkpoints;
                magenta_run::follow_up(&options.run_dir, keep, observer).map(|path| {
                    observer.observe(Event::Saved { update: *update, path: &path });
                })
            }
            event => {
                tell(event, observer);
                Ok(())
            }
        };
        failed = failed.take().or(followed_up.err());
        if failed.is_some() || observer.cancelled() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let trained = train::train(&training, &examples, &mut watch);
    observer.observe(Event::Ended);
    let end = training.num_training_steps;
    match failed {
        Some(error) => Err(error),
        None => result(trained?, options, end),
    }
}

/// The configuration that was asked for. A network to begin with knows its own, of which only what no weight depends on can be
/// changed.
fn config(
    options: &TrainOptions,
    start: Option<&Imported>,
    observer: &dyn Observer,
) -> Result<MelodyConfig> {
    let mut config = match (&options.config, start) {
        (None, Some(start)) => start.model.config.clone(),
        (Some(name), Some(start)) => {
            let mut config = MelodyConfig::called(name)?;
            config.hparams.clone_from(&start.model.config.hparams);
            config
        }
        (name, None) => MelodyConfig::called(name.as_deref().unwrap_or(DEFAULT_CONFIG))?,
    };
    for note in config.hparams.parse_overrides(&options.hparams)? {
        observer.observe(Event::Warning(&note.to_string()));
    }
    if let Some(start) = start {
        start.agree(&config)?;
    }
    Ok(config)
}

/// The update at which to stop, if there is an end.
fn last_update(options: &TrainOptions) -> Result<Option<u64>> {
    let before = match options.as_magenta {
        true => magenta_run::update(&options.run_dir)?.unwrap_or_default(),
        false => 0,
    };
    let steps = options.num_training_steps;
    Ok((steps > 0).then(|| before.saturating_add(steps)))
}

/// What Magenta has made of the run, if that is to be gone on with.
fn ahead(options: &TrainOptions) -> Result<Option<Imported>> {
    if options.as_magenta { magenta_run::ahead(&options.run_dir) } else { Ok(None) }
}

/// To go on where a checkpoint of TensorFlow ends; without Adam's moments only its weights can be taken over.
fn going_on(imported: Imported) -> WarmStart {
    let network = imported.model.network;
    match (imported.moments, imported.update) {
        (Some(moments), Some(update)) => WarmStart::going_on(network, moments, update),
        _ => WarmStart::new(network),
    }
}

/// Keeps the bundle that a run began with, whose graph a bundle of what it has learnt will need.
fn keep_bundle(run_dir: &Path, start: &Imported) -> Result<()> {
    let path = run_dir.join(WARM_START_FILE);
    match &start.bundle {
        Some(bundle) if !path.exists() => {
            files::create_dir(run_dir)?;
            files::write_whole(&path, &bundle.encode())
        }
        _ => Ok(()),
    }
}

fn held_out(options: &TrainOptions, config: &MelodyConfig) -> Result<Option<train::EvalOptions>> {
    let Some(eval) = &options.eval else { return Ok(None) };
    let examples = ExampleSet::open_all(&files_of(&eval.examples)?, config)?;
    Ok(Some(train::EvalOptions { examples, every: eval.every, patience: eval.patience }))
}

/// Passes on what training says of itself.
fn tell(event: &train::Event<'_>, observer: &dyn Observer) {
    match event {
        train::Event::Started(start) => begin(start, 0, observer),
        train::Event::Resumed { update, start, .. } => {
            observer.observe(Event::Notice(&format!("going on from update {update}")));
            begin(start, *update, observer);
        }
        train::Event::CheckpointDamaged(damaged) => observer.observe(Event::Warning(&format!(
            "checkpoint {} is damaged ({}); trying the one before it",
            damaged.path.display(),
            damaged.reason
        ))),
        train::Event::Progress(progress) => {
            observer.observe(Event::Advanced {
                done: progress.update,
                total: progress.num_training_steps,
                detail: &detail(progress),
            });
            let Progress { update, metrics, .. } = **progress;
            observer.observe(Event::Learnt { update, metrics });
        }
        train::Event::Evaluated { update, result, is_best } => {
            let best = if *is_best { ", the best so far" } else { "" };
            observer.observe(Event::Notice(&format!(
                "update {update}: held-out loss {:.4}, perplexity {:.3}{best}",
                result.metrics.loss, result.perplexity
            )));
        }
        train::Event::CheckpointSaved { update, path } => {
            observer.observe(Event::Saved { update: *update, path });
        }
        _ => {}
    }
}

fn begin(start: &Start, done: u64, observer: &dyn Observer) {
    observer.observe(Event::Detail(&format!(
        "{} weights learn from {} examples, {} an update",
        start.parameters, start.examples, start.batch_size
    )));
    observer.observe(Event::Began {
        task: "training",
        unit: "updates",
        total: start.num_training_steps,
        done,
    });
}

fn detail(progress: &Progress) -> String {
    format!("loss {:.3}, {:.0} events/s", progress.metrics.loss, progress.events_per_second)
}

fn result(trained: train::Trained, options: &TrainOptions, end: Option<u64>) -> Result<Trained> {
    let ending = match trained.ending {
        Ending::Interrupted => return Err(interrupted(trained.update, end)),
        Ending::AlreadyFinished => "already_finished",
        Ending::EarlyStopped => "early_stopped",
        _ => "finished",
    };
    Ok(Trained {
        run_dir: options.run_dir.clone(),
        ending,
        update: trained.update,
        updates_made: trained.updates_made,
        checkpoint: trained.checkpoint,
        training: trained.training,
        evaluation: trained.evaluation,
        best: trained.best,
    })
}

fn interrupted(update: u64, end: Option<u64>) -> Error {
    let of = end.map(|end| format!(" of {end}")).unwrap_or_default();
    Error::Interrupted { kept: Some(format!("at update {update}{of}, which is saved")) }
}
