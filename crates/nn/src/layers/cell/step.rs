//! One step at a time, for generation.

use super::Cell;
use super::forward::{Places, Tape};
use crate::layers::attention::{ZERO_KEY, weights_stride};
use crate::ops::gemm::{Init, Layout, product};

/// State of a layer for a number of sequences that advance together.
///
/// It is a tape of two steps: the rows of one half are read while those of the other are written. Outputs and keys of the last L
/// steps stand in a ring of L rows for each sequence.
#[derive(Debug, Clone, Default)]
pub struct StepState {
    rows: usize,
    /// U.
    units: usize,
    /// L; 0 without attention.
    length: usize,
    /// Half of the tape that holds the present state.
    half: usize,
    /// Slot of the ring that holds the oldest output.
    oldest: usize,
    tape: Tape,
    places: Places,
}

impl StepState {
    /// Rows: sequences that advance together.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The state before the first step.
    fn zero(rows: usize, units: usize, length: usize) -> Self {
        let mut state = Self { rows, units, length, ..Self::default() };
        state.prepare();
        state.tape.keys.fill(ZERO_KEY);
        state
    }

    /// Makes room for all rows.
    fn prepare(&mut self) {
        let (rows, units) = (self.rows, self.units);
        let (width, memory) = (self.width(), rows * self.length * units);
        let tape = &mut self.tape;
        tape.gates.resize(2 * rows * 4 * units);
        tape.states.resize(2 * rows * width);
        tape.history.resize(memory);
        tape.keys.resize(memory);
        if self.length > 0 {
            tape.query.resize(2 * rows * units);
            tape.weights.resize(2 * rows * weights_stride(self.length));
        }
    }

    /// Width of a state row.
    fn width(&self) -> usize {
        if self.length > 0 { 3 * self.units } else { 2 * self.units }
    }

    /// Makes `selected` the state of the sequences `rows`, in this order; a sequence may be taken any number of times. Memory that
    /// `selected` has is used again.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn select_into(&self, rows: &[usize], selected: &mut Self) {
        let Self { units, length, half, oldest, .. } = *self;
        let Self { tape, places, .. } = std::mem::take(selected);
        *selected = Self { rows: rows.len(), units, length, half, oldest, tape, places };
        selected.prepare();
        let (from, to) = (half * self.rows, half * rows.len());
        gather(&self.tape.states, &mut selected.tape.states, self.width(), rows, from, to);
        if length > 0 {
            let width = length * units;
            gather(&self.tape.history, &mut selected.tape.history, width, rows, 0, 0);
            gather(&self.tape.keys, &mut selected.tape.keys, width, rows, 0, 0);
        }
    }

    /// The state as TensorFlow lists it: c `[B, U]` and h `[B, U]`; with attention also attns `[B, U]` and the last L
    /// outputs `[B, L * U]`, the oldest first.
    pub fn arrays(&self) -> Vec<Vec<f32>> {
        let (units, width) = (self.units, self.width());
        let states = &self.tape.states[self.half * self.rows * width..][..self.rows * width];
        let part = |column: usize| {
            states
                .chunks_exact(width)
                .flat_map(|row| &row[column..column + units])
                .copied()
                .collect()
        };
        let mut arrays: Vec<Vec<f32>> = (0..width / units).map(|i| part(i * units)).collect();
        if self.length > 0 {
            let ordered = |ring: &[f32]| {
                let (new, old) = ring.split_at(self.oldest * units);
                [old, new].concat()
            };
            arrays.push(
                self.tape.history.chunks_exact(self.length * units).flat_map(ordered).collect(),
            );
        }
        arrays
    }
}

fn gather(
    from: &[f32],
    to: &mut [f32],
    width: usize,
    rows: &[usize],
    first_from: usize,
    first_to: usize,
) {
    for (to, &row) in to[first_to * width..].chunks_exact_mut(width).zip(rows) {
        to.copy_from_slice(&from[(first_from + row) * width..][..width]);
    }
}

impl Cell {
    /// The state of `rows` sequences before their first step.
    pub fn zero_state(&self, rows: usize) -> StepState {
        StepState::zero(rows, self.units, self.attention.as_ref().map_or(0, |a| a.length))
    }

    /// Advances all rows by one step of `inputs [B, D]` and writes the outputs to `outputs [B, U]`. A row's result does not
    /// depend on the other rows.
    pub fn step(&self, inputs: &[f32], state: &mut StepState, outputs: &mut [f32]) {
        let (rows, units) = (state.rows, self.units);
        let (past, present) = (state.half * rows, (1 - state.half) * rows);
        let places = &mut state.places;
        places.current.clear();
        places.current.extend(present..present + rows);
        places.previous.clear();
        places.previous.extend(past..past + rows);
        if let Some(attention) = &self.attention {
            let (length, oldest) = (attention.length, state.oldest);
            let ring = |row: usize| row * length..(row + 1) * length;
            places.slots.clear();
            places.slots.extend((0..rows).map(|row| ring(row).start + oldest));
            places.windows.clear();
            places.windows.extend((0..rows).map(|row| {
                [ring(row).start + oldest..ring(row).end, ring(row).start..ring(row).start + oldest]
            }));
            state.oldest = (oldest + 1) % length;
        }
        let gates = Layout::rows(&places.current, 4 * units, 0);
        product(
            rows,
            inputs,
            Layout::dense(self.inputs),
            &self.input,
            &mut state.tape.gates,
            gates,
            Init::Bias(&self.bias),
        );
        self.advance(&mut state.tape, places);
        state.half = 1 - state.half;
        let width = self.width();
        for (row, output) in outputs.chunks_exact_mut(units).take(rows).enumerate() {
            output.copy_from_slice(match &self.attention {
                Some(_) => &state.tape.history[places.slots[row] * units..][..units],
                None => &state.tape.states[places.current[row] * width + units..][..units],
            });
        }
    }
}
