//! `cantus compare`: what differs between genres.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{cantus, failure, json, repository};
use crate::workshop::{Workshop, jigs, names, text};

/// A folder of built-in tunes under a name.
fn tunes(name: &str, folder: &str) -> String {
    format!("{name}={}", text(&repository().join("data/demo").join(folder)))
}

fn feature<'a>(comparison: &'a Value, name: &str) -> &'a Value {
    let features = comparison["features"].as_array().expect("features");
    features.iter().find(|found| found["feature"] == name).expect(name)
}

#[test]
fn jigs_and_reels_differ_in_every_kind_of_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = text(&folder.path().join("out"));
    let (jigs, reels) = (tunes("the jigs", "jig"), tunes("r&b=2", "reel"));
    let flags = ["compare", &jigs, &reels, "--output-dir", &out, "--permutations", "1999"];
    let result = json(&flags);
    assert_eq!(
        names(Path::new(&out)),
        ["csv", "html", "json", "png", "svg"].map(|ending| format!("comparison.{ending}"))
    );
    let comparison = &result["comparisons"][0];
    let density = feature(comparison, "notes_per_bar");
    assert_eq!(density["verdict"], "real", "{density}");
    let words = density["words"].as_str().expect("words");
    assert!(words.starts_with("r&b=2 has fuller bars: "), "{words}");

    let read = |name: &str| fs::read(format!("{out}/comparison.{name}")).expect(name);
    let page = String::from_utf8(read("html")).expect("text");
    assert!(page.contains("r&amp;b=2") && page.contains("the jigs") && page.contains("Holm"));
    // The name of SVG's elements is an address that nothing loads.
    let page = page.replace("http://www.w3.org/2000/svg", "");
    assert!(!page.contains("NaN") && !page.contains("http:") && !page.contains("src="));
    assert_eq!(&read("png")[1..4], b"PNG");
    assert!(read("svg").starts_with(b"<svg") || read("svg").starts_with(b"<?xml"));
    let table = String::from_utf8(read("csv")).expect("text");
    assert!(table.lines().count() == 23 && table.contains("notes_per_bar"), "{table}");
    let everything: Value = serde_json::from_slice(&read("json")).expect("JSON");
    assert_eq!(everything["comparisons"], result["comparisons"]);

    let again = json(&[&flags[..], &["--threads", "1"]].concat());
    assert_eq!(again, result, "threads change nothing");
}

#[test]
fn a_network_is_held_against_its_corpus_in_plain_words() {
    let workshop = Workshop::shared();
    let corpus = format!("jig={}", workshop.path("notes.tfrecord"));
    let generated = tunes("jig", "reel");
    let flags = ["compare", &corpus, "--generated", &generated, "--permutations", "1999"];
    let output = cantus(&flags).output().expect("the program starts");
    let stdout = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(
        stdout.contains("jig and jig (generated)") && stdout.contains("7 and 46 songs"),
        "{stdout}"
    );
    assert!(stdout.contains("mean tempo") && stdout.contains("intervals: "), "{stdout}");
}

#[test]
fn wrong_calls_say_what_is_wrong() {
    let one = tunes("jig", "jig");
    assert!(failure(&["compare", &one], 2).contains("1 group"));
    assert!(
        failure(&["compare", &one, &tunes("reel", "reel"), "-o", "x.doc"], 2).contains(".html")
    );
    let missing = failure(&["compare", &one, "reel=missing.tfrecord"], 1);
    assert!(missing.contains("missing.tfrecord"), "{missing}");
    let strict = failure(&["compare", &one, &tunes("reel", "reel"), "--min-bars", "9999"], 1);
    assert!(strict.contains("no melody in the 80 pieces"), "{strict}");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let empty = format!("none={}", text(folder.path()));
    assert!(failure(&["compare", &one, &empty], 1).contains("no "));
}

#[test]
fn a_single_tune_is_too_little() {
    let tune = |index: usize, name: &str| format!("{name}={}", text(&jigs()[index]));
    let result = json(&["compare", &tune(1, "a"), &tune(2, "b")]);
    for found in result["comparisons"][0]["features"].as_array().expect("features") {
        assert_eq!(found["verdict"], "too_few", "{found}");
    }
}
