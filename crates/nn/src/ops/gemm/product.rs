//! `C = init + A W` for packed `W`.

use std::ops::Range;

use super::layout::Layout;
use super::meter;
use super::packed::Packed;
use crate::simd::{LANES, Lanes, add_scaled, dispatched, prefetch, unrolled};

/// What a product is added to.
#[derive(Debug, Clone, Copy)]
pub enum Init<'a> {
    /// Nothing.
    Zero,
    /// The same row for all, of the result's width.
    Bias(&'a [f32]),
    /// What the result holds already.
    Keep,
}

/// `c[r] = init + a[r] W` for `r` in `0..rows`.
///
/// # Panics
/// If a row lies outside of its buffer or the bias has the wrong width.
pub fn product(
    rows: usize,
    a: &[f32],
    a_layout: Layout<'_>,
    weights: &Packed,
    c: &mut [f32],
    c_layout: Layout<'_>,
    init: Init<'_>,
) {
    if let Init::Bias(bias) = init {
        assert_eq!(bias.len(), weights.columns);
    }
    let job = Job { a, a_layout, panels: &weights.panels, depth: weights.rows, c_layout, init };
    meter::product(rows, weights.rows, weights.columns, || run(&job, rows, weights.columns, c));
}

dispatched! {
    fn run(job: &Job<'_>, rows: usize, columns: usize, c: &mut [f32]) {
        let whole = columns / LANES;
        let mut first = 0;
        while first < rows {
            let block = first..rows.min(first + BLOCK_ROWS);
            job.panels::<V>(block.clone(), whole, c);
            if columns > whole * LANES {
                job.last_panel::<V>(block, whole, columns - whole * LANES, c);
            }
            first += BLOCK_ROWS;
        }
    }
}

/// Rows that go through all panels together, so that their part of `a` stays in the cache.
const BLOCK_ROWS: usize = 64;

/// Terms of the sums that all rows of a block go through before the next ones: their part of three panels, 48 KiB, stays in the
/// first-level cache.
const BLOCK_DEPTH: usize = 256;

struct Job<'a> {
    a: &'a [f32],
    a_layout: Layout<'a>,
    panels: &'a [f32],
    depth: usize,
    c_layout: Layout<'a>,
    init: Init<'a>,
}

impl Job<'_> {
    /// All panels without idle lanes. 32 registers of sixteen lanes hold 8 x 3 sums, 16 registers of eight lanes hold 6 x 1; the rows
    /// that are left go through the panels once more, in a tile that fills the registers as well as it can.
    #[inline(always)]
    fn panels<V: Lanes>(&self, rows: Range<usize>, whole: usize, c: &mut [f32]) {
        let left = rows.len() % if V::WIDE { 8 } else { 6 };
        let (most, rest) = (rows.start..rows.end - left, rows.end - left..rows.end);
        if V::WIDE {
            self.tiles::<V, 8, 3>(most, whole, c);
            match left {
                7 => self.tiles::<V, 7, 3>(rest, whole, c),
                6 => self.tiles::<V, 6, 4>(rest, whole, c),
                5 => self.tiles::<V, 5, 4>(rest, whole, c),
                4 => self.tiles::<V, 4, 4>(rest, whole, c),
                3 => self.tiles::<V, 3, 6>(rest, whole, c),
                2 => self.tiles::<V, 2, 8>(rest, whole, c),
                1 => self.tiles::<V, 1, 8>(rest, whole, c),
                _ => {}
            }
        } else {
            self.tiles::<V, 6, 1>(most, whole, c);
            match left {
                5 => self.tiles::<V, 5, 1>(rest, whole, c),
                4 => self.tiles::<V, 4, 1>(rest, whole, c),
                3 => self.tiles::<V, 3, 2>(rest, whole, c),
                2 => self.tiles::<V, 2, 2>(rest, whole, c),
                1 => self.tiles::<V, 1, 4>(rest, whole, c),
                _ => {}
            }
        }
    }

    /// All panels for some rows, a multiple of `M`, in tiles of `M` rows by `N` panels, or fewer panels at the end.
    #[inline(always)]
    fn tiles<V: Lanes, const M: usize, const N: usize>(
        &self,
        rows: Range<usize>,
        whole: usize,
        c: &mut [f32],
    ) {
        let mut panel = 0;
        while panel < whole {
            let count = match whole - panel {
                4 if N == 3 => 2, // two and two rather than three and one
                left if left >= N => N,
                4.. if N > 4 => 4,
                2.. if N > 2 => 2,
                _ => 1,
            };
            let blocks = self.depth.div_ceil(BLOCK_DEPTH).max(1);
            for block in 0..blocks {
                let ks = self.depth * block / blocks..self.depth * (block + 1) / blocks;
                for row in rows.clone().step_by(M) {
                    match count {
                        1 => self.tile::<V, M, 1>(row, panel, ks.clone(), c),
                        2 if N > 2 => self.tile::<V, M, 2>(row, panel, ks.clone(), c),
                        4 if N > 4 => self.tile::<V, M, 4>(row, panel, ks.clone(), c),
                        _ => self.tile::<V, M, N>(row, panel, ks.clone(), c),
                    }
                }
            }
            panel += count;
        }
    }

    /// The panel whose last lanes are beyond the result, by way of whole rows: tiles stay free of short vectors, which would
    /// push the sums out of the registers.
    #[inline(always)]
    fn last_panel<V: Lanes>(&self, rows: Range<usize>, panel: usize, count: usize, c: &mut [f32]) {
        let mut staged = [0.0; BLOCK_ROWS * LANES];
        let place = |row: usize| self.c_layout.offset(row) + panel * LANES;
        for (row, to) in rows.clone().zip(staged.chunks_exact_mut(LANES)) {
            match self.init {
                Init::Zero => {}
                Init::Bias(bias) => to[..count].copy_from_slice(&bias[panel * LANES..]),
                Init::Keep => to[..count].copy_from_slice(&c[place(row)..][..count]),
            }
        }
        let job = Job {
            a_layout: self.a_layout.skip(rows.start),
            panels: &self.panels[panel * self.depth * LANES..],
            c_layout: Layout::dense(LANES),
            init: Init::Keep,
            ..*self
        };
        job.panels::<V>(0..rows.len(), 1, &mut staged);
        for (row, from) in rows.zip(staged.chunks_exact(LANES)) {
            c[place(row)..][..count].copy_from_slice(&from[..count]);
        }
    }

    /// `M` rows by `N` panels, kept in registers over the terms `ks` of the sum: the first ones begin it, the others go on.
    #[inline(always)]
    fn tile<V: Lanes, const M: usize, const N: usize>(
        &self,
        row: usize,
        panel: usize,
        ks: Range<usize>,
        c: &mut [f32],
    ) {
        let (depth, first) = (self.depth, panel * LANES);
        let mut sums = [[V::zero(); N]; M];
        match if ks.start == 0 { self.init } else { Init::Keep } {
            Init::Zero => {}
            Init::Bias(bias) => {
                unrolled!(N, |j| {
                    let bias = V::load(&bias[first + j * LANES..]);
                    unrolled!(M, |i| sums[i][j] = bias);
                });
            }
            Init::Keep => {
                unrolled!(M, |i| {
                    let at = self.c_layout.offset(row + i) + first;
                    // In a loop over time, what the next step adds to.
                    prefetch(c, at + self.c_layout.stride, N * LANES);
                    let kept = &c[at..][..N * LANES];
                    unrolled!(N, |j| sums[i][j] = V::load(&kept[j * LANES..]));
                });
            }
        }
        let mut a: [&[f32]; M] = [&[]; M];
        unrolled!(M, |i| a[i] = &self.a[self.a_layout.offset(row + i)..][ks.clone()]);
        let mut w: [&[[f32; LANES]]; N] = [&[]; N];
        unrolled!(N, |j| {
            w[j] = &self.panels[(panel + j) * depth * LANES..].as_chunks().0[ks.clone()]
        });
        for k in 0..ks.len() {
            let mut vectors = [V::zero(); N];
            unrolled!(N, |j| vectors[j] = V::from_array(&w[j][k]));
            unrolled!(M, |i| add_scaled(&mut sums[i], a[i][k], &vectors));
        }
        unrolled!(M, |i| {
            let to = &mut c[self.c_layout.offset(row + i) + first..][..N * LANES];
            unrolled!(N, |j| sums[i][j].store(&mut to[j * LANES..]));
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests_support::*;
    use super::*;
    use crate::simd::at_each_level;

    #[test]
    fn products_equal_the_plain_loop_bit_for_bit() {
        for (m, k, n) in [
            (1, 1, 1),
            (3, 5, 16),
            (4, 8, 17),
            (13, 74, 64),
            (9, 33, 100),
            (16, 20, 129),
            (7, 0, 20),
            (19, 600, 50),
        ] {
            let (a, w, bias) = (numbers(m * k, 1), numbers(k * n, 2), numbers(n, 3));
            let packed = Packed::new(&w, k, n);
            at_each_level(|_| {
                let mut c = vec![0.0; m * n];
                product(
                    m,
                    &a,
                    Layout::dense(k),
                    &packed,
                    &mut c,
                    Layout::dense(n),
                    Init::Bias(&bias),
                );
                product(m, &a, Layout::dense(k), &packed, &mut c, Layout::dense(n), Init::Keep);
                for (r, row) in c.chunks_exact(n).enumerate() {
                    for (j, &found) in row.iter().enumerate() {
                        let once = |start: f32| {
                            (0..k).fold(start, |sum, p| a[r * k + p].mul_add(w[p * n + j], sum))
                        };
                        assert_eq!(found, once(once(bias[j])));
                    }
                }
            });
        }
    }

    #[test]
    fn rows_are_found_by_index_and_column() {
        let (k, n) = (5, 20);
        let (a, w) = (numbers(6 * 9, 1), numbers(k * n, 2));
        let packed = Packed::transposed(&transpose(&w, k, n), n, k);
        let mut c = vec![0.0; 4 * 30];
        product(
            3,
            &a,
            Layout::rows(&[4, 0, 2], 9, 2),
            &packed,
            &mut c,
            Layout::rows(&[1, 3, 0], 30, 7),
            Init::Zero,
        );
        for (from, to) in [(4, 1), (0, 3), (2, 0)] {
            for j in 0..n {
                let expected =
                    (0..k).fold(0.0, |sum, p| a[from * 9 + 2 + p].mul_add(w[p * n + j], sum));
                assert_eq!(c[to * 30 + 7 + j], expected);
            }
        }
        assert!(c[2 * 30..3 * 30].iter().all(|x| *x == 0.0) && c[..7].iter().all(|x| *x == 0.0));
    }
}
