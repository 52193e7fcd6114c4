//! Forward and backward pass of a few sequences through all layers, on one thread.

use nn::buffer::Buffer;
use nn::layers::cell::{BackwardScratch, Pass, Tape};
use nn::layers::dropout::{self, Dropout};
use nn::layers::linear::{backward_inputs, backward_parameters};
use nn::loss::cross_entropy;
use nn::ops::gemm::Init;
use nn::ops::rows;
use nn::ragged::Ragged;

use super::weights::{Backward, Forward, Parameters};
use super::{BatchStats, Example, NetworkConfig};

/// What is the same for all chunks of a batch.
pub(super) struct Task {
    pub(super) default_label: usize,
    pub(super) dropout: Option<Dropout>,
    /// Weight of a step in the loss: one over the steps of the batch.
    pub(super) weight: f32,
}

/// A sequence and its place in the batch.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) index: usize,
    pub(super) example: &'a Example,
}

/// Some sequences of a batch, the longest first.
pub(super) struct Chunk<'a> {
    pub(super) config: &'a NetworkConfig,
    pub(super) task: &'a Task,
    pub(super) rows: &'a [Row<'a>],
}

/// Buffers of a pass, to be used again. N = steps of the chunk.
#[derive(Debug, Default)]
pub(super) struct Workspace {
    /// What enters the network, `[N, D]`.
    inputs: Buffer,
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
    mask: Vec<u8>,
}

impl Chunk<'_> {
    fn ragged(&self) -> Ragged {
        Ragged::new(self.rows.iter().map(|row| row.example.len()).collect())
    }

    /// Forward pass alone.
    pub(super) fn evaluate(&self, forward: &Forward, workspace: &mut Workspace) -> BatchStats {
        self.forward(&self.ragged(), forward, workspace);
        self.score(workspace, None)
    }

    /// Forward and backward pass; adds to `gradients`.
    pub(super) fn gradients(
        &self,
        forward: &Forward,
        backward: &Backward,
        workspace: &mut Workspace,
        gradients: &mut Parameters,
    ) -> BatchStats {
        let ragged = self.ragged();
        self.forward(&ragged, forward, workspace);
        let stats = self.score(workspace, Some(self.task.weight));
        self.backward(&ragged, forward, backward, workspace, gradients);
        stats
    }

    fn forward(&self, ragged: &Ragged, forward: &Forward, workspace: &mut Workspace) {
        let n = ragged.total();
        workspace.inputs.resize(n * self.config.input_size);
        let mut inputs = &mut workspace.inputs[..];
        for row in self.rows {
            let (to, rest) = inputs.split_at_mut(row.example.inputs.len());
            to.copy_from_slice(&row.example.inputs);
            inputs = rest;
        }
        workspace.layers.resize_with(forward.layers.len(), LayerSpace::default);
        let mut inputs: &[f32] = &workspace.inputs;
        for (i, (layer, space)) in forward.layers.iter().zip(&mut workspace.layers).enumerate() {
            let LayerSpace { projected, tape, outputs, mask } = space;
            let units = layer.cell.units();
            if let Some(projection) = &layer.projection {
                projected.resize(n * units);
                projection.forward(n, inputs, projected);
                inputs = projected;
            }
            layer.cell.forward(ragged, inputs, tape);
            outputs.resize(n * units);
            tape.copy_outputs(&layer.cell, ragged, outputs);
            if self.config.residual_connections {
                rows::add(outputs, inputs);
            }
            self.drop_out(ragged, i, units, outputs, mask);
            inputs = outputs;
        }
        workspace.logits.resize(n * self.config.num_classes);
        forward.output.forward(n, inputs, &mut workspace.logits);
    }

    fn drop_out(
        &self,
        ragged: &Ragged,
        layer: usize,
        units: usize,
        outputs: &mut [f32],
        mask: &mut Vec<u8>,
    ) {
        let Some(dropout) = &self.task.dropout else { return };
        mask.resize(outputs.len(), 0);
        for (sequence, row) in self.rows.iter().enumerate() {
            let range = ragged.rows(sequence);
            dropout.mask(row.index, layer, &mut mask[range.start * units..range.end * units]);
        }
        dropout::apply(outputs, mask, dropout.scale());
    }

    /// Loss of each step; the logits become their gradients if there is a weight.
    fn score(&self, workspace: &mut Workspace, weight: Option<f32>) -> BatchStats {
        let mut stats = BatchStats::of_classes(self.config.num_classes);
        let labels = self.rows.iter().flat_map(|row| &row.example.labels);
        for (logits, &label) in
            workspace.logits.chunks_exact_mut(self.config.num_classes).zip(labels)
        {
            let label = label as usize;
            let scored = cross_entropy(logits, label, weight);
            stats.add_step(
                scored.loss,
                label,
                scored.predicted == label,
                label != self.task.default_label,
            );
        }
        stats
    }

    fn backward(
        &self,
        ragged: &Ragged,
        forward: &Forward,
        backward: &Backward,
        workspace: &mut Workspace,
        gradients: &mut Parameters,
    ) {
        let n = ragged.total();
        let Workspace { inputs, layers, logits, d_outputs, d_inputs, scratch } = workspace;
        let last = layers.last().map_or(&inputs[..], |space| &space.outputs);
        backward_parameters(n, last, logits, &mut gradients.output);
        d_outputs.resize(n * self.config.output_size());
        backward_inputs(n, logits, &backward.output, d_outputs, Init::Zero);
        for i in (0..forward.layers.len()).rev() {
            let (before, space) = layers.split_at_mut(i);
            let entering = before.last().map_or(&inputs[..], |space| &space.outputs);
            let LayerSpace { projected, tape, mask, .. } = &mut space[0];
            let (layer, transposed, gradients) =
                (&forward.layers[i], &backward.layers[i], &mut gradients.layers[i]);
            if let Some(dropout) = &self.task.dropout {
                dropout::apply(d_outputs, mask, dropout.scale());
            }
            let cell_inputs = if layer.projection.is_some() { &projected[..] } else { entering };
            let wanted = i > 0 || layer.projection.is_some();
            d_inputs.resize(n * self.config.cell_input(i));
            let d_cell_inputs = wanted.then_some(&mut d_inputs[..]);
            let pass = Pass { ragged, inputs: cell_inputs, d_outputs };
            layer.cell.backward(
                &transposed.cell,
                pass,
                tape,
                &mut gradients.cell,
                d_cell_inputs,
                scratch,
            );
            if wanted && self.config.residual_connections {
                rows::add(d_inputs, d_outputs);
            }
            if let (Some(transposed), Some(gradients)) =
                (&transposed.projection, &mut gradients.projection)
            {
                backward_parameters(n, entering, d_inputs, gradients);
                if i > 0 {
                    d_outputs.resize(n * self.config.layer_input(i));
                    backward_inputs(n, d_inputs, transposed, d_outputs, Init::Zero);
                }
            } else {
                std::mem::swap(d_outputs, d_inputs);
            }
        }
    }
}
