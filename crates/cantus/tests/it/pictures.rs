//! `cantus plot` and `cantus score`.

use std::fs;
use std::path::Path;

use crate::support::{failure, json};
use crate::workshop::{Workshop, jigs, names, text};

/// Whether a file is whole, by its first bytes and its last.
fn is_picture(path: &Path) -> bool {
    let bytes = fs::read(path).expect("a file");
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("svg") => bytes.starts_with(b"<svg") && bytes.ends_with(b"</svg>\n"),
        _ => bytes.starts_with(b"\x89PNG") && bytes.windows(4).any(|chunk| chunk == b"IEND"),
    }
}

#[test]
fn a_tune_becomes_a_piano_roll_and_a_score_in_every_format() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| text(&folder.path().join(name));
    let tune = path("tune.mid");
    fs::copy(&jigs()[1], &tune).expect("a tune");
    json(&["plot", &tune]);
    json(&["score", &tune]);
    assert_eq!(
        names(folder.path()),
        ["tune-roll.png", "tune-roll.svg", "tune-score.svg", "tune.mid"]
    );
    for name in ["tune-roll.png", "tune-roll.svg", "tune-score.svg"] {
        assert!(is_picture(&folder.path().join(name)), "{name}");
    }
    let out = path("out");
    let formats = "svg,png,musicxml,mxl,abc";
    json(&["score", &tune, "--format", formats, "--output-dir", &out]);
    assert_eq!(names(Path::new(&out)).len(), 5);
    // What is packed and what is not are the same music.
    for name in ["tune.musicxml", "tune.mxl"] {
        json(&["convert", &format!("{out}/{name}"), "--output", &path(&format!("{name}.abc"))]);
    }
    let read = |name: &str| fs::read_to_string(path(name)).expect("a tune");
    assert_eq!(read("tune.musicxml.abc"), read("tune.mxl.abc"));
    let again = path("again.svg");
    json(&["score", &tune, "--output", &again, "--threads", "1"]);
    assert_eq!(read("again.svg"), read("tune-score.svg"));
}

#[test]
fn a_generated_melody_is_plotted_with_its_primer_and_its_probabilities() {
    let workshop = Workshop::shared();
    let (run, out) = (workshop.path("run"), workshop.path("plotted"));
    let made = json(&[
        "generate",
        "--run-dir",
        &run,
        "--output-dir",
        &out,
        "--num-outputs",
        "1",
        "--seed",
        "3",
        "--primer-melody",
        "[67, -2, 69, -2, 71, -2, 72, -2]",
        "--num-steps",
        "64",
        "--temperature",
        "1.2",
    ]);
    let tune = made["melodies"][0]["file"].as_str().expect("a file");
    let provenance = made["melodies"][0]["provenance"].as_str().expect("a file");
    let record: serde_json::Value =
        serde_json::from_slice(&fs::read(provenance).expect("a file")).expect("JSON");
    assert_eq!((&record["seed"], &record["primer_steps"]), (&3.into(), &8.into()));
    assert_eq!(record["network_sha256"].as_str().map(str::len), Some(64), "{record}");
    let logs = record["log_probabilities"].as_array().expect("a list");
    assert_eq!(logs.len(), 63);
    let sum: f64 = logs.iter().map(|log| log.as_f64().expect("a number")).sum();
    let whole = record["log_likelihood"].as_f64().expect("a number");
    assert!((sum - whole).abs() < 63.0 * 1e-4, "{sum} is not {whole}");
    let file = workshop.path("plotted/roll.svg");
    json(&["plot", tune, "--output", &file]);
    let roll = fs::read_to_string(&file).expect("a picture");
    assert!(roll.contains(">primer<") && roll.contains(">10 %<"), "{roll}");
    assert_eq!(roll.matches(", primer").count(), 4, "{roll}");
    // Another primer than the one that was made from, and another tune than the one that was made.
    json(&["plot", tune, "--output", &file, "--primer-melody", "[67, -2, 69, -2]"]);
    let roll = fs::read_to_string(&file).expect("a picture");
    assert_eq!(roll.matches(", primer").count(), 2, "{roll}");
    let other = workshop.path("plotted/other.mid");
    fs::copy(&jigs()[0], &other).expect("a tune");
    fs::copy(provenance, workshop.path("plotted/other.json")).expect("a record");
    json(&["plot", &other, "--output", &file]);
    assert!(!fs::read_to_string(&file).expect("a picture").contains("probability"));
    fs::write(workshop.path("plotted/other.json"), "no record").expect("a file");
    json(&["plot", &other, "--output", &file]);
}

#[test]
fn what_is_no_picture_is_told() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| text(&folder.path().join(name));
    let (tune, other) = (text(&jigs()[0]), text(&jigs()[1]));
    for command in ["plot", "score"] {
        let stderr = failure(&[command, &tune, "--output", &path("x.gif")], 2);
        assert!(stderr.contains("x.gif") && stderr.contains(".svg"), "{stderr}");
        let stderr = failure(&[command, &tune, &other, "--output", &path("x.svg")], 2);
        assert!(stderr.contains("2 pieces"), "{stderr}");
        fs::write(path("bad.mid"), "no music").expect("a file");
        failure(&[command, &path("bad.mid"), "--output", &path("x.svg"), "--quiet"], 1);
        failure(&[command, &tune, "--meter", "3/5"], 2);
        assert!(!Path::new(&path("x.svg")).exists());
    }
}
