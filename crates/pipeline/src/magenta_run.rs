//! A run folder as Magenta has it: TensorFlow's checkpoints in `train`, beside our own in `checkpoints`.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use model::checkpoint::Folder;
use model::import::{self, Imported};
use tensorflow::checkpoint::State;

use crate::export::write_checkpoint;
use crate::{Error, Observer, Result};

/// Name of the folder with TensorFlow's checkpoints.
pub(crate) const TRAIN_DIR: &str = "train";

/// What the names of a checkpoint's files end in.
const ENDINGS: [&str; 3] = ["index", "data-00000-of-00001", "meta"];

/// Updates of the newest checkpoint in the run, whoever wrote it.
pub(crate) fn update(run_dir: &Path) -> Result<Option<u64>> {
    Ok(own_update(run_dir)?.max(newest_update(run_dir)))
}

/// Updates of the newest checkpoint of TensorFlow in the run; none where there is none or its name has no number.
fn newest_update(run_dir: &Path) -> Option<u64> {
    let state = State::read(run_dir.join(TRAIN_DIR)).ok()?;
    state.newest.rsplit_once('-')?.1.parse().ok()
}

/// Updates of our newest checkpoint in the run.
fn own_update(run_dir: &Path) -> Result<Option<u64>> {
    Ok(Folder::of_run(run_dir).updates()?.pop())
}

/// Whether Magenta has the newest checkpoint of the run.
pub(crate) fn is_ahead(run_dir: &Path) -> Result<bool> {
    let own = own_update(run_dir)?;
    Ok(newest_update(run_dir).is_some_and(|update| own.is_none_or(|own| own < update)))
}

/// The network that Magenta has trained in this run, if it has come further than we have.
pub(crate) fn ahead(run_dir: &Path) -> Result<Option<Imported>> {
    Ok(if is_ahead(run_dir)? { Some(import::open(&run_dir.join(TRAIN_DIR))?) } else { None })
}

/// Writes our newest checkpoint for TensorFlow, too, and removes all but the newest `keep` of these. Gives the beginning of the
/// names of its files.
pub(crate) fn follow_up(run_dir: &Path, keep: usize, observer: &dyn Observer) -> Result<PathBuf> {
    let (imported, _) = import::run(run_dir)?;
    let prefix = write_checkpoint(&imported, run_dir, observer)?;
    let train_dir = run_dir.join(TRAIN_DIR);
    let mut state = State::read(&train_dir)?;
    let old = state.all.len().saturating_sub(keep.max(1));
    let old: Vec<String> = state.all.drain(..old).collect();
    // The list first: what it names must be there.
    state.write(&train_dir)?;
    for checkpoint in old {
        for ending in ENDINGS {
            let path = train_dir.join(format!("{checkpoint}.{ending}"));
            match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(Error::Write { path, source: error });
                }
                _ => {}
            }
        }
    }
    Ok(prefix)
}
