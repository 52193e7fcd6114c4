//! One run, as its folder has it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use model::checkpoint::{Evaluation, Folder, Sidecar};
use model::evaluate::Metrics;
use serde::Serialize;
use serde_json::Value;

use super::pace::Pace;
use super::setting::settings;
use crate::Result;
use crate::curves::{Curves, curves};

/// Tags of the figures, as Magenta has them.
const LOSS: &str = "loss";
const ACCURACY: &str = "metrics/accuracy";

/// One run.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    /// What it is called: its path within the folder that was looked through.
    pub name: String,
    /// Its folder.
    pub run_dir: PathBuf,
    /// What it depends on, by name; nothing of runs of other programs.
    pub settings: BTreeMap<&'static str, Value>,
    /// Updates of the weights so far.
    pub updates: u64,
    /// The last point of the training curve: one batch, with dropout.
    pub training: Option<Measured>,
    /// The newest evaluation on held-out examples.
    pub evaluation: Option<Measured>,
    /// The one with the lowest loss.
    pub best: Option<Measured>,
    /// Melody events learnt from a second: the median between points of the curve.
    pub events_per_second: Option<f64>,
    /// Seconds spent in training, as far as the curve tells: its updates at the mean pace between its points.
    pub seconds: Option<f64>,
    /// Curves of the training batches.
    #[serde(skip)]
    pub train: Curves,
    /// Curves of the evaluations.
    #[serde(skip)]
    pub eval: Curves,
}

/// Figures at one moment of a run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// After so many updates.
    pub update: u64,
    /// Mean cross-entropy of a step, in nats.
    pub loss: f64,
    /// e to the loss.
    pub perplexity: f64,
    /// Share of the steps whose most likely class is right, 0 to 1.
    pub accuracy: Option<f64>,
}

impl Run {
    /// Reads the run in `run_dir`, which will be called `name`.
    ///
    /// # Errors
    ///
    /// Files that cannot be read, a checkpoint of a later version.
    pub fn read(name: String, run_dir: &Path) -> Result<Self> {
        let sidecar = Folder::of_run(run_dir).newest_sidecar()?;
        let (train, eval) = (curves(&run_dir.join("train"))?, curves(&run_dir.join("eval"))?);
        let pace = Pace::read(run_dir)?;
        let standing = sidecar.as_ref().map(|sidecar| &sidecar.standing);
        let saved = standing.map_or(0, |standing| standing.update);
        let drawn = measured(&train);
        let updates = saved.max(drawn.last().map_or(0, |last| last.update));
        let of_batch = standing.and_then(|standing| {
            standing.training.map(|metrics| Measured::of(standing.update, &metrics))
        });
        let evaluated = measured(&eval);
        let evaluation = standing.and_then(|standing| standing.evaluation);
        let best = standing.and_then(|standing| standing.best);
        Ok(Self {
            name,
            run_dir: run_dir.to_owned(),
            settings: sidecar.as_ref().map(settings).unwrap_or_default(),
            updates,
            training: newest(of_batch, drawn.last().copied()),
            evaluation: newest(evaluation.map(Measured::from), evaluated.last().copied()),
            best: best.map(Measured::from).or_else(|| lowest(&evaluated)),
            events_per_second: pace
                .typical
                .zip(sidecar.as_ref())
                .map(|(pace, sidecar)| pace * events_per_update(sidecar)),
            seconds: pace.mean.map(|pace| updates as f64 / pace),
            train,
            eval,
        })
    }

    /// What runs are judged by: the lowest held-out loss.
    #[must_use]
    pub fn held_out_loss(&self) -> Option<f64> {
        self.best.map(|best| best.loss)
    }
}

impl Measured {
    fn of(update: u64, metrics: &Metrics) -> Self {
        let perplexity = metrics.perplexity();
        Self { update, loss: metrics.loss, perplexity, accuracy: Some(metrics.accuracy) }
    }
}

impl From<Evaluation> for Measured {
    fn from(evaluation: Evaluation) -> Self {
        Self::of(evaluation.update, &evaluation.metrics)
    }
}

/// The points of the curve of losses.
fn measured(curves: &Curves) -> Vec<Measured> {
    let accuracies = curves.get(ACCURACY).map(Vec::as_slice).unwrap_or_default();
    let losses = curves.get(LOSS).map(Vec::as_slice).unwrap_or_default();
    let measured = |&(update, loss): &(i64, f32)| {
        let same = accuracies.binary_search_by_key(&update, |point| point.0).ok();
        let accuracy = same.and_then(|at| accuracies.get(at)).map(|point| f64::from(point.1));
        let (update, loss) = (u64::try_from(update).unwrap_or_default(), f64::from(loss));
        Measured { update, loss, perplexity: loss.exp(), accuracy }
    };
    losses.iter().map(measured).collect()
}

/// Checkpoints have more digits than curves; curves may have come further.
fn newest(saved: Option<Measured>, drawn: Option<Measured>) -> Option<Measured> {
    match (saved, drawn) {
        (Some(saved), Some(drawn)) if drawn.update > saved.update => Some(drawn),
        (saved, drawn) => saved.or(drawn),
    }
}

fn lowest(measured: &[Measured]) -> Option<Measured> {
    let finite = measured.iter().filter(|point| point.loss.is_finite());
    finite.min_by(|one, other| one.loss.total_cmp(&other.loss)).copied()
}

/// Melody events in a batch, on the average.
fn events_per_update(sidecar: &Sidecar) -> f64 {
    let dataset = &sidecar.recipe.dataset;
    let length = dataset.steps as f64 / dataset.records.max(1) as f64;
    length * sidecar.recipe.config.hparams.batch_size as f64
}

#[cfg(test)]
mod tests {
    use tensorflow::events::EventWriter;

    use super::*;

    #[test]
    fn a_run_of_another_program_is_what_its_curves_say() {
        let folder = tempfile::tempdir().unwrap();
        let run_dir = folder.path();
        let mut train = EventWriter::create(run_dir.join("train"), 100.0, "").unwrap();
        for step in [1, 11, 21] {
            let scalars = [("loss", 1.0 / step as f32), ("metrics/accuracy", 0.5)];
            train.scalars(100.0 + step as f64 / 2.0, step, &scalars).unwrap();
        }
        let mut eval = EventWriter::create(run_dir.join("eval"), 100.0, "").unwrap();
        for (step, loss) in [(10, 3.0), (20, 2.0), (30, f32::NAN), (40, 2.5)] {
            eval.scalars(100.0, step, &[("loss", loss)]).unwrap();
        }
        let run = Run::read("a".to_owned(), run_dir).unwrap();
        assert_eq!((run.updates, run.settings.len()), (21, 0));
        let training = run.training.unwrap();
        assert_eq!((training.update, training.accuracy), (21, Some(0.5)));
        assert_eq!(run.evaluation.map(|point| (point.update, point.loss)), Some((40, 2.5)));
        assert_eq!(run.best.map(|best| (best.update, best.accuracy)), Some((20, None)));
        assert_eq!(run.held_out_loss(), Some(2.0));
        // Two updates a second; how many events they are is not known.
        assert_eq!((run.seconds, run.events_per_second), (Some(10.5), None));
    }
}
