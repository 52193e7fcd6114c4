//! What the graph of a recurrent network tells that no variable's shape does.

use super::{MetaGraph, Node};
use crate::Result;
use crate::checkpoint::Values;

/// What could be found; `None` where nothing was found, or different things were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Over how many steps the attention wrapper looks back.
    pub attention_length: Option<usize>,
    /// Rows that the graph computes at a time.
    pub batch_size: Option<usize>,
}

impl MetaGraph<'_> {
    /// Looks for the facts; every topology of Magenta's melody_rnn since 2016 is known.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Malformed`].
    pub fn facts(self) -> Result<Facts> {
        let (mut length, mut rows, mut state_rows) =
            (Finding::default(), Finding::default(), Finding::default());
        for node in self.nodes() {
            let node = node?;
            match node.op {
                "Const" => {
                    length.add(attention_length(node)?);
                    state_rows.add(zero_state_rows(node)?);
                }
                "Placeholder" => rows.add(input_rows(node)?),
                _ => {}
            }
        }
        let batch_size = rows.or(state_rows).agreed();
        Ok(Facts { attention_length: length.agreed(), batch_size })
    }
}

/// Found nowhere, or found, and whether everywhere the same.
#[derive(Clone, Copy, Default)]
struct Finding {
    first: Option<usize>,
    differs: bool,
}

impl Finding {
    fn add(&mut self, found: Option<usize>) {
        if let Some(found) = found {
            self.differs |= *self.first.get_or_insert(found) != found;
        }
    }

    fn or(self, other: Self) -> Self {
        if self.first.is_some() { self } else { other }
    }

    fn agreed(self) -> Option<usize> {
        self.first.filter(|_| !self.differs)
    }
}

/// The wrapper reshapes its flat memory to `[-1, length, units]`; the wrapper itself is `AttentionCellWrapper` until
/// TensorFlow 0.12 and `attention_cell_wrapper` since.
fn attention_length(node: Node<'_>) -> Result<Option<usize>> {
    let wrappers = ["attention_cell_wrapper/Reshape/shape", "AttentionCellWrapper/Reshape/shape"];
    if !wrappers.iter().any(|ending| node.name.ends_with(ending)) {
        return Ok(None);
    }
    Ok(match integers(node)?.as_deref() {
        Some(&[-1, length, units]) if units > 0 => size(length),
        _ => None,
    })
}

/// What goes in is `[batch size, steps, inputs]` with an open number of steps. Graphs of 2016 note the shape only as that of
/// the output.
fn input_rows(node: Node<'_>) -> Result<Option<usize>> {
    let shape = match node.shape("shape")? {
        Some(shape) if !shape.is_empty() => Some(shape),
        _ => node.output_shape()?,
    };
    Ok(match shape.as_deref() {
        Some(&[rows, -1, inputs]) if inputs > 0 => size(rows),
        _ => None,
    })
}

/// A graph that trains gets its inputs from a queue; there the first size of the zero states tells.
fn zero_state_rows(node: Node<'_>) -> Result<Option<usize>> {
    if !node.name.ends_with("ZeroState/Const") {
        return Ok(None);
    }
    Ok(match integers(node)?.as_deref() {
        Some(&[rows]) => size(rows),
        _ => None,
    })
}

fn integers(node: Node<'_>) -> Result<Option<Vec<i64>>> {
    Ok(match node.tensor("value")? {
        Some(Values::I32(values)) => Some(values.into_iter().map(i64::from).collect()),
        Some(Values::I64(values)) => Some(values),
        _ => None,
    })
}

fn size(number: i64) -> Option<usize> {
    usize::try_from(number).ok().filter(|&size| size > 0)
}
