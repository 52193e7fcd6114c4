//! What is learnt from: features, each with a label and a group that must not be torn apart.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Error, Result};

/// One labelled piece.
#[derive(Clone, Debug, PartialEq)]
pub struct Labelled {
    /// Its features, as many as all others have.
    pub features: Vec<f32>,
    /// Its genre.
    pub label: String,
    /// Whoever must be in one fold with it: its artist.
    pub group: String,
}

/// Labelled pieces as a table of numbers.
#[derive(Clone, Debug)]
pub struct Examples {
    width: usize,
    features: Vec<f32>,
    labels: Vec<usize>,
    groups: Vec<usize>,
    classes: Vec<String>,
    /// Groups of each class.
    class_groups: Vec<usize>,
}

impl Examples {
    /// Takes labelled pieces, in order. Classes and groups are numbered by name.
    ///
    /// # Errors
    ///
    /// [`Error::OneClass`] where there are fewer than two labels to tell apart, [`Error::FeatureCount`] where a piece has more or
    /// fewer features than the first.
    pub fn new(pieces: &[Labelled]) -> Result<Self> {
        let width = pieces.first().map_or(0, |piece| piece.features.len());
        let labels: BTreeSet<&str> = pieces.iter().map(|piece| &*piece.label).collect();
        let groups: BTreeSet<&str> = pieces.iter().map(|piece| &*piece.group).collect();
        if labels.len() < 2 {
            return Err(Error::OneClass { found: labels.first().map(|&label| label.to_owned()) });
        }
        if let Some(other) = pieces.iter().find(|piece| piece.features.len() != width) {
            return Err(Error::FeatureCount { expected: width, found: other.features.len() });
        }
        let numbers = |names: &BTreeSet<&str>| {
            names.iter().enumerate().map(|(number, name)| ((*name).to_owned(), number)).collect()
        };
        let (label_numbers, group_numbers): (BTreeMap<String, usize>, BTreeMap<String, usize>) =
            (numbers(&labels), numbers(&groups));
        let mut members = vec![BTreeSet::new(); labels.len()];
        let mut examples = Self {
            width,
            features: Vec::with_capacity(width * pieces.len()),
            labels: Vec::with_capacity(pieces.len()),
            groups: Vec::with_capacity(pieces.len()),
            classes: label_numbers.keys().cloned().collect(),
            class_groups: Vec::new(),
        };
        for piece in pieces {
            let (label, group) = (label_numbers[&piece.label], group_numbers[&piece.group]);
            examples.features.extend_from_slice(&piece.features);
            examples.labels.push(label);
            examples.groups.push(group);
            members[label].insert(group);
        }
        examples.class_groups = members.iter().map(BTreeSet::len).collect();
        Ok(examples)
    }

    /// How many pieces.
    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Never: there are always two classes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Features a piece.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// The features of piece `index`.
    #[must_use]
    pub fn features(&self, index: usize) -> &[f32] {
        &self.features[index * self.width..][..self.width]
    }

    /// The class of each piece.
    #[must_use]
    pub fn labels(&self) -> &[usize] {
        &self.labels
    }

    /// The group of each piece.
    #[must_use]
    pub fn groups(&self) -> &[usize] {
        &self.groups
    }

    /// The classes, in the order of their names.
    #[must_use]
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// How many groups each class has.
    #[must_use]
    pub fn class_groups(&self) -> &[usize] {
        &self.class_groups
    }

    /// How many pieces each class has.
    #[must_use]
    pub fn class_sizes(&self) -> Vec<usize> {
        let mut sizes = vec![0; self.classes.len()];
        self.labels.iter().for_each(|&label| sizes[label] += 1);
        sizes
    }

    /// The same pieces with some features set to 0, so that nothing can be learnt from them.
    #[must_use]
    pub fn without(&self, drop: impl Fn(usize) -> bool) -> Self {
        let mut without = self.clone();
        if self.width > 0 {
            for row in without.features.chunks_exact_mut(self.width) {
                for (index, value) in row.iter_mut().enumerate() {
                    *value = if drop(index) { 0.0 } else { *value };
                }
            }
        }
        without
    }
}
