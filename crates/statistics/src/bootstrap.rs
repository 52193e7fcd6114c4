//! Between which bounds a difference is known.

use rayon::prelude::*;

use crate::draw::{Draw, Purpose};
use crate::summary::quantile;
use crate::{Ranked, Table};

/// Times that units are drawn anew.
pub const REPLICATES: usize = 2000;

/// Replicates that share a stream of random numbers.
const CHUNK: usize = 50;

/// The bounds between which 95% of the replicates lie.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Interval {
    /// 2.5% are lower.
    pub low: f64,
    /// 2.5% are higher.
    pub high: f64,
}

/// What is known of a column.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Intervals {
    /// Of Cliff's delta, first group against second.
    pub delta: Interval,
    /// Of the mean of the first group less that of the second.
    pub difference: Interval,
}

/// The 95% percentile intervals of the first `columns` columns by the bootstrap (Efron, "Bootstrap methods", 1979): units are
/// drawn anew [`REPLICATES`] times from their own groups, all numbers of a unit together. Default for groups without units.
#[must_use]
pub fn intervals(table: &Table, columns: usize, seed: u64) -> Vec<Intervals> {
    let columns = columns.min(table.columns());
    if table.first() == 0 || table.second() == 0 {
        return vec![Intervals::default(); columns];
    }
    let values: Vec<Vec<f64>> = (0..columns).map(|column| table.column(column)).collect();
    let ranked: Vec<Ranked> = values.par_iter().map(|values| Ranked::new(values)).collect();
    let chunk = |chunk: usize| {
        let mut draw = Draw::new(seed, Purpose::Bootstrap, chunk as u64);
        let mut weights = vec![0; table.units()];
        let mut found = Vec::with_capacity(CHUNK * columns);
        for _ in 0..CHUNK {
            draw_units(table, &mut draw, &mut weights);
            for (values, ranked) in values.iter().zip(&ranked) {
                let delta = ranked.cliffs_delta(table.first(), &weights);
                found.push((delta, difference(values, table.first(), &weights)));
            }
        }
        found
    };
    let chunks: Vec<Vec<(f64, f64)>> = (0..REPLICATES / CHUNK).into_par_iter().map(chunk).collect();
    let of_column = |column: usize| {
        let replicates =
            || chunks.iter().flat_map(move |chunk| chunk.iter().skip(column).step_by(columns));
        Intervals {
            delta: interval(replicates().map(|replicate| replicate.0).collect()),
            difference: interval(replicates().map(|replicate| replicate.1).collect()),
        }
    };
    (0..columns).map(of_column).collect()
}

/// How often each unit is drawn, as many of each group as it has.
fn draw_units(table: &Table, draw: &mut Draw, weights: &mut [u32]) {
    weights.fill(0);
    let (first, second) = weights.split_at_mut(table.first());
    for group in [first, second] {
        let units = u32::try_from(group.len()).unwrap_or(u32::MAX);
        for _ in 0..units {
            group[draw.below(units)] += 1;
        }
    }
}

/// Difference of the means.
fn difference(values: &[f64], first: usize, weights: &[u32]) -> f64 {
    let mean = |values: &[f64], weights: &[u32]| {
        let sum: f64 =
            values.iter().zip(weights).map(|(value, &weight)| value * f64::from(weight)).sum();
        sum / values.len() as f64
    };
    let (here, there) = values.split_at(first);
    mean(here, &weights[..first]) - mean(there, &weights[first..])
}

fn interval(mut replicates: Vec<f64>) -> Interval {
    replicates.sort_by(f64::total_cmp);
    Interval { low: quantile(&replicates, 0.025), high: quantile(&replicates, 0.975) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(first: &[f64], second: &[f64]) -> Table {
        let rows = |values: &[f64]| values.iter().map(|&value| vec![value]).collect::<Vec<_>>();
        Table::new(1, &rows(first), &rows(second))
    }

    #[test]
    fn intervals_are_those_of_scipy() {
        let first: Vec<f64> = (0..40).map(|i| f64::from(i * 37 % 40) / 4.0).collect();
        let second: Vec<f64> = (0..30).map(|i| f64::from(i * 17 % 30) / 3.0 - 1.0).collect();
        let found = intervals(&table(&first, &second), 1, 1)[0];
        let near = |found: Interval, (low, high): (f64, f64), margin: f64| {
            (found.low - low).abs() < margin && (found.high - high).abs() < margin
        };
        // scipy.stats.bootstrap(..., method="percentile") with 20,000 and 200,000 replicates; the margins are what 2,000 leave open.
        assert!(near(found.delta, (-0.0734, 0.4567), 0.025), "{found:?}");
        assert!(near(found.difference, (-0.3229, 2.4049), 0.13), "{found:?}");
    }

    #[test]
    fn few_and_equal_numbers_are_no_trouble() {
        let equal = intervals(&table(&[2.0, 2.0], &[2.0]), 1, 1)[0];
        assert_eq!(equal, Intervals::default());
        assert_eq!(intervals(&table(&[], &[2.0]), 1, 1), [Intervals::default()]);
    }

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let first: Vec<f64> = (0..50).map(f64::from).collect();
        let table = table(&first, &first[..20]);
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| intervals(&table, 1, 3))
        };
        assert_eq!(with(1), with(3));
    }
}
