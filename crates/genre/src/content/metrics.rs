//! How good probabilities are.

use serde::{Deserialize, Serialize};

/// Bins of confidence for the calibration error.
const BINS: usize = 15;
/// Probabilities below this cost no more than it in the log-loss.
const LEAST: f64 = 1e-12;

/// How good probabilities are, on pieces whose classes are known.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// Share of the pieces whose likeliest class is the right one.
    pub accuracy: f64,
    /// The mean over the classes of that share.
    pub balanced_accuracy: f64,
    /// Share of the pieces whose class is among the three likeliest.
    pub top3: f64,
    /// Mean over the classes of the harmonic mean of precision and recall.
    pub macro_f1: f64,
    /// Mean of minus the natural logarithm of the right class's probability.
    pub log_loss: f64,
    /// Expected calibration error: by how much confidence and accuracy differ, over 15 bins of confidence.
    pub calibration_error: f64,
    /// `[right class][likeliest class]`: how many pieces.
    pub confusion: Vec<Vec<u32>>,
}

impl Metrics {
    /// Judges `probabilities`, as many as classes for each piece, by the `labels`.
    #[must_use]
    pub fn of(probabilities: &[Vec<f64>], labels: &[usize], classes: usize) -> Self {
        let mut metrics = Self { confusion: vec![vec![0; classes]; classes], ..Default::default() };
        let mut bins = [(0.0, 0.0, 0.0); BINS];
        for (row, &label) in probabilities.iter().zip(labels) {
            let best = likeliest(row);
            let right = f64::from(u8::from(best == label));
            metrics.confusion[label][best] += 1;
            metrics.accuracy += right;
            let better = row.iter().filter(|&&other| other > row[label]).count();
            metrics.top3 += f64::from(u8::from(better < 3));
            metrics.log_loss -= row[label].max(LEAST).ln();
            let bin = &mut bins[((row[best] * BINS as f64) as usize).min(BINS - 1)];
            *bin = (bin.0 + 1.0, bin.1 + row[best], bin.2 + right);
        }
        let pieces = (labels.len() as f64).max(1.0);
        metrics.accuracy /= pieces;
        metrics.top3 /= pieces;
        metrics.log_loss /= pieces;
        metrics.calibration_error =
            bins.iter().map(|(_, confidence, right)| (confidence - right).abs()).sum::<f64>()
                / pieces;
        metrics.by_class(classes);
        metrics
    }

    fn by_class(&mut self, classes: usize) {
        let (mut recalls, mut scores, mut present) = (0.0, 0.0, 0.0);
        for class in 0..classes {
            let hits = f64::from(self.confusion[class][class]);
            let there: f64 = self.confusion[class].iter().copied().map(f64::from).sum();
            let guessed: f64 = self.confusion.iter().map(|row| f64::from(row[class])).sum();
            if there > 0.0 {
                recalls += hits / there;
                scores += 2.0 * hits / (there + guessed);
                present += 1.0;
            }
        }
        self.balanced_accuracy = recalls / f64::max(present, 1.0);
        self.macro_f1 = scores / f64::max(present, 1.0);
    }
}

/// The place of the greatest number, the first of equals; 0 for an empty list.
#[must_use]
pub fn likeliest(probabilities: &[f64]) -> usize {
    let mut best = 0;
    for (index, &probability) in probabilities.iter().enumerate() {
        if probability > probabilities[best] {
            best = index;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_those_of_a_case_done_by_hand() {
        let rows = [vec![0.8, 0.2], vec![0.6, 0.4], vec![0.3, 0.7], vec![0.1, 0.9]];
        let metrics = Metrics::of(&rows, &[0, 1, 1, 1], 2);
        assert_eq!(metrics.accuracy, 0.75);
        assert!((metrics.balanced_accuracy - 5.0 / 6.0).abs() < 1e-12);
        assert!((metrics.macro_f1 - (2.0 / 3.0 + 0.8) / 2.0).abs() < 1e-12);
        let log_loss = -(0.8_f64.ln() + 0.4_f64.ln() + 0.7_f64.ln() + 0.9_f64.ln()) / 4.0;
        assert!((metrics.log_loss - log_loss).abs() < 1e-12);
        // Each piece is alone in its bin: 0.2, 0.6, 0.3 and 0.1 away from what came of it.
        assert!((metrics.calibration_error - 0.3).abs() < 1e-12);
        assert_eq!(metrics.confusion, [[1, 0], [1, 2]]);
        assert_eq!(metrics.top3, 1.0);
    }
}
