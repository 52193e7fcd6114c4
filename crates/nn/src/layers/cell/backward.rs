//! Backward pass through time.

use std::ops::Range;

use super::forward::{Inputs, Places, Tape};
use super::{Attention, Cell, CellParameters};
use crate::buffer::Buffer;
use crate::layers::attention::{self, Gradients, View};
use crate::layers::lstm;
use crate::ops::gemm::{Columns, Init, Layout, Packed, add_outer, add_sparse_outer, product};
use crate::ops::rows;
use crate::ragged::Ragged;

/// The transposes of a cell's matrices, packed.
#[derive(Debug, Clone)]
pub struct Transposed {
    input: Packed,
    recurrent: Packed,
    attention: Option<TransposedAttention>,
}

#[derive(Debug, Clone)]
struct TransposedAttention {
    query: Packed,
    keys: Packed,
    output: Packed,
}

impl Transposed {
    /// The transposes of `parameters`, for a cell of `inputs` inputs and `units` units.
    pub fn new(parameters: &CellParameters, inputs: usize, units: usize) -> Self {
        let fed_back = parameters.recurrent.len() / (4 * units);
        Self {
            input: Packed::transposed(&parameters.input, inputs, 4 * units),
            recurrent: Packed::transposed(&parameters.recurrent, fed_back, 4 * units),
            attention: parameters.attention.as_ref().map(|a| TransposedAttention {
                query: Packed::transposed(&a.query, 2 * units, units),
                keys: Packed::transposed(&a.keys, units, units),
                output: Packed::transposed(&a.output, 2 * units, units),
            }),
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
    /// Gradient of the outputs, `[N, U]`.
    pub d_outputs: &'a [f32],
}

/// Buffers of the backward pass, to be used again.
#[derive(Debug, Clone, Default)]
pub struct BackwardScratch {
    /// `[sequences, width]`: gradients of c, h and attns of the step at hand with respect to what came after it.
    carry: Buffer,
    /// Gradients of outputs and keys, laid out as in the tape.
    history: Buffer,
    keys: Buffer,
    /// Gradient of v, for each sequence by itself: `[sequences, U]`.
    vectors: Buffer,
    index: Index,
}

/// Rows of a block of steps of a part.
#[derive(Debug, Clone, Default)]
struct Index {
    rows: Vec<usize>,
    /// Rows of the steps that have one before them, and the rows before them.
    later: Vec<usize>,
    earlier: Vec<usize>,
    /// Rows in the history.
    slots: Vec<usize>,
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
        self.carry.reset(ragged.sequences() * cell.width());
        if let Some(attention) = &cell.attention {
            let units = cell.units;
            self.history.reset(tape.history.len());
            self.keys.reset(tape.keys.len());
            self.vectors.reset(ragged.sequences() * units);
            for sequence in 0..ragged.sequences() {
                let (from, to) =
                    (ragged.rows(sequence), ragged.padded_rows(sequence, attention.length));
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
        let length = self.attention.as_ref().map_or(0, |a| a.length);
        let mut places = Places::default();
        for t in (0..ragged.longest()).rev() {
            places.set(ragged, t, ragged.active(t, ragged.sequences()), length);
            self.retreat(transposed, &places, tape, pass.d_outputs, scratch);
            if t % self.block_steps() == 0 {
                let steps = t..t + self.block_steps();
                let d_inputs = d_inputs.as_deref_mut();
                self.finish(transposed, pass, steps, tape, gradients, d_inputs, scratch);
            }
        }
        for (part, gradients) in ragged.parts().iter().zip(gradients) {
            for sequence in part {
                if let Some(attention) = &mut gradients.attention {
                    let of_sequence = &scratch.vectors[sequence * self.units..][..self.units];
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
        let length = self.attention.as_ref().map_or(0, |a| a.length);
        for (part, gradients) in pass.ragged.parts().iter().zip(gradients) {
            index.set(pass.ragged, part, steps.clone(), length);
            self.add_weight_gradients(index, pass.inputs, tape, gradients);
            if let (Some(attention), Some(gradients)) = (&self.attention, &mut gradients.attention)
            {
                attention.add_weight_gradients(index, tape, history, keys, gradients);
            }
            if let Some(d_inputs) = &mut d_inputs {
                let from = Layout::rows(&index.rows, 4 * self.units, 0);
                let to = Layout::rows(&index.rows, self.inputs, 0);
                let (rows, weights) = (index.rows.len(), &transposed.input);
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
        d_outputs: &[f32],
        scratch: &mut BackwardScratch,
    ) {
        let (units, width) = (self.units, self.width());
        if let (Some(attention), Some(transposed)) = (&self.attention, &transposed.attention) {
            attention.retreat(transposed, places, tape, scratch);
        }
        lstm::backward(
            units,
            &places.current,
            places.previous(),
            &mut tape.gates,
            &tape.states,
            self.attention.is_none().then_some(d_outputs),
            &mut scratch.carry,
            width,
        );
        if places.previous().is_some() {
            let dz = Layout::rows(&places.current, 4 * units, 0);
            let fed_back = Layout::dense(width).from_column(units);
            product(
                places.current.len(),
                &tape.gates,
                dz,
                &transposed.recurrent,
                &mut scratch.carry,
                fed_back,
                Init::Zero,
            );
        }
    }

    /// Sums over some steps of a part. What is fed back from a step goes with dz of the next one.
    fn add_weight_gradients(
        &self,
        index: &Index,
        inputs: Inputs<'_>,
        tape: &Tape,
        gradients: &mut CellParameters,
    ) {
        let (d, units, width) = (self.inputs, self.units, self.width());
        let Index { rows, later, earlier, .. } = index;
        let dz = |rows| Columns::new(&tape.gates, Layout::rows(rows, 4 * units, 0), 4 * units);
        match inputs {
            Inputs::Dense(x) => {
                let x = Columns::new(x, Layout::rows(rows, d, 0), d);
                add_outer(rows.len(), x, dz(rows), &mut gradients.input);
            }
            Inputs::Sparse(x) => add_sparse_outer(rows, x, &tape.gates, &mut gradients.input),
        }
        rows::add_column_sums(&tape.gates, rows, &mut gradients.bias);
        let fed_back = Layout::rows(earlier, width, units);
        let fed_back = Columns::new(&tape.states, fed_back, width - units);
        add_outer(later.len(), fed_back, dz(later), &mut gradients.recurrent);
    }
}

impl Attention {
    /// One step back through output, attention and query; leaves the gradients of c and h in the carry.
    fn retreat(
        &self,
        transposed: &TransposedAttention,
        places: &Places,
        tape: &mut Tape,
        scratch: &mut BackwardScratch,
    ) {
        let units = self.vector.len();
        let rows = places.current.len();
        let slots = Layout::rows(&places.slots, units, 0);
        let carry = Layout::dense(3 * units);
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
            carry.from_column(units),
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
        attention::backward(view, &mut tape.query, &tape.weights, &scratch.carry, gradients);
        let query = Layout::rows(&places.current, units, 0);
        product(rows, &tape.query, query, &transposed.query, &mut scratch.carry, carry, Init::Keep);
    }

    fn add_weight_gradients(
        &self,
        index: &Index,
        tape: &Tape,
        d_outputs: &[f32],
        d_keys: &[f32],
        gradients: &mut super::AttentionParameters,
    ) {
        let units = self.vector.len();
        let Index { rows, slots, .. } = index;
        let states =
            |column| Columns::new(&tape.states, Layout::rows(rows, 3 * units, column), 2 * units);
        let in_memory = |memory| Columns::new(memory, Layout::rows(slots, units, 0), units);
        let d_query = Columns::new(&tape.query, Layout::rows(rows, units, 0), units);
        add_outer(rows.len(), states(0), d_query, &mut gradients.query);
        rows::add_column_sums(&tape.query, rows, &mut gradients.query_bias);
        add_outer(rows.len(), states(units), in_memory(d_outputs), &mut gradients.output);
        rows::add_column_sums(d_outputs, slots, &mut gradients.output_bias);
        add_outer(rows.len(), in_memory(&tape.history), in_memory(d_keys), &mut gradients.keys);
    }
}
