//! From named tensors to the layers of the engine, and gradients back.

use nn::Tensor;
use nn::layers::cell::{
    AttentionParameters, Cell, CellParameters, FusedInput, LstmParameters, Transposed,
};
use nn::layers::linear::{Linear, LinearParameters};
use nn::layers::lstm::FORGET_BIAS;
use nn::ops::gemm::Packed;
use nn::ops::rows;

use super::NetworkConfig;

/// Weights of all layers, or their gradients, in the form in which the engine computes with them.
#[derive(Debug, Clone)]
pub(super) struct Parameters {
    pub(super) layers: Vec<LayerParameters>,
    pub(super) output: LinearParameters,
}

/// Weights of one layer, or of the whole stack if attention is around it.
#[derive(Debug, Clone)]
pub(super) struct LayerParameters {
    pub(super) projection: Option<LinearParameters>,
    pub(super) cell: CellParameters,
}

impl Parameters {
    /// Zeros of the same sizes.
    pub(super) fn zeros_like(&self) -> Self {
        let layer = |layer: &LayerParameters| LayerParameters {
            projection: layer.projection.as_ref().map(LinearParameters::zeros_like),
            cell: layer.cell.zeros_like(),
        };
        Self { layers: self.layers.iter().map(layer).collect(), output: self.output.zeros_like() }
    }

    fn arrays_mut(&mut self) -> Vec<&mut Vec<f32>> {
        let mut arrays = Vec::new();
        for layer in &mut self.layers {
            arrays.extend(layer.projection.iter_mut().flat_map(LinearParameters::arrays_mut));
            arrays.extend(layer.cell.arrays_mut());
        }
        arrays.extend(self.output.arrays_mut());
        arrays
    }

    /// Adds another chunk's gradients to these.
    pub(super) fn add(&mut self, mut other: Self) {
        for (total, more) in self.arrays_mut().into_iter().zip(other.arrays_mut()) {
            rows::add(total, more);
        }
    }

    fn from_tensors(config: &NetworkConfig, tensors: &[(String, Tensor)]) -> Self {
        let mut reader = Reader { arrays: tensors.iter().map(|(_, tensor)| tensor.data()) };
        let layers = (0..config.cells()).map(|layer| reader.layer(config, layer)).collect();
        let output = reader.linear();
        Self { layers, output }
    }
}

/// Takes the tensors one by one, in the order of `variables::list`.
struct Reader<I> {
    arrays: I,
}

impl<'a, I: Iterator<Item = &'a [f32]>> Reader<I> {
    fn next(&mut self) -> &'a [f32] {
        self.arrays.next().expect("a network has all of its tensors")
    }

    fn linear(&mut self) -> LinearParameters {
        LinearParameters { weights: self.next().to_vec(), bias: self.next().to_vec() }
    }

    fn layer(&mut self, config: &NetworkConfig, layer: usize) -> LayerParameters {
        let projection = config.has_projection(layer).then(|| self.linear());
        let Some(attention) = config.attention.filter(|_| config.has_attention(layer)) else {
            let lstm = self.lstm(config.cell_input(layer));
            let cell = CellParameters { lstm, upper: None, attention: None };
            return LayerParameters { projection, cell };
        };
        let wrapper = (self.next(), self.next());
        let (kernel, bias) = (self.next(), with_forget_bias(self.next()));
        let (input, recurrent, bias) = fused(config, layer, wrapper, kernel, &bias).fuse();
        let upper = config.is_stack().then(|| {
            let below = config.layer_sizes.iter().take(config.layer_sizes.len() - 1);
            below.map(|&inputs| self.lstm(inputs)).collect()
        });
        let cell = CellParameters {
            lstm: LstmParameters { input, recurrent, bias },
            upper,
            attention: Some(self.attention(attention.length)),
        };
        LayerParameters { projection, cell }
    }

    fn lstm(&mut self, inputs: usize) -> LstmParameters {
        let (kernel, bias) = (self.next(), with_forget_bias(self.next()));
        let (input, recurrent) = kernel.split_at(inputs * bias.len());
        LstmParameters { input: input.to_vec(), recurrent: recurrent.to_vec(), bias }
    }

    fn attention(&mut self, length: usize) -> AttentionParameters {
        let (keys, vector) = (self.next().to_vec(), self.next().to_vec());
        let (query, output) = (self.linear(), self.linear());
        AttentionParameters {
            length,
            query: query.weights,
            query_bias: query.bias,
            keys,
            vector,
            output: output.weights,
            output_bias: output.bias,
        }
    }
}

fn with_forget_bias(bias: &[f32]) -> Vec<f32> {
    let units = bias.len() / 4;
    bias.iter()
        .enumerate()
        .map(|(i, b)| if i / units == 2 { b + FORGET_BIAS } else { *b })
        .collect()
}

fn fused<'a>(
    config: &NetworkConfig,
    layer: usize,
    (kernel, bias): (&'a [f32], &'a [f32]),
    gates: &'a [f32],
    gates_bias: &'a [f32],
) -> FusedInput<'a> {
    FusedInput {
        inputs: config.cell_input(layer),
        units: config.layer_sizes[layer],
        kernel,
        bias,
        gates,
        gates_bias,
    }
}

/// Weights packed for the forward pass.
#[derive(Debug, Clone)]
pub(super) struct Forward {
    pub(super) parameters: Parameters,
    pub(super) layers: Vec<ForwardLayer>,
    pub(super) output: Linear,
}

/// One layer packed for the forward pass.
#[derive(Debug, Clone)]
pub(super) struct ForwardLayer {
    pub(super) projection: Option<Linear>,
    pub(super) cell: Cell,
}

impl Forward {
    pub(super) fn new(config: &NetworkConfig, tensors: &[(String, Tensor)]) -> Self {
        let parameters = Parameters::from_tensors(config, tensors);
        let layer = |(i, layer): (usize, &LayerParameters)| ForwardLayer {
            projection: layer.projection.as_ref().map(|p| Linear::new(p, config.layer_input(i))),
            cell: Cell::new(&layer.cell, config.cell_input(i)),
        };
        let layers = parameters.layers.iter().enumerate().map(layer).collect();
        let output = Linear::new(&parameters.output, config.output_size());
        Self { layers, output, parameters }
    }
}

/// Transposed weights, packed for the backward pass.
#[derive(Debug, Clone)]
pub(super) struct Backward {
    pub(super) layers: Vec<BackwardLayer>,
    pub(super) output: Packed,
}

/// One layer packed for the backward pass.
#[derive(Debug, Clone)]
pub(super) struct BackwardLayer {
    pub(super) projection: Option<Packed>,
    pub(super) cell: Transposed,
}

impl Backward {
    pub(super) fn new(config: &NetworkConfig, parameters: &Parameters) -> Self {
        let layer = |(i, layer): (usize, &LayerParameters)| BackwardLayer {
            projection: layer
                .projection
                .as_ref()
                .map(|p| Linear::transposed(p, config.layer_input(i))),
            cell: Transposed::new(&layer.cell, config.cell_input(i)),
        };
        let layers = parameters.layers.iter().enumerate().map(layer).collect();
        Self { layers, output: Linear::transposed(&parameters.output, config.output_size()) }
    }
}

/// Gradients of the named tensors, in their order, from those of the engine's arrays.
pub(super) fn named_gradients(
    config: &NetworkConfig,
    tensors: &[(String, Tensor)],
    gradients: Parameters,
) -> Vec<Tensor> {
    let mut arrays = Vec::new();
    let mut reader = Reader { arrays: tensors.iter().map(|(_, tensor)| tensor.data()) };
    for (i, layer) in gradients.layers.into_iter().enumerate() {
        push_layer(config, i, layer, &mut reader, &mut arrays);
    }
    arrays.extend([gradients.output.weights, gradients.output.bias]);
    let shaped = |((_, tensor), data): (&(String, Tensor), Vec<f32>)| {
        Tensor::new(tensor.shape().to_vec(), data).expect("a gradient has its tensor's size")
    };
    tensors.iter().zip(arrays).map(shaped).collect()
}

fn push_layer<'a>(
    config: &NetworkConfig,
    index: usize,
    layer: LayerParameters,
    reader: &mut Reader<impl Iterator<Item = &'a [f32]>>,
    arrays: &mut Vec<Vec<f32>>,
) {
    if let Some(projection) = layer.projection {
        reader.linear();
        arrays.extend([projection.weights, projection.bias]);
    }
    let CellParameters { lstm, upper, attention } = layer.cell;
    let Some(attention) = attention else {
        reader.linear();
        push_lstm(lstm, arrays);
        return;
    };
    let upper = upper.unwrap_or_default();
    let wrapper = (reader.next(), reader.next());
    let (gates, gates_bias) = (reader.next(), reader.next());
    (0..2 * upper.len() + 6).for_each(|_| {
        reader.next();
    });
    let unfused = fused(config, index, wrapper, gates, gates_bias).unfuse(
        &lstm.input,
        &lstm.recurrent,
        &lstm.bias,
    );
    arrays.extend([unfused.kernel, unfused.bias, unfused.gates, unfused.gates_bias]);
    upper.into_iter().for_each(|lstm| push_lstm(lstm, arrays));
    arrays.extend([attention.keys, attention.vector, attention.query, attention.query_bias]);
    arrays.extend([attention.output, attention.output_bias]);
}

fn push_lstm(lstm: LstmParameters, arrays: &mut Vec<Vec<f32>>) {
    arrays.extend([[lstm.input, lstm.recurrent].concat(), lstm.bias]);
}
