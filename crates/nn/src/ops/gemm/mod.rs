//! Matrix products in single precision.
//!
//! Two kinds of kernel cover all that training and generation need:
//!
//! * [`product`]: `C = init + A W`, where `W` is a weight matrix that was [`Packed`] once and is used many times
//! * [`add_outer`]: `C += A^T B`, the gradient of a weight matrix: a sum over rows
//!
//! Each has a twin for an `A` that is mostly zeros, [`sparse_product`] and [`add_sparse_outer`].
//!
//! Each element of the result is one chain of fused multiply-adds in the order of the summed index, begun with what it is
//! added to. It does not depend on the number of rows, on their place in the batch or on the vector width.

mod layout;
mod meter;
mod outer;
mod packed;
mod product;
mod sparse;

pub use layout::Layout;
pub use meter::{Metered, metered};
pub use outer::{Columns, add_outer};
pub use packed::Packed;
pub use product::{Init, product};
pub use sparse::{add_sparse_outer, sparse_product};

#[cfg(test)]
mod tests_support {
    use crate::rng::Rng;

    /// Reproducible numbers in [-1, 1).
    pub(super) fn numbers(count: usize, seed: u64) -> Vec<f32> {
        let mut rng = Rng::new(seed);
        (0..count).map(|_| (2.0 * rng.uniform_f64() - 1.0) as f32).collect()
    }

    /// `[n, m]` from `[m, n]`.
    pub(super) fn transpose(matrix: &[f32], m: usize, n: usize) -> Vec<f32> {
        (0..n * m).map(|at| matrix[(at % m) * n + at / m]).collect()
    }
}
