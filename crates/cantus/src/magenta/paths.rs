//! Paths as Magenta's flags give them: `~` for the user's own folder, patterns for many files.

use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// The path with a leading `~` replaced by the user's folder.
pub(super) fn expand_user(path: &str) -> String {
    let home = std::env::home_dir().and_then(|home| home.into_os_string().into_string().ok());
    match (path.strip_prefix('~'), home) {
        (Some(rest), Some(home)) if rest.is_empty() || rest.starts_with('/') => {
            format!("{}{rest}", home.trim_end_matches('/'))
        }
        _ => path.to_owned(),
    }
}

/// The files that a pattern, or a list of patterns with commas between them, stands for, by name.
///
/// A file that has the whole text for its name is meant itself.
pub(super) fn matching(patterns: &str) -> Result<Vec<PathBuf>, Failure> {
    let whole = expand_user(patterns);
    if Path::new(&whole).exists() {
        return Ok(vec![whole.into()]);
    }
    let patterns = patterns.split(',').map(str::trim).filter(|pattern| !pattern.is_empty());
    let paths: Vec<PathBuf> = patterns.map(|pattern| expand_user(pattern).into()).collect();
    Ok(pipeline::files_of(&paths)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_folder_is_put_in_for_a_tilde_alone() {
        let home = std::env::home_dir().unwrap().display().to_string();
        assert_eq!(expand_user("~/a"), format!("{}/a", home.trim_end_matches('/')));
        for path in ["a~", "./~", "~nobody-of-this-name/a", ""] {
            assert_eq!(expand_user(path), path);
        }
    }

    #[test]
    fn lists_of_patterns_stand_for_files() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["b.tfrecord", "a.tfrecord", "c.txt", "x,y"] {
            std::fs::write(path(name), "").unwrap();
        }
        assert_eq!(matching(path("x,y").to_str().unwrap()).unwrap(), [path("x,y")]);
        let two = format!("{}, {}", path("c.txt").display(), path("?.tfrecord").display());
        let expected = ["c.txt", "a.tfrecord", "b.tfrecord"].map(path);
        assert_eq!(matching(&two).unwrap(), expected);
        assert!(matching(path("*.mid").to_str().unwrap()).is_err());
    }
}
