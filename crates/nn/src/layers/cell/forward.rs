//! Forward pass over all steps of a batch, keeping what the backward pass needs.

use super::{Attention, Cell};
use crate::buffer::Buffer;
use crate::layers::attention::{self, View, Window, ZERO_KEY, weights_stride};
use crate::layers::lstm;
use crate::ops::gemm::{Init, Layout, product, sparse_product};
use crate::ragged::Ragged;
use crate::sparse::Sparse;

/// What a layer computed. N = steps of the batch; with attention, `history` and `keys` have L rows ahead of each sequence, of outputs that
/// are zero.
#[derive(Debug, Clone, Default)]
pub struct Tape {
    /// `[N, 4U]`: i, j, f, o; after the backward pass the gradient of their pre-activations.
    pub(super) gates: Buffer,
    /// `[N, width]`: c, h and, with attention, attns.
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
    /// Makes room; what must be zero is zeroed.
    fn prepare(&mut self, cell: &Cell, ragged: &Ragged) {
        let (n, units) = (ragged.total(), cell.units);
        self.gates.resize(n * 4 * units);
        self.states.resize(n * cell.width());
        if let Some(attention) = &cell.attention {
            let rows = n + attention.length * ragged.sequences();
            self.history.resize(rows * units);
            self.keys.resize(rows * units);
            self.query.resize(n * units);
            self.weights.resize(n * weights_stride(attention.length));
            for sequence in 0..ragged.sequences() {
                let first = ragged.padded_rows(sequence, attention.length).start;
                let ahead = (first - attention.length) * units..first * units;
                self.history[ahead.clone()].fill(0.0);
                self.keys[ahead].fill(ZERO_KEY);
            }
        }
    }

    /// The output of a sequence, `[T, U]`, in rows of the given number of columns from the first on.
    pub fn outputs(&self, cell: &Cell, ragged: &Ragged, sequence: usize) -> (&[f32], usize) {
        let units = cell.units;
        match &cell.attention {
            Some(attention) => {
                let rows = ragged.padded_rows(sequence, attention.length);
                (&self.history[rows.start * units..rows.end * units], units)
            }
            None => {
                let rows = ragged.rows(sequence);
                let end = 2 * units * rows.end;
                (&self.states[(2 * units * rows.start + units).min(end)..end], 2 * units)
            }
        }
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
    /// Runs all steps of `inputs` from a state of zeros.
    pub fn forward(&self, ragged: &Ragged, inputs: Inputs<'_>, tape: &mut Tape) {
        tape.prepare(self, ragged);
        let length = self.attention.as_ref().map_or(0, |a| a.length);
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
            places.set(ragged, t, count, length);
            self.advance(tape, &places);
            tape.places = places;
        }
    }

    /// `x Wx + b` of some rows.
    fn project(&self, rows: &[usize], inputs: Inputs<'_>, tape: &mut Tape) {
        match inputs {
            Inputs::Dense(x) => {
                let from = Layout::rows(rows, self.inputs, 0);
                let to = Layout::rows(rows, 4 * self.units, 0);
                let init = Init::Bias(&self.bias);
                product(rows.len(), x, from, &self.input, &mut tape.gates, to, init);
            }
            Inputs::Sparse(x) => sparse_product(rows, x, &self.input, &self.bias, &mut tape.gates),
        }
    }

    /// One step: the gates hold `x Wx + b`.
    pub(super) fn advance(&self, tape: &mut Tape, places: &Places) {
        let (units, width) = (self.units, self.width());
        let rows = places.current.len();
        let gates = Layout::rows(&places.current, 4 * units, 0);
        if let Some(previous) = places.previous() {
            let fed_back = Layout::rows(previous, width, units);
            product(
                rows,
                &tape.states,
                fed_back,
                &self.recurrent,
                &mut tape.gates,
                gates,
                Init::Keep,
            );
        }
        lstm::forward(
            units,
            &places.current,
            places.previous(),
            &mut tape.gates,
            &mut tape.states,
            width,
        );
        if let Some(attention) = &self.attention {
            attention.advance(units, tape, places);
        }
    }
}

impl Attention {
    fn advance(&self, units: usize, tape: &mut Tape, places: &Places) {
        let rows = places.current.len();
        let states = Layout::rows(&places.current, 3 * units, 0);
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
        attention::forward(view, &tape.query, &mut tape.weights, &mut tape.states);
        let fed_back = states.from_column(units);
        product(
            rows,
            &tape.states,
            fed_back,
            &self.output,
            &mut tape.history,
            slots,
            Init::Bias(&self.output_bias),
        );
        product(rows, &tape.history, slots, &self.keys, &mut tape.keys, slots, Init::Zero);
        attention::exponentials(&mut tape.keys, &places.slots, units);
    }
}
