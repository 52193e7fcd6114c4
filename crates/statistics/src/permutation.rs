//! How often chance alone would give as great a difference.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use crate::Table;
use crate::draw::{Draw, Purpose};

/// Rearrangements that share a stream of random numbers.
const CHUNK: u64 = 128;

/// Differences this much smaller, in proportion, are as great: the same units in another order give sums that differ in the last bits.
const TOLERANCE: f64 = 1e-9;

/// The ways to share units out to two groups of given sizes: all of them if there are few, else as many as are asked for at random.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rearrangements {
    units: usize,
    /// Units in the smaller group.
    chosen: usize,
    count: u64,
    seed: Option<u64>,
}

/// A p-value and what it comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PValue {
    /// Share of the rearrangements that look as different; drawn ones count the data themselves as one more, so that it is never 0
    /// (Phipson and Smyth, "Permutation p-values should never be zero", 2010).
    pub p: f64,
    /// The mean of the statistic over them: what chance alone gives.
    pub by_chance: f64,
}

impl Rearrangements {
    /// Those of groups of `first` and `second` units, at most `limit`.
    #[must_use]
    pub fn new(first: usize, second: usize, limit: u64, seed: u64) -> Self {
        let (units, chosen) = (first + second, first.min(second));
        match combinations(units, chosen, limit) {
            Some(count) => Self { units, chosen, count, seed: None },
            None => Self { units, chosen, count: limit, seed: Some(seed) },
        }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Whether these are all that there could be.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.seed.is_none()
    }

    /// The least p-value that they can show.
    #[must_use]
    pub fn least_p(&self) -> f64 {
        let total = self.count + u64::from(!self.is_exact());
        1.0 / total as f64
    }

    fn chunks(&self) -> u64 {
        if self.is_exact() { 1 } else { self.count.div_ceil(CHUNK) }
    }

    /// Shows `take` the units of the smaller group in each rearrangement of a chunk.
    fn visit(&self, chunk: u64, mut take: impl FnMut(&[usize])) {
        let Some(seed) = self.seed else { return self.visit_all(take) };
        let mut draw = Draw::new(seed, Purpose::Permutation, chunk);
        let mut order: Vec<usize> = (0..self.units).collect();
        for _ in chunk * CHUNK..self.count.min((chunk + 1) * CHUNK) {
            // The beginning of Fisher and Yates's shuffle: the rest needs no order.
            for place in 0..self.chosen {
                let left = u32::try_from(self.units - place).unwrap_or(u32::MAX);
                order.swap(place, place + draw.below(left));
            }
            take(&order[..self.chosen]);
        }
    }

    /// All combinations in the order of a dictionary.
    fn visit_all(&self, mut take: impl FnMut(&[usize])) {
        let mut chosen: Vec<usize> = (0..self.chosen).collect();
        loop {
            take(&chosen);
            let spare = self.units - self.chosen;
            let Some(last) = (0..self.chosen).rev().find(|&place| chosen[place] < place + spare)
            else {
                return;
            };
            chosen[last] += 1;
            for place in last + 1..self.chosen {
                chosen[place] = chosen[place - 1] + 1;
            }
        }
    }
}

/// Ways to choose `chosen` of `units`; none if they are more than `limit`.
fn combinations(units: usize, chosen: usize, limit: u64) -> Option<u64> {
    let mut ways = 1_u128;
    for place in 0..chosen {
        ways = ways * (units - place) as u128 / (place + 1) as u128;
        if ways > u128::from(limit) {
            return None;
        }
    }
    u64::try_from(ways).ok()
}

/// Counts the rearrangements of the units of `table` that look as different as the table itself.
///
/// `statistics` makes of the sums of all columns over the first group as many measures of difference as `measures` says, each
/// greater for groups that differ more. `advance` hears how many rearrangements were looked at and says whether to go on; the
/// result is none if it did not. All measures share the rearrangements: a row is added up once for all of them.
pub fn permutation_test(
    table: &Table,
    rearrangements: &Rearrangements,
    measures: usize,
    statistics: &(dyn Fn(&[f64], &mut [f64]) + Sync),
    advance: &(dyn Fn(u64) -> bool + Sync),
) -> Option<Vec<PValue>> {
    let columns = table.columns();
    let mut totals = vec![0.0; columns];
    table.sum(0..table.units(), &mut totals);
    let first_is_chosen = table.first() <= table.second();
    let measure = |chosen: &[usize], sums: &mut [f64], found: &mut [f64]| {
        table.sum(chosen.iter().copied(), sums);
        if !first_is_chosen {
            sums.iter_mut().zip(&totals).for_each(|(sum, total)| *sum = total - *sum);
        }
        statistics(sums, found);
    };
    let mut observed = vec![0.0; measures];
    let chosen: Vec<usize> = if first_is_chosen {
        (0..table.first()).collect()
    } else {
        (table.first()..table.units()).collect()
    };
    measure(&chosen, &mut vec![0.0; columns], &mut observed);
    let go_on = AtomicBool::new(true);
    let count_chunk = |chunk: u64| {
        let mut tally = vec![(0_u64, 0.0); measures];
        if !go_on.load(Ordering::Relaxed) {
            return tally;
        }
        let (mut sums, mut found) = (vec![0.0; columns], vec![0.0; measures]);
        let mut visited = 0;
        rearrangements.visit(chunk, |chosen| {
            measure(chosen, &mut sums, &mut found);
            for ((tally, &found), &observed) in tally.iter_mut().zip(&found).zip(&observed) {
                tally.0 += u64::from(found >= observed - TOLERANCE * observed.abs());
                tally.1 += found;
            }
            visited += 1;
        });
        if !advance(visited) {
            go_on.store(false, Ordering::Relaxed);
        }
        tally
    };
    // Gathered before they are added: sums are taken in a fixed order.
    let tallies: Vec<_> = (0..rearrangements.chunks()).into_par_iter().map(count_chunk).collect();
    go_on.into_inner().then(|| {
        let p_value = |measure: usize| {
            let (as_great, sum) = tallies.iter().fold((0, 0.0), |total, tally| {
                (total.0 + tally[measure].0, total.1 + tally[measure].1)
            });
            let itself = u64::from(!rearrangements.is_exact());
            let count = rearrangements.count();
            PValue {
                p: (as_great + itself) as f64 / (count + itself) as f64,
                by_chance: sum / count as f64,
            }
        };
        (0..measures).map(p_value).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Ranked;

    const FIRST: [f64; 6] = [1.1, 2.5, 2.5, 3.9, 4.4, 6.0];
    const SECOND: [f64; 5] = [0.3, 1.1, 2.2, 2.5, 3.0];

    /// P-value of the rank sum.
    fn p_value(first: &[f64], second: &[f64], rearrangements: &Rearrangements) -> f64 {
        let ranks = Ranked::new(&[first, second].concat()).ranks();
        let rows: Vec<Vec<f64>> = ranks.into_iter().map(|rank| vec![rank]).collect();
        let table = Table::new(1, &rows[..first.len()], &rows[first.len()..]);
        let expected = first.len() as f64 * (table.units() + 1) as f64 / 2.0;
        let far = |sums: &[f64], found: &mut [f64]| found[0] = (sums[0] - expected).abs();
        permutation_test(&table, rearrangements, 1, &far, &|_| true).unwrap()[0].p
    }

    #[test]
    fn few_units_are_rearranged_in_every_way() {
        let all = Rearrangements::new(6, 5, 1000, 0);
        assert_eq!((all.count(), all.is_exact()), (462, true));
        // scipy.stats.permutation_test of |rank sum - 36|, n_resamples=inf: 0.1406926406926407
        assert!((p_value(&FIRST, &SECOND, &all) - 0.140_692_640_692_640_7).abs() < 1e-12);
        // The groups the other way round are the same question.
        assert!((p_value(&SECOND, &FIRST, &all) - 0.140_692_640_692_640_7).abs() < 1e-12);
        // scipy.stats.mannwhitneyu([1, 2, 3], [4, 5, 6, 7], method="exact"): 2 of 35.
        let apart = Rearrangements::new(3, 4, 1000, 0);
        assert_eq!(p_value(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0, 7.0], &apart), 2.0 / 35.0);
    }

    #[test]
    fn many_units_are_rearranged_at_random() {
        let some = Rearrangements::new(6, 5, 461, 7);
        assert_eq!((some.count(), some.is_exact()), (461, false));
        let many = Rearrangements { count: 100_000, ..some };
        let p = p_value(&FIRST, &SECOND, &many);
        // Four standard deviations of a share of 100,000.
        assert!((p - 0.140_692_641).abs() < 0.005, "{p}");
        assert_eq!(p, p_value(&FIRST, &SECOND, &many));
        assert!((some.least_p() - 1.0 / 462.0).abs() < 1e-15);
    }

    #[test]
    fn no_units_and_equal_units_show_nothing() {
        let none = Rearrangements::new(0, 5, 1000, 0);
        assert_eq!((none.count(), p_value(&[], &SECOND, &none)), (1, 1.0));
        let equal = Rearrangements::new(3, 3, 1000, 0);
        assert_eq!(p_value(&[2.0; 3], &[2.0; 3], &equal), 1.0);
    }

    #[test]
    fn a_test_can_be_called_off() {
        let table = Table::new(1, &[[1.0], [2.0]], &[[3.0], [4.0]]);
        let sum = |sums: &[f64], found: &mut [f64]| found[0] = sums[0];
        let many = Rearrangements { units: 4, chosen: 2, count: 1000, seed: Some(1) };
        assert_eq!(permutation_test(&table, &many, 1, &sum, &|_| false), None);
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| permutation_test(&table, &many, 1, &sum, &|_| true))
        };
        assert_eq!(with(1), with(3));
    }
}
