//! What a file has of a network, sorted by what it is.

use std::collections::BTreeMap;

use nn::Tensor;
use tensorflow::checkpoint::{Reader, Values, Variable};

use super::fault::{Attempt, Fault};
use super::listing::Listed;
use super::names::Name;

/// Tensors, or what is known of them, by their names of today.
pub(super) type Named<T> = BTreeMap<String, T>;

/// What a file has of a network: tensors, or their shapes alone.
#[derive(Debug)]
pub(super) struct Weights<T> {
    pub(super) values: Named<T>,
    /// Adam's first moments, by the weights that they belong to.
    pub(super) first: Named<T>,
    /// Adam's second moments.
    pub(super) second: Named<T>,
}

impl<T> Default for Weights<T> {
    fn default() -> Self {
        Self { values: Named::new(), first: Named::new(), second: Named::new() }
    }
}

impl<T> Weights<T> {
    /// Takes in what `get` gives for each variable that is a weight or a moment.
    pub(super) fn collect(
        variables: &[Listed],
        mut get: impl FnMut(&Listed) -> Attempt<T>,
    ) -> Attempt<Self> {
        let mut weights = Self::default();
        for variable in variables {
            let (place, name) = match Name::of(&variable.name) {
                // Tables of input pipelines and the like have other types; a weight never has.
                _ if !variable.is_float32() && !is_of_network(&variable.name) => continue,
                Name::Weight(name) => (&mut weights.values, name),
                Name::FirstMoment(name) => (&mut weights.first, name),
                Name::SecondMoment(name) => (&mut weights.second, name),
                Name::GlobalStep | Name::Other => continue,
            };
            if !variable.is_float32() {
                let (name, found) = (variable.name.clone(), variable.dtype.clone());
                return Err(Fault::NotFloats { name, found });
            }
            if place.contains_key(&name) {
                return Err(Fault::Twice { name });
            }
            place.insert(name, get(variable)?);
        }
        Ok(weights)
    }
}

impl Weights<Vec<usize>> {
    /// Whether there are weights, and moments of the same shapes for each.
    pub(super) fn has_moments(&self) -> bool {
        let all = |moments: &Named<Vec<usize>>| {
            self.values.iter().all(|(name, shape)| moments.get(name) == Some(shape))
        };
        !self.values.is_empty() && all(&self.first) && all(&self.second)
    }
}

/// Whether a variable stands where those of the network do.
fn is_of_network(name: &str) -> bool {
    ["RNN/", "rnn/", "fully_connected/"].iter().any(|scope| name.starts_with(scope))
}

/// A variable of a checkpoint as a tensor.
pub(super) fn tensor(checkpoint: &Reader, name: &str) -> Attempt<Tensor> {
    let Variable { name, shape, values } = checkpoint.read(name)?;
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
