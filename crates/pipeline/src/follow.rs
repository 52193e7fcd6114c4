//! Follow: evaluate every new checkpoint of a run while something else trains it, as Magenta's `--eval` does.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use model::config::MelodyConfig;
use model::evaluate::{EvalResult, evaluate_while};
use model::examples::ExampleSet;
use serde::Serialize;
use tensorflow::events::EventWriter;

use crate::magenta_run;
use crate::{Error, Observer, Origin, Result};

/// Time between two looks for a new checkpoint, and between two questions whether to go on.
const PATIENCE: Duration = Duration::from_millis(200);

/// What to follow, and how.
#[derive(Clone, Debug)]
pub struct FollowOptions {
    /// Folder of the run, of Cantus or of Magenta.
    pub run_dir: PathBuf,
    /// The examples to measure on: one file or many.
    pub examples: Vec<PathBuf>,
    /// Encoding and shape that the networks must have, batch size and dropout to measure with.
    pub config: MelodyConfig,
    /// Examples to measure on, from the first on; none for all. What does not fill a batch is left out, as in Magenta.
    pub num_examples: Option<usize>,
    /// Time from the beginning of a measurement to that of the next, at least.
    pub interval: Duration,
    /// How long to wait for a new checkpoint before giving up.
    pub timeout: Duration,
    /// Threads to compute on; the figures do not depend on them.
    pub threads: usize,
}

/// What happens on the way.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum FollowEvent<'a> {
    /// The wait for a new checkpoint begins.
    Waiting,
    /// There is one.
    Found {
        /// Its file.
        path: &'a Path,
    },
    /// It was measured.
    Evaluated {
        /// Updates that it has learnt from.
        update: u64,
        /// Batches that it was measured on.
        batches: usize,
        /// The figures, with dropout as in Magenta.
        result: &'a EvalResult,
    },
    /// No new one came in time: the end.
    TimedOut,
}

/// What came of following.
#[derive(Clone, Debug, Serialize)]
pub struct Followed {
    /// Checkpoints that were measured.
    pub evaluations: u64,
    /// Updates of the last one.
    pub update: Option<u64>,
}

/// Measures every new checkpoint of a run and draws the curves of it in `eval` of the run folder, until none comes any more.
///
/// # Errors
///
/// Examples that cannot be read or do not fill a batch, a network that cannot be loaded or has another shape than expected, a disk that
/// cannot be written, [`Error::Interrupted`].
pub fn follow(
    options: &FollowOptions,
    observer: &dyn Observer,
    tell: &mut dyn FnMut(FollowEvent<'_>),
) -> Result<Followed> {
    let examples = ExampleSet::open_all(&options.examples, &options.config)?;
    let batch_size = options.config.hparams.batch_size;
    let wanted = options.num_examples.unwrap_or(examples.len()).min(examples.len());
    let batches = wanted / batch_size;
    if batches == 0 {
        return Err(Error::NoBatch { examples: wanted, batch_size });
    }
    let examples = examples.first(batches * batch_size);
    let mut followed = Followed { evaluations: 0, update: None };
    let mut curve = EventWriter::create(options.run_dir.join("eval"), unix_seconds(), "")?;
    loop {
        tell(FollowEvent::Waiting);
        if !wait(options, followed.update, observer)? {
            tell(FollowEvent::TimedOut);
            return Ok(followed);
        }
        let begun = Instant::now();
        let (update, result) = measure(options, &examples, observer, tell)?;
        curve.scalars(unix_seconds(), update as i64, &result.scalars())?;
        tell(FollowEvent::Evaluated { update, batches, result: &result });
        followed.evaluations += 1;
        followed.update = Some(update);
        while begun.elapsed() < options.interval {
            pause(options.interval.saturating_sub(begun.elapsed()), observer)?;
        }
    }
}

/// Waits for a checkpoint after `last`; `false` when none comes in time.
fn wait(options: &FollowOptions, last: Option<u64>, observer: &dyn Observer) -> Result<bool> {
    let begun = Instant::now();
    loop {
        let newest = magenta_run::update(&options.run_dir)?;
        if newest.is_some() && newest != last {
            return Ok(true);
        }
        if begun.elapsed() >= options.timeout {
            return Ok(false);
        }
        pause(PATIENCE, observer)?;
    }
}

/// Measures the newest network.
fn measure(
    options: &FollowOptions,
    examples: &ExampleSet,
    observer: &dyn Observer,
    tell: &mut dyn FnMut(FollowEvent<'_>),
) -> Result<(u64, EvalResult)> {
    let mut found = Origin::RunDir(options.run_dir.clone()).load(observer)?;
    tell(FollowEvent::Found { path: &found.path });
    found.agree(&options.config, observer)?;
    // No weight depends on these.
    let (own, asked) = (&mut found.model.config.hparams, &options.config.hparams);
    own.batch_size = asked.batch_size;
    own.dropout_keep_prob = asked.dropout_keep_prob;
    let watch =
        |_| if observer.cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    let result = evaluate_while(&found.model, examples, options.threads, true, watch)?;
    let result = result.ok_or(Error::Interrupted { kept: None })?;
    Ok((found.update.unwrap_or_default(), result))
}

/// Sleeps for a while, at most [`PATIENCE`], unless the observer has lost its own.
fn pause(time: Duration, observer: &dyn Observer) -> Result<()> {
    if observer.cancelled() {
        return Err(Error::Interrupted { kept: None });
    }
    thread::sleep(time.min(PATIENCE));
    Ok(())
}

fn unix_seconds() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}
