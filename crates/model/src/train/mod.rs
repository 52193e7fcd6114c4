//! The training loop.
//!
//! A run is a function of its [`Recipe`](crate::checkpoint::Recipe): the same recipe gives the same weights, bit for
//! bit, at any number of threads and however often the run is stopped and goes on. The clock only decides when to
//! save and what the observer hears about speed.

mod clock;
mod curves;
mod held_out;
mod lock;
mod observer;
mod options;
mod overview;
mod rate;
mod session;
mod step;

use std::path::PathBuf;

pub use clock::{Clock, SystemClock};
pub use observer::{Event, Observer, Progress, Start};
pub use options::{EvalOptions, Resume, TrainOptions, WarmStart};

use crate::Result;
use crate::checkpoint::Evaluation;
use crate::evaluate::Metrics;
use crate::examples::ExampleSet;
use lock::RunLock;
use session::Session;

/// What a call of [`train`] did.
#[derive(Clone, Debug, PartialEq)]
pub struct Trained {
    /// Why it ended.
    pub ending: Ending,
    /// Updates that the run has made in all.
    pub update: u64,
    /// Updates made by this call.
    pub updates_made: u64,
    /// Weights file of the newest checkpoint.
    pub checkpoint: PathBuf,
    /// Metrics of the last update's batch, with dropout, before that update.
    pub training: Option<Metrics>,
    /// The newest evaluation on the held-out examples.
    pub evaluation: Option<Evaluation>,
    /// The best one at the regular evaluations.
    pub best: Option<Evaluation>,
}

/// Why training ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ending {
    /// The last update that was asked for is made.
    Finished,
    /// The run had made the updates that were asked for before this call, which did nothing.
    AlreadyFinished,
    /// The loss on the held-out examples no longer falls.
    EarlyStopped,
    /// The observer asked to stop.
    Interrupted,
}

/// Trains a network on `examples`, or goes on with the run that `options.run_dir` holds.
///
/// Stops when `options` say so or when the observer does, with a checkpoint of where it stands.
///
/// # Errors
/// [`Error::RunContradiction`](crate::Error::RunContradiction) when the run folder was trained with another recipe,
/// [`Error::Diverged`](crate::Error::Diverged) when a number stops being finite, errors of reading
/// examples and of writing to the run folder. The last checkpoint stays intact in every case.
pub fn train(
    options: &TrainOptions,
    examples: &ExampleSet,
    observer: &mut dyn Observer,
) -> Result<Trained> {
    train_with_clock(options, examples, observer, &SystemClock::start())
}

/// [`train`] with a clock of the caller's.
pub fn train_with_clock(
    options: &TrainOptions,
    examples: &ExampleSet,
    observer: &mut dyn Observer,
    clock: &dyn Clock,
) -> Result<Trained> {
    options.check()?;
    let _lock = RunLock::take(&options.run_dir)?;
    Session::open(options, examples, observer, clock)?.run(examples)
}
