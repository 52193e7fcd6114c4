//! Probabilities that mean what they say.
//!
//! A learner that has seen few artists is too sure of itself, and one that was made to heed rare classes names them too often. Both
//! are mended on pieces of artists that it has not seen: `p'_c ∝ exp(a ln p_c + b_c)`, temperature scaling with a bias for each class
//! (Guo et al. 2017 call it a form of vector scaling), with `a > 0` and `b` that minimise the log-loss.

use serde::{Deserialize, Serialize};

/// Probabilities below this are taken for it before their logarithm.
const LEAST: f64 = 1e-6;
/// Rounds of Newton's method; it has converged long before.
const ROUNDS: usize = 50;
/// Pull of the parameters to 1 and 0, in pieces: a class that is seldom right should not get a boundless bias.
const PRIOR: f64 = 1.0;
/// Range of the slope.
const SLOPE: (f64, f64) = (0.05, 20.0);

/// What makes probabilities of probabilities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Factor of the logarithms: the reciprocal of the temperature.
    pub slope: f64,
    /// What is added for each class.
    pub bias: Vec<f64>,
}

impl Calibration {
    /// What leaves probabilities as they are.
    #[must_use]
    pub fn none(classes: usize) -> Self {
        Self { slope: 1.0, bias: vec![0.0; classes] }
    }

    /// Finds the calibration of `probabilities` whose classes are `labels`, by Newton's method on a convex function.
    #[must_use]
    pub fn fit(probabilities: &[Vec<f64>], labels: &[usize], classes: usize) -> Self {
        let logs: Vec<Vec<f64>> = probabilities.iter().map(|row| logarithms(row)).collect();
        let mut calibration = Self::none(classes);
        let mut loss = calibration.loss(&logs, labels);
        for _ in 0..ROUNDS {
            let Some(step) = calibration.newton_step(&logs, labels) else { break };
            let mut length = 1.0;
            let next = loop {
                let next = calibration.moved(&step, length);
                let next_loss = next.loss(&logs, labels);
                if next_loss < loss || length < 1e-6 {
                    break (next, next_loss);
                }
                length /= 2.0;
            };
            if loss - next.1 < 1e-10 * loss.abs() {
                break;
            }
            (calibration, loss) = next;
        }
        calibration
    }

    /// The calibrated probabilities.
    #[must_use]
    pub fn apply(&self, probabilities: &[f64]) -> Vec<f64> {
        self.of_logarithms(&logarithms(probabilities))
    }

    fn of_logarithms(&self, logs: &[f64]) -> Vec<f64> {
        let scores = logs.iter().zip(&self.bias).map(|(log, bias)| self.slope * log + bias);
        softmax(scores.collect())
    }

    fn loss(&self, logs: &[Vec<f64>], labels: &[usize]) -> f64 {
        let rows = logs.iter().zip(labels);
        let data: f64 =
            rows.map(|(row, &label)| -self.of_logarithms(row)[label].max(LEAST * LEAST).ln()).sum();
        let bias: f64 = self.bias.iter().map(|bias| bias * bias).sum();
        data + PRIOR / 2.0 * ((self.slope - 1.0).powi(2) + bias)
    }

    fn moved(&self, step: &[f64], length: f64) -> Self {
        let slope = (self.slope - length * step[0]).clamp(SLOPE.0, SLOPE.1);
        let bias = self.bias.iter().zip(&step[1..]).map(|(bias, step)| bias - length * step);
        Self { slope, bias: bias.collect() }
    }

    /// The gradient of the loss over slope and biases, divided by the matrix of second derivatives.
    fn newton_step(&self, logs: &[Vec<f64>], labels: &[usize]) -> Option<Vec<f64>> {
        let size = self.bias.len() + 1;
        let mut gradient = vec![PRIOR * (self.slope - 1.0)];
        gradient.extend(self.bias.iter().map(|bias| PRIOR * bias));
        let mut curvature = vec![vec![0.0; size]; size];
        (0..size).for_each(|place| curvature[place][place] = PRIOR);
        for (row, &label) in logs.iter().zip(labels) {
            let p = self.of_logarithms(row);
            let mean: f64 = p.iter().zip(row).map(|(p, log)| p * log).sum();
            gradient[0] += mean - row[label];
            for (class, &p_class) in p.iter().enumerate() {
                gradient[class + 1] += p_class - f64::from(u8::from(class == label));
                let slope_and_bias = p_class * (row[class] - mean);
                curvature[0][0] += p_class * (row[class] - mean).powi(2);
                curvature[0][class + 1] += slope_and_bias;
                curvature[class + 1][0] += slope_and_bias;
                for (other, &p_other) in p.iter().enumerate() {
                    let same = f64::from(u8::from(class == other));
                    curvature[class + 1][other + 1] += p_class * (same - p_other);
                }
            }
        }
        solve(curvature, gradient)
    }
}

fn logarithms(probabilities: &[f64]) -> Vec<f64> {
    probabilities.iter().map(|probability| probability.max(LEAST).ln()).collect()
}

/// `exp(score) / sum exp(score)`.
#[must_use]
pub fn softmax(mut scores: Vec<f64>) -> Vec<f64> {
    let greatest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    scores.iter_mut().for_each(|score| *score = (*score - greatest).exp());
    let sum: f64 = scores.iter().sum();
    scores.iter_mut().for_each(|score| *score /= sum);
    scores
}

/// Solves `matrix x = right` for a positive definite matrix, by elimination.
fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Option<Vec<f64>> {
    let size = right.len();
    for pivot in 0..size {
        if matrix[pivot][pivot] <= 0.0 || !matrix[pivot][pivot].is_finite() {
            return None;
        }
        let (above, below) = matrix.split_at_mut(pivot + 1);
        let from = &above[pivot];
        for (row, values) in below.iter_mut().enumerate() {
            let factor = values[pivot] / from[pivot];
            values.iter_mut().zip(from).for_each(|(value, from)| *value -= factor * from);
            right[pivot + 1 + row] -= factor * right[pivot];
        }
    }
    for row in (0..size).rev() {
        let known: f64 = (row + 1..size).map(|column| matrix[row][column] * right[column]).sum();
        right[row] = (right[row] - known) / matrix[row][row];
    }
    Some(right)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::metrics::Metrics;

    /// Rows that say 0.97 where 0.7 would be true, of classes that are right in turn.
    fn sure_of_itself() -> (Vec<Vec<f64>>, Vec<usize>) {
        let row = |best: usize| {
            (0..3).map(|class| if class == best { 0.97 } else { 0.015 }).collect::<Vec<_>>()
        };
        (0..300).map(|n| (row(n % 3), if n % 10 < 7 { n % 3 } else { (n + n / 10) % 3 })).unzip()
    }

    #[test]
    fn calibration_lowers_log_loss_and_calibration_error() {
        let (rows, labels) = sure_of_itself();
        let calibration = Calibration::fit(&rows, &labels, 3);
        let calibrated: Vec<_> = rows.iter().map(|row| calibration.apply(row)).collect();
        let (before, after) =
            (Metrics::of(&rows, &labels, 3), Metrics::of(&calibrated, &labels, 3));
        assert!(calibration.slope < 0.7, "{calibration:?}");
        assert!(after.log_loss < before.log_loss - 0.1, "{before:?} {after:?}");
        assert!(after.calibration_error < before.calibration_error / 3.0, "{before:?} {after:?}");
    }

    #[test]
    fn a_calibration_of_true_probabilities_changes_little() {
        let rows = vec![vec![0.25, 0.75]; 400];
        let labels: Vec<_> = (0..400).map(|n| usize::from(n % 4 > 0)).collect();
        let after = Calibration::fit(&rows, &labels, 2).apply(&rows[0]);
        assert!((after[0] - 0.25).abs() < 0.01, "{after:?}");
    }

    #[test]
    fn probabilities_sum_to_one_whatever_they_come_from() {
        let calibration = Calibration { slope: 20.0, bias: vec![100.0, -100.0] };
        for row in [[0.0, 1.0], [1.0, 0.0], [0.5, 0.5]] {
            let sum: f64 = calibration.apply(&row).iter().sum();
            assert!((sum - 1.0).abs() < 1e-12);
        }
    }
}
