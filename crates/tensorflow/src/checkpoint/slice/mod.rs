//! Slices: rectangular parts of a variable, and the keys under which they are stored.

use std::collections::BTreeSet;

use super::tensor::in_range;
use super::variable::{Values, element_count};
use super::{Dtype, VariableInfo};
use crate::wire::{Message, Value, put_bytes};
use crate::{Error, Result};

const SLICE_EXTENT: u8 = 1;
const EXTENT_START: u8 = 1;
const EXTENT_LENGTH: u8 = 2;

/// A part of a variable: a stretch of each dimension.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slice {
    extents: Vec<Extent>,
}

/// A stretch of a dimension; without a length, all of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Extent {
    start: i64,
    length: Option<i64>,
}

impl Slice {
    /// All of a variable with so many dimensions.
    pub(super) fn whole(rank: usize) -> Self {
        Self { extents: vec![Extent::default(); rank] }
    }

    pub(super) fn decode(message: Message<'_>) -> Result<Self> {
        let extents = message.messages(SLICE_EXTENT).map(|extent| Extent::decode(extent?));
        Ok(Self { extents: extents.collect::<Result<_>>()? })
    }

    /// Appends the message of [`whole`](Self::whole) as field `number`.
    pub(super) fn put_whole(out: &mut Vec<u8>, number: u8, rank: usize) {
        let extents: Vec<u8> = [SLICE_EXTENT << 3 | 2, 0].repeat(rank);
        put_bytes(out, number, &extents);
    }

    /// Start and size in each dimension, if the slice lies within `shape`.
    fn within(&self, shape: &[usize]) -> Result<Vec<(usize, usize)>> {
        if self.extents.len() != shape.len() {
            return Err(Error::Slices { fault: "a slice has not as many dimensions" });
        }
        let extents = self.extents.iter().zip(shape);
        extents.map(|(extent, &size)| extent.within(size)).collect()
    }

    /// The shape of this part of a variable of `shape`.
    pub(super) fn shape(&self, shape: &[usize]) -> Result<Vec<usize>> {
        Ok(self.within(shape)?.into_iter().map(|(_, size)| size).collect())
    }

    /// The key of this slice of a variable, as TensorFlow's `EncodeTensorNameSlice` makes it: numbers and strings so
    /// written that the order of the bytes is theirs.
    pub(super) fn key(&self, name: &str) -> Vec<u8> {
        let mut key = Vec::with_capacity(name.len() + 8 + 4 * self.extents.len());
        put_ordered_uint(&mut key, 0);
        put_ordered_string(&mut key, name.as_bytes());
        put_ordered_uint(&mut key, self.extents.len() as u64);
        for extent in &self.extents {
            put_ordered_int(&mut key, extent.start);
            put_ordered_int(&mut key, extent.length.unwrap_or(-1));
        }
        key
    }
}

impl Extent {
    fn decode(message: Message<'_>) -> Result<Self> {
        let mut extent = Self::default();
        for field in message.fields() {
            match field? {
                (number, Value::Varint(start)) if number == EXTENT_START.into() => {
                    extent.start = start as i64;
                }
                (number, Value::Varint(length)) if number == EXTENT_LENGTH.into() => {
                    extent.length = Some(length as i64);
                }
                _ => {}
            }
        }
        Ok(extent)
    }

    fn within(self, size: usize) -> Result<(usize, usize)> {
        let start: usize = in_range("the start of a slice", self.start)?;
        let Some(length) = self.length else {
            return if start == 0 {
                Ok((0, size))
            } else {
                Err(Error::OutOfRange {
                    field: "the start of a slice that has no length",
                    found: self.start,
                })
            };
        };
        let length: usize = in_range("the length of a slice", length)?;
        match start.checked_add(length) {
            Some(end) if end <= size => Ok((start, length)),
            _ => Err(Error::Slices { fault: "a slice goes beyond the variable" }),
        }
    }
}

/// The values of a variable, put together from those of its slices.
pub(super) fn assemble(
    info: &VariableInfo,
    slices: &[Slice],
    mut read: impl FnMut(&Slice, usize) -> Result<Values>,
) -> Result<Values> {
    let count = element_count(&info.shape)?;
    check_cover(&info.shape, slices, count)?;
    if let [slice] = slices {
        return read(slice, count);
    }
    // What is read has its bytes in the file, unlike what the shape claims.
    let mut parts = Vec::with_capacity(slices.len());
    for slice in slices {
        parts.push(read(slice, element_count(&slice.shape(&info.shape)?)?)?);
    }
    place(info.dtype, &info.shape, count, slices, &parts)
}

/// An error unless the slices are all different and have as many elements as the variable.
fn check_cover(shape: &[usize], slices: &[Slice], count: usize) -> Result<()> {
    if slices.iter().collect::<BTreeSet<_>>().len() < slices.len() {
        return Err(Error::Slices { fault: "a slice is there twice" });
    }
    let mut covered = 0usize;
    for slice in slices {
        covered = covered.saturating_add(element_count(&slice.shape(shape)?)?);
    }
    match covered {
        covered if covered < count => Err(Error::Slices { fault: "some elements are in none" }),
        covered if covered > count => Err(Error::Slices { fault: "some elements are in two" }),
        _ => Ok(()),
    }
}

fn place(
    dtype: Dtype,
    shape: &[usize],
    count: usize,
    slices: &[Slice],
    parts: &[Values],
) -> Result<Values> {
    let mut whole = Values::zeros(dtype, count)?;
    let mut taken = vec![false; count];
    for (slice, part) in slices.iter().zip(parts) {
        let extents = slice.within(shape)?;
        for (to, _, length) in runs(shape, &extents) {
            let run = &mut taken[to..to + length];
            if run.contains(&true) {
                return Err(Error::Slices { fault: "some elements are in two" });
            }
            run.fill(true);
        }
        whole.place(part, runs(shape, &extents));
    }
    Ok(whole)
}

/// The stretches of neighbouring elements that a slice is made of: (place in the variable, place in the slice, length).
fn runs(
    shape: &[usize],
    extents: &[(usize, usize)],
) -> impl Iterator<Item = (usize, usize, usize)> {
    let (outer, last) = match extents.split_last() {
        Some((&last, outer)) => (outer, last),
        None => (extents, (0, 1)),
    };
    let row = shape.last().copied().unwrap_or(1);
    let count = if last.1 == 0 { 0 } else { outer.iter().map(|&(_, size)| size).product() };
    (0..count).map(move |number| {
        // `number` counts the rows of the slice; its digits are their places in the outer dimensions.
        let (mut rest, mut place, mut stride) = (number, last.0, row);
        for (&(start, size), &dim) in outer.iter().zip(shape).rev() {
            place += (start + rest % size) * stride;
            rest /= size;
            stride *= dim;
        }
        (place, number * last.1, last.1)
    })
}

/// Its length in bytes, then the bytes, highest first.
fn put_ordered_uint(out: &mut Vec<u8>, number: u64) {
    let skip = number.leading_zeros() as usize / 8;
    out.push((8 - skip) as u8);
    out.extend_from_slice(&number.to_be_bytes()[skip..]);
}

/// As it is, but 0x00 and 0xff followed by a byte that keeps the order; ends with 0x00 0x01.
fn put_ordered_string(out: &mut Vec<u8>, text: &[u8]) {
    for &byte in text {
        out.push(byte);
        match byte {
            0x00 => out.push(0xff),
            0xff => out.push(0x00),
            _ => {}
        }
    }
    out.extend_from_slice(&[0x00, 0x01]);
}

/// Highest byte first, sign-extended, in as few bytes as hold the number and, before it, a 1 for each byte. All those bits
/// turned over when the number is negative.
fn put_ordered_int(out: &mut Vec<u8>, number: i64) {
    let magnitude = if number < 0 { !number } else { number } as u64;
    // Each byte has room for seven bits of the number, less the sign.
    let bits = 64 - magnitude.leading_zeros() as usize;
    let length = bits / 7 + 1;
    let mut bytes = [if number < 0 { 0xff } else { 0 }; 10];
    bytes[2..].copy_from_slice(&number.to_be_bytes());
    let start = 10 - length;
    for place in 0..length {
        bytes[start + place / 8] ^= 0x80 >> (place % 8);
    }
    out.extend_from_slice(&bytes[start..]);
}

#[cfg(test)]
mod tests;
