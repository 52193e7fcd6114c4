//! What was odd about a score, and where.

use std::fmt;

/// Warnings kept of one file; a file of nothing but errors should not cost more memory than a good one.
const MAX_WARNINGS: usize = 64;

/// Characters kept of a text that is quoted in a warning.
const QUOTED: usize = 40;

/// Something odd about a score that could be read all the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Warning {
    /// Byte offset in the XML text (as UTF-8, unpacked), where one can be named.
    pub offset: Option<usize>,
    /// What it is.
    pub kind: WarningKind,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.offset {
            Some(offset) => write!(f, "{} (byte {offset} of the XML text)", self.kind),
            None => self.kind.fmt(f),
        }
    }
}

/// What is odd about a score.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
#[allow(missing_docs)]
pub enum WarningKind {
    #[error("some bytes do not belong to the encoding of the text; they were replaced")]
    Encoding,
    #[error("<{element}> holds \"{found}\", expected {expected}; it is skipped")]
    Value { element: &'static str, found: String, expected: &'static str },
    #[error("<{element}> without <{missing}> is skipped")]
    Missing { element: &'static str, missing: &'static str },
    #[error("a chord symbol of kind \"{kind}\" is skipped")]
    ChordKind { kind: String },
    #[error("unpitched notes are skipped: {count}")]
    Unpitched { count: usize },
    #[error("a note at MIDI pitch {pitch} is skipped")]
    Pitch { pitch: i64 },
    #[error("part {part} reaches beyond {limit} quarter notes; the rest of it is skipped")]
    TooLong { part: usize, limit: i64 },
    #[error("part {part} has times that are no fraction of 64 bits; the rest of it is skipped")]
    TooFine { part: usize },
    #[error("part {part} moves back before the beginning of a measure; that is where it goes on")]
    NegativeTime { part: usize },
    #[error("measures of {quarters} quarter notes have no time signature; bars after them are off")]
    BarLength { quarters: f64 },
    #[error("more than {limit} parts; the rest is skipped")]
    TooManyParts { limit: usize },
    #[error("repeats make the score more than {factor} times as long; they are not played")]
    TooManyRepeats { factor: usize },
    #[error("{count} more warnings are not listed")]
    More { count: usize },
}

/// `text`, cut short.
pub(super) fn quoted(text: &str) -> String {
    text.chars().take(QUOTED).collect()
}

/// The warnings of one file as they come up.
#[derive(Debug, Default)]
pub(super) struct Warnings {
    list: Vec<Warning>,
    unlisted: usize,
}

impl Warnings {
    pub(super) fn push(&mut self, offset: Option<usize>, kind: WarningKind) {
        if self.list.len() < MAX_WARNINGS {
            self.list.push(Warning { offset, kind });
        } else {
            self.unlisted += 1;
        }
    }

    pub(super) fn finish(mut self) -> Vec<Warning> {
        if self.unlisted > 0 {
            let kind = WarningKind::More { count: self.unlisted };
            self.list.push(Warning { offset: None, kind });
        }
        self.list
    }
}
