//! Forward pass over all steps of a batch, keeping what the backward pass needs.

use super::{Cell, Masks, StateRow};
use crate::buffer::Buffer;
use crate::layers::attention::{Window, ZERO_KEY, weights_stride};
use crate::ops::gemm::{Init, Layout, product, sparse_product};
use crate::ragged::Ragged;
use crate::sparse::Sparse;

/// What a layer computed. N = steps of the batch; with attention, `history` and `keys` have L rows ahead of each sequence, of outputs that
/// are zero.
#[derive(Debug, Clone, Default)]
pub struct Tape {
    /// `[N, 4U]`: i, j, f, o; after the backward pass the gradient of their pre-activations.
    pub(super) gates: Buffer,
    /// The same of each LSTM above the first, in a stack.
    pub(super) upper_gates: Vec<Buffer>,
    /// `[N, width]`: c, h and, with attention, attns; in a stack more.
    pub(super) states: Buffer,
    /// Outputs, `[N + L * sequences, U]`.
    pub(super) history: Buffer,
    /// `e^(2P)` of their keys P.
    pub(super) keys: Buffer,
    /// `e^(2y)` of the queries y, `[N, U]`; after the backward pass the gradient of y.
    pub(super) query: Buffer,
    /// `[N, weights_stride(L)]`.
    pub(super) weights: Buffer,
    /// Rows of the step at hand.
    pub(super) places: Places,
}

/// Rows of one step of the sequences that are running.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    pub(super) current: Vec<usize>,
    pub(super) previous: Vec<usize>,
    pub(super) windows: Vec<Window>,
    /// Rows of the new outputs in the history.
    pub(super) slots: Vec<usize>,
}

impl Places {
    /// Step `t` of the first `count` sequences.
    pub(super) fn set(&mut self, ragged: &Ragged, t: usize, count: usize, length: usize) {
        ragged.index(t, count, 0, &mut self.current);
        self.previous.clear();
        if t > 0 {
            self.previous.extend(self.current.iter().map(|row| row - 1));
        }
        ragged.index(t, count, length, &mut self.slots);
        self.windows.clear();
        if length > 0 {
            self.windows.extend(self.slots.iter().map(|&slot| [slot - length..slot, 0..0]));
        }
    }

    pub(super) fn previous(&self) -> Option<&[usize]> {
        (!self.previous.is_empty()).then_some(self.previous.as_slice())
    }
}

impl Tape {
    /// Makes room for `steps` rows of states and, with attention, for `memory` outputs.
    pub(super) fn resize(&mut self, row: &StateRow, steps: usize, memory: usize) {
        let units = row.units();
        let (first, upper) = row.lstms.split_first().unwrap_or((&0, &[]));
        self.gates.resize(steps * 4 * first);
        self.upper_gates.resize_with(upper.len(), Buffer::default);
        for (gates, units) in self.upper_gates.iter_mut().zip(upper) {
            gates.resize(steps * 4 * units);
        }
        self.states.resize(steps * row.width);
        if row.length > 0 {
            self.history.resize(memory * units);
            self.keys.resize(memory * units);
            self.query.resize(steps * units);
            self.weights.resize(steps * weights_stride(row.length));
        }
    }

    /// Makes room for a batch; what must be zero is zeroed.
    fn prepare(&mut self, row: &StateRow, ragged: &Ragged) {
        let (units, length) = (row.units(), row.length);
        self.resize(row, ragged.total(), ragged.total() + length * ragged.sequences());
        if length > 0 {
            for sequence in 0..ragged.sequences() {
                let first = ragged.padded_rows(sequence, length).start;
                let ahead = (first - length) * units..first * units;
                self.history[ahead.clone()].fill(0.0);
                self.keys[ahead].fill(ZERO_KEY);
            }
        }
    }

    /// The output of a sequence, `[T, U]`, in rows of the given number of columns from the first on.
    pub fn outputs(&self, cell: &Cell, ragged: &Ragged, sequence: usize) -> (&[f32], usize) {
        let StateRow { length, width, .. } = *cell.row;
        let units = cell.units();
        if length > 0 {
            let rows = ragged.padded_rows(sequence, length);
            return (&self.history[rows.start * units..rows.end * units], units);
        }
        let rows = ragged.rows(sequence);
        let end = width * rows.end;
        (&self.states[(width * rows.start + units).min(end)..end], width)
    }
}

/// What enters a layer, `[N, D]`.
#[derive(Debug, Clone, Copy)]
pub enum Inputs<'a> {
    /// Row-major.
    Dense(&'a [f32]),
    /// Mostly zeros.
    Sparse(&'a Sparse),
}

impl Cell {
    /// Runs all steps of `inputs` from a state of zeros; a stack with dropout, if there are masks.
    pub fn forward(
        &self,
        ragged: &Ragged,
        inputs: Inputs<'_>,
        masks: Option<Masks<'_>>,
        tape: &mut Tape,
    ) {
        tape.prepare(&self.row, ragged);
        let sequences: Vec<usize> = (0..ragged.sequences()).collect();
        let mut count = ragged.sequences();
        let mut rows = Vec::new();
        for t in 0..ragged.longest() {
            if t % self.block_steps() == 0 {
                ragged.rows_of(&sequences, t..t + self.block_steps(), 0, &mut rows);
                self.project(&rows, inputs, tape);
            }
            count = ragged.active(t, count);
            let mut places = std::mem::take(&mut tape.places);
            places.set(ragged, t, count, self.row.length);
            self.advance(tape, &places, masks);
            tape.places = places;
        }
    }

    /// `x Wx + b` of some rows.
    fn project(&self, rows: &[usize], inputs: Inputs<'_>, tape: &mut Tape) {
        let lstm = &self.lstm;
        match inputs {
            Inputs::Dense(x) => {
                let from = Layout::rows(rows, self.inputs, 0);
                let to = Layout::rows(rows, 4 * lstm.units, 0);
                let init = Init::Bias(&lstm.bias);
                product(rows.len(), x, from, &lstm.input, &mut tape.gates, to, init);
            }
            Inputs::Sparse(x) => sparse_product(rows, x, &lstm.input, &lstm.bias, &mut tape.gates),
        }
    }

    /// One step: the gates hold `x Wx + b`.
    pub(super) fn advance(&self, tape: &mut Tape, places: &Places, masks: Option<Masks<'_>>) {
        let row = &*self.row;
        let Tape { gates, upper_gates, states, .. } = tape;
        if let Some(stack) = &self.stack {
            stack.feed_back(places, gates, states, row);
        }
        self.lstm.advance(places, gates, states, row.width);
        if let Some(stack) = &self.stack {
            stack.advance(places, upper_gates, states, row, masks);
        }
        if let Some(attention) = &self.attention {
            attention.advance(tape, places, row.width);
        }
    }
}
