//! What a benchmark found, and the page that says so.

mod markdown;
mod numbers;
mod table;
mod verdict;

use serde::Serialize;

use crate::error::Error;
use crate::machine::Machine;
use crate::rounds::Outcome;

pub(crate) use numbers::{count, duration, mebibytes, number, or_dash, percent, times};
pub(crate) use table::{Table, standings};
pub(crate) use verdict::{Target, Verdict};

/// What a benchmark found.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Report {
    /// What was called.
    pub(crate) command: String,
    /// The music it was measured on.
    pub(crate) corpus: String,
    /// Where and with what.
    pub(crate) machine: Machine,
    /// One for each stage.
    pub(crate) sections: Vec<Section>,
}

/// What a stage found.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Section {
    /// What is measured.
    pub(crate) title: String,
    /// How, a paragraph each.
    pub(crate) about: Vec<String>,
    /// The figures as they are shown.
    pub(crate) tables: Vec<Table>,
    /// The figures as they were measured.
    pub(crate) outcomes: Vec<Outcome>,
    /// How they stand against the targets.
    pub(crate) verdicts: Vec<Verdict>,
    /// Why there is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) failure: Option<String>,
}

impl Section {
    /// A section about `title`, still empty.
    pub(crate) fn new(title: &str) -> Self {
        Self { title: title.to_owned(), ..Self::default() }
    }

    /// One that says why there is nothing.
    pub(crate) fn unavailable(title: &str, error: &Error) -> Self {
        Self { failure: Some(error.to_string()), ..Self::new(title) }
    }

    /// With one more paragraph.
    pub(crate) fn say(mut self, text: impl Into<String>) -> Self {
        self.about.push(text.into());
        self
    }

    /// With one more verdict.
    pub(crate) fn judge(&mut self, what: impl Into<String>, target: Target, measured: Option<f64>) {
        self.verdicts.push(Verdict { what: what.into(), target, measured, quoted: false });
    }

    /// With one more verdict, on how many times as fast `ours` is as `theirs`.
    pub(crate) fn compare(&mut self, what: &str, least: f64, ours: &Outcome, theirs: &Outcome) {
        self.verdicts.push(Verdict {
            what: what.to_owned(),
            target: Target::TimesAtLeast(least),
            measured: ours.times_as_fast_as(theirs),
            quoted: theirs.quoted,
        });
    }

    /// Whether all could be measured that was asked for.
    pub(crate) fn is_complete(&self) -> bool {
        self.failure.is_none() && self.outcomes.iter().all(|outcome| outcome.failure.is_none())
    }
}
