//! Learning curves, as the event files of a run have them.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tensorflow::events::{Reader, What};

use crate::{Error, Result};

/// How the names of event files begin.
const EVENT_FILE: &str = "events.out.tfevents.";

/// Points (update, value) of each curve by its tag, such as `loss`; updates ascend.
pub type Curves = BTreeMap<String, Vec<(i64, f32)>>;

/// Reads the curves of a folder such as `<run>/train`; a folder that is not there has none.
///
/// A file whose end is damaged, as of a run that was killed or is going on, gives what comes before. What a session drew that a later
/// one began before is void.
///
/// # Errors
///
/// [`Error::Read`] when the folder cannot be listed or a file not be opened.
pub fn curves(folder: &Path) -> Result<Curves> {
    let mut curves = Curves::new();
    for file in event_files(folder)? {
        for event in Reader::open(&file)? {
            let Ok(event) = event else { break };
            match event.what {
                What::SessionStart => cut(&mut curves, event.step),
                What::Scalars(values) => {
                    for (tag, value) in values {
                        curves.entry(tag).or_default().push((event.step, value));
                    }
                }
                _ => {}
            }
        }
    }
    Ok(curves)
}

/// When points were drawn: (update, seconds since 1970), a list for each event file of a folder; files without points have none.
///
/// # Errors
///
/// Those of [`curves`].
pub(crate) fn moments(folder: &Path) -> Result<Vec<Vec<(i64, f64)>>> {
    let mut files = Vec::new();
    for file in event_files(folder)? {
        let events = Reader::open(&file)?.map_while(std::result::Result::ok);
        let points = events.filter(|event| matches!(event.what, What::Scalars(_)));
        files.push(points.map(|event| (event.step, event.wall_time)).collect::<Vec<_>>());
    }
    files.retain(|points| !points.is_empty());
    Ok(files)
}

/// Whether a folder has event files.
pub(crate) fn has_events(folder: &Path) -> Result<bool> {
    Ok(!event_files(folder)?.is_empty())
}

/// In the order of their names, which begin with the time.
fn event_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|error| Error::read(folder, error))?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| Error::read(folder, error))?;
        if entry.file_name().to_string_lossy().starts_with(EVENT_FILE) {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

/// Removes what is at `step` or later.
fn cut(curves: &mut Curves, step: i64) {
    for points in curves.values_mut() {
        points.retain(|&(at, _)| at < step);
    }
}

#[cfg(test)]
mod tests {
    use tensorflow::events::EventWriter;

    use super::*;

    #[test]
    fn a_folder_that_is_not_there_has_no_curves() {
        let folder = tempfile::tempdir().unwrap();
        assert!(curves(&folder.path().join("train")).unwrap().is_empty());
        assert!(curves(folder.path()).unwrap().is_empty());
    }

    #[test]
    fn a_damaged_end_costs_only_itself() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = EventWriter::create(folder.path(), 1.0, "").unwrap();
        for step in [10, 20] {
            writer.scalars(1.0, step, &[("loss", step as f32)]).unwrap();
        }
        drop(writer);
        let [file] = &event_files(folder.path()).unwrap()[..] else { panic!("one file") };
        let bytes = fs::read(file).unwrap();
        fs::write(file, &bytes[..bytes.len() - 3]).unwrap();
        assert_eq!(curves(folder.path()).unwrap()["loss"], [(10, 10.0)]);
    }
}
