//! `melody_rnn_train`: a melody RNN learns from examples, or is measured on them while it does.

use std::fmt;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use jiff::Zoned;
use pipeline::follow::{FollowEvent, FollowOptions, follow};
use pipeline::train::{Resume, TrainOptions, train};
use pipeline::{Event, Metrics, Observer, files};

use super::config::{config, hparams, log_hparams, name};
use super::flags::{Flag, Kind, Origin, Values};
use super::log::{self, Log};
use super::paths::{expand_user, matching};
use super::seed;
use super::watch::Watch;
use crate::failure::Failure;

pub(super) const ABOUT: &str = "Train and evaluate a melody RNN model.";

const fn integer(name: &'static str, default: &'static str, help: &'static str) -> Flag {
    Flag::new(name, Kind::Integer, Some(default), help)
}

pub(super) const FLAGS: &[Flag] = &[
    Flag::new(
        "run_dir",
        Kind::Text,
        Some("/tmp/melody_rnn/logdir/run1"),
        "Path to the directory of the run: checkpoints and summary events, in subdirectories for training and eval. Point \
         TensorBoard to its parent directory to see all runs.",
    ),
    Flag::new(
        "sequence_example_file",
        Kind::Text,
        Some(""),
        "Path to TFRecord file with tf.SequenceExample records for training or evaluation, or a filepattern.",
    ),
    integer(
        "num_training_steps",
        "0",
        "The number of steps to take before exiting, from where the run stands. 0 runs until terminated.",
    ),
    integer("num_eval_examples", "0", "The number of examples of an evaluation. 0 uses all."),
    integer("summary_frequency", "10", "A summary is logged every so many steps during training."),
    integer(
        "num_checkpoints",
        "10",
        "The number of most recent checkpoints to keep. Keeps all if 0.",
    ),
    Flag::new(
        "eval",
        Kind::Switch,
        Some("false"),
        "Only evaluate the model, at each new checkpoint, and do not update weights.",
    ),
    log::FLAG,
    Flag::new(
        "seed",
        Kind::Integer,
        Some("0"),
        "Seed of the initial weights, of the order of the examples and of dropout.",
    )
    .from(Origin::Cantus),
    seed::THREADS,
    integer("eval_interval_secs", "60", "Seconds from one evaluation to the next, at least.")
        .from(Origin::Cantus),
    integer(
        "eval_timeout_secs",
        "300",
        "Seconds to wait for a new checkpoint before the evaluation ends.",
    )
    .from(Origin::Cantus),
];

/// Seconds between checkpoints, as in Magenta.
const CHECKPOINT_SECONDS: u64 = 60;
/// Records at which Magenta stops counting.
const COUNTED_RECORDS: usize = 100;

pub(super) fn run(values: &Values, log: Log) -> Result<(), Failure> {
    let Some(run_dir) = values.text("run_dir") else {
        log.fatal("--run_dir required");
        return Ok(());
    };
    let Some(pattern) = values.text("sequence_example_file") else {
        log.fatal("--sequence_example_file required");
        return Ok(());
    };
    let run_dir = PathBuf::from(expand_user(&run_dir));
    let examples = matching(&pattern)?;
    let watch = Watch::new(log);
    let configuration = config(values, &watch)?;
    log_hparams(&configuration, log);
    let train_dir = run_dir.join("train");
    files::create_dir(&train_dir)?;
    log.info(format_args!("Train dir: {}", train_dir.display()));
    let threads = seed::threads(values)?;
    if values.switch("eval") {
        let options = FollowOptions {
            run_dir,
            examples,
            config: configuration,
            num_examples: Some(count(values, "num_eval_examples")? as usize)
                .filter(|&number| number > 0),
            interval: Duration::from_secs(count(values, "eval_interval_secs")?),
            timeout: Duration::from_secs(count(values, "eval_timeout_secs")?),
            threads,
        };
        return evaluate(&options, &watch, log);
    }
    count_records(&examples, log)?;
    let options = TrainOptions {
        config: Some(name(values)?),
        warm_start: None,
        run_dir,
        examples,
        hparams: hparams(values),
        num_training_steps: count(values, "num_training_steps")?,
        eval: None,
        seed: seed::given(values)?.unwrap_or_default(),
        clip_global_norm: false,
        checkpoint_interval: Duration::from_secs(CHECKPOINT_SECONDS),
        keep_checkpoints: match count(values, "num_checkpoints")? {
            0 => usize::MAX,
            number => number as usize,
        },
        summary_frequency: count(values, "summary_frequency")?,
        resume: Resume::SameNetwork,
        as_magenta: true,
        threads,
    };
    log.info("Starting training loop...");
    train(&options, &Summaries::new(watch, log, options.summary_frequency))?;
    log.info("Training complete.");
    Ok(())
}

/// A flag that is a number of things.
fn count(values: &Values, name: &str) -> Result<u64, Failure> {
    let number = values.integer(name).unwrap_or_default();
    u64::try_from(number).map_err(|_| Failure::new(format!("--{name}={number} is less than 0")))
}

fn count_records(examples: &[PathBuf], log: Log) -> Result<(), Failure> {
    for file in examples {
        log.info(format_args!("Counting records in {}.", file.display()));
    }
    match pipeline::count_records(examples)? {
        COUNTED_RECORDS.. => {
            log.info(format_args!("Number of records is at least {COUNTED_RECORDS}."))
        }
        few => log.info(format_args!("Total records: {few}")),
    }
    Ok(())
}

/// Measures one checkpoint after another.
fn evaluate(options: &FollowOptions, watch: &Watch, log: Log) -> Result<(), Failure> {
    let train_dir = options.run_dir.join("train");
    log.info(format_args!("Eval dir: {}", options.run_dir.join("eval").display()));
    count_records(&options.examples, log)?;
    let now = || Zoned::now().strftime("%Y-%m-%d-%H:%M:%S").to_string();
    follow(options, watch, &mut |event| match event {
        FollowEvent::Waiting => {
            log.info(format_args!("Waiting for new checkpoint at {}", train_dir.display()));
        }
        FollowEvent::Found { path } => {
            let path = path.display();
            log.info(format_args!("Found new checkpoint at {path}"));
            log.info(format_args!("Restoring parameters from {path}"));
            log.info(format_args!("Starting evaluation at {}", now()));
        }
        FollowEvent::Evaluated { update, batches, result } => {
            log.info(Line { update, metrics: result.metrics, seconds: None });
            log.info(format_args!("Evaluation [{batches}/{batches}]"));
            log.info(format_args!("Finished evaluation at {}", now()));
        }
        FollowEvent::TimedOut => log.info("Timed-out waiting for a checkpoint."),
        _ => {}
    })?;
    Ok(())
}

/// Logs training as TensorFlow's hooks do: the first step of the call and then every so many.
struct Summaries {
    watch: Watch,
    log: Log,
    every: u64,
    last: Mutex<Option<(u64, Instant)>>,
}

impl Summaries {
    fn new(watch: Watch, log: Log, every: u64) -> Self {
        Summaries { watch, log, every, last: Mutex::new(None) }
    }

    fn learnt(&self, update: u64, metrics: Metrics) {
        let mut last = self.last.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let seconds = match *last {
            Some((before, _)) if update < before.saturating_add(self.every) => return,
            Some((_, then)) => Some(then.elapsed().as_secs_f64()),
            None => None,
        };
        *last = Some((update, Instant::now()));
        self.log.info(Line { update, metrics, seconds });
        if let Some(seconds) = seconds.filter(|&seconds| seconds > 0.0) {
            let rate = self.every as f64 / seconds;
            let digits = 5_usize.saturating_sub(rate.max(1.0).log10() as usize);
            self.log.info(format_args!("global_step/sec: {rate:.digits$}"));
        }
    }
}

impl Observer for Summaries {
    fn observe(&self, event: Event<'_>) {
        match event {
            Event::Learnt { update, metrics } => self.learnt(update, metrics),
            Event::Saved { update, path } => {
                let path = path.display().to_string();
                let path = path.strip_suffix(&format!("-{update}")).unwrap_or(&path);
                self.log.info(format_args!("Saving checkpoints for {update} into {path}."));
            }
            event => self.watch.observe(event),
        }
    }

    fn cancelled(&self) -> bool {
        self.watch.cancelled()
    }
}

/// The line that says how well a batch, or all of them, were predicted.
struct Line {
    update: u64,
    metrics: Metrics,
    /// Since the line before.
    seconds: Option<f64>,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // In single precision, as TensorFlow has them.
        let [accuracy, loss, perplexity] =
            [self.metrics.accuracy, self.metrics.loss, self.metrics.perplexity()]
                .map(|value| value as f32);
        write!(
            f,
            "Accuracy = {accuracy:?}, Global Step = {}, Loss = {loss:?}, Perplexity = {perplexity:?}",
            self.update
        )?;
        self.seconds.map_or(Ok(()), |seconds| write!(f, " ({seconds:.3} sec)"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_reads_as_tensorflows() {
        let metrics = Metrics {
            loss: 3.640_625,
            accuracy: 0.5,
            event_accuracy: None,
            no_event_accuracy: None,
        };
        let line = Line { update: 11, metrics, seconds: Some(1.0421) };
        let perplexity = 3.640_625_f64.exp() as f32;
        assert_eq!(
            line.to_string(),
            format!(
                "Accuracy = 0.5, Global Step = 11, Loss = 3.640625, Perplexity = {perplexity} (1.042 sec)"
            )
        );
    }
}
