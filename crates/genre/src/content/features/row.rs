//! The vector under construction: each number with its name, so that neither can go without the other.

use super::{Feature, Group};

/// Takes one number after the other. Names are only made when they are asked for.
pub(super) struct Row {
    values: Vec<f32>,
    names: Option<Vec<Feature>>,
    group: Group,
}

impl Row {
    /// A row of about `capacity` numbers.
    pub(super) fn new(capacity: usize) -> Self {
        Self { values: Vec::with_capacity(capacity), names: None, group: Group::Time }
    }

    /// A row that keeps names.
    pub(super) fn named() -> Self {
        Self { names: Some(Vec::new()), ..Self::new(0) }
    }

    /// What follows belongs to `group`.
    pub(super) fn begin(&mut self, group: Group) {
        self.group = group;
    }

    /// Takes a number; one that is none counts as 0.
    pub(super) fn put(&mut self, name: &str, value: f64) {
        self.push(value, |group| format!("{}.{name}", group.name()));
    }

    /// Takes the same number of many things that have names.
    pub(super) fn put_each(&mut self, name: &str, labels: &[&str], values: &[f64]) {
        for (label, &value) in labels.iter().zip(values) {
            self.push(value, |group| format!("{}.{name}.{label}", group.name()));
        }
    }

    /// Takes a histogram as shares of its total, numbered from 0; all 0 when it is empty.
    pub(super) fn put_shares(&mut self, name: &str, counts: &[f64]) {
        let total: f64 = counts.iter().sum();
        for (bin, &count) in counts.iter().enumerate() {
            self.push(ratio(count, total), |group| format!("{}.{name}.{bin}", group.name()));
        }
    }

    fn push(&mut self, value: f64, name: impl FnOnce(Group) -> String) {
        let value = value as f32;
        self.values.push(if value.is_finite() { value } else { 0.0 });
        if let Some(names) = &mut self.names {
            names.push(Feature { name: name(self.group), group: self.group });
        }
    }

    pub(super) fn values(self) -> Vec<f32> {
        self.values
    }

    pub(super) fn names(self) -> Vec<Feature> {
        self.names.unwrap_or_default()
    }
}

/// `part / whole`, and 0 where there is no whole.
pub(super) fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// Mean and standard deviation of numbers as they come.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Moments {
    count: f64,
    sum: f64,
    squares: f64,
}

impl Moments {
    pub(super) fn add(&mut self, value: f64) {
        self.count += 1.0;
        self.sum += value;
        self.squares += value * value;
    }

    pub(super) fn mean(&self) -> f64 {
        ratio(self.sum, self.count)
    }

    pub(super) fn deviation(&self) -> f64 {
        let mean = self.mean();
        (ratio(self.squares, self.count) - mean * mean).max(0.0).sqrt()
    }
}

/// The entropy of a histogram in bits; 0 when it is empty.
pub(super) fn entropy(counts: &[f64]) -> f64 {
    let total: f64 = counts.iter().sum();
    let shares = counts.iter().map(|&count| ratio(count, total)).filter(|&share| share > 0.0);
    shares.map(|share| -share * share.log2()).sum()
}
