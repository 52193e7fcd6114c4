//! Cross-validation: how well genres are told of artists that were never heard.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use serde::{Deserialize, Serialize};

use super::calibration::Calibration;
use super::classifier::{Classifier, Learner, blend};
use super::examples::Examples;
use super::folds::folds;
use super::metrics::Metrics;

/// How good a learner is on artists that it has not heard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Which.
    pub learner: Learner,
    /// With its probabilities as they come.
    pub raw: Metrics,
    /// With calibrated ones; the calibration was made on the other folds.
    pub calibrated: Metrics,
    /// With the calibrated ones divided by the shares of the classes: guesses that treat all classes alike.
    pub even: Metrics,
}

/// Features that belong together, by their places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnGroup {
    /// What they are about.
    pub name: String,
    /// Where they stand.
    pub columns: Vec<usize>,
}

/// How much depends on a group of features.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Importance {
    /// The group.
    pub features: String,
    /// By how much the log-loss grows on unheard artists when pieces swap these features at random.
    pub log_loss: f64,
    /// By how much the accuracy falls.
    pub accuracy: f64,
}

/// What came of a cross-validation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Validation {
    /// Folds.
    pub folds: usize,
    /// Seed of the folds.
    pub seed: u64,
    /// Guessing by the shares of the classes alone, without a look at the notes.
    pub baseline: Metrics,
    /// One for each learner that was tried.
    pub scores: Vec<Score>,
    /// How much depends on each group of features, of all learners together and without calibration.
    pub importance: Vec<Importance>,
}

impl Validation {
    /// The score of the learner with the least log-loss after calibration.
    #[must_use]
    pub fn best(&self) -> Option<&Score> {
        let scores = self.scores.iter();
        scores.min_by(|one, other| one.calibrated.log_loss.total_cmp(&other.calibrated.log_loss))
    }
}

/// Probabilities of pieces by classifiers that have heard none of their artists.
#[derive(Clone, Debug)]
pub struct OutOfFold {
    fold_of: Vec<usize>,
    folds: usize,
    seed: u64,
    labels: Vec<usize>,
    classes: usize,
    opinions: Vec<(Learner, Vec<Vec<f64>>)>,
    importance: Vec<Importance>,
}

impl OutOfFold {
    /// Learns `count` times, each time from all folds but one. `learner` alone is tried, or all are. Of each of `columns` it is measured how
    /// much depends on them. `go_on` is told how many folds
    /// are done, and whether to go on is its answer; none comes back when it is no.
    pub fn of(
        examples: &Examples,
        learner: Option<Learner>,
        count: usize,
        seed: u64,
        columns: &[ColumnGroup],
        mut go_on: impl FnMut(usize) -> bool,
    ) -> Option<Self> {
        let fold_of = folds(examples, count, seed);
        let mut shuffled = vec![vec![Vec::new(); examples.len()]; columns.len()];
        let classes = examples.classes().len();
        let mut parts = vec![Vec::new(); examples.len()];
        for fold in 0..count {
            if !go_on(fold) {
                return None;
            }
            let (seen, unseen): (Vec<usize>, Vec<usize>) =
                (0..examples.len()).partition(|&row| fold_of[row] != fold);
            let fitted = Classifier::fit(learner.unwrap_or(Learner::Both), examples, &seen, seed);
            for (number, (group, rows)) in columns.iter().zip(&mut shuffled).enumerate() {
                let sources = permuted(&unseen, seed, (fold * columns.len() + number) as u64);
                for (&row, source) in unseen.iter().zip(sources) {
                    let mut features = examples.features(row).to_vec();
                    let other = examples.features(source);
                    group.columns.iter().for_each(|&column| features[column] = other[column]);
                    rows[row] = fitted.probabilities(&features);
                }
            }
            for row in unseen {
                let features = examples.features(row);
                let logistic = fitted.logistic.as_ref().map(|model| model.probabilities(features));
                let trees = fitted.trees.as_ref().map(|model| model.probabilities(features));
                parts[row] = vec![logistic, trees];
            }
        }
        let part = |learner: Learner| -> Option<Vec<Vec<f64>>> {
            let of_row = |parts: &Vec<Option<Vec<f64>>>| match (learner, &parts[..]) {
                (Learner::Logistic, [one, _]) | (Learner::Trees, [_, one]) => one.clone(),
                (Learner::Both, [Some(one), Some(other)]) => Some(blend(one, other)),
                _ => None,
            };
            parts.iter().map(of_row).collect()
        };
        let tried = Learner::ALL.into_iter().filter(|&one| learner.is_none_or(|only| only == one));
        let opinions: Vec<(Learner, Vec<Vec<f64>>)> =
            tried.filter_map(|learner| Some((learner, part(learner)?))).collect();
        let labels = examples.labels().to_vec();
        // The last opinion is that of all learners, which is also what was asked about shuffled features.
        let whole = opinions.last().map(|(_, rows)| Metrics::of(rows, &labels, classes));
        let whole = whole.unwrap_or_default();
        let importance = columns.iter().zip(&shuffled).map(|(group, rows)| {
            let without = Metrics::of(rows, &labels, classes);
            Importance {
                features: group.name.clone(),
                log_loss: without.log_loss - whole.log_loss,
                accuracy: whole.accuracy - without.accuracy,
            }
        });
        let importance = importance.collect();
        Some(Self { fold_of, folds: count, seed, labels, classes, opinions, importance })
    }

    /// The figures.
    #[must_use]
    pub fn judge(&self) -> Validation {
        Validation {
            folds: self.folds,
            seed: self.seed,
            baseline: Metrics::of(&self.shares(), &self.labels, self.classes),
            scores: self
                .opinions
                .iter()
                .map(|(learner, rows)| self.score(*learner, rows))
                .collect(),
            importance: self.importance.clone(),
        }
    }

    /// The calibration of a learner, on all folds.
    #[must_use]
    pub fn calibration(&self, learner: Learner) -> Calibration {
        let opinion = self.opinions.iter().find(|(tried, _)| *tried == learner);
        opinion.map_or_else(
            || Calibration::none(self.classes),
            |(_, rows)| Calibration::fit(rows, &self.labels, self.classes),
        )
    }

    fn score(&self, learner: Learner, rows: &[Vec<f64>]) -> Score {
        let mut calibrated = vec![Vec::new(); rows.len()];
        for fold in 0..self.folds {
            let others = (0..rows.len()).filter(|&row| self.fold_of[row] != fold);
            let (seen, labels): (Vec<_>, Vec<_>) =
                others.map(|row| (rows[row].clone(), self.labels[row])).unzip();
            let calibration = Calibration::fit(&seen, &labels, self.classes);
            for row in (0..rows.len()).filter(|&row| self.fold_of[row] == fold) {
                calibrated[row] = calibration.apply(&rows[row]);
            }
        }
        let shares = self.shares();
        let even: Vec<Vec<f64>> =
            calibrated.iter().zip(&shares).map(|(row, shares)| evened(row, shares)).collect();
        let judge = |rows: &[Vec<f64>]| Metrics::of(rows, &self.labels, self.classes);
        Score { learner, raw: judge(rows), calibrated: judge(&calibrated), even: judge(&even) }
    }

    /// For each piece the shares of the classes in the folds that it is not in.
    fn shares(&self) -> Vec<Vec<f64>> {
        let by_fold: Vec<Vec<f64>> = (0..self.folds)
            .map(|fold| {
                // One more of each, so that none is impossible.
                let mut counts = vec![1.0; self.classes];
                for (&label, _) in
                    self.labels.iter().zip(&self.fold_of).filter(|&(_, &other)| other != fold)
                {
                    counts[label] += 1.0;
                }
                let total: f64 = counts.iter().sum();
                counts.into_iter().map(|count| count / total).collect()
            })
            .collect();
        self.fold_of.iter().map(|&fold| by_fold[fold].clone()).collect()
    }
}

/// The rows in another order.
fn permuted(rows: &[usize], seed: u64, stream: u64) -> Vec<usize> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(stream);
    let mut rows = rows.to_vec();
    for last in (1..rows.len()).rev() {
        rows.swap(last, (random.next_u64() % (last as u64 + 1)) as usize);
    }
    rows
}

/// Probabilities as they would be if all classes were as frequent.
#[must_use]
pub fn evened(probabilities: &[f64], shares: &[f64]) -> Vec<f64> {
    let even: Vec<f64> =
        probabilities.iter().zip(shares).map(|(p, share)| p / share.max(1e-12)).collect();
    let total: f64 = even.iter().sum();
    if total > 0.0 { even.into_iter().map(|p| p / total).collect() } else { even }
}
