//! Checkpoints on disk: which are kept, which are believed.

use std::fs;
use std::ops::ControlFlow;

use model::checkpoint::{self, Which};
use model::evaluate::evaluate;
use model::train::{Ending, EvalOptions, Event, TrainOptions};
use model::{Error, Model};

use crate::fixture::{Bench, assert_says, config, stack, stored, write};

/// A run of 6 updates with a checkpoint at each.
fn bench_with_run() -> Bench {
    let bench = Bench::new(config("basic_rnn"));
    let mut options = every_update(&bench, "run", 6);
    options.keep_checkpoints = 3;
    bench.train(&options).unwrap();
    bench
}

fn every_update(bench: &Bench, run: &str, updates: u64) -> TrainOptions {
    let mut options = bench.options(run, updates);
    options.checkpoint_interval = std::time::Duration::ZERO;
    options
}

#[test]
fn the_newest_few_are_kept() {
    let bench = bench_with_run();
    let kept: Vec<_> = (4..7)
        .flat_map(|update| ["json", "safetensors"].map(|end| format!("model-{update}.{end}")))
        .collect();
    assert_eq!(bench.checkpoint_names("run"), kept);
}

#[test]
fn a_model_comes_back_from_its_run() {
    let bench = bench_with_run();
    let loaded = checkpoint::load(bench.path("run"), Which::Newest).unwrap();
    assert_eq!((loaded.sidecar.standing.update, loaded.damaged.len()), (6, 0));
    let model = Model::load(bench.path("run")).unwrap();
    assert_eq!(model.config, bench.config);
    let examples = bench.open("eval.tfrecord");
    let result = evaluate(&model, &examples, 1, false).unwrap();
    assert_eq!(result, evaluate(&loaded.model, &examples, 1, false).unwrap());
}

#[test]
fn a_weights_file_has_tensorflows_names() {
    let bench = bench_with_run();
    let (weights, _) = bench.checkpoint("run", 6);
    let file = safetensors::SafeTensors::deserialize(&weights).unwrap();
    for (name, shape) in [
        ("fully_connected/biases", vec![38]),
        ("rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel", vec![38 + 6, 24]),
        ("rnn/multi_rnn_cell/cell_1/basic_lstm_cell/kernel", vec![6 + 5, 20]),
    ] {
        for slot in ["", "/Adam", "/Adam_1"] {
            let tensor = file.tensor(&format!("{name}{slot}")).unwrap();
            assert_eq!(tensor.shape(), shape);
        }
    }
    assert_eq!(file.len(), 3 * 6);
}

#[test]
fn a_run_says_whether_attention_is_around_the_stack() {
    let bench = Bench::new(stack());
    bench.train(&bench.options("run", 3)).unwrap();
    let (weights, json) = bench.checkpoint("run", 3);
    let file = safetensors::SafeTensors::deserialize(&weights).unwrap();
    let name = "rnn/attention_cell_wrapper/multi_rnn_cell/cell_1/basic_lstm_cell/kernel";
    assert_eq!(file.tensor(&format!("{name}/Adam")).unwrap().shape(), [6 + 5, 20]);
    assert!(json.contains("\"attention\": \"stack\""), "{json}");
    let model = Model::load(bench.path("run")).unwrap();
    assert_eq!(model.config, bench.config);
    assert!(evaluate(&model, &bench.open("eval.tfrecord"), 1, true).is_ok());

    // A run with attention around the first layer says nothing: it reads as it did when there was no choice.
    let first_layer = Bench::new(config("attention_rnn"));
    first_layer.train(&first_layer.options("run", 1)).unwrap();
    assert!(!first_layer.checkpoint("run", 1).1.contains("\"attention\""));
    assert_eq!(Model::load(first_layer.path("run")).unwrap().config, first_layer.config);
    let mut options = bench.options("run", 4);
    options.config = first_layer.config.clone();
    let error = bench.train(&options).unwrap_err();
    assert_says(&error, &["config.hparams.attention", "\"stack\""]);
}

#[test]
fn a_damaged_checkpoint_is_passed_over_with_a_warning() {
    type Damage = fn(&mut Vec<u8>);
    let damages: [(&str, Damage); 5] = [
        ("safetensors", |bytes| bytes.truncate(100)),
        ("safetensors", |bytes| *bytes.last_mut().unwrap() ^= 1),
        ("safetensors", |bytes| bytes.clear()),
        ("json", |bytes| bytes.truncate(50)),
        ("json", |bytes| *bytes = b"{\"format_version\": 1}".to_vec()),
    ];
    let straight = bench_with_run();
    straight.train(&straight.options("run", 9)).unwrap();
    for (extension, damage) in damages {
        let bench = bench_with_run();
        let path = bench.path("run/checkpoints/model-6").with_extension(extension);
        let mut bytes = fs::read(&path).unwrap();
        damage(&mut bytes);
        fs::write(&path, bytes).unwrap();

        let loaded = checkpoint::load(bench.path("run"), Which::Newest).unwrap();
        assert_eq!(loaded.sidecar.standing.update, 5);
        assert!(loaded.damaged[0].path.ends_with("model-6.safetensors"));

        let mut heard = Vec::new();
        let observer = |event: &Event<'_>| {
            match event {
                Event::CheckpointDamaged(damaged) => heard.push(damaged.reason.clone()),
                Event::Resumed { update, .. } => heard.push(format!("resumed at {update}")),
                _ => {}
            }
            ControlFlow::Continue(())
        };
        bench.watch(&bench.options("run", 9), observer).unwrap();
        assert!(heard.len() == 2 && heard[1] == "resumed at 5", "{heard:?}");
        assert!(bench.checkpoint("run", 9) == straight.checkpoint("run", 9));
    }
}

#[test]
fn weights_that_are_gone_are_damage() {
    let bench = bench_with_run();
    fs::remove_file(bench.path("run/checkpoints/model-6.safetensors")).unwrap();
    fs::write(bench.path("run/checkpoints/model-07.json"), "not one of ours").unwrap();
    let loaded = checkpoint::load(bench.path("run"), Which::Newest).unwrap();
    assert_eq!((loaded.sidecar.standing.update, loaded.damaged.len()), (5, 1));
    for update in [4, 5] {
        let path = bench.path(&format!("run/checkpoints/model-{update}.safetensors"));
        fs::remove_file(path).unwrap();
    }
    let error = bench.train(&bench.options("run", 9)).unwrap_err();
    assert!(matches!(error, Error::DamagedCheckpoint { .. }), "{error}");
}

#[test]
fn a_run_with_nothing_but_damage_is_not_begun_anew() {
    let bench = bench_with_run();
    for update in 4..7 {
        let path = bench.path(&format!("run/checkpoints/model-{update}.safetensors"));
        fs::write(path, "rubbish").unwrap();
    }
    let error = bench.train(&bench.options("run", 9)).unwrap_err();
    assert!(matches!(error, Error::DamagedCheckpoint { .. }));
    assert_says(&error, &["model-6.safetensors", "7 bytes instead of"]);
    assert!(matches!(Model::load(bench.path("run")), Err(Error::DamagedCheckpoint { .. })));
}

#[test]
fn a_checkpoint_of_a_later_version_is_not_written_over() {
    let bench = bench_with_run();
    let path = bench.path("run/checkpoints/model-6.json");
    let text = fs::read_to_string(&path).unwrap();
    let later = text.replace("\"format_version\": 1", "\"format_version\": 2");
    assert_ne!(later, text);
    fs::write(&path, later).unwrap();
    let error = bench.train(&bench.options("run", 9)).unwrap_err();
    assert!(matches!(error, Error::CheckpointVersion { version: 2, known: 1, .. }));
}

#[test]
fn a_folder_without_a_run_has_no_model() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(Model::load(folder.path()), Err(Error::NoCheckpoint { .. })));
    assert!(matches!(Model::load(folder.path().join("gone")), Err(Error::NoCheckpoint { .. })));
}

#[test]
fn the_best_checkpoint_is_kept_and_found() {
    let mut config = config("basic_rnn");
    config.hparams.dropout_keep_prob = 1.0;
    config.hparams.learning_rate = 0.05;
    let bench = Bench::new(config);
    // Labels that nothing leads to: learning the other examples makes these less likely in the end.
    let mut held_out = stored(&bench.config, 0, 3);
    for (at, label) in held_out.iter_mut().flat_map(|example| &mut example.labels).enumerate() {
        *label = (*label + 1 + at as i64 * 7) % 38;
    }
    write(&bench.path("eval.tfrecord"), &held_out);
    let mut options = every_update(&bench, "run", 300);
    let examples = bench.open("eval.tfrecord");
    options.eval = Some(EvalOptions { examples, every: 1, patience: Some(6) });
    let mut losses = Vec::new();
    let trained = bench
        .watch(&options, |event| {
            if let Event::Evaluated { update, result, .. } = event {
                losses.push((result.metrics.loss, *update));
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    let best = trained.best.unwrap();
    assert_eq!(trained.ending, Ending::EarlyStopped);
    assert_eq!(trained.update, best.update + 6);
    assert!(losses.iter().all(|&(loss, _)| loss >= best.metrics.loss));
    assert!(losses.contains(&(best.metrics.loss, best.update)));

    let loaded = checkpoint::load(bench.path("run"), Which::Best).unwrap();
    assert_eq!(loaded.sidecar.standing.update, best.update);
    let again = evaluate(&loaded.model, &bench.open("eval.tfrecord"), 2, false).unwrap();
    assert_eq!(again.metrics, best.metrics);

    // Early stopping is remembered too.
    let again = bench.train(&options).unwrap();
    assert_eq!((again.ending, again.updates_made), (Ending::EarlyStopped, 0));

    let never = bench.options("never", 2);
    bench.train(&never).unwrap();
    let error = checkpoint::load(bench.path("never"), Which::Best).unwrap_err();
    assert!(matches!(error, Error::NoBestCheckpoint { .. }));
}
