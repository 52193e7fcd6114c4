//! One call of `train`: from the newest checkpoint, or from fresh weights, to the end.

use std::path::PathBuf;
use std::time::Duration;

use nn::Tensor;
use nn::optim::Adam;
use tensorflow::events::hparams::SessionStatus;

use super::clock::Clock;
use super::curves::Curves;
use super::observer::{Event, Observer, Start};
use super::overview::{Facts, Overview};
use super::rate::Rate;
use super::{Ending, Resume, TrainOptions, Trained, WarmStart};
use crate::checkpoint::{
    self, Evaluation, Folder, Recipe, Sidecar, Standing, adam_options, network_and_optimizer,
};
use crate::config::{HParams, MelodyConfig};
use crate::examples::{DataOrder, ExampleSet, with_batches};
use crate::import::Moments;
use crate::network::{Example, Network};
use crate::{Error, Model, Result};

/// The state of the loop.
pub(super) struct Session<'a> {
    pub(super) options: &'a TrainOptions,
    pub(super) observer: &'a mut dyn Observer,
    pub(super) clock: &'a dyn Clock,
    pub(super) folder: Folder,
    pub(super) recipe: Recipe,
    pub(super) model: Model,
    pub(super) optimizer: Adam,
    pub(super) standing: Standing,
    pub(super) curves: Curves,
    pub(super) rate: Rate,
    /// Updates made before this session.
    pub(super) first_update: u64,
    /// The newest checkpoint; none in a fresh run.
    pub(super) saved: Option<PathBuf>,
    pub(super) saved_at: Duration,
    /// Whether there is something that the newest checkpoint does not have.
    pub(super) unsaved: bool,
    /// The observer asked to stop.
    pub(super) stopping: bool,
}

impl<'a> Session<'a> {
    /// Takes up the run in the folder of `options`, or begins it. Writes nothing yet.
    pub(super) fn open(
        options: &'a TrainOptions,
        examples: &ExampleSet,
        observer: &'a mut dyn Observer,
        clock: &'a dyn Clock,
    ) -> Result<Self> {
        let folder = Folder::of_run(&options.run_dir);
        let mut recipe = options.recipe(examples);
        let (found, damaged) = checkpoint::newest(&folder, network_and_optimizer)?;
        let going_on = options.warm_start.as_ref().and_then(WarmStart::standing);
        // Another program may have gone on with this run: then the newest checkpoint is its.
        let found = found.filter(|found| {
            going_on.is_none_or(|(_, update)| *update <= found.sidecar.standing.update)
        });
        let mut stopping = false;
        for damaged in &damaged {
            stopping |= observer.notice(&Event::CheckpointDamaged(damaged)).is_break();
        }
        let (saved, network, optimizer, standing) = match found {
            Some(found) => {
                agree(options, &found.sidecar.recipe, &recipe)?;
                // Held-out examples that are left out now still say what `standing.best` was measured on.
                recipe.eval_dataset =
                    recipe.eval_dataset.or(found.sidecar.recipe.eval_dataset.clone());
                let (network, optimizer) = found.content;
                let optimizer = with_rate_of(options, optimizer, &network, &found.sidecar)?;
                (Some(found.path), network, optimizer, found.sidecar.standing)
            }
            None => {
                let network = match &options.warm_start {
                    Some(start) => start.network().clone(),
                    None => Network::new(options.config.network_config(), options.seed),
                };
                match going_on {
                    None => {
                        let optimizer = network.optimizer(adam_options(&options.config));
                        (None, network, optimizer, Standing::default())
                    }
                    Some((Moments { first, second }, update)) => {
                        let moments = (first.clone(), second.clone());
                        let optimizer = optimizer(&options.config, &network, moments, *update)?;
                        (
                            None,
                            network,
                            optimizer,
                            Standing { update: *update, ..Standing::default() },
                        )
                    }
                }
            }
        };
        let now = clock.elapsed();
        Ok(Self {
            first_update: standing.update,
            curves: Curves::new(options.run_dir.clone(), standing.update),
            rate: Rate::start(now),
            saved_at: now,
            unsaved: saved.is_none(),
            model: Model { config: options.config.clone(), network },
            options,
            observer,
            clock,
            folder,
            recipe,
            optimizer,
            standing,
            saved,
            stopping,
        })
    }

    /// Trains to the end, and saves where it ends.
    pub(super) fn run(mut self, examples: &ExampleSet) -> Result<Trained> {
        if self.saved.is_some() && self.all_updates_made() {
            return self.trained(Ending::AlreadyFinished, None);
        }
        self.folder.sweep()?;
        self.announce(examples);
        let overview = self.overview(examples)?;
        let learnt = self.learn_all(examples);
        let status = match learnt {
            Ok((Ending::Interrupted, _)) => None,
            Ok(_) => Some(SessionStatus::Success),
            Err(_) => Some(SessionStatus::Failure),
        };
        let closed = status.map_or(Ok(()), |status| overview.end(status, self.clock));
        // What went wrong first is what the user must know.
        let (ending, last) = learnt?;
        closed?;
        self.trained(ending, last)
    }

    /// Learns until something ends it, saves what was learnt and evaluates a last time.
    fn learn_all(&mut self, examples: &ExampleSet) -> Result<(Ending, Option<Evaluation>)> {
        let batch_size = self.options.config.hparams.batch_size;
        let mut order = DataOrder::new(self.options.seed, examples.len(), batch_size);
        let end = self.options.num_training_steps.unwrap_or(u64::MAX);
        let wanted = (self.first_update..end).map(move |update| order.batch(update));
        let ending = with_batches(examples, wanted, |mut batches| self.learn(&mut batches))?;
        if self.unsaved {
            self.save()?;
        }
        Ok((ending, self.last_evaluation()?))
    }

    fn overview(&self, examples: &ExampleSet) -> Result<Overview> {
        let eval = self.options.eval.as_ref();
        let facts = Facts {
            recipe: &self.recipe,
            parameters: self.parameters(),
            examples: examples.paths(),
            eval_examples: eval.map_or(&[], |eval| eval.examples.paths()),
            first_update: self.first_update,
            num_training_steps: self.options.num_training_steps,
        };
        Overview::begin(&self.options.run_dir, &facts, self.clock)
    }

    fn parameters(&self) -> usize {
        self.model.network.tensors().iter().map(|(_, tensor)| tensor.data().len()).sum()
    }

    /// The loop. What is due at an update is decided from the standing alone, so that a run that goes on from
    /// any checkpoint does the same as one that never stopped.
    fn learn(&mut self, batches: &mut dyn Iterator<Item = Result<Vec<Example>>>) -> Result<Ending> {
        loop {
            if !self.stopping && self.evaluation_is_due() {
                self.evaluate()?;
            }
            if let Some(ending) = self.ending() {
                return Ok(ending);
            }
            if self.save_is_due() {
                self.save()?;
            }
            let Some(batch) = batches.next() else { return Ok(Ending::Finished) };
            match batch {
                Ok(batch) => self.update(&batch)?,
                Err(error) => return Err(self.save_before(error)),
            }
        }
    }

    /// Why the loop ends here, if it does.
    fn ending(&self) -> Option<Ending> {
        if self.patience_is_over() {
            Some(Ending::EarlyStopped)
        } else if self.all_updates_made() {
            Some(Ending::Finished)
        } else {
            self.stopping.then_some(Ending::Interrupted)
        }
    }

    fn all_updates_made(&self) -> bool {
        self.options.num_training_steps.is_some_and(|end| self.standing.update >= end)
    }

    fn save_is_due(&self) -> bool {
        let age = self.clock.elapsed().saturating_sub(self.saved_at);
        self.unsaved && (self.saved.is_none() || age >= self.options.checkpoint_interval)
    }

    pub(super) fn save(&mut self) -> Result<()> {
        let begun = self.clock.elapsed();
        let path = checkpoint::save(
            &self.folder,
            &self.recipe,
            &self.standing,
            &self.model.network,
            &self.optimizer,
            self.options.keep_checkpoints,
        )?;
        self.unsaved = false;
        self.saved_at = self.clock.elapsed();
        self.rate.pause(self.saved_at.saturating_sub(begun));
        self.notice(&Event::CheckpointSaved { update: self.standing.update, path: &path });
        self.saved = Some(path);
        Ok(())
    }

    /// Examples that cannot be read are no reason to lose what was learnt from the others. When saving fails as well, what
    /// went wrong first is what the user must know.
    fn save_before(&mut self, error: Error) -> Error {
        if self.unsaved {
            let _ = self.save();
        }
        error
    }

    fn announce(&mut self, examples: &ExampleSet) {
        let start = Start {
            parameters: self.parameters(),
            examples: examples.len(),
            batch_size: self.options.config.hparams.batch_size,
            num_training_steps: self.options.num_training_steps,
        };
        match self.saved.clone() {
            Some(path) => {
                let update = self.first_update;
                self.notice(&Event::Resumed { update, path: &path, start });
            }
            None => self.notice(&Event::Started(start)),
        }
    }

    pub(super) fn notice(&mut self, event: &Event<'_>) {
        self.stopping |= self.observer.notice(event).is_break();
    }

    fn trained(self, ending: Ending, last: Option<Evaluation>) -> Result<Trained> {
        Ok(Trained {
            ending,
            update: self.standing.update,
            updates_made: self.standing.update - self.first_update,
            checkpoint: self.saved.unwrap_or_default(),
            training: self.standing.training,
            evaluation: last.or(self.standing.evaluation),
            best: self.standing.best,
        })
    }
}

/// Adam as `config` has it, after `update` updates that left it with `moments`.
fn optimizer(
    config: &MelodyConfig,
    network: &Network,
    moments: (Vec<Tensor>, Vec<Tensor>),
    update: u64,
) -> Result<Adam> {
    let values = network.tensors().iter().map(|(_, tensor)| tensor);
    Adam::resume(adam_options(config), update, moments.0, moments.1, values).map_err(|error| {
        let expected = "moments of the network's shape".to_owned();
        Error::WarmStart { found: error.to_string(), expected }
    })
}

/// The optimizer of a checkpoint with the learning rate of `options`, which may be another one than that of the checkpoint.
fn with_rate_of(
    options: &TrainOptions,
    saved: Adam,
    network: &Network,
    sidecar: &Sidecar,
) -> Result<Adam> {
    if sidecar.recipe.config.hparams.learning_rate == options.config.hparams.learning_rate {
        return Ok(saved);
    }
    let moments = (saved.first_moments().to_vec(), saved.second_moments().to_vec());
    optimizer(&options.config, network, moments, sidecar.standing.update)
}

/// An error if the run was trained with a recipe that forbids to go on with `given`.
fn agree(options: &TrainOptions, saved: &Recipe, given: &Recipe) -> Result<()> {
    match options.resume {
        Resume::SameRecipe => saved.check(given, &options.run_dir),
        Resume::SameNetwork => {
            let config = of_same_shape(&saved.config, &given.config);
            Recipe { config, ..given.clone() }.check(given, &options.run_dir)
        }
    }
}

/// `saved` with those hyper-parameters of `given` that no weight's shape depends on.
fn of_same_shape(saved: &MelodyConfig, given: &MelodyConfig) -> MelodyConfig {
    let mut config = saved.clone();
    config.name.clone_from(&given.name);
    config.hparams = HParams {
        rnn_layer_sizes: config.hparams.rnn_layer_sizes,
        attn_length: config.hparams.attn_length,
        attention: config.hparams.attention,
        residual_connections: config.hparams.residual_connections,
        ..given.hparams.clone()
    };
    config
}
