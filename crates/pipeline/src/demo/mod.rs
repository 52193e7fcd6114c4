//! Demo: the whole chain on the built-in tunes, in less than a minute.

mod tunes;

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;

use crate::album::{AlbumOptions, Companions, companions, folder_page};
use crate::dataset::{Dataset, DatasetOptions, SplitBy, dataset};
use crate::evaluate::{EvaluateOptions, evaluate};
use crate::generate::{GenerateOptions, Generated, generate};
use crate::ingest::{IngestOptions, Ingested, ingest};
use crate::train::{KEEP_CHECKPOINTS, Resume, SUMMARY_FREQUENCY, TrainOptions, Trained, train};
use crate::{Event, ExtractOptions, MelodyConfig, Observer, Origin, Result, Sampling};
use tunes::{GENRES, Tunes};

/// What learns eighty tunes best in seconds. Measured on held-out jigs, perplexity after as much work: `lookback_rnn` with one
/// layer of 128 units 3.8, with two of 64 4.2, with one of 256 3.9; `attention_rnn` with one layer of 96 4.4, with two of 64 4.6.
const CONFIG: &str = "lookback_rnn";
/// Small batches, large steps: the fewest passes over the tunes.
const HPARAMS: &str =
    "batch_size=8,rnn_layer_sizes=[128],dropout_keep_prob=0.7,learning_rate=0.005";
/// Updates after which neither network predicts tunes that it has never heard any better.
pub const UPDATES: u64 = 240;
/// One tune in ten is held out, to be judged by.
const EVAL_RATIO: f64 = 0.1;
/// A demo that is killed loses a few seconds of training.
const CHECKPOINT_INTERVAL: Duration = Duration::from_secs(5);
/// Melodies of each genre.
const NUM_OUTPUTS: usize = 5;
/// Twelve bars of a reel, sixteen of a jig.
const NUM_STEPS: usize = 192;
/// Notes and leaps are as frequent then as in the old tunes; at 1, small networks stray.
const TEMPERATURE: f64 = 0.85;
/// Dances are quick.
const QPM: f64 = 180.0;

/// Where the demo goes.
#[derive(Clone, Debug)]
pub struct DemoOptions {
    /// Folder for everything.
    pub output_dir: PathBuf,
    /// Seed of training and of the melodies.
    pub seed: u64,
    /// Updates of each network.
    pub updates: u64,
    /// What is made of the melodies beside their MIDI files.
    pub album: AlbumOptions,
    /// Threads to use; the result does not depend on them.
    pub threads: usize,
}

/// What the demo made.
#[derive(Clone, Debug, Serialize)]
pub struct Demo {
    /// Folder of everything.
    pub output_dir: PathBuf,
    /// Seed of training and of the melodies.
    pub seed: u64,
    /// The page with the new melodies.
    pub page: PathBuf,
    /// One entry a genre.
    pub genres: Vec<Genre>,
    /// How surprising each network finds held-out tunes of each genre.
    pub surprise: Vec<Surprise>,
}

/// One genre of the demo.
#[derive(Clone, Debug, Serialize)]
pub struct Genre {
    /// Its name.
    pub genre: &'static str,
    /// Its name, for more than one tune.
    pub plural: &'static str,
    /// What was read.
    pub ingest: Ingested,
    /// What was found in it.
    pub dataset: Dataset,
    /// The network.
    pub training: Trained,
    /// The melodies that the network made.
    pub generated: Generated,
    /// Their sound and pictures.
    pub companions: Companions,
}

/// How surprising a network finds tunes that it has never heard.
#[derive(Clone, Debug, Serialize)]
pub struct Surprise {
    /// What the network has learnt.
    pub network: &'static str,
    /// What the tunes are.
    pub tunes: &'static str,
    /// Perplexity: among how many equally likely events the network hesitates.
    pub perplexity: f64,
}

/// Reads the built-in tunes of two genres, trains a network on each and lets it make melodies.
///
/// A demo that was interrupted goes on where it stopped.
///
/// # Errors
///
/// A disk that cannot be written, [`crate::Error::Interrupted`].
pub fn demo(options: &DemoOptions, observer: &dyn Observer) -> Result<Demo> {
    let stage = Stage { options, observer };
    let genres = GENRES.iter().map(|tunes| stage.genre(tunes)).collect::<Result<Vec<_>>>()?;
    let mut surprise = Vec::new();
    for learnt in &genres {
        for heard in &genres {
            surprise.push(stage.surprise(learnt, heard)?);
        }
    }
    let made: Vec<&Generated> = genres.iter().map(|genre| &genre.generated).collect();
    let page = folder_page(&options.output_dir, &made, observer)?;
    Ok(Demo { output_dir: options.output_dir.clone(), seed: options.seed, page, genres, surprise })
}

/// One call of [`demo`].
struct Stage<'a> {
    options: &'a DemoOptions,
    observer: &'a dyn Observer,
}

impl Stage<'_> {
    /// The whole chain for one genre.
    fn genre(&self, tunes: &Tunes) -> Result<Genre> {
        let folder = self.options.output_dir.join(tunes.genre);
        tunes.unpack(&folder.join("tunes"))?;
        let ingested = self.ingest(&folder)?;
        let dataset = self.dataset(&folder)?;
        self.observer.observe(Event::Notice(&format!(
            "{} {} give {} melodies; a network learns from {} of them",
            ingested.summary.pieces, tunes.plural, dataset.melodies, dataset.training.melodies
        )));
        let training = self.train(&folder)?;
        let generated = self.generate(tunes, &folder)?;
        let companions = companions(&generated, &self.options.album, self.observer)?;
        let (genre, plural) = (tunes.genre, tunes.plural);
        Ok(Genre { genre, plural, ingest: ingested, dataset, training, generated, companions })
    }

    fn ingest(&self, folder: &Path) -> Result<Ingested> {
        let options = IngestOptions {
            inputs: vec![folder.join("tunes")],
            output: Some(folder.join("notes.tfrecord")),
            report: Some(folder.join("notes.report.jsonl")),
            catalog: None,
            skip_duplicates: false,
            threads: self.options.threads,
        };
        ingest(&options, self.observer)
    }

    fn dataset(&self, folder: &Path) -> Result<Dataset> {
        let options = DatasetOptions {
            catalog: None,
            config: MelodyConfig::named(CONFIG)?,
            inputs: vec![folder.join("notes.tfrecord")],
            output_dir: folder.join("examples"),
            eval_ratio: EVAL_RATIO,
            split_by: SplitBy::Song,
            seed: self.options.seed,
            // Graces and triplets share a sixteenth with the note that they adorn: that is no second voice.
            extract: ExtractOptions { ignore_polyphonic_notes: true, ..ExtractOptions::default() },
            threads: self.options.threads,
        };
        dataset(&options, self.observer)
    }

    fn train(&self, folder: &Path) -> Result<Trained> {
        let options = TrainOptions {
            config: Some(CONFIG.to_owned()),
            warm_start: None,
            run_dir: folder.join("run"),
            examples: vec![folder.join("examples").join(crate::dataset::TRAINING_FILE)],
            hparams: HPARAMS.to_owned(),
            num_training_steps: self.options.updates,
            eval: None,
            seed: self.options.seed,
            clip_global_norm: false,
            checkpoint_interval: CHECKPOINT_INTERVAL,
            keep_checkpoints: KEEP_CHECKPOINTS,
            summary_frequency: SUMMARY_FREQUENCY,
            resume: Resume::SameRecipe,
            as_magenta: false,
            threads: self.options.threads,
        };
        train(&options, self.observer)
    }

    fn generate(&self, tunes: &Tunes, folder: &Path) -> Result<Generated> {
        let options = GenerateOptions {
            origin: Origin::RunDir(folder.join("run")),
            output_dir: self.options.output_dir.clone(),
            name: Some(tunes.genre.to_owned()),
            primer: None,
            qpm: Some(QPM),
            key: None,
            primer_key: None,
            meter: Some(tunes.meter),
            seed: Some(self.options.seed),
            as_magenta: None,
            sampling: Sampling {
                num_outputs: NUM_OUTPUTS,
                num_steps: NUM_STEPS,
                temperature: TEMPERATURE,
                ..Sampling::default()
            },
        };
        generate(&options, self.observer)
    }

    fn surprise(&self, learnt: &Genre, heard: &Genre) -> Result<Surprise> {
        let options = EvaluateOptions {
            origin: Origin::RunDir(learnt.training.run_dir.clone()),
            examples: vec![heard.dataset.eval.file.clone()],
            dropout: false,
            threads: self.options.threads,
        };
        let perplexity = evaluate(&options, self.observer)?.result.perplexity;
        Ok(Surprise { network: learnt.genre, tunes: heard.plural, perplexity })
    }
}
