//! Values by their order.

use std::ops::Range;

/// Numbers in order, equal ones together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranked {
    /// Places of the numbers, least first.
    order: Vec<usize>,
    /// Where equal ones stand in `order`.
    ties: Vec<Range<usize>>,
}

impl Ranked {
    /// Puts numbers in order, none of which is NaN.
    #[must_use]
    pub fn new(values: &[f64]) -> Self {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
        let mut ties = Vec::new();
        let mut start = 0;
        for tie in order.chunk_by(|&a, &b| values[a] == values[b]) {
            ties.push(start..start + tie.len());
            start += tie.len();
        }
        Self { order, ties }
    }

    /// The rank of each number, from 1; equal ones share the mean of their ranks.
    #[must_use]
    pub fn ranks(&self) -> Vec<f64> {
        let mut ranks = vec![0.0; self.order.len()];
        for tie in &self.ties {
            let rank = (tie.start + tie.end + 1) as f64 / 2.0;
            for &place in &self.order[tie.clone()] {
                ranks[place] = rank;
            }
        }
        ranks
    }

    /// Cliff's delta of the first `first` numbers against the rest, each of which counts as often as `weights` say.
    #[must_use]
    pub fn cliffs_delta(&self, first: usize, weights: &[u32]) -> f64 {
        let (mut below, mut above) = (0_u64, 0_u64);
        // Twice the number of pairs in which the first is greater, ties as halves.
        let mut wins = 0_u64;
        for tie in &self.ties {
            let (mut here, mut there) = (0_u64, 0_u64);
            for &place in &self.order[tie.clone()] {
                let weight = u64::from(weights[place]);
                if place < first { here += weight } else { there += weight }
            }
            wins += here * (2 * below + there);
            below += there;
            above += here;
        }
        let pairs = above * below;
        if pairs == 0 { 0.0 } else { wins as f64 / pairs as f64 - 1.0 }
    }
}

/// Cliff's delta: how much likelier a number of the first group is to be greater than one of the second than the other way
/// round, -1 to 1 (Cliff, "Dominance statistics", 1993); 0 if there are none. It is `2 U / (n m) - 1` with Mann and Whitney's U.
#[must_use]
pub fn cliffs_delta(first: &[f64], second: &[f64]) -> f64 {
    let values = [first, second].concat();
    Ranked::new(&values).cliffs_delta(first.len(), &vec![1; values.len()])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn equal_numbers_share_their_ranks() {
        assert_eq!(Ranked::new(&[3.0, 1.0, 3.0, 2.0, 3.0]).ranks(), [4.0, 1.0, 4.0, 2.0, 4.0]);
        assert_eq!(Ranked::new(&[-0.0, 0.0]).ranks(), [1.5, 1.5]);
    }

    #[test]
    fn delta_counts_pairs() {
        // 1 < 2, 1 < 3, 3 > 2, 3 = 3: (1 - 2) / 4.
        assert_eq!(cliffs_delta(&[1.0, 3.0], &[2.0, 3.0]), -0.25);
        assert_eq!(cliffs_delta(&[5.0], &[1.0, 2.0]), 1.0);
        assert_eq!(cliffs_delta(&[5.0, 5.0], &[5.0]), 0.0);
        assert_eq!(cliffs_delta(&[], &[5.0]), 0.0);
    }

    #[test]
    fn delta_goes_with_the_u_of_scipy() {
        let first = [1.1, 2.5, 2.5, 3.9, 4.4, 6.0];
        let second = [0.3, 1.1, 2.2, 2.5, 3.0];
        // scipy.stats.mannwhitneyu(first, second).statistic
        let u = 23.5;
        assert!((cliffs_delta(&first, &second) - (2.0 * u / 30.0 - 1.0)).abs() < 1e-15);
    }

    proptest! {
        #[test]
        fn delta_turns_round_with_the_groups(
            first in prop::collection::vec(0u8..9, 1..20),
            second in prop::collection::vec(0u8..9, 1..20),
        ) {
            let numbers = |values: &[u8]| values.iter().map(|&value| f64::from(value)).collect::<Vec<_>>();
            let (first, second) = (numbers(&first), numbers(&second));
            let delta = cliffs_delta(&first, &second);
            let pairs = first.iter().flat_map(|a| second.iter().map(move |b| (a > b) as i32 - (a < b) as i32));
            let expected = f64::from(pairs.sum::<i32>()) / (first.len() * second.len()) as f64;
            prop_assert!((delta - expected).abs() < 1e-12);
            prop_assert!((delta + cliffs_delta(&second, &first)).abs() < 1e-12);
        }
    }
}
