//! The stages, one after the other.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use formats::note_sequence;
use genre::Query;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tensorflow::tfrecord;

use super::plan::{Plan, Planned, Task};
use super::settings::{ComposeOptions, GenreChoice};
use super::store::Store;
use super::{CATALOG_FILE, Composed, ComposedGenre, PAGE_FILE, Read};
use crate::dataset::{Dataset, DatasetOptions, SplitBy, dataset};
use crate::generate::{GenerateOptions, Generated, generate};
use crate::genres::tag::{ByContent, TagOptions, tag};
use crate::ingest::{IngestOptions, ingest};
use crate::render::{
    AudioFormat, AudioOptions, Choice, Playing, RenderOptions, RenderOutput, SoundFontChoice, Tags,
    render,
};
use crate::subset::{Overlap, SubsetForm, SubsetOptions, SubsetSource, Subsets, Wanted, subset};
use crate::train::{EvalOptions, KEEP_CHECKPOINTS, Resume, SUMMARY_FREQUENCY, TrainOptions, train};
use crate::{Error, Event, Observer, Origin, Result, Sampling, Tune, files};

/// Records of the pieces, in the folder of the ingest.
const RECORDS_FILE: &str = "notes.tfrecord";
/// How sure words must be to tell a genre.
const MIN_CONFIDENCE: f64 = 0.5;
/// A composition that is killed loses a few seconds of training.
const CHECKPOINT_INTERVAL: Duration = Duration::from_secs(10);
/// What melodies sound in: all browsers play it.
pub(super) const AUDIO: AudioFormat = AudioFormat::Mp3;
/// Evaluations in the course of training.
const EVALUATIONS: u64 = 10;

/// One call of [`compose`](super::compose).
pub(super) struct Stages<'a> {
    options: &'a ComposeOptions,
    plan: &'a Plan,
    observer: &'a dyn Observer,
    reused: usize,
}

/// What came of the subsets.
#[derive(Serialize, serde::Deserialize)]
struct Chosen {
    subsets: Vec<ChosenSubset>,
    overlaps: Vec<Overlap>,
}

/// What came of one.
#[derive(Clone, Serialize, serde::Deserialize)]
struct ChosenSubset {
    name: String,
    artists: u64,
    pieces: u64,
    /// Median of the tempos at the beginning of its pieces.
    qpm: Option<f64>,
    /// Why there is none.
    reason: Option<String>,
}

impl<'a> Stages<'a> {
    pub(super) fn new(
        options: &'a ComposeOptions,
        plan: &'a Plan,
        observer: &'a dyn Observer,
    ) -> Self {
        Self { options, plan, observer, reused: 0 }
    }

    pub(super) fn run(mut self) -> Result<Composed> {
        let output_dir = &self.options.output_dir;
        let ingested = self.ingest()?;
        let catalog = self.tag()?;
        let chosen = self.subsets(&catalog)?;
        let mut genres = Vec::new();
        for (genre, subset) in self.options.genres.iter().zip(chosen.subsets) {
            genres.push(self.genre(genre, subset, &catalog)?);
        }
        let published = output_dir.join(CATALOG_FILE);
        copy(&catalog, &published)?;
        Ok(Composed {
            output_dir: output_dir.clone(),
            page: output_dir.join(PAGE_FILE),
            catalog: published,
            seed: self.options.seed,
            read: ingested,
            genres,
            overlaps: chosen.overlaps,
            reused: self.reused,
        })
    }

    /// The stage of the plan for a task and a genre.
    fn planned(&self, task: Task, genre: Option<&GenreChoice>) -> Result<&'a Planned> {
        let is_it = |stage: &&Planned| {
            stage.task == task && stage.genre.as_deref() == genre.map(|genre| &*genre.name)
        };
        // A plan has all of them; an error is better than a panic should that ever change.
        let missing = || Error::NoFiles { pattern: PathBuf::from(task.name()) };
        self.plan.stages.iter().find(is_it).ok_or_else(missing)
    }

    /// What came of a stage: what is there, or what comes of `work` in its folder.
    fn stage<T: Serialize + DeserializeOwned>(
        &mut self,
        planned: &Planned,
        work: impl FnOnce(&Path) -> Result<T>,
    ) -> Result<T> {
        let there = planned.result().and_then(|value| serde_json::from_value(value).ok());
        if let Some(there) = there {
            self.reused += 1;
            return Ok(there);
        }
        if self.observer.cancelled() {
            return Err(Error::Interrupted { kept: None });
        }
        let of = planned.genre.as_deref().map(|genre| format!(" {genre}")).unwrap_or_default();
        self.observer.observe(Event::Notice(&format!("{}{of}", planned.task)));
        files::create_dir(&planned.folder)?;
        let result = work(&planned.folder)?;
        Store::finish(&planned.folder, &result)?;
        Ok(result)
    }

    fn ingest(&mut self) -> Result<Read> {
        let planned = self.planned(Task::Ingest, None)?;
        let (options, observer) = (self.options, self.observer);
        self.stage(planned, |folder| {
            // Of an ingest that was killed: rows of a catalog are added to it.
            files::remove(&folder.join(CATALOG_FILE))?;
            let ingested = ingest(
                &IngestOptions {
                    inputs: options.inputs.clone(),
                    output: Some(folder.join(RECORDS_FILE)),
                    report: Some(folder.join("notes.report.jsonl")),
                    catalog: Some(folder.join(CATALOG_FILE)),
                    skip_duplicates: options.skip_duplicates,
                    threads: options.threads,
                },
                observer,
            )?;
            let summary = ingested.summary;
            let reasons =
                summary.reasons.iter().map(|(reason, files)| (reason.to_string(), *files));
            Ok(Read {
                files: summary.files,
                pieces: summary.pieces,
                duplicates: summary.duplicates,
                damaged: summary.damaged,
                reasons: reasons.collect(),
            })
        })
    }

    /// The catalog with all genres.
    fn tag(&mut self) -> Result<PathBuf> {
        let planned = self.planned(Task::Tag, None)?;
        let ingest = &self.planned(Task::Ingest, None)?.folder;
        let (ingested, records) = (ingest.join(CATALOG_FILE), ingest.join(RECORDS_FILE));
        let (options, observer) = (self.options, self.observer);
        let _: Value = self.stage(planned, |folder| {
            let catalog = folder.join(CATALOG_FILE);
            copy(&ingested, &catalog)?;
            let tagged = tag(
                &TagOptions {
                    catalog,
                    tables: options.tables.clone(),
                    taxonomy: None,
                    words: true,
                    by_content: options.by_content.then(|| ByContent {
                        records: vec![records],
                        model: folder.join("genres.model"),
                        threads: options.threads,
                    }),
                    min_confidence: MIN_CONFIDENCE,
                },
                observer,
            )?;
            Ok(serde_json::to_value(tagged).unwrap_or_default())
        })?;
        Ok(planned.folder.join(CATALOG_FILE))
    }

    /// A TFRecord file for each genre that has pieces, in the folder of the stage.
    fn subsets(&mut self, catalog: &Path) -> Result<Chosen> {
        let planned = self.planned(Task::Subset, None)?;
        let records = self.planned(Task::Ingest, None)?.folder.join(RECORDS_FILE);
        let (options, observer) = (self.options, self.observer);
        self.stage(planned, |folder| {
            let subset_options = |wanted: Vec<Wanted>, plan: bool| SubsetOptions {
                source: SubsetSource::Catalog(catalog.to_owned()),
                subsets: wanted,
                output_dir: folder.to_owned(),
                form: SubsetForm::Tfrecord,
                records: Some(records.clone()),
                exclusive: options.exclusive && !plan,
                skip_duplicates: options.skip_duplicates,
                plan,
            };
            let (mut wanted, mut chosen) = (Vec::new(), Vec::new());
            for genre in &options.genres {
                let query: Query = genre.query.parse().map_err(Error::Query)?;
                let one = Wanted { name: genre.name.clone(), query };
                let mut found = ChosenSubset::new(&genre.name);
                match subset(&subset_options(vec![one.clone()], true), observer) {
                    Ok(_) => wanted.push(one),
                    Err(error @ Error::EmptySubset { .. }) => {
                        observer.observe(Event::Warning(&error.to_string()));
                        found.reason = Some(error.to_string());
                    }
                    Err(error) => return Err(error),
                }
                chosen.push(found);
            }
            if wanted.is_empty() {
                let name =
                    options.genres.first().map(|genre| genre.name.clone()).unwrap_or_default();
                return Err(Error::EmptySubset { name, suggestions: Vec::new(), exclusive: false });
            }
            let Subsets { subsets, overlaps, .. } =
                subset(&subset_options(wanted, false), observer)?;
            for made in subsets {
                let Some(found) = chosen.iter_mut().find(|found| found.name == made.name) else {
                    continue;
                };
                (found.artists, found.pieces) = (made.artists, made.pieces.unwrap_or(made.files));
                found.qpm = median_qpm(&made.output)?;
            }
            Ok(Chosen { subsets: chosen, overlaps })
        })
    }

    /// From the pieces of a genre to new melodies.
    fn genre(
        &mut self,
        genre: &GenreChoice,
        subset: ChosenSubset,
        catalog: &Path,
    ) -> Result<ComposedGenre> {
        let mut composed = ComposedGenre {
            name: genre.name.clone(),
            query: genre.query.clone(),
            artists: subset.artists,
            pieces: subset.pieces,
            melodies: 0,
            records: None,
            run_dir: None,
            perplexity: None,
            generated: None,
            reason: subset.reason,
        };
        if composed.reason.is_some() {
            return Ok(composed);
        }
        let dataset = match self.dataset(genre, catalog) {
            Err(Error::NoMelodies { pieces, reasons, .. }) => {
                let reason = format!("no melody in its {pieces} pieces ({reasons})");
                self.observer.observe(Event::Warning(&format!("{}: {reason}", genre.name)));
                composed.reason = Some(reason);
                return Ok(composed);
            }
            dataset => dataset?,
        };
        composed.records = Some(self.records_of(genre)?);
        composed.melodies = count_of(&dataset, "/melodies");
        let trained = self.train(genre, count_of(&dataset, "/eval/melodies") > 0)?;
        let evaluated = trained.pointer("/evaluation/metrics/loss").and_then(Value::as_f64);
        composed.perplexity = evaluated.map(f64::exp);
        composed.run_dir = Some(self.run_dir(genre)?);
        composed.generated = Some(self.generate(genre, subset.qpm)?);
        Ok(composed)
    }

    fn run_dir(&self, genre: &GenreChoice) -> Result<PathBuf> {
        Ok(self.planned(Task::Train, Some(genre))?.folder.join("run"))
    }

    fn records_of(&self, genre: &GenreChoice) -> Result<PathBuf> {
        Ok(self.planned(Task::Subset, None)?.folder.join(format!("{}.tfrecord", genre.name)))
    }

    fn dataset(&mut self, genre: &GenreChoice, catalog: &Path) -> Result<Value> {
        let planned = self.planned(Task::Dataset, Some(genre))?;
        let subset =
            self.planned(Task::Subset, None)?.folder.join(format!("{}.tfrecord", genre.name));
        let (options, observer) = (self.options, self.observer);
        self.stage(planned, |folder| {
            let made: Dataset = dataset(
                &DatasetOptions {
                    config: options.config.clone(),
                    inputs: vec![subset],
                    output_dir: folder.to_owned(),
                    eval_ratio: options.eval_ratio,
                    split_by: SplitBy::Song,
                    seed: options.seed,
                    extract: options.extract,
                    catalog: Some(catalog.to_owned()),
                    threads: options.threads,
                },
                observer,
            )?;
            Ok(serde_json::to_value(made).unwrap_or_default())
        })
    }

    fn train(&mut self, genre: &GenreChoice, has_held_out: bool) -> Result<Value> {
        let planned = self.planned(Task::Train, Some(genre))?;
        let examples = self.planned(Task::Dataset, Some(genre))?.folder.clone();
        let (options, observer) = (self.options, self.observer);
        let eval = has_held_out.then(|| EvalOptions {
            examples: vec![examples.join(crate::dataset::EVAL_FILE)],
            every: (options.num_training_steps / EVALUATIONS).max(1),
            patience: None,
        });
        self.stage(planned, |folder| {
            let trained = train(
                &TrainOptions {
                    config: Some(options.config.name.clone()),
                    warm_start: None,
                    run_dir: folder.join("run"),
                    examples: vec![examples.join(crate::dataset::TRAINING_FILE)],
                    hparams: options.hparams.clone(),
                    num_training_steps: options.num_training_steps,
                    eval,
                    seed: options.seed,
                    clip_global_norm: false,
                    checkpoint_interval: CHECKPOINT_INTERVAL,
                    keep_checkpoints: KEEP_CHECKPOINTS,
                    summary_frequency: SUMMARY_FREQUENCY,
                    resume: Resume::SameRecipe,
                    as_magenta: false,
                    threads: options.threads,
                },
                observer,
            )?;
            Ok(serde_json::to_value(trained).unwrap_or_default())
        })
    }

    /// Melodies in the folder of the stage, with copies beside the stages where users look for them.
    fn generate(&mut self, genre: &GenreChoice, qpm: Option<f64>) -> Result<Generated> {
        let planned = self.planned(Task::Generate, Some(genre))?;
        let run_dir = self.run_dir(genre)?;
        let (options, observer) = (self.options, self.observer);
        let mut generated = self.stage(planned, |folder| {
            let generated = generate(
                &GenerateOptions {
                    origin: Origin::RunDir(run_dir),
                    output_dir: folder.to_owned(),
                    name: Some(genre.name.clone()),
                    primer: options.primer_melody.clone().map(Tune::Text),
                    qpm: options.qpm.or(qpm.map(f64::round)),
                    key: None,
                    primer_key: None,
                    meter: None,
                    seed: Some(options.seed),
                    as_magenta: None,
                    sampling: Sampling {
                        num_outputs: options.num_outputs,
                        num_steps: options.num_steps,
                        temperature: options.temperature,
                        ..Sampling::default()
                    },
                },
                observer,
            )?;
            sound(&generated, options, genre, observer)?;
            Ok(generated)
        })?;
        let folder = options.output_dir.join(&genre.name);
        files::create_dir(&folder)?;
        for made in &mut generated.melodies {
            let name = made.file.file_name().unwrap_or_default().to_owned();
            let file = folder.join(&name);
            copy(&planned.folder.join(name), &file)?;
            let audio = file.with_extension(AUDIO.ending());
            copy(&planned.folder.join(audio.file_name().unwrap_or_default()), &audio)?;
            if let Some(provenance) = &made.provenance {
                let beside = folder.join(provenance.file_name().unwrap_or_default());
                copy(&planned.folder.join(provenance.file_name().unwrap_or_default()), &beside)?;
                made.provenance = Some(beside);
            }
            made.file = file;
        }
        Ok(generated)
    }
}

/// Lets the melodies sound as the genre has it, but at their own tempo.
fn sound(
    generated: &Generated,
    options: &ComposeOptions,
    genre: &GenreChoice,
    observer: &dyn Observer,
) -> Result<()> {
    let inputs = generated.melodies.iter().map(|made| made.file.clone()).collect();
    render(
        &RenderOptions {
            inputs,
            output: RenderOutput::Folder(generated.output_dir.clone()),
            soundfont: SoundFontChoice::BuiltIn,
            playing: Playing {
                genre: Some(genre.name.clone()),
                qpm: Choice::Own,
                ..Playing::default()
            },
            audio: AudioOptions { format: AUDIO, ..AudioOptions::default() },
            tags: Tags {
                genre: genre.name.clone(),
                model: generated.config.clone(),
                seed: Some(generated.seed),
                ..Tags::default()
            },
            threads: options.threads,
        },
        observer,
    )
    .map(drop)
}

impl ChosenSubset {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), artists: 0, pieces: 0, qpm: None, reason: None }
    }
}

/// A number in a result, 0 if there is none.
fn count_of(result: &Value, pointer: &str) -> u64 {
    result.pointer(pointer).and_then(Value::as_u64).unwrap_or_default()
}

/// Copies a file whole, or not at all.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let bytes = fs::read(from).map_err(|source| Error::read(from, source))?;
    files::write_whole(to, &bytes)
}

/// The median of the first tempos of the pieces in a TFRecord file; those that name none are at 120.
fn median_qpm(records: &Path) -> Result<Option<f64>> {
    let mut reader = tfrecord::Reader::open(records)?;
    let (mut record, mut tempos, mut index) = (Vec::new(), Vec::new(), 0);
    while reader.next_record(&mut record)? {
        let sequence = note_sequence::decode_notes(&record).map_err(|source| {
            Error::Corpus(corpus::Error::Sequence {
                path: records.to_owned(),
                record: index,
                source,
            })
        })?;
        tempos.push(sequence.tempos.first().map_or(music::DEFAULT_QPM, |tempo| tempo.qpm));
        index += 1;
    }
    tempos.sort_by(f64::total_cmp);
    Ok(tempos.get(tempos.len() / 2).copied())
}
