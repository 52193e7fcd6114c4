//! Every verb tells how far it is, stops when it is asked to, and leaves nothing half-written.

use std::path::{Path, PathBuf};
use std::time::Duration;

use pipeline::dataset::{Dataset, DatasetOptions, dataset};
use pipeline::evaluate::{EvaluateOptions, evaluate};
use pipeline::generate::{GenerateOptions, generate};
use pipeline::ingest::{IngestOptions, Ingested, ingest};
use pipeline::train::{TrainOptions, Trained, train};
use pipeline::{Error, ExtractOptions, Observer, Origin, Result, Sampling, Tune, Unobserved};
use tempfile::TempDir;

use crate::listeners::{Diary, Impatient};

/// A folder in which verbs work on the built-in jigs.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        Desk { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn ingest(&self, observer: &dyn Observer) -> Result<Ingested> {
        let options = IngestOptions {
            inputs: vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/demo/jig")],
            output: Some(self.path("notes.tfrecord")),
            report: Some(self.path("report.jsonl")),
            skip_duplicates: false,
            threads: 2,
        };
        ingest(&options, observer)
    }

    fn dataset(&self, observer: &dyn Observer) -> Result<Dataset> {
        let options = DatasetOptions {
            config: "basic_rnn".into(),
            inputs: vec![self.path("notes.tfrecord")],
            output_dir: self.path("examples"),
            eval_ratio: 0.1,
            seed: 0,
            extract: ExtractOptions::default(),
            threads: 2,
        };
        dataset(&options, observer)
    }

    fn train(&self, updates: u64, observer: &dyn Observer) -> Result<Trained> {
        let options = TrainOptions {
            config: Some("basic_rnn".into()),
            warm_start: None,
            run_dir: self.path("run"),
            examples: self.path("examples/training_melodies.tfrecord"),
            hparams: "batch_size=2,rnn_layer_sizes=[8]".into(),
            num_training_steps: updates,
            eval: None,
            seed: 0,
            clip_global_norm: false,
            checkpoint_interval: Duration::from_secs(60),
            threads: 2,
        };
        train(&options, observer)
    }

    /// Everything up to a network after three updates.
    fn trained() -> Self {
        let desk = Desk::new();
        desk.ingest(&Unobserved).unwrap();
        desk.dataset(&Unobserved).unwrap();
        desk.train(3, &Unobserved).unwrap();
        desk
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = self.path(folder).read_dir() else { return Vec::new() };
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

fn interrupted<T: std::fmt::Debug>(result: Result<T>) -> Option<String> {
    match result {
        Err(Error::Interrupted { kept }) => kept,
        other => panic!("not interrupted: {other:?}"),
    }
}

#[test]
fn an_interrupted_ingest_writes_nothing() {
    let desk = Desk::new();
    assert_eq!(interrupted(desk.ingest(&Impatient::after(3))), None);
    assert!(desk.names("").is_empty(), "{:?}", desk.names(""));
}

#[test]
fn an_interrupted_dataset_writes_nothing() {
    let desk = Desk::new();
    desk.ingest(&Unobserved).unwrap();
    // Once while pieces are read, once while melodies are encoded.
    for reports in [1, 3] {
        assert_eq!(interrupted(desk.dataset(&Impatient::after(reports))), None);
        assert!(desk.names("examples").is_empty(), "{:?}", desk.names("examples"));
    }
}

#[test]
fn interrupted_training_says_where_it_stands_and_keeps_it() {
    let desk = Desk::new();
    desk.ingest(&Unobserved).unwrap();
    desk.dataset(&Unobserved).unwrap();
    let kept = interrupted(desk.train(5, &Impatient::after(2))).unwrap();
    assert!(kept.starts_with("at update 2 of 5"), "{kept}");
    let trained = desk.train(5, &Unobserved).unwrap();
    assert_eq!((trained.updates_made, trained.update), (3, 5));
}

#[test]
fn interrupted_evaluation_and_composition_give_nothing() {
    let desk = Desk::trained();
    let options = EvaluateOptions {
        origin: Origin::RunDir(desk.path("run")),
        examples: desk.path("examples/training_melodies.tfrecord"),
        dropout: false,
        threads: 2,
    };
    interrupted(evaluate(&options, &Impatient::after(1)));
    let options = GenerateOptions {
        origin: Origin::RunDir(desk.path("run")),
        output_dir: desk.path("out"),
        name: None,
        primer: Some(Tune::Text("[60]".into())),
        qpm: None,
        seed: Some(1),
        sampling: Sampling { num_outputs: 2, num_steps: 32, ..Sampling::default() },
    };
    interrupted(generate(&options, &Impatient::after(3)));
    assert!(desk.names("out").is_empty());
}

#[test]
fn progress_goes_up_to_its_total() {
    let desk = Desk::new();
    let diary = Diary::default();
    desk.ingest(&diary).unwrap();
    desk.dataset(&diary).unwrap();
    desk.train(3, &diary).unwrap();
    let names: Vec<String> = diary.tasks().into_iter().map(|task| task.name).collect();
    assert_eq!(names, ["looking for files", "reading", "reading", "encoding", "training"]);
    for task in diary.tasks().into_iter().skip(1) {
        assert!(task.done.is_sorted(), "{task:?}");
        assert!(task.total.is_some() && task.done.last().copied() == task.total, "{task:?}");
        assert!(task.ended, "{task:?}");
    }
}
