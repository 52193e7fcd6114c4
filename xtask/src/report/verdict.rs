//! A figure against its target.

use serde::Serialize;

use super::numbers::{duration, mebibytes, or_dash, percent, times};

/// What a figure should be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Target {
    /// So many times as fast, or more.
    TimesAtLeast(f64),
    /// Not more than so many times.
    TimesAtMost(f64),
    /// Not more than so many seconds.
    SecondsAtMost(f64),
    /// Less than so many MiB.
    MebibytesBelow(f64),
    /// Such a share, or more.
    ShareAtLeast(f64),
}

impl Target {
    fn is_met_by(self, found: f64) -> bool {
        match self {
            Self::TimesAtLeast(least) | Self::ShareAtLeast(least) => found >= least,
            Self::TimesAtMost(most) | Self::SecondsAtMost(most) => found <= most,
            Self::MebibytesBelow(most) => found < most,
        }
    }

    fn show(self, value: f64) -> String {
        match self {
            Self::TimesAtLeast(_) | Self::TimesAtMost(_) => times(value),
            Self::SecondsAtMost(_) => duration(value),
            Self::MebibytesBelow(_) => mebibytes(value),
            Self::ShareAtLeast(_) => percent(value),
        }
    }

    /// As in `at least 2.0x`.
    pub(super) fn text(self) -> String {
        match self {
            Self::TimesAtLeast(value) | Self::ShareAtLeast(value) => {
                format!("at least {}", self.show(value))
            }
            Self::TimesAtMost(value) | Self::SecondsAtMost(value) => {
                format!("at most {}", self.show(value))
            }
            Self::MebibytesBelow(value) => format!("below {}", self.show(value)),
        }
    }
}

/// A figure against its target.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Verdict {
    /// What was measured.
    pub(crate) what: String,
    /// What it should be.
    pub(crate) target: Target,
    /// What it is; none if it could not be measured.
    pub(crate) measured: Option<f64>,
    /// Whether it is against a figure that was not measured in the same run.
    pub(crate) quoted: bool,
}

impl Verdict {
    /// Its row of the summary: what, target, measured, met.
    pub(super) fn row(&self) -> Vec<String> {
        let measured = or_dash(self.measured, |value| self.target.show(value));
        let met = self.measured.map_or("not measured", |value| {
            if self.target.is_met_by(value) { "yes" } else { "**no**" }
        });
        let quoted = if self.quoted { " *" } else { "" };
        vec![self.what.clone(), self.target.text(), format!("{measured}{quoted}"), met.to_owned()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(target: Target, measured: Option<f64>, quoted: bool) -> Vec<String> {
        Verdict { what: "it".to_owned(), target, measured, quoted }.row()
    }

    #[test]
    fn targets_are_met_from_their_own_side() {
        assert_eq!(
            row(Target::TimesAtLeast(2.0), Some(2.0), false)[1..],
            ["at least 2.0x", "2.0x", "yes"]
        );
        assert_eq!(row(Target::SecondsAtMost(0.05), Some(0.06), false)[3], "**no**");
        assert_eq!(row(Target::MebibytesBelow(500.0), Some(500.0), false)[3], "**no**");
        assert_eq!(row(Target::ShareAtLeast(0.6), Some(0.75), false)[2], "75 %");
        assert_eq!(row(Target::TimesAtMost(64.0), Some(12.0), false)[3], "yes");
    }

    #[test]
    fn what_was_quoted_or_not_measured_says_so() {
        assert_eq!(row(Target::TimesAtLeast(2.0), Some(213.4), true)[2], "213x *");
        assert_eq!(row(Target::TimesAtLeast(2.0), None, false)[2..], ["-", "not measured"]);
    }
}
