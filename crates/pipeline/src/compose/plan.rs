//! What there is to do, and what is done already.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::{Value, json};

use super::fingerprint::fingerprint;
use super::settings::{ComposeOptions, GenreChoice};
use super::store::{Key, Store};
use crate::{Error, Observer, Result};

/// What a stage does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Reads all files.
    Ingest,
    /// Finds out the genres of artists and pieces.
    Tag,
    /// Takes the pieces of each genre.
    Subset,
    /// Finds their melodies.
    Dataset,
    /// Trains a network on them.
    Train,
    /// Lets the network compose.
    Generate,
}

impl Task {
    /// Its name, as in the names of folders.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Task::Ingest => "ingest",
            Task::Tag => "tag",
            Task::Subset => "subset",
            Task::Dataset => "dataset",
            Task::Train => "train",
            Task::Generate => "generate",
        }
    }
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How far a stage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// What came of it is there.
    Done,
    /// Its folder is there, but it did not come to its end.
    Begun,
    /// Nothing of it is there.
    Missing,
}

/// A stage of a plan.
#[derive(Clone, Debug, Serialize)]
pub struct Planned {
    /// What it does.
    pub task: Task,
    /// For which genre; none if for all of them.
    pub genre: Option<String>,
    /// Its folder.
    pub folder: PathBuf,
    /// How far it is.
    pub state: State,
}

impl Planned {
    /// What came of it, if it is done.
    pub(super) fn result(&self) -> Option<Value> {
        Store::result(&self.folder)
    }
}

/// What there is to do, in order.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// The stages.
    pub stages: Vec<Planned>,
    /// Folders of stages that are not among them: of other settings, or of music that has changed since.
    pub unused: Vec<PathBuf>,
}

impl Plan {
    /// Looks at the music, at the settings, and at what is there.
    pub(super) fn make(options: &ComposeOptions, observer: &dyn Observer) -> Result<Self> {
        check_apart(&options.inputs, &options.output_dir)?;
        let store = Store::new(options.output_dir.join(STAGES_DIR));
        let mut stages = Vec::new();
        let mut add = |task: Task, genre: Option<&GenreChoice>, settings: Value, inputs: &[Key]| {
            let key = Key::of_stage(task.name(), &settings, inputs);
            let name = genre
                .map_or_else(|| task.name().to_owned(), |genre| format!("{task}-{}", genre.name));
            let folder = store.folder(&name, key);
            let state = match (Store::result(&folder), folder.exists()) {
                (Some(_), _) => State::Done,
                (None, true) => State::Begun,
                (None, false) => State::Missing,
            };
            stages.push(Planned {
                task,
                genre: genre.map(|genre| genre.name.clone()),
                folder,
                state,
            });
            key
        };
        let music = fingerprint(&options.inputs, options.threads, observer)?;
        let ingest = add(
            Task::Ingest,
            None,
            json!({ "skip_duplicates": options.skip_duplicates }),
            &[music],
        );
        let mut known = vec![ingest];
        for table in &options.tables {
            let bytes = fs::read(table).map_err(|source| Error::read(table, source))?;
            known.push(Key::of_bytes(&bytes));
        }
        let tag = add(Task::Tag, None, json!({ "by_content": options.by_content }), &known);
        // All subsets are one stage, but the melodies of a genre do not depend on what else was asked for.
        let all = options.genres.iter().map(|genre| subset_settings(options, genre)).collect();
        add(Task::Subset, None, Value::Array(all), &[tag]);
        for genre in &options.genres {
            let pieces = Key::of_stage("pieces", &subset_settings(options, genre), &[tag]);
            let dataset = add(Task::Dataset, Some(genre), dataset_settings(options), &[pieces]);
            let train = add(Task::Train, Some(genre), train_settings(options), &[dataset]);
            add(Task::Generate, Some(genre), generate_settings(options, genre), &[train]);
        }
        let folders = stages.iter().map(|stage| stage.folder.clone()).collect::<Vec<_>>();
        Ok(Self { stages, unused: store.others(&folders)? })
    }
}

/// Refuses an output within the music: what is made would be read as music the next time.
///
/// # Errors
///
/// [`Error::OutputInInput`].
pub fn check_apart(inputs: &[PathBuf], output_dir: &Path) -> Result<()> {
    // The output need not be there yet, but something above it is.
    let absolute =
        std::path::absolute(output_dir).map_err(|error| Error::read(output_dir, error))?;
    let real = absolute.ancestors().find_map(|above| {
        let rest = absolute.strip_prefix(above).ok()?;
        Some(fs::canonicalize(above).ok()?.join(rest))
    });
    let real = real.unwrap_or(absolute);
    for input in inputs {
        if fs::canonicalize(input).is_ok_and(|input| input.is_dir() && real.starts_with(&input)) {
            return Err(Error::OutputInInput {
                input: input.clone(),
                output: output_dir.to_owned(),
            });
        }
    }
    Ok(())
}

/// Folder of the stages within the output.
const STAGES_DIR: &str = "stages";

fn subset_settings(options: &ComposeOptions, genre: &GenreChoice) -> Value {
    // Without the artists of the others, a subset depends on all of them.
    let others = if options.exclusive { json!(options.genres) } else { Value::Null };
    json!({
        "name": genre.name,
        "query": genre.query,
        "exclusive": others,
        "skip_duplicates": options.skip_duplicates,
    })
}

fn dataset_settings(options: &ComposeOptions) -> Value {
    let extract = &options.extract;
    json!({
        "config": options.config.name,
        "eval_ratio": options.eval_ratio,
        "seed": options.seed,
        "min_bars": extract.min_bars,
        "max_steps": extract.max_steps,
        "min_unique_pitches": extract.min_unique_pitches,
        "gap_bars": extract.gap_bars,
        "ignore_polyphonic_notes": extract.ignore_polyphonic_notes,
    })
}

fn train_settings(options: &ComposeOptions) -> Value {
    json!({
        "hparams": options.hparams,
        "seed": options.seed,
        "num_training_steps": options.num_training_steps,
    })
}

fn generate_settings(options: &ComposeOptions, genre: &GenreChoice) -> Value {
    json!({
        "name": genre.name,
        "num_outputs": options.num_outputs,
        "num_steps": options.num_steps,
        "temperature": options.temperature,
        "primer_melody": options.primer_melody,
        "qpm": options.qpm,
        "seed": options.seed,
    })
}
