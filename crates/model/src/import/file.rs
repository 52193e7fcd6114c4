//! What kind of file holds a network, and what it says of it.

use std::fs;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tensorflow::bundle::Bundle;
use tensorflow::checkpoint::{Reader, STATE_FILE};
use tensorflow::metagraph::MetaGraph;

use super::fault::{Attempt, Fault};
use super::weights::Weights;
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

/// What a file has of a network.
#[derive(Debug)]
pub(super) struct File {
    /// The file with the weights.
    pub(super) path: PathBuf,
    pub(super) format: &'static str,
    pub(super) weights: Weights,
    /// Its configuration, where the file has it.
    pub(super) config: Option<MelodyConfig>,
    /// How far its attention looks back, as its graph has it.
    pub(super) attn_length: Option<usize>,
    pub(super) update: Option<u64>,
    pub(super) bundle: Option<Bundle>,
}

/// Whether TensorFlow or Magenta has trained in this folder, or in `train` within.
pub fn is_train_dir(dir: &Path) -> bool {
    train_dir(dir).is_some()
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

    fn new(path: PathBuf, format: &'static str, weights: Weights) -> Self {
        let update = weights.update;
        Self { path, format, weights, config: None, attn_length: None, update, bundle: None }
    }

    fn of_checkpoint(path: &Path) -> Result<Self> {
        let read = || {
            let checkpoint = Reader::open(path)?;
            let file = Self::new(
                checkpoint.path().to_owned(),
                "checkpoint of TensorFlow",
                Weights::read(&checkpoint)?,
            );
            Ok((file, Some(with_ending(checkpoint.path(), ".meta")).filter(|meta| meta.is_file())))
        };
        let (mut file, meta) = read().map_err(|source| failed(path, source))?;
        if let Some(meta) = meta {
            let graph = fs::read(&meta).map_err(|error| Error::io(&meta, error))?;
            file.attn_length = attn_length(&graph).map_err(|source| failed(&meta, source))?;
        }
        Ok(file)
    }

    fn of_bundle(path: &Path) -> Result<Self> {
        let read = || {
            let bundle = Bundle::read(path)?;
            let weights = Weights::read(&Reader::from_bytes(bundle.checkpoint.clone(), path)?)?;
            let attn_length = attn_length(&bundle.metagraph)?;
            let file = Self::new(path.to_owned(), "bundle of Magenta", weights);
            Ok(Self { attn_length, bundle: Some(bundle), ..file })
        };
        read().map_err(|source| failed(path, source))
    }

    fn of_safetensors(path: &Path) -> Result<Self> {
        let bytes = fs::read(path).map_err(|error| Error::io(path, error))?;
        let bad = |reason| failed(path, Fault::Safetensors { reason });
        let tensors = safetensors::decode(&bytes, |_| true).map_err(bad)?;
        let metadata = safetensors::metadata(&bytes).map_err(bad)?;
        let mut weights = Weights::default();
        for (name, tensor) in tensors {
            weights.put(&name, tensor).map_err(|source| failed(path, source))?;
        }
        let mut file = Self::new(path.to_owned(), "safetensors", weights);
        if let Some(description) = metadata.get(SELF_KEY) {
            let description: SelfDescription = serde_json::from_str(description)
                .map_err(|error| bad(format!("its metadata {SELF_KEY}: {error}")))?;
            (file.config, file.update) = (Some(description.config), description.update);
        } else if let Some(sidecar) = sidecar_beside(path) {
            file.config = Some(sidecar.recipe.config);
            file.update = Some(sidecar.standing.update);
        }
        Ok(file)
    }
}

fn failed(path: &Path, source: Fault) -> Error {
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
        let mut file = match fs::File::open(path) {
            Ok(file) => file,
            // The beginning of the names of a checkpoint's files; what it lacks is its reader's to say.
            Err(error) if error.kind() == ErrorKind::NotFound && has_index(path) => {
                return Ok(Self::Checkpoint);
            }
            Err(error) => return Err(Error::io(path, error)),
        };
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

fn has_index(prefix: &Path) -> bool {
    with_ending(prefix, ".index").is_file()
}

fn with_ending(prefix: &Path, ending: &str) -> PathBuf {
    let mut name = prefix.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// How far attention looks back in a graph, if that can be told.
fn attn_length(graph: &[u8]) -> Attempt<Option<usize>> {
    Ok(MetaGraph::new(graph).facts()?.attention_length)
}
