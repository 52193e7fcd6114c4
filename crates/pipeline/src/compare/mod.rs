//! Compare: how the corpora and the generated melodies of genres differ, and which of the differences are real.
//!
//! Every melody becomes a [`Profile`](corpus::profile::Profile); the profiles of a piece, a song or an artist are averaged, so that each *unit* counts once
//! however much music there is of it. What differs is asked of the units, by rearranging them ([`statistics`]).

mod chart;
mod contrast;
mod group;
mod page;
mod read;
mod table;
mod word;
mod write;

use std::path::PathBuf;

use corpus::extract::ExtractOptions;
use serde::Serialize;

use crate::{Error, Event, Observer, Result};
pub use chart::charts;
pub use contrast::{Bounds, Comparison, DistributionContrast, FeatureContrast, Shift, Verdict};
pub use group::{DistributionShares, FeatureSummary, Group, Kind, Unit};
pub use page::page;
pub use table::csv;
pub use word::{Figures, feature_title, pair_title};
pub use write::ComparisonFormat;

/// Most genres that can be compared at once: more could not be told apart by colour.
pub const MAX_GENRES: usize = 7;

/// A difference is called real if chance alone would give one as great in any of the tests less often than this.
pub const SIGNIFICANCE: f64 = 0.05;

/// What to compare, and how.
#[derive(Clone, Debug)]
pub struct CompareOptions {
    /// What the genres' networks learn from, or other music; in the order in which they are shown.
    pub corpora: Vec<Source>,
    /// What the networks made, by the name of the genre.
    pub generated: Vec<Source>,
    /// Files to write; the endings say what ([`ComparisonFormat`]).
    pub outputs: Vec<PathBuf>,
    /// Folder for one file of each format.
    pub output_dir: Option<PathBuf>,
    /// What counts once; none for artists where each corpus has ten of them, else songs.
    pub unit: Option<Unit>,
    /// What counts as a melody.
    pub extract: ExtractOptions,
    /// Most rearrangements of each comparison; none for as many as take a second or so.
    pub permutations: Option<u64>,
    /// Seed of rearrangements and intervals.
    pub seed: u64,
    /// Threads to work with; the result does not depend on them.
    pub threads: usize,
}

/// Music under one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Name of the genre.
    pub name: String,
    /// TFRecord files of note sequences, and folders, archives and files of music.
    pub paths: Vec<PathBuf>,
}

/// What came of a comparison.
#[derive(Clone, Debug, Serialize)]
pub struct Compared {
    /// What counts once in the corpora; of what was generated it is a piece.
    pub unit: Unit,
    /// The seed.
    pub seed: u64,
    /// Tests of all comparisons, which the p-values are adjusted for.
    pub tests: usize,
    /// Corpora, each followed by what was generated from it.
    pub groups: Vec<Group>,
    /// Pairs of them.
    pub comparisons: Vec<Comparison>,
    /// What one should know before believing any of it.
    pub notes: Vec<String>,
    /// Files that were written.
    pub files: Vec<PathBuf>,
}

/// Compares corpora with each other, what was generated with its corpus, and what was generated from different corpora.
///
/// # Errors
///
/// [`Error::NothingToCompare`] of fewer than two groups, [`Error::CompareNames`] of too many or of two that would look the same,
/// [`Error::NoMelodies`] of a source without any, [`Error::ComparisonFormat`] of an output of an unknown ending, what reading
/// and writing give, [`Error::Interrupted`].
pub fn compare(options: &CompareOptions, observer: &dyn Observer) -> Result<Compared> {
    check(options)?;
    let outputs = write::plan(options)?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build();
    let pool = pool.map_err(|error| Error::Threads {
        threads: options.threads,
        source: std::io::Error::other(error),
    })?;
    let reader = read::Reader { options, pool: &pool, observer };
    let read = |sources: &[Source]| -> Result<Vec<_>> {
        sources.iter().map(|source| reader.read(source)).collect()
    };
    let (corpora, generated) = (read(&options.corpora)?, read(&options.generated)?);
    let gathered = group::gather(options, corpora, generated);
    let comparisons = contrast::all(options, &gathered, &pool, observer)?;
    let mut compared = Compared {
        unit: gathered.unit,
        seed: options.seed,
        tests: comparisons.iter().map(Comparison::tests).sum(),
        groups: gathered.groups,
        comparisons,
        notes: gathered.notes,
        files: Vec::new(),
    };
    for (format, path) in outputs {
        observer.observe(Event::Detail(&format!("writing {}", path.display())));
        write::write(&compared, format, &path)?;
        compared.files.push(path);
    }
    Ok(compared)
}

fn check(options: &CompareOptions) -> Result<()> {
    let count = options.corpora.len() + options.generated.len();
    if count < 2 {
        return Err(Error::NothingToCompare { groups: count });
    }
    for sources in [&options.corpora, &options.generated] {
        for (index, source) in sources.iter().enumerate() {
            let is_taken = sources[..index].iter().any(|other| other.name == source.name);
            if is_taken || source.name.trim().is_empty() {
                return Err(Error::CompareNames {
                    reason: format!("`{}` names no genre or two", source.name),
                });
            }
        }
    }
    let genres = names(options).len();
    if genres > MAX_GENRES {
        return Err(Error::CompareNames {
            reason: format!("{genres} genres, at most {MAX_GENRES} expected"),
        });
    }
    Ok(())
}

/// Names of the genres, in the order in which they are shown.
fn names(options: &CompareOptions) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for source in options.corpora.iter().chain(&options.generated) {
        if !names.contains(&source.name.as_str()) {
            names.push(&source.name);
        }
    }
    names
}

#[cfg(test)]
mod tests;
