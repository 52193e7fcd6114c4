//! Attention as a part of a cell: its products around scores and softmax.
//!
//! What it reads and writes of a state row of any width: `[c | h]`, of every LSTM below it, from the first column on, and at the end
//! `[h | attns]`, where h is what leaves the topmost LSTM.

use super::AttentionParameters;
use super::backward::{BackwardScratch, Index};
use super::forward::{Places, Tape};
use crate::layers::attention::{self, Gradients, View};
use crate::ops::gemm::{Columns, Init, Layout, Packed, add_outer, product};
use crate::ops::rows;

/// Attention, ready for products. U = width of the output, Q = of the query's input.
#[derive(Debug, Clone)]
pub(super) struct Attention {
    /// `[Q, U]`.
    query: Packed,
    query_bias: Vec<f32>,
    keys: Packed,
    vector: Vec<f32>,
    output: Packed,
    output_bias: Vec<f32>,
}

/// The transposes of its matrices, packed.
#[derive(Debug, Clone)]
pub(super) struct TransposedAttention {
    query: Packed,
    keys: Packed,
    output: Packed,
}

impl TransposedAttention {
    pub(super) fn new(parameters: &AttentionParameters) -> Self {
        let units = parameters.units();
        let transposed =
            |weights: &[f32]| Packed::transposed(weights, weights.len() / units, units);
        Self {
            query: transposed(&parameters.query),
            keys: transposed(&parameters.keys),
            output: transposed(&parameters.output),
        }
    }
}

impl Attention {
    pub(super) fn new(parameters: &AttentionParameters) -> Self {
        let units = parameters.units();
        let packed = |weights: &[f32]| Packed::new(weights, weights.len() / units, units);
        Self {
            query: packed(&parameters.query),
            query_bias: parameters.query_bias.clone(),
            keys: packed(&parameters.keys),
            vector: parameters.vector.clone(),
            output: packed(&parameters.output),
            output_bias: parameters.output_bias.clone(),
        }
    }

    /// Width of the output.
    pub(super) fn units(&self) -> usize {
        self.vector.len()
    }

    /// One step, from state rows of `width` numbers.
    pub(super) fn advance(&self, tape: &mut Tape, places: &Places, width: usize) {
        let (rows, units) = (places.current.len(), self.units());
        let states = Layout::rows(&places.current, width, 0);
        let query = Layout::rows(&places.current, units, 0);
        let slots = Layout::rows(&places.slots, units, 0);
        product(
            rows,
            &tape.states,
            states,
            &self.query,
            &mut tape.query,
            query,
            Init::Bias(&self.query_bias),
        );
        attention::exponentials(&mut tape.query, &places.current, units);
        let view = View {
            rows: &places.current,
            windows: &places.windows,
            keys: &tape.keys,
            history: &tape.history,
            vector: &self.vector,
        };
        attention::forward(view, &tape.query, &mut tape.weights, &mut tape.states, width);
        let leaving = states.from_column(width - 2 * units);
        product(
            rows,
            &tape.states,
            leaving,
            &self.output,
            &mut tape.history,
            slots,
            Init::Bias(&self.output_bias),
        );
        product(rows, &tape.history, slots, &self.keys, &mut tape.keys, slots, Init::Zero);
        attention::exponentials(&mut tape.keys, &places.slots, units);
    }

    /// One step back through output, attention and query; adds the gradients of what they read to the carry.
    pub(super) fn retreat(
        &self,
        transposed: &TransposedAttention,
        places: &Places,
        tape: &mut Tape,
        scratch: &mut BackwardScratch,
        width: usize,
    ) {
        let (rows, units) = (places.current.len(), self.units());
        let slots = Layout::rows(&places.slots, units, 0);
        let carry = Layout::dense(width);
        product(
            rows,
            &scratch.keys,
            slots,
            &transposed.keys,
            &mut scratch.history,
            slots,
            Init::Keep,
        );
        product(
            rows,
            &scratch.history,
            slots,
            &transposed.output,
            &mut scratch.carry,
            carry.from_column(width - 2 * units),
            Init::Keep,
        );
        let view = View {
            rows: &places.current,
            windows: &places.windows,
            keys: &tape.keys,
            history: &tape.history,
            vector: &self.vector,
        };
        let gradients = Gradients {
            keys: &mut scratch.keys,
            history: &mut scratch.history,
            vectors: &mut scratch.vectors,
        };
        attention::backward(view, &mut tape.query, &tape.weights, &scratch.carry, width, gradients);
        let query = Layout::rows(&places.current, units, 0);
        product(rows, &tape.query, query, &transposed.query, &mut scratch.carry, carry, Init::Keep);
    }

    /// Adds the weights' gradients, but that of v, for some steps of a part.
    pub(super) fn add_weight_gradients(
        &self,
        index: &Index,
        tape: &Tape,
        d_outputs: &[f32],
        d_keys: &[f32],
        width: usize,
        gradients: &mut AttentionParameters,
    ) {
        let units = self.units();
        let Index { rows, slots, .. } = index;
        let states =
            |column, count| Columns::new(&tape.states, Layout::rows(rows, width, column), count);
        let in_memory = |memory| Columns::new(memory, Layout::rows(slots, units, 0), units);
        let d_query = Columns::new(&tape.query, Layout::rows(rows, units, 0), units);
        let query = states(0, self.query.rows());
        add_outer(rows.len(), query, d_query, &mut gradients.query);
        rows::add_column_sums(&tape.query, rows, &mut gradients.query_bias);
        let leaving = states(width - 2 * units, 2 * units);
        add_outer(rows.len(), leaving, in_memory(d_outputs), &mut gradients.output);
        rows::add_column_sums(d_outputs, slots, &mut gradients.output_bias);
        add_outer(rows.len(), in_memory(&tape.history), in_memory(d_keys), &mut gradients.keys);
    }
}
