//! A classifier with all that is needed to use it and to trust it, and its file.
//!
//! The file is one JSON object that says what it is: names of features and classes, the classifier, its calibration, what came of its
//! cross-validation, and the seed. Whoever reads one trusts nothing in it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::boosted::{Boosted, Node, Tree};
use super::calibration::Calibration;
use super::classifier::{Classifier, Learner};
use super::examples::Examples;
use super::logistic::Logistic;
use super::validate::{ColumnGroup, OutOfFold, Validation, evened};
use crate::{Error, Result};

/// What the file of a model says that it is.
const FORMAT: &str = "cantus genre model";
/// The version of files that is written, and the only one that is read.
const VERSION: u32 = 1;

/// How to learn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// What to learn with; none for whichever does best on artists that it has not heard.
    pub learner: Option<Learner>,
    /// Folds of the cross-validation, at least 2.
    pub folds: usize,
    /// Decides the folds and what trees look at.
    pub seed: u64,
}

/// A genre that a model knows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Class {
    /// Its name.
    pub genre: String,
    /// Pieces of it that were learnt from.
    pub pieces: usize,
    /// Artists, or other groups, that they are of.
    pub artists: usize,
}

/// A model of genres.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    format: String,
    version: u32,
    /// What the places of a vector of features are called.
    features: Vec<String>,
    /// The genres.
    classes: Vec<Class>,
    seed: u64,
    learner: Learner,
    classifier: Classifier,
    calibration: Calibration,
    validation: Validation,
}

/// The beginning of any version's file.
#[derive(Deserialize)]
struct Head {
    format: Option<String>,
    version: Option<u32>,
}

impl Model {
    /// Learns from `examples`, whose features are called `names`, and cross-validates by group. `columns` are the groups of features of
    /// which it is measured how much depends on them. `go_on` is told how many of the folds, and of one round with all pieces, are done;
    /// none comes back when it says no.
    ///
    /// # Errors
    ///
    /// [`Error::FeatureCount`] if there are not as many names as features, [`Error::Folds`] if a class has fewer groups than there are folds to
    /// be, so that some fold would know nothing of it, or if there are not two folds.
    pub fn learn(
        examples: &Examples,
        names: Vec<String>,
        columns: &[ColumnGroup],
        options: &Options,
        mut go_on: impl FnMut(usize) -> bool,
    ) -> Result<Option<Self>> {
        if names.len() != examples.width() {
            return Err(Error::FeatureCount { expected: examples.width(), found: names.len() });
        }
        let Options { learner, folds, seed } = *options;
        let fewest = examples.class_groups().iter().zip(examples.classes()).min();
        if let Some((&groups, class)) = fewest.filter(|&(&groups, _)| groups < 2 || folds < 2) {
            return Err(Error::Folds { folds, groups, class: class.clone() });
        }
        let out_of_fold = OutOfFold::of(examples, learner, folds, seed, columns, &mut go_on);
        let Some(out_of_fold) = out_of_fold.filter(|_| go_on(folds)) else { return Ok(None) };
        let validation = out_of_fold.judge();
        let learner = validation.best().map_or(Learner::Both, |score| score.learner);
        let rows: Vec<usize> = (0..examples.len()).collect();
        let sizes = examples.class_sizes();
        let counts = examples.classes().iter().zip(sizes).zip(examples.class_groups());
        let classes = counts
            .map(|((genre, pieces), &artists)| Class { genre: genre.clone(), pieces, artists })
            .collect();
        Ok(Some(Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            features: names,
            classes,
            seed,
            learner,
            classifier: Classifier::fit(learner, examples, &rows, seed),
            calibration: out_of_fold.calibration(learner),
            validation,
        }))
    }

    /// The probabilities of the genres, calibrated; they sum up to 1.
    ///
    /// # Errors
    ///
    /// [`Error::FeatureCount`] if these are not as many features as the model knows.
    pub fn probabilities(&self, features: &[f32]) -> Result<Vec<f64>> {
        if features.len() != self.features.len() {
            let (expected, found) = (self.features.len(), features.len());
            return Err(Error::FeatureCount { expected, found });
        }
        Ok(self.calibration.apply(&self.classifier.probabilities(features)))
    }

    /// The same probabilities as they would be if all genres were as frequent as one another.
    #[must_use]
    pub fn even(&self, probabilities: &[f64]) -> Vec<f64> {
        let shares: Vec<f64> = self.classes.iter().map(|class| class.pieces as f64).collect();
        evened(probabilities, &shares)
    }

    /// What features are called, in order.
    #[must_use]
    pub fn features(&self) -> &[String] {
        &self.features
    }

    /// The genres, in the order of their probabilities.
    #[must_use]
    pub fn classes(&self) -> &[Class] {
        &self.classes
    }

    /// What it learnt with.
    #[must_use]
    pub fn learner(&self) -> Learner {
        self.learner
    }

    /// What came of its cross-validation.
    #[must_use]
    pub fn validation(&self) -> &Validation {
        &self.validation
    }

    /// Makes sure that the model wants just the features called `names`.
    ///
    /// # Errors
    ///
    /// [`Error::OtherFeatures`] with the first difference.
    pub fn check_features<'a>(&self, names: impl Iterator<Item = &'a str>) -> Result<()> {
        let mut names = names.fuse();
        let mut wanted = self.features.iter();
        for place in 0.. {
            let (expected, found) = (names.next(), wanted.next());
            if expected != found.map(String::as_str) {
                let text = |name: Option<&str>| name.unwrap_or("the end").to_owned();
                let (expected, found) = (text(expected), text(found.map(String::as_str)));
                return Err(Error::OtherFeatures { place, expected, found });
            }
            if expected.is_none() {
                break;
            }
        }
        Ok(())
    }

    /// The file of the model.
    ///
    /// # Errors
    ///
    /// None but for want of memory.
    pub fn write(&self) -> Result<Vec<u8>> {
        let mut bytes = serde_json::to_vec(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Reads the file of a model.
    ///
    /// # Errors
    ///
    /// [`Error::Json`] for what is no JSON or lacks something, [`Error::NotAModel`] for JSON that is something else or of another version,
    /// or that contradicts itself.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let head: Head = serde_json::from_slice(bytes)?;
        if head.format.as_deref() != Some(FORMAT) {
            return Err(not_a_model(format!(
                "its format is {:?}, not {FORMAT:?}",
                head.format.unwrap_or_default()
            )));
        }
        if head.version != Some(VERSION) {
            let version = head.version.map_or("none".to_owned(), |version| version.to_string());
            return Err(not_a_model(format!("its version is {version}, only {VERSION} is known")));
        }
        let model: Self = serde_json::from_slice(bytes)?;
        model.check().map_err(not_a_model)?;
        Ok(model)
    }

    /// What is wrong with it.
    fn check(&self) -> std::result::Result<(), String> {
        let (classes, width) = (self.classes.len(), self.features.len());
        let names: BTreeSet<&str> = self.classes.iter().map(|class| &*class.genre).collect();
        if classes < 2 || names.len() < classes {
            return Err(format!("{classes} classes with {} names", names.len()));
        }
        if self.classifier.logistic.is_none() && self.classifier.trees.is_none() {
            return Err("it has neither a logistic regression nor trees".to_owned());
        }
        if let Some(logistic) = &self.classifier.logistic {
            check_logistic(logistic, classes, width)?;
        }
        if let Some(trees) = &self.classifier.trees {
            check_trees(trees, classes, width)?;
        }
        let Calibration { slope, bias } = &self.calibration;
        let sound = slope.is_finite() && *slope > 0.0 && bias.iter().all(|bias| bias.is_finite());
        if bias.len() != classes || !sound {
            return Err(format!("a calibration of {} classes with slope {slope}", bias.len()));
        }
        let scores = self.validation.scores.iter().flat_map(|s| [&s.raw, &s.calibrated, &s.even]);
        for metrics in scores.chain([&self.validation.baseline]) {
            let confusion = &metrics.confusion;
            if confusion.len() != classes || confusion.iter().any(|row| row.len() != classes) {
                return Err(format!("a confusion matrix with {} rows", confusion.len()));
            }
        }
        Ok(())
    }
}

fn not_a_model(reason: String) -> Error {
    Error::NotAModel { reason }
}

fn check_logistic(
    logistic: &Logistic,
    classes: usize,
    width: usize,
) -> std::result::Result<(), String> {
    let Logistic { scale, weights, biases } = logistic;
    let sizes = [scale.mean.len(), scale.inverse.len()];
    let rows = weights.iter().map(Vec::len);
    if let Some(other) = sizes.into_iter().chain(rows).find(|&size| size != width) {
        return Err(format!("{other} numbers for {width} features"));
    }
    if weights.len() != classes || biases.len() != classes {
        return Err(format!("{} rows of weights for {classes} classes", weights.len()));
    }
    let single = scale.mean.iter().chain(&scale.inverse).chain(weights.iter().flatten());
    let finite = single.copied().all(f32::is_finite) && biases.iter().all(|bias| bias.is_finite());
    if finite { Ok(()) } else { Err("a weight is not finite".to_owned()) }
}

fn check_trees(trees: &Boosted, classes: usize, width: usize) -> std::result::Result<(), String> {
    let sizes = trees.trees.iter().map(Vec::len).chain([trees.biases.len()]);
    if let Some(other) = sizes.into_iter().find(|&size| size != classes) {
        return Err(format!("{other} trees for {classes} classes"));
    }
    if trees.biases.iter().any(|bias| !bias.is_finite()) {
        return Err("a score is not finite".to_owned());
    }
    for Tree(nodes) in trees.trees.iter().flatten() {
        if nodes.is_empty() {
            return Err("a tree has no node".to_owned());
        }
        for (place, node) in nodes.iter().enumerate() {
            let sound = match *node {
                Node::Leaf { score } => score.is_finite(),
                // Branches lead on, so that no path comes back to where it was.
                Node::Fork { feature, most, branches } => {
                    let leads_on =
                        |branch: &u32| (place + 1..nodes.len()).contains(&(*branch as usize));
                    (feature as usize) < width && !most.is_nan() && branches.iter().all(leads_on)
                }
            };
            if !sound {
                return Err(format!("node {place} of a tree of {} leads astray", nodes.len()));
            }
        }
    }
    Ok(())
}
