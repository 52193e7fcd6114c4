//! Checkpoints of a run: everything that training needs to go on, and everything that generation needs of it.
//!
//! `<run>/checkpoints/model-<update>.safetensors` has the weights and Adam's moments under TensorFlow's names,
//! `model-<update>.json` beside it has the configuration and where the run stands. Both are pure functions of the
//! recipe and the update: no time, no host, no path.

mod folder;
mod sidecar;
pub(crate) mod weights;

use std::path::{Path, PathBuf};

use nn::Tensor;
use nn::optim::{Adam, AdamOptions};

use crate::config::MelodyConfig;
use crate::import::Moments;
use crate::network::Network;
use crate::{Error, Model, Result};

use folder::Attempt;
pub use folder::{Damaged, Folder};
pub use sidecar::{ClipBy, Evaluation, FORMAT_VERSION, Recipe, Sidecar, Standing, WeightsFile};
use weights::{FIRST_MOMENT, SECOND_MOMENT};

/// A run as it stood after some update, as far as it was asked for.
#[derive(Debug)]
pub(crate) struct Checkpoint<T> {
    /// Its weights file.
    pub(crate) path: PathBuf,
    /// Recipe and standing.
    pub(crate) sidecar: Sidecar,
    /// What was made of the tensors.
    pub(crate) content: T,
}

/// Makes something of the bytes of a weights file, or says in words what is wrong with them.
type Assemble<T> = fn(&Sidecar, &[u8]) -> Attempt<T, String>;

/// Which checkpoint of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Which {
    /// The one after the most updates.
    #[default]
    Newest,
    /// The one with the lowest loss on the held-out examples.
    Best,
}

/// A model from a run folder, and what there is to know about it.
#[derive(Debug)]
pub struct Loaded {
    /// The model.
    pub model: Model,
    /// The weights file it came from.
    pub path: PathBuf,
    /// Recipe and standing of the run.
    pub sidecar: Sidecar,
    /// Newer checkpoints that are damaged and were passed over.
    pub damaged: Vec<Damaged>,
}

impl Model {
    /// The model of the newest usable checkpoint of the run in `run_dir`.
    pub fn load(run_dir: impl AsRef<Path>) -> Result<Self> {
        load(run_dir, Which::Newest).map(|loaded| loaded.model)
    }
}

/// Loads a model from the run in `run_dir`, also while it trains. A damaged checkpoint is passed over for the one
/// before it.
pub fn load(run_dir: impl AsRef<Path>, which: Which) -> Result<Loaded> {
    let run_dir = run_dir.as_ref();
    let folder = Folder::of_run(run_dir);
    // Generation and evaluation have no use for Adam's moments, two thirds of the file.
    let (newest, damaged) = newest_of_run(run_dir, network)?;
    let chosen = match which {
        Which::Newest => newest,
        Which::Best => best(&folder, run_dir, newest)?,
    };
    let Checkpoint { path, sidecar, content } = chosen;
    Ok(Loaded::new(path, sidecar, content, damaged))
}

/// The newest model of a run, and Adam's moments.
pub(crate) fn load_with_moments(run_dir: &Path) -> Result<(Loaded, Moments)> {
    let (newest, damaged) = newest_of_run(run_dir, network_and_optimizer)?;
    let Checkpoint { path, sidecar, content: (network, optimizer) } = newest;
    let (first, second) = (optimizer.first_moments(), optimizer.second_moments());
    let moments = Moments { first: first.to_vec(), second: second.to_vec() };
    Ok((Loaded::new(path, sidecar, network, damaged), moments))
}

/// [`newest`], where there must be one.
pub(crate) fn newest_of_run<T>(
    run_dir: &Path,
    assemble: Assemble<T>,
) -> Result<(Checkpoint<T>, Vec<Damaged>)> {
    let (newest, damaged) = newest(&Folder::of_run(run_dir), assemble)?;
    let newest = newest.ok_or_else(|| Error::NoCheckpoint { run_dir: run_dir.to_path_buf() })?;
    Ok((newest, damaged))
}

impl Loaded {
    fn new(path: PathBuf, sidecar: Sidecar, network: Network, damaged: Vec<Damaged>) -> Self {
        let model = Model { config: sidecar.recipe.config.clone(), network };
        Self { model, path, sidecar, damaged }
    }
}

fn best(
    folder: &Folder,
    run_dir: &Path,
    newest: Checkpoint<Network>,
) -> Result<Checkpoint<Network>> {
    let Some(best) = newest.sidecar.standing.best else {
        return Err(Error::NoBestCheckpoint { run_dir: run_dir.to_path_buf() });
    };
    if best.update == newest.sidecar.standing.update {
        return Ok(newest);
    }
    read(folder, best.update, network)?
        .map_err(|damaged| Error::DamagedCheckpoint { path: damaged.path, reason: damaged.reason })
}

/// The newest usable checkpoint and the newer ones that are damaged. No checkpoint at all is none; only damaged ones
/// are an error, so that nobody starts afresh over them.
pub(crate) fn newest<T>(
    folder: &Folder,
    assemble: Assemble<T>,
) -> Result<(Option<Checkpoint<T>>, Vec<Damaged>)> {
    let mut passed_over = Vec::new();
    for update in folder.updates()?.into_iter().rev() {
        match read(folder, update, assemble)? {
            Ok(checkpoint) => return Ok((Some(checkpoint), passed_over)),
            Err(damaged) => passed_over.push(damaged),
        }
    }
    match passed_over.into_iter().next() {
        Some(Damaged { path, reason }) => Err(Error::DamagedCheckpoint { path, reason }),
        None => Ok((None, Vec::new())),
    }
}

/// Saves a run; afterwards removes the checkpoints that are neither among the newest `keep` nor the best. Gives the
/// weights file.
pub(crate) fn save(
    folder: &Folder,
    recipe: &Recipe,
    standing: &Standing,
    network: &Network,
    optimizer: &Adam,
    keep: usize,
) -> Result<PathBuf> {
    let path = folder.weights_path(standing.update);
    let weights = weights::encode(tensors(network, optimizer))
        .map_err(|reason| Error::io(&path, std::io::Error::other(reason)))?;
    let sidecar = Sidecar {
        format_version: FORMAT_VERSION,
        standing: standing.clone(),
        recipe: recipe.clone(),
        weights: WeightsFile::of(&weights),
    };
    folder.write(&sidecar, &weights)?;
    folder.prune(keep, standing.best.map(|best| best.update))?;
    Ok(path)
}

fn tensors<'a>(
    network: &'a Network,
    optimizer: &'a Adam,
) -> impl Iterator<Item = (String, &'a Tensor)> {
    let moments = optimizer.first_moments().iter().zip(optimizer.second_moments());
    network.tensors().iter().zip(moments).flat_map(|((name, tensor), (first, second))| {
        [
            (name.clone(), tensor),
            (format!("{name}{FIRST_MOMENT}"), first),
            (format!("{name}{SECOND_MOMENT}"), second),
        ]
    })
}

fn read<T>(
    folder: &Folder,
    update: u64,
    assemble: Assemble<T>,
) -> Result<Attempt<Checkpoint<T>, Damaged>> {
    let path = folder.weights_path(update);
    let (sidecar, bytes) = match folder.read(update)? {
        Ok(pair) => pair,
        Err(damaged) => return Ok(Err(damaged)),
    };
    Ok(match assemble(&sidecar, &bytes) {
        Ok(content) => Ok(Checkpoint { path, sidecar, content }),
        Err(reason) => Err(Damaged { path, reason }),
    })
}

fn is_slot(name: &str) -> bool {
    [FIRST_MOMENT, SECOND_MOMENT].iter().any(|suffix| name.ends_with(suffix))
}

/// The network of a weights file.
fn network(sidecar: &Sidecar, bytes: &[u8]) -> Attempt<Network, String> {
    let tensors = weights::decode(bytes, |name| !is_slot(name))?;
    let config = sidecar.recipe.config.network_config();
    Network::from_tensors(config, &tensors).map_err(|error| error.to_string())
}

/// The network of a weights file and its optimizer, for training that goes on.
pub(crate) fn network_and_optimizer(
    sidecar: &Sidecar,
    bytes: &[u8],
) -> Attempt<(Network, Adam), String> {
    let network = network(sidecar, bytes)?;
    let mut moments = weights::decode(bytes, is_slot)?;
    let mut slots = |suffix: &str| {
        let mut slot = |name: &str| {
            let name = format!("{name}{suffix}");
            moments.remove(&name).ok_or(format!("it has no tensor {name}"))
        };
        network.tensors().iter().map(|(name, _)| slot(name)).collect::<Attempt<Vec<_>, _>>()
    };
    let (first, second) = (slots(FIRST_MOMENT)?, slots(SECOND_MOMENT)?);
    let values = network.tensors().iter().map(|(_, tensor)| tensor);
    let (options, update) = (adam_options(&sidecar.recipe.config), sidecar.standing.update);
    let optimizer =
        Adam::resume(options, update, first, second, values).map_err(|error| error.to_string())?;
    Ok((network, optimizer))
}

/// Adam as Magenta uses it: TensorFlow's defaults with the configuration's learning rate.
pub(crate) fn adam_options(config: &MelodyConfig) -> AdamOptions {
    AdamOptions { lr: config.hparams.learning_rate as f32, ..AdamOptions::default() }
}
