//! Weight matrices in the order in which the product reads them.

use crate::buffer::Buffer;
use crate::simd::LANES;

/// A matrix `W [k, n]` as panels of sixteen columns: `[ceil(n / 16)][k][16]`, the last panel filled up with zeros.
#[derive(Debug, Clone, Default)]
pub struct Packed {
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) panels: Buffer,
}

impl Packed {
    /// Packs a row-major `[rows, columns]` matrix.
    ///
    /// # Panics
    /// If `weights` has another length.
    pub fn new(weights: &[f32], rows: usize, columns: usize) -> Self {
        assert_eq!(weights.len(), rows * columns);
        Self::from_fn(rows, columns, |row, column| weights[row * columns + column])
    }

    /// Packs the transpose, `[columns, rows]`, of a row-major `[rows, columns]` matrix.
    ///
    /// # Panics
    /// If `weights` has another length.
    pub fn transposed(weights: &[f32], rows: usize, columns: usize) -> Self {
        assert_eq!(weights.len(), rows * columns);
        Self::from_fn(columns, rows, |row, column| weights[column * columns + row])
    }

    fn from_fn(rows: usize, columns: usize, weight: impl Fn(usize, usize) -> f32) -> Self {
        let mut panels = Buffer::zeros(columns.div_ceil(LANES) * rows * LANES);
        if rows > 0 {
            for (p, panel) in panels.chunks_exact_mut(rows * LANES).enumerate() {
                let first = p * LANES;
                for (row, lanes) in panel.chunks_exact_mut(LANES).enumerate() {
                    for (i, lane) in lanes.iter_mut().take(columns - first).enumerate() {
                        *lane = weight(row, first + i);
                    }
                }
            }
        }
        Self { rows, columns, panels }
    }

    /// Rows of the matrix: the length of the sums.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Columns of the matrix: the width of the result.
    pub fn columns(&self) -> usize {
        self.columns
    }
}
