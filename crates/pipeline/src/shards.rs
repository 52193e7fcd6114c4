//! Paths that stand for several files: TFRecord files often come in shards.
//!
//! * `notes.tfrecord@10`: the ten files `notes.tfrecord-00000-of-00010` and so on, as TensorFlow's programs name them
//! * `notes-*.tfrecord`, `notes-?.tfrecord`, `*/notes-[0-4].tfrecord`: all files with such names, sorted, as Magenta's flags take them
//!
//! A path that is there means itself, whatever it looks like.

use std::path::PathBuf;

use glob::{MatchOptions, glob_with};

use crate::{Error, Result};

/// What makes a path a pattern.
const WILDCARDS: [char; 3] = ['*', '?', '['];

/// More shards than any data set has: their names have five digits.
const MAX_SHARDS: u32 = 99_999;

/// The files that `paths` stand for, in this order. Whether a file is there that is named in full is not looked at.
///
/// # Errors
///
/// [`Error::NoFiles`] for a pattern that no file fits.
pub fn files_of(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.exists() {
            files.push(path.clone());
        } else if let Some(pattern) = path.to_str().filter(|path| path.contains(WILDCARDS)) {
            files.extend(matching(pattern)?);
        } else if let Some((base, count)) = shards(name) {
            let shard = |number| format!("{base}-{number:05}-of-{count:05}");
            files.extend((0..count).map(|number| path.with_file_name(shard(number))));
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}

/// The name and the number of shards in `name@number`.
fn shards(name: &str) -> Option<(&str, u32)> {
    let (base, count) = name.rsplit_once('@')?;
    let count = count.parse().ok().filter(|count| (1..=MAX_SHARDS).contains(count))?;
    Some((base, count))
}

/// The files whose paths fit `pattern`.
fn matching(pattern: &str) -> Result<Vec<PathBuf>> {
    // Names with a dot are hidden, as in a shell: among them are files that are being written.
    let options = MatchOptions { require_literal_leading_dot: true, ..MatchOptions::default() };
    let none = || Error::NoFiles { pattern: pattern.into() };
    let found = glob_with(pattern, options).map_err(|_| none())?;
    let files: Vec<PathBuf> =
        found.filter_map(|path| path.ok()).filter(|path| path.is_file()).collect();
    if files.is_empty() { Err(none()) } else { Ok(files) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_patterns_and_names_stand_for_files() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["b.tfrecord", "a.tfrecord", ".c.tfrecord", "odd@2", "d.txt"] {
            std::fs::write(path(name), "").unwrap();
        }
        std::fs::create_dir(path("e.tfrecord")).unwrap();
        let files =
            |names: &[&str]| files_of(&names.iter().map(|name| path(name)).collect::<Vec<_>>());
        let paths = |names: &[&str]| names.iter().map(|name| path(name)).collect::<Vec<_>>();
        let found = files(&["*.tfrecord", "none", "odd@2", "-"]).unwrap();
        assert_eq!(found, paths(&["a.tfrecord", "b.tfrecord", "none", "odd@2", "-"]));
        let shards = ["x-00000-of-00002", "x-00001-of-00002"];
        assert_eq!(files(&["x@2"]).unwrap(), paths(&shards));
        for name in ["x@", "x@0", "x@-1", "x@100000", "x@two"] {
            assert_eq!(files(&[name]).unwrap(), paths(&[name]));
        }
        let Err(Error::NoFiles { pattern }) = files(&["?.none"]) else { panic!("files") };
        assert_eq!(pattern, path("?.none"));
        for none in ["missing/*", "a[.tfrecord"] {
            assert!(matches!(files(&[none]), Err(Error::NoFiles { .. })), "{none}");
        }
        assert_eq!(files(&["[ad].t*"]).unwrap(), paths(&["a.tfrecord", "d.txt"]));
    }
}
