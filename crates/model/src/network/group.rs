//! Forward and backward pass of some chunks of a batch through all layers, on one thread.

use nn::buffer::Buffer;
use nn::layers::cell::{BackwardScratch, Cell, CellParameters, Inputs, Masks, Pass, Tape};
use nn::layers::dropout::{self, Dropout};
use nn::layers::linear::{LinearParameters, backward_inputs, backward_parameters};
use nn::loss::cross_entropy;
use nn::ops::gemm::Init;
use nn::ops::rows;
use nn::ragged::Ragged;
use nn::sparse::Sparse;

use super::weights::{Backward, Forward, Parameters};
use super::{BatchStats, Example, NetworkConfig};

/// What is the same for all sequences of a batch.
pub(super) struct Task {
    pub(super) default_label: usize,
    pub(super) dropout: Option<Dropout>,
    /// Weight of a step in the loss: one over the steps of the batch.
    pub(super) weight: f32,
    /// Whether inputs are mostly zeros, which are then passed over.
    pub(super) sparse: bool,
}

/// A sequence and its place in the batch.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) index: usize,
    pub(super) example: &'a Example,
}

/// Chunks that go through time together.
pub(super) struct Group<'a> {
    config: &'a NetworkConfig,
    task: &'a Task,
    /// All sequences, the longest first.
    rows: Vec<Row<'a>>,
    /// Their steps; a chunk is a part.
    ragged: Ragged,
}

/// Buffers of a pass, to be used again. N = steps of the group.
#[derive(Debug, Default)]
pub(super) struct Workspace {
    /// What enters the network, `[N, D]`: one of the two.
    inputs: Buffer,
    sparse: Sparse,
    layers: Vec<LayerSpace>,
    /// `[N, C]`: logits, then their gradient.
    logits: Buffer,
    /// Gradient of what leaves a layer, and of what enters it.
    d_outputs: Buffer,
    d_inputs: Buffer,
    scratch: BackwardScratch,
}

#[derive(Debug, Default)]
struct LayerSpace {
    /// What enters the cell after a projection, `[N, U]`.
    projected: Buffer,
    tape: Tape,
    /// What leaves the layer, after residual connection and dropout, `[N, U]`.
    outputs: Buffer,
    /// Of dropout behind the cell.
    mask: Vec<u8>,
    /// Of dropout within a stack, for each of its layers.
    masks: Vec<Vec<u8>>,
}

impl<'a> Group<'a> {
    /// A group of chunks, each with the longest sequence first.
    pub(super) fn new(config: &'a NetworkConfig, task: &'a Task, chunks: &[Vec<Row<'a>>]) -> Self {
        let parts = chunks.iter().enumerate();
        let mut rows: Vec<(usize, Row)> =
            parts.flat_map(|(part, rows)| rows.iter().map(move |&row| (part, row))).collect();
        rows.sort_by_key(|(_, row)| std::cmp::Reverse(row.example.len()));
        let lengths: Vec<(usize, usize)> =
            rows.iter().map(|(part, row)| (row.example.len(), *part)).collect();
        let rows = rows.into_iter().map(|(_, row)| row).collect();
        Self { config, task, rows, ragged: Ragged::new(&lengths) }
    }

    /// Forward pass alone. Returns what was seen of each chunk.
    pub(super) fn evaluate(&self, forward: &Forward, workspace: &mut Workspace) -> Vec<BatchStats> {
        self.forward(forward, workspace);
        self.score(workspace, None)
    }

    /// Forward and backward pass; adds to `gradients`, one for each chunk.
    pub(super) fn gradients(
        &self,
        forward: &Forward,
        backward: &Backward,
        workspace: &mut Workspace,
        gradients: &mut [Parameters],
    ) -> Vec<BatchStats> {
        self.forward(forward, workspace);
        let stats = self.score(workspace, Some(self.task.weight));
        self.backward(forward, backward, workspace, gradients);
        stats
    }

    fn forward(&self, forward: &Forward, workspace: &mut Workspace) {
        let n = self.ragged.total();
        workspace.enter(self);
        let Workspace { inputs, sparse, layers, logits, .. } = workspace;
        layers.resize_with(forward.layers.len(), LayerSpace::default);
        let mut entering: &[f32] = inputs;
        for (i, (layer, space)) in forward.layers.iter().zip(layers).enumerate() {
            let LayerSpace { projected, tape, outputs, mask, masks } = space;
            if let Some(projection) = &layer.projection {
                projected.resize(n * layer.cell.units());
                projection.forward(n, entering, projected);
                entering = projected;
            }
            self.draw(masks);
            let inputs = self.inputs(i, entering, sparse);
            layer.cell.forward(&self.ragged, inputs, self.masks(masks), tape);
            let residual = self.config.residual_connections.then_some(entering);
            self.leave(i, &layer.cell, tape, residual, outputs, mask);
            entering = outputs;
        }
        logits.resize(n * self.config.num_classes);
        forward.output.forward(n, entering, logits);
    }

    /// What enters the cell of a layer.
    fn inputs<'s>(&self, layer: usize, dense: &'s [f32], sparse: &'s Sparse) -> Inputs<'s> {
        if layer == 0 && self.task.sparse { Inputs::Sparse(sparse) } else { Inputs::Dense(dense) }
    }

    /// Dropout behind each cell.
    fn dropout_behind(&self) -> Option<&Dropout> {
        self.task.dropout.as_ref().filter(|_| !self.config.is_stack())
    }

    /// Dropout within the cell, where attention is around the stack.
    fn dropout_within(&self) -> Option<&Dropout> {
        self.task.dropout.as_ref().filter(|_| self.config.is_stack())
    }

    /// The same with its masks.
    fn masks<'s>(&self, masks: &'s [Vec<u8>]) -> Option<Masks<'s>> {
        self.dropout_within().map(|dropout| Masks { lstms: masks, scale: dropout.scale() })
    }

    /// Draws the masks of dropout within a cell, if there is any.
    fn draw(&self, masks: &mut Vec<Vec<u8>>) {
        let Some(dropout) = self.dropout_within() else { return };
        masks.resize_with(self.config.layer_sizes.len(), Vec::new);
        for (layer, (mask, units)) in masks.iter_mut().zip(&self.config.layer_sizes).enumerate() {
            mask.resize(self.ragged.total() * units, 0);
            for (sequence, row) in self.rows.iter().enumerate() {
                let rows = self.ragged.rows(sequence);
                dropout.mask(row.index, layer, &mut mask[rows.start * units..rows.end * units]);
            }
        }
    }

    /// What leaves a layer: the cell's output, its input added if there are residual connections, then dropout.
    fn leave(
        &self,
        layer: usize,
        cell: &Cell,
        tape: &Tape,
        residual: Option<&[f32]>,
        outputs: &mut Buffer,
        mask: &mut Vec<u8>,
    ) {
        let units = cell.units();
        outputs.resize(self.ragged.total() * units);
        let dropout = self.dropout_behind();
        mask.resize(if dropout.is_some() { outputs.len() } else { 0 }, 0);
        for (sequence, row) in self.rows.iter().enumerate() {
            let rows = self.ragged.rows(sequence);
            let range = rows.start * units..rows.end * units;
            let outputs = &mut outputs[range.clone()];
            let (from, stride) = tape.outputs(cell, &self.ragged, sequence);
            for (to, from) in outputs.chunks_exact_mut(units).zip(from.chunks(stride)) {
                to.copy_from_slice(&from[..units]);
            }
            if let Some(residual) = residual {
                rows::add(outputs, &residual[range.clone()]);
            }
            if let Some(dropout) = dropout {
                dropout.mask(row.index, layer, &mut mask[range.clone()]);
                dropout::apply(outputs, &mask[range], dropout.scale());
            }
        }
    }

    /// Loss of each step, chunk by chunk; the logits become their gradients if there is a weight.
    fn score(&self, workspace: &mut Workspace, weight: Option<f32>) -> Vec<BatchStats> {
        let classes = self.config.num_classes;
        let mut score = |part: &Vec<usize>| {
            let mut stats = BatchStats::of_classes(classes);
            for &sequence in part {
                let rows = self.ragged.rows(sequence);
                let logits = &mut workspace.logits[rows.start * classes..rows.end * classes];
                let labels = &self.rows[sequence].example.labels;
                for (logits, &label) in logits.chunks_exact_mut(classes).zip(labels) {
                    let label = label as usize;
                    let scored = cross_entropy(logits, label, weight);
                    let event = label != self.task.default_label;
                    stats.add_step(scored.loss, label, scored.predicted == label, event);
                }
            }
            stats
        };
        self.ragged.parts().iter().map(&mut score).collect()
    }

    fn backward(
        &self,
        forward: &Forward,
        backward: &Backward,
        workspace: &mut Workspace,
        gradients: &mut [Parameters],
    ) {
        let n = self.ragged.total();
        let Workspace { inputs, sparse, layers, logits, d_outputs, d_inputs, scratch } = workspace;
        let last = layers.last().map_or(&inputs[..], |space| &space.outputs);
        self.add_linear(last, logits, gradients.iter_mut().map(|of_part| &mut of_part.output));
        d_outputs.resize(n * self.config.output_size());
        backward_inputs(n, logits, &backward.output, d_outputs, Init::Zero);
        for i in (0..forward.layers.len()).rev() {
            let (before, space) = layers.split_at_mut(i);
            let entering = before.last().map_or(&inputs[..], |space| &space.outputs);
            let LayerSpace { projected, tape, mask, masks, .. } = &mut space[0];
            let (layer, transposed) = (&forward.layers[i], &backward.layers[i]);
            if let Some(dropout) = self.dropout_behind() {
                dropout::apply(d_outputs, mask, dropout.scale());
            }
            let dense = if layer.projection.is_some() { &projected[..] } else { entering };
            let wanted = i > 0 || layer.projection.is_some();
            d_inputs.resize(if wanted { n * self.config.cell_input(i) } else { 0 });
            let (inputs, masks) = (self.inputs(i, dense, sparse), self.masks(masks));
            let pass = Pass { ragged: &self.ragged, inputs, masks, d_outputs };
            let mut cells: Vec<&mut CellParameters> =
                gradients.iter_mut().map(|of_part| &mut of_part.layers[i].cell).collect();
            let to = wanted.then_some(&mut d_inputs[..]);
            layer.cell.backward(&transposed.cell, pass, tape, &mut cells, to, scratch);
            if wanted && self.config.residual_connections {
                rows::add(d_inputs, d_outputs);
            }
            if let Some(transposed) = &transposed.projection {
                let of_parts = gradients.iter_mut();
                let of_parts = of_parts.filter_map(|of_part| of_part.layers[i].projection.as_mut());
                self.add_linear(entering, d_inputs, of_parts);
                if i > 0 {
                    d_outputs.resize(n * self.config.layer_input(i));
                    backward_inputs(n, d_inputs, transposed, d_outputs, Init::Zero);
                }
            } else {
                std::mem::swap(d_outputs, d_inputs);
            }
        }
    }

    /// Adds the gradients of a linear layer, chunk by chunk.
    fn add_linear<'p>(
        &self,
        x: &[f32],
        dy: &[f32],
        gradients: impl Iterator<Item = &'p mut LinearParameters>,
    ) {
        let mut rows = Vec::new();
        for (part, gradients) in self.ragged.parts().iter().zip(gradients) {
            self.ragged.rows_of(part, 0..self.ragged.longest(), 0, &mut rows);
            backward_parameters(&rows, x, dy, gradients);
        }
    }
}

impl Workspace {
    /// Takes in the inputs of all sequences, one after the other.
    fn enter(&mut self, group: &Group<'_>) {
        let width = group.config.input_size;
        self.sparse.reset(width);
        if group.task.sparse {
            group.rows.iter().for_each(|row| self.sparse.push_rows(&row.example.inputs));
            return;
        }
        self.inputs.resize(group.ragged.total() * width);
        for (sequence, row) in group.rows.iter().enumerate() {
            let rows = group.ragged.rows(sequence);
            self.inputs[rows.start * width..rows.end * width].copy_from_slice(&row.example.inputs);
        }
    }
}
