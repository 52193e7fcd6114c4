//! `cantus models`: what is in files of weights.

use crate::support::{cantus, failure, json, repository};
use crate::workshop::{TINY, UPDATES, Workshop};

/// A file that TensorFlow or Magenta wrote.
fn golden(name: &str) -> String {
    let path = repository().join("crates/tensorflow/tests/golden").join(name);
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_bundle_is_told_in_words_and_as_json() {
    let bundle = golden("attention_rnn_8/attention_rnn_8.mag");
    let output = cantus(&["models", "inspect", &bundle, "--quiet"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    for fact in [
        "bundle of Magenta",
        "TensorFlow 2.9.1",
        "over 40 steps, around the first layer",
        "14 variables",
        "fully_connected/biases ",
    ] {
        assert!(text.contains(fact), "{fact}: {text}");
    }
    let told = json(&["models", "inspect", &bundle]);
    assert_eq!(told["network"]["layers"], serde_json::json!([8, 8]));
    assert_eq!(told["network"]["attention"]["around"], "first_layer");
    assert_eq!((&told["parameters"], &told["no_network"]), (&10_046.into(), &().into()));
    assert_eq!(told["variables"][0]["name"], "fully_connected/biases");
}

#[test]
fn a_run_of_ours_is_told_with_its_moments() {
    let run = Workshop::shared().path("run");
    let told = json(&["models", "inspect", &run]);
    assert_eq!(told["format"], "run of Cantus");
    assert_eq!(told["update"].to_string(), UPDATES);
    assert!(told["has_moments"].as_bool().unwrap() && TINY.contains("[8,8]"));
    assert_eq!(told["network"]["layers"], serde_json::json!([8, 8]));
}

#[test]
fn what_is_no_network_of_melodies_is_told_and_no_failure() {
    let output = cantus(&["models", "inspect", &golden("partitioned/v1")]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    assert!(text.contains("\nno melody network: no variable"), "{text}");
    assert!(text.contains("columns") && text.contains("[2, 300]"), "{text}");
}

#[test]
fn what_is_not_there_or_broken_is_one_error() {
    let error = failure(&["models", "inspect", "no/such.mag"], 1);
    assert!(error.contains("no/such.mag"), "{error}");
    let tune = repository().join("data/demo/jig/AnnieHughesJig.mid");
    let error = failure(&["models", "inspect", tune.to_str().unwrap()], 1);
    assert!(error.contains("AnnieHughesJig.mid") && error.contains("byte"), "{error}");
    let empty = tempfile::tempdir().unwrap();
    failure(&["models", "inspect", empty.path().to_str().unwrap()], 1);
}
