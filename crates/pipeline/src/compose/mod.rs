//! Compose: a collection and some genres to new melodies of each, in one call.
//!
//! ```text
//! ingest -> tag -> subset -> for each genre: dataset -> train -> generate    -> summary page
//! ```
//!
//! Each stage has a folder of its own, named after the digest of everything that it depends on. A stage that is done is used again as
//! long as nothing of that has changed; one that was killed begins anew, but for training, which goes on. So the same call after
//! a kill, or with one more genre, does only what is missing.

mod fingerprint;
mod map;
mod page;
mod plan;
mod settings;
mod stages;
mod store;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::compare::{CompareOptions, Compared, MAX_GENRES, Source, compare};
use crate::generate::Generated;
use crate::subset::Overlap;
use crate::{Error, Event, Observer, Result, files};
pub use plan::{Plan, Planned, State, Task, check_apart};
pub use settings::{ComposeOptions, GenreChoice, genre_choices};
use stages::Stages;

/// The file in the output folder that the settings are kept in.
pub const SETTINGS_FILE: &str = "cantus.toml";

/// The page that sums everything up.
const PAGE_FILE: &str = "index.html";

/// The map to walk about in.
const MAP_FILE: &str = "map.html";

/// How the genres differ.
const COMPARISON_FILE: &str = "compare.html";

/// The catalog, for questions.
const CATALOG_FILE: &str = "catalog.db";

/// The files that the call before has put beside the stages.
const PUBLISHED_FILE: &str = ".published.json";

/// What came of a composition.
#[derive(Clone, Debug, Serialize)]
pub struct Composed {
    /// Folder of everything.
    pub output_dir: PathBuf,
    /// The page that sums it up.
    pub page: PathBuf,
    /// The catalog of the collection.
    pub catalog: PathBuf,
    /// Seed of the splits, of training and of the melodies.
    pub seed: u64,
    /// What was read.
    pub read: Read,
    /// What came of each genre.
    pub genres: Vec<ComposedGenre>,
    /// What two genres have in common.
    pub overlaps: Vec<Overlap>,
    /// Stages that were done already.
    pub reused: usize,
}

impl Composed {
    /// The file with the settings of the call.
    #[must_use]
    pub fn settings(&self) -> PathBuf {
        self.output_dir.join(SETTINGS_FILE)
    }
}

/// What was read, in numbers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Read {
    /// Files that were looked at.
    pub files: u64,
    /// Pieces: files, or tunes of tunebooks.
    pub pieces: u64,
    /// Pieces with the notes of an earlier one.
    pub duplicates: u64,
    /// Pieces of which only a part could be read.
    pub damaged: u64,
    /// Files and tunes that gave nothing, by reason.
    pub reasons: BTreeMap<String, u64>,
}

/// What came of a genre.
#[derive(Clone, Debug, Serialize)]
pub struct ComposedGenre {
    /// Its name, as in the names of files.
    pub name: String,
    /// Which pieces are meant.
    pub query: String,
    /// Artists of these.
    pub artists: u64,
    /// How many they are.
    pub pieces: u64,
    /// Melodies in them.
    pub melodies: u64,
    /// The records of its pieces.
    pub records: Option<PathBuf>,
    /// Folder of the run.
    pub run_dir: Option<PathBuf>,
    /// What the network thinks of songs that it has not heard: perplexity.
    pub perplexity: Option<f64>,
    /// What the network made.
    pub generated: Option<Generated>,
    /// Why it made nothing.
    pub reason: Option<String>,
}

/// Tells what [`compose`] would do, and what is done already.
///
/// # Errors
///
/// Music or tables that are not there, [`Error::OutputInInput`], [`Error::Interrupted`].
pub fn plan(options: &ComposeOptions, observer: &dyn Observer) -> Result<Plan> {
    Plan::make(options, observer)
}

/// Composes in each of the genres.
///
/// # Errors
///
/// Those of the stages; [`Error::Interrupted`], when what is done stays. A genre without pieces or melodies is none: the others are done.
pub fn compose(options: &ComposeOptions, observer: &dyn Observer) -> Result<Composed> {
    let plan = Plan::make(options, observer)?;
    if options.prune {
        for folder in &plan.unused {
            fs::remove_dir_all(folder)
                .map_err(|source| Error::Write { path: folder.clone(), source })?;
        }
    }
    let composed = Stages::new(options, &plan, observer).run()?;
    publish(options, &composed, observer)?;
    Ok(composed)
}

/// Puts what users look for beside the stages: the melodies, the catalog, the page.
fn publish(options: &ComposeOptions, composed: &Composed, observer: &dyn Observer) -> Result<()> {
    let mut published = Vec::new();
    for genre in &composed.genres {
        for made in genre.generated.iter().flat_map(|generated| &generated.melodies) {
            published.push(made.file.with_extension(stages::AUDIO.ending()));
            published.push(made.file.clone());
            published.extend(made.provenance.clone());
        }
    }
    remove_others(&options.output_dir, &published)?;
    let maps = map::maps(&composed.catalog, &options.genres, observer)?;
    if let Some(maps) = &maps {
        files::write_whole(&options.output_dir.join(MAP_FILE), maps.html.as_bytes())?;
    }
    let compared = compare_genres(options, composed, observer)?;
    let page = page::page(options, composed, maps.as_ref(), compared.as_ref())?;
    files::write_whole(&composed.page, page.as_bytes())?;
    observer.observe(Event::Detail(&format!("the page is {}", composed.page.display())));
    Ok(())
}

/// Removes the melodies of the call before that this one did not make, and takes note of those that it did.
fn remove_others(output_dir: &Path, published: &[PathBuf]) -> Result<()> {
    let list = output_dir.join(PUBLISHED_FILE);
    let before = fs::read(&list).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let names = |path: &PathBuf| path.strip_prefix(output_dir).ok().map(Path::to_owned);
    let now: Vec<PathBuf> = published.iter().filter_map(names).collect();
    let before: Vec<PathBuf> = before.unwrap_or_default();
    // A list that was tampered with must not lead out of the folder.
    let is_within =
        |path: &Path| path.components().all(|part| matches!(part, std::path::Component::Normal(_)));
    for old in before.iter().filter(|old| !now.contains(old) && is_within(old)) {
        files::remove(&output_dir.join(old))?;
    }
    let json = serde_json::to_vec(&now)
        .map_err(|error| Error::Write { path: list.clone(), source: error.into() })?;
    files::write_whole(&list, &json)
}

/// What differs between the genres, and between each and what its network made; none of fewer than two.
fn compare_genres(
    options: &ComposeOptions,
    composed: &Composed,
    observer: &dyn Observer,
) -> Result<Option<Compared>> {
    let source = |genre: &ComposedGenre, path: PathBuf| Source {
        name: genre.name.clone(),
        paths: vec![path],
    };
    let made = composed.genres.iter().filter(|genre| genre.generated.is_some()).collect::<Vec<_>>();
    if made.is_empty() || made.len() > MAX_GENRES {
        return Ok(None);
    }
    let corpora = made.iter().filter_map(|genre| Some(source(genre, genre.records.clone()?)));
    let generated = made.iter().map(|genre| source(genre, options.output_dir.join(&genre.name)));
    let compared = compare(
        &CompareOptions {
            corpora: corpora.collect(),
            generated: generated.collect(),
            outputs: vec![options.output_dir.join(COMPARISON_FILE)],
            output_dir: None,
            unit: None,
            extract: options.extract,
            permutations: None,
            seed: options.seed,
            threads: options.threads,
        },
        observer,
    );
    match compared {
        // Tunes may be too short or too plain to count as melodies.
        Err(error @ Error::NoMelodies { .. }) => {
            observer.observe(Event::Notice(&format!("nothing to compare: {error}")));
            Ok(None)
        }
        compared => compared.map(Some),
    }
}
