//! An axis of a chart.

use crate::scale::{nice_step, nice_ticks, tick_label};

/// An axis of a chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Axis {
    /// What is along it, with the unit.
    pub label: String,
    /// First and last value; taken from the data where there is none.
    pub domain: Option<(f64, f64)>,
    /// Whether 0 is on the axis, whatever the data are.
    pub zero: bool,
    /// Values with names of their own, instead of round numbers.
    pub names: Vec<(f64, String)>,
}

impl Axis {
    /// An axis that shows all of the data.
    #[must_use]
    pub fn new(label: &str) -> Self {
        Self { label: label.to_owned(), ..Self::default() }
    }

    /// An axis from `first` to `last`.
    #[must_use]
    pub fn between(label: &str, first: f64, last: f64) -> Self {
        Self { domain: Some((first, last)), ..Self::new(label) }
    }

    /// An axis along which each of `names` stands at its place in the list: 0, 1, 2...
    #[must_use]
    pub fn named<S: Into<String>>(label: &str, names: impl IntoIterator<Item = S>) -> Self {
        let names = names.into_iter().enumerate();
        let names = names.map(|(place, name)| (place as f64, name.into())).collect::<Vec<_>>();
        let domain = Some((-0.5, names.len() as f64 - 0.5));
        Self { domain, names, ..Self::new(label) }
    }

    /// First and last value on the axis, given those of the data.
    pub(crate) fn domain_for(&self, data: impl Iterator<Item = f64>) -> (f64, f64) {
        let (low, high) =
            self.domain.unwrap_or_else(|| extent(data.chain(self.zero.then_some(0.0))));
        if low == high { (low - 0.5, high + 0.5) } else { (low, high) }
    }

    /// The same, ending at round values where the axis is free to: marks at its ends would touch what is around.
    pub(crate) fn round_domain_for(&self, data: impl Iterator<Item = f64>) -> (f64, f64) {
        let (low, high) = self.domain_for(data);
        let step = nice_step((high - low) / 5.0);
        let is_free = self.domain.is_none() && step.is_finite();
        if is_free {
            ((low / step).floor() * step, (high / step).ceil() * step)
        } else {
            (low, high)
        }
    }

    /// Places and labels of about `wanted` ticks.
    pub(crate) fn ticks(&self, domain: (f64, f64), wanted: usize) -> Vec<(f64, String)> {
        if !self.names.is_empty() {
            return self.names.clone();
        }
        let ticks = nice_ticks(domain, wanted);
        let step = if let [first, second, ..] = ticks[..] { second - first } else { 1.0 };
        ticks.into_iter().map(|tick| (tick, tick_label(tick, step))).collect()
    }
}

/// Least and greatest of those that are numbers; 0 and 1 if there are none.
fn extent(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let values = values.filter(|value| value.is_finite());
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    if low <= high { (low, high) } else { (0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_never_empty() {
        let axis = Axis::new("x");
        assert_eq!(axis.domain_for([3.0, f64::NAN, -1.0].into_iter()), (-1.0, 3.0));
        assert_eq!(axis.domain_for([3.0].into_iter()), (2.5, 3.5));
        assert_eq!(axis.domain_for([].into_iter()), (0.0, 1.0));
    }

    #[test]
    fn a_free_axis_ends_at_round_values() {
        let data = [0.3, 4.1];
        assert_eq!(Axis::new("y").round_domain_for(data.into_iter()), (0.0, 5.0));
        let from_zero = Axis { zero: true, ..Axis::new("y") };
        assert_eq!(from_zero.round_domain_for([40.0, 41.0].into_iter()), (0.0, 50.0));
        assert_eq!(Axis::between("y", 0.3, 4.2).round_domain_for(data.into_iter()), (0.3, 4.2));
    }

    #[test]
    fn names_stand_in_for_numbers() {
        let axis = Axis::named("", ["C", "D"]);
        assert_eq!(axis.ticks((-0.5, 1.5), 5), [(0.0, "C".to_owned()), (1.0, "D".to_owned())]);
    }
}
