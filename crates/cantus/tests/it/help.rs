//! Help, completions and manual pages.

use std::fs;

use crate::support::{cantus, json};

const COMMANDS: [&str; 25] = [
    "demo",
    "ingest",
    "dataset",
    "train",
    "sweep",
    "runs",
    "evaluate",
    "generate",
    "moods",
    "likelihood",
    "export",
    "convert",
    "compose",
    "plot",
    "score",
    "catalog",
    "genres",
    "subset",
    "compare",
    "render",
    "play",
    "magenta",
    "models",
    "completions",
    "man",
];

const GENRES_COMMANDS: [&str; 9] =
    ["match", "top", "fold", "convert", "map", "tag", "fetch", "learn", "guess"];

#[test]
fn help_lists_every_command_and_every_command_has_help() {
    let help = stdout(&["--help"]);
    for command in COMMANDS {
        assert!(help.contains(command), "{command} is not in the help");
        let help = stdout(&[command, "--help"]);
        assert!(help.contains("Examples:") && help.contains("--json"), "{help}");
    }
}

#[test]
fn examples_fit_a_terminal_of_eighty_columns() {
    let within_models = ["list", "pull", "inspect"].map(|command| vec!["models", command]);
    let within_catalog = ["query", "export", "info"].map(|command| vec!["catalog", command]);
    let within_genres = GENRES_COMMANDS.map(|command| vec!["genres", command]);
    let within = within_models.into_iter().chain(within_catalog).chain(within_genres);
    for command in COMMANDS.map(|command| vec![command]).into_iter().chain(within) {
        let help = stdout(&[&command[..], &["--help"]].concat());
        let examples = help.split("Examples:").nth(1).unwrap_or_default();
        let longest = examples.lines().map(|line| line.chars().count()).max();
        assert!(longest <= Some(80), "{command:?}: {longest:?} columns");
    }
}

#[test]
fn every_shell_gets_its_completions() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = stdout(&["completions", shell]);
        assert!(script.contains("likelihood") && script.contains("primer-melody"), "{shell}");
        assert_eq!(json(&["completions", shell])["script"], script);
    }
}

#[test]
fn every_command_gets_a_manual_page() {
    let folder = tempfile::tempdir().unwrap();
    let output_dir = folder.path().join("man");
    let result = json(&["man", "--output-dir", output_dir.to_str().unwrap()]);
    let (within_models, within_magenta, within_catalog) = (3, 5, 3);
    let within = within_models + within_magenta + within_catalog + GENRES_COMMANDS.len();
    let pages = COMMANDS.len() + 1 + within;
    assert_eq!(result["files"].as_array().unwrap().len(), pages);
    assert!(output_dir.join("cantus-models-inspect.1").exists());
    let page = fs::read_to_string(output_dir.join("cantus-generate.1")).unwrap();
    assert!(page.contains(".TH cantus-generate 1") && page.contains("temperature"), "{page}");
    assert!(
        fs::read_to_string(output_dir.join("cantus.1")).unwrap().contains("cantus\\-likelihood")
    );
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    use std::process::{Command, Stdio};
    let program = assert_cmd::cargo::cargo_bin("cantus");
    let mut child = Command::new(program)
        .args(["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success());
}

fn stdout(arguments: &[&str]) -> String {
    let output = cantus(arguments).output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}
