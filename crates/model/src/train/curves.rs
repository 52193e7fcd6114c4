//! The curves of a run as TensorBoard's event files: `train/` and `eval/` in the run folder, with Magenta's tags.
//!
//! The overview of the run stands above them, in the run folder itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tensorflow::events::{EventWriter, OWN_FILES, cut_after};

use super::clock::Clock;
use crate::Result;
use crate::evaluate::{EvalResult, Metrics};

/// Tag of the training speed, as TensorFlow's own loop has it.
const SPEED_TAG: &str = "global_step/sec";

/// Event files of this session; a run that goes on later begins new ones beside them.
#[derive(Debug)]
pub(super) struct Curves {
    run_dir: PathBuf,
    /// Updates that the run had made when this session began.
    first_update: u64,
    train: Option<EventWriter>,
    eval: Option<EventWriter>,
    /// Update and moment of the last training point.
    last_point: Option<(u64, Duration)>,
}

impl Curves {
    /// Curves of the run in `run_dir` from `first_update` on. Files are made when the first point comes.
    pub(super) fn new(run_dir: PathBuf, first_update: u64) -> Self {
        Self { run_dir, first_update, train: None, eval: None, last_point: None }
    }

    /// Adds the metrics of a training batch.
    pub(super) fn training(
        &mut self,
        clock: &dyn Clock,
        update: u64,
        metrics: &Metrics,
    ) -> Result<()> {
        let now = clock.elapsed();
        let mut scalars = metrics.scalars();
        if let Some((before, then)) = self.last_point.replace((update, now)) {
            let seconds = now.saturating_sub(then).as_secs_f64();
            if seconds > 0.0 {
                scalars.push((SPEED_TAG, ((update - before) as f64 / seconds) as f32));
            }
        }
        let writer = opened(&mut self.train, self.run_dir.join("train"), clock, self.first_update)?;
        writer.scalars(clock.unix_seconds(), update as i64, &scalars)?;
        Ok(())
    }

    /// Adds an evaluation.
    pub(super) fn evaluation(
        &mut self,
        clock: &dyn Clock,
        update: u64,
        result: &EvalResult,
    ) -> Result<()> {
        let writer = opened(&mut self.eval, self.run_dir.join("eval"), clock, self.first_update)?;
        writer.scalars(clock.unix_seconds(), update as i64, &result.scalars())?;
        Ok(())
    }
}

/// The writer in `slot`, made if it is not there yet.
fn opened<'a>(
    slot: &'a mut Option<EventWriter>,
    folder: PathBuf,
    clock: &dyn Clock,
    first_update: u64,
) -> Result<&'a mut EventWriter> {
    if slot.is_none() {
        let now = clock.unix_seconds();
        if first_update > 0 {
            take_back(&folder, first_update);
        }
        let mut writer = EventWriter::create(folder, now, "")?;
        if first_update > 0 {
            // For a TensorBoard that has read what was taken back.
            writer.session_start(now, first_update as i64 + 1)?;
        }
        *slot = Some(writer);
    }
    Ok(slot.as_mut().expect("made above"))
}

/// Takes back what a killed session drew after its last checkpoint: it is drawn again. Curves are for looking at, so a file that
/// cannot be read or changed is no reason not to go on.
fn take_back(folder: &Path, last_update: u64) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().contains(OWN_FILES) {
            let _ = cut_after(entry.path(), last_update as i64);
        }
    }
}
