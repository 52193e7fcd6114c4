//! Learn: pieces of artists whose genres are known to a model that guesses those of others.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::PathBuf;

use genre::content::classifier::Learner;
use genre::content::examples::{Examples, Labelled};
use genre::content::features::{Group, layout};
use genre::content::model::{Class, Model, Options};
use genre::content::validate::{ColumnGroup, Validation};
use genre::{GenreTable, Matcher};
use serde::Serialize;

use super::heard::{Heard, hear_records, pool};
use super::labels::{Rule, labeller, read_tables};
use crate::{Error, Event, Observer, Result, files};

/// What to learn from, and how.
#[derive(Clone, Debug)]
pub struct LearnOptions {
    /// TFRecord files of note sequences, shards (`name@number`) or patterns; `-` is stdin.
    pub records: Vec<PathBuf>,
    /// Tables of artists and their genres: CSV, TSV or JSON; the built-in one if there are none.
    pub tables: Vec<PathBuf>,
    /// The file for the model.
    pub output: PathBuf,
    /// How fine genres fold into few.
    pub rule: Rule,
    /// What to learn with; none for whichever does best on artists that it has not heard.
    pub learner: Option<Learner>,
    /// Folds of the cross-validation, at least 2.
    pub folds: usize,
    /// Least number of artists that a genre must have to be learnt; never fewer than 2.
    pub min_artists: usize,
    /// Decides the folds, and what trees look at.
    pub seed: u64,
    /// Threads to work with; the result does not depend on them.
    pub threads: usize,
}

/// Pieces that were not learnt from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Pieces of artists that no table gives a genre.
    pub without_genre: usize,
    /// Pieces with the notes of an earlier one.
    pub copies: usize,
    /// Genres with too few artists, and how many pieces they have.
    pub rare: BTreeMap<String, usize>,
}

/// What came of learning.
#[derive(Clone, Debug, Serialize)]
pub struct LearntGenres {
    /// The file of the model.
    pub output: PathBuf,
    /// Pieces that were learnt from.
    pub pieces: usize,
    /// Their artists.
    pub artists: usize,
    /// Numbers that a piece is turned into.
    pub features: usize,
    /// The genres.
    pub classes: Vec<Class>,
    /// What was not learnt from.
    pub left_out: LeftOut,
    /// What the model learnt with.
    pub learner: Learner,
    /// How well that goes on artists that were not heard.
    pub validation: Validation,
}

/// Learns to guess genres and writes the model.
///
/// # Errors
///
/// A damaged input, a table that is none, fewer than two genres with enough artists, a disk that cannot be written,
/// [`Error::Interrupted`].
pub fn learn(options: &LearnOptions, observer: &dyn Observer) -> Result<LearntGenres> {
    learn_from(&read_tables(&options.tables, observer)?, options, observer)
}

/// [`learn`] from a table that was read before.
pub(super) fn learn_from(
    table: &GenreTable,
    options: &LearnOptions,
    observer: &dyn Observer,
) -> Result<LearntGenres> {
    let (matcher, taxonomy) = (Matcher::new(table), options.rule.taxonomy());
    let pool = pool(options.threads)?;
    let heard = hear_records(&options.records, &pool, observer)?;
    let min_artists = options.min_artists.max(2);
    let (labelled, left_out) = label(heard, min_artists, labeller(&matcher, &taxonomy));
    let examples = Examples::new(&labelled)?;
    let total = Some(options.folds as u64 + 1);
    observer.observe(Event::Began { task: "learning", unit: "rounds", total, done: 0 });
    let go_on = |done: usize| {
        observer.observe(Event::Advanced { done: done as u64, total, detail: "" });
        !observer.cancelled()
    };
    let names = layout().iter().map(|feature| feature.name.clone()).collect();
    let how = Options { learner: options.learner, folds: options.folds, seed: options.seed };
    let learnt = pool.install(|| Model::learn(&examples, names, &columns(), &how, go_on))?;
    let model = learnt.ok_or(Error::Interrupted { kept: None })?;
    observer.observe(Event::Ended);
    files::create_parent(&options.output)?;
    files::write_whole(&options.output, &model.write()?)?;
    Ok(LearntGenres {
        output: options.output.clone(),
        pieces: examples.len(),
        artists: labelled.iter().map(|piece| &piece.group).collect::<BTreeSet<_>>().len(),
        features: examples.width(),
        classes: model.classes().to_vec(),
        left_out,
        learner: model.learner(),
        validation: model.validation().clone(),
    })
}

/// Gives labels to pieces, and leaves out those that nothing can be learnt from.
fn label(
    heard: Vec<Heard>,
    min_artists: usize,
    label_of: impl Fn(&str) -> Option<String>,
) -> (Vec<Labelled>, LeftOut) {
    let mut left_out = LeftOut::default();
    let mut digests = HashSet::new();
    let mut labelled = Vec::with_capacity(heard.len());
    for piece in heard {
        let Some(label) = label_of(&piece.artist) else {
            left_out.without_genre += 1;
            continue;
        };
        // A copy on the other side of a fold would be known by heart.
        if piece.digest.is_some_and(|digest| !digests.insert(digest)) {
            left_out.copies += 1;
            continue;
        }
        labelled.push(Labelled { features: piece.features, label, group: piece.artist });
    }
    let mut artists: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for piece in &labelled {
        artists.entry(piece.label.clone()).or_default().insert(piece.group.clone());
    }
    labelled.retain(|piece| {
        let enough = artists.get(&piece.label).is_some_and(|artists| artists.len() >= min_artists);
        if !enough {
            *left_out.rare.entry(piece.label.clone()).or_default() += 1;
        }
        enough
    });
    (labelled, left_out)
}

/// The places of each group of features.
fn columns() -> Vec<ColumnGroup> {
    let places = |group: Group| {
        let features = layout().iter().enumerate();
        features.filter(|(_, feature)| feature.group == group).map(|(place, _)| place).collect()
    };
    let groups = Group::ALL.into_iter();
    groups
        .map(|group| ColumnGroup { name: group.name().to_owned(), columns: places(group) })
        .collect()
}
