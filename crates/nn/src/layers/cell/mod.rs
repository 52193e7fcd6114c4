//! A recurrent layer: an LSTM, alone or with attention over its own last outputs.
//!
//! Plain: `z_t = x_t Wx + h_(t-1) Wr + b`, then the gates of [`lstm`](super::lstm); the output is h.
//!
//! With attention (Magenta's `AttentionCellWrapper` around a `BasicLSTMCell`):
//!
//! ```text
//! z_t  = x_t Wx + [h_(t-1) | attns_(t-1)] Wr + b      (see `fused`)
//! c, h = gates(z_t, c_(t-1))
//! y    = [c | h] Wq + bq
//! attns_t = attention(y, last L outputs)              (super::attention)
//! out_t   = [h | attns_t] Wo + bo,  key_t = out_t Wk
//! ```
//!
//! A state is a row `c | h` or `c | h | attns`, so that `[c | h]`, `[h | attns]` and h are each a contiguous part of it. Products over
//! all steps (`x Wx`, gradients of weights, dx) stand outside of the loop over time.

mod backward;
mod forward;
mod parameters;
mod step;

pub use backward::{BackwardScratch, Pass, Transposed};
pub use forward::{Inputs, Tape};
pub use parameters::{AttentionParameters, CellParameters, FusedGradients, FusedInput};
pub use step::StepState;

use crate::ops::gemm::Packed;

/// A recurrent layer, ready for products.
#[derive(Debug, Clone)]
pub struct Cell {
    inputs: usize,
    units: usize,
    input: Packed,
    recurrent: Packed,
    bias: Vec<f32>,
    attention: Option<Attention>,
}

#[derive(Debug, Clone)]
struct Attention {
    length: usize,
    query: Packed,
    query_bias: Vec<f32>,
    keys: Packed,
    vector: Vec<f32>,
    output: Packed,
    output_bias: Vec<f32>,
}

impl Cell {
    /// A layer of `inputs` inputs and `units` units.
    pub fn new(parameters: &CellParameters, inputs: usize, units: usize) -> Self {
        let fed_back = parameters.recurrent.len() / (4 * units);
        let attention = parameters.attention.as_ref().map(|a| Attention {
            length: a.length,
            query: Packed::new(&a.query, 2 * units, units),
            query_bias: a.query_bias.clone(),
            keys: Packed::new(&a.keys, units, units),
            vector: a.vector.clone(),
            output: Packed::new(&a.output, 2 * units, units),
            output_bias: a.output_bias.clone(),
        });
        Self {
            inputs,
            units,
            input: Packed::new(&parameters.input, inputs, 4 * units),
            recurrent: Packed::new(&parameters.recurrent, fed_back, 4 * units),
            bias: parameters.bias.clone(),
            attention,
        }
    }

    /// Units: the width of the output.
    pub fn units(&self) -> usize {
        self.units
    }

    /// Steps for which that is done together which need not be done step by step: as many as leave their rows in the second-level cache
    /// until the loop over time has gone through them. Where the weights do not fit into that cache, more, so that these and
    /// their gradients are gone through less often. Sums of gradients are made in blocks of this length.
    fn block_steps(&self) -> usize {
        let weights = self.recurrent.rows() * self.recurrent.columns();
        if weights > 1 << 18 { 64 } else { 16 }
    }

    /// Width of a state row.
    fn width(&self) -> usize {
        if self.attention.is_some() { 3 * self.units } else { 2 * self.units }
    }
}
