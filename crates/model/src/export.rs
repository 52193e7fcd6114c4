//! Networks as files for others: TensorFlow's checkpoints, Magenta's bundles, safetensors.

use std::collections::BTreeMap;
use std::path::Path;

use nn::Tensor;
use nn::optim::AdamOptions;
use tensorflow::bundle::Bundle;
use tensorflow::checkpoint::{Reader, Values, Variable, v1, v2};

use crate::checkpoint::adam_options;
use crate::checkpoint::weights::{self, FIRST_MOMENT, SECOND_MOMENT};
use crate::import::{Fault, Imported, Name, SELF_KEY, SelfDescription};
use crate::{Error, Result};

/// Writes a checkpoint of version 2, whose files begin with `prefix`, in a folder that exists: all that Magenta's training
/// goes on from. Where nothing is known of Adam's moments they are zero, as before the first update.
///
/// # Errors
/// [`Error::TensorFlow`] if it cannot be written.
pub fn checkpoint(imported: &Imported, prefix: &Path) -> Result<()> {
    Ok(v2::write(prefix, &training_variables(imported))?)
}

/// Everything that a graph for training saves.
fn training_variables(imported: &Imported) -> Vec<Variable> {
    let tensors = imported.model.network.tensors();
    let mut variables: Vec<Variable> =
        tensors.iter().map(|(n, t)| variable(n.clone(), t)).collect();
    for (i, (name, tensor)) in tensors.iter().enumerate() {
        let zeros = || Tensor::zeros(tensor.shape());
        let (first, second) = match &imported.moments {
            Some(moments) => (moments.first[i].clone(), moments.second[i].clone()),
            None => (zeros(), zeros()),
        };
        variables.push(variable(format!("{name}{FIRST_MOMENT}"), &first));
        variables.push(variable(format!("{name}{SECOND_MOMENT}"), &second));
    }
    let update = imported.update.unwrap_or(0);
    // Without moments Adam begins anew, whatever the network has learnt before.
    let adam_updates = if imported.moments.is_some() { update } else { 0 };
    let AdamOptions { beta1, beta2, .. } = adam_options(&imported.model.config);
    for (name, beta) in [("beta1_power", beta1), ("beta2_power", beta2)] {
        let power = power(beta, adam_updates);
        variables.push(scalar(name, Values::F32(vec![power])));
    }
    variables
        .push(scalar("global_step", Values::I64(vec![i64::try_from(update).unwrap_or(i64::MAX)])));
    variables
}

/// `beta^(updates + 1)` as TensorFlow arrives at it: a product of floats that it keeps from update to update.
fn power(beta: f32, updates: u64) -> f32 {
    let (mut power, mut left) = (beta, updates);
    // Once a product no longer changes, at zero or just above, it never will.
    while left > 0 && power * beta != power {
        power *= beta;
        left -= 1;
    }
    power
}

fn variable(name: String, tensor: &Tensor) -> Variable {
    let values = Values::F32(tensor.data().to_vec());
    Variable { name, shape: tensor.shape().to_vec(), values }
}

fn scalar(name: &str, values: Values) -> Variable {
    Variable { name: name.to_owned(), shape: Vec::new(), values }
}

/// The weights as a safetensors file, with the configuration and the number of updates in its metadata.
///
/// # Errors
/// [`Error::Unwritable`] if they are more than the format can hold.
pub fn safetensors(imported: &Imported) -> Result<Vec<u8>> {
    let bad = |reason: String| Error::Unwritable { format: "safetensors", reason };
    let config = imported.model.config.clone();
    let description = SelfDescription { config, update: imported.update };
    let description = serde_json::to_string(&description).map_err(|e| bad(e.to_string()))?;
    let metadata = [(SELF_KEY.to_owned(), description)].into_iter().collect();
    let tensors = imported.model.network.tensors().iter();
    weights::encode_with(tensors.map(|(name, tensor)| (name.clone(), tensor)), Some(metadata))
        .map_err(bad)
}

/// The bundle `graph` with the weights of another network of its shape, and with `description`.
///
/// A bundle holds a graph of TensorFlow, which is not made here but taken over; so are the names of its variables, and whatever
/// else its checkpoint holds.
///
/// # Errors
/// [`Error::Import`] with a [`Fault::Contradiction`] if the graph is of a network of another shape, [`Error::NoGraph`] if `graph` comes
/// from no bundle.
pub fn bundle(
    imported: &Imported,
    graph: &Imported,
    description: Option<String>,
) -> Result<Bundle> {
    let Some(template) = &graph.bundle else {
        return Err(Error::NoGraph { path: graph.path.clone() });
    };
    graph.agree(&imported.model.config)?;
    let failed = |source: Fault| Error::Import { path: graph.path.clone(), source };
    let reader = Reader::from_bytes(template.checkpoint.clone(), &graph.path);
    let mut variables =
        reader.and_then(|reader| reader.read_all()).map_err(|e| failed(e.into()))?;
    let ours: BTreeMap<&str, &Tensor> =
        imported.model.network.tensors().iter().map(|(name, tensor)| (&**name, tensor)).collect();
    for variable in &mut variables {
        if let Name::Weight(name) = Name::of(&variable.name)
            && let Some(tensor) = ours.get(&*name)
        {
            variable.values = Values::F32(tensor.data().to_vec());
        }
    }
    let checkpoint = v1::encode(&variables)?;
    let bundle_description = description.or_else(|| template.bundle_description.clone());
    Ok(Bundle { checkpoint, bundle_description, ..template.clone() })
}
