//! The examples of each configuration of a sweep.

use std::path::PathBuf;

use model::checkpoint::{ClipBy, Recipe};
use model::examples::{DatasetId, ExampleSet};

use super::{Point, SweepOptions, SweepSource};
use crate::dataset::{DatasetOptions, EVAL_FILE, SplitBy, TRAINING_FILE, dataset};
use crate::records::count_records;
use crate::shards::files_of;
use crate::{Event, MelodyConfig, Observer, Result};

/// Folder of the datasets that a sweep makes, one for each configuration.
const FOLDER: &str = "examples";

/// What the runs of one configuration learn from.
pub(super) struct Examples {
    /// Name of the configuration.
    config: String,
    pub(super) training: Vec<PathBuf>,
    /// None if empty.
    pub(super) eval: Vec<PathBuf>,
    id: DatasetId,
    eval_id: Option<DatasetId>,
}

impl Examples {
    fn open(config: &MelodyConfig, training: &[PathBuf], eval: &[PathBuf]) -> Result<Self> {
        let (training, eval) = (files_of(training)?, files_of(eval)?);
        let id = ExampleSet::open_all(&training, config)?.id().clone();
        let eval_id = match eval.as_slice() {
            [] => None,
            eval => Some(ExampleSet::open_all(eval, config)?.id().clone()),
        };
        Ok(Self { config: config.name.clone(), training, eval, id, eval_id })
    }

    /// Those of the configuration of a point.
    pub(super) fn of<'a>(all: &'a [Self], point: &Point) -> Option<&'a Self> {
        all.iter().find(|examples| examples.config == point.config.name)
    }

    /// What the learning of a point depends on.
    pub(super) fn recipe(&self, point: &Point) -> Recipe {
        Recipe {
            config: point.config.clone(),
            seed: point.seed,
            warm_start: None,
            clip_by: ClipBy::Tensor,
            dataset: self.id.clone(),
            eval_dataset: self.eval_id.clone(),
        }
    }
}

/// The examples of all configurations; those that are not there yet are made.
pub(super) fn prepare(
    options: &SweepOptions,
    points: &[Point],
    observer: &dyn Observer,
) -> Result<Vec<Examples>> {
    for config in configs(points) {
        let SweepSource::Notes { inputs, eval_ratio, seed, extract } = &options.source else {
            break;
        };
        let output_dir = options.output_dir.join(FOLDER).join(&config.name);
        if made(options, config).iter().all(|file| file.exists()) {
            continue;
        }
        observer.observe(Event::Notice(&format!("examples for {}", config.name)));
        let dataset_options = DatasetOptions {
            config: config.clone(),
            inputs: inputs.clone(),
            output_dir,
            eval_ratio: *eval_ratio,
            split_by: SplitBy::Song,
            seed: *seed,
            extract: *extract,
            catalog: None,
            threads: options.threads,
        };
        dataset(&dataset_options, observer)?;
    }
    there(options, points)
}

/// The examples of all configurations that have some.
pub(super) fn there(options: &SweepOptions, points: &[Point]) -> Result<Vec<Examples>> {
    let mut all = Vec::new();
    for config in configs(points) {
        match &options.source {
            SweepSource::Examples { training, eval } => {
                all.push(Examples::open(config, training, eval)?);
            }
            SweepSource::Notes { .. } => {
                let [training, eval] = made(options, config);
                if training.exists() && eval.exists() {
                    let held_out = count_records(std::slice::from_ref(&eval))? > 0;
                    let eval = held_out.then_some(eval);
                    all.push(Examples::open(config, &[training], eval.as_slice())?);
                }
            }
        }
    }
    Ok(all)
}

/// One point's configuration for each name.
fn configs(points: &[Point]) -> Vec<&MelodyConfig> {
    let mut configs: Vec<&MelodyConfig> = Vec::new();
    for point in points {
        if configs.iter().all(|config| config.name != point.config.name) {
            configs.push(&point.config);
        }
    }
    configs
}

/// The two files of a configuration's dataset.
fn made(options: &SweepOptions, config: &MelodyConfig) -> [PathBuf; 2] {
    let folder = options.output_dir.join(FOLDER).join(&config.name);
    [TRAINING_FILE, EVAL_FILE].map(|name| folder.join(name))
}
