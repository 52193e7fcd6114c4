//! Messages of shapes and tensors (`tensor_shape.proto`, `tensor.proto`).

use super::variable::{Endianness, Values, element_count};
use super::{Dtype, Variable};
use crate::wire::{Message, Value, bytes_field_len, put_bytes, put_length, put_uint, put_varint};
use crate::{Error, Result};

const SHAPE_DIM: u8 = 2;
const SHAPE_UNKNOWN_RANK: u8 = 3;
const DIM_SIZE: u8 = 1;
const TENSOR_DTYPE: u8 = 1;
const TENSOR_SHAPE: u8 = 2;
const TENSOR_CONTENT: u8 = 4;
const TENSOR_FLOATS: u8 = 5;
const TENSOR_DOUBLES: u8 = 6;
const TENSOR_INTS: u8 = 7;
const TENSOR_INT64S: u8 = 10;
/// Most dimensions that TensorFlow allows.
const MAX_RANK: usize = 254;

/// The dimensions in a shape message, -1 where they are open; `None` when not even their number is known.
pub(crate) fn decode_open_shape(message: Message<'_>) -> Result<Option<Vec<i64>>> {
    let mut dims = Vec::new();
    for field in message.fields() {
        match field? {
            (number, Value::Bytes(dim)) if number == SHAPE_DIM.into() => {
                dims.push(uint_field(dim, DIM_SIZE)? as i64);
            }
            (number, Value::Varint(1)) if number == SHAPE_UNKNOWN_RANK.into() => return Ok(None),
            _ => {}
        }
        if dims.len() > MAX_RANK {
            return Err(message.malformed("a shape has more than 254 dimensions"));
        }
    }
    Ok(Some(dims))
}

/// The dimensions in a shape message, all of them known.
pub(super) fn decode_shape(message: Message<'_>) -> Result<Vec<usize>> {
    let dims = decode_open_shape(message)?;
    let dims = dims.ok_or_else(|| message.malformed("a shape of unknown rank"))?;
    dims.into_iter().map(|dim| in_range("a dimension", dim)).collect()
}

/// Appends a shape message as field `number`.
pub(super) fn put_shape(out: &mut Vec<u8>, number: u8, shape: &[usize]) {
    let mut message = Vec::new();
    for &size in shape {
        let mut dim = Vec::new();
        if size != 0 {
            put_uint(&mut dim, DIM_SIZE, size as u64);
        }
        put_bytes(&mut message, SHAPE_DIM, &dim);
    }
    put_bytes(out, number, &message);
}

/// A message's last integer in field `number`; 0, if there is none.
pub(super) fn uint_field(message: Message<'_>, number: u8) -> Result<u64> {
    let mut last = 0;
    for field in message.fields() {
        if let (found, Value::Varint(value)) = field?
            && found == number.into()
        {
            last = value;
        }
    }
    Ok(last)
}

/// A number that must not be negative.
pub(super) fn in_range<T: TryFrom<i64>>(field: &'static str, number: i64) -> Result<T> {
    T::try_from(number).map_err(|_| Error::OutOfRange { field, found: number })
}

/// The values of a tensor in a graph; `None` when there are more than `most` or they are of another kind than is read.
/// A graph leaves out values at the end that are like the one before.
pub(crate) fn decode_small(message: Message<'_>, most: usize) -> Result<Option<Values>> {
    let dtype = Dtype::of(uint_field(message, TENSOR_DTYPE)? as i32);
    let mut shape = Vec::new();
    for dims in message.messages(TENSOR_SHAPE) {
        shape = decode_shape(dims?)?;
    }
    let count = element_count(&shape)?;
    if dtype.width().is_none() || count > most {
        return Ok(None);
    }
    let mut values = decode_values(message, dtype, count)?;
    values.repeat_last(count);
    Ok(Some(values))
}

/// The values in a tensor message, packed or not; an error when there are more than `most`.
pub(super) fn decode_values(message: Message<'_>, dtype: Dtype, most: usize) -> Result<Values> {
    let mut values = Values::zeros(dtype, 0)?;
    for field in message.fields() {
        let (number, value) = field?;
        let list = u8::try_from(number).unwrap_or(0);
        if let (TENSOR_CONTENT, Value::Bytes(content)) = (list, value) {
            check_count(content.bytes.len() / dtype.width().unwrap_or(1), most)?;
            values = Values::from_bytes(dtype, content.bytes, Endianness::Little)?;
        }
        extend(&mut values, list, value, most)?;
        check_count(values.len(), most)?;
    }
    Ok(values)
}

fn check_count(found: usize, most: usize) -> Result<()> {
    if found > most { Err(Error::ValueCount { expected: most, found }) } else { Ok(()) }
}

/// Appends the values of a field to those of its type.
fn extend(values: &mut Values, list: u8, value: Value<'_>, most: usize) -> Result<()> {
    match (values, list) {
        (Values::F32(values), TENSOR_FLOATS) => match value {
            Value::Fixed32(bytes) => values.push(f32::from_le_bytes(bytes)),
            Value::Bytes(packed) => {
                values.extend(chunks(packed)?.iter().map(|&bytes| f32::from_le_bytes(bytes)));
            }
            _ => {}
        },
        (Values::F64(values), TENSOR_DOUBLES) => match value {
            Value::Fixed64(bytes) => values.push(f64::from_le_bytes(bytes)),
            Value::Bytes(packed) => {
                values.extend(chunks(packed)?.iter().map(|&bytes| f64::from_le_bytes(bytes)));
            }
            _ => {}
        },
        (Values::I32(values), TENSOR_INTS) => {
            integers(value, most, |value| values.push(value as i32))?;
        }
        (Values::I64(values), TENSOR_INT64S) => {
            integers(value, most, |value| values.push(value as i64))?;
        }
        _ => {}
    }
    Ok(())
}

fn chunks<const N: usize>(packed: Message<'_>) -> Result<&[[u8; N]]> {
    match packed.bytes.as_chunks() {
        (values, []) => Ok(values),
        _ => Err(packed.malformed("packed values end inside one")),
    }
}

/// Gives at most one integer more than `most` to `push`.
fn integers(value: Value<'_>, most: usize, mut push: impl FnMut(u64)) -> Result<()> {
    match value {
        Value::Varint(value) => push(value),
        Value::Bytes(packed) => {
            for value in packed.varints().take(most.saturating_add(1)) {
                push(value?);
            }
        }
        _ => {}
    }
    Ok(())
}

/// Appends a tensor message with a variable's values, and nothing else, as field `number`.
pub(super) fn put_values(out: &mut Vec<u8>, number: u8, variable: &Variable) {
    let (list, packed) = match &variable.values {
        Values::F32(_) => (TENSOR_FLOATS, variable.values.to_bytes()),
        Values::F64(_) => (TENSOR_DOUBLES, variable.values.to_bytes()),
        Values::I32(values) => (TENSOR_INTS, varints(values.iter().map(|&value| value.into()))),
        Values::I64(values) => (TENSOR_INT64S, varints(values.iter().copied())),
    };
    // A list without values is left out, as protobuf does.
    if packed.is_empty() {
        return put_length(out, number, 0);
    }
    put_length(out, number, bytes_field_len(packed.len()));
    put_bytes(out, list, &packed);
}

/// Negative numbers take ten bytes: they are sign-extended, not zigzag-coded.
fn varints(values: impl Iterator<Item = i64>) -> Vec<u8> {
    let mut packed = Vec::new();
    values.for_each(|value| put_varint(&mut packed, value as u64));
    packed
}
