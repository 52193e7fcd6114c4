//! Backward pass through time.

use std::ops::Range;

use super::attention::TransposedAttention;
use super::forward::{Inputs, Places, Tape};
use super::lstm::TransposedLstm;
use super::stack::TransposedStack;
use super::{Cell, CellParameters, Masks};
use crate::buffer::Buffer;
use crate::ops::gemm::{Columns, Init, Layout, add_outer, add_sparse_outer, product};
use crate::ops::rows;
use crate::ragged::Ragged;

/// The transposes of a cell's matrices, packed.
#[derive(Debug, Clone)]
pub struct Transposed {
    lstm: TransposedLstm,
    stack: Option<TransposedStack>,
    attention: Option<TransposedAttention>,
}

impl Transposed {
    /// The transposes of `parameters`, for a cell of `inputs` inputs.
    pub fn new(parameters: &CellParameters, inputs: usize) -> Self {
        let (recurrent, _) = parameters.split_recurrent();
        Self {
            lstm: TransposedLstm::new(&parameters.lstm, recurrent, inputs),
            stack: TransposedStack::new(parameters),
            attention: parameters.attention.as_ref().map(TransposedAttention::new),
        }
    }
}

/// What a backward pass goes over.
#[derive(Debug, Clone, Copy)]
pub struct Pass<'a> {
    /// The batch.
    pub ragged: &'a Ragged,
    /// Inputs of the forward pass, `[N, D]`.
    pub inputs: Inputs<'a>,
    /// Dropout of the forward pass.
    pub masks: Option<Masks<'a>>,
    /// Gradient of the outputs, `[N, U]`.
    pub d_outputs: &'a [f32],
}

/// Buffers of the backward pass, to be used again.
#[derive(Debug, Clone, Default)]
pub struct BackwardScratch {
    /// `[sequences, width]`: gradients of c, h and attns of the step at hand with respect to what came after it.
    pub(super) carry: Buffer,
    /// Gradients of outputs and keys, laid out as in the tape.
    pub(super) history: Buffer,
    pub(super) keys: Buffer,
    /// Gradient of v, for each sequence by itself: `[sequences, U]`.
    pub(super) vectors: Buffer,
    index: Index,
}

/// Rows of a block of steps of a part.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    pub(super) rows: Vec<usize>,
    /// Rows of the steps that have one before them, and the rows before them.
    pub(super) later: Vec<usize>,
    pub(super) earlier: Vec<usize>,
    /// Rows in the history.
    pub(super) slots: Vec<usize>,
}

impl Index {
    fn set(&mut self, ragged: &Ragged, part: &[usize], steps: Range<usize>, length: usize) {
        ragged.rows_of(part, steps.clone(), 0, &mut self.rows);
        ragged.rows_of(part, steps.clone(), length, &mut self.slots);
        ragged.rows_of(part, steps.start.max(1)..steps.end, 0, &mut self.later);
        self.earlier.clear();
        self.earlier.extend(self.later.iter().map(|row| row - 1));
    }
}

impl BackwardScratch {
    fn prepare(&mut self, cell: &Cell, tape: &Tape, pass: Pass<'_>) {
        let Pass { ragged, d_outputs, .. } = pass;
        self.carry.reset(ragged.sequences() * cell.row.width);
        if cell.row.length > 0 {
            let (units, length) = (cell.units(), cell.row.length);
            self.history.reset(tape.history.len());
            self.keys.reset(tape.keys.len());
            self.vectors.reset(ragged.sequences() * units);
            for sequence in 0..ragged.sequences() {
                let (from, to) = (ragged.rows(sequence), ragged.padded_rows(sequence, length));
                self.history[to.start * units..to.end * units]
                    .copy_from_slice(&d_outputs[from.start * units..from.end * units]);
            }
        }
    }
}

impl Cell {
    /// Runs all steps backward. Adds to `gradients`, one for each part of the batch, writes the gradient of the inputs to
    /// `d_inputs [N, D]` if it is asked for, and uses the tape up.
    pub fn backward(
        &self,
        transposed: &Transposed,
        pass: Pass<'_>,
        tape: &mut Tape,
        gradients: &mut [&mut CellParameters],
        mut d_inputs: Option<&mut [f32]>,
        scratch: &mut BackwardScratch,
    ) {
        let ragged = pass.ragged;
        scratch.prepare(self, tape, pass);
        let mut places = Places::default();
        for t in (0..ragged.longest()).rev() {
            places.set(ragged, t, ragged.active(t, ragged.sequences()), self.row.length);
            self.retreat(transposed, &places, tape, pass, scratch);
            if t % self.block_steps() == 0 {
                let steps = t..t + self.block_steps();
                let d_inputs = d_inputs.as_deref_mut();
                self.finish(transposed, pass, steps, tape, gradients, d_inputs, scratch);
            }
        }
        for (part, gradients) in ragged.parts().iter().zip(gradients) {
            for sequence in part {
                if let Some(attention) = &mut gradients.attention {
                    let units = self.units();
                    let of_sequence = &scratch.vectors[sequence * units..][..units];
                    rows::add(&mut attention.vector, of_sequence);
                }
            }
        }
    }

    /// What remains to be done for some steps when the loop over time has gone through them: sums of weight gradients and the gradient
    /// of the inputs.
    fn finish(
        &self,
        transposed: &Transposed,
        pass: Pass<'_>,
        steps: Range<usize>,
        tape: &Tape,
        gradients: &mut [&mut CellParameters],
        mut d_inputs: Option<&mut [f32]>,
        scratch: &mut BackwardScratch,
    ) {
        let BackwardScratch { history, keys, index, .. } = scratch;
        let row = &*self.row;
        for (part, gradients) in pass.ragged.parts().iter().zip(gradients) {
            index.set(pass.ragged, part, steps.clone(), row.length);
            self.add_input_gradients(index, pass.inputs, tape, &mut gradients.lstm.input);
            let lstm = &mut gradients.lstm;
            self.lstm.add_weight_gradients(index, &tape.gates, &tape.states, row.width, lstm);
            if let Some(stack) = &self.stack {
                let dz = (&tape.gates[..], &tape.upper_gates[..]);
                stack.add_weight_gradients(index, dz, &tape.states, row, gradients);
            }
            if let (Some(attention), Some(gradients)) = (&self.attention, &mut gradients.attention)
            {
                let width = row.width;
                attention.add_weight_gradients(index, tape, history, keys, width, gradients);
            }
            if let Some(d_inputs) = &mut d_inputs {
                let from = Layout::rows(&index.rows, 4 * self.lstm.units, 0);
                let to = Layout::rows(&index.rows, self.inputs, 0);
                let (rows, weights) = (index.rows.len(), &transposed.lstm.input);
                product(rows, &tape.gates, from, weights, d_inputs, to, Init::Zero);
            }
        }
    }

    /// One step back.
    fn retreat(
        &self,
        transposed: &Transposed,
        places: &Places,
        tape: &mut Tape,
        pass: Pass<'_>,
        scratch: &mut BackwardScratch,
    ) {
        let row = &*self.row;
        if let (Some(attention), Some(transposed)) = (&self.attention, &transposed.attention) {
            attention.retreat(transposed, places, tape, scratch, row.width);
        }
        let stack = self.stack.as_ref().zip(transposed.stack.as_ref());
        let (Tape { gates, upper_gates, states, .. }, carry) = (tape, &mut scratch.carry);
        if let Some((stack, transposed)) = stack {
            stack.retreat(transposed, places, upper_gates, states, carry, row, pass.masks);
        }
        let d_outputs = self.attention.is_none().then_some(pass.d_outputs);
        let lstm = &transposed.lstm;
        self.lstm.retreat(lstm, places, gates, states, d_outputs, carry, row.width);
        if let Some((stack, transposed)) = stack {
            stack.return_feedback(transposed, places, gates, carry, row);
        }
    }

    /// Adds the gradient of the input weights for some steps of a part.
    fn add_input_gradients(
        &self,
        index: &Index,
        inputs: Inputs<'_>,
        tape: &Tape,
        gradients: &mut [f32],
    ) {
        let (d, width, rows) = (self.inputs, 4 * self.lstm.units, &index.rows);
        match inputs {
            Inputs::Dense(x) => {
                let x = Columns::new(x, Layout::rows(rows, d, 0), d);
                let dz = Columns::new(&tape.gates, Layout::rows(rows, width, 0), width);
                add_outer(rows.len(), x, dz, gradients);
            }
            Inputs::Sparse(x) => add_sparse_outer(rows, x, &tape.gates, gradients),
        }
    }
}
