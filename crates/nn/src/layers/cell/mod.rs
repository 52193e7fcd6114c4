//! A recurrent layer: an LSTM, alone or with attention over its own last outputs; or a stack of LSTMs with attention around all of it.
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
//! With attention around a stack (the same wrapper around a `MultiRNNCell`), LSTM l reads `d_(l-1)`, which is the h of the one below
//! after dropout; the first one is as above. What the top says comes back to the bottom a step later, so that all layers go
//! through time together:
//!
//! ```text
//! y     = [c_0 | h_0 | c_1 | h_1 ...] Wq + bq
//! out_t = [d_top | attns_t] Wo + bo
//! ```
//!
//! A state is a row `c | h` or `c | h | attns`, so that `[c | h]`, `[h | attns]` and h are each a contiguous part of it; that of a stack
//! is `c_0 | h_0 | c_1 | h_1 ... | d_0 | d_1 ... | attns`. Products over all steps (`x Wx`, gradients of weights, dx) stand outside of the
//! loop over time.

mod attention;
mod backward;
mod forward;
mod lstm;
mod parameters;
mod stack;
mod step;

use std::sync::Arc;

pub use backward::{BackwardScratch, Pass, Transposed};
pub use forward::{Inputs, Tape};
pub use parameters::{
    AttentionParameters, CellParameters, FusedGradients, FusedInput, LstmParameters,
};
pub use stack::Masks;
pub use step::StepState;

use attention::Attention;
use lstm::Lstm;
use stack::Stack;

/// A recurrent layer, ready for products.
#[derive(Debug, Clone)]
pub struct Cell {
    inputs: usize,
    /// The LSTM that the inputs enter.
    lstm: Lstm,
    stack: Option<Stack>,
    attention: Option<Attention>,
    row: Arc<StateRow>,
}

/// What a row of the state holds, and how many outputs are kept beside it.
#[derive(Debug, Clone, Default)]
struct StateRow {
    /// Units of each LSTM, from the input.
    lstms: Vec<usize>,
    /// L; 0 without attention.
    length: usize,
    /// Numbers of a row.
    width: usize,
}

impl StateRow {
    fn new(parameters: &CellParameters) -> Self {
        let upper = parameters.upper.iter().flatten();
        let lstms: Vec<usize> =
            std::iter::once(&parameters.lstm).chain(upper).map(LstmParameters::units).collect();
        let length = parameters.attention.as_ref().map_or(0, |a| a.length);
        let mut row = Self { lstms, length, width: 0 };
        row.width = 2 * row.lstms.iter().sum::<usize>();
        if parameters.upper.is_some() {
            row.width += row.lstms.iter().sum::<usize>();
        }
        if parameters.attention.is_some() {
            row.width += row.units();
        }
        row
    }

    /// Width of the output.
    fn units(&self) -> usize {
        self.lstms.last().copied().unwrap_or(0)
    }

    /// Column where c and h of an LSTM begin.
    fn state_column(&self, lstm: usize) -> usize {
        2 * self.lstms[..lstm].iter().sum::<usize>()
    }

    /// Column, in a stack, of what leaves an LSTM.
    fn leaving_column(&self, lstm: usize) -> usize {
        self.state_column(self.lstms.len()) + self.lstms[..lstm].iter().sum::<usize>()
    }
}

impl Cell {
    /// A layer of `inputs` inputs.
    pub fn new(parameters: &CellParameters, inputs: usize) -> Self {
        let row = StateRow::new(parameters);
        let (recurrent, _) = parameters.split_recurrent();
        Self {
            inputs,
            lstm: Lstm::new(&parameters.lstm, recurrent, inputs, row.state_column(0)),
            stack: Stack::new(parameters, &row),
            attention: parameters.attention.as_ref().map(Attention::new),
            row: Arc::new(row),
        }
    }

    /// Units: the width of the output.
    pub fn units(&self) -> usize {
        self.row.units()
    }

    /// Steps for which that is done together which need not be done step by step: as many as leave their rows in the second-level cache
    /// until the loop over time has gone through them. Where the weights do not fit into that cache, more, so that these and
    /// their gradients are gone through less often. Sums of gradients are made in blocks of this length.
    fn block_steps(&self) -> usize {
        let upper = self.stack.iter().flat_map(Stack::upper);
        let weights: usize = std::iter::once(&self.lstm).chain(upper).map(Lstm::weights).sum();
        if weights > 1 << 18 { 64 } else { 16 }
    }
}
