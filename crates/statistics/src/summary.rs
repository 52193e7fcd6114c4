//! Numbers in five numbers.

/// Numbers in a few.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Summary {
    /// How many there are.
    pub count: usize,
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation, with one less than their number below the line; 0 of one.
    pub deviation: f64,
    /// A quarter of them is no greater.
    pub lower_quartile: f64,
    /// Half of them is no greater.
    pub median: f64,
    /// Three quarters of them are no greater.
    pub upper_quartile: f64,
}

impl Summary {
    /// Sums up numbers; all is 0 of none.
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        let count = values.len();
        if count == 0 {
            return Self::default();
        }
        let mean = values.iter().sum::<f64>() / count as f64;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        Self {
            count,
            mean,
            deviation: (squares / (count - 1).max(1) as f64).sqrt(),
            lower_quartile: quantile(&sorted, 0.25),
            median: quantile(&sorted, 0.5),
            upper_quartile: quantile(&sorted, 0.75),
        }
    }
}

/// The number below which a share of sorted numbers, of which there is one at least, lies: between two of them in proportion.
pub(crate) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let below = place.floor();
    let (low, high) = (sorted[below as usize], sorted[place.ceil() as usize]);
    low + (place - below) * (high - low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_summed_up_as_in_numpy() {
        let summary = Summary::of(&[4.0, 1.0, 2.0, 10.0]);
        assert_eq!((summary.count, summary.mean), (4, 4.25));
        // numpy.std(ddof=1), numpy.quantile
        assert!((summary.deviation - 4.031_128_874_149_275).abs() < 1e-12);
        assert_eq!(
            (summary.lower_quartile, summary.median, summary.upper_quartile),
            (1.75, 3.0, 5.5)
        );
        assert_eq!(Summary::of(&[]), Summary::default());
        assert_eq!(Summary::of(&[3.0]).deviation, 0.0);
    }
}
