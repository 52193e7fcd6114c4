//! What can go wrong between melodies and numbers.

mod hint;

use std::path::PathBuf;

use music::Pitch;

use crate::import::Fault;

/// `Result` with this crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// Everything that this crate can refuse, with the facts.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No configuration has that name.
    #[error("unknown configuration `{name}` (known: {known})")]
    UnknownConfig {
        /// The name asked for.
        name: String,
        /// The names there are, separated by commas.
        known: String,
    },
    /// A configuration contradicts itself or leaves the ranges of MIDI.
    #[error("configuration `{name}`: `{field}` is {found}, expected {expected}")]
    BadConfig {
        /// Name of the configuration.
        name: String,
        /// The offending field.
        field: &'static str,
        /// Its value.
        found: String,
        /// What it may be.
        expected: &'static str,
    },
    /// No hyper-parameter has that name.
    #[error("unknown hyper-parameter `{name}` (known: {known})")]
    UnknownHParam {
        /// The name given.
        name: String,
        /// The names there are, separated by commas.
        known: String,
    },
    /// A hyper-parameter has the wrong type or lies outside of its range.
    #[error("hyper-parameter `{name}` is `{found}`, expected {expected}")]
    BadHParam {
        /// Name of the hyper-parameter.
        name: &'static str,
        /// The value given.
        found: String,
        /// Type and range of the values it may have.
        expected: &'static str,
    },
    /// A hyper-parameter was given twice.
    #[error("hyper-parameter `{name}` is given more than once")]
    RepeatedHParam {
        /// Name of the hyper-parameter.
        name: &'static str,
    },
    /// A list of hyper-parameters cannot be read.
    #[error(
        "cannot read hyper-parameters at byte {offset}, before `{rest}`: expected {expected}, as in `batch_size=64,rnn_layer_sizes=[64,64]`"
    )]
    HParamSyntax {
        /// Byte offset in the text.
        offset: usize,
        /// The text from there on, shortened.
        rest: String,
        /// What should stand there.
        expected: &'static str,
    },
    /// A range of pitches is empty or leaves MIDI's.
    #[error("bad range of pitches from {min} to below {max}, expected 0 <= min < max <= 128")]
    BadPitchRange {
        /// Lowest pitch.
        min: Pitch,
        /// One above the highest pitch.
        max: Pitch,
    },
    /// A melody has a pitch that its encoding cannot express.
    #[error(
        "pitch {pitch} at step {position} is outside of the encoding's range from {min} to below {max}"
    )]
    PitchOutOfRange {
        /// The pitch.
        pitch: Pitch,
        /// Index of the event in its melody.
        position: usize,
        /// Lowest pitch of the encoding.
        min: Pitch,
        /// One above its highest pitch.
        max: Pitch,
    },
    /// A position lies outside of a melody.
    #[error("position {position} is outside of a melody of {length} events")]
    PositionOutOfRange {
        /// The position asked for.
        position: usize,
        /// Events in the melody.
        length: usize,
    },
    /// A label is not one of the encoding's classes.
    #[error("label {label} is not one of the encoding's {num_classes} classes")]
    LabelOutOfRange {
        /// The label.
        label: u32,
        /// Classes of the encoding.
        num_classes: usize,
    },
    /// A buffer does not have the size that the encoding or the network needs.
    #[error("buffer of {found} numbers, expected {expected}")]
    BufferSize {
        /// Its length.
        found: usize,
        /// The length needed.
        expected: usize,
    },
    /// The sizes of a network make no sense.
    #[error("network `{field}` is {found}, expected {expected}")]
    BadNetwork {
        /// The offending field.
        field: &'static str,
        /// Its value.
        found: String,
        /// What it may be.
        expected: &'static str,
    },
    /// A tensor of the network is missing.
    #[error("tensor `{name}` is missing")]
    MissingTensor {
        /// Its name.
        name: String,
    },
    /// A file gives no network.
    #[error("no network in {}", path.display())]
    Import {
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        source: Fault,
    },
    /// Weights to begin with have another shape than the network that is to learn.
    #[error("the weights to begin with are of a network {found}, expected {expected}")]
    WarmStart {
        /// Shape of the network that they are from.
        found: String,
        /// Shape of the network that is to learn.
        expected: String,
    },
    /// A bundle was to be made without a graph.
    #[error("no graph of TensorFlow in {}", path.display())]
    NoGraph {
        /// Where there is none.
        path: PathBuf,
    },
    /// A format cannot hold a network.
    #[error("the network cannot be written as {format}: {reason}")]
    Unwritable {
        /// The format.
        format: &'static str,
        /// Why not.
        reason: String,
    },
    /// A tensor has another shape than the network's sizes ask for.
    #[error("tensor `{name}` has shape {found:?}, expected {expected:?}")]
    TensorShape {
        /// Its name.
        name: String,
        /// The shape that it has.
        found: Vec<usize>,
        /// The shape that it should have.
        expected: Vec<usize>,
    },
    /// A dataset example does not fit the network.
    #[error(
        "example of {labels} labels and {inputs} inputs does not fit a network of {input_size} inputs and {num_classes} classes"
    )]
    ExampleShape {
        /// Its labels: steps.
        labels: usize,
        /// Its inputs: steps times input size.
        inputs: usize,
        /// Inputs of the network.
        input_size: usize,
        /// Classes of the network: every label is below.
        num_classes: usize,
    },
    /// A network does not take the inputs or give the classes of the encoding that it should work with.
    #[error(
        "the network takes {inputs} inputs and gives {classes} classes, expected {expected_inputs} and {expected_classes} for configuration `{config}`"
    )]
    NetworkSize {
        /// Name of the configuration.
        config: String,
        /// Inputs that the network takes.
        inputs: usize,
        /// Classes that it gives.
        classes: usize,
        /// Inputs of the encoding.
        expected_inputs: usize,
        /// Classes of the encoding.
        expected_classes: usize,
    },
    /// A network's answer is infinite or not a number.
    #[error("the network's answer is not a finite number: its weights are damaged")]
    NotFinite,
    /// An option of generation or training is out of range.
    #[error("{option} is {found}, expected {expected}")]
    BadOption {
        /// The option.
        option: &'static str,
        /// Its value.
        found: String,
        /// What it may be.
        expected: &'static str,
    },
    /// A melody without events was given where at least one is needed.
    #[error("the melody is empty, expected at least one event")]
    EmptyMelody,
    /// A primer leaves nothing to generate.
    #[error(
        "the primer has {length} steps, expected fewer than the {num_steps} of the whole melody"
    )]
    PrimerTooLong {
        /// Steps of the primer.
        length: usize,
        /// Steps asked for, primer included.
        num_steps: usize,
    },
    /// The observer broke off.
    #[error("cancelled")]
    Cancelled,
    /// The system refused to read or write.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A TFRecord or event file cannot be read or written.
    #[error(transparent)]
    TensorFlow(#[from] tensorflow::Error),
    /// A file of examples holds none.
    #[error("{} holds no examples", path.display())]
    EmptyDataset {
        /// The file.
        path: PathBuf,
    },
    /// Examples that were made for another encoding.
    #[error(
        "{}, record {record}: it has {found} inputs a step, but `{config}` takes {expected}",
        path.display()
    )]
    InputSize {
        /// The file.
        path: PathBuf,
        /// The record, counted from 0.
        record: usize,
        /// Inputs a step in the record.
        found: usize,
        /// Inputs a step that the configuration takes.
        expected: usize,
        /// Name of the configuration.
        config: String,
    },
    /// A label that the configuration does not have.
    #[error(
        "{}, record {record}: the label of step {step} is {label}, but `{config}` has the classes 0 to {}",
        path.display(), classes - 1
    )]
    LabelRange {
        /// The file.
        path: PathBuf,
        /// The record, counted from 0.
        record: usize,
        /// The step, counted from 0.
        step: usize,
        /// The label.
        label: i64,
        /// Number of classes of the configuration.
        classes: usize,
        /// Name of the configuration.
        config: String,
    },
    /// An example that nothing can be learnt from.
    #[error("{}, record {record}: {reason}", path.display())]
    BadExample {
        /// The file.
        path: PathBuf,
        /// The record, counted from 0.
        record: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// Another process trains in the run folder.
    #[error("another process is training in {}", run_dir.display())]
    RunFolderInUse {
        /// The run folder.
        run_dir: PathBuf,
    },
    /// The run folder was trained with something else.
    #[error("the run in {} has {what} {saved}, not {given}", run_dir.display())]
    RunContradiction {
        /// The run folder.
        run_dir: PathBuf,
        /// What differs, as a path into the checkpoint's JSON file: `config.hparams.batch_size`.
        what: String,
        /// Its value in the run folder.
        saved: String,
        /// Its value now.
        given: String,
    },
    /// Training went out of bounds.
    #[error(
        "training diverged at update {update}: {what} is {value}; the last good checkpoint is {}",
        checkpoint.display()
    )]
    Diverged {
        /// The update that failed, counted from 1.
        update: u64,
        /// Which number is not finite.
        what: &'static str,
        /// The number.
        value: f64,
        /// Weights file of the last checkpoint.
        checkpoint: PathBuf,
    },
    /// A run folder without a checkpoint.
    #[error("{} holds no checkpoint of a run", run_dir.display())]
    NoCheckpoint {
        /// The run folder.
        run_dir: PathBuf,
    },
    /// A run that was never evaluated on held-out examples has no best checkpoint.
    #[error("the run in {} has no best checkpoint: it was not evaluated in training", run_dir.display())]
    NoBestCheckpoint {
        /// The run folder.
        run_dir: PathBuf,
    },
    /// No checkpoint, or not the one asked for, can be used.
    #[error("checkpoint {} is damaged: {reason}", path.display())]
    DamagedCheckpoint {
        /// Its weights file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A checkpoint of another version of Cantus.
    #[error("{} has format version {version}, this program knows {known}", path.display())]
    CheckpointVersion {
        /// The JSON file.
        path: PathBuf,
        /// Its version.
        version: u64,
        /// The version that is known.
        known: u32,
    },
}

impl Error {
    pub(crate) fn io(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Self::Io { path: path.into(), source }
    }
}
