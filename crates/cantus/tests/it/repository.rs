//! What must hold of the repository as a whole.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::repository;

/// A file of code must fit a head: more lines than this ask for two files.
const LINES_IN_A_FILE: usize = 600;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 7] = ["utils", "util", "common", "base", "core", "helpers", "manager"];

#[test]
fn only_nn_may_contain_unsafe_code() {
    for krate in crates().into_iter().chain([repository().join("xtask")]) {
        let root = ["src/lib.rs", "src/main.rs"]
            .map(|root| krate.join(root))
            .into_iter()
            .find(|root| root.exists());
        let text = fs::read_to_string(root.expect("every crate has a root")).unwrap();
        let forbids = text.contains("#![forbid(unsafe_code)]");
        assert_eq!(forbids, !krate.ends_with("nn"), "{}", krate.display());
    }
}

#[test]
fn crates_use_only_those_below_them() {
    let floors: [(&str, &[&str]); 11] = [
        ("music", &[]),
        ("nn", &[]),
        ("figure", &[]),
        ("tensorflow", &[]),
        ("formats", &["music"]),
        ("genre", &[]),
        ("engrave", &["music", "figure", "formats"]),
        ("corpus", &["music", "formats", "tensorflow", "genre"]),
        ("model", &["music", "nn", "tensorflow"]),
        (
            "pipeline",
            &["music", "formats", "tensorflow", "corpus", "genre", "model", "figure", "engrave"],
        ),
        ("cantus", &["pipeline"]),
    ];
    let names = floors.map(|(name, _)| name);
    assert_eq!(crates().len(), floors.len(), "a crate is missing from this test");
    for (name, allowed) in floors {
        let manifest =
            fs::read_to_string(repository().join("crates").join(name).join("Cargo.toml")).unwrap();
        let dependencies = manifest.split("[dependencies]").nth(1).unwrap_or_default();
        let dependencies = dependencies.split("\n[").next().unwrap_or_default();
        for used in dependencies.lines().filter_map(|line| line.split(['.', ' ', '=']).next()) {
            assert!(!names.contains(&used) || allowed.contains(&used), "{name} uses {used}");
        }
    }
}

#[test]
fn files_are_short_and_named_for_what_they_hold() {
    for file in all_rust_files() {
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        assert!(lines <= LINES_IN_A_FILE, "{} has {lines} lines", file.display());
        let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        assert!(!EMPTY_NAMES.contains(&stem) && !stem.ends_with("_lib"), "{}", file.display());
    }
}

#[test]
fn every_module_says_what_it_is_for() {
    for file in all_rust_files() {
        let text = fs::read_to_string(&file).unwrap();
        if file.ends_with("tests.rs") {
            continue;
        }
        assert!(text.starts_with("//!"), "{} does not begin with //!", file.display());
    }
}

#[test]
fn the_architecture_can_be_read_in_one_sitting() {
    let text = fs::read_to_string(repository().join("ARCHITECTURE.md")).unwrap();
    assert!(text.lines().count() <= 200);
    for krate in crates() {
        let name = krate.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(text.contains(&format!("| `{name}` |")), "{name} is not in ARCHITECTURE.md");
    }
}

#[test]
fn the_readme_tells_developers_what_the_ci_runs() {
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let script = fs::read_to_string(repository().join(".ci/run")).unwrap();
    let commands: Vec<&str> = script.lines().filter(|line| line.starts_with("cargo ")).collect();
    assert!(!commands.is_empty());
    for command in commands {
        assert!(readme.contains(command), "README.md does not mention `{command}`");
    }
}

#[test]
fn the_built_in_tunes_come_with_their_sources() {
    let folder = repository().join("data/demo");
    assert!(fs::read_to_string(folder.join("SOURCES.md")).unwrap().contains("public domain"));
    for genre in ["hornpipe", "jig", "reel"] {
        assert_eq!(fs::read_dir(folder.join(genre)).unwrap().count(), 80, "{genre}");
    }
}

fn crates() -> Vec<PathBuf> {
    let folder = fs::read_dir(repository().join("crates")).unwrap();
    folder.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect()
}

fn all_rust_files() -> Vec<PathBuf> {
    ["crates", "xtask"].iter().flat_map(|folder| rust_files(&repository().join(folder))).collect()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
