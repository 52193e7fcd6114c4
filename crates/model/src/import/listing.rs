//! The variables of a file, without their values.

use safetensors::tensor::{Dtype as SafetensorsDtype, Metadata};
use serde::Serialize;
use tensorflow::checkpoint::{Dtype, Reader, Values, VariableInfo};

use super::fault::Attempt;
use super::names::Name;

/// A variable of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Its name in the file.
    pub name: String,
    /// What its values are, by TensorFlow's name of the type: `float32`.
    pub dtype: String,
    /// Its dimensions; none for a single value.
    pub shape: Vec<usize>,
}

impl Listed {
    /// The variables of a checkpoint of TensorFlow, by name.
    pub(super) fn of_checkpoint(checkpoint: &Reader) -> Vec<Self> {
        let listed = |info: &VariableInfo| {
            let VariableInfo { name, dtype, shape } = info.clone();
            Self { name, dtype: dtype.to_string(), shape }
        };
        checkpoint.list().iter().map(listed).collect()
    }

    /// The variables of a safetensors file, by name.
    pub(super) fn of_safetensors(header: &Metadata) -> Vec<Self> {
        let tensors = header.tensors().into_iter();
        let mut list: Vec<_> = tensors
            .map(|(name, info)| Self { name, dtype: dtype(info.dtype), shape: info.shape.clone() })
            .collect();
        list.sort_by(|one, other| one.name.cmp(&other.name));
        list
    }

    /// Whether its values are 32-bit floats.
    pub(super) fn is_float32(&self) -> bool {
        self.dtype == Dtype::F32.to_string()
    }

    /// Whether it is a weight, and neither a moment of Adam's nor a counter.
    fn is_weight(&self) -> bool {
        matches!(Name::of(&self.name), Name::Weight(_))
    }

    /// Its values; more than can be counted are as many as can be.
    fn values(&self) -> u64 {
        self.shape.iter().fold(1, |count: u64, &size| count.saturating_mul(size as u64))
    }
}

/// Numbers that are learnt: the values of all weights.
pub(super) fn parameters(variables: &[Listed]) -> u64 {
    let weights = variables.iter().filter(|variable| variable.is_weight() && variable.is_float32());
    weights.fold(0, |sum, variable| sum.saturating_add(variable.values()))
}

/// The updates that a checkpoint has counted.
pub(super) fn update(checkpoint: &Reader) -> Attempt<Option<u64>> {
    let mut counters = checkpoint.list().iter();
    let counter = counters
        .find(|info| info.dtype == Dtype::I64 && matches!(Name::of(&info.name), Name::GlobalStep));
    let Some(counter) = counter else { return Ok(None) };
    Ok(match checkpoint.read(&counter.name)?.values {
        Values::I64(values) => values.first().and_then(|&value| u64::try_from(value).ok()),
        _ => None,
    })
}

/// TensorFlow's name of a type of safetensors'; its own where TensorFlow has none.
fn dtype(dtype: SafetensorsDtype) -> String {
    use SafetensorsDtype as Type;
    let name = match dtype {
        Type::F16 => "float16",
        Type::BF16 => "bfloat16",
        Type::F32 => "float32",
        Type::F64 => "float64",
        Type::I8 => "int8",
        Type::I16 => "int16",
        Type::I32 => "int32",
        Type::I64 => "int64",
        Type::U8 => "uint8",
        Type::U16 => "uint16",
        Type::U32 => "uint32",
        Type::U64 => "uint64",
        Type::C64 => "complex64",
        other => return format!("{other:?}").to_lowercase(),
    };
    name.to_owned()
}
