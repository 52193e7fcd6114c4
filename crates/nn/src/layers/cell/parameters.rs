//! Weights of a recurrent layer, and the fusion of two matrices that are only used as a product.

use crate::ops::gemm::{Columns, Init, Layout, Packed, add_outer, product};

/// Weights of a [`Cell`](super::Cell), or their gradients.
#[derive(Debug, Clone, Default)]
pub struct CellParameters {
    /// The LSTM that the inputs enter. With attention, attns are fed back to it as well: behind those of h, its recurrent weights
    /// have rows for them.
    pub lstm: LstmParameters,
    /// In a stack, which attention goes around as a whole, the LSTMs above the first. `None` if there is but one LSTM and no
    /// dropout between it and attention.
    pub upper: Option<Vec<LstmParameters>>,
    /// Attention, if the layer has it; a stack has it.
    pub attention: Option<AttentionParameters>,
}

/// Weights of an LSTM, or their gradients. D = inputs, U = units, F = numbers that are fed back; gates in the order i, j, f, o.
#[derive(Debug, Clone, Default)]
pub struct LstmParameters {
    /// From the input to the gates, `[D, 4U]`.
    pub input: Vec<f32>,
    /// From what is fed back to the gates, `[F, 4U]`: h, `[U, 4U]`, or `[h | attns]`.
    pub recurrent: Vec<f32>,
    /// Of the gates, `[4U]`, the forget bias included.
    pub bias: Vec<f32>,
}

impl LstmParameters {
    /// U.
    pub fn units(&self) -> usize {
        self.bias.len() / 4
    }

    /// D.
    pub(super) fn inputs(&self) -> usize {
        self.input.len() / self.bias.len().max(1)
    }

    fn arrays_mut(&mut self) -> [&mut Vec<f32>; 3] {
        [&mut self.input, &mut self.recurrent, &mut self.bias]
    }
}

/// Weights of the attention of a cell, or their gradients.
#[derive(Debug, Clone, Default)]
pub struct AttentionParameters {
    /// Number of outputs that are looked back at, L.
    pub length: usize,
    /// From `[c | h]`, in a stack of all LSTMs, to the query: `[2U, U]`.
    pub query: Vec<f32>,
    /// Of the query, `[U]`.
    pub query_bias: Vec<f32>,
    /// From an output to its key, `[U, U]`.
    pub keys: Vec<f32>,
    /// Weights of the score, `[U]`.
    pub vector: Vec<f32>,
    /// From `[h | attns]` to the output, `[2U, U]`.
    pub output: Vec<f32>,
    /// Of the output, `[U]`.
    pub output_bias: Vec<f32>,
}

impl AttentionParameters {
    /// U: width of the output.
    pub(super) fn units(&self) -> usize {
        self.vector.len()
    }
}

impl CellParameters {
    /// Zeros of the same sizes.
    pub fn zeros_like(&self) -> Self {
        let mut zeros = self.clone();
        zeros.arrays_mut().into_iter().for_each(|array| array.fill(0.0));
        zeros
    }

    /// Every array, in a fixed order.
    pub fn arrays_mut(&mut self) -> Vec<&mut Vec<f32>> {
        let upper = self.upper.iter_mut().flatten();
        let lstms = std::iter::once(&mut self.lstm).chain(upper);
        let mut arrays: Vec<_> = lstms.flat_map(LstmParameters::arrays_mut).collect();
        if let Some(a) = &mut self.attention {
            arrays.extend([
                &mut a.query,
                &mut a.query_bias,
                &mut a.keys,
                &mut a.vector,
                &mut a.output,
                &mut a.output_bias,
            ]);
        }
        arrays
    }

    /// Recurrent weights of the first LSTM: those of what stands together in a state row, and in a stack those of attns apart.
    pub(super) fn split_recurrent(&self) -> (&[f32], &[f32]) {
        self.lstm.recurrent.split_at(self.together())
    }

    /// The latter of [`Self::split_recurrent`].
    pub(super) fn feedback_mut(&mut self) -> &mut [f32] {
        let together = self.together();
        &mut self.lstm.recurrent[together..]
    }

    fn together(&self) -> usize {
        let lstm = &self.lstm;
        if self.upper.is_some() { lstm.units() * lstm.bias.len() } else { lstm.recurrent.len() }
    }
}

/// The input projection of the attention wrapper, `xi = [x | attns] K + k` with `K [D + A, D]`, followed by the gates'
/// `z = [xi | h] G + g` with `G [D + U, 4U]`. A, the width of attns, is U unless attention is around a stack. Nothing stands between the two, so with `G = [Gx; Gh]`:
///
/// ```text
/// z = x (Kx Gx) + attns (Ka Gx) + h Gh + (k Gx + g)
/// ```
///
/// The loop over time is spared a product, and the projection of x becomes part of the one large product over all steps.
#[derive(Debug, Clone, Copy)]
pub struct FusedInput<'a> {
    /// D.
    pub inputs: usize,
    /// U.
    pub units: usize,
    /// K, `[D + A, D]`.
    pub kernel: &'a [f32],
    /// k, `[D]`.
    pub bias: &'a [f32],
    /// G, `[D + U, 4U]`.
    pub gates: &'a [f32],
    /// g, `[4U]`, the forget bias included.
    pub gates_bias: &'a [f32],
}

/// Gradients of the four arrays of a [`FusedInput`].
#[derive(Debug, Clone)]
pub struct FusedGradients {
    /// dK.
    pub kernel: Vec<f32>,
    /// dk.
    pub bias: Vec<f32>,
    /// dG.
    pub gates: Vec<f32>,
    /// dg.
    pub gates_bias: Vec<f32>,
}

impl FusedInput<'_> {
    /// A.
    fn attns(&self) -> usize {
        self.kernel.len() / self.inputs - self.inputs
    }

    /// Input weights `[D, 4U]`, recurrent weights `[U + A, 4U]` for `[h | attns]`, and the bias `[4U]`.
    pub fn fuse(&self) -> (Vec<f32>, Vec<f32>, Vec<f32>) {
        let (d, width) = (self.inputs, 4 * self.units);
        let (gx, gh) = self.gates.split_at(d * width);
        let packed = Packed::new(gx, d, width);
        let through = |rows, from: &[f32], init| {
            let mut to = vec![0.0; rows * width];
            product(rows, from, Layout::dense(d), &packed, &mut to, Layout::dense(width), init);
            to
        };
        let input = through(d, &self.kernel[..d * d], Init::Zero);
        let attns = through(self.attns(), &self.kernel[d * d..], Init::Zero);
        let bias = through(1, self.bias, Init::Bias(self.gates_bias));
        (input, [gh, &attns].concat(), bias)
    }

    /// Gradients of the original arrays from those of the fused ones:
    /// `dGx = Kx^T dWx + Ka^T dWa + k^T db`, `dGh = dWh`, `dK = [dWx; dWa] Gx^T`, `dk = db Gx^T`, `dg = db`.
    pub fn unfuse(&self, input: &[f32], recurrent: &[f32], bias: &[f32]) -> FusedGradients {
        let (d, u, width) = (self.inputs, self.units, 4 * self.units);
        let (dh, dattns) = recurrent.split_at(u * width);
        let through_kernel = [input, dattns].concat();
        let mut gates = vec![0.0; d * width];
        add_outer(
            d + self.attns(),
            Columns::dense(self.kernel, d),
            Columns::dense(&through_kernel, width),
            &mut gates,
        );
        add_outer(1, Columns::dense(self.bias, d), Columns::dense(bias, width), &mut gates);
        gates.extend_from_slice(dh);
        let transposed = Packed::transposed(&self.gates[..d * width], d, width);
        let back = |rows, from: &[f32]| {
            let mut to = vec![0.0; rows * d];
            product(
                rows,
                from,
                Layout::dense(width),
                &transposed,
                &mut to,
                Layout::dense(d),
                Init::Zero,
            );
            to
        };
        FusedGradients {
            kernel: back(d + self.attns(), &through_kernel),
            bias: back(1, bias),
            gates,
            gates_bias: bias.to_vec(),
        }
    }
}
