//! What a training run is asked to do.

use std::path::PathBuf;
use std::time::Duration;

use crate::checkpoint::{ClipBy, Recipe};
use crate::config::MelodyConfig;
use crate::examples::{ExampleSet, sha1_hex};
use crate::import::Moments;
use crate::network::Network;
use crate::{Error, Result};

/// Options of [`train`](super::train()).
#[derive(Debug)]
#[non_exhaustive]
pub struct TrainOptions {
    /// Encoding and hyperparameters.
    pub config: MelodyConfig,
    /// Folder of the run; made if it is missing. A run that it already holds goes on.
    pub run_dir: PathBuf,
    /// Weights to begin with; none for fresh ones.
    pub warm_start: Option<WarmStart>,
    /// Updates to make in all, those of earlier sessions included; none to go on until stopped.
    pub num_training_steps: Option<u64>,
    /// Seed of the initial weights, of the data order and of dropout.
    pub seed: u64,
    /// Threads to compute on, at least 1; they change the speed and nothing else.
    pub threads: usize,
    /// How gradients are clipped to the hyperparameter `clip_norm`.
    pub clip_by: ClipBy,
    /// Time between checkpoints (there is also one at the start, at the end and at each best evaluation).
    pub checkpoint_interval: Duration,
    /// Updates between points of the training curves.
    pub summary_frequency: u64,
    /// Held-out examples to evaluate now and then.
    pub eval: Option<EvalOptions>,
    /// Newest checkpoints to keep, at least 1; the best one is kept as well.
    pub keep_checkpoints: usize,
    /// What a run that goes on must have in common with the one before.
    pub resume: Resume,
}

/// What a run that goes on must have in common with the run as it was saved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Resume {
    /// All that learning depends on: it then goes on bit for bit as if it never had stopped.
    #[default]
    SameRecipe,
    /// Encoding and shape of the network: examples, seed, batch size and the like may be others, as in Magenta.
    SameNetwork,
}

/// Weights that a run begins with: those of another network of the same shape, whose optimizer and number of updates it does not
/// take over.
#[derive(Debug, Clone)]
pub struct WarmStart {
    network: Network,
    sha1: String,
    /// Where the other run stood, if it is that run that goes on here.
    standing: Option<(Moments, u64)>,
}

impl WarmStart {
    /// To begin with the weights of `network`.
    pub fn new(network: Network) -> Self {
        let values = network.tensors().iter().flat_map(|(_, tensor)| tensor.data());
        let bytes: Vec<u8> = values.flat_map(|value| value.to_le_bytes()).collect();
        Self { sha1: sha1_hex(&bytes), network, standing: None }
    }

    /// To go on with `network` where another program has left it after `update` updates, with Adam's `moments`; also in a run
    /// that has come less far.
    pub fn going_on(network: Network, moments: Moments, update: u64) -> Self {
        Self { standing: Some((moments, update)), ..Self::new(network) }
    }

    /// The network.
    pub(super) fn network(&self) -> &Network {
        &self.network
    }

    /// Adam's moments and the number of updates, if the other run goes on here.
    pub(super) fn standing(&self) -> Option<&(Moments, u64)> {
        self.standing.as_ref()
    }
}

/// Evaluation in the course of training.
#[derive(Debug)]
pub struct EvalOptions {
    /// The held-out examples.
    pub examples: ExampleSet,
    /// Updates between evaluations, at least 1.
    pub every: u64,
    /// Stop after so many evaluations in a row without a lower loss.
    pub patience: Option<u32>,
}

impl TrainOptions {
    /// Magenta's habits: seed 0, clipping tensor by tensor, a checkpoint a minute, a point of the curves every 10
    /// updates; no end, one thread, no evaluation, the last 3 checkpoints kept.
    pub fn new(config: MelodyConfig, run_dir: impl Into<PathBuf>) -> Self {
        Self {
            config,
            run_dir: run_dir.into(),
            warm_start: None,
            num_training_steps: None,
            seed: 0,
            threads: 1,
            clip_by: ClipBy::Tensor,
            checkpoint_interval: Duration::from_secs(60),
            summary_frequency: 10,
            eval: None,
            keep_checkpoints: 3,
            resume: Resume::SameRecipe,
        }
    }

    /// What the learning depends on.
    pub(super) fn recipe(&self, examples: &ExampleSet) -> Recipe {
        Recipe {
            config: self.config.clone(),
            seed: self.seed,
            warm_start: self.warm_start.as_ref().map(|start| start.sha1.clone()),
            clip_by: self.clip_by,
            dataset: examples.id().clone(),
            eval_dataset: self.eval.as_ref().map(|eval| eval.examples.id().clone()),
        }
    }

    /// Checks what the types leave open.
    pub(super) fn check(&self) -> Result<()> {
        self.config.validate()?;
        if let Some(start) = &self.warm_start {
            let (found, expected) = (start.network.config(), self.config.network_config());
            if *found != expected {
                let (found, expected) = (format!("{found:?}"), format!("{expected:?}"));
                return Err(Error::WarmStart { found, expected });
            }
        }
        let counts = [
            ("threads", self.threads as u64),
            ("summary frequency", self.summary_frequency),
            ("checkpoints to keep", self.keep_checkpoints as u64),
            ("updates between evaluations", self.eval.as_ref().map_or(1, |eval| eval.every)),
            ("patience", self.eval.as_ref().and_then(|eval| eval.patience).map_or(1, u64::from)),
        ];
        match counts.into_iter().find(|(_, count)| *count == 0) {
            Some((option, _)) => {
                let (found, expected) = ("0".to_owned(), "at least 1");
                Err(Error::BadOption { option, found, expected })
            }
            None => Ok(()),
        }
    }
}
