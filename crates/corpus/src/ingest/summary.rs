//! An ingest in numbers.

use std::collections::BTreeMap;

use serde::Serialize;

use super::reason::Reason;
use super::row::{Row, Status};

/// An ingest in numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Summary {
    /// Files that were looked at.
    pub files: u64,
    /// Pieces: files, or tunes of tunebooks.
    pub pieces: u64,
    /// Files, or tunes of tunebooks, that gave none.
    pub dropped: u64,
    /// Pieces with the same notes as an earlier one, kept or not.
    pub duplicates: u64,
    /// Pieces that were read with warnings.
    pub with_warnings: u64,
    /// Pieces that Magenta would refuse.
    pub damaged: u64,
    /// Notes of all pieces.
    pub notes: u64,
    /// Seconds of all pieces.
    pub seconds: f64,
    /// Files and tunes that gave nothing, by reason.
    pub reasons: BTreeMap<Reason, u64>,
}

impl Summary {
    /// Counts what became of a file or, `goes_on`, of one more of its tunes.
    pub(super) fn count(&mut self, row: &Row, goes_on: bool) {
        self.files += u64::from(!goes_on);
        self.duplicates += u64::from(row.duplicate_of.is_some());
        if let Some(reason) = row.reason {
            *self.reasons.entry(reason).or_default() += 1;
        }
        if row.status == Status::Dropped {
            self.dropped += 1;
            return;
        }
        self.pieces += 1;
        self.with_warnings += u64::from(!row.warnings.is_empty());
        self.damaged += u64::from(row.damaged);
        self.notes += row.notes;
        self.seconds += row.seconds;
    }
}
