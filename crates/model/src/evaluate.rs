//! How well a model predicts the next event of melodies.
//!
//! All examples count, also those that do not fill a batch (Magenta evaluates full batches only and drops the rest);
//! memory is that of a few batches.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use crate::config::HParams;
use crate::examples::{ExampleSet, with_batches};
use crate::network::{BatchStats, Dropout, Example};
use crate::{Model, Result};

/// Seed of the dropout masks of an evaluation with dropout.
const DROPOUT_SEED: u64 = 0;

/// How well the next event was predicted, over some number of steps.
///
/// An *event* is a step whose label is not the encoding's default ("no event") label.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// Mean cross-entropy of a step, in nats.
    pub loss: f64,
    /// Share of the steps whose most likely class is the label, 0 to 1.
    pub accuracy: f64,
    /// The same over the events; none when there are no events.
    pub event_accuracy: Option<f64>,
    /// The same over the other steps; none when there are none.
    pub no_event_accuracy: Option<f64>,
}

impl Metrics {
    /// The metrics of what was counted.
    pub fn of(stats: &BatchStats) -> Self {
        let share = |correct: u64, steps: u64| (steps > 0).then(|| correct as f64 / steps as f64);
        Self {
            loss: stats.loss_sum / stats.steps as f64,
            accuracy: share(stats.correct, stats.steps).unwrap_or(0.0),
            event_accuracy: share(stats.event_correct, stats.event_steps),
            no_event_accuracy: share(stats.no_event_correct, stats.no_event_steps),
        }
    }

    /// The number of equally likely classes that would be as hard to predict: e to the loss.
    pub fn perplexity(&self) -> f64 {
        self.loss.exp()
    }

    /// Tags and values for TensorBoard, as Magenta's runs have them. A melody has one label a step, so the figures
    /// "per step" equal those a label.
    pub(crate) fn scalars(&self) -> Vec<(&'static str, f32)> {
        let shares = [
            ("metrics/event_accuracy", self.event_accuracy),
            ("metrics/no_event_accuracy", self.no_event_accuracy),
        ];
        let mut scalars = vec![
            ("loss", self.loss as f32),
            ("metrics/perplexity", self.perplexity() as f32),
            ("metrics/accuracy", self.accuracy as f32),
            ("metrics/loss_per_step", self.loss as f32),
            ("metrics/perplexity_per_step", self.perplexity() as f32),
        ];
        scalars.extend(shares.into_iter().filter_map(|(tag, share)| Some((tag, share? as f32))));
        scalars
    }
}

/// What an evaluation found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EvalResult {
    /// Examples evaluated: all there are.
    pub examples: usize,
    /// Their steps.
    pub steps: u64,
    /// Whether dropout was on, as Magenta has it in its evaluations.
    pub dropout: bool,
    /// Metrics over all steps.
    #[serde(flatten)]
    pub metrics: Metrics,
    /// e to the loss.
    pub perplexity: f64,
    /// The loss again, under the name that Magenta gives the loss a melody step.
    pub loss_per_step: f64,
    /// The perplexity again, a melody step.
    pub perplexity_per_step: f64,
    /// Mean over **all** classes of the share of its steps that were predicted right; as in Magenta, a class that
    /// does not occur counts as 0.
    pub per_class_accuracy: f64,
}

/// Evaluates `model` on all `examples`, with the batch size of its hyperparameters.
///
/// The result is the same at any number of `threads`. `dropout` leaves dropout on, with masks from a fixed seed: the loss is then comparable to the
/// one that Magenta's `--eval` reports, and higher than what the model can do.
pub fn evaluate(
    model: &Model,
    examples: &ExampleSet,
    threads: usize,
    dropout: bool,
) -> Result<EvalResult> {
    let whole = evaluate_while(model, examples, threads, dropout, |_| ControlFlow::Continue(()))?;
    Ok(whole.expect("nobody stopped it"))
}

/// The same, telling `watch` after each batch how many examples are done; none when `watch` stops it.
pub fn evaluate_while(
    model: &Model,
    examples: &ExampleSet,
    threads: usize,
    dropout: bool,
    mut watch: impl FnMut(usize) -> ControlFlow<()>,
) -> Result<Option<EvalResult>> {
    let default_label = model.config.encoding.default_label();
    let batch_size = model.config.hparams.batch_size;
    let wanted = (0..examples.len())
        .step_by(batch_size)
        .map(|first| (first..(first + batch_size).min(examples.len())).collect());
    with_batches(examples, wanted, |batches| {
        let mut total = BatchStats::default();
        let mut done = 0;
        for (batch, update) in batches.zip(0..) {
            let batch = batch?;
            let rows: Vec<&Example> = batch.iter().collect();
            let masks = dropout.then(|| self::dropout(&model.config.hparams, DROPOUT_SEED, update));
            total.merge(&model.network.evaluate(&rows, default_label, masks.flatten(), threads));
            done += rows.len();
            if watch(done).is_break() && done < examples.len() {
                return Ok(None);
            }
        }
        Ok(Some(EvalResult::of(&total, done, dropout)))
    })
}

/// The dropout that `hparams` ask for at an update; none when everything is kept.
pub(crate) fn dropout(hparams: &HParams, seed: u64, update: u64) -> Option<Dropout> {
    let keep_prob = hparams.dropout_keep_prob as f32;
    (keep_prob < 1.0).then_some(Dropout { keep_prob, seed, update })
}

impl EvalResult {
    /// Tags and values for TensorBoard, as Magenta's evaluations have them.
    pub fn scalars(&self) -> Vec<(&'static str, f32)> {
        let mut scalars = self.metrics.scalars();
        scalars.push(("metrics/per_class_accuracy", self.per_class_accuracy as f32));
        scalars
    }

    fn of(stats: &BatchStats, examples: usize, dropout: bool) -> Self {
        let metrics = Metrics::of(stats);
        Self {
            examples,
            steps: stats.steps,
            dropout,
            metrics,
            perplexity: metrics.perplexity(),
            loss_per_step: metrics.loss,
            perplexity_per_step: metrics.perplexity(),
            per_class_accuracy: stats.per_class_accuracy(),
        }
    }
}
