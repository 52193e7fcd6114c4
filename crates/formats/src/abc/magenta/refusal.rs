//! The exceptions of note-seq's ABC parser.

use crate::Refusal;
use crate::refusal::repr;

impl Refusal {
    /// The general one.
    pub(super) fn parse(message: impl Into<String>) -> Self {
        Self::new("ABCParseError", message)
    }

    pub(super) fn repeat(message: impl Into<String>) -> Self {
        Self::new("RepeatParseError", message)
    }

    pub(super) fn duplicate(number: i64) -> Self {
        let message =
            format!("ABC Reference number {number} appears more than once in this tunebook");
        Self::new("DuplicateReferenceNumberError", message)
    }

    /// The general one, raised with another exception beside its message.
    pub(super) fn caused_by(cause: &Self, message: &str) -> Self {
        let cause = format!("{}({})", cause.class, repr(&cause.message));
        Self::parse(format!("({cause}, {})", repr(message)))
    }
}
