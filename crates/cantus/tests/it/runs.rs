//! `cantus sweep`, `cantus runs` and the pictures of `cantus dataset`.

use std::fs;
use std::path::Path;
use std::process::{Command as Program, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::support::{cantus, failure, json};
use crate::workshop::{Workshop, names, text};

/// The flags of a small grid of four runs in the folder `sweep`.
fn grid(sweep: &Path) -> Vec<String> {
    let (notes, sweep) = (Workshop::shared().path("notes.tfrecord"), text(sweep));
    let flags = ["sweep", "--input", &notes, "--output-dir", &sweep, "--eval-ratio", "0.25"];
    let grid = ["--config", "basic_rnn,lookback_rnn", "--set", "batch_size=4,8"];
    let size = ["--hparams", "rnn_layer_sizes=[8]", "--num-training-steps", "20"];
    flags.iter().chain(&grid).chain(&size).map(|&flag| flag.to_owned()).collect()
}

/// The same flags with another value of one of them.
fn with(mut flags: Vec<String>, flag: &str, value: &str) -> Vec<String> {
    let at = flags.iter().position(|known| known == flag).unwrap();
    flags[at + 1] = value.to_owned();
    flags
}

fn called(flags: &[String], more: &[&str]) -> Value {
    json(&flags.iter().map(String::as_str).chain(more.iter().copied()).collect::<Vec<_>>())
}

/// The runs of a result without what the clock says, and without where they are.
fn table(result: &Value) -> Vec<Value> {
    let mut runs = result["runs"].as_array().unwrap().clone();
    for run in runs.iter_mut().map(|run| run.as_object_mut().unwrap()) {
        for measured in ["events_per_second", "seconds", "run_dir"] {
            assert!(run.remove(measured).is_some());
        }
    }
    runs
}

fn names_of(result: &Value) -> Vec<&str> {
    result["runs"].as_array().unwrap().iter().map(|run| run["name"].as_str().unwrap()).collect()
}

#[test]
fn a_sweep_that_is_killed_gives_the_same_table_and_one_that_grows_trains_what_is_new() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, killed) = (folder.path().join("whole"), folder.path().join("killed"));
    let plan = called(&grid(&whole), &["--plan"]);
    assert!(plan["points"].as_array().unwrap().iter().all(|point| point["state"] == "missing"));
    assert!(!whole.exists(), "a plan makes nothing");
    let first = called(&grid(&whole), &[]);
    assert_eq!((&first["trained"], &first["done_before"]), (&4.into(), &0.into()));
    assert_eq!(first["differing"], serde_json::json!(["config", "batch_size"]));
    for patience in [100, 200, 300, 400, 500, 700] {
        let call = cantus(&grid(&killed).iter().map(String::as_str).collect::<Vec<_>>());
        let mut program = Program::new(call.get_program());
        program.args(call.get_args()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = program.spawn().unwrap();
        std::thread::sleep(Duration::from_millis(patience));
        // It may have ended by then.
        let _ = child.kill();
        child.wait().unwrap();
    }
    assert_eq!(table(&called(&grid(&killed), &[])), table(&first));

    // What is done is not done again, whatever of the grid it is.
    let again = called(&grid(&whole), &[]);
    assert_eq!((&again["trained"], &again["done_before"]), (&0.into(), &4.into()));
    assert_eq!(table(&again), table(&first));
    let more = called(&grid(&whole), &["--set", "clip_norm=5,1"]);
    assert_eq!((&more["trained"], &more["done_before"]), (&4.into(), &4.into()));
    assert!(table(&first).iter().all(|run| table(&more).contains(run)), "{more}");
    let planned = called(&grid(&whole), &["--set", "dropout_keep_prob=0.5,0.7", "--plan"]);
    let points = planned["points"].as_array().unwrap();
    assert_eq!(points.iter().filter(|point| point["state"] == "done").count(), 4);
    let longer = called(&with(grid(&whole), "--num-training-steps", "22"), &["--plan"]);
    assert_eq!(
        (&longer["points"][0]["state"], &longer["points"][0]["updates"]),
        (&"begun".into(), &20.into())
    );
    let record: Value =
        serde_json::from_slice(&fs::read(whole.join("sweep.json")).unwrap()).unwrap();
    assert_eq!(record["points"].as_array().unwrap().len(), 8);
    assert_eq!(record["points"][0]["standing"]["update"], 20);
}

#[test]
fn a_run_that_fails_is_told_and_the_better_half_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let examples = |name: &str| Workshop::shared().path(&format!("examples/{name}.tfrecord"));
    let sweep = text(&folder.path().join("sweep"));
    let (training, eval) = (examples("training_melodies"), examples("eval_melodies"));
    let flags = ["sweep", "--examples", &training, "--eval", &eval, "--output-dir", &sweep];
    let size = ["--config", "basic_rnn", "--hparams", "batch_size=4,rnn_layer_sizes=[8]"];
    let flags = [&flags[..], &size, &["--num-training-steps", "16"]].concat();

    let rates = ["--set", "learning_rate=0.01,1e38"];
    let swept = json(&[&flags[..], &rates].concat());
    assert_eq!((names_of(&swept).len(), swept["failed"].as_array().unwrap().len()), (1, 1));
    let reason = swept["failed"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("diverged"), "{reason}");
    let alone = [&flags[..], &["--set", "learning_rate=1e38", "--quiet"]].concat();
    assert!(failure(&alone, 1).contains("not one of the 1 runs"));

    let halved =
        [&flags[..], &["--set", "learning_rate=0.02,0.03,0.00001,0.000001", "--halving"]].concat();
    let swept = json(&halved);
    let updates = |swept: &Value| -> Vec<u64> {
        swept["runs"]
            .as_array()
            .unwrap()
            .iter()
            .map(|run| run["updates"].as_u64().unwrap())
            .collect()
    };
    let mut reached = updates(&swept);
    assert_eq!(reached[0], 16, "the best has all updates: {swept}");
    reached.sort_unstable();
    assert_eq!(reached, [4, 4, 8, 16]);
    let again = json(&halved);
    assert_eq!((&again["trained"], table(&again)), (&0.into(), table(&swept)));

    let random = ["--set", "learning_rate=0.001..0.1", "--random", "5", "--plan"];
    let plan = json(&[&flags[..], &random].concat());
    assert_eq!(plan["points"].as_array().unwrap().len(), 5);
}

#[test]
fn runs_are_compared_in_a_table_a_page_and_pictures() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| text(&folder.path().join(name));
    let sweep = folder.path().join("sweep");
    called(&grid(&sweep), &[]);
    let swept = text(&sweep);
    let [svg, png, page, table] = ["c.svg", "new/c.png", "runs.html", "runs.csv"].map(path);
    let files = ["--curves", &svg, "--curves", &png, "--page", &page, "--csv", &table];
    let found = json(&[&["runs", &swept][..], &files].concat());
    let names_found = names_of(&found);
    assert_eq!(names_found.len(), 4);
    let losses: Vec<f64> = found["runs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|run| run["best"]["loss"].as_f64().unwrap())
        .collect();
    assert!(losses.is_sorted(), "{losses:?}");
    assert_eq!(found["runs"][0]["settings"]["rnn_layer_sizes"], serde_json::json!([8]));
    assert!(found["runs"][0]["events_per_second"].as_f64() > Some(0.0), "{found}");

    let drawn = fs::read_to_string(&svg).unwrap();
    assert!(drawn.starts_with("<svg") && drawn.ends_with("</svg>\n"));
    assert_eq!(drawn.matches("<path").count(), 8, "a training and a held-out curve each");
    // A PNG is made of the SVG by a parser of SVG.
    assert!(fs::read(&png).unwrap().starts_with(b"\x89PNG"));
    let text_of_page = fs::read_to_string(&page).unwrap();
    let csv = fs::read_to_string(&table).unwrap();
    assert_eq!((csv.lines().count(), text_of_page.matches("<svg").count()), (5, 3));
    assert!(!text_of_page.contains("http://") || !text_of_page.contains("src="));
    for name in &names_found {
        assert!(text_of_page.contains(name) && drawn.contains(name) && csv.contains(name));
    }

    // The same in words; a run alone; another order; fewer.
    let shown = cantus(&["runs", &swept]).output().unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.lines().count() == 5 && shown.lines().nth(1).unwrap().contains(names_found[0]));
    let one = json(&["runs", &text(&sweep.join(names_found[1]))]);
    assert_eq!((names_of(&one), &one["left_out"]), (vec![names_found[1]], &0.into()));
    let last = json(&["runs", &swept, "--reverse", "--top", "1"]);
    assert_eq!((names_of(&last), &last["left_out"]), (vec![names_found[3]], &3.into()));
    let printed = cantus(&["runs", &swept, "--csv", "-"]).output().unwrap();
    assert_eq!(String::from_utf8(printed.stdout).unwrap(), csv);
    for tag in ["accuracy", "metrics/perplexity"] {
        json(&["runs", &swept, "--curves", &svg, "--tag", tag, "--smoothing", "0"]);
    }
    assert!(
        failure(&["runs", &swept, "--curves", &svg, "--tag", "luck", "--quiet"], 2)
            .contains("luck")
    );
    assert!(failure(&["runs", &swept, "--curves", &path("c.gif"), "--quiet"], 2).contains("c.gif"));
    assert!(failure(&["runs", &path("new"), "--quiet"], 1).contains("no run in"));
}

#[test]
fn sweeps_that_make_no_sense_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let sweep = folder.path().join("sweep");
    let flags = grid(&sweep);
    let told = |more: &[&str], code| {
        let flags: Vec<&str> =
            flags.iter().map(String::as_str).chain(more.iter().copied()).collect();
        failure(&flags, code)
    };
    assert!(told(&["--set", "batch=1"], 2).contains("unknown hyper-parameter `batch`"));
    assert!(told(&["--set", "learning_rate=0.1..0.2"], 2).contains("--random"));
    assert!(told(&["--set", "batch_size=1"], 2).contains("more than once"));
    assert!(!sweep.exists());
    let flags = with(flags.clone(), "--num-training-steps", "1");
    called(&flags, &[]);
    let flags = with(flags, "--eval-ratio", "0.5");
    let other = failure(&flags.iter().map(String::as_str).collect::<Vec<_>>(), 2);
    assert!(other.contains("was begun with other music"), "{other}");
    // Other examples under the name of a run that is there.
    let examples = Workshop::shared().path("examples/eval_melodies.tfrecord");
    let output = text(&sweep);
    let flags = ["sweep", "--examples", &examples, "--output-dir", &output, "--quiet"];
    let size = ["--config", "basic_rnn", "--hparams", "rnn_layer_sizes=[8],batch_size=4"];
    let steps = ["--num-training-steps", "2"];
    let other = failure(&[&flags[..], &size, &steps].concat(), 1);
    assert!(other.contains("dataset"), "{other}");
    let two = failure(&[&flags[..], &["--config", "basic_rnn,mono_rnn"], &steps].concat(), 2);
    assert!(two.contains("encoded for one configuration"), "{two}");
}

#[test]
fn a_dataset_is_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let (out, plots) = (folder.path().join("examples"), folder.path().join("plots"));
    let notes = Workshop::shared().path("notes.tfrecord");
    let flags = ["dataset", "--input", &notes, "--output-dir", &text(&out), "--eval-ratio", "0.25"];
    let made = json(&[&flags[..], &["--plots", &text(&plots)]].concat());
    let charts = ["bars", "durations", "intervals", "lengths", "pitches", "reasons"];
    let files =
        charts.iter().flat_map(|chart| ["png", "svg"].map(|ending| format!("{chart}.{ending}")));
    let mut files: Vec<String> = files.chain(["index.html".to_owned()]).collect();
    files.sort();
    assert_eq!(names(&plots), files);
    assert_eq!(made["pictures"].as_array().unwrap().len(), files.len());
    let page = fs::read_to_string(plots.join("index.html")).unwrap();
    assert_eq!(page.matches("<svg").count(), charts.len());
    for chart in charts {
        assert!(page.contains(&fs::read_to_string(plots.join(format!("{chart}.svg"))).unwrap()));
        assert!(fs::read(plots.join(format!("{chart}.png"))).unwrap().starts_with(b"\x89PNG"));
    }
    // What is counted is in the result, too: of each melody, its length.
    let sum = |side: &str, histogram: &str| -> u64 {
        let counts = made[side]["portrait"][histogram].as_object().unwrap();
        counts.values().map(|count| count.as_u64().unwrap()).sum()
    };
    for side in ["training", "eval"] {
        assert_eq!(sum(side, "lengths"), made[side]["melodies"].as_u64().unwrap());
        assert_eq!(sum(side, "pitches"), sum(side, "durations"));
    }
}
