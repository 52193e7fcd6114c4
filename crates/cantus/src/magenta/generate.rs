//! `melody_rnn_generate`: melodies by a trained network, as MIDI files.

use std::path::{Path, PathBuf};

use jiff::Zoned;
use pipeline::export::{ExportOptions, Format, export};
use pipeline::generate::{AsMagenta, GenerateOptions, Generated, generate};
use pipeline::{ContinuationError, Error, Origin, Sampling, Tune};

use super::config::{config, log_hparams};
use super::flags::{Flag, Kind, Origin as Declared, Values};
use super::log::{self, Log};
use super::paths::expand_user;
use super::seed;
use super::watch::Watch;
use crate::failure::Failure;

pub(super) const ABOUT: &str = "Generate melodies from a trained checkpoint of a melody RNN model.";

const fn text(name: &'static str, default: Option<&'static str>, help: &'static str) -> Flag {
    Flag::new(name, Kind::Text, default, help)
}

const fn integer(name: &'static str, default: &'static str, help: &'static str) -> Flag {
    Flag::new(name, Kind::Integer, Some(default), help)
}

pub(super) const FLAGS: &[Flag] = &[
    text("run_dir", None, "Directory of a training run; its latest checkpoint is used."),
    text("checkpoint_file", None, "Path to a checkpoint file. run_dir goes before it."),
    text(
        "bundle_file",
        None,
        "Path to a bundle file, to read or, with save_generator_bundle, to write.",
    ),
    Flag::new(
        "save_generator_bundle",
        Kind::Switch,
        Some("false"),
        "Save the generator as a bundle file instead of generating.",
    ),
    text("bundle_description", None, "A short text that describes the bundle."),
    text(
        "output_dir",
        Some("/tmp/melody_rnn/generated"),
        "The directory where MIDI files will be saved to.",
    ),
    integer("num_outputs", "10", "The number of melodies to generate, one MIDI file each."),
    integer(
        "num_steps",
        "128",
        "The total number of steps of a melody, primer included, 16 a bar.",
    ),
    text(
        "primer_melody",
        Some(""),
        "A melody to go on from, such as \"[60, -2, 60, -2, 67, -2, 67, -2]\".",
    ),
    text("primer_midi", Some(""), "The path to a MIDI file with a melody to go on from."),
    Flag::new(
        "qpm",
        Kind::Float,
        None,
        "Tempo in quarters per minute; a primer MIDI overrides it. By default 120.",
    ),
    Flag::new(
        "temperature",
        Kind::Float,
        Some("1.0"),
        "The randomness of the melodies: greater than 1.0 is more random, less than 1.0 is less random.",
    ),
    integer("beam_size", "1", "The beam size to use for beam search."),
    integer("branch_factor", "1", "The branch factor to use for beam search."),
    integer(
        "steps_per_iteration",
        "1",
        "The number of melody steps to take per beam search iteration.",
    ),
    log::FLAG,
    integer("steps_per_quarter", "4", "Steps of a quarter note.")
        .from(Declared::OldMagenta)
        .idle("it is always 4, as in later versions of Magenta"),
    seed::FLAG,
    text(
        "graph",
        None,
        "A bundle of a network of the same sizes, whose graph a bundle to save takes over.",
    )
    .from(Declared::Cantus),
];

pub(super) fn run(values: &Values, log: Log) -> Result<(), Failure> {
    let watch = Watch::new(log);
    let origin = origin(values)?;
    let config = match &origin {
        Some(Origin::Bundle(_))
            if values.text("bundle_file").is_some() && !saves_bundle(values) =>
        {
            if values.text("config").is_some() || values.text("melody_encoder_decoder").is_some() {
                log.warning(
                    "The bundle says which configuration it is; that of the flags is not used.",
                );
            }
            None
        }
        _ => Some(config(values, &watch)?),
    };
    let origin = origin.ok_or_else(|| {
        Failure::new("SequenceGeneratorError: Either checkpoint or bundle must be set")
            .with_hint("give --run_dir, --checkpoint_file or --bundle_file")
    })?;
    if saves_bundle(values) {
        return save_bundle(values, origin, &watch, log);
    }
    let Some(output_dir) = values.text("output_dir") else {
        log.fatal("--output_dir required");
        return Ok(());
    };
    let output_dir = PathBuf::from(expand_user(&output_dir));
    if let Some(config) = &config {
        log_hparams(config, log);
    }
    let options = GenerateOptions {
        origin,
        output_dir: output_dir.clone(),
        name: None,
        primer: primer(values, log),
        qpm: values.float("qpm").filter(|&qpm| qpm != 0.0),
        key: None,
        primer_key: None,
        meter: None,
        seed: seed::given(values)?,
        as_magenta: Some(AsMagenta {
            stamp: Zoned::now().strftime("%Y-%m-%d_%H%M%S").to_string(),
            config,
        }),
        sampling: sampling(values)?,
    };
    if options.sampling.num_outputs > 0 {
        match generate(&options, &watch) {
            Ok(generated) => tell(&generated, &options, log),
            Err(Error::Continuation { source: ContinuationError::TooLong { start, end } }) => {
                log.fatal(format_args!(
                    "Priming sequence is longer than the total number of steps requested: \
                     Priming sequence length: {start}, Generation length requested: {end}"
                ));
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        }
    }
    log.info(format_args!(
        "Wrote {} MIDI files to {}",
        options.sampling.num_outputs,
        output_dir.display()
    ));
    Ok(())
}

fn saves_bundle(values: &Values) -> bool {
    values.switch("save_generator_bundle")
}

/// Where the flags say that the network is.
fn origin(values: &Values) -> Result<Option<Origin>, Failure> {
    let path = |name: &str| values.text(name).map(|path| PathBuf::from(expand_user(&path)));
    let checkpoint =
        path("run_dir").map(Origin::RunDir).or_else(|| path("checkpoint_file").map(Origin::Bundle));
    match (checkpoint, path("bundle_file").filter(|_| !saves_bundle(values))) {
        (Some(_), Some(_)) => Err(Failure::new(
            "SequenceGeneratorError: Cannot specify both bundle_file and run_dir or checkpoint_file",
        )
        .with_hint("leave one of them out")),
        (Some(origin), None) if !exists(&origin) => {
            let path = origin.path().display();
            Err(Failure::new(format!("SequenceGeneratorError: Checkpoint path does not exist: {path}"))
                .with_hint("check the spelling of the path; `ls` shows what is there"))
        }
        (checkpoint, bundle) => Ok(checkpoint.or_else(|| bundle.map(Origin::Bundle))),
    }
}

/// Whether there is something; a checkpoint of TensorFlow's is a beginning of names.
fn exists(origin: &Origin) -> bool {
    let index = format!("{}.index", origin.path().display());
    origin.path().exists() || Path::new(&index).exists()
}

/// Writes the network of `origin` as a bundle.
fn save_bundle(values: &Values, origin: Origin, watch: &Watch, log: Log) -> Result<(), Failure> {
    let Some(bundle_file) = values.text("bundle_file") else {
        return Err(Failure::new("--bundle_file required").with_hint("name the file to write"));
    };
    let output = PathBuf::from(expand_user(&bundle_file));
    let description = values.text("bundle_description");
    if description.is_none() {
        log.warning("No bundle description provided.");
    }
    for flag in ["generator_id", "generator_description"] {
        if values.text(flag).is_some() {
            log.warning(format_args!("--{flag} has no effect: a bundle keeps those of its graph."));
        }
    }
    let graph = values.text("graph").map(|path| expand_user(&path).into());
    log.info(format_args!("Saving generator bundle to {}", output.display()));
    let options = ExportOptions { origin, format: Format::Mag, output, graph, description };
    export(&options, watch)?;
    Ok(())
}

fn primer(values: &Values, log: Log) -> Option<Tune> {
    if let Some(melody) = values.text("primer_melody") {
        return Some(Tune::Text(melody));
    }
    if let Some(file) = values.text("primer_midi") {
        return Some(Tune::File(expand_user(&file).into()));
    }
    log.warning("No priming sequence specified. Defaulting to a single middle C.");
    None
}

fn sampling(values: &Values) -> Result<Sampling, Failure> {
    let count = |name: &str| {
        let number = values.integer(name).unwrap_or_default();
        usize::try_from(number)
            .map_err(|_| Failure::new(format!("--{name}={number} is less than 0")))
    };
    Ok(Sampling {
        num_outputs: count("num_outputs")?,
        num_steps: count("num_steps")?,
        temperature: values.float("temperature").unwrap_or_default(),
        beam_size: count("beam_size")?,
        branch_factor: count("branch_factor")?,
        steps_per_iteration: count("steps_per_iteration")?,
        ..Sampling::default()
    })
}

fn tell(generated: &Generated, options: &GenerateOptions, log: Log) {
    let network = generated.network.display();
    log.info(format_args!("Checkpoint used: {network}"));
    log.info(format_args!("Restoring parameters from {network}"));
    if options.seed.is_none() {
        log.info(format_args!("No --seed given: this is --seed={}.", generated.seed));
    }
    for melody in &generated.melodies {
        let likelihood = melody.log_likelihood;
        log.info(format_args!("Beam search yields sequence with log-likelihood: {likelihood:.6} "));
    }
}
