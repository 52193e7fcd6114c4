//! What kind of file holds a network, and what it says of it.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use ::safetensors::tensor::Metadata;
use nn::Tensor;
use serde::{Deserialize, Serialize};
use tensorflow::bundle::Bundle;
use tensorflow::checkpoint::{Reader, STATE_FILE, Version};

use super::fault::{Attempt, Fault};
use super::graph::Graph;
use super::listing::{self, Listed};
use super::shapes;
use super::weights::{Weights, tensor};
use crate::checkpoint::Sidecar;
use crate::checkpoint::weights as safetensors;
use crate::config::MelodyConfig;
use crate::{Error, Result};

/// Key in the metadata of a safetensors file. There is one, since the format does not keep them in order.
pub(crate) const SELF_KEY: &str = "cantus";
/// Last eight bytes of a table: how a checkpoint is told from other files.
const TABLE_MAGIC: [u8; 8] = 0xdb47_7524_8b80_fb57_u64.to_le_bytes();

/// What a safetensors file of ours says of itself, as JSON under [`SELF_KEY`].
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SelfDescription {
    /// Configuration of the network.
    pub(crate) config: MelodyConfig,
    /// Updates made, where that is known.
    pub(crate) update: Option<u64>,
}

/// What a file has of a network. The values of its weights are read when they are asked for.
#[derive(Debug)]
pub(super) struct File {
    /// The file with the weights.
    pub(super) path: PathBuf,
    pub(super) format: &'static str,
    store: Store,
    /// Its variables, by name.
    pub(super) variables: Vec<Listed>,
    /// Its configuration, where the file has it.
    config: Option<MelodyConfig>,
    pub(super) graph: Option<Graph>,
    pub(super) update: Option<u64>,
    pub(super) bundle: Option<Bundle>,
}

/// Where the values are.
#[derive(Debug)]
enum Store {
    Checkpoint(Reader),
    Safetensors,
}

/// Whether TensorFlow or Magenta has trained in this folder, or in `train` within.
pub fn is_train_dir(dir: &Path) -> bool {
    train_dir(dir).is_some()
}

/// Whether there is something under this name: a file, a folder, or files of a checkpoint whose names begin with it.
pub fn is_there(path: &Path) -> bool {
    path.exists() || Reader::knows(path)
}

/// The folder with the checkpoints: the folder itself, or `train` within, as Magenta's run folders have it.
fn train_dir(dir: &Path) -> Option<PathBuf> {
    [dir.join("train"), dir.to_owned()].into_iter().find(|dir| dir.join(STATE_FILE).is_file())
}

impl File {
    /// Reads a file, a folder of checkpoints, or the checkpoint whose files begin with `path`.
    pub(super) fn read(path: &Path) -> Result<Self> {
        if path.is_dir() {
            let dir = train_dir(path).unwrap_or_else(|| path.to_owned());
            return Self::of_checkpoint(&dir);
        }
        match Kind::of(path)? {
            Kind::Safetensors => Self::of_safetensors(path),
            Kind::Checkpoint => Self::of_checkpoint(path),
            Kind::Bundle => Self::of_bundle(path),
        }
    }

    fn of_checkpoint(path: &Path) -> Result<Self> {
        let checkpoint = Reader::open(path).map_err(|source| failed(path, source.into()))?;
        let path = checkpoint.path().to_owned();
        let meta = with_ending(&path, ".meta");
        let graph = if meta.is_file() {
            let bytes = fs::read(&meta).map_err(|error| Error::io(&meta, error))?;
            Some(Graph::read(&bytes).map_err(|source| failed(&meta, source.into()))?)
        } else {
            None
        };
        let format = match checkpoint.version() {
            Version::V1 => "checkpoint of TensorFlow, version 1",
            Version::V2 => "checkpoint of TensorFlow, version 2",
        };
        let file = Self::new(path.clone(), format, checkpoint);
        Ok(Self { graph, ..file.map_err(|source| failed(&path, source))? })
    }

    fn of_bundle(path: &Path) -> Result<Self> {
        let read = || {
            let bundle = Bundle::read(path)?;
            let checkpoint = Reader::from_bytes(bundle.checkpoint.clone(), path)?;
            let file = Self::new(path.to_owned(), "bundle of Magenta", checkpoint)?;
            let graph = match bundle.metagraph.as_slice() {
                [] => None,
                graph => Some(Graph::read(graph)?),
            };
            Ok(Self { graph, bundle: Some(bundle), ..file })
        };
        read().map_err(|source| failed(path, source))
    }

    fn new(path: PathBuf, format: &'static str, checkpoint: Reader) -> Attempt<Self> {
        Ok(Self {
            path,
            format,
            variables: Listed::of_checkpoint(&checkpoint),
            config: None,
            graph: None,
            update: listing::update(&checkpoint)?,
            bundle: None,
            store: Store::Checkpoint(checkpoint),
        })
    }

    fn of_safetensors(path: &Path) -> Result<Self> {
        let bad = |reason| failed(path, Fault::Safetensors { reason });
        let header =
            safetensors::read_header(path).map_err(|error| Error::io(path, error))?.map_err(bad)?;
        let description = match header.metadata().as_ref().and_then(|own| own.get(SELF_KEY)) {
            Some(description) => Some(
                serde_json::from_str::<SelfDescription>(description)
                    .map_err(|error| bad(format!("its metadata {SELF_KEY}: {error}")))?,
            ),
            None => sidecar_beside(path).map(|sidecar| SelfDescription {
                config: sidecar.recipe.config,
                update: Some(sidecar.standing.update),
            }),
        };
        let (config, update) = match description {
            Some(own) => (Some(own.config), own.update),
            None => (None, None),
        };
        Ok(Self {
            path: path.to_owned(),
            format: "safetensors",
            store: Store::Safetensors,
            variables: Listed::of_safetensors(&header),
            config,
            graph: None,
            update,
            bundle: None,
        })
    }

    /// The weights of a run of ours.
    pub(super) fn of_run(path: PathBuf, sidecar: Sidecar, header: &Metadata) -> Self {
        Self {
            path,
            format: "run of Cantus",
            store: Store::Safetensors,
            variables: Listed::of_safetensors(header),
            config: Some(sidecar.recipe.config),
            graph: None,
            update: Some(sidecar.standing.update),
            bundle: None,
        }
    }

    /// The configuration of its network, of which no value has been read yet.
    pub(super) fn config(&self) -> Attempt<MelodyConfig> {
        let shapes = self.shapes()?.values;
        let config = match &self.config {
            Some(config) => config.clone(),
            None => shapes::config(&shapes, self.attn_length())?,
        };
        if let Some(bundle) = &self.bundle {
            agree_with_id(&config, &bundle.id)?;
        }
        let shape_of = |name: &str| shapes.get(name).map(Vec::as_slice);
        let checked = config.network_config().check_shapes(shape_of);
        checked.map_err(|error| Fault::Network(Box::new(error)))?;
        Ok(config)
    }

    /// Whether how far attention looks back is Magenta's default, for want of a graph.
    pub(super) fn assumes_attn_length(&self) -> bool {
        self.config.is_none() && self.attn_length().is_none()
    }

    /// How far attention looks back, as the graph has it.
    fn attn_length(&self) -> Option<usize> {
        self.graph.as_ref()?.attention_length
    }

    /// Shapes of weights and moments.
    pub(super) fn shapes(&self) -> Attempt<Weights<Vec<usize>>> {
        Weights::collect(&self.variables, |variable| Ok(variable.shape.clone()))
    }

    /// Weights and moments.
    pub(super) fn tensors(&self) -> Result<Weights<Tensor>> {
        let failed = |source| failed(&self.path, source);
        match &self.store {
            Store::Checkpoint(checkpoint) => {
                Weights::collect(&self.variables, |variable| tensor(checkpoint, &variable.name))
            }
            Store::Safetensors => {
                let bytes = fs::read(&self.path).map_err(|error| Error::io(&self.path, error))?;
                let floats: BTreeSet<&str> = self
                    .variables
                    .iter()
                    .filter(|variable| variable.is_float32())
                    .map(|variable| variable.name.as_str())
                    .collect();
                let mut tensors = safetensors::decode(&bytes, |name| floats.contains(name))
                    .map_err(|reason| failed(Fault::Safetensors { reason }))?;
                Weights::collect(&self.variables, |Listed { name, .. }| {
                    tensors.remove(name).ok_or_else(|| Fault::Missing { name: name.clone() })
                })
            }
        }
        .map_err(failed)
    }
}

/// An error if a bundle is said to be of one configuration and its weights are of another.
fn agree_with_id(config: &MelodyConfig, id: &str) -> Attempt<()> {
    // A model of one's own may have any name; a name that is known must be right.
    match MelodyConfig::named(id) {
        Ok(named) if named.encoding != config.encoding => Err(Fault::Contradiction {
            what: "the configuration",
            said: id.to_owned(),
            by: "the bundle",
            found: config.name.clone(),
        }),
        _ => Ok(()),
    }
}

/// `source` with the file that it concerns.
pub(super) fn failed(path: &Path, source: Fault) -> Error {
    Error::Import { path: path.to_owned(), source }
}

/// What the JSON file of a checkpoint of ours says, if there is one beside the weights.
fn sidecar_beside(path: &Path) -> Option<Sidecar> {
    serde_json::from_slice(&fs::read(path.with_extension("json")).ok()?).ok()
}

/// What kind of file it is, by what is in it.
enum Kind {
    Safetensors,
    Checkpoint,
    Bundle,
}

impl Kind {
    fn of(path: &Path) -> Result<Self> {
        // The beginning of the names of a checkpoint's files need not be a file.
        if Reader::knows(path) {
            return Ok(Self::Checkpoint);
        }
        let mut file = fs::File::open(path).map_err(|error| Error::io(path, error))?;
        let mut ends = || {
            let (mut head, mut tail) = (Vec::new(), Vec::new());
            Read::by_ref(&mut file).take(9).read_to_end(&mut head)?;
            let length = file.seek(SeekFrom::End(0))?;
            file.seek(SeekFrom::Start(length.saturating_sub(8)))?;
            file.read_to_end(&mut tail)?;
            Ok((head, tail))
        };
        let (head, tail) = ends().map_err(|error| Error::io(path, error))?;
        Ok(match head.get(8) {
            _ if tail == TABLE_MAGIC => Self::Checkpoint,
            // The length of a JSON text, and the text.
            Some(b'{') => Self::Safetensors,
            _ => Self::Bundle,
        })
    }
}

fn with_ending(prefix: &Path, ending: &str) -> PathBuf {
    let mut name = prefix.as_os_str().to_owned();
    name.push(ending);
    name.into()
}
