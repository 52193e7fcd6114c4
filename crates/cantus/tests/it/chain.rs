//! The chain from tunes to new tunes, verb by verb, on the built-in music.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::{cantus, failure, json};
use crate::workshop::{Workshop, jigs, names, text};

#[test]
fn ingest_reads_folders_and_files_and_says_what_became_of_each() {
    let folder = tempfile::tempdir().unwrap();
    let tunes = folder.path().join("tunes");
    fs::create_dir(&tunes).unwrap();
    for tune in &jigs()[..3] {
        fs::copy(tune, tunes.join(tune.file_name().unwrap())).unwrap();
    }
    fs::copy(&jigs()[0], tunes.join("copy.mid")).unwrap();
    fs::write(tunes.join("broken.mid"), "no music").unwrap();
    fs::write(tunes.join("cover.jpg"), "no music").unwrap();
    let output = text(&folder.path().join("notes.tfrecord"));
    let result = json(&["ingest", &text(&tunes), &text(&jigs()[5]), "--output", &output]);
    assert_eq!(result["pieces"], 5, "{result}");
    assert_eq!(result["duplicates"], 1, "{result}");
    assert_eq!(names(folder.path()), ["notes.report.jsonl", "notes.tfrecord", "tunes"]);
    let report = fs::read_to_string(folder.path().join("notes.report.jsonl")).unwrap();
    let rows: Vec<Value> = report.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let broken = rows.iter().find(|row| row.to_string().contains("broken.mid")).unwrap();
    assert!(broken.to_string().contains("MThd"), "{broken}");
}

#[test]
fn ingest_can_leave_out_copies() {
    let folder = tempfile::tempdir().unwrap();
    let jig = text(&jigs()[0]);
    let copy = text(&folder.path().join("copy.mid"));
    fs::copy(&jig, &copy).unwrap();
    let output = text(&folder.path().join("notes.tfrecord"));
    let result = json(&["ingest", &jig, &copy, "--output", &output, "--skip-duplicates"]);
    assert_eq!((&result["pieces"], &result["duplicates"]), (&1.into(), &1.into()), "{result}");
}

#[test]
fn a_dataset_is_split_by_song_and_reported() {
    let workshop = Workshop::shared();
    let result = dataset(workshop, &workshop.path("examples-again"), &[]);
    let (training, eval) = (&result["training"], &result["eval"]);
    let songs = training["songs"].as_u64().unwrap() + eval["songs"].as_u64().unwrap();
    assert_eq!(
        (result["pieces"].as_u64(), result["pieces_with_melodies"].as_u64()),
        (Some(12), Some(songs))
    );
    assert!(training["melodies"].as_u64() > Some(0), "{result}");
    assert!(eval["melodies"].as_u64() > Some(0), "{result}");
}

#[test]
fn a_dataset_depends_on_its_seed_alone() {
    let workshop = Workshop::shared();
    let bytes = |name: &str, flags: &[&str]| {
        let folder = workshop.path(name);
        dataset(workshop, &folder, flags);
        ["training_melodies.tfrecord", "eval_melodies.tfrecord"]
            .map(|name| fs::read(Path::new(&folder).join(name)).unwrap())
    };
    let one = bytes("one", &["--threads", "1"]);
    assert_eq!(one, bytes("three", &["--threads", "3"]));
    assert_ne!(one, bytes("other", &["--seed", "1"]));
    let [all, none] = bytes("all", &["--eval-ratio", "0"]);
    assert!(none.is_empty());
    assert_eq!(all.len(), one[0].len() + one[1].len());
}

#[test]
fn notes_can_be_piped_from_ingest_to_dataset() {
    let workshop = Workshop::shared();
    let program = assert_cmd::cargo::cargo_bin("cantus");
    let mut ingest = Command::new(&program)
        .args(["ingest", &workshop.path("tunes"), "--output", "-"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let folder = workshop.path("piped");
    let dataset = Command::new(&program)
        .args([
            "dataset",
            "--config",
            "basic_rnn",
            "--input",
            "-",
            "--eval-ratio",
            "0.25",
            "--output-dir",
            &folder,
        ])
        .stdin(ingest.stdout.take().unwrap())
        .output()
        .unwrap();
    assert!(dataset.status.success(), "{}", String::from_utf8_lossy(&dataset.stderr));
    assert!(ingest.wait().unwrap().success());
    let name = "training_melodies.tfrecord";
    let piped = fs::read(Path::new(&folder).join(name)).unwrap();
    assert_eq!(piped, fs::read(Path::new(&workshop.path("examples")).join(name)).unwrap());
}

#[test]
fn training_in_two_goes_is_training_in_one() {
    let workshop = Workshop::shared();
    workshop.train("two-goes", "2");
    let result = workshop.train("two-goes", crate::workshop::UPDATES);
    assert_eq!((&result["updates_made"], &result["ending"]), (&2.into(), &"finished".into()));
    let weights = |run: &str| {
        let name = format!("checkpoints/model-{}.safetensors", crate::workshop::UPDATES);
        fs::read(Path::new(&workshop.path(run)).join(name)).unwrap()
    };
    assert_eq!(weights("two-goes"), weights("run"));
    assert_eq!(workshop.train("two-goes", "4")["ending"], "already_finished");
}

#[test]
fn a_run_refuses_to_go_on_with_other_settings() {
    let workshop = Workshop::shared();
    let examples = workshop.path("examples/training_melodies.tfrecord");
    let run = workshop.path("run");
    let train = ["train", "--config", "basic_rnn", "--run-dir", &run, "--examples", &examples];
    let stderr = failure(&[&train[..], &["--hparams", "batch_size=5"]].concat(), 1);
    assert!(stderr.contains("batch_size") || stderr.contains("rnn_layer_sizes"), "{stderr}");
    let stderr = failure(&[&train[..], &["--hparams", "bach_size=5"]].concat(), 2);
    assert!(stderr.contains("bach_size"), "{stderr}");
}

#[test]
fn a_run_is_evaluated_on_whole_melodies() {
    let workshop = Workshop::shared();
    let (run, examples) = (workshop.path("run"), workshop.path("examples/eval_melodies.tfrecord"));
    let evaluate = ["evaluate", "--run-dir", &run, "--examples", &examples];
    let result = json(&evaluate);
    let loss = result["loss"].as_f64().unwrap();
    assert!(loss > 0.5 && loss < 4.0, "{result}");
    assert!((result["perplexity"].as_f64().unwrap() - loss.exp()).abs() < 1e-9, "{result}");
    assert_eq!(result["update"].to_string(), crate::workshop::UPDATES);
    let dropout = json(&[&evaluate[..], &["--dropout"]].concat());
    assert_ne!(dropout["loss"], result["loss"]);
    let output = cantus(&evaluate).output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().contains("perplexity"));
}

#[test]
fn the_same_seed_gives_the_same_tunes() {
    let workshop = Workshop::shared();
    let tunes = |name: &str, flags: &[&str]| {
        let folder = workshop.path(name);
        generate(workshop, &folder, flags);
        names(Path::new(&folder))
            .into_iter()
            .map(|name| (name.clone(), fs::read(Path::new(&folder).join(name)).unwrap()))
            .collect::<Vec<_>>()
    };
    let first = tunes("seed-7", &["--seed", "7"]);
    // Each with how it was made.
    let expected = ["01.json", "01.mid", "02.json", "02.mid", "03.json", "03.mid"]
        .map(|name| format!("basic_rnn-seed7-{name}"));
    assert_eq!(first.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), expected);
    assert_eq!(first, tunes("seed-7-again", &["--seed", "7", "--threads", "1"]));
    let other = tunes("seed-8", &["--seed", "8"]);
    assert!(first.iter().zip(&other).any(|((_, first), (_, other))| first != other));
}

#[test]
fn a_seed_that_was_drawn_makes_the_tunes_again() {
    let workshop = Workshop::shared();
    let drawn = generate(workshop, &workshop.path("drawn"), &[]);
    let seed = drawn["seed"].to_string();
    let again = generate(workshop, &workshop.path("drawn-again"), &["--seed", &seed]);
    let events = |result: &Value| {
        let melodies = result["melodies"].as_array().unwrap();
        melodies.iter().map(|melody| melody["events"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(events(&drawn), events(&again));
    assert_ne!(generate(workshop, &workshop.path("drawn"), &[])["seed"], drawn["seed"]);
}

#[test]
fn a_primer_begins_every_tune() {
    let workshop = Workshop::shared();
    let primer = serde_json::json!([67, -2, 69, -1]);
    let result =
        generate(workshop, &workshop.path("primed"), &["--primer-melody", "[67, -2, 69, -1]"]);
    for melody in result["melodies"].as_array().unwrap() {
        let events = melody["events"].as_array().unwrap();
        assert_eq!(events.len(), 32, "{melody}");
        assert_eq!(events[..4], primer.as_array().unwrap()[..], "{melody}");
    }
    let jig = text(&jigs()[0]);
    let flags = ["--primer-midi", &jig, "--num-steps", "400", "--num-outputs", "1"];
    let result = generate(workshop, &workshop.path("primed-by-midi"), &flags);
    assert!(result["primer"].to_string().contains(".mid"), "{result}");
}

#[test]
fn beams_are_searched() {
    let workshop = Workshop::shared();
    let flags =
        ["--beam-size", "3", "--branch-factor", "2", "--steps-per-iteration", "2", "--seed", "1"];
    let result = generate(workshop, &workshop.path("beams"), &flags);
    assert_eq!(result["melodies"].as_array().unwrap().len(), 3);
}

#[test]
fn a_likelihood_is_that_of_the_melody() {
    let workshop = Workshop::shared();
    let run = workshop.path("run");
    let likelihood = |melody: &str| {
        let result = json(&["likelihood", "--run-dir", &run, "--melody", melody]);
        (result["log_likelihood"].as_f64().unwrap(), result["events"].as_u64().unwrap())
    };
    let (short, events) = likelihood("[60, -2, 62, -2, 64, -1]");
    assert!(short < 0.0 && events == 6);
    assert!(likelihood("[60, -2, 62, -2, 64, -1, 65]").0 < short);
    let midi = json(&["likelihood", "--run-dir", &run, "--midi", &text(&jigs()[0])]);
    assert!(midi["log_likelihood"].as_f64().unwrap() < 0.0, "{midi}");
    let stderr = failure(&["likelihood", "--run-dir", &run, "--melody", "[60, 200]"], 2);
    assert!(stderr.contains("200"), "{stderr}");
}

fn dataset(workshop: &Workshop, folder: &str, flags: &[&str]) -> Value {
    let notes = workshop.path("notes.tfrecord");
    let mut call =
        vec!["dataset", "--config", "basic_rnn", "--input", &notes, "--output-dir", folder];
    if !flags.contains(&"--eval-ratio") {
        call.extend(["--eval-ratio", "0.25"]);
    }
    json(&[&call[..], flags].concat())
}

fn generate(workshop: &Workshop, folder: &str, flags: &[&str]) -> Value {
    let run = workshop.path("run");
    let mut call = vec!["generate", "--run-dir", &run, "--output-dir", folder];
    for default in [["--num-outputs", "3"], ["--num-steps", "32"]] {
        if !flags.contains(&default[0]) {
            call.extend(default);
        }
    }
    json(&[&call[..], flags].concat())
}
