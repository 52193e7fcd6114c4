//! What differs between two groups.

use std::sync::atomic::{AtomicU64, Ordering};

use corpus::profile::{Distribution, Feature, Profile};
use serde::Serialize;
use statistics::{
    Interval, Ranked, Rearrangements, Summary, Table, earth_mover, holm, intervals, jensen_shannon,
    permutation_test,
};

use super::group::{Gathered, Group, Kind, Unit};
use super::word::{self, distribution_name, feature_name};
use super::{CompareOptions, SIGNIFICANCE};
use crate::{Error, Event, Observer, Result};

/// Tests of one comparison.
const MEASURES: usize = Feature::ALL.len() + Distribution::ALL.len();

/// Rearrangements of a comparison, unless told otherwise: the fewest, the most, and additions that are worth a second or so.
const FEWEST: u64 = 9_999;
const MOST: u64 = 49_999;
const ADDITIONS: u64 = 4_000_000_000;
/// Additions that are as long as the distances of all distributions.
const DISTANCES: u64 = 10_000;

/// Bins that are named for each group as those of which it has most more.
const SHIFTS: usize = 2;

/// A pair of groups and what differs between them.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// Index of the first among the groups.
    pub first: usize,
    /// Index of the second.
    pub second: usize,
    /// What counts once.
    pub unit: Unit,
    /// Units of the first.
    pub first_units: usize,
    /// Units of the second.
    pub second_units: usize,
    /// Ways in which the units were rearranged.
    pub permutations: u64,
    /// Whether these are all that there are.
    pub exact: bool,
    /// The features.
    pub features: Vec<FeatureContrast>,
    /// The distributions.
    pub distributions: Vec<DistributionContrast>,
}

/// Bounds between which something lies with 95% confidence.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Bounds {
    /// The lower one.
    pub low: f64,
    /// The upper one.
    pub high: f64,
}

/// Whether a difference is real.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Chance alone would hardly give it.
    Real,
    /// Chance alone might well give it.
    NotShown,
    /// There are so few units that no difference could be told from chance.
    TooFew,
}

/// A feature of two groups.
#[derive(Clone, Debug, Serialize)]
pub struct FeatureContrast {
    /// Name of the feature.
    pub feature: &'static str,
    /// Mean of the first group.
    pub first: f64,
    /// Mean of the second.
    pub second: f64,
    /// Median of the first group.
    pub first_median: f64,
    /// Median of the second.
    pub second_median: f64,
    /// Where the difference of the means lies, first less second.
    pub difference: Bounds,
    /// Cliff's delta, first against second.
    pub delta: f64,
    /// Where that lies.
    pub delta_bounds: Bounds,
    /// Chance of a rank sum as far from what is expected.
    pub p: f64,
    /// The same, adjusted for all tests.
    pub p_adjusted: f64,
    /// Whether it is real.
    pub verdict: Verdict,
    /// The same in words.
    pub words: String,
}

/// A distribution of two groups.
#[derive(Clone, Debug, Serialize)]
pub struct DistributionContrast {
    /// Name of the distribution.
    pub distribution: &'static str,
    /// Jensen-Shannon divergence of the mean distributions, in bits.
    pub divergence: f64,
    /// What chance alone gives on the average.
    pub by_chance: f64,
    /// Earth mover's distance, in semitones or sixteenths; none of pitch classes.
    pub distance: Option<f64>,
    /// Where they differ most.
    pub shifts: Vec<Shift>,
    /// Chance of as great a divergence.
    pub p: f64,
    /// The same, adjusted for all tests.
    pub p_adjusted: f64,
    /// Whether it is real.
    pub verdict: Verdict,
    /// The same in words.
    pub words: String,
}

/// A bin of a distribution that differs.
#[derive(Clone, Debug, Serialize)]
pub struct Shift {
    /// What it stands for.
    pub value: i32,
    /// Its name.
    pub name: String,
    /// Its share in the first group.
    pub first: f64,
    /// Its share in the second.
    pub second: f64,
}

impl Comparison {
    /// How many tests it takes.
    pub(super) fn tests(&self) -> usize {
        self.features.len() + self.distributions.len()
    }

    /// P-values that can be written to.
    fn p_values(&mut self) -> impl Iterator<Item = (&mut f64, &mut f64, &mut Verdict)> {
        let features = self.features.iter_mut();
        let features =
            features.map(|found| (&mut found.p, &mut found.p_adjusted, &mut found.verdict));
        let distributions = self.distributions.iter_mut();
        features.chain(
            distributions.map(|found| (&mut found.p, &mut found.p_adjusted, &mut found.verdict)),
        )
    }
}

impl From<Interval> for Bounds {
    fn from(Interval { low, high }: Interval) -> Self {
        Self { low, high }
    }
}

/// Compares all pairs of groups that are of one kind or one genre.
pub(super) fn all(
    options: &CompareOptions,
    gathered: &Gathered,
    pool: &rayon::ThreadPool,
    observer: &dyn Observer,
) -> Result<Vec<Comparison>> {
    let groups = &gathered.groups;
    let mut pairs = Vec::new();
    for (second, there) in groups.iter().enumerate() {
        for (first, here) in groups[..second].iter().enumerate() {
            if here.kind == there.kind || here.genre == there.genre {
                pairs.push((first, second));
            }
        }
    }
    // Genre against genre first, then what was generated against its corpus, then against each other.
    pairs.sort_by_key(|&(first, second)| {
        (groups[first].kind == Kind::Generated, groups[second].kind == Kind::Generated)
    });
    let jobs: Vec<Job<'_>> =
        pairs.iter().map(|&pair| Job::new(pair, gathered, options, pairs.len())).collect();
    warn_of_few(&jobs, observer);
    let total = Some(jobs.iter().map(|job| job.rearrangements.count()).sum());
    observer.observe(Event::Began { task: "comparing", unit: "rearrangements", total, done: 0 });
    let done = AtomicU64::new(0);
    let advance = |count| {
        let done = done.fetch_add(count, Ordering::Relaxed) + count;
        observer.observe(Event::Advanced { done, total, detail: "" });
        !observer.cancelled()
    };
    let mut comparisons = Vec::with_capacity(jobs.len());
    for job in &jobs {
        let comparison = pool.install(|| job.run(options.seed, &advance));
        comparisons.push(comparison.ok_or(Error::Interrupted { kept: None })?);
    }
    observer.observe(Event::Ended);
    judge(&mut comparisons, &jobs);
    for comparison in &mut comparisons {
        word::speak(comparison, groups);
    }
    Ok(comparisons)
}

/// Says when so few rearrangements were asked for that nothing could be called real.
fn warn_of_few(jobs: &[Job<'_>], observer: &dyn Observer) {
    let tests = jobs.len() * MEASURES;
    let drawn = jobs.iter().map(|job| job.rearrangements).find(|drawn| !drawn.is_exact());
    if let Some(drawn) = drawn.filter(|drawn| drawn.least_p() * tests as f64 >= SIGNIFICANCE) {
        let needed = (tests as f64 / SIGNIFICANCE).ceil();
        observer.observe(Event::Warning(&format!(
            "with {} rearrangements nothing can be called real among {tests} tests: more than {needed} are needed",
            drawn.count()
        )));
    }
}

/// A comparison to be made.
struct Job<'a> {
    pair: (usize, usize),
    unit: Unit,
    first: &'a [Profile],
    second: &'a [Profile],
    rearrangements: Rearrangements,
}

impl<'a> Job<'a> {
    fn new(
        (first, second): (usize, usize),
        gathered: &'a Gathered,
        options: &CompareOptions,
        comparisons: usize,
    ) -> Self {
        let (here, there) = (&gathered.groups[first], &gathered.groups[second]);
        let pick = |group: &'a Group| -> (&'a [Profile], Unit) {
            match (here.kind == there.kind, group.kind) {
                (true, Kind::Corpus) => (&group.profiles, gathered.unit),
                // A generated melody is no mean of an artist's.
                (false, Kind::Corpus) => (&group.songs_profiles, Unit::Song),
                (_, Kind::Generated) => (&group.profiles, Unit::Piece),
            }
        };
        let ((one, unit), (other, _)) = (pick(here), pick(there));
        let row =
            (one.len().min(other.len()) * one.first().map_or(1, |p| p.numbers().len())) as u64;
        // The least p-value must stay below the level when it is adjusted.
        let fewest = FEWEST.max((10 * MEASURES * comparisons) as u64 * (1.0 / SIGNIFICANCE) as u64);
        let usual = (ADDITIONS / (row + DISTANCES)).clamp(fewest, MOST.max(fewest));
        let limit = options.permutations.unwrap_or(usual);
        let rearrangements = Rearrangements::new(one.len(), other.len(), limit, options.seed);
        Self { pair: (first, second), unit, first: one, second: other, rearrangements }
    }

    /// Compares; none if it was called off.
    fn run(&self, seed: u64, advance: &(dyn Fn(u64) -> bool + Sync)) -> Option<Comparison> {
        let columns = self.first.first().map_or(0, |profile| profile.numbers().len());
        let mut table = Table::new(columns, self.first, self.second);
        let bounds = intervals(&table, Feature::ALL.len(), seed);
        let values: Vec<Vec<f64>> = (0..columns).map(|column| table.column(column)).collect();
        for feature in Feature::ALL {
            table.set_column(feature as usize, &Ranked::new(&values[feature as usize]).ranks());
        }
        let (n, m) = (self.first.len() as f64, self.second.len() as f64);
        let totals: Vec<f64> = values.iter().map(|values| values.iter().sum()).collect();
        let expected = n * (n + m + 1.0) / 2.0;
        let statistics = |sums: &[f64], found: &mut [f64]| {
            for feature in Feature::ALL {
                found[feature as usize] = (sums[feature as usize] - expected).abs();
            }
            for (distribution, found) in
                Distribution::ALL.iter().zip(&mut found[Feature::ALL.len()..])
            {
                let range = distribution.range();
                let (mut here, mut there) = ([0.0; BINS], [0.0; BINS]);
                let bins = range.len();
                for (bin, column) in range.enumerate() {
                    here[bin] = sums[column] / n;
                    there[bin] = (totals[column] - sums[column]) / m;
                }
                *found = jensen_shannon(&here[..bins], &there[..bins]);
            }
        };
        let found = permutation_test(&table, &self.rearrangements, MEASURES, &statistics, advance)?;
        let feature = |feature: Feature| {
            let (here, there) = values[feature as usize].split_at(self.first.len());
            let (one, other) = (Summary::of(here), Summary::of(there));
            let bounds = bounds[feature as usize];
            FeatureContrast {
                feature: feature_name(feature),
                first: one.mean,
                second: other.mean,
                first_median: one.median,
                second_median: other.median,
                difference: bounds.difference.into(),
                delta: statistics::cliffs_delta(here, there),
                delta_bounds: bounds.delta.into(),
                p: found[feature as usize].p,
                p_adjusted: f64::NAN,
                verdict: Verdict::NotShown,
                words: String::new(),
            }
        };
        let means =
            [self.first, self.second].map(|profiles| Profile::mean(profiles.iter().cloned()));
        let [Some(one), Some(other)] = means else { return None };
        let distribution = |(distribution, test): (Distribution, &statistics::PValue)| {
            let (here, there) = (one.distribution(distribution), other.distribution(distribution));
            DistributionContrast {
                distribution: distribution_name(distribution),
                divergence: jensen_shannon(here, there),
                by_chance: test.by_chance,
                distance: distribution.is_ordered().then(|| earth_mover(here, there)),
                shifts: shifts(distribution, here, there),
                p: test.p,
                p_adjusted: f64::NAN,
                verdict: Verdict::NotShown,
                words: String::new(),
            }
        };
        let tests = Distribution::ALL.into_iter().zip(&found[Feature::ALL.len()..]);
        Some(Comparison {
            first: self.pair.0,
            second: self.pair.1,
            unit: self.unit,
            first_units: self.first.len(),
            second_units: self.second.len(),
            permutations: self.rearrangements.count(),
            exact: self.rearrangements.is_exact(),
            features: Feature::ALL.map(feature).into(),
            distributions: tests.map(distribution).collect(),
        })
    }
}

/// Bins of the widest distribution.
const BINS: usize = Distribution::Intervals.bins();

/// The bins of which each group has most more than the other, the greatest difference first.
fn shifts(distribution: Distribution, here: &[f64], there: &[f64]) -> Vec<Shift> {
    let shifts = (distribution.first()..).zip(here.iter().zip(there));
    let shifts = shifts.map(|(value, (&first, &second))| {
        let name = word::bin_name(distribution, value);
        Shift { value, name, first, second }
    });
    let mut shifts: Vec<Shift> = shifts.filter(|shift| shift.first != shift.second).collect();
    let by = |shift: &Shift| (shift.first - shift.second).abs();
    shifts.sort_by(|a, b| by(b).total_cmp(&by(a)));
    let mut left = [SHIFTS; 2];
    shifts.retain(|shift| {
        let left = &mut left[usize::from(shift.first > shift.second)];
        let is_kept = *left > 0;
        *left = left.saturating_sub(1);
        is_kept
    });
    shifts
}

/// Adjusts the p-values for all tests, and says what they mean.
fn judge(comparisons: &mut [Comparison], jobs: &[Job<'_>]) {
    let p_values: Vec<f64> =
        comparisons.iter_mut().flat_map(Comparison::p_values).map(|(p, ..)| *p).collect();
    let mut adjusted = holm(&p_values).into_iter();
    let tests = p_values.len() as f64;
    for (comparison, job) in comparisons.iter_mut().zip(jobs) {
        // Where groups are as large, each rearrangement has a mirror image that looks as different.
        let mirrored = comparison.exact && comparison.first_units == comparison.second_units;
        let least = job.rearrangements.least_p() * if mirrored { 2.0 } else { 1.0 };
        let too_few = comparison.exact && least * tests >= SIGNIFICANCE;
        for ((_, p_adjusted, verdict), adjusted) in comparison.p_values().zip(adjusted.by_ref()) {
            *p_adjusted = adjusted;
            *verdict = match adjusted < SIGNIFICANCE {
                true => Verdict::Real,
                false if too_few => Verdict::TooFew,
                false => Verdict::NotShown,
            };
        }
    }
}
