//! The exceptions that note-seq raises instead of reading a file, and what of Python they come from.

use std::fmt;

/// Exceptions of Python's own, which note-seq does not mean to raise.
const BUILTIN: [&str; 9] = [
    "AttributeError",
    "BadZipFile",
    "IndexError",
    "KeyError",
    "LookupError",
    "OverflowError",
    "TypeError",
    "ValueError",
    "ZeroDivisionError",
];

/// An exception that note-seq raises instead of reading a tune, a book or a score.
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
    pub(crate) fn new(class: &'static str, message: impl Into<String>) -> Self {
        Self { class, message: message.into() }
    }

    /// Of a fraction over 0.
    pub(crate) fn zero_denominator(numerator: i64) -> Self {
        Self::new("ZeroDivisionError", format!("Fraction({numerator}, 0)"))
    }

    pub(crate) fn overflow() -> Self {
        Self::new("OverflowError", "integer division result too large for a float")
    }

    /// Whether it is one that note-seq means to raise, and Magenta catches. Of a tunebook only the tune is lost then.
    pub fn is_parse_error(&self) -> bool {
        !BUILTIN.contains(&self.class)
    }
}

/// A string as Python writes it.
pub(crate) fn repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut written = String::from(quote);
    for character in text.chars() {
        match character {
            '\\' => written.push_str("\\\\"),
            '\t' => written.push_str("\\t"),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            _ if character == quote => written.extend(['\\', quote]),
            _ => written.push(character),
        }
    }
    written.push(quote);
    written
}

/// Python's `int()`.
pub(crate) fn int(text: &str) -> Result<i64, Refusal> {
    let trimmed = text.trim();
    let digits = trimmed.strip_prefix(['+', '-']).unwrap_or(trimmed);
    let whole = digits
        .split('_')
        .all(|run| !run.is_empty() && run.bytes().all(|byte| byte.is_ascii_digit()));
    if !whole {
        let message = format!("invalid literal for int() with base 10: {}", repr(text));
        return Err(Refusal::new("ValueError", message));
    }
    trimmed.replace('_', "").parse().map_err(|_| Refusal::overflow())
}
