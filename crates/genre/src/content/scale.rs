//! Features on one scale.

use serde::{Deserialize, Serialize};

use super::examples::Examples;

/// Farthest from the mean that counts, in standard deviations: one odd file should not bend a model.
const FARTHEST: f32 = 4.0;

/// Mean and standard deviation of each feature.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Scale {
    /// Means.
    pub mean: Vec<f32>,
    /// Reciprocals of the standard deviations; 0 for a feature that never changes.
    pub inverse: Vec<f32>,
}

impl Scale {
    /// The scale of the pieces `rows`.
    #[must_use]
    pub fn of(examples: &Examples, rows: &[usize]) -> Self {
        let width = examples.width();
        let count = rows.len().max(1) as f64;
        let mut mean = vec![0.0_f64; width];
        let mut square = vec![0.0_f64; width];
        for &row in rows {
            let values = examples.features(row).iter().copied().map(f64::from);
            mean.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
        }
        mean.iter_mut().for_each(|sum| *sum /= count);
        for &row in rows {
            let values = examples.features(row).iter().copied().map(f64::from);
            for ((sum, value), mean) in square.iter_mut().zip(values).zip(&mean) {
                *sum += (value - mean) * (value - mean);
            }
        }
        let inverse = |sum: &f64| {
            let deviation = (sum / count).sqrt();
            if deviation > 1e-9 { (1.0 / deviation) as f32 } else { 0.0 }
        };
        Self {
            inverse: square.iter().map(inverse).collect(),
            mean: mean.into_iter().map(|mean| mean as f32).collect(),
        }
    }

    /// The features of a piece, standardised and cut off at four deviations.
    pub fn apply(&self, features: &[f32]) -> impl Iterator<Item = f32> {
        let scales = self.mean.iter().zip(&self.inverse);
        features
            .iter()
            .zip(scales)
            .map(|(value, (mean, inverse))| ((value - mean) * inverse).clamp(-FARTHEST, FARTHEST))
    }
}
