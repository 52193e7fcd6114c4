//! `cantus models`: networks are pulled and used by name, and files of weights tell what is in them.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::Output;
use std::thread;

use tempfile::TempDir;

use crate::support::{assert_one_error, cantus, failure, json, repository};
use crate::workshop::{TINY, UPDATES, Workshop, text};

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

/// A user with a cache of their own.
struct User {
    folder: TempDir,
}

impl User {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn cache(&self) -> String {
        text(&self.folder.path().join("cache"))
    }

    /// Calls the program.
    fn call(&self, arguments: &[&str]) -> Output {
        let mut command = cantus(arguments);
        command.env("CANTUS_CACHE_DIR", self.cache()).env("NO_PROXY", "127.0.0.1");
        command.current_dir(self.folder.path()).output().unwrap()
    }

    fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let output = self.call(&[arguments, &["--json"]].concat());
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {stderr}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn failure(&self, arguments: &[&str]) -> String {
        let output = self.call(arguments);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        assert_one_error(&stderr);
        stderr
    }

    /// Pulls `basic_rnn` from a server that has a small one.
    fn pull(&self) -> serde_json::Value {
        let bundle = fs::read(golden("basic_rnn_8/basic_rnn_8.mag")).unwrap();
        self.json(&["models", "pull", "basic_rnn", "--url", &serve(bundle)])
    }
}

/// Address of a server that gives these bytes once.
fn serve(bytes: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        // The request is a few lines, which come together.
        let _ = stream.read(&mut [0; 4096]).unwrap();
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", bytes.len());
        stream.write_all(&[head.as_bytes(), &bytes].concat()).unwrap();
    });
    format!("http://{address}/basic_rnn.mag")
}

#[test]
fn what_is_not_pulled_is_listed_and_told() {
    let user = User::new();
    let models = user.json(&["models", "list"])["models"].clone();
    let names: Vec<_> = models.as_array().unwrap().iter().map(|entry| &entry["name"]).collect();
    assert_eq!(names, ["basic_rnn", "mono_rnn", "lookback_rnn", "attention_rnn"]);
    assert!(models.as_array().unwrap().iter().all(|entry| entry["cached"].is_null()));
    for command in ["generate", "export"] {
        let rest: &[&str] = match command {
            "generate" => &["--output-dir", "out"],
            _ => &["--format", "safetensors", "--output", "out"],
        };
        let error = user.failure(&[&[command, "--bundle", "mono_rnn"], rest].concat());
        assert!(error.contains("mono_rnn has not been pulled"), "{error}");
        assert!(error.contains("hint: `cantus models pull mono_rnn`"), "{error}");
    }
    // Nothing was made by asking.
    assert!(!Path::new(&user.cache()).exists());
    // A name that is not known is a path.
    let error = user.failure(&["generate", "--bundle", "rnn", "--output-dir", "out"]);
    assert!(error.contains("rnn: No such file"), "{error}");
}

#[test]
fn a_pulled_network_is_used_by_its_name_everywhere() {
    let user = User::new();
    let pulled = user.pull();
    let path = text(&Path::new(&user.cache()).join("models/basic_rnn.mag"));
    assert_eq!((&pulled["path"], &pulled["was_there"]), (&path.clone().into(), &false.into()));
    let listed = user.json(&["models", "list"])["models"][0].clone();
    assert_eq!(listed["cached"]["sha256"], pulled["sha256"]);
    assert_eq!(user.json(&["models", "inspect", "basic_rnn"])["path"], path);

    let generate = ["generate", "--output-dir", "out", "--seed", "3", "--num-outputs", "2"];
    let by_name = user.json(&[&generate[..], &["--bundle", "basic_rnn"]].concat());
    let by_path = user.json(&[&generate[..], &["--bundle", &path]].concat());
    assert_eq!(by_name["melodies"], by_path["melodies"]);
    user.json(&["likelihood", "--bundle", "basic_rnn", "--melody", "[60, -2, 62]"]);
    let examples = Workshop::shared().path("examples/training_melodies.tfrecord");
    user.json(&["evaluate", "--bundle", "basic_rnn", "--examples", &examples]);
    user.json(&["export", "--bundle", "basic_rnn", "--format", "mag", "--output", "copy.mag"]);
    let train = ["train", "--warm-start", "basic_rnn", "--run-dir", "run", "--examples", &examples];
    let trained = user.json(&[&train[..], &["--num-training-steps", "1"]].concat());
    assert_eq!(trained["update"], 1);

    // A file of that name comes first.
    fs::copy(golden("attention_rnn_8/attention_rnn_8.mag"), user.folder.path().join("basic_rnn"))
        .unwrap();
    assert_eq!(user.json(&["models", "inspect", "basic_rnn"])["bundle"]["id"], "attention_rnn");
}

#[test]
fn a_server_that_is_not_there_is_one_error() {
    let user = User::new();
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{gone}/");
    let error = user.failure(&["models", "pull", "basic_rnn", "--retries", "0", "--url", &url]);
    assert!(error.contains(&format!("cannot get {url}: the connection failed")), "{error}");
    failure(&["models", "pull", "drum_kit"], 2);
}
