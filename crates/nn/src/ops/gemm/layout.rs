//! Where the rows of a matrix lie.

/// Where the rows of a matrix lie in a buffer: row `r` begins at `index[r] * stride + column` (`r * stride + column` without
/// an index).
#[derive(Debug, Clone, Copy)]
pub struct Layout<'a> {
    /// Rows of the buffer to use, in order; all from the first if `None`.
    pub index: Option<&'a [usize]>,
    /// Numbers from one row of the buffer to the next.
    pub stride: usize,
    /// First column to use.
    pub column: usize,
}

impl<'a> Layout<'a> {
    /// All rows of a row-major matrix of `stride` columns.
    pub fn dense(stride: usize) -> Self {
        Self { index: None, stride, column: 0 }
    }

    /// The rows of `index` in a row-major matrix of `stride` columns, from `column` on.
    pub fn rows(index: &'a [usize], stride: usize, column: usize) -> Self {
        Self { index: Some(index), stride, column }
    }

    /// The same rows from another column on.
    pub fn from_column(self, column: usize) -> Self {
        Self { column, ..self }
    }

    /// The rows from `rows` on.
    #[inline(always)]
    pub(super) fn skip(self, rows: usize) -> Self {
        match self.index {
            Some(index) => Self { index: Some(&index[rows..]), ..self },
            None => Self { column: self.column + rows * self.stride, ..self },
        }
    }

    /// Where a row begins.
    #[inline(always)]
    pub(super) fn offset(&self, row: usize) -> usize {
        let row = match self.index {
            Some(index) => index[row],
            None => row,
        };
        row * self.stride + self.column
    }
}
