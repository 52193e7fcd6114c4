//! `C += A^T B`: sums of outer products of rows.
//!
//! Rows are taken in blocks. Of a block both matrices are copied, in the order in which the kernel reads them: `A` as panels of a few
//! columns, whose numbers are broadcast, `B` as panels of up to three vectors. The sums go on from block to block where they
//! stood: the same bits as in one run.

use super::layout::Layout;
use super::meter;
use crate::buffer::Buffer;
use crate::simd::{LANES, Lanes, add_scaled, dispatched, unrolled};

/// Some columns of a matrix, row by row.
#[derive(Debug, Clone, Copy)]
pub struct Columns<'a> {
    /// The buffer.
    pub data: &'a [f32],
    /// Where the rows lie in it.
    pub layout: Layout<'a>,
    /// Columns in use.
    pub count: usize,
}

impl<'a> Columns<'a> {
    /// `count` columns of the rows of `layout`.
    pub fn new(data: &'a [f32], layout: Layout<'a>, count: usize) -> Self {
        Self { data, layout, count }
    }

    /// A row-major matrix of `count` columns.
    pub fn dense(data: &'a [f32], count: usize) -> Self {
        Self::new(data, Layout::dense(count), count)
    }

    /// The rows from `rows` on.
    fn skip(self, rows: usize) -> Self {
        Self { layout: self.layout.skip(rows), ..self }
    }

    /// `count` columns of a row, from `first` on.
    #[inline(always)]
    fn row(&self, row: usize, first: usize, count: usize) -> &'a [f32] {
        &self.data[self.layout.offset(row) + first..][..count]
    }
}

/// Rows that are summed over before the sums go back to memory.
const BLOCK_ROWS: usize = 384;

/// Adds `a[r][i] * b[r][j]`, summed over `r` in `0..rows`, to `c[i][j]`, a row-major matrix of `a.count` rows and `b.count` columns.
///
/// # Panics
/// If a row lies outside of its buffer, or `c` has another size.
pub fn add_outer(rows: usize, a: Columns<'_>, b: Columns<'_>, c: &mut [f32]) {
    assert_eq!(c.len(), a.count * b.count);
    meter::product(rows, a.count, b.count, || add_blocks(rows, a, b, c));
}

fn add_blocks(rows: usize, a: Columns<'_>, b: Columns<'_>, c: &mut [f32]) {
    let (mut panels, mut panel) = (Buffer::default(), Buffer::default());
    let blocks = rows.div_ceil(BLOCK_ROWS);
    for block in 0..blocks {
        let (first, last) = (rows * block / blocks, rows * (block + 1) / blocks);
        let (a, b) = (a.skip(first), b.skip(first));
        add_block(last - first, a, b, c, &mut panels, &mut panel);
    }
}

dispatched! {
    /// A block of rows. 32 registers of sixteen lanes hold 8 x 3 vectors of the result, 16 registers of eight lanes hold 6 x 1.
    fn add_block(rows: usize, a: Columns<'_>, b: Columns<'_>, c: &mut [f32], panels: &mut Buffer, panel: &mut Buffer) {
        if V::WIDE {
            block::<V, 8, 3>(rows, a, b, c, panels, panel);
        } else {
            block::<V, 6, 1>(rows, a, b, c, panels, panel);
        }
    }
}

/// A block in tiles of `M` rows by up to `N` vectors of the result.
#[inline(always)]
fn block<V: Lanes, const M: usize, const N: usize>(
    rows: usize,
    a: Columns<'_>,
    b: Columns<'_>,
    c: &mut [f32],
    panels: &mut Buffer,
    panel: &mut Buffer,
) {
    let (m, n) = (a.count, b.count);
    panels.resize(m.div_ceil(M) * rows * M);
    for (a_panel, first) in panels.chunks_exact_mut(rows * M).zip((0..m).step_by(M)) {
        pack::<M>(rows, a, first, a_panel);
    }
    let mut first = 0;
    while first < n {
        let vectors = match (n - first).div_ceil(LANES) {
            4 if N == 3 => 2, // two and two rather than three and one
            left => left.min(N),
        };
        panel.resize(rows * vectors * LANES);
        match vectors {
            3 => pack::<{ 3 * LANES }>(rows, b, first, panel),
            2 => pack::<{ 2 * LANES }>(rows, b, first, panel),
            _ => pack::<LANES>(rows, b, first, panel),
        }
        for (a_panel, i) in panels.chunks_exact(rows * M).zip((0..m).step_by(M)) {
            let place = Place { row: i, column: first, rows: M.min(m - i), stride: n };
            match vectors {
                3 => place.add::<V, M, 3>(a_panel, panel, c),
                2 => place.add::<V, M, 2>(a_panel, panel, c),
                _ => place.add::<V, M, 1>(a_panel, panel, c),
            }
        }
        first += vectors * LANES;
    }
}

/// Copies `W` columns from `first` on, row after row; what is beyond the last column becomes zero.
#[inline(always)]
fn pack<const W: usize>(rows: usize, from: Columns<'_>, first: usize, to: &mut [f32]) {
    let count = W.min(from.count - first);
    for (row, to) in to.as_chunks_mut::<W>().0.iter_mut().enumerate().take(rows) {
        if count == W {
            to.copy_from_slice(from.row(row, first, W));
        } else {
            to[..count].copy_from_slice(from.row(row, first, count));
            to[count..].fill(0.0);
        }
    }
}

/// Where a tile stands in the result.
struct Place {
    row: usize,
    column: usize,
    /// Rows of the tile that are in the result.
    rows: usize,
    /// Columns of the result.
    stride: usize,
}

impl Place {
    /// Adds a tile of `M` rows by `N` vectors, by way of a copy where it stands out of the result.
    #[inline(always)]
    fn add<V: Lanes, const M: usize, const N: usize>(&self, a: &[f32], b: &[f32], c: &mut [f32]) {
        let at = |row: usize| (self.row + row) * self.stride + self.column;
        let width = (N * LANES).min(self.stride - self.column);
        if self.rows == M && width == N * LANES {
            return tile::<V, M, N>(a, b, &mut c[at(0)..], self.stride);
        }
        let mut staged = [[0.0; 3 * LANES]; 8];
        for (row, staged) in staged.iter_mut().enumerate().take(self.rows) {
            staged[..width].copy_from_slice(&c[at(row)..][..width]);
        }
        tile::<V, M, N>(a, b, staged.as_flattened_mut(), 3 * LANES);
        for (row, staged) in staged.iter().enumerate().take(self.rows) {
            c[at(row)..][..width].copy_from_slice(&staged[..width]);
        }
    }
}

/// `M` rows by `N` vectors of the result, kept in registers over all rows of the block; `a [rows, M]`, `b [rows, 16 N]`.
#[inline(always)]
fn tile<V: Lanes, const M: usize, const N: usize>(
    a: &[f32],
    b: &[f32],
    c: &mut [f32],
    stride: usize,
) {
    let mut sums = [[V::zero(); N]; M];
    unrolled!(M, |i| unrolled!(N, |j| sums[i][j] = V::load(&c[i * stride + j * LANES..])));
    for (a, b) in a.as_chunks::<M>().0.iter().zip(b.as_chunks::<LANES>().0.chunks_exact(N)) {
        let mut vectors = [V::zero(); N];
        unrolled!(N, |j| vectors[j] = V::from_array(&b[j]));
        unrolled!(M, |i| add_scaled(&mut sums[i], a[i], &vectors));
    }
    unrolled!(M, |i| unrolled!(N, |j| sums[i][j].store(&mut c[i * stride + j * LANES..])));
}

#[cfg(test)]
mod tests {
    use super::super::tests_support::*;
    use super::*;
    use crate::simd::at_each_level;

    #[test]
    fn outer_sums_equal_the_plain_loop_bit_for_bit() {
        for (rows, m, n) in [
            (1, 1, 1),
            (5, 3, 16),
            (40, 74, 40),
            (17, 13, 100),
            (0, 4, 4),
            (9, 8, 33),
            (700, 17, 112),
        ] {
            let (a, b, start) =
                (numbers(rows * (m + 2), 1), numbers(rows * (n + 3), 2), numbers(m * n, 3));
            at_each_level(|_| {
                let mut c = start.clone();
                let columns =
                    |data, stride, count| Columns::new(data, Layout::dense(stride), count);
                add_outer(rows, columns(&a, m + 2, m), columns(&b, n + 3, n), &mut c);
                for (at, &found) in c.iter().enumerate() {
                    let (i, j) = (at / n, at % n);
                    let expected = (0..rows).fold(start[at], |sum, r| {
                        a[r * (m + 2) + i].mul_add(b[r * (n + 3) + j], sum)
                    });
                    assert_eq!(found, expected);
                }
            });
        }
    }

    #[test]
    fn rows_are_taken_from_where_the_layouts_say() {
        let (a, b) = (numbers(5 * 4, 1), numbers(5 * 3, 2));
        let (from_a, from_b) = ([4, 0, 2], [1, 3, 0]);
        let mut c = vec![0.0; 2 * 3];
        add_outer(
            3,
            Columns::new(&a, Layout::rows(&from_a, 4, 1), 2),
            Columns::new(&b, Layout::rows(&from_b, 3, 0), 3),
            &mut c,
        );
        for (at, &found) in c.iter().enumerate() {
            let term = |r: usize| (a[from_a[r] * 4 + 1 + at / 3], b[from_b[r] * 3 + at % 3]);
            let expected = (0..3).map(term).fold(0.0f32, |sum, (a, b)| a.mul_add(b, sum));
            assert_eq!(found, expected);
        }
    }
}
