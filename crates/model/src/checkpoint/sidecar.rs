//! What a checkpoint says about itself: the JSON file beside the weights.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::config::MelodyConfig;
use crate::evaluate::Metrics;
use crate::examples::DatasetId;
use crate::{Error, Result};

/// The layout that this version of Cantus writes.
pub const FORMAT_VERSION: u32 = 1;

/// How gradients are clipped to the hyperparameter `clip_norm`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClipBy {
    /// Each tensor to that norm by itself, as Magenta does.
    #[default]
    Tensor,
    /// All tensors together, by the norm over all of them.
    GlobalNorm,
}

/// What the learning of a run depends on: two runs that agree in it are the same run, bit for bit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// Encoding and hyperparameters.
    pub config: MelodyConfig,
    /// Seed of the initial weights, of the data order and of dropout.
    pub seed: u64,
    /// SHA-1 of the weights that it began with, in hexadecimal; none if these were drawn by the seed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warm_start: Option<String>,
    /// How gradients are clipped.
    pub clip_by: ClipBy,
    /// The examples learnt from.
    pub dataset: DatasetId,
    /// The examples held out, if any.
    pub eval_dataset: Option<DatasetId>,
}

impl Recipe {
    /// Checks that the run in `run_dir`, which has this recipe, can go on with `given`.
    ///
    /// # Errors
    /// [`Error::RunContradiction`] with the first thing in which they differ.
    pub fn check(&self, given: &Recipe, run_dir: &Path) -> Result<()> {
        match contradiction(self, given) {
            Some((what, saved, given)) => {
                let run_dir = run_dir.to_path_buf();
                Err(Error::RunContradiction { run_dir, what, saved, given })
            }
            None => Ok(()),
        }
    }
}

/// Where a run stands, apart from its weights.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// Updates made so far.
    pub update: u64,
    /// Metrics of the batch of the last update, with dropout, before that update.
    pub training: Option<Metrics>,
    /// The last evaluation on the held-out examples.
    pub evaluation: Option<Evaluation>,
    /// The evaluation with the lowest loss.
    pub best: Option<Evaluation>,
    /// Evaluations made since the best one.
    pub evaluations_since_best: u32,
}

/// One evaluation on the held-out examples.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// After how many updates.
    pub update: u64,
    /// What came of it.
    #[serde(flatten)]
    pub metrics: Metrics,
}

impl Standing {
    /// Takes a new evaluation in; true when it is the best so far.
    pub(crate) fn take(&mut self, evaluation: Evaluation) -> bool {
        let is_best = self.best.is_none_or(|best| evaluation.metrics.loss < best.metrics.loss);
        self.evaluation = Some(evaluation);
        if is_best {
            self.best = Some(evaluation);
            self.evaluations_since_best = 0;
        } else {
            self.evaluations_since_best += 1;
        }
        is_best
    }
}

/// The JSON file of a checkpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sidecar {
    /// Layout of this file and of the weights file, [`FORMAT_VERSION`].
    pub format_version: u32,
    /// Where the run stands.
    #[serde(flatten)]
    pub standing: Standing,
    /// What the run depends on.
    #[serde(flatten)]
    pub recipe: Recipe,
    /// The weights file that this belongs to.
    pub weights: WeightsFile,
}

/// Identifies the bytes of a weights file, so that damage is noticed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeightsFile {
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-1 of the bytes, in hexadecimal.
    pub sha1: String,
}

impl WeightsFile {
    /// Identifies `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self { bytes: bytes.len() as u64, sha1: crate::examples::sha1_hex(bytes) }
    }
}

/// The first thing in which two recipes differ: its name (`hparams.batch_size`), the value in `saved` and in `given`.
///
/// Held-out examples only contradict each other when both recipes have some: a run may gain or lose them.
fn contradiction(saved: &Recipe, given: &Recipe) -> Option<(String, String, String)> {
    let mut saved = saved.clone();
    if saved.eval_dataset.is_none() || given.eval_dataset.is_none() {
        saved.eval_dataset.clone_from(&given.eval_dataset);
    }
    let as_value = |recipe| serde_json::to_value(recipe).unwrap_or_default();
    difference("", &as_value(&saved), &as_value(given))
}

/// Depth first, so that the name and the values are as short as can be.
fn difference(
    name: &str,
    saved: &serde_json::Value,
    given: &serde_json::Value,
) -> Option<(String, String, String)> {
    use serde_json::Value::{Null, Object};
    if saved == given {
        return None;
    }
    let (Object(left), Object(right)) = (saved, given) else {
        return Some((name.to_string(), saved.to_string(), given.to_string()));
    };
    let keys = left.keys().chain(right.keys().filter(|key| !left.contains_key(*key)));
    keys.filter_map(|key| {
        // `config.hparams.batch_size` is what a user knows as the hyperparameter `batch_size`; the path shows both.
        let path = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
        difference(&path, left.get(key).unwrap_or(&Null), right.get(key).unwrap_or(&Null))
    })
    .next()
}
