//! Small runs: synthetic melodies, their datasets, and networks that learn in no time.

use std::cell::Cell;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use model::config::MelodyConfig;
use model::examples::ExampleSet;
use model::network::AttentionAround;
use model::train::{Clock, Event, TrainOptions, Trained, train_with_clock};
use model::{Error, Result};
use music::MelodyEvent::{self, NoEvent, NoteOff, NoteOn};
use tensorflow::example::SequenceExample;
use tensorflow::tfrecord::FileWriter;

/// A configuration with a tiny network.
pub(crate) fn config(name: &str) -> MelodyConfig {
    let mut config = MelodyConfig::named(name).unwrap();
    config.hparams.batch_size = 4;
    config.hparams.rnn_layer_sizes = vec![6, 5];
    config.hparams.learning_rate = 0.01;
    if config.hparams.attn_length > 0 {
        config.hparams.attn_length = 3;
    }
    config
}

/// An attention_rnn as in 2016, with attention around both layers.
pub(crate) fn stack() -> MelodyConfig {
    let mut config = config("attention_rnn");
    config.hparams.attention = AttentionAround::Stack;
    config
}

/// A melody of `length` events that walks a scale with the stride `which`, with held notes and rests.
pub(crate) fn melody(which: usize, length: usize) -> Vec<MelodyEvent> {
    const SCALE: [u8; 7] = [60, 62, 64, 65, 67, 69, 71];
    (0..length)
        .map(|step| match step % 4 {
            0 => NoteOn(SCALE[(step / 4 * (which + 1) + which) % 7]),
            3 if (step / 4 + which).is_multiple_of(3) => NoteOff,
            _ => NoEvent,
        })
        .collect()
}

/// The examples of `count` melodies of different lengths, `first` being the number of the first.
pub(crate) fn stored(config: &MelodyConfig, first: usize, count: usize) -> Vec<SequenceExample> {
    (first..first + count)
        .map(|which| {
            let example = config.encoding.encode(&melody(which, 17 + which * 5 % 23)).unwrap();
            let labels = example.labels.iter().map(|&label| i64::from(label)).collect();
            let input_size = config.encoding.input_size();
            SequenceExample { inputs: example.inputs, input_size, labels }
        })
        .collect()
}

/// Writes a dataset.
pub(crate) fn write(path: &Path, examples: &[SequenceExample]) {
    let mut writer = FileWriter::create(path).unwrap();
    let mut bytes = Vec::new();
    for example in examples {
        bytes.clear();
        example.encode(&mut bytes);
        writer.write(&bytes).unwrap();
    }
    writer.commit().unwrap();
}

/// A folder with a dataset of 10 examples to learn from and one of 6 to evaluate.
pub(crate) struct Bench {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) config: MelodyConfig,
}

impl Bench {
    pub(crate) fn new(config: MelodyConfig) -> Self {
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("training.tfrecord"), &stored(&config, 0, 10));
        write(&folder.path().join("eval.tfrecord"), &stored(&config, 10, 6));
        Self { folder, config }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn open(&self, name: &str) -> ExampleSet {
        ExampleSet::open(self.path(name), &self.config).unwrap()
    }

    pub(crate) fn options(&self, run: &str, updates: u64) -> TrainOptions {
        let mut options = TrainOptions::new(self.config.clone(), self.path(run));
        options.num_training_steps = Some(updates);
        options
    }

    /// Trains to the end.
    pub(crate) fn train(&self, options: &TrainOptions) -> Result<Trained> {
        self.watch(options, |_| ControlFlow::Continue(()))
    }

    /// Trains, stopping after update `last` as Ctrl-C would.
    pub(crate) fn interrupt_at(&self, options: &TrainOptions, last: u64) -> Trained {
        let stop = |event: &Event<'_>| match event {
            Event::Progress(progress) if progress.update == last => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        };
        self.watch(options, stop).unwrap()
    }

    /// Trains under the eyes of `observer`, on a clock that passes a second whenever it is read.
    pub(crate) fn watch(
        &self,
        options: &TrainOptions,
        mut observer: impl FnMut(&Event<'_>) -> ControlFlow<()>,
    ) -> Result<Trained> {
        let clock = SteppingClock::new(Duration::from_secs(1));
        train_with_clock(options, &self.open("training.tfrecord"), &mut observer, &clock)
    }

    /// Both files of a checkpoint.
    pub(crate) fn checkpoint(&self, run: &str, update: u64) -> (Vec<u8>, String) {
        let stem = self.path(run).join(format!("checkpoints/model-{update}"));
        let weights = fs::read(stem.with_extension("safetensors")).unwrap();
        (weights, fs::read_to_string(stem.with_extension("json")).unwrap())
    }

    /// Names in `checkpoints/`, sorted.
    pub(crate) fn checkpoint_names(&self, run: &str) -> Vec<String> {
        names(&self.path(run).join("checkpoints"))
    }
}

/// Names in a folder, sorted; no folder has none.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Asserts that the message and hint of an error have all of `words`.
#[track_caller]
pub(crate) fn assert_says(error: &Error, words: &[&str]) {
    let text = format!("{error} / {}", error.hint().unwrap_or_default());
    for word in words {
        assert!(text.contains(word), "`{word}` is not in: {text}");
    }
}

/// A clock that advances by a fixed span whenever it is read.
#[derive(Clone, Debug)]
struct SteppingClock {
    now: Cell<Duration>,
    step: Duration,
}

impl SteppingClock {
    /// A clock at 0 that gains `step` with each reading.
    fn new(step: Duration) -> Self {
        Self { now: Cell::new(Duration::ZERO), step }
    }
}

impl Clock for SteppingClock {
    fn elapsed(&self) -> Duration {
        self.now.set(self.now.get() + self.step);
        self.now.get()
    }

    fn unix_seconds(&self) -> f64 {
        self.now.get().as_secs_f64()
    }
}
