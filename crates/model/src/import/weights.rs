//! The tensors of a file, sorted by what they are.

use std::collections::BTreeMap;

use nn::Tensor;
use tensorflow::checkpoint::{Dtype, Reader, Values, Variable};

use super::fault::{Attempt, Fault};
use super::names::Name;
use super::shapes::Shapes;

/// Tensors by their names of today.
pub(super) type Tensors = BTreeMap<String, Tensor>;

/// What a file has of a network.
#[derive(Debug, Default)]
pub(super) struct Weights {
    pub(super) tensors: Tensors,
    /// Adam's first moments, by the weights that they belong to.
    pub(super) first: Tensors,
    /// Adam's second moments.
    pub(super) second: Tensors,
    /// Updates made.
    pub(super) update: Option<u64>,
}

impl Weights {
    /// Reads a checkpoint: its weights, and Adam's moments where it has them.
    pub(super) fn read(checkpoint: &Reader) -> Attempt<Self> {
        let mut weights = Self::default();
        for info in checkpoint.list() {
            match Name::of(&info.name) {
                Name::GlobalStep if info.dtype == Dtype::I64 => {
                    weights.update = count(checkpoint.read(&info.name)?);
                }
                Name::GlobalStep | Name::Other => {}
                // Tables of input pipelines and the like have other types; a weight never has.
                _ if info.dtype != Dtype::F32 && !is_of_network(&info.name) => {}
                _ => weights.put(&info.name, tensor(checkpoint.read(&info.name)?)?)?,
            }
        }
        Ok(weights)
    }

    /// Takes a tensor in under its name in the file.
    pub(super) fn put(&mut self, name: &str, tensor: Tensor) -> Attempt<()> {
        let (place, name) = match Name::of(name) {
            Name::Weight(name) => (&mut self.tensors, name),
            Name::FirstMoment(name) => (&mut self.first, name),
            Name::SecondMoment(name) => (&mut self.second, name),
            Name::GlobalStep | Name::Other => return Ok(()),
        };
        match place.insert(name.clone(), tensor) {
            Some(_) => Err(Fault::Twice { name }),
            None => Ok(()),
        }
    }

    /// Shapes of the weights.
    pub(super) fn shapes(&self) -> Shapes {
        let shape = |(name, tensor): (&String, &Tensor)| (name.clone(), tensor.shape().to_vec());
        self.tensors.iter().map(shape).collect()
    }
}

/// Whether a variable stands where those of the network do.
fn is_of_network(name: &str) -> bool {
    ["RNN/", "rnn/", "fully_connected/"].iter().any(|scope| name.starts_with(scope))
}

fn tensor(variable: Variable) -> Attempt<Tensor> {
    let Variable { name, shape, values } = variable;
    let Values::F32(values) = values else {
        return Err(Fault::NotFloats { name, found: values.dtype().to_string() });
    };
    let count = values.len();
    Tensor::new(shape.clone(), values).map_err(|_| Fault::Misshapen {
        name,
        found: shape,
        expected: format!("{count} values"),
    })
}

fn count(variable: Variable) -> Option<u64> {
    match variable.values {
        Values::I64(values) => values.first().and_then(|&value| u64::try_from(value).ok()),
        _ => None,
    }
}
