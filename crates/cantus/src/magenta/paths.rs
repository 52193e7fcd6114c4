//! Paths as Magenta's flags give them: `~` for the user's own folder, patterns for many files.

use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// What makes a path a pattern.
const WILDCARDS: [char; 3] = ['*', '?', '['];

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
    let mut files = Vec::new();
    for pattern in patterns.split(',').map(str::trim).filter(|pattern| !pattern.is_empty()) {
        let pattern = expand_user(pattern);
        if !pattern.contains(WILDCARDS) {
            files.push(pattern.into());
            continue;
        }
        let found =
            glob::glob(&pattern).map_err(|error| Failure::new(format!("{pattern}: {error}")))?;
        let before = files.len();
        files.extend(found.filter_map(Result::ok));
        if files.len() == before {
            return Err(Failure::new(format!("no file matches {pattern}"))
                .with_hint("check the pattern: `ls` shows what it stands for"));
        }
    }
    Ok(files)
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
    fn patterns_stand_for_files_in_the_order_of_their_names() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["b.tfrecord", "a.tfrecord", "c.txt", "x,y"] {
            std::fs::write(path(name), "").unwrap();
        }
        let found = |name: &str| matching(path(name).to_str().unwrap()).unwrap();
        assert_eq!(found("*.tfrecord"), [path("a.tfrecord"), path("b.tfrecord")]);
        assert_eq!(found("[ac].t*"), [path("a.tfrecord"), path("c.txt")]);
        assert_eq!(found("x,y"), [path("x,y")]);
        let two = format!("{},{}", path("c.txt").display(), path("?.tfrecord").display());
        assert_eq!(matching(&two).unwrap().len(), 3);
        assert_eq!(found("missing"), [path("missing")]);
        assert!(matching(path("*.mid").to_str().unwrap()).is_err());
    }
}
