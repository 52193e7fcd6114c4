//! From where to where a number may be.

use std::fmt;

/// From where to where a number may be. All numbers are finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Range {
    /// Less than this.
    Below(f64),
    /// This or less.
    AtMost(f64),
    /// More than this.
    Above(f64),
    /// This or more.
    AtLeast(f64),
    /// Just this.
    Equal(f64),
    /// From the first to the second, both included.
    Between(f64, f64),
}

impl Range {
    /// Whether `value` is in it.
    #[must_use]
    pub fn contains(self, value: f64) -> bool {
        match self {
            Self::Below(limit) => value < limit,
            Self::AtMost(limit) => value <= limit,
            Self::Above(limit) => value > limit,
            Self::AtLeast(limit) => value >= limit,
            Self::Equal(other) => value == other,
            Self::Between(low, high) => (low..=high).contains(&value),
        }
    }

    /// What stands behind `:` or `=`: a number, or two with `..` between them, of which one may be missing.
    pub(super) fn read(text: &str) -> Option<Self> {
        let number = |text: &str| text.parse().ok().filter(|number: &f64| number.is_finite());
        match text.split_once("..") {
            None => number(text).map(Self::Equal),
            Some((low, "")) => number(low).map(Self::AtLeast),
            Some(("", high)) => number(high).map(Self::AtMost),
            Some((low, high)) => Some(Self::Between(number(low)?, number(high)?)),
        }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Below(limit) => write!(f, "<{limit}"),
            Self::AtMost(limit) => write!(f, "<={limit}"),
            Self::Above(limit) => write!(f, ">{limit}"),
            Self::AtLeast(limit) => write!(f, ">={limit}"),
            Self::Equal(value) => write!(f, "={value}"),
            Self::Between(low, high) => write!(f, "={low}..{high}"),
        }
    }
}
