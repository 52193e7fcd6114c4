//! A run is a function of its recipe: however it is stopped, it ends with the same bytes.

use std::fs;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use model::train::{Ending, EvalOptions, Event, TrainOptions};

use crate::fixture::{Bench, config, stack};

fn with_eval(bench: &Bench, run: &str, updates: u64) -> TrainOptions {
    let mut options = bench.options(run, updates);
    let examples = bench.open("eval.tfrecord");
    options.eval = Some(EvalOptions { examples, every: 3, patience: None });
    options
}

#[test]
fn seven_and_thirteen_updates_are_twenty_at_any_number_of_threads() {
    for config in [config("basic_rnn"), config("attention_rnn"), stack()] {
        let bench = Bench::new(config);
        let straight = bench.train(&bench.options("straight", 20)).unwrap();
        assert_eq!((straight.ending, straight.update), (Ending::Finished, 20));

        let first = bench.train(&bench.options("parted", 7)).unwrap();
        assert_eq!((first.update, first.updates_made), (7, 7));
        let mut rest = bench.options("parted", 20);
        rest.threads = 3;
        let second = bench.train(&rest).unwrap();
        assert_eq!((second.update, second.updates_made), (20, 13));
        assert_eq!(second.training, straight.training);
        assert!(bench.checkpoint("parted", 20) == bench.checkpoint("straight", 20));
    }
}

#[test]
fn other_seeds_and_other_updates_give_other_weights() {
    let bench = Bench::new(config("basic_rnn"));
    bench.train(&bench.options("a", 5)).unwrap();
    let mut other = bench.options("b", 5);
    other.seed = 1;
    bench.train(&other).unwrap();
    assert!(bench.checkpoint("a", 5).0 != bench.checkpoint("b", 5).0);
    assert!(bench.checkpoint("a", 5).0 != bench.checkpoint("a", 0).0);
}

#[test]
fn an_interrupted_run_goes_on_as_if_it_had_not_been() {
    let bench = Bench::new(config("basic_rnn"));
    bench.train(&with_eval(&bench, "straight", 20)).unwrap();
    for last in [1, 6, 11] {
        let run = format!("stopped-{last}");
        let options = with_eval(&bench, &run, 20);
        let stopped = bench.interrupt_at(&options, last);
        assert_eq!((stopped.ending, stopped.update), (Ending::Interrupted, last));
        assert_eq!(
            stopped.checkpoint,
            bench.path(&run).join(format!("checkpoints/model-{last}.safetensors"))
        );
        assert_eq!(bench.train(&options).unwrap().ending, Ending::Finished);
        assert!(bench.checkpoint(&run, 20) == bench.checkpoint("straight", 20), "{last}");
    }
}

#[test]
fn an_interruption_in_an_evaluation_is_made_up_for() {
    let bench = Bench::new(config("basic_rnn"));
    bench.train(&with_eval(&bench, "straight", 10)).unwrap();
    let options = with_eval(&bench, "stopped", 10);
    let stopped = bench
        .watch(&options, |event| match event {
            Event::Evaluating { .. } => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        })
        .unwrap();
    assert_eq!(
        (stopped.ending, stopped.update, stopped.evaluation),
        (Ending::Interrupted, 3, None)
    );
    bench.train(&options).unwrap();
    assert!(bench.checkpoint("stopped", 10) == bench.checkpoint("straight", 10));
}

/// A panic in the observer ends the loop where it stands, as a kill would: nothing more is written.
#[test]
fn a_killed_run_goes_on_from_its_last_checkpoint() {
    let bench = Bench::new(config("attention_rnn"));
    bench.train(&with_eval(&bench, "straight", 20)).unwrap();
    let mut options = with_eval(&bench, "killed", 20);
    options.checkpoint_interval = Duration::from_secs(25);
    let killed = catch_unwind(AssertUnwindSafe(|| {
        bench.watch(&options, |event| match event {
            Event::Progress(progress) if progress.update == 14 => panic!("killed"),
            _ => ControlFlow::Continue(()),
        })
    }));
    assert!(killed.is_err());
    let checkpoints = bench.path("killed").join("checkpoints");
    fs::write(checkpoints.join(".saving-x1"), "half a file").unwrap();
    fs::write(checkpoints.join("model-14.safetensors"), "half a file").unwrap();

    let mut resumed_at = None;
    let end = bench.watch(&options, |event| {
        if let Event::Resumed { update, .. } = event {
            resumed_at = Some(*update);
        }
        ControlFlow::Continue(())
    });
    assert_eq!(end.unwrap().update, 20);
    assert!((1..14).contains(&resumed_at.unwrap()), "{resumed_at:?}");
    assert!(bench.checkpoint("killed", 20) == bench.checkpoint("straight", 20));
    let names = bench.checkpoint_names("killed");
    assert!(
        !names.iter().any(|name| name.contains("saving") || name.contains("-14.")),
        "{names:?}"
    );
}

#[test]
fn a_run_that_is_done_is_left_alone() {
    let bench = Bench::new(config("basic_rnn"));
    bench.train(&bench.options("run", 4)).unwrap();
    let before = (bench.checkpoint_names("run"), bench.checkpoint("run", 4));
    for updates in [4, 3] {
        let again = bench.train(&bench.options("run", updates)).unwrap();
        assert_eq!(
            (again.ending, again.update, again.updates_made),
            (Ending::AlreadyFinished, 4, 0)
        );
    }
    assert!((bench.checkpoint_names("run"), bench.checkpoint("run", 4)) == before);
}
