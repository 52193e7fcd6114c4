//! Networks from files and to files: `--bundle`, `cantus export`, `--warm-start`.

use std::fs;
use std::path::Path;

use crate::support::{failure, json, repository};
use crate::workshop::{Workshop, names};

const MELODY: &str = "[60, -2, 62, -2, 64, -1]";

fn golden(name: &str) -> String {
    let path = repository().join("crates/tensorflow/tests/golden").join(name);
    path.to_str().expect("a plain path").to_owned()
}

fn likelihood(from: &[&str]) -> f64 {
    let result = json(&[&["likelihood", "--melody", MELODY], from].concat());
    result["log_likelihood"].as_f64().expect("a number")
}

#[test]
fn a_bundle_of_magentas_sings_and_judges() {
    let workshop = Workshop::shared();
    let bundle = golden("attention_rnn_8/attention_rnn_8.mag");
    let (from, out) = (["--bundle", &*bundle], workshop.path("from-bundle"));
    let made = json(
        &[&["generate", "--num-outputs", "2", "--seed", "1", "--output-dir", &out][..], &from]
            .concat(),
    );
    assert_eq!((made["config"].as_str(), &made["update"]), (Some("attention_rnn"), &().into()));
    let files = names(Path::new(&out));
    assert_eq!(files.iter().filter(|name| name.ends_with(".mid")).count(), 2, "{files:?}");
    // The checkpoint that the bundle was made of, by folder and by name.
    let expected = likelihood(&from);
    assert_eq!(likelihood(&["--run-dir", &golden("attention_rnn_8")]), expected);
    assert_eq!(
        likelihood(&["--bundle", &golden("attention_rnn_8/model.ckpt-600.index")]),
        expected
    );
    let basic = golden("basic_rnn_8");
    let examples = workshop.path("examples/eval_melodies.tfrecord");
    let result = json(&["evaluate", "--run-dir", &basic, "--examples", &examples]);
    assert_eq!((&result["config"], &result["update"]), (&"basic_rnn".into(), &600.into()));
}

#[test]
fn a_run_is_exported_in_every_format_and_is_the_same_network() {
    let workshop = Workshop::shared();
    let (run, graph) = (workshop.path("run"), golden("basic_rnn_8/basic_rnn_8.mag"));
    let expected = likelihood(&["--run-dir", &run]);
    let export = |format: &str, output: &str, more: &[&str]| {
        let flags = ["export", "--run-dir", &run, "--format", format, "--output", output];
        json(&[&flags[..], more].concat())
    };
    let (safetensors, mag, magentas) =
        (workshop.path("e/a.safetensors"), workshop.path("e/a.mag"), workshop.path("e/magenta"));
    export("safetensors", &safetensors, &[]);
    export("mag", &mag, &["--graph", &graph]);
    let written = export("tensorflow", &magentas, &[]);
    assert_eq!(written["file"], workshop.path("e/magenta/train/model.ckpt-4"));
    for from in [["--bundle", &*safetensors], ["--bundle", &mag], ["--run-dir", &magentas]] {
        assert_eq!(likelihood(&from), expected, "{from:?}");
    }
    let stderr = failure(
        &["export", "--run-dir", &run, "--format", "mag", "--output", &workshop.path("no.mag")],
        1,
    );
    assert!(stderr.contains("no graph") && stderr.contains("--graph"), "{stderr}");
    assert!(!Path::new(&workshop.path("no.mag")).exists());
}

#[test]
fn a_bundle_is_fine_tuned_and_becomes_a_bundle_again() {
    let workshop = Workshop::shared();
    let (bundle, run) = (golden("basic_rnn_8/basic_rnn_8.mag"), workshop.path("tuned"));
    let examples = workshop.path("examples/training_melodies.tfrecord");
    let train = ["train", "--warm-start", &*bundle, "--run-dir", &run, "--examples", &examples];
    let with = |flags: &[&'static str]| [&train[..], flags].concat();
    // The bundle knows its configuration and its sizes.
    json(&with(&["--num-training-steps", "2"]));
    let mag = workshop.path("tuned.mag");
    json(&["export", "--run-dir", &run, "--format", "mag", "--output", &mag]);
    let tuned = likelihood(&["--bundle", &mag]);
    assert_eq!(tuned, likelihood(&["--run-dir", &run]));
    assert_ne!(tuned, likelihood(&["--bundle", &bundle]));
    let stderr = failure(&with(&["--hparams", "rnn_layer_sizes=[16]"]), 1);
    assert!(stderr.contains("[16]") && stderr.contains("[8, 8]"), "{stderr}");
    let stderr = failure(&with(&["--config", "mono_rnn"]), 1);
    assert!(stderr.contains("mono_rnn") && stderr.contains("basic_rnn"), "{stderr}");
}

#[test]
fn what_is_no_network_is_named() {
    let workshop = Workshop::shared();
    let file = workshop.path("no-network.mag");
    fs::write(&file, b"MThd").expect("a file");
    let stderr = failure(&["likelihood", "--bundle", &file, "--melody", MELODY], 1);
    assert!(stderr.contains(&file) && stderr.contains("hint:"), "{stderr}");
    let missing = workshop.path("missing.mag");
    let stderr = failure(&["likelihood", "--bundle", &missing, "--melody", MELODY], 1);
    assert!(stderr.contains(&missing), "{stderr}");
    failure(&["likelihood", "--melody", MELODY], 2);
}
