//! The loop: what it learns, what it tells, what it refuses.

use std::fs;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use model::checkpoint::ClipBy;
use model::examples::DataOrder;
use model::network::{Dropout, Network};
use model::train::{Ending, EvalOptions, Event, TrainOptions, WarmStart};
use model::{Error, Model};
use nn::optim::{AdamOptions, Clip};
use tensorflow::events::hparams::{SessionStatus, session_end};
use tensorflow::events::{PluginSummary, Reader, What};

use crate::fixture::{Bench, assert_says, config, names, stack, stored, write};

#[test]
fn the_loss_falls() {
    let named = ["basic_rnn", "mono_rnn", "lookback_rnn", "attention_rnn"].map(config);
    for mut config in named.into_iter().chain([stack()]) {
        config.hparams.dropout_keep_prob = 1.0;
        let name = config.name.clone();
        let bench = Bench::new(config);
        let mut losses = Vec::new();
        let observer = |event: &Event<'_>| {
            if let Event::Progress(progress) = event {
                losses.push(progress.metrics.loss);
            }
            ControlFlow::Continue(())
        };
        bench.watch(&bench.options("run", 80), observer).unwrap();
        let classes = bench.config.encoding.num_classes() as f64;
        assert!((losses[0] - classes.ln()).abs() < 0.3, "{name} begins at {}", losses[0]);
        assert!(losses[79] < 0.5 * losses[0], "{name} ends at {}", losses[79]);
    }
}

/// The loop adds nothing to the optimizer: batches in the data order, dropout by update, clipping, Adam.
#[test]
fn the_loop_is_batches_gradients_and_adam() {
    let mut config = config("attention_rnn");
    config.hparams.clip_norm = 0.1;
    let bench = Bench::new(config);
    let mut options = bench.options("run", 5);
    options.seed = 3;
    bench.train(&options).unwrap();

    let examples = bench.open("training.tfrecord");
    let mut order = DataOrder::new(3, examples.len(), 4);
    let mut network = Network::new(bench.config.network_config(), 3);
    let default_label = bench.config.encoding.default_label();
    let mut adam = network.optimizer(AdamOptions { lr: 0.01, ..AdamOptions::default() });
    for update in 0..5 {
        let batch = examples.batch(&order.batch(update)).unwrap();
        let rows: Vec<_> = batch.iter().collect();
        let dropout = Dropout { keep_prob: 0.5, seed: 3, update };
        let (_, gradients) = network.gradients(&rows, default_label, Some(dropout), 1);
        network.apply(&mut adam, &gradients, Clip::PerTensor(0.1));
    }
    let trained = Model::load(bench.path("run")).unwrap().network;
    assert_eq!(trained.tensors(), network.tensors());
}

#[test]
fn the_observer_hears_what_happens() {
    let bench = Bench::new(config("basic_rnn"));
    let mut options = bench.options("run", 4);
    let examples = bench.open("eval.tfrecord");
    options.eval = Some(EvalOptions { examples, every: 2, patience: None });
    let mut heard = Vec::new();
    let mut left = Vec::new();
    let observer = |event: &Event<'_>| {
        heard.push(match event {
            Event::Started(start) => format!("started {} of {}", start.batch_size, start.examples),
            Event::Resumed { update, .. } => format!("resumed {update}"),
            Event::CheckpointSaved { update, .. } => format!("saved {update}"),
            Event::Evaluating { done, total } => format!("evaluating {done} of {total}"),
            Event::Evaluated { update, result, .. } => {
                format!("evaluated {update} on {}", result.examples)
            }
            Event::Progress(progress) => {
                assert!(progress.events_per_second > 0.0 && progress.gradient_norm > 0.0);
                left.push(progress.seconds_left.unwrap());
                format!("made {}", progress.update)
            }
            other => panic!("{other:?}"),
        });
        ControlFlow::Continue(())
    };
    bench.watch(&options, observer).unwrap();
    let expected = [
        "started 4 of 10",
        "saved 0",
        "made 1",
        "made 2",
        "evaluating 4 of 6",
        "evaluating 6 of 6",
        "saved 2",
        "evaluated 2 on 6",
        "made 3",
        "made 4",
        "evaluating 4 of 6",
        "evaluating 6 of 6",
        "saved 4",
        "evaluated 4 on 6",
    ];
    assert_eq!(heard, expected);
    assert!(left.windows(2).all(|pair| pair[1] < pair[0]) && left[3] == 0.0, "{left:?}");
}

#[test]
fn curves_have_magentas_tags_and_go_on_in_a_new_file() {
    let bench = Bench::new(config("basic_rnn"));
    let with_eval = |updates| {
        let mut options = bench.options("run", updates);
        let examples = bench.open("eval.tfrecord");
        options.eval = Some(EvalOptions { examples, every: 10, patience: None });
        options
    };
    bench.train(&with_eval(20)).unwrap();
    bench.train(&with_eval(30)).unwrap();
    let train = points(&bench.path("run/train"));
    assert_eq!(names(&bench.path("run/train")).len(), 2);
    assert_eq!(train.iter().map(|point| point.0).collect::<Vec<_>>(), [10, 20, 30]);
    let tags = |point: &(i64, Vec<(String, f32)>)| {
        let mut tags: Vec<_> = point.1.iter().map(|(tag, _)| tag.clone()).collect();
        tags.sort();
        tags
    };
    let metrics = [
        "loss",
        "metrics/accuracy",
        "metrics/event_accuracy",
        "metrics/loss_per_step",
        "metrics/no_event_accuracy",
        "metrics/perplexity",
        "metrics/perplexity_per_step",
    ];
    assert_eq!(tags(&train[0]), metrics);
    assert_eq!(tags(&train[1])[0], "global_step/sec");
    assert_eq!(tags(&train[1])[1..], metrics);
    let eval = points(&bench.path("run/eval"));
    assert_eq!(eval.iter().map(|point| point.0).collect::<Vec<_>>(), [10, 20, 30]);
    assert!(tags(&eval[0]).contains(&"metrics/per_class_accuracy".to_string()));
}

/// Not every reader of event files knows session starts, so what is drawn twice must not be there twice.
#[test]
fn what_a_killed_session_drew_in_vain_is_taken_back() {
    let bench = Bench::new(config("basic_rnn"));
    let mut options = bench.options("run", 30);
    options.summary_frequency = 2;
    let examples = bench.open("eval.tfrecord");
    options.eval = Some(EvalOptions { examples, every: 5, patience: None });
    let foreign = bench.path("run/train/events.out.tfevents.0000000000.other");
    let killed = catch_unwind(AssertUnwindSafe(|| {
        bench.watch(&options, |event| match event {
            Event::Progress(progress) if progress.update == 19 => panic!("killed"),
            _ => ControlFlow::Continue(()),
        })
    }));
    assert!(killed.is_err());
    fs::write(&foreign, "not an event file").unwrap();
    let drawn = points(&bench.path("run/eval")).len();
    let mut resumed_at = 0;
    bench
        .watch(&options, |event| {
            if let Event::Resumed { update, .. } = event {
                resumed_at = *update;
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    assert!(resumed_at < 18 && drawn > 0, "{resumed_at} {drawn}");
    assert_eq!(fs::read(&foreign).unwrap(), b"not an event file");
    fs::remove_file(&foreign).unwrap();
    let updates = |side: &str| {
        points(&bench.path("run").join(side)).iter().map(|point| point.0).collect::<Vec<_>>()
    };
    assert_eq!(updates("train"), (1..=15).map(|point| 2 * point).collect::<Vec<_>>());
    assert_eq!(updates("eval"), [5, 10, 15, 20, 25, 30]);
}

#[test]
fn the_overview_stands_in_the_run_folder_and_is_written_anew_when_the_run_goes_on() {
    let bench = Bench::new(config("basic_rnn"));
    let mut options = bench.options("run", 4);
    let examples = bench.open("eval.tfrecord");
    options.eval = Some(EvalOptions { examples, every: 2, patience: None });
    let path = bench.path("run/events.out.tfevents.run.cantus");
    let overview = || {
        let events = Reader::open(&path).unwrap().map(|event| event.unwrap()).collect::<Vec<_>>();
        let start = events[0].wall_time;
        let summaries = events.into_iter().filter_map(|event| match event.what {
            What::Plugins(summaries) => Some(summaries),
            _ => None,
        });
        (start, summaries.flatten().collect::<Vec<_>>())
    };
    let tags = |summaries: &[PluginSummary]| {
        summaries.iter().map(|summary| summary.tag.clone()).collect::<Vec<_>>()
    };
    const START: [&str; 3] = ["_hparams_/experiment", "_hparams_/session_start_info", "run"];

    let trained = bench.interrupt_at(&options, 3);
    assert_eq!(trained.ending, Ending::Interrupted);
    let (start, first) = overview();
    assert_eq!(tags(&first), START);
    let text = first[2].text.clone().unwrap();
    for row in ["| configuration | basic_rnn |", "| layers | [6, 5] |", "| updates | 4 |"] {
        assert!(text.contains(row), "{text}");
    }
    let held_out = bench.open("eval.tfrecord").id().sha1.clone();
    assert!(text.contains("| held out | 6 melodies") && text.contains(&held_out), "{text}");
    assert!(text.contains("| learns from | 10 melodies") && !text.contains("went on"), "{text}");

    bench.train(&options).unwrap();
    let (kept, second) = overview();
    assert_eq!(kept, start);
    assert_eq!(tags(&second)[..3], START);
    assert_eq!(tags(&second)[3..], ["_hparams_/session_end_info"]);
    assert_eq!(second[..2], first[..2]);
    let text = second[2].text.clone().unwrap();
    assert!(text.contains("| went on from update | 3 |"), "{text}");

    // A run that has nothing left to do leaves it alone.
    let before = fs::read(&path).unwrap();
    assert_eq!(bench.train(&options).unwrap().ending, Ending::AlreadyFinished);
    assert!(fs::read(&path).unwrap() == before);
    let overviews =
        names(&bench.path("run")).into_iter().filter(|name| name.contains("tfevents")).count();
    assert_eq!(overviews, 1);
}

/// All points of the event files in `folder`: update, and tags with values.
fn points(folder: &std::path::Path) -> Vec<(i64, Vec<(String, f32)>)> {
    let mut points = Vec::new();
    for name in names(folder) {
        for event in Reader::open(folder.join(name)).unwrap() {
            let event = event.unwrap();
            if let What::Scalars(scalars) = event.what {
                points.push((event.step, scalars));
            }
        }
    }
    // The sessions of a test are stamped by clocks that all start at 0.
    points.sort_by_key(|point: &(i64, _)| point.0);
    points
}

#[test]
fn numbers_that_blow_up_stop_the_run_and_leave_the_last_good_checkpoint() {
    let bench = Bench::new(config("basic_rnn"));
    bench.train(&bench.options("run", 0)).unwrap();
    let mut wild = config("basic_rnn");
    wild.hparams.learning_rate = 1e38;
    let wild = Bench::new(wild);
    let error = wild.train(&wild.options("run", 50)).unwrap_err();
    let Error::Diverged { update, checkpoint, .. } = &error else { panic!("{error}") };
    assert!(*update >= 1);
    assert_says(&error, &["diverged at update", "model-0.safetensors", "learning_rate"]);
    assert_eq!(checkpoint, &wild.path("run/checkpoints/model-0.safetensors"));
    assert!(wild.checkpoint("run", 0).0 == bench.checkpoint("run", 0).0);
    assert_eq!(wild.checkpoint_names("run").len(), 2);

    let overview = Reader::open(wild.path("run/events.out.tfevents.run.cantus")).unwrap();
    let last = overview.last().unwrap().unwrap();
    let failed = session_end(SessionStatus::Failure, last.wall_time);
    assert_eq!(last.what, What::Plugins(vec![failed]));
}

#[test]
fn a_run_folder_keeps_to_its_recipe() {
    let bench = Bench::new(config("basic_rnn"));
    bench.train(&bench.options("run", 2)).unwrap();
    let refused = |change: &dyn Fn(&mut TrainOptions), words: &[&str]| {
        let mut options = bench.options("run", 4);
        change(&mut options);
        let error = bench.train(&options).unwrap_err();
        assert!(matches!(error, Error::RunContradiction { .. }), "{error}");
        assert_says(&error, words);
    };
    refused(&|options| options.seed = 9, &["seed", "0", "9"]);
    refused(&|options| options.clip_by = ClipBy::GlobalNorm, &["clip_by", "tensor", "global_norm"]);
    refused(&|options| options.config.hparams.batch_size = 5, &["batch_size 4, not 5"]);
    refused(
        &|options| options.config.hparams.rnn_layer_sizes = vec![7, 5],
        &["rnn_layer_sizes [6,5], not [7,5]"],
    );

    write(&bench.path("training.tfrecord"), &stored(&bench.config, 0, 9));
    refused(&|_| (), &["dataset.records 10, not 9"]);
}

#[test]
fn global_clipping_is_another_recipe() {
    let mut config = config("basic_rnn");
    config.hparams.clip_norm = 0.05;
    let bench = Bench::new(config);
    bench.train(&bench.options("tensor", 3)).unwrap();
    let mut global = bench.options("global", 3);
    global.clip_by = ClipBy::GlobalNorm;
    bench.train(&global).unwrap();
    assert!(bench.checkpoint("tensor", 3).0 != bench.checkpoint("global", 3).0);
}

#[test]
fn one_process_trains_in_a_run_folder() {
    let bench = Bench::new(config("basic_rnn"));
    let options = bench.options("run", 2);
    let mut refusals = 0;
    let observer = |event: &Event<'_>| {
        if let Event::Progress(_) = event {
            let error = bench.train(&bench.options("run", 2)).unwrap_err();
            assert!(matches!(error, Error::RunFolderInUse { .. }), "{error}");
            refusals += 1;
        }
        ControlFlow::Continue(())
    };
    assert_eq!(bench.watch(&options, observer).unwrap().ending, Ending::Finished);
    assert_eq!(refusals, 2);
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let bench = Bench::new(config("basic_rnn"));
    fs::write(bench.path("file"), "in the way").unwrap();
    let error = bench.train(&bench.options("file/run", 2)).unwrap_err();
    assert!(matches!(error, Error::Io { .. }));
    assert_says(&error, &["file/run"]);

    fs::create_dir(bench.path("run")).unwrap();
    fs::write(bench.path("run/checkpoints"), "in the way").unwrap();
    let error = bench.train(&bench.options("run", 2)).unwrap_err();
    assert_says(&error, &["run/checkpoints"]);
}

#[test]
fn examples_that_break_in_the_middle_lose_no_update() {
    let bench = Bench::new(config("basic_rnn"));
    let path = bench.path("training.tfrecord");
    let observer = |event: &Event<'_>| {
        if let Event::Progress(progress) = event
            && progress.update == 3
        {
            fs::File::options().write(true).open(&path).unwrap().set_len(100).unwrap();
        }
        ControlFlow::Continue(())
    };
    let error = bench.watch(&bench.options("run", 50), observer).unwrap_err();
    assert_says(&error, &["training.tfrecord", "record"]);
    let saved = model::checkpoint::load(bench.path("run"), Default::default()).unwrap();
    assert!((3..9).contains(&saved.sidecar.standing.update), "{:?}", saved.sidecar.standing);
}

#[test]
fn options_of_zero_are_refused() {
    let bench = Bench::new(config("basic_rnn"));
    let changes: [fn(&mut TrainOptions); 3] = [
        |options| options.threads = 0,
        |options| options.summary_frequency = 0,
        |options| options.keep_checkpoints = 0,
    ];
    for change in changes {
        let mut options = bench.options("run", 2);
        change(&mut options);
        assert!(matches!(bench.train(&options), Err(Error::BadOption { .. })));
    }
    assert!(!bench.path("run").exists());
}

#[test]
fn a_run_may_begin_with_the_weights_of_another_and_records_which() {
    let bench = Bench::new(stack());
    let network = Network::new(bench.config.network_config(), 99);
    let trained = |run: &str, start: Option<&Network>, updates: u64| {
        let mut options = bench.options(run, updates);
        options.warm_start = start.map(|network| WarmStart::new(network.clone()));
        bench.train(&options)
    };
    let model = |run: &str| Model::load(bench.path(run)).unwrap();
    trained("warm", Some(&network), 0).unwrap();
    assert_eq!(model("warm").network.tensors(), network.tensors());
    trained("warm", Some(&network), 2).unwrap();
    assert_ne!(model("warm").network.tensors(), network.tensors());

    // In one go it is the same.
    trained("straight", Some(&network), 2).unwrap();
    assert_eq!(model("straight").network.tensors(), model("warm").network.tensors());
    // Other weights, or none, are another run.
    let other = Network::new(bench.config.network_config(), 98);
    for start in [Some(&other), None] {
        match trained("warm", start, 3) {
            Err(Error::RunContradiction { what, .. }) => assert_eq!(what, "warm_start"),
            other => panic!("{other:?}"),
        }
    }
    let small = Network::new(config("basic_rnn").network_config(), 1);
    assert!(matches!(trained("small", Some(&small), 1), Err(Error::WarmStart { .. })));
}
