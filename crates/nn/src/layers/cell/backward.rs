//! Backward pass through time.

use super::forward::{Inputs, Places, Tape};
use super::{Attention, Cell, CellParameters};
use crate::buffer::Buffer;
use crate::layers::attention::{self, Gradients, View};
use crate::layers::lstm;
use crate::ops::gemm::{Columns, Init, Layout, Packed, add_outer, add_sparse_outer, product};
use crate::ops::rows;
use crate::ragged::{Part, Ragged};

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
    /// Rows of a part in the history.
    slots: Vec<usize>,
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
        d_inputs: Option<&mut [f32]>,
        scratch: &mut BackwardScratch,
    ) {
        let ragged = pass.ragged;
        scratch.prepare(self, tape, pass);
        let length = self.attention.as_ref().map_or(0, |a| a.length);
        let mut places = Places::default();
        for t in (0..ragged.longest()).rev() {
            places.set(ragged, t, ragged.active(t, ragged.sequences()), length);
            self.retreat(transposed, &places, tape, pass.d_outputs, scratch);
        }
        for (part, gradients) in ragged.parts().iter().zip(gradients) {
            self.add_weight_gradients(part, pass.inputs, tape, gradients);
            if let (Some(attention), Some(gradients)) = (&self.attention, &mut gradients.attention)
            {
                attention.add_weight_gradients(ragged, part, tape, scratch, gradients);
            }
        }
        if let Some(d_inputs) = d_inputs {
            let (from, to) = (Layout::dense(4 * self.units), Layout::dense(self.inputs));
            product(ragged.total(), &tape.gates, from, &transposed.input, d_inputs, to, Init::Zero);
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

    /// Sums over all steps of a part. What is fed back from a step goes with dz of the next one.
    fn add_weight_gradients(
        &self,
        part: &Part,
        inputs: Inputs<'_>,
        tape: &Tape,
        gradients: &mut CellParameters,
    ) {
        let (d, units, width) = (self.inputs, self.units, self.width());
        let dz = |rows| Columns::new(&tape.gates, Layout::rows(rows, 4 * units, 0), 4 * units);
        match inputs {
            Inputs::Dense(x) => {
                let x = Columns::new(x, Layout::rows(&part.rows, d, 0), d);
                add_outer(part.rows.len(), x, dz(&part.rows), &mut gradients.input);
            }
            Inputs::Sparse(x) => {
                add_sparse_outer(&part.rows, x, &tape.gates, &mut gradients.input);
            }
        }
        rows::add_column_sums(&tape.gates, &part.rows, &mut gradients.bias);
        let fed_back = Layout::rows(&part.earlier, width, units);
        let fed_back = Columns::new(&tape.states, fed_back, width - units);
        add_outer(part.later.len(), fed_back, dz(&part.later), &mut gradients.recurrent);
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
        ragged: &Ragged,
        part: &Part,
        tape: &Tape,
        scratch: &mut BackwardScratch,
        gradients: &mut super::AttentionParameters,
    ) {
        let units = self.vector.len();
        let BackwardScratch { slots, history, keys, vectors, .. } = scratch;
        slots.clear();
        for &sequence in &part.sequences {
            slots.extend(ragged.padded_rows(sequence, self.length));
            rows::add(&mut gradients.vector, &vectors[sequence * units..][..units]);
        }
        let count = part.rows.len();
        let states = |column| {
            Columns::new(&tape.states, Layout::rows(&part.rows, 3 * units, column), 2 * units)
        };
        let in_memory = |memory| Columns::new(memory, Layout::rows(slots, units, 0), units);
        let d_query = Columns::new(&tape.query, Layout::rows(&part.rows, units, 0), units);
        add_outer(count, states(0), d_query, &mut gradients.query);
        rows::add_column_sums(&tape.query, &part.rows, &mut gradients.query_bias);
        add_outer(count, states(units), in_memory(history), &mut gradients.output);
        rows::add_column_sums(history, slots, &mut gradients.output_bias);
        add_outer(count, in_memory(&tape.history), in_memory(keys), &mut gradients.keys);
    }
}
