//! Features cut into bins, so that trees have few questions to choose from.

use super::examples::Examples;

/// Most bins a feature.
pub(super) const MAX_BINS: usize = 64;

/// Where features are cut.
#[derive(Clone, Debug)]
pub(super) struct Cuts(Vec<Vec<f32>>);

impl Cuts {
    /// Cuts that leave about as many of the pieces `rows` in each bin.
    pub(super) fn of(examples: &Examples, rows: &[usize]) -> Self {
        let cuts = |feature: usize| {
            let mut values: Vec<f32> =
                rows.iter().map(|&row| examples.features(row)[feature]).collect();
            values.sort_by(f32::total_cmp);
            let (least, mut last) = (values.len().div_ceil(MAX_BINS), 0);
            let mut cuts = Vec::new();
            for place in 1..values.len() {
                let (below, value) = (values[place - 1], values[place]);
                // Only between two values, and far enough from the cut before.
                if below < value && place - last >= least {
                    // Halfway, so that a value between two that were seen goes to the nearer.
                    cuts.push(below / 2.0 + value / 2.0);
                    last = place;
                }
            }
            cuts
        };
        Self((0..examples.width()).map(cuts).collect())
    }

    /// How many bins a feature has.
    pub(super) fn bins(&self, feature: usize) -> usize {
        self.0[feature].len() + 1
    }

    /// The greatest value in `bin` of a feature.
    pub(super) fn most(&self, feature: usize, bin: u8) -> f32 {
        self.0[feature].get(usize::from(bin)).copied().unwrap_or(f32::MAX)
    }
}

/// Pieces as the bins of their features.
#[derive(Debug)]
pub(super) struct Binned {
    width: usize,
    bins: Vec<u8>,
}

impl Binned {
    pub(super) fn new(examples: &Examples, rows: &[usize], cuts: &Cuts) -> Self {
        let width = examples.width();
        let mut bins = Vec::with_capacity(width * rows.len());
        for &row in rows {
            let features = examples.features(row).iter().zip(&cuts.0);
            bins.extend(
                features.map(|(value, cuts)| cuts.partition_point(|cut| cut < value) as u8),
            );
        }
        Self { width, bins }
    }

    pub(super) fn row(&self, row: usize) -> &[u8] {
        &self.bins[row * self.width..][..self.width]
    }
}
