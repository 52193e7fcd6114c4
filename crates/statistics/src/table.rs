//! What is known of each unit.

/// A matrix `[units, columns]`: the rows of a first group, then those of a second.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    columns: usize,
    first: usize,
    values: Vec<f64>,
}

impl Table {
    /// The rows of two groups, each of `columns` numbers; what a row has beyond them is left out, and what is missing is 0.
    #[must_use]
    pub fn new<R: AsRef<[f64]>>(columns: usize, first: &[R], second: &[R]) -> Self {
        let mut values = Vec::with_capacity(columns * (first.len() + second.len()));
        for row in first.iter().chain(second) {
            let row = row.as_ref();
            values.extend((0..columns).map(|column| row.get(column).copied().unwrap_or_default()));
        }
        Self { columns, first: first.len(), values }
    }

    /// Numbers a unit.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Units of the first group.
    #[must_use]
    pub fn first(&self) -> usize {
        self.first
    }

    /// Units of the second group.
    #[must_use]
    pub fn second(&self) -> usize {
        self.units() - self.first
    }

    /// Units of both groups.
    #[must_use]
    pub fn units(&self) -> usize {
        self.values.len().checked_div(self.columns).unwrap_or_default()
    }

    /// The numbers of a unit.
    #[must_use]
    pub fn row(&self, unit: usize) -> &[f64] {
        &self.values[unit * self.columns..][..self.columns]
    }

    /// A number of every unit.
    #[must_use]
    pub fn column(&self, column: usize) -> Vec<f64> {
        (0..self.units()).map(|unit| self.row(unit)[column]).collect()
    }

    /// Puts other numbers into a column.
    pub fn set_column(&mut self, column: usize, values: &[f64]) {
        for (row, value) in self.values.chunks_exact_mut(self.columns).zip(values) {
            row[column] = *value;
        }
    }

    /// The sum of the rows of `units`.
    pub(crate) fn sum(&self, units: impl Iterator<Item = usize>, sums: &mut [f64]) {
        sums.fill(0.0);
        for unit in units {
            for (sum, value) in sums.iter_mut().zip(self.row(unit)) {
                *sum += value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_group_after_group() {
        let table = Table::new(2, &[vec![1.0, 2.0]], &[vec![3.0], vec![5.0, 6.0, 7.0]]);
        assert_eq!((table.first(), table.second(), table.columns()), (1, 2, 2));
        assert_eq!(table.column(1), [2.0, 0.0, 6.0]);
        let mut sums = [0.0; 2];
        table.sum([0, 2].into_iter(), &mut sums);
        assert_eq!(sums, [6.0, 8.0]);
    }
}
