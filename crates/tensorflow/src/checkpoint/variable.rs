//! A variable of a network: its name, its shape, its values.

use std::fmt;

use crate::{Error, Result};

/// What the values of a tensor are: a number of `tensorflow/core/framework/types.proto`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Dtype(i32);

impl Dtype {
    /// 32-bit floats.
    pub const F32: Self = Self(1);
    /// 64-bit floats.
    pub const F64: Self = Self(2);
    /// 32-bit signed integers.
    pub const I32: Self = Self(3);
    /// 64-bit signed integers.
    pub const I64: Self = Self(9);

    /// The type of this number in `types.proto`.
    pub fn of(number: i32) -> Self {
        Self(number)
    }

    /// Its number in `types.proto`.
    pub fn number(self) -> i32 {
        self.0
    }

    /// TensorFlow's name for it, where there is one.
    pub fn name(self) -> Option<&'static str> {
        let index = usize::try_from(self.0.checked_sub(1)?).ok()?;
        NAMES.get(index).copied()
    }

    /// Bytes of a value, if values of this type are read.
    pub(super) fn width(self) -> Option<usize> {
        match self {
            Self::F32 | Self::I32 => Some(4),
            Self::F64 | Self::I64 => Some(8),
            _ => None,
        }
    }
}

/// The names in the order of their numbers, from 1.
const NAMES: [&str; 23] = [
    "float32",
    "float64",
    "int32",
    "uint8",
    "int16",
    "int8",
    "string",
    "complex64",
    "int64",
    "bool",
    "qint8",
    "quint8",
    "qint32",
    "bfloat16",
    "qint16",
    "quint16",
    "uint16",
    "complex128",
    "float16",
    "resource",
    "variant",
    "uint32",
    "uint64",
];

impl fmt::Display for Dtype {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => formatter.write_str(name),
            None => write!(formatter, "number {}", self.0),
        }
    }
}

/// What a checkpoint says about a variable before its values are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariableInfo {
    /// The variable's name, such as `fully_connected/weights`.
    pub name: String,
    /// What its values are; only `F32`, `F64`, `I32` and `I64` are read.
    pub dtype: Dtype,
    /// Its dimensions; none for a single value.
    pub shape: Vec<usize>,
}

/// A variable with its values.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Its name, such as `fully_connected/weights`.
    pub name: String,
    /// Its dimensions; none for a single value.
    pub shape: Vec<usize>,
    /// As many values as the product of the dimensions, the last dimension running fastest.
    pub values: Values,
}

/// The values of a tensor.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Values {
    /// 32-bit floats.
    F32(Vec<f32>),
    /// 64-bit floats.
    F64(Vec<f64>),
    /// 32-bit signed integers.
    I32(Vec<i32>),
    /// 64-bit signed integers.
    I64(Vec<i64>),
}

/// Does the same with values of any type: `$values` is bound to the list.
macro_rules! each_type {
    ($this:expr, $values:ident => $result:expr) => {
        match $this {
            Values::F32($values) => $result,
            Values::F64($values) => $result,
            Values::I32($values) => $result,
            Values::I64($values) => $result,
        }
    };
}

impl Values {
    /// How many there are.
    pub fn len(&self) -> usize {
        each_type!(self, values => values.len())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What they are.
    pub fn dtype(&self) -> Dtype {
        match self {
            Self::F32(_) => Dtype::F32,
            Self::F64(_) => Dtype::F64,
            Self::I32(_) => Dtype::I32,
            Self::I64(_) => Dtype::I64,
        }
    }

    /// `count` zeros.
    pub(super) fn zeros(dtype: Dtype, count: usize) -> Result<Self> {
        Ok(match dtype {
            Dtype::F32 => Self::F32(vec![0.0; count]),
            Dtype::F64 => Self::F64(vec![0.0; count]),
            Dtype::I32 => Self::I32(vec![0; count]),
            Dtype::I64 => Self::I64(vec![0; count]),
            dtype => return Err(Error::UnsupportedDtype { dtype }),
        })
    }

    /// Adds the last value until there are `count`; zeros, if there is none.
    pub(super) fn repeat_last(&mut self, count: usize) {
        each_type!(self, values => {
            let last = values.last().copied().unwrap_or_default();
            values.resize(count, last);
        });
    }

    /// Values from their bytes, one after the other; bytes after the last whole value are left out.
    pub(crate) fn from_bytes(dtype: Dtype, bytes: &[u8], endianness: Endianness) -> Result<Self> {
        let big = endianness == Endianness::Big;
        macro_rules! read {
            ($variant:ident, $type:ty) => {{
                let (values, _) = bytes.as_chunks();
                let read = if big { <$type>::from_be_bytes } else { <$type>::from_le_bytes };
                Self::$variant(values.iter().map(|&value| read(value)).collect())
            }};
        }
        Ok(match dtype {
            Dtype::F32 => read!(F32, f32),
            Dtype::F64 => read!(F64, f64),
            Dtype::I32 => read!(I32, i32),
            Dtype::I64 => read!(I64, i64),
            dtype => return Err(Error::UnsupportedDtype { dtype }),
        })
    }

    /// The values as little-endian bytes.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        each_type!(self, values => values.iter().flat_map(|value| value.to_le_bytes()).collect())
    }

    /// Puts each run of `part` at its place: (place in `self`, place in `part`, length).
    ///
    /// # Panics
    ///
    /// When the two are of different types or a run goes beyond one of them.
    pub(super) fn place(&mut self, part: &Self, runs: impl Iterator<Item = (usize, usize, usize)>) {
        macro_rules! copy {
            ($whole:ident, $part:ident) => {
                for (to, from, length) in runs {
                    $whole[to..to + length].copy_from_slice(&$part[from..from + length]);
                }
            };
        }
        match (self, part) {
            (Self::F32(whole), Self::F32(part)) => copy!(whole, part),
            (Self::F64(whole), Self::F64(part)) => copy!(whole, part),
            (Self::I32(whole), Self::I32(part)) => copy!(whole, part),
            (Self::I64(whole), Self::I64(part)) => copy!(whole, part),
            (whole, part) => panic!("{} put into {}", part.dtype(), whole.dtype()),
        }
    }
}

/// The order of the bytes of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endianness {
    /// The lowest byte first, as nearly all machines have it.
    Little,
    /// The highest byte first.
    Big,
}

/// Elements of a tensor.
pub(super) fn element_count(shape: &[usize]) -> Result<usize> {
    let count = shape.iter().try_fold(1usize, |count, &size| count.checked_mul(size));
    count.ok_or_else(|| Error::ShapeTooLarge { shape: shape.to_owned() })
}

/// The variables in the order of their names, as checkpoints hold them; an error unless each can be written.
pub(super) fn sorted(variables: &[Variable]) -> Result<Vec<&Variable>> {
    let mut sorted: Vec<&Variable> = variables.iter().collect();
    sorted.sort_by(|one, other| one.name.cmp(&other.name));
    let twice = sorted.windows(2).find(|pair| pair[0].name == pair[1].name);
    if let Some(pair) = twice {
        return Err(Error::DuplicateVariable { variable: pair[0].name.clone() });
    }
    for variable in &sorted {
        if !is_name(&variable.name) {
            return Err(Error::VariableName { variable: variable.name.clone() });
        }
        let found = variable.values.len();
        if element_count(&variable.shape)? != found {
            let (variable, shape) = (variable.name.clone(), variable.shape.clone());
            return Err(Error::VariableShape { variable, shape, found });
        }
    }
    Ok(sorted)
}

/// Whether a variable can have this name: the empty one and those with a zero byte in front have other meanings.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('\0')
}
