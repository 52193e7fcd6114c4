//! One step at a time, for generation.

use std::sync::Arc;

use super::forward::{Places, Tape};
use super::{Cell, StateRow};
use crate::layers::attention::ZERO_KEY;
use crate::ops::gemm::{Init, Layout, product};

/// State of a layer for a number of sequences that advance together.
///
/// It is a tape of two steps: the rows of one half are read while those of the other are written. Outputs and keys of the last L
/// steps stand in a ring of L rows for each sequence.
#[derive(Debug, Clone, Default)]
pub struct StepState {
    rows: usize,
    row: Arc<StateRow>,
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
    fn zero(rows: usize, row: Arc<StateRow>) -> Self {
        let mut state = Self { rows, row, ..Self::default() };
        state.prepare();
        state.tape.keys.fill(ZERO_KEY);
        state
    }

    /// Makes room for all rows.
    fn prepare(&mut self) {
        self.tape.resize(&self.row, 2 * self.rows, self.rows * self.row.length);
    }

    /// Makes `selected` the state of the sequences `rows`, in this order; a sequence may be taken any number of times. Memory that
    /// `selected` has is used again.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn select_into(&self, rows: &[usize], selected: &mut Self) {
        let Self { half, oldest, .. } = *self;
        let Self { tape, places, .. } = std::mem::take(selected);
        *selected =
            Self { rows: rows.len(), row: Arc::clone(&self.row), half, oldest, tape, places };
        selected.prepare();
        let (from, to) = (half * self.rows, half * rows.len());
        gather(&self.tape.states, &mut selected.tape.states, self.row.width, rows, from, to);
        if self.row.length > 0 {
            let width = self.row.length * self.row.units();
            gather(&self.tape.history, &mut selected.tape.history, width, rows, 0, 0);
            gather(&self.tape.keys, &mut selected.tape.keys, width, rows, 0, 0);
        }
    }

    /// The state as TensorFlow lists it: c `[B, U]` and h `[B, U]`, of each LSTM in a stack; with attention also attns `[B, U]`
    /// and the last L outputs `[B, L * U]`, the oldest first.
    pub fn arrays(&self) -> Vec<Vec<f32>> {
        let StateRow { ref lstms, length, width } = *self.row;
        let states = &self.tape.states[self.half * self.rows * width..][..self.rows * width];
        let part = |column: usize, units: usize| {
            states
                .chunks_exact(width)
                .flat_map(|row| &row[column..column + units])
                .copied()
                .collect()
        };
        let mut arrays: Vec<Vec<f32>> = Vec::new();
        for (lstm, &units) in lstms.iter().enumerate() {
            let c = self.row.state_column(lstm);
            arrays.extend([part(c, units), part(c + units, units)]);
        }
        if length > 0 {
            let units = self.row.units();
            arrays.push(part(width - units, units));
            let ordered = |ring: &[f32]| {
                let (new, old) = ring.split_at(self.oldest * units);
                [old, new].concat()
            };
            arrays.push(self.tape.history.chunks_exact(length * units).flat_map(ordered).collect());
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
        StepState::zero(rows, Arc::clone(&self.row))
    }

    /// Advances all rows by one step of `inputs [B, D]` and writes the outputs to `outputs [B, U]`. A row's result does not
    /// depend on the other rows.
    pub fn step(&self, inputs: &[f32], state: &mut StepState, outputs: &mut [f32]) {
        let StateRow { length, width, .. } = *self.row;
        let (rows, units) = (state.rows, self.units());
        let (past, present) = (state.half * rows, (1 - state.half) * rows);
        let places = &mut state.places;
        places.current.clear();
        places.current.extend(present..present + rows);
        places.previous.clear();
        places.previous.extend(past..past + rows);
        if length > 0 {
            let oldest = state.oldest;
            let ring = |row: usize| row * length..(row + 1) * length;
            places.slots.clear();
            places.slots.extend((0..rows).map(|row| ring(row).start + oldest));
            places.windows.clear();
            places.windows.extend((0..rows).map(|row| {
                [ring(row).start + oldest..ring(row).end, ring(row).start..ring(row).start + oldest]
            }));
            state.oldest = (oldest + 1) % length;
        }
        let lstm = &self.lstm;
        let gates = Layout::rows(&places.current, 4 * lstm.units, 0);
        product(
            rows,
            inputs,
            Layout::dense(self.inputs),
            &lstm.input,
            &mut state.tape.gates,
            gates,
            Init::Bias(&lstm.bias),
        );
        self.advance(&mut state.tape, places, None);
        state.half = 1 - state.half;
        for (row, output) in outputs.chunks_exact_mut(units).take(rows).enumerate() {
            output.copy_from_slice(if length > 0 {
                &state.tape.history[places.slots[row] * units..][..units]
            } else {
                &state.tape.states[places.current[row] * width + units..][..units]
            });
        }
    }
}
