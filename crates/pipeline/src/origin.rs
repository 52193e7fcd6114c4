//! Where a trained network is: in the folder of a run, or in a file of its own.

use std::path::{Path, PathBuf};

use model::Model;
use model::checkpoint::{self, Damaged, Folder, Which};
use model::config::MelodyConfig;
use model::import::{self, Imported};

use crate::magenta_run::is_ahead;
use crate::{Error, Event, Observer, Result};

/// Where a trained network is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The folder of a run, of Cantus or of Magenta: its newest checkpoint.
    RunDir(PathBuf),
    /// A file: Magenta's bundle, a checkpoint of TensorFlow, or safetensors.
    Bundle(PathBuf),
}

/// A network and where exactly it was found.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) model: Model,
    /// Its file.
    pub(crate) path: PathBuf,
    /// Updates that it has learnt from; none where the file does not say.
    pub(crate) update: Option<u64>,
}

impl Origin {
    /// The folder or the file.
    pub fn path(&self) -> &Path {
        match self {
            Self::RunDir(path) | Self::Bundle(path) => path,
        }
    }

    /// Loads the network with all that its file has.
    pub(crate) fn load_whole(&self, observer: &dyn Observer) -> Result<Imported> {
        let imported = match self {
            Self::RunDir(dir) if is_run(dir)? => {
                let (imported, damaged) = import::run(dir)?;
                warn_of_damage(&damaged, observer);
                imported
            }
            Self::RunDir(path) | Self::Bundle(path) => import::open(path)?,
        };
        observer.observe(Event::Detail(&imported.to_string()));
        Ok(imported)
    }

    /// Loads the network, as fast as can be.
    pub(crate) fn load(&self, observer: &dyn Observer) -> Result<Found> {
        match self {
            Self::RunDir(dir) if is_run(dir)? => {
                let loaded = checkpoint::load(dir, Which::Newest)?;
                warn_of_damage(&loaded.damaged, observer);
                let update = Some(loaded.sidecar.standing.update);
                Ok(Found { model: loaded.model, path: loaded.path, update })
            }
            Self::RunDir(path) | Self::Bundle(path) => {
                let imported = import::open(path)?;
                observer.observe(Event::Detail(&imported.to_string()));
                Ok(Found { model: imported.model, path: imported.path, update: imported.update })
            }
        }
    }
}

impl Found {
    /// An error if the network has another encoding than `config`, a warning if it has another shape.
    pub(crate) fn agree(&self, config: &MelodyConfig, observer: &dyn Observer) -> Result<()> {
        let own = &self.model.config;
        if own.encoding != config.encoding {
            return Err(Error::OtherEncoding {
                path: self.path.clone(),
                found: own.name.clone(),
                expected: config.name.clone(),
            });
        }
        let shape = |config: &MelodyConfig| {
            let hparams = &config.hparams;
            let (layers, length) = (&hparams.rnn_layer_sizes, hparams.attn_length);
            format!("rnn_layer_sizes={layers:?}, attn_length={length}")
        };
        let (has, asked) = (shape(own), shape(config));
        if has != asked {
            observer.observe(Event::Warning(&format!("the network has {has} and not {asked}")));
        }
        Ok(())
    }
}

/// Whether a folder is taken for a run of ours: it has our checkpoints, none of Magenta's being newer, or nobody's.
pub(crate) fn is_run(dir: &Path) -> Result<bool> {
    let ours = Folder::of_run(dir).path().is_dir() && !is_ahead(dir)?;
    Ok(ours || !import::is_train_dir(dir))
}

/// Tells the observer that newer checkpoints were passed over.
pub(crate) fn warn_of_damage(damaged: &[Damaged], observer: &dyn Observer) {
    for Damaged { path, reason } in damaged {
        let text =
            format!("checkpoint {} is damaged ({reason}); using the one before it", path.display());
        observer.observe(Event::Warning(&text));
    }
}
