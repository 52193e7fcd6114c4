//! An LSTM as a part of a cell: its products around the gates.

use super::LstmParameters;
use super::backward::Index;
use super::forward::Places;
use crate::layers::lstm;
use crate::ops::gemm::{Columns, Init, Layout, Packed, add_outer, product};
use crate::ops::rows;

/// An LSTM, ready for products. U = its units, F = what is fed back to it: h, or h and more that stands behind it in a state row.
#[derive(Debug, Clone)]
pub(super) struct Lstm {
    pub(super) units: usize,
    /// `[D, 4U]`.
    pub(super) input: Packed,
    /// `[F, 4U]`.
    recurrent: Packed,
    pub(super) bias: Vec<f32>,
    /// Column of c in a state row; h follows.
    pub(super) state: usize,
}

/// The transposes of its matrices, packed.
#[derive(Debug, Clone)]
pub(super) struct TransposedLstm {
    pub(super) input: Packed,
    recurrent: Packed,
}

impl TransposedLstm {
    pub(super) fn new(parameters: &LstmParameters, recurrent: &[f32], inputs: usize) -> Self {
        let width = parameters.bias.len();
        Self {
            input: Packed::transposed(&parameters.input, inputs, width),
            recurrent: Packed::transposed(recurrent, recurrent.len() / width, width),
        }
    }
}

impl Lstm {
    /// `recurrent` are those weights of what is fed back that stand together.
    pub(super) fn new(
        parameters: &LstmParameters,
        recurrent: &[f32],
        inputs: usize,
        state: usize,
    ) -> Self {
        let width = parameters.bias.len();
        Self {
            units: parameters.units(),
            input: Packed::new(&parameters.input, inputs, width),
            recurrent: Packed::new(recurrent, recurrent.len() / width, width),
            bias: parameters.bias.clone(),
            state,
        }
    }

    /// Weights that each step multiplies with what is fed back.
    pub(super) fn weights(&self) -> usize {
        self.recurrent.rows() * self.recurrent.columns()
    }

    /// One step: `gates [_, 4U]` hold all of z but what is fed back.
    pub(super) fn advance(
        &self,
        places: &Places,
        gates: &mut [f32],
        states: &mut [f32],
        width: usize,
    ) {
        let current = &places.current;
        if let Some(previous) = places.previous() {
            let fed_back = Layout::rows(previous, width, self.state + self.units);
            let to = Layout::rows(current, 4 * self.units, 0);
            product(current.len(), states, fed_back, &self.recurrent, gates, to, Init::Keep);
        }
        let states = &mut states[self.state..];
        lstm::forward(self.units, current, places.previous(), gates, states, width);
    }

    /// One step back: `gates` become dz; in the `carry`, laid out as state rows, dc and what is fed back get the gradients that belong to
    /// the step before.
    pub(super) fn retreat(
        &self,
        transposed: &TransposedLstm,
        places: &Places,
        gates: &mut [f32],
        states: &[f32],
        d_outputs: Option<&[f32]>,
        carry: &mut [f32],
        width: usize,
    ) {
        let current = &places.current;
        lstm::backward(
            self.units,
            current,
            places.previous(),
            gates,
            &states[self.state..],
            d_outputs,
            &mut carry[self.state..],
            width,
        );
        if places.previous().is_some() {
            let dz = Layout::rows(current, 4 * self.units, 0);
            let fed_back = Layout::dense(width).from_column(self.state + self.units);
            let weights = &transposed.recurrent;
            product(current.len(), gates, dz, weights, carry, fed_back, Init::Zero);
        }
    }

    /// Adds the gradients of the bias and of the weights of what is fed back, for some steps of a part, from dz. What is fed back from a step
    /// goes with dz of the next one.
    pub(super) fn add_weight_gradients(
        &self,
        index: &Index,
        dz: &[f32],
        states: &[f32],
        width: usize,
        gradients: &mut LstmParameters,
    ) {
        rows::add_column_sums(dz, &index.rows, &mut gradients.bias);
        let Index { later, earlier, .. } = index;
        let fed_back = Layout::rows(earlier, width, self.state + self.units);
        let fed_back = Columns::new(states, fed_back, self.recurrent.rows());
        let dz = Columns::new(dz, Layout::rows(later, 4 * self.units, 0), 4 * self.units);
        add_outer(later.len(), fed_back, dz, &mut gradients.recurrent[..self.weights()]);
    }
}
