//! Paths that stand for several files: TFRecord files often come in shards.
//!
//! * `notes.tfrecord@10`: the ten files `notes.tfrecord-00000-of-00010` and so on, as TensorFlow's programs name them
//! * `notes-*.tfrecord`, `notes-?.tfrecord`: all files of the folder with such names, sorted, as Magenta's flags take them
//!
//! A path that is there means itself, whatever it looks like.

use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// More shards than any data set has: their names have five digits.
const MAX_SHARDS: u32 = 99_999;

/// The files that `paths` stand for, in this order. Whether a file is there that is named in full is not looked at.
///
/// # Errors
///
/// [`Error::NoFiles`] for a pattern that no file fits, [`Error::Read`] when a folder cannot be read.
pub(crate) fn files_of(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.exists() {
            files.push(path.clone());
        } else if name.contains(['*', '?']) {
            files.extend(matching(path, name)?);
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

/// The files beside `path` whose names fit its own, which is `pattern`.
fn matching(path: &Path, pattern: &str) -> Result<Vec<PathBuf>> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let read = |source| Error::read(folder.unwrap_or(Path::new(".")), source);
    let mut files = Vec::new();
    for entry in folder.unwrap_or(Path::new(".")).read_dir().map_err(read)? {
        let name = entry.map_err(read)?.file_name();
        let Some(text) = name.to_str() else { continue };
        // Names with a dot are hidden, as in a shell: among them are files that are being written.
        let hidden = text.starts_with('.') && !pattern.starts_with('.');
        let file = path.with_file_name(&name);
        if !hidden && fits(pattern, text) && file.is_file() {
            files.push(file);
        }
    }
    if files.is_empty() {
        return Err(Error::NoFiles { pattern: path.to_owned() });
    }
    files.sort();
    Ok(files)
}

/// Whether `name` is what `pattern` says, where `?` is any character and `*` any number of them.
fn fits(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut at, mut in_name) = (0, 0);
    // The last star, and where in the name what follows it is tried: an earlier star never needs to give way.
    let mut star: Option<(usize, usize)> = None;
    while in_name < name.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, in_name));
                at += 1;
            }
            Some(&character) if character == '?' || character == name[in_name] => {
                at += 1;
                in_name += 1;
            }
            _ => match &mut star {
                Some((after, tried)) => {
                    *tried += 1;
                    (at, in_name) = (*after + 1, *tried);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|&character| character == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_names() {
        for (pattern, name) in [
            ("*", ""),
            ("a*c", "abbc"),
            ("a*b*c", "aXbXbXc"),
            ("*-of-?????", "x-00001-of-00010"),
            ("?", "ä"),
            ("**a", "ba"),
        ] {
            assert!(fits(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("a*c", "abcd"), ("?", ""), ("?", "ab"), ("a", "b"), ("*a*b", "ba")]
        {
            assert!(!fits(pattern, name), "{pattern} {name}");
        }
    }

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
        assert!(matches!(files(&["missing/*"]), Err(Error::Read { .. })));
    }
}
