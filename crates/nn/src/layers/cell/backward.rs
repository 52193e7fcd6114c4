//! Backward pass through time.

use super::forward::{Places, Tape};
use super::{Attention, Cell, CellParameters};
use crate::buffer::Buffer;
use crate::layers::attention::{self, Gradients, View};
use crate::layers::lstm;
use crate::ops::gemm::{Columns, Init, Layout, Packed, add_outer, product};
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
    pub inputs: &'a [f32],
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
}

impl BackwardScratch {
    fn prepare(&mut self, cell: &Cell, ragged: &Ragged, tape: &Tape) {
        self.carry.reset(ragged.sequences() * cell.width());
        self.history.reset(tape.history.len());
        self.keys.reset(tape.keys.len());
    }
}

impl Cell {
    /// Runs all steps backward. Adds to `gradients`, writes the gradient of the inputs to `d_inputs [N, D]` if it is asked
    /// for, and uses the tape up.
    pub fn backward(
        &self,
        transposed: &Transposed,
        pass: Pass<'_>,
        tape: &mut Tape,
        gradients: &mut CellParameters,
        d_inputs: Option<&mut [f32]>,
        scratch: &mut BackwardScratch,
    ) {
        let Pass { ragged, inputs, d_outputs } = pass;
        scratch.prepare(self, ragged, tape);
        let length = self.attention.as_ref().map_or(0, |a| a.length);
        let mut places = Places::default();
        for t in (0..ragged.longest()).rev() {
            places.set(ragged, t, ragged.active(t, ragged.sequences()), length);
            self.retreat(transposed, &places, tape, d_outputs, gradients, scratch);
        }
        self.add_weight_gradients(ragged, inputs, tape, gradients);
        if let (Some(attention), Some(gradients)) = (&self.attention, &mut gradients.attention) {
            attention.add_weight_gradients(self.units, ragged, tape, scratch, gradients);
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
        gradients: &mut CellParameters,
        scratch: &mut BackwardScratch,
    ) {
        let (units, width) = (self.units, self.width());
        if let (Some(attention), Some(transposed), Some(gradients)) =
            (&self.attention, &transposed.attention, &mut gradients.attention)
        {
            attention.retreat(transposed, places, tape, d_outputs, &mut gradients.vector, scratch);
        } else {
            for (row, &current) in places.current.iter().enumerate() {
                let dh = &mut scratch.carry[row * width + units..][..units];
                rows::add(dh, &d_outputs[current * units..][..units]);
            }
        }
        lstm::backward(
            units,
            &places.current,
            places.previous(),
            &mut tape.gates,
            &tape.states,
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

    /// Sums over all steps. h of a step goes with dz of the next one; the first step has nothing before it.
    fn add_weight_gradients(
        &self,
        ragged: &Ragged,
        inputs: &[f32],
        tape: &Tape,
        gradients: &mut CellParameters,
    ) {
        let (d, units, width) = (self.inputs, self.units, self.width());
        let gates = 4 * units;
        let total = ragged.total();
        add_outer(
            total,
            Columns::dense(inputs, d),
            Columns::dense(&tape.gates, gates),
            &mut gradients.input,
        );
        rows::add_column_sums(&tape.gates, &mut gradients.bias);
        for sequence in 0..ragged.sequences() {
            let range = ragged.rows(sequence);
            if range.len() > 1 {
                let fed_back = &tape.states[range.start * width + units..];
                let fed_back = Columns::new(fed_back, Layout::dense(width), width - units);
                let dz = Columns::dense(&tape.gates[(range.start + 1) * gates..], gates);
                add_outer(range.len() - 1, fed_back, dz, &mut gradients.recurrent);
            }
        }
    }
}

impl Attention {
    /// One step back through output, attention and query; leaves the gradients of c and h in the carry.
    fn retreat(
        &self,
        transposed: &TransposedAttention,
        places: &Places,
        tape: &mut Tape,
        d_outputs: &[f32],
        vector_gradient: &mut [f32],
        scratch: &mut BackwardScratch,
    ) {
        let units = self.vector.len();
        let rows = places.current.len();
        for (&current, &slot) in places.current.iter().zip(&places.slots) {
            rows::add(
                &mut scratch.history[slot * units..][..units],
                &d_outputs[current * units..][..units],
            );
        }
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
            vector: vector_gradient,
        };
        attention::backward(view, &mut tape.query, &tape.weights, &scratch.carry, gradients);
        let query = Layout::rows(&places.current, units, 0);
        product(rows, &tape.query, query, &transposed.query, &mut scratch.carry, carry, Init::Keep);
    }

    fn add_weight_gradients(
        &self,
        units: usize,
        ragged: &Ragged,
        tape: &Tape,
        scratch: &BackwardScratch,
        gradients: &mut super::AttentionParameters,
    ) {
        let states = Columns::new(&tape.states, Layout::dense(3 * units), 2 * units);
        add_outer(ragged.total(), states, Columns::dense(&tape.query, units), &mut gradients.query);
        rows::add_column_sums(&tape.query, &mut gradients.query_bias);
        for sequence in 0..ragged.sequences() {
            let (range, slots) = (ragged.rows(sequence), ragged.padded_rows(sequence, self.length));
            if range.is_empty() {
                continue;
            }
            let d_output = &scratch.history[slots.start * units..slots.end * units];
            let fed_back = &tape.states[range.start * 3 * units + units..];
            let fed_back = Columns::new(fed_back, Layout::dense(3 * units), 2 * units);
            add_outer(
                range.len(),
                fed_back,
                Columns::dense(d_output, units),
                &mut gradients.output,
            );
            rows::add_column_sums(d_output, &mut gradients.output_bias);
            let history = Columns::dense(&tape.history[slots.start * units..], units);
            let d_keys = Columns::dense(&scratch.keys[slots.start * units..], units);
            add_outer(range.len(), history, d_keys, &mut gradients.keys);
        }
    }
}
