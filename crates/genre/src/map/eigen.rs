//! The largest eigenvalues of a symmetric operator.
//!
//! LOBPCG (Knyazev, "Toward the optimal preconditioned eigensolver", 2001) without a preconditioner: the best vectors in the span of
//! the present ones, their residuals and the last steps, again and again. The operator is only ever applied, so a sparse matrix
//! stays sparse, with thousands of genres, too; a basis that is orthonormal to the last bit keeps equal eigenvalues apart.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rayon::prelude::*;

/// Vectors beyond those that are wanted: they speed up the others.
const GUARDS: usize = 3;
/// Length of a residual, of the largest eigenvalue, that counts as none.
const TOLERANCE: f64 = 1e-12;
/// What is left of a vector of length 1 that lies in the span of the others.
const DEPENDENT: f64 = 1e-10;
/// What is left of the residuals by then no use of the vectors could tell from nothing.
const MAX_ITERATIONS: usize = 1000;

/// An eigenvalue and its vector, of length 1.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) value: f64,
    pub(super) vector: Vec<f64>,
}

/// The `count` largest eigenvalues, or all if there are fewer, of the positive semi-definite operator `apply` on vectors of `size`,
/// the largest first.
pub(super) fn largest(
    size: usize,
    count: usize,
    apply: impl Fn(&[f64]) -> Vec<f64> + Sync,
) -> Vec<Pair> {
    let block = (count + GUARDS).min(size);
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let mut draw = || f64::from(rng.next_u32()) / f64::from(u32::MAX) - 0.5;
    let mut basis = Vec::new();
    while basis.len() < block {
        add_orthonormal(&mut basis, (0..size).map(|_| draw()).collect());
    }
    let mut iteration = 0;
    loop {
        iteration += 1;
        let applied: Vec<Vec<f64>> = basis.par_iter().map(|vector| apply(vector)).collect();
        let (values, weights) = ritz(&basis, &applied);
        let mut pairs = Vec::new();
        let (mut residuals, mut steps) = (Vec::new(), Vec::new());
        let mut converged = true;
        for (index, &value) in values.iter().enumerate().take(block) {
            let vector = combine(&basis, &weights[index]);
            let mut residual = combine(&applied, &weights[index]);
            add_scaled(&mut residual, -value, &vector);
            converged &= index >= count || norm(&residual) <= TOLERANCE * values[0];
            steps.push(combine(&basis[block..], &weights[index][block..]));
            residuals.push(residual);
            pairs.push(Pair { value, vector });
        }
        if converged || basis.len() == size || iteration == MAX_ITERATIONS {
            pairs.truncate(count);
            return pairs;
        }
        basis = Vec::new();
        let vectors = pairs.into_iter().map(|pair| pair.vector);
        vectors
            .chain(residuals)
            .chain(steps)
            .for_each(|vector| add_orthonormal(&mut basis, vector));
    }
}

/// Eigenvalues, the largest first, and eigenvectors of the operator within the span of an orthonormal basis.
fn ritz(basis: &[Vec<f64>], applied: &[Vec<f64>]) -> (Vec<f64>, Vec<Vec<f64>>) {
    let entry = |row: usize, column: usize| dot(&basis[row], &applied[column]);
    let size = basis.len();
    let matrix =
        (0..size).map(|row| (0..size).map(|column| entry(row, column)).collect()).collect();
    let (values, vectors) = jacobi(matrix);
    let mut order: Vec<usize> = (0..size).collect();
    order.sort_by(|&a, &b| values[b].total_cmp(&values[a]));
    let vector = |&column: &usize| vectors.iter().map(|row: &Vec<f64>| row[column]).collect();
    (order.iter().map(|&index| values[index]).collect(), order.iter().map(vector).collect())
}

/// Eigenvalues and, as columns, eigenvectors of a small symmetric matrix by Jacobi's rotations (Golub and Van Loan, "Matrix
/// Computations", 8.5).
fn jacobi(mut matrix: Vec<Vec<f64>>) -> (Vec<f64>, Vec<Vec<f64>>) {
    let size = matrix.len();
    let unit = |row| (0..size).map(|column| f64::from(u8::from(row == column))).collect();
    let mut vectors: Vec<Vec<f64>> = (0..size).map(unit).collect();
    loop {
        let mut rotated = false;
        for p in 0..size {
            for q in p + 1..size {
                let (a, b, c) = (matrix[p][p], matrix[p][q], matrix[q][q]);
                if b.abs() <= f64::EPSILON * 0.5 * (a * c).abs().sqrt()
                    || b.abs() < f64::MIN_POSITIVE
                {
                    continue;
                }
                rotated = true;
                let cotangent = (c - a) / (2.0 * b);
                let tangent = cotangent.signum() / (cotangent.abs() + cotangent.hypot(1.0));
                let cosine = 1.0 / tangent.hypot(1.0);
                let sine = tangent * cosine;
                let turn = |x: &mut f64, y: &mut f64| {
                    (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
                };
                let (above, below) = matrix.split_at_mut(q);
                above[p].iter_mut().zip(&mut below[0]).for_each(|(x, y)| turn(x, y));
                for row in matrix.iter_mut().chain(&mut vectors) {
                    let (left, right) = row.split_at_mut(q);
                    turn(&mut left[p], &mut right[0]);
                }
                (matrix[p][q], matrix[q][p]) = (0.0, 0.0);
            }
        }
        if !rotated {
            return ((0..size).map(|index| matrix[index][index]).collect(), vectors);
        }
    }
}

/// Adds what of `vector` is not in the span of the orthonormal `basis`, at length 1, unless that is nothing.
fn add_orthonormal(basis: &mut Vec<Vec<f64>>, mut vector: Vec<f64>) {
    // A second time takes away what rounding left the first time.
    for _ in 0..2 {
        let length = norm(&vector);
        if length <= f64::MIN_POSITIVE {
            return;
        }
        vector.iter_mut().for_each(|x| *x /= length);
        for other in basis.iter() {
            let shared = dot(other, &vector);
            add_scaled(&mut vector, -shared, other);
        }
        if norm(&vector) < DEPENDENT {
            return;
        }
    }
    let length = norm(&vector);
    vector.iter_mut().for_each(|x| *x /= length);
    basis.push(vector);
}

fn combine(vectors: &[Vec<f64>], weights: &[f64]) -> Vec<f64> {
    let mut sum = vec![0.0; vectors.first().map_or(0, Vec::len)];
    vectors.iter().zip(weights).for_each(|(vector, &weight)| add_scaled(&mut sum, weight, vector));
    sum
}

fn add_scaled(sum: &mut [f64], scale: f64, vector: &[f64]) {
    sum.iter_mut().zip(vector).for_each(|(sum, x)| *sum += scale * x);
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn norm(vector: &[f64]) -> f64 {
    dot(vector, vector).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diagonal(values: &[f64]) -> impl Fn(&[f64]) -> Vec<f64> + Sync {
        move |vector| vector.iter().zip(values).map(|(x, value)| x * value).collect()
    }

    #[test]
    fn equal_eigenvalues_are_told_apart() {
        let values: Vec<f64> =
            (0..100).map(|i| if i < 4 { 9.0 } else { f64::from(i) / 50.0 }).collect();
        let pairs = largest(values.len(), 3, diagonal(&values));
        assert_eq!(pairs.len(), 3);
        for (index, pair) in pairs.iter().enumerate() {
            assert!((pair.value - 9.0).abs() < 1e-10, "{}", pair.value);
            for (other, with) in pairs.iter().enumerate() {
                let expected = f64::from(u8::from(index == other));
                assert!((dot(&pair.vector, &with.vector) - expected).abs() < 1e-10);
            }
        }
    }

    #[test]
    fn a_small_operator_has_few_eigenvalues_and_nothing_has_none_but_zero() {
        let pairs = largest(2, 3, diagonal(&[1.0, 4.0]));
        assert_eq!(pairs.iter().map(|pair| pair.value.round()).collect::<Vec<_>>(), [4.0, 1.0]);
        let pairs = largest(50, 2, diagonal(&[0.0; 50]));
        assert_eq!(pairs.iter().map(|pair| pair.value).collect::<Vec<_>>(), [0.0, 0.0]);
    }

    #[test]
    fn a_full_matrix_is_rotated_to_its_axes() {
        // Eigenvalues 6, 3 and 1 along (1, 1, 1), (1, -1, 0) and (1, 1, -2).
        let matrix = [
            vec![11.0 / 3.0, 2.0 / 3.0, 5.0 / 3.0],
            vec![2.0 / 3.0, 11.0 / 3.0, 5.0 / 3.0],
            vec![5.0 / 3.0, 5.0 / 3.0, 8.0 / 3.0],
        ];
        let apply = |vector: &[f64]| matrix.iter().map(|row| dot(row, vector)).collect();
        let pairs = largest(3, 3, apply);
        for (pair, expected) in pairs.iter().zip([6.0, 3.0, 1.0]) {
            assert!((pair.value - expected).abs() < 1e-12, "{pair:?}");
        }
        assert!((pairs[2].vector[2].abs() - (2.0_f64 / 3.0).sqrt()).abs() < 1e-12, "{pairs:?}");
    }
}
