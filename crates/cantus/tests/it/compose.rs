//! `cantus compose`: what is done is not done again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command as Program, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{cantus, failure, json, repository};
use crate::workshop::text;

/// A collection of twelve jigs and twelve reels, and a folder for what is made of them.
struct Studio {
    folder: TempDir,
}

impl Studio {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for kind in ["jig", "reel"] {
            let (from, to) =
                (repository().join("data/demo").join(kind), folder.path().join("tunes").join(kind));
            fs::create_dir_all(&to).unwrap();
            let mut tunes: Vec<PathBuf> =
                fs::read_dir(from).unwrap().map(|entry| entry.unwrap().path()).collect();
            tunes.sort();
            for tune in tunes.iter().take(12) {
                fs::copy(tune, to.join(tune.file_name().unwrap())).unwrap();
            }
        }
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn flags(&self, genres: &str, more: &[&str]) -> Vec<String> {
        let (tunes, out) = (text(&self.path("tunes")), text(&self.path("out")));
        let fixed = [
            "compose",
            &tunes,
            "--output-dir",
            &out,
            "--genres",
            genres,
            "--by-content=false",
            "--ignore-polyphonic-notes",
            "--config",
            "basic_rnn",
            "--hparams",
            "batch_size=4,rnn_layer_sizes=[8]",
            "--num-training-steps",
            "4",
            "--num-outputs",
            "2",
            "--num-steps",
            "32",
        ];
        fixed.iter().chain(more).map(|&flag| flag.to_owned()).collect()
    }

    fn compose(&self, genres: &str, more: &[&str]) -> Value {
        let flags = self.flags(genres, more);
        json(&flags.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

fn files(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_composition_does_only_what_is_missing() {
    let studio = Studio::new();
    let planned = studio.compose("jigs=artist:jig", &["--plan"]);
    let states = |plan: &Value| -> Vec<String> {
        let stages = plan["stages"].as_array().unwrap().iter();
        stages.map(|stage| stage["state"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(states(&planned), ["missing"; 6]);
    assert!(!studio.path("out").exists(), "a plan makes nothing");

    let first = studio.compose("jigs=artist:jig", &[]);
    assert_eq!((&first["reused"], &first["genres"][0]["pieces"]), (&0.into(), &12.into()));
    let made = ["jigs-seed0-01", "jigs-seed0-02"];
    let all =
        made.map(|name| ["json", "mid", "mp3"].map(|ending| format!("{name}.{ending}"))).concat();
    assert_eq!(files(&studio.path("out/jigs")), all);
    let page = fs::read_to_string(studio.path("out/index.html")).unwrap();
    assert!(page.contains("src=\"jigs/jigs-seed0-01.mp3\"") && page.contains("What it learnt"));
    let tune = fs::read(studio.path("out/jigs/jigs-seed0-01.mid")).unwrap();

    // Another genre: what is there is used again. Another temperature: only new tunes.
    let second = studio.compose("jigs=artist:jig,reels=artist:reel", &[]);
    assert_eq!(second["reused"], 5, "{second}");
    assert_eq!(fs::read(studio.path("out/jigs/jigs-seed0-01.mid")).unwrap(), tune);
    let third = studio.compose("jigs=artist:jig", &["--temperature", "0.5"]);
    assert_eq!(third["reused"], 5, "{third}");
    assert!(files(&studio.path("out/reels")).is_empty(), "tunes of another call stay behind");

    // The settings that were left say the same; a new tune changes everything but the settings.
    let settings = text(&studio.path("out/cantus.toml"));
    let again = json(&["compose", "--settings", &settings]);
    assert_eq!((&again["reused"], &again["genres"]), (&6.into(), &third["genres"]));
    fs::remove_file(studio.path("tunes/jig").join(&files(&studio.path("tunes/jig"))[0])).unwrap();
    let plan = json(&["compose", "--settings", &settings, "--plan"]);
    assert_eq!(states(&plan), ["missing"; 6]);
    let pruned = json(&["compose", "--settings", &settings, "--prune"]);
    assert_eq!((&pruned["reused"], &pruned["genres"][0]["pieces"]), (&0.into(), &11.into()));
    assert_eq!(files(&studio.path("out/stages")).len(), 6);
}

#[test]
fn a_composition_that_is_killed_goes_on() {
    let studio = Studio::new();
    let whole = Studio::new();
    let expected = whole.compose("jigs=artist:jig", &[]);
    for patience in [50, 150, 400, 800] {
        let call = cantus(
            &studio.flags("jigs=artist:jig", &[]).iter().map(String::as_str).collect::<Vec<_>>(),
        );
        let mut program = Program::new(call.get_program());
        program.args(call.get_args()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = program.spawn().unwrap();
        std::thread::sleep(Duration::from_millis(patience));
        // It may have ended by then.
        let _ = child.kill();
        child.wait().unwrap();
    }
    let composed = studio.compose("jigs=artist:jig", &[]);
    let events = |made: &Value| made["genres"][0]["generated"]["melodies"][1]["events"].clone();
    assert_eq!(events(&composed), events(&expected));
}

#[test]
fn wrong_calls_are_told() {
    let studio = Studio::new();
    let flags = studio.flags("metal and", &[]);
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let output = cantus(&flags).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(2) && told.contains("  metal and\n"), "{told}");
    let flags = studio.flags("nothing", &[]);
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let output = cantus(&flags).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(1) && told.contains("error: nothing is in"), "{told}");
    let (tunes, within) = (text(&studio.path("tunes")), text(&studio.path("tunes/new/out")));
    let flags = ["compose", &tunes, "--genres", "metal", "--output-dir", &within];
    assert!(failure(&flags, 2).contains("is within"));
    assert!(!studio.path("tunes/new").exists());
    fs::write(studio.path("bad.toml"), "seed = 1\ntemperatur = 2\n").unwrap();
    let bad = text(&studio.path("bad.toml"));
    assert!(failure(&["compose", "--settings", &bad], 2).contains("temperatur"));
}

#[test]
fn the_table_that_is_taken_is_named_once() {
    let studio = Studio::new();
    let (tunes, out) = (text(&studio.path("tunes")), text(&studio.path("out")));
    let flags = ["compose", &tunes, "--genres", "nothing", "--output-dir", &out];
    let output = cantus(&flags).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    // What is learnt by content wants the table, too.
    assert!(told.contains("too few artists"), "{told}");
    assert_eq!(told.matches("taking the built-in one").count(), 1, "{told}");
}
