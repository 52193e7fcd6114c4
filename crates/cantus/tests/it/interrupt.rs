//! Ctrl-C ends a command in good order: one `error:`, one `hint:`, exit code 130, and what was learnt is kept.
#![cfg(unix)]

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::assert_one_error;
use crate::workshop::{TINY, Workshop, names, text};

/// How long a test waits for something that takes a second.
const PATIENCE: Duration = Duration::from_secs(120);

#[test]
fn training_that_is_interrupted_keeps_its_place_and_goes_on() {
    let workshop = Workshop::shared();
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let examples = workshop.path("examples/training_melodies.tfrecord");
    let train =
        ["train", "--config", "basic_rnn", "--hparams", TINY, "--examples", &examples, "--run-dir"];
    let mut child = start(&[&train[..], &[&text(&run)]].concat());
    wait_for(&mut child, || !names(&run.join("checkpoints")).is_empty());
    press_ctrl_c(&child);
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert_one_error(&stderr);
    assert!(stderr.contains("run the same command again"), "{stderr}");
    let saved = names(&run.join("checkpoints"));
    assert!(saved.iter().all(|name| name.starts_with("model-")), "{saved:?}");

    let updates = stderr.split("update ").nth(1).unwrap().split([' ', ',']).next().unwrap();
    let more = (updates.parse::<u64>().unwrap() + 1).to_string();
    let trained = workshop.train(&text(&run), &more);
    assert_eq!((trained["updates_made"].as_u64(), trained["update"].to_string()), (Some(1), more));
}

#[test]
fn an_interrupted_demo_leaves_whole_files_only() {
    let folder = tempfile::tempdir().unwrap();
    let output_dir = folder.path().join("demo");
    let mut child = start(&["demo", "--output-dir", &text(&output_dir)]);
    wait_for(&mut child, || output_dir.join("jig/notes.tfrecord").exists());
    press_ctrl_c(&child);
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(stderr.contains("error: interrupted") && stderr.contains("hint: "), "{stderr}");
    assert_whole(&output_dir);
}

/// Checks that no temporary file is left anywhere. The lock of a run stays in its folder; the demo may have come so far.
fn assert_whole(folder: &Path) {
    for name in names(folder) {
        assert!(
            name == ".lock" || !name.starts_with('.'),
            "{name} was left in {}",
            folder.display()
        );
        assert_whole(&folder.join(name));
    }
}

fn start(arguments: &[&str]) -> Child {
    Command::new(assert_cmd::cargo::cargo_bin("cantus"))
        .args(arguments)
        .env("NO_COLOR", "1")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn wait_for(child: &mut Child, mut happened: impl FnMut() -> bool) {
    let start = Instant::now();
    while !happened() {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it was interrupted");
        assert!(start.elapsed() < PATIENCE, "nothing happened");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn press_ctrl_c(child: &Child) {
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
}

#[test]
fn waiting_for_input_can_be_interrupted() {
    let folder = tempfile::tempdir().unwrap();
    let output_dir = folder.path().join("examples");
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("cantus"))
        .args(["dataset", "--input", "-", "--output-dir", &text(&output_dir)])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The folder is made when arguments are read and signals are listened to.
    wait_for(&mut child, || output_dir.exists());
    let stdin = child.stdin.take();
    press_ctrl_c(&child);
    let output = child.wait_with_output().unwrap();
    drop(stdin);
    assert_eq!(output.status.code(), Some(130));
    assert_one_error(&String::from_utf8(output.stderr).unwrap());
    assert!(names(&output_dir).is_empty());
}
