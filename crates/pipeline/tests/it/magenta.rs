//! Where verbs do as Magenta's programs do, they give its very bytes and go on with its files.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use pipeline::convert_directory::{ConvertOptions, convert_directory};
use pipeline::dataset::{Dataset, DatasetOptions, SplitBy, dataset};
use pipeline::follow::{FollowEvent, FollowOptions, follow};
use pipeline::generate::{AsMagenta, GenerateOptions, Generated, generate};
use pipeline::train::{Resume, TrainOptions, Trained, train};
use pipeline::{
    ContinuationError, DirectoryOptions, Error, ExtractOptions, MelodyConfig, Origin, Result,
    Sampling, Tune, Unobserved, count_records,
};
use sha1::{Digest, Sha1};
use tempfile::TempDir;

use crate::listeners::Impatient;

/// The network that Magenta trained in the golden run.
const HPARAMS: &str = "batch_size=2,rnn_layer_sizes=[8,8]";

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tensorflow/tests/golden").join(name)
}

/// Examples made of the golden pieces, all on one side.
fn examples(folder: &TempDir, config: &str, eval_ratio: f64) -> Dataset {
    let options = DatasetOptions {
        catalog: None,
        config: MelodyConfig::called(config).unwrap(),
        inputs: vec![golden("notesequences_small.tfrecord")],
        output_dir: folder.path().join(config),
        eval_ratio,
        split_by: SplitBy::Piece,
        seed: 0,
        extract: ExtractOptions::default(),
        threads: 2,
    };
    dataset(&options, &Unobserved).unwrap()
}

#[test]
fn datasets_are_magentas_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    // Of the files that Magenta 2.1.4 wrote for these pieces with --eval_ratio=0, with a protobuf that sorts maps (others
    // write inputs and labels in either order).
    for (config, sha1) in [
        ("basic_rnn", "8938ca0b00b7b76cd4fc7ea33fdabb9db99c4fb3"),
        ("mono_rnn", "8b0e2f7aeab5ab0a193b9d675133c89a96e39dea"),
        ("lookback_rnn", "33bc996b767de2bbfa41f76588ccc792a907709d"),
        ("attention_rnn", "62958a6ec8910ed02f0311d151453a2143232346"),
    ] {
        let dataset = examples(&folder, config, 0.0);
        let bytes = fs::read(&dataset.training.file).unwrap();
        let found: String = Sha1::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(found, sha1, "{config}");
        assert_eq!(fs::read(&dataset.eval.file).unwrap(), b"", "{config}");
    }
}

#[test]
fn figures_are_those_that_magenta_prints() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = examples(&folder, "basic_rnn", 0.0);
    assert_eq!((dataset.pieces, dataset.melodies), (5, 10));
    let lines: Vec<String> = dataset.statistics().iter().map(ToString::to_string).collect();
    assert_eq!(
        lines.join("\n"),
        "\
DAGPipeline_MelodyExtractor_training_melodies_discarded_too_few_pitches: 1
DAGPipeline_MelodyExtractor_training_melodies_discarded_too_long: 0
DAGPipeline_MelodyExtractor_training_melodies_discarded_too_short: 18
DAGPipeline_MelodyExtractor_training_melodies_truncated: 0
DAGPipeline_MelodyExtractor_training_melody_lengths_in_bars:
  [7,8): 1
  [8,10): 1
  [10,20): 6
  [20,30): 1
  [30,40): 1
DAGPipeline_MelodyExtractor_training_polyphonic_tracks_discarded: 2
DAGPipeline_RandomPartition_training_melodies_count: 5
DAGPipeline_TranspositionPipeline_training_skipped_due_to_range_exceeded: 0
DAGPipeline_TranspositionPipeline_training_transpositions_generated: 10"
    );
}

#[test]
fn all_pieces_may_go_to_evaluation() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = examples(&folder, "basic_rnn", 1.0);
    assert_eq!((dataset.training.melodies, dataset.eval.melodies), (0, 10));
    assert!(dataset.statistics().iter().all(|figure| figure.to_string().contains("_eval_")));
}

#[test]
fn converting_that_is_interrupted_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let options = ConvertOptions {
        input_dir: format!("{}/../../data/demo/jig", env!("CARGO_MANIFEST_DIR")),
        output_file: folder.path().join("notes.tfrecord"),
        directory: DirectoryOptions { recursive: false, lenient: false, max_file_bytes: 1 << 20 },
    };
    let error = convert_directory(&options, &Impatient::after(0), &mut |_| {}).unwrap_err();
    assert!(matches!(error, Error::Interrupted { .. }));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    let converted = convert_directory(&options, &Unobserved, &mut |_| {}).unwrap();
    assert_eq!(converted.summary.pieces, 80);
    assert_eq!(count_records(&[options.output_file]).unwrap(), 80);
}

#[test]
fn a_tunebook_becomes_a_record_a_tune() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("tunes");
    fs::create_dir(&input).unwrap();
    // note-seq knows no rests.
    fs::write(input.join("a.abc"), "X:1\nK:C\nc\n\nX:2\nK:C\nz\n\nX:3\nK:C\nd\n").unwrap();
    fs::write(input.join("b.xml"), "<score-partwise/>").unwrap();
    let mut options = ConvertOptions {
        input_dir: input.to_str().unwrap().into(),
        output_file: folder.path().join("notes.tfrecord"),
        directory: DirectoryOptions { recursive: false, lenient: false, max_file_bytes: 1 << 20 },
    };
    for (lenient, pieces) in [(false, 3), (true, 4)] {
        options.directory.lenient = lenient;
        let converted = convert_directory(&options, &Unobserved, &mut |_| {}).unwrap();
        assert_eq!((converted.summary.pieces, converted.summary.refused), (pieces, 4 - pieces));
        let records = count_records(std::slice::from_ref(&options.output_file)).unwrap();
        assert_eq!(records as u64, pieces);
    }
}

/// A run folder in which Magenta has made 600 updates, and examples for it.
struct MagentaRun {
    folder: TempDir,
    examples: Vec<PathBuf>,
}

impl MagentaRun {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let train = folder.path().join("run/train");
        fs::create_dir_all(&train).unwrap();
        for name in ["checkpoint", "model.ckpt-600.index", "model.ckpt-600.data-00000-of-00001"] {
            fs::copy(golden("basic_rnn_8").join(name), train.join(name)).unwrap();
        }
        let examples = vec![examples(&folder, "basic_rnn", 0.0).training.file];
        MagentaRun { folder, examples }
    }

    fn run_dir(&self) -> PathBuf {
        self.folder.path().join("run")
    }

    fn train(&self, steps: u64, keep_checkpoints: usize, hparams: &str) -> Result<Trained> {
        let options = TrainOptions {
            config: Some("basic_rnn".into()),
            warm_start: None,
            run_dir: self.run_dir(),
            examples: self.examples.clone(),
            hparams: hparams.into(),
            num_training_steps: steps,
            eval: None,
            seed: 0,
            clip_global_norm: false,
            checkpoint_interval: Duration::from_secs(60),
            keep_checkpoints,
            summary_frequency: 10,
            resume: Resume::SameNetwork,
            as_magenta: true,
            threads: 2,
        };
        train(&options, &Unobserved)
    }

    /// Numbers of the checkpoints of TensorFlow.
    fn checkpoints(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.run_dir().join("train"))
            .unwrap()
            .filter_map(|entry| {
                let name = entry.unwrap().file_name().into_string().unwrap();
                Some(name.strip_prefix("model.ckpt-")?.strip_suffix(".index")?.to_owned())
            })
            .collect();
        names.sort();
        names
    }

    fn generate(&self, tune: Option<Tune>, num_steps: usize) -> Result<Generated> {
        let options = GenerateOptions {
            origin: Origin::RunDir(self.run_dir()),
            output_dir: self.folder.path().join("out"),
            name: None,
            primer: tune,
            qpm: None,
            key: None,
            primer_key: None,
            meter: None,
            seed: Some(1),
            as_magenta: Some(AsMagenta { stamp: "then".into(), config: None }),
            sampling: Sampling { num_outputs: 10, num_steps, ..Sampling::default() },
        };
        generate(&options, &Unobserved)
    }
}

#[test]
fn a_run_of_magentas_goes_on_and_is_written_for_it() {
    let run = MagentaRun::new();
    let trained = run.train(2, 10, HPARAMS).unwrap();
    assert_eq!((trained.update, trained.updates_made), (602, 2));
    assert_eq!(run.checkpoints(), ["600", "602"]);
    // A call makes so many more steps, with other examples and settings if need be.
    let trained = run.train(3, 2, "batch_size=3,rnn_layer_sizes=[8,8],learning_rate=0.01").unwrap();
    assert_eq!((trained.update, trained.updates_made), (605, 3));
    assert_eq!(run.checkpoints(), ["602", "605"]);
    let state = fs::read_to_string(run.run_dir().join("train/checkpoint")).unwrap();
    assert!(state.starts_with("model_checkpoint_path: \"model.ckpt-605\""), "{state}");
}

#[test]
fn where_magenta_has_come_further_its_checkpoint_counts() {
    let run = MagentaRun::new();
    run.train(2, 10, HPARAMS).unwrap();
    // Magenta trains as far as 607.
    let train = run.run_dir().join("train");
    for ending in ["index", "data-00000-of-00001"] {
        let name = |number| train.join(format!("model.ckpt-{number}.{ending}"));
        fs::copy(name(602), name(607)).unwrap();
    }
    let state = "model_checkpoint_path: \"model.ckpt-607\"\n\
                 all_model_checkpoint_paths: \"model.ckpt-602\"\nall_model_checkpoint_paths: \"model.ckpt-607\"\n";
    fs::write(train.join("checkpoint"), state).unwrap();
    let generated = run.generate(None, 16).unwrap();
    assert!(generated.network.ends_with("train/model.ckpt-607"), "{:?}", generated.network);
}

#[test]
fn another_shape_of_network_is_refused() {
    let run = MagentaRun::new();
    assert!(run.train(2, 10, "batch_size=2,rnn_layer_sizes=[8]").is_err());
    run.train(2, 10, HPARAMS).unwrap();
    assert!(run.train(2, 10, "batch_size=2,rnn_layer_sizes=[16,16]").is_err());
    assert_eq!(run.checkpoints(), ["600", "602"]);
}

#[test]
fn every_new_checkpoint_is_measured_until_none_comes() {
    let run = MagentaRun::new();
    let options = FollowOptions {
        run_dir: run.run_dir(),
        examples: run.examples.clone(),
        config: pipeline::config("basic_rnn", "batch_size=3,rnn_layer_sizes=[8,8]", &Unobserved)
            .unwrap(),
        num_examples: None,
        interval: Duration::ZERO,
        timeout: Duration::ZERO,
        threads: 2,
    };
    let mut story = Vec::new();
    let mut tell = |event: FollowEvent<'_>| match event {
        FollowEvent::Evaluated { update, batches, result } => {
            assert!(result.dropout && result.metrics.loss > 0.0);
            story.push(format!("{update}: {} examples in {batches}", result.examples));
        }
        FollowEvent::Found { path } => {
            story.push(path.file_name().unwrap().to_str().unwrap().to_owned());
        }
        FollowEvent::Waiting => story.push("waiting".into()),
        _ => story.push("over".into()),
    };
    let followed = follow(&options, &Unobserved, &mut tell).unwrap();
    assert_eq!((followed.evaluations, followed.update), (1, Some(600)));
    let expected = ["waiting", "model.ckpt-600", "600: 9 examples in 3", "waiting", "over"];
    assert_eq!(story, expected);
    assert_eq!(fs::read_dir(run.run_dir().join("eval")).unwrap().count(), 1);

    let few = FollowOptions { num_examples: Some(2), ..options.clone() };
    let error = follow(&few, &Unobserved, &mut |_| {}).unwrap_err();
    assert!(matches!(error, Error::NoBatch { examples: 2, batch_size: 3 }));
    let error = follow(&options, &Impatient::after(0), &mut |_| {}).unwrap_err();
    assert!(matches!(error, Error::Interrupted { .. }));
}

#[test]
fn primers_and_names_are_magentas() {
    let run = MagentaRun::new();
    let generated = run.generate(None, 16).unwrap();
    assert_eq!(generated.primer.events, [60, -1, -2]);
    assert!(generated.melodies.iter().all(|made| made.events.len() == 16));
    let names: Vec<_> =
        generated.melodies.iter().map(|made| made.file.file_name().unwrap().to_owned()).collect();
    assert_eq!((&names[0], &names[9]), (&"then_01.mid".into(), &"then_10.mid".into()));
    assert!(names.iter().all(|name| run.folder.path().join("out").join(name).is_file()));
}

#[test]
fn primers_that_magenta_refuses_are_refused() {
    let run = MagentaRun::new();
    let midi = Path::new(env!("CARGO_MANIFEST_DIR")).join("../formats/tests/golden");
    let refused = |tune| run.generate(Some(tune), 4000).unwrap_err();
    let error = refused(Tune::File(midi.join("midi/syn_multitrack.mid")));
    assert!(
        matches!(
            error,
            Error::Continuation { source: ContinuationError::ManyInstruments { instruments: 4 } }
        ),
        "{error:?}"
    );
    let error = refused(Tune::File(midi.join("midi_bad/truncated.mid")));
    assert!(matches!(error, Error::Refused { .. }), "{error:?}");
    let error = run.generate(Some(Tune::Text("[60, 62, 64]".into())), 2).unwrap_err();
    assert!(
        matches!(error, Error::Continuation { source: ContinuationError::TooLong { .. } }),
        "{error:?}"
    );
}
