//! What is learnt: a logistic regression, boosted trees, or both of one mind.

use serde::{Deserialize, Serialize};

use super::boosted::{Boosted, Growth};
use super::calibration::softmax;
use super::examples::Examples;
use super::logistic::Logistic;

/// Strength of the regularisation of logistic regressions, on standardised features: the best of 10^-3 ... 10^0 on Clean MIDI.
const LAMBDA: f64 = 0.3;
/// Weight of a class in learning: the inverse of its share to this power. 0 would make rare genres vanish behind the frequent, 1
/// would let a dozen artists weigh as much as hundreds; the calibration brings the frequencies back.
const BALANCE: f64 = 0.5;

/// Ways to learn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Learner {
    /// Multinomial logistic regression.
    Logistic,
    /// Gradient-boosted trees.
    Trees,
    /// Both: the geometric mean of their probabilities.
    Both,
}

impl Learner {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Logistic, Self::Trees, Self::Both];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Logistic => "logistic",
            Self::Trees => "trees",
            Self::Both => "both",
        }
    }
}

/// Something that gives probabilities of classes to features; at least one of the two is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Classifier {
    /// Logistic regression.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logistic: Option<Logistic>,
    /// Boosted trees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trees: Option<Boosted>,
}

impl Classifier {
    /// Learns from the pieces `rows`.
    #[must_use]
    pub fn fit(learner: Learner, examples: &Examples, rows: &[usize], seed: u64) -> Self {
        let weights = class_weights(examples, rows);
        let logistic = || Logistic::fit(examples, rows, &weights, LAMBDA);
        let trees = || Boosted::fit(examples, rows, &weights, &Growth::default(), seed);
        Self {
            logistic: (learner != Learner::Trees).then(logistic),
            trees: (learner != Learner::Logistic).then(trees),
        }
    }

    /// The part that `learner` would have learnt; of one that knows both.
    #[must_use]
    pub fn part(&self, learner: Learner) -> Self {
        let mut part = self.clone();
        match learner {
            Learner::Logistic => part.trees = None,
            Learner::Trees => part.logistic = None,
            Learner::Both => {}
        }
        part
    }

    /// The probabilities of the classes, not calibrated.
    #[must_use]
    pub fn probabilities(&self, features: &[f32]) -> Vec<f64> {
        let logistic = self.logistic.as_ref().map(|model| model.probabilities(features));
        let trees = self.trees.as_ref().map(|model| model.probabilities(features));
        match (logistic, trees) {
            (Some(one), Some(other)) => blend(&one, &other),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => Vec::new(),
        }
    }
}

/// The geometric mean of two opinions.
#[must_use]
pub fn blend(one: &[f64], other: &[f64]) -> Vec<f64> {
    let pairs = one.iter().zip(other);
    softmax(
        pairs.map(|(one, other)| (one.max(1e-300).ln() + other.max(1e-300).ln()) / 2.0).collect(),
    )
}

/// What a piece of each class weighs; 1 on the average.
fn class_weights(examples: &Examples, rows: &[usize]) -> Vec<f64> {
    let mut sizes = vec![0.0; examples.classes().len()];
    rows.iter().for_each(|&row| sizes[examples.labels()[row]] += 1.0);
    let raw: Vec<f64> = sizes.iter().map(|&size: &f64| size.max(1.0).powf(-BALANCE)).collect();
    let total: f64 = raw.iter().zip(&sizes).map(|(weight, size)| weight * size).sum();
    raw.iter().map(|weight| weight * rows.len() as f64 / total).collect()
}
