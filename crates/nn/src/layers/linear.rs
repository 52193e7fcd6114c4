//! `y = x W + b`.
//!
//! Backward, for the gradient dy [N, C]: `dW = x^T dy`, `db = sum of the rows of dy`, `dx = dy W^T`.

use crate::ops::gemm::{Columns, Init, Layout, Packed, add_outer, product};
use crate::ops::rows::add_column_sums;

/// Weights `[D, C]` and biases `[C]` of a linear layer, or their gradients.
#[derive(Debug, Clone, Default)]
pub struct LinearParameters {
    /// `[D, C]`.
    pub weights: Vec<f32>,
    /// `[C]`.
    pub bias: Vec<f32>,
}

impl LinearParameters {
    /// Zeros of the same sizes.
    pub fn zeros_like(&self) -> Self {
        Self { weights: vec![0.0; self.weights.len()], bias: vec![0.0; self.bias.len()] }
    }

    /// Every array, in a fixed order.
    pub fn arrays_mut(&mut self) -> [&mut Vec<f32>; 2] {
        [&mut self.weights, &mut self.bias]
    }
}

/// A linear layer, ready for products.
#[derive(Debug, Clone)]
pub struct Linear {
    weights: Packed,
    bias: Vec<f32>,
}

impl Linear {
    /// A layer of `inputs` inputs.
    pub fn new(parameters: &LinearParameters, inputs: usize) -> Self {
        Self {
            weights: Packed::new(&parameters.weights, inputs, parameters.bias.len()),
            bias: parameters.bias.clone(),
        }
    }

    /// The weights transposed, for [`backward_inputs`].
    pub fn transposed(parameters: &LinearParameters, inputs: usize) -> Packed {
        Packed::transposed(&parameters.weights, inputs, parameters.bias.len())
    }

    /// `y [N, C]` for `x [N, D]`.
    pub fn forward(&self, rows: usize, x: &[f32], y: &mut [f32]) {
        let (depth, width) = (self.weights.rows(), self.weights.columns());
        product(
            rows,
            x,
            Layout::dense(depth),
            &self.weights,
            y,
            Layout::dense(width),
            Init::Bias(&self.bias),
        );
    }
}

/// Adds the gradients of weights and biases for the given rows of `x [_, D]` and `dy [_, C]`, in this order.
pub fn backward_parameters(
    rows: &[usize],
    x: &[f32],
    dy: &[f32],
    gradients: &mut LinearParameters,
) {
    let width = gradients.bias.len();
    let depth = gradients.weights.len() / width.max(1);
    let x = Columns::new(x, Layout::rows(rows, depth, 0), depth);
    let d = Columns::new(dy, Layout::rows(rows, width, 0), width);
    add_outer(rows.len(), x, d, &mut gradients.weights);
    add_column_sums(dy, rows, &mut gradients.bias);
}

/// `dx [N, D]` for `dy [N, C]`, from the transposed weights; added to `dx` if `init` is [`Init::Keep`].
pub fn backward_inputs(
    rows: usize,
    dy: &[f32],
    transposed: &Packed,
    dx: &mut [f32],
    init: Init<'_>,
) {
    product(
        rows,
        dy,
        Layout::dense(transposed.rows()),
        transposed,
        dx,
        Layout::dense(transposed.columns()),
        init,
    );
}
