//! What was odd about a tune, and where.

use std::fmt;

/// Warnings kept of one tune.
const MAX_WARNINGS: usize = 64;

/// Characters kept of what is quoted.
const MAX_QUOTED: usize = 40;

/// A place in a tunebook.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line of the file, from 1.
    pub line: usize,
    /// Byte of the line, from 1, once it is UTF-8.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Something odd about a tune that could be read all the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Warning {
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub kind: WarningKind,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.kind, self.place)
    }
}

/// What is odd about a tune.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
#[allow(missing_docs)]
pub enum WarningKind {
    #[error("the tune has no reference number (X:)")]
    NoReferenceNumber,
    #[error("the tune has no key (K:)")]
    NoKey,
    #[error("field {name}: {content:?} is not understood and passed over")]
    Field { name: char, content: String },
    #[error("text that is neither a field nor music is passed over: {text:?}")]
    Text { text: String },
    #[error("character {found:?} means nothing here and is passed over")]
    Character { found: char },
    #[error("{what} is not closed on its line")]
    Unclosed { what: &'static str },
    #[error("{text:?} is no length of a note; it is read as 1")]
    Length { text: String },
    #[error("a note of length 0 is passed over")]
    ZeroLength,
    #[error("a note at MIDI pitch {pitch} is left out")]
    Pitch { pitch: i64 },
    #[error("a microtone is read as the nearest whole accidental")]
    Microtone,
    #[error("a broken rhythm without a note on either side is passed over")]
    Broken,
    #[error("a tuplet of {notes} notes is passed over")]
    Tuplet { notes: u32 },
    #[error("a repeat ends {found} times, but began for {expected}")]
    RepeatMismatch { expected: u32, found: u32 },
    #[error("a repeat begins inside a repeat that has not ended")]
    RepeatInside,
    #[error("a repeat begins and does not end; it is played once")]
    RepeatOpen,
    #[error("a repeat of nothing is passed over")]
    RepeatEmpty,
    #[error("ending {text:?} is no list of numbers up to {limit}")]
    Ending { text: String, limit: u32 },
    #[error("part {label:?} of the order of parts does not exist")]
    UnknownPart { label: char },
    #[error(
        "the order of parts is longer than {limit} parts or badly formed; parts are played as they stand"
    )]
    PartOrder { limit: usize },
    #[error("{text:?} is not followed: it is played to its end")]
    DaCapo { text: String },
    #[error("macros are not expanded")]
    Macro,
    #[error("played with its repeats it would have more than {limit} notes; it is left as written")]
    TooManyRepeats { limit: usize },
    #[error("{count} more warnings are not listed")]
    More { count: usize },
}

/// The beginning of a text, for a warning.
pub(super) fn quote(text: &str) -> String {
    text.chars().take(MAX_QUOTED).collect()
}

/// The warnings of one tune as they come up.
#[derive(Debug, Default)]
pub(super) struct Warnings {
    list: Vec<Warning>,
    unlisted: usize,
}

impl Warnings {
    pub(super) fn push(&mut self, place: Place, kind: WarningKind) {
        if self.list.len() < MAX_WARNINGS {
            self.list.push(Warning { place, kind });
        } else {
            self.unlisted += 1;
        }
    }

    /// The warnings, the last of which counts those that are not listed.
    pub(super) fn finish(mut self) -> Vec<Warning> {
        if self.unlisted > 0 {
            let place = self.list.last().map(|last| last.place).unwrap_or_default();
            self.list.push(Warning { place, kind: WarningKind::More { count: self.unlisted } });
        }
        self.list
    }
}
