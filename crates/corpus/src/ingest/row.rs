//! One line of the report.

use serde::Serialize;

use super::details::Details;
use super::reason::{Reason, Refusal};

/// What became of a file, or of one tune of a tunebook. Serialized, it is a line of the report.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Row {
    /// Path within the collection; for a tune with its reference number behind it, such as `reels.abc#12`.
    pub path: String,
    /// Name of the collection.
    pub collection: String,
    /// Whether the file gave a piece.
    pub status: Status,
    /// Why not.
    pub reason: Option<Reason>,
    /// The same in words, with the facts.
    pub message: Option<String>,
    /// Byte of the file where it shows.
    pub offset: Option<u64>,
    /// Line of the file where that shows, or where the tune begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// What was odd about a file that was read all the same.
    pub warnings: Vec<Notice>,
    /// Whether Magenta would refuse the file; never for scores, since Magenta knows only a small part of their formats.
    pub damaged: bool,
    /// Name of the folder that the file is in; of a score its composer, if it names one.
    pub artist: String,
    /// Name of the file without extension; of a score its title, if it has one.
    pub title: String,
    /// Number of notes.
    pub notes: u64,
    /// Length in seconds.
    pub seconds: f64,
    /// Path of an earlier file with the same notes.
    pub duplicate_of: Option<String>,
    /// Number of the input that it is from.
    #[serde(skip)]
    pub input: usize,
    /// Of a tunebook which tune: what stands behind the `#` of the path.
    #[serde(skip)]
    pub tune: Option<String>,
    /// More about a piece, if that was asked for.
    #[serde(skip)]
    pub details: Option<Box<Details>>,
}

/// Whether a file or a tune gave a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It did.
    Read,
    /// It did not.
    Dropped,
}

/// Something odd in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// Byte of the file where it first shows.
    pub offset: Option<u64>,
    /// Line of the file where it first shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// What it is.
    pub message: String,
    /// How often it occurs.
    pub count: u64,
}

impl Row {
    /// Path of the file within the collection.
    #[must_use]
    pub fn file_path(&self) -> &str {
        let tune = self.tune.as_deref().unwrap_or_default();
        let file = self.path.strip_suffix(tune).and_then(|path| path.strip_suffix('#'));
        file.filter(|_| self.tune.is_some()).unwrap_or(&self.path)
    }

    /// Adds a warning, or counts it again: some files hold the same oddity hundreds of times.
    pub(super) fn warn(&mut self, offset: Option<u64>, line: Option<u64>, message: String) {
        match self.warnings.iter_mut().find(|notice| notice.message == message) {
            Some(notice) => notice.count += 1,
            None => self.warnings.push(Notice { offset, line, message, count: 1 }),
        }
    }

    /// Turns the row into that of a file that gives nothing.
    pub(super) fn refuse(&mut self, refusal: Refusal) {
        self.status = Status::Dropped;
        self.reason = Some(refusal.reason);
        self.message = Some(refusal.message);
        self.offset = refusal.offset;
        self.line = refusal.line.or(self.line);
    }
}
