//! `sweep.json`: what a sweep is made of, and how far each point is.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use model::checkpoint::{Folder, Standing};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{FailedRun, Planned, Point, SweepOptions, SweepSource, run_dir, state};
use crate::shards::files_of;
use crate::{Error, Result, files};

/// Name of the record in the folder of a sweep.
pub const RECORD_FILE: &str = "sweep.json";

/// Layout of the record.
const FORMAT_VERSION: u32 = 1;

/// The record of a sweep under way.
pub(super) struct Record<'a> {
    options: &'a SweepOptions,
    points: &'a [Point],
    /// Digest of the notes and of how examples are made of them; none where examples are given.
    music: Option<String>,
}

/// What stands in the file.
#[derive(Serialize)]
struct Content<'a> {
    format_version: u32,
    num_training_steps: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    music: Option<&'a str>,
    points: Vec<Entry<'a>>,
}

/// A point in it.
#[derive(Serialize)]
struct Entry<'a> {
    #[serde(flatten)]
    planned: Planned,
    /// Where its run stands.
    standing: Option<Standing>,
    /// Why it could not be trained to its end.
    failure: Option<&'a str>,
}

impl<'a> Record<'a> {
    /// Begins the record, after checking that a sweep that goes on has its examples from the same music in the same way.
    ///
    /// # Errors
    ///
    /// [`Error::OtherSweep`], notes that cannot be read, a folder that cannot be written.
    pub(super) fn begin(options: &'a SweepOptions, points: &'a [Point]) -> Result<Self> {
        let record = Self { options, points, music: music(options)? };
        if let (Some(before), Some(now)) = (record.before(), &record.music)
            && before != *now
        {
            let what = "music, or other rules for its melodies or their split";
            return Err(Error::OtherSweep { path: options.output_dir.clone(), what });
        }
        files::create_dir(&options.output_dir)?;
        record.write(&[])?;
        Ok(record)
    }

    fn path(&self) -> PathBuf {
        self.options.output_dir.join(RECORD_FILE)
    }

    /// The music of the sweep as an earlier call has written it down.
    fn before(&self) -> Option<String> {
        let record: Value = serde_json::from_slice(&fs::read(self.path()).ok()?).ok()?;
        Some(record.get("music")?.as_str()?.to_owned())
    }

    /// Writes how far all points are.
    pub(super) fn write(&self, failed: &[FailedRun]) -> Result<()> {
        let content = Content {
            format_version: FORMAT_VERSION,
            num_training_steps: self.options.num_training_steps,
            music: self.music.as_deref(),
            points: self
                .points
                .iter()
                .map(|point| self.entry(point, failed))
                .collect::<Result<_>>()?,
        };
        let path = self.path();
        let mut bytes = serde_json::to_vec_pretty(&content)
            .map_err(|error| Error::Write { path: path.clone(), source: error.into() })?;
        bytes.push(b'\n');
        files::write_whole(&path, &bytes)
    }

    fn entry<'b>(&self, point: &Point, failed: &'b [FailedRun]) -> Result<Entry<'b>> {
        let options = self.options;
        let sidecar = Folder::of_run(&run_dir(&options.output_dir, point)).newest_sidecar()?;
        let state = state(sidecar.as_ref(), options.num_training_steps, options.patience);
        let standing = sidecar.map(|sidecar| sidecar.standing);
        let updates = standing.as_ref().map_or(0, |standing| standing.update);
        let failure = failed.iter().find(|failed| failed.name == point.name);
        Ok(Entry {
            planned: Planned { point: point.clone(), state, updates },
            standing,
            failure: failure.map(|failed| failed.reason.as_str()),
        })
    }
}

/// Digest of the notes and of how examples are made of them.
fn music(options: &SweepOptions) -> Result<Option<String>> {
    let SweepSource::Notes { inputs, eval_ratio, seed, extract } = &options.source else {
        return Ok(None);
    };
    let mut digest = Sha256::new();
    digest.update(format!("{eval_ratio} {seed} {extract:?}"));
    for path in files_of(inputs)? {
        digest.update(content(&path)?);
    }
    Ok(Some(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()))
}

/// Digest of a file.
fn content(path: &Path) -> Result<[u8; 32]> {
    let error = |error| Error::read(path, error);
    let mut file = BufReader::new(File::open(path).map_err(error)?);
    let mut digest = Sha256::new();
    loop {
        let chunk = file.fill_buf().map_err(error)?;
        if chunk.is_empty() {
            return Ok(digest.finalize().into());
        }
        digest.update(chunk);
        let length = chunk.len();
        file.consume(length);
    }
}
