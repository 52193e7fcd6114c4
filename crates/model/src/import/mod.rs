//! Networks that others have trained, and our own as files of their own.
//!
//! | file | weights | configuration |
//! |---|---|---|
//! | Magenta's bundle (`.mag`) | a checkpoint within, version 1 | shapes; the attention's length from the graph within |
//! | checkpoint of TensorFlow, version 1 or 2, or a folder of them | | shapes; the attention's length from the graph beside it (`.meta`) |
//! | safetensors | | within, or the JSON file beside it, or shapes |
//!
//! Variables may have the names of any vintage of TensorFlow (`names`). No file says which encoding its network was trained with, nor the
//! sizes of its layers, but the shapes of its weights do (`shapes`). The one thing that no shape shows is how far attention
//! looks back: without a graph that is taken to be Magenta's default, 40.

mod fault;
mod file;
mod graph;
mod inspect;
mod listing;
mod names;
mod shapes;
mod weights;

use std::fmt;
use std::path::{Path, PathBuf};

use nn::Tensor;
use tensorflow::bundle::Bundle;

use crate::checkpoint::{self, Damaged};
use crate::config::MelodyConfig;
use crate::network::Network;
use crate::{Error, Model, Result};

pub use fault::Fault;
use file::File;
pub(crate) use file::{SELF_KEY, SelfDescription};
pub use file::{is_there, is_train_dir};
pub use graph::Graph;
pub use inspect::{Contents, inspect, inspect_run};
pub use listing::Listed;
pub(crate) use names::Name;
use weights::{Named, Weights};

/// A network from a file, and what else the file holds.
#[derive(Debug)]
pub struct Imported {
    /// The network and its configuration. Hyper-parameters that only training has a use for are Magenta's defaults where
    /// the file does not say.
    pub model: Model,
    /// The file with the weights.
    pub path: PathBuf,
    /// What kind of file it is.
    pub format: &'static str,
    /// Updates made, where the file says.
    pub update: Option<u64>,
    /// Adam's moments, where the file has all of them.
    pub moments: Option<Moments>,
    /// Magenta's bundle that it came from.
    pub bundle: Option<Bundle>,
}

/// Adam's moments of each tensor of a network, in its order.
#[derive(Debug, Clone)]
pub struct Moments {
    /// The first.
    pub first: Vec<Tensor>,
    /// The second.
    pub second: Vec<Tensor>,
}

/// Loads the network in a file or a folder: see the [module](self).
///
/// # Errors
/// [`Error::Io`] if it cannot be read, [`Error::Import`] if it gives no network.
pub fn open(path: &Path) -> Result<Imported> {
    let file = File::read(path)?;
    let config = file.config().map_err(|source| file::failed(&file.path, source))?;
    let weights = file.tensors()?;
    let network = Network::from_tensors(config.network_config(), &weights.values)?;
    let moments = Moments::of(&network, &weights);
    let File { path, format, update, bundle, .. } = file;
    Ok(Imported { model: Model { config, network }, path, format, update, moments, bundle })
}

/// The newest network of a run of ours, with all that its checkpoint holds.
///
/// # Errors
/// Those of [`checkpoint::load`].
pub fn run(run_dir: &Path) -> Result<(Imported, Vec<Damaged>)> {
    let (loaded, moments) = checkpoint::load_with_moments(run_dir)?;
    let imported = Imported {
        model: loaded.model,
        path: loaded.path,
        format: "run of Cantus",
        update: Some(loaded.sidecar.standing.update),
        moments: Some(moments),
        bundle: None,
    };
    Ok((imported, loaded.damaged))
}

impl Moments {
    /// Those of the network's tensors; none unless all are there, in the right shapes.
    fn of(network: &Network, weights: &Weights<Tensor>) -> Option<Self> {
        let all = |moments: &Named<Tensor>| {
            let moment = |(name, tensor): &(String, Tensor)| {
                moments.get(name).filter(|moment| moment.shape() == tensor.shape()).cloned()
            };
            network.tensors().iter().map(moment).collect::<Option<Vec<_>>>()
        };
        Some(Self { first: all(&weights.first)?, second: all(&weights.second)? })
    }
}

impl Imported {
    /// An error that names both sides if a network of `config` has another shape than this one.
    ///
    /// # Errors
    /// [`Error::Import`] with a [`Fault::Contradiction`].
    pub fn agree(&self, config: &MelodyConfig) -> Result<()> {
        let (ours, theirs) = (&self.model.config, config);
        let (shape, said) = (&ours.hparams, &theirs.hparams);
        let pairs: [(&'static str, String, String); 5] = [
            ("the configuration", theirs.name.clone(), ours.name.clone()),
            (
                "rnn_layer_sizes",
                format!("{:?}", said.rnn_layer_sizes),
                format!("{:?}", shape.rnn_layer_sizes),
            ),
            ("attn_length", said.attn_length.to_string(), shape.attn_length.to_string()),
            ("attention", format!("{:?}", said.attention), format!("{:?}", shape.attention)),
            (
                "residual_connections",
                said.residual_connections.to_string(),
                shape.residual_connections.to_string(),
            ),
        ];
        match pairs.into_iter().find(|(_, said, found)| said != found) {
            Some((what, said, found)) => Err(Error::Import {
                path: self.path.clone(),
                source: Fault::Contradiction { what, said, by: "the caller", found },
            }),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Imported {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hparams = &self.model.config.hparams;
        let (path, format, name) = (self.path.display(), self.format, &self.model.config.name);
        write!(formatter, "{path}: {format}, {name} with layers {:?}", hparams.rnn_layer_sizes)?;
        match hparams.attn_length {
            0 => Ok(()),
            length => write!(formatter, ", attention over {length} steps"),
        }
    }
}
