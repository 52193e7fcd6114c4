//! The products of a sparse matrix: what is zero is passed over.
//!
//! A term of zero leaves a sum as it is, so the results are those of the dense kernels, bit for bit, as long as all numbers are finite.
//! (Only the sign of a zero may differ.)

use super::packed::Packed;
use crate::simd::{LANES, Lanes, add_scaled, dispatched, for_lanes, unrolled};
use crate::sparse::{Entry, Sparse};

dispatched! {
    /// `c[r] = bias + x[r] W` for `rows`; `c` is row-major.
    ///
    /// # Panics
    /// If the sizes do not fit.
    pub fn sparse_product(rows: &[usize], x: &Sparse, weights: &Packed, bias: &[f32], c: &mut [f32]) {
        assert!(x.width() == weights.rows && bias.len() == weights.columns);
        for &row in rows {
            let c = &mut c[row * weights.columns..][..weights.columns];
            let entries = x.row(row);
            let whole = weights.columns / LANES;
            let mut panel = 0;
            while V::WIDE && panel + 8 <= whole {
                gather::<V, 8>(entries, weights, panel, bias, c);
                panel += 8;
            }
            while panel + 4 <= whole {
                gather::<V, 4>(entries, weights, panel, bias, c);
                panel += 4;
            }
            for_lanes!(weights.columns - panel * LANES, |at, count| {
                let at = panel * LANES + at;
                let mut sum = V::load_first(&bias[at..], count);
                for entry in entries {
                    let weights = &weights.panels[(at / LANES * weights.rows + entry.column) * LANES..];
                    sum = V::splat(entry.value).mul_add(V::load(weights), sum);
                }
                sum.store_first(&mut c[at..], count);
            });
        }
    }
}

/// `N` panels of a row.
#[inline(always)]
fn gather<V: Lanes, const N: usize>(
    entries: &[Entry],
    weights: &Packed,
    panel: usize,
    bias: &[f32],
    c: &mut [f32],
) {
    let (mut sums, mut vectors) = ([V::zero(); N], [V::zero(); N]);
    unrolled!(N, |v| sums[v] = V::load(&bias[(panel + v) * LANES..]));
    for entry in entries {
        let first = (panel * weights.rows + entry.column) * LANES;
        unrolled!(N, |v| {
            vectors[v] = V::load(&weights.panels[first + v * weights.rows * LANES..])
        });
        add_scaled(&mut sums, entry.value, &vectors);
    }
    unrolled!(N, |v| sums[v].store(&mut c[(panel + v) * LANES..]));
}

/// Rows whose entries are sorted by column together. Their part of `b` should stay in the second-level cache.
const BLOCK_ROWS: usize = 256;

/// Adds `x[r][i] * b[r][j]`, summed over `rows` in this order, to `c[i][j]`; `b` is row-major and has as many columns as `c`.
///
/// # Panics
/// If the sizes do not fit.
pub fn add_sparse_outer(rows: &[usize], x: &Sparse, b: &[f32], c: &mut [f32]) {
    let width = c.len() / x.width().max(1);
    assert_eq!(c.len(), x.width() * width);
    let mut by_column = vec![Vec::new(); x.width()];
    for block in rows.chunks(BLOCK_ROWS) {
        by_column.iter_mut().for_each(Vec::clear);
        for &row in block {
            for entry in x.row(row) {
                by_column[entry.column].push((row, entry.value));
            }
        }
        add_columns(&by_column, b, c, width);
    }
}

dispatched! {
    fn add_columns(by_column: &[Vec<(usize, f32)>], b: &[f32], c: &mut [f32], width: usize) {
        let mut first = 0;
        while first + 8 * LANES <= width {
            for (entries, c) in by_column.iter().zip(c.chunks_exact_mut(width)) {
                if !entries.is_empty() {
                    add_rows::<V>(entries, b, &mut c[first..], width, first);
                }
            }
            first += 8 * LANES;
        }
        for (entries, c) in by_column.iter().zip(c.chunks_exact_mut(width)) {
            for_lanes!(width - first, |at, count| {
                let mut sum = V::load_first(&c[first + at..], count);
                for &(row, value) in entries {
                    let b = V::load_first(&b[row * width + first + at..], count);
                    sum = V::splat(value).mul_add(b, sum);
                }
                sum.store_first(&mut c[first + at..], count);
            });
        }
    }
}

/// Eight vectors of a row of the result.
#[inline(always)]
fn add_rows<V: Lanes>(
    entries: &[(usize, f32)],
    b: &[f32],
    c: &mut [f32],
    width: usize,
    first: usize,
) {
    let (mut sums, mut vectors) = ([V::zero(); 8], [V::zero(); 8]);
    unrolled!(8, |v| sums[v] = V::load(&c[v * LANES..]));
    for &(row, value) in entries {
        let b = &b[row * width + first..][..8 * LANES];
        unrolled!(8, |v| vectors[v] = V::load(&b[v * LANES..]));
        add_scaled(&mut sums, value, &vectors);
    }
    unrolled!(8, |v| sums[v].store(&mut c[v * LANES..]));
}

#[cfg(test)]
mod tests {
    use super::super::tests_support::*;
    use super::super::{Columns, Init, Layout, add_outer, product};
    use super::*;
    use crate::simd::at_each_level;

    #[test]
    fn sparse_products_equal_the_dense_ones_bit_for_bit() {
        for (rows, k, n) in [(1, 1, 1), (7, 5, 16), (3, 9, 100), (300, 74, 512)] {
            let mut x = numbers(rows * k, 1);
            for (i, x) in x.iter_mut().enumerate() {
                if i % 3 > 0 {
                    *x = 0.0;
                }
            }
            let mut sparse = Sparse::default();
            sparse.reset(k);
            sparse.push_rows(&x);
            let (w, bias, dy) =
                (Packed::new(&numbers(k * n, 2), k, n), numbers(n, 3), numbers(rows * n, 4));
            at_each_level(|_| {
                let (mut expected, mut found) = (vec![0.0; rows * n], vec![0.0; rows * n]);
                let init = Init::Bias(&bias);
                product(rows, &x, Layout::dense(k), &w, &mut expected, Layout::dense(n), init);
                let index: Vec<usize> = (0..rows).collect();
                sparse_product(&index, &sparse, &w, &bias, &mut found);
                assert_eq!(found, expected);

                let (mut expected, mut found) = (numbers(k * n, 5), numbers(k * n, 5));
                add_outer(rows, Columns::dense(&x, k), Columns::dense(&dy, n), &mut expected);
                add_sparse_outer(&index, &sparse, &dy, &mut found);
                assert_eq!(found, expected);
            });
        }
    }
}
