//! Inspect: what is in a file of weights.

use std::path::{Path, PathBuf};

use model::config::MelodyConfig;
use model::import::{self, Contents, Graph, Listed};
use model::network::AttentionAround;
use serde::Serialize;

use crate::{Observer, Result, origin};

/// What is in a file of weights.
#[derive(Clone, Debug, Serialize)]
pub struct Inspected {
    /// The file with the weights; of a checkpoint of TensorFlow, version 2, the beginning of the names of its files.
    pub path: PathBuf,
    /// What kind of file it is.
    pub format: &'static str,
    /// Its network, if it gives one.
    pub network: Option<NetworkFacts>,
    /// Why it gives none.
    pub no_network: Option<String>,
    /// Numbers that are learnt: values of all weights, without Adam's moments.
    pub parameters: u64,
    /// Updates made, where the file says.
    pub update: Option<u64>,
    /// Whether Adam's moments of every weight are there.
    pub has_moments: bool,
    /// What a bundle of Magenta's says of itself.
    pub bundle: Option<Bundle>,
    /// What the graph beside the weights tells, if there is one.
    pub graph: Option<Graph>,
    /// All variables, by name.
    pub variables: Vec<Listed>,
}

/// A network of melodies.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NetworkFacts {
    /// Name of the configuration.
    pub config: String,
    /// Units of each layer, from the input up.
    pub layers: Vec<usize>,
    /// Attention, if it has any.
    pub attention: Option<Attention>,
    /// Whether each layer's input is added to its output.
    pub residual_connections: bool,
    /// Inputs a step.
    pub inputs: usize,
    /// Classes.
    pub classes: usize,
}

/// Attention of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Attention {
    /// Over how many steps it looks back.
    pub length: usize,
    /// Whether that is Magenta's default, since the file does not say.
    pub assumed: bool,
    /// What it is around.
    pub around: AttentionAround,
}

/// What a bundle of Magenta's says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bundle {
    /// Which generator it is for, such as `attention_rnn`.
    pub id: String,
    /// What that generator is.
    pub description: String,
    /// What its maker says about it.
    pub bundle_description: Option<String>,
}

/// Looks into a file or a folder of weights: Magenta's bundles, checkpoints of TensorFlow, runs of Magenta and Cantus, safetensors. No value
/// of a weight is read, but those of a run of Cantus are held against their checksum.
///
/// # Errors
///
/// What cannot be read, or is not what it seems to be. A file that is whole and holds no network of melodies is no error.
pub fn inspect(path: &Path, observer: &dyn Observer) -> Result<Inspected> {
    let contents = if path.is_dir() && origin::is_run(path)? {
        let (contents, damaged) = import::inspect_run(path)?;
        origin::warn_of_damage(&damaged, observer);
        contents
    } else {
        import::inspect(path)?
    };
    Ok(Inspected::of(contents))
}

impl Inspected {
    fn of(contents: Contents) -> Self {
        let assumed = contents.assumes_attn_length;
        let (network, no_network) = match contents.config {
            Ok(config) => (Some(NetworkFacts::of(config, assumed)), None),
            Err(fault) => (None, Some(fault.to_string())),
        };
        Self {
            path: contents.path,
            format: contents.format,
            network,
            no_network,
            parameters: contents.parameters,
            update: contents.update,
            has_moments: contents.has_moments,
            bundle: contents.bundle.map(|bundle| Bundle {
                id: bundle.id,
                description: bundle.description,
                bundle_description: bundle.bundle_description,
            }),
            graph: contents.graph,
            variables: contents.variables,
        }
    }
}

impl NetworkFacts {
    fn of(config: MelodyConfig, assumed: bool) -> Self {
        let network = config.network_config();
        Self {
            config: config.name,
            layers: network.layer_sizes,
            attention: network.attention.map(|attention| Attention {
                length: attention.length,
                assumed,
                around: attention.around,
            }),
            residual_connections: network.residual_connections,
            inputs: network.input_size,
            classes: network.num_classes,
        }
    }
}
