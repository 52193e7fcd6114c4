//! What became of each artist, one JSON object a line.

use std::path::Path;

use genre::provider::{Answer, ProviderName};
use serde::Serialize;

use crate::{Error, Result, files::WholeFile};

/// What one provider said of one artist.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub(super) artist: String,
    pub(super) provider: ProviderName,
    #[serde(flatten)]
    pub(super) outcome: Outcome,
}

/// What was said, or why nothing was. Only the former is kept for later calls.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Outcome {
    Answer(Answer),
    Failed { status: &'static str, reason: String },
}

impl Outcome {
    pub(super) fn failed(reason: String) -> Self {
        Self::Failed { status: "failed", reason }
    }
}

/// Writes the rows as JSON Lines.
pub(super) fn write<'a>(path: &Path, rows: impl Iterator<Item = &'a Row>) -> Result<()> {
    let write = |source| Error::Write { path: path.to_owned(), source };
    let mut file = WholeFile::create(path)?;
    for row in rows {
        let mut line = serde_json::to_vec(row).map_err(|error| write(error.into()))?;
        line.push(b'\n');
        file.append(&line).map_err(write)?;
    }
    file.commit()
}
