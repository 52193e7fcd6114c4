//! Sums over whole rows.

use crate::simd::{LANES, Lanes, dispatched, for_lanes, unrolled};

dispatched! {
    /// `target += source`, number by number.
    pub fn add(target: &mut [f32], source: &[f32]) {
        assert_eq!(target.len(), source.len());
        for_lanes!(target.len(), |at, count| {
            let sum = V::load_first(&target[at..], count) + V::load_first(&source[at..], count);
            sum.store_first(&mut target[at..], count);
        });
    }
}

dispatched! {
    /// `sums[j] += m[r][j]` for each of `rows` in this order, in a row-major matrix `m` of `sums.len()` columns.
    pub fn add_column_sums(matrix: &[f32], rows: &[usize], sums: &mut [f32]) {
        let mut first = 0;
        // Eight vectors at a time: as many sums as the processor can add to at once.
        while first + WIDE_COLUMNS <= sums.len() {
            add_wide_columns::<V>(matrix, rows, first, sums);
            first += WIDE_COLUMNS;
        }
        let width = sums.len();
        for_lanes!(width - first, |at, count| {
            let mut sum = V::load_first(&sums[first + at..], count);
            for row in rows {
                sum = sum + V::load_first(&matrix[row * width + first + at..], count);
            }
            sum.store_first(&mut sums[first + at..], count);
        });
    }
}

const WIDE_COLUMNS: usize = 8 * LANES;

#[inline(always)]
fn add_wide_columns<V: Lanes>(matrix: &[f32], rows: &[usize], first: usize, sums: &mut [f32]) {
    let mut wide = [V::zero(); 8];
    unrolled!(8, |v| wide[v] = V::load(&sums[first + v * LANES..]));
    for row in rows {
        let row = &matrix[row * sums.len() + first..][..WIDE_COLUMNS];
        unrolled!(8, |v| wide[v] = wide[v] + V::load(&row[v * LANES..]));
    }
    unrolled!(8, |v| wide[v].store(&mut sums[first + v * LANES..]));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_cover_whole_vectors_and_rests() {
        for width in [21, 128, 150] {
            let rows: Vec<f32> = (0..3 * width).map(|i| i as f32).collect();
            let mut sums = vec![1.0; width];
            add_column_sums(&rows, &[2, 0], &mut sums);
            assert!((0..width).all(|j| sums[j] == 1.0 + (2 * j + 2 * width) as f32));
        }
        let rows: Vec<f32> = (0..3 * 21).map(|i| i as f32).collect();
        let mut target = rows.clone();
        add(&mut target, &rows);
        assert!((0..63).all(|i| target[i] == 2.0 * i as f32));
    }
}
