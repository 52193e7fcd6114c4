//! The exceptions of note-seq's ABC parser.

use std::fmt;

/// An exception that note-seq raises instead of reading a tune or a book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Name of its Python class.
    pub class: &'static str,
    /// Its text.
    pub message: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.class, self.message)
    }
}

impl Refusal {
    pub(super) fn new(class: &'static str, message: impl Into<String>) -> Self {
        Self { class, message: message.into() }
    }

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

    pub(super) fn zero_denominator(numerator: i64) -> Self {
        Self::new("ZeroDivisionError", format!("Fraction({numerator}, 0)"))
    }

    pub(super) fn overflow() -> Self {
        Self::new("OverflowError", "integer division result too large for a float")
    }

    pub(super) fn no_number(text: &str) -> Self {
        Self::new("ValueError", format!("invalid literal for int() with base 10: {}", repr(text)))
    }

    /// The general one, raised with another exception beside its message.
    pub(super) fn caused_by(cause: &Self, message: &str) -> Self {
        let cause = format!("{}({})", cause.class, repr(&cause.message));
        Self::parse(format!("({cause}, {})", repr(message)))
    }

    /// Whether it is one that note-seq catches, so that only the tune is lost.
    pub fn is_parse_error(&self) -> bool {
        let meant = ["ValueError", "KeyError", "IndexError", "ZeroDivisionError", "OverflowError"];
        !meant.contains(&self.class)
    }
}

/// A string as Python writes it.
pub(super) fn repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut written = String::from(quote);
    for character in text.chars() {
        match character {
            '\\' => written.push_str("\\\\"),
            '\t' => written.push_str("\\t"),
            _ if character == quote => written.extend(['\\', quote]),
            _ => written.push(character),
        }
    }
    written.push(quote);
    written
}

/// Python's `int()`.
pub(super) fn int(text: &str) -> Result<i64, Refusal> {
    let trimmed = text.trim();
    let digits = trimmed.strip_prefix(['+', '-']).unwrap_or(trimmed);
    let whole = digits
        .split('_')
        .all(|run| !run.is_empty() && run.bytes().all(|byte| byte.is_ascii_digit()));
    if !whole {
        return Err(Refusal::no_number(text));
    }
    trimmed.replace('_', "").parse().map_err(|_| Refusal::overflow())
}
