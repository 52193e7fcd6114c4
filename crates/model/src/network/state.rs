//! One step at a time: what generation and likelihoods run on.

use nn::layers::cell::StepState;
use nn::ops::rows;

use super::Network;

/// State of a number of sequences that advance together.
#[derive(Debug, Clone, Default)]
pub struct State {
    rows: usize,
    layers: Vec<StepState>,
    /// What enters a layer and what leaves it; kept between steps to spare allocations.
    inputs: Vec<f32>,
    outputs: Vec<f32>,
}

impl State {
    /// Rows: sequences that advance together, B.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The states of the sequences `rows`, in this order. A sequence may be taken any number of times.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn select(&self, rows: &[usize]) -> Self {
        let mut selected = Self::default();
        self.select_into(rows, &mut selected);
        selected
    }

    /// [`Self::select`] into a state whose memory is used again.
    ///
    /// # Panics
    /// As [`Self::select`].
    pub fn select_into(&self, rows: &[usize], selected: &mut Self) {
        selected.rows = rows.len();
        selected.layers.resize_with(self.layers.len(), StepState::default);
        for (from, to) in self.layers.iter().zip(&mut selected.layers) {
            from.select_into(rows, to);
        }
    }

    /// The state as TensorFlow lists it, each array `[B, width]`: c and h of each layer; after those of the layer or of all layers
    /// that attention is around, the attention vector and the last outputs, the oldest first. (Magenta's graphs of 2016 have all of
    /// it in one tensor, in the same order.)
    pub fn arrays(&self) -> Vec<Vec<f32>> {
        self.layers.iter().flat_map(StepState::arrays).collect()
    }
}

impl Network {
    /// The state of `rows` sequences before their first step.
    pub fn zero_state(&self, rows: usize) -> State {
        let layers =
            self.forward().layers.iter().map(|layer| layer.cell.zero_state(rows)).collect();
        State { rows, layers, inputs: Vec::new(), outputs: Vec::new() }
    }

    /// Advances every row of `state` by one step: reads `inputs [B, D]`, writes `logits [B, C]`. A row's result does not depend
    /// on the other rows or on their number.
    ///
    /// # Panics
    /// If the lengths of the buffers do not fit, or the state is another network's.
    pub fn step(&self, inputs: &[f32], state: &mut State, logits: &mut [f32]) {
        let b = state.rows;
        assert_eq!(inputs.len(), b * self.config.input_size, "inputs of {b} rows");
        assert_eq!(logits.len(), b * self.config.num_classes, "logits of {b} rows");
        let forward = self.forward();
        assert_eq!(state.layers.len(), forward.layers.len(), "layers of the state");
        let State { layers, inputs: entering, outputs: leaving, .. } = state;
        entering.clear();
        entering.extend_from_slice(inputs);
        for (layer, state) in forward.layers.iter().zip(layers) {
            let units = layer.cell.units();
            leaving.resize(b * units, 0.0);
            if let Some(projection) = &layer.projection {
                projection.forward(b, entering, leaving);
                std::mem::swap(entering, leaving);
                leaving.resize(b * units, 0.0);
            }
            layer.cell.step(entering, state, leaving);
            if self.config.residual_connections {
                rows::add(leaving, entering);
            }
            std::mem::swap(entering, leaving);
        }
        forward.output.forward(b, entering, logits);
    }
}
