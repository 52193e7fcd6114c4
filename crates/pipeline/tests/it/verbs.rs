//! Every verb tells how far it is, stops when it is asked to, and leaves nothing half-written.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use flate2::write::GzEncoder;
use formats::note_sequence::encode;
use music::{Note, NoteSequence, Tempo, TimeSignature};
use pipeline::dataset::{Dataset, DatasetOptions, SplitBy, dataset};
use pipeline::evaluate::{EvaluateOptions, evaluate};
use pipeline::generate::{GenerateOptions, generate};
use pipeline::ingest::{IngestOptions, Ingested, ingest};
use pipeline::train::{Resume, TrainOptions, Trained, train};
use pipeline::{
    Error, ExtractOptions, MelodyConfig, Observer, Origin, Result, Sampling, Tune, Unobserved,
};
use tempfile::TempDir;
use tensorflow::tfrecord::{Reader, Writer};

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
            catalog: None,
            skip_duplicates: false,
            threads: 2,
        };
        ingest(&options, observer)
    }

    fn dataset(&self, observer: &dyn Observer) -> Result<Dataset> {
        self.dataset_of(&["notes.tfrecord"], observer)
    }

    fn dataset_of(&self, inputs: &[&str], observer: &dyn Observer) -> Result<Dataset> {
        let options = DatasetOptions {
            catalog: None,
            config: MelodyConfig::named("basic_rnn").unwrap(),
            inputs: inputs.iter().map(|name| self.path(name)).collect(),
            output_dir: self.path("examples"),
            eval_ratio: 0.1,
            split_by: SplitBy::Song,
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
            examples: vec![self.path("examples/training_melodies.tfrecord")],
            hparams: "batch_size=2,rnn_layer_sizes=[8]".into(),
            num_training_steps: updates,
            eval: None,
            seed: 0,
            clip_global_norm: false,
            checkpoint_interval: Duration::from_secs(60),
            keep_checkpoints: 3,
            summary_frequency: 10,
            resume: Resume::SameRecipe,
            as_magenta: false,
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
        examples: vec![desk.path("examples/training_melodies.tfrecord")],
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
        key: None,
        primer_key: None,
        meter: None,
        seed: Some(1),
        as_magenta: None,
        sampling: Sampling { num_outputs: 2, num_steps: 32, ..Sampling::default() },
    };
    interrupted(generate(&options, &Impatient::after(3)));
    assert!(desk.names("out").is_empty());
}

/// Shards, a pattern and a compressed file give what one plain file gives.
#[test]
fn files_in_parts_are_as_one() {
    let desk = Desk::new();
    desk.ingest(&Unobserved).unwrap();
    let whole = desk.dataset(&Unobserved).unwrap();
    let examples = |desk: &Desk| std::fs::read(desk.path("examples/training_melodies.tfrecord"));
    let expected = examples(&desk).unwrap();

    let notes = records(&desk.path("notes.tfrecord"));
    let shard = |name: &str, records: &[Vec<u8>]| {
        let mut writer = Writer::new(Vec::new(), name);
        records.iter().for_each(|record| writer.write(record).unwrap());
        writer.finish().unwrap()
    };
    let (first, rest) = notes.split_at(30);
    let (second, third) = rest.split_at(7);
    std::fs::write(desk.path("a-00000-of-00002"), shard("0", first)).unwrap();
    std::fs::write(desk.path("a-00001-of-00002"), shard("1", second)).unwrap();
    let mut gzip = GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(&shard("2", third)).unwrap();
    std::fs::write(desk.path("b.tfrecord.gz"), gzip.finish().unwrap()).unwrap();
    for inputs in [["a@2", "b.*"], ["a-*", "b.tfrecord.gz"]] {
        let found = desk.dataset_of(&inputs, &Unobserved).unwrap();
        assert_eq!((found.pieces, found.melodies), (whole.pieces, whole.melodies));
        assert!(examples(&desk).unwrap() == expected);
    }
    let missing = desk.dataset_of(&["c-*"], &Unobserved);
    assert!(matches!(missing, Err(Error::NoFiles { .. })));

    let melodies = records(&desk.path("examples/training_melodies.tfrecord"));
    let (first, rest) = melodies.split_at(3);
    std::fs::write(desk.path("e-00000-of-00002"), shard("0", first)).unwrap();
    std::fs::write(desk.path("e-00001-of-00002"), shard("1", rest)).unwrap();
    desk.train(3, &Unobserved).unwrap();
    let evaluated = |examples: &str| {
        let options = EvaluateOptions {
            origin: Origin::RunDir(desk.path("run")),
            examples: vec![desk.path(examples)],
            dropout: false,
            threads: 2,
        };
        evaluate(&options, &Unobserved).unwrap().result
    };
    let one = evaluated("examples/training_melodies.tfrecord");
    assert_eq!(one.examples as u64, whole.training.melodies);
    assert_eq!(evaluated("e@2"), one);
    assert_eq!(evaluated("e-?????-of-*"), one);
}

fn records(path: &Path) -> Vec<Vec<u8>> {
    Reader::open(path).unwrap().collect::<std::result::Result<_, _>>().unwrap()
}

/// What note-seq allows and music does not have costs no more than the melodies that depend on it.
#[test]
fn odd_values_do_not_stop_a_dataset() {
    let desk = Desk::new();
    let tune = |change: &dyn Fn(&mut NoteSequence)| {
        let mut sequence = NoteSequence { total_time: 16.0, ..NoteSequence::default() };
        for (index, pitch) in [60, 62, 64, 65, 67, 69, 71].into_iter().cycle().take(64).enumerate()
        {
            let start_time = index as f64 / 4.0;
            let end_time = start_time + 0.25;
            sequence.notes.push(Note {
                pitch,
                velocity: 80,
                start_time,
                end_time,
                ..Note::default()
            });
        }
        change(&mut sequence);
        let mut bytes = Vec::new();
        encode(&sequence, &mut bytes);
        bytes
    };
    let meter = |numerator, denominator| TimeSignature { time: 0.0, numerator, denominator };
    let tunes = [
        tune(&|_| {}),
        tune(&|tune| tune.notes[3].velocity = 200),
        tune(&|tune| tune.notes[3].program = 200),
        tune(&|tune| tune.notes[3].end_time = f64::INFINITY),
        // These have no melody.
        tune(&|tune| tune.notes[3].pitch = 200),
        tune(&|tune| tune.notes[3].end_time = f64::NAN),
        tune(&|tune| tune.total_time = f64::NAN),
        tune(&|tune| tune.time_signatures.push(meter(0, 4))),
        tune(&|tune| tune.time_signatures.push(meter(4, 0))),
        tune(&|tune| tune.tempos.push(Tempo { time: 0.0, qpm: 0.0 })),
        tune(&|tune| tune.tempos.push(Tempo { time: 0.0, qpm: f64::NAN })),
    ];
    let mut writer = Writer::new(Vec::new(), "notes");
    tunes.iter().for_each(|tune| writer.write(tune).unwrap());
    std::fs::write(desk.path("notes.tfrecord"), writer.finish().unwrap()).unwrap();
    let found = desk.dataset(&Unobserved).unwrap();
    assert_eq!((found.pieces, found.melodies), (tunes.len() as u64, 4));
    assert_eq!(found.counters["skipped_due_to_range_exceeded"], 1);
    assert_eq!(found.counters["sequences_discarded_because_bad_time_signature"], 2);
    assert_eq!(found.counters["sequences_discarded_because_bad_time"], 2);
    assert_eq!(found.counters["polyphonic_tracks_discarded"], 1);
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
