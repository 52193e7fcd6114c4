//! `melody_rnn_create_dataset`: NoteSequences to the examples of a melody RNN.

use pipeline::ExtractOptions;
use pipeline::dataset::{DatasetOptions, SplitBy, dataset};

use super::config::config;
use super::flags::{Flag, Kind, Values};
use super::log::{self, Log};
use super::paths::expand_user;
use super::seed;
use super::watch::Watch;
use crate::failure::Failure;

pub(super) const ABOUT: &str = "Create a dataset of SequenceExamples from NoteSequence protos.";

pub(super) const FLAGS: &[Flag] = &[
    Flag::new("input", Kind::Text, None, "TFRecord to read NoteSequence protos from."),
    Flag::new(
        "output_dir",
        Kind::Text,
        None,
        "Directory to write training and eval TFRecord files with SequenceExample protos.",
    ),
    Flag::new(
        "eval_ratio",
        Kind::Float,
        Some("0.1"),
        "Fraction of input to set aside for eval set. Partition is randomly selected.",
    ),
    log::FLAG,
    seed::FLAG,
    seed::THREADS,
];

pub(super) fn run(values: &Values, log: Log) -> Result<(), Failure> {
    let watch = Watch::new(log);
    let config = config(values, &watch)?;
    let required = |name: &str| {
        values.text(name).map(|path| expand_user(&path).into()).ok_or_else(|| {
            Failure::new(format!("--{name} required")).with_hint("--help explains the flags")
        })
    };
    let eval_ratio = values.float("eval_ratio").unwrap_or_default();
    // Nothing is random where all pieces go to one side.
    let random = eval_ratio > 0.0 && eval_ratio < 1.0;
    let options = DatasetOptions {
        catalog: None,
        config,
        inputs: vec![required("input")?],
        output_dir: required("output_dir")?,
        eval_ratio,
        split_by: SplitBy::Piece,
        seed: if random { seed::given_or_drawn(values, log)? } else { 0 },
        extract: ExtractOptions::default(),
        threads: seed::threads(values)?,
    };
    let dataset = dataset(&options, &watch)?;
    log.info("\n\nCompleted.\n");
    let (pieces, melodies) = (dataset.pieces, dataset.melodies);
    log.info(format_args!("Processed {pieces} inputs total. Produced {melodies} outputs."));
    dataset.statistics().iter().for_each(|statistic| log.info(statistic));
    Ok(())
}
