//! What to do about an error.

use super::Error;
use crate::config::{CONFIG_NAMES, MelodyConfig};
use crate::import::Fault;

impl Error {
    /// What the user can do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::InputSize { found, config, .. } => match config_with_input_size(*found) {
                Some(other) => format!(
                    "the examples fit the configuration {other}: use that, or make a dataset for {config}"
                ),
                None => format!("make a dataset for {config}"),
            },
            Self::LabelRange { config, .. } => format!("make a dataset for {config}"),
            Self::EmptyDataset { .. } => {
                "no melody passed the extraction: the report of the dataset step says why".into()
            }
            Self::RunFolderInUse { .. } => "wait for it, stop it, or use another run folder".into(),
            Self::RunContradiction { .. } => {
                "repeat what the run was begun with to go on with it, or use another run folder"
                    .into()
            }
            Self::Diverged { .. } => {
                "begin a new run folder with a lower learning_rate or a lower clip_norm".into()
            }
            Self::DamagedCheckpoint { .. } => {
                "use another run folder, or bring the file back".into()
            }
            Self::CheckpointVersion { .. } => "use the version of Cantus that wrote it".into(),
            Self::NoCheckpoint { .. } => "train a model there first".into(),
            Self::NoBestCheckpoint { .. } => "use the newest checkpoint".into(),
            Self::NoGraph { .. } => {
                "a .mag bundle holds a graph that only Magenta makes: take that of another bundle of the same sizes with --graph, \
                 or write --format tensorflow"
                    .into()
            }
            Self::Import { source: Fault::Contradiction { .. }, .. } => {
                "leave out what contradicts the file: it knows its own sizes".into()
            }
            Self::Import { .. } => {
                "give a .mag bundle, a checkpoint of TensorFlow or a .safetensors file of a melody model, whole".into()
            }
            _ => return None,
        })
    }
}

/// The named configuration that has so many inputs a step; no two have the same.
fn config_with_input_size(size: usize) -> Option<&'static str> {
    let fits = |name: &&str| {
        MelodyConfig::named(name).is_ok_and(|config| config.encoding.input_size() == size)
    };
    CONFIG_NAMES.into_iter().find(fits)
}
