//! Matrices of few numbers, such as one-hot inputs.

/// A matrix of which only the numbers that are not zero are kept, row by row.
#[derive(Debug, Clone, Default)]
pub struct Sparse {
    width: usize,
    /// Where each row ends among the entries.
    ends: Vec<usize>,
    entries: Vec<Entry>,
}

/// A number of a row that is not zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry {
    /// Its column.
    pub column: usize,
    /// The number.
    pub value: f32,
}

impl Sparse {
    /// Makes it a matrix of `width` columns without rows.
    pub fn reset(&mut self, width: usize) {
        self.width = width;
        self.ends.clear();
        self.entries.clear();
    }

    /// Appends the rows of a row-major matrix of as many columns.
    pub fn push_rows(&mut self, rows: &[f32]) {
        for row in rows.chunks_exact(self.width) {
            for (first, numbers) in (0..).step_by(8).zip(row.chunks(8)) {
                // Most stretches are empty, which is seen at once.
                if numbers.iter().fold(0, |bits, x| bits | x.to_bits() << 1) == 0 {
                    continue;
                }
                for (column, &value) in (first..).zip(numbers) {
                    if value != 0.0 {
                        self.entries.push(Entry { column, value });
                    }
                }
            }
            self.ends.push(self.entries.len());
        }
    }

    /// Columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn rows(&self) -> usize {
        self.ends.len()
    }

    /// The entries of a row, by column.
    #[inline(always)]
    pub fn row(&self, row: usize) -> &[Entry] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.entries[start..self.ends[row]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_what_is_not_zero() {
        let mut matrix = Sparse::default();
        matrix.reset(3);
        matrix.push_rows(&[0.0, 2.0, -1.0, 0.0, 0.0, 0.0]);
        matrix.push_rows(&[1.0, 0.0, 0.0]);
        assert_eq!((matrix.rows(), matrix.width()), (3, 3));
        assert_eq!(
            matrix.row(0),
            [Entry { column: 1, value: 2.0 }, Entry { column: 2, value: -1.0 }]
        );
        assert_eq!((matrix.row(1), matrix.row(2)[0].column), (&[][..], 0));
        let wide: Vec<f32> = (0..30).map(|i| if i % 11 == 9 { 3.0 } else { -0.0 }).collect();
        matrix.reset(30);
        matrix.push_rows(&wide);
        let columns: Vec<usize> = matrix.row(0).iter().map(|entry| entry.column).collect();
        assert_eq!(columns, [9, 20]);
        matrix.reset(1);
        assert_eq!(matrix.rows(), 0);
    }
}
