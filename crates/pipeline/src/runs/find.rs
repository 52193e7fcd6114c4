//! Run folders below other folders.

use std::fs;
use std::path::{Path, PathBuf};

use model::checkpoint::Folder;

use crate::curves::has_events;
use crate::magenta_run::TRAIN_DIR;
use crate::{Error, Observer, Result};

/// How far below a folder runs are looked for: those of a composition are three down.
const MAX_DEPTH: usize = 8;

/// Names and paths of all runs in `folders`, by name; each once.
pub(super) fn runs(folders: &[PathBuf], observer: &dyn Observer) -> Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    for folder in folders {
        look(folder, 0, observer, &mut found)?;
    }
    found.sort();
    found.dedup();
    if found.is_empty() {
        return Err(Error::NoRuns { folders: folders.to_owned() });
    }
    let within = if let [folder] = folders { folder.as_path() } else { Path::new("") };
    Ok(found.into_iter().map(|path| (name(&path, within), path)).collect())
}

/// What a run is called: its path within the folder that was looked through.
fn name(path: &Path, within: &Path) -> String {
    match path.strip_prefix(within) {
        Ok(rest) if rest.as_os_str().is_empty() => path.file_name().unwrap_or(path.as_os_str()),
        Ok(rest) => rest.as_os_str(),
        Err(_) => path.as_os_str(),
    }
    .to_string_lossy()
    .into_owned()
}

/// Adds the runs in a folder that is there. Links are not followed, so that there is an end.
fn look(
    folder: &Path,
    depth: usize,
    observer: &dyn Observer,
    found: &mut Vec<PathBuf>,
) -> Result<()> {
    if is_run(folder)? {
        found.push(folder.to_owned());
        return Ok(());
    }
    if observer.cancelled() {
        return Err(Error::Interrupted { kept: None });
    }
    for entry in fs::read_dir(folder).map_err(|error| Error::read(folder, error))? {
        let entry = entry.map_err(|error| Error::read(folder, error))?;
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && !is_hidden && depth < MAX_DEPTH {
            look(&entry.path(), depth + 1, observer, found)?;
        }
    }
    Ok(())
}

/// Whether a folder is that of a run: of Cantus, which has checkpoints, or of another program, which has drawn curves.
fn is_run(folder: &Path) -> Result<bool> {
    Ok(!Folder::of_run(folder).updates()?.is_empty() || has_events(&folder.join(TRAIN_DIR))?)
}

#[cfg(test)]
mod tests {
    use tensorflow::events::EventWriter;

    use super::*;
    use crate::Unobserved;

    #[test]
    fn runs_are_named_by_where_they_are() {
        let folder = tempfile::tempdir().unwrap();
        for run in ["a", "b/c", ".d"] {
            let train = folder.path().join(run).join("train");
            EventWriter::create(train, 1.0, "").unwrap();
        }
        let path = |name: &str| folder.path().join(name);
        let names = |folders: &[PathBuf]| -> Vec<String> {
            runs(folders, &Unobserved).unwrap().into_iter().map(|found| found.0).collect()
        };
        assert_eq!(names(&[folder.path().to_owned()]), ["a", "b/c"]);
        assert_eq!(names(&[path("a")]), ["a"]);
        let both = [path("b"), path("a"), path("a")];
        assert_eq!(names(&both), [path("a"), path("b/c")].map(|path| path.display().to_string()));
        let none = runs(&[path("a/train")], &Unobserved).unwrap_err();
        assert!(matches!(none, Error::NoRuns { folders } if folders == [path("a/train")]));
        assert!(matches!(runs(&[path("x")], &Unobserved).unwrap_err(), Error::Read { .. }));
    }
}
