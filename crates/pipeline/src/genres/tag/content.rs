//! The genres that pieces sound like, where nobody says of what genre they are.

use std::collections::BTreeSet;
use std::path::Path;

use corpus::catalog::{Catalog, CatalogError, Cell, GenreSource};
use genre::GenreTable;

use super::{ByContent, TagOptions, Tagged, advance};
use crate::genres::labels::together;
use crate::genres::learn::learn_from;
use crate::genres::{GuessInput, GuessOptions, LearnOptions, PieceGuess, Rule, guess};
use crate::{Error, Event, Observer, Result};

/// The pieces that no table and no word has told a genre of.
const UNKNOWN: &str = "
    SELECT record_id FROM pieces
    WHERE artist NOT IN (SELECT artist FROM artist_genres WHERE source <> 'content')
      AND id NOT IN (SELECT piece FROM piece_genres WHERE source <> 'content')";

/// Folds of the cross-validation.
const FOLDS: usize = 5;
/// Least number of artists that a genre must have to be learnt.
const MIN_ARTISTS: usize = 5;

pub(super) fn tag(
    catalog: &mut Catalog,
    tables: &[GenreTable],
    by_content: &ByContent,
    options: &TagOptions,
    tagged: &mut Tagged,
    observer: &dyn Observer,
) -> Result<()> {
    let unknown = catalog.rows(UNKNOWN, |mut rows| {
        let (mut unknown, mut cells) = (BTreeSet::new(), Vec::new());
        while rows.next_into(&mut cells)? {
            if let [Cell::Text(record_id)] = &cells[..] {
                unknown.insert(record_id.clone());
            }
        }
        Ok::<_, CatalogError>(unknown)
    })?;
    let guesses = if unknown.is_empty() {
        Vec::new()
    } else {
        listen(tables, by_content, options, observer)?
    };
    let guesses: Vec<_> = guesses.into_iter().filter(|piece| unknown.contains(&piece.id)).collect();
    let total = Some(guesses.len() as u64);
    observer.observe(Event::Began { task: "tagging by content", unit: "pieces", total, done: 0 });
    let tagging = catalog.tagging(GenreSource::Content)?;
    tagging.clear()?;
    for (done, piece) in (0..).zip(&guesses) {
        advance(done, total, observer)?;
        let likely =
            piece.genres.iter().filter(|likely| likely.probability >= options.min_confidence);
        let genres: Vec<(&str, f64)> =
            likely.map(|likely| (likely.genre.as_str(), likely.probability)).collect();
        tagged.by_content += u64::from(!genres.is_empty());
        tagging.piece(&piece.id, &genres)?;
    }
    tagging.commit()?;
    observer.observe(Event::Ended);
    Ok(())
}

/// What all pieces sound like; nothing where too few artists are known to learn from.
fn listen(
    tables: &[GenreTable],
    by_content: &ByContent,
    options: &TagOptions,
    observer: &dyn Observer,
) -> Result<Vec<PieceGuess>> {
    if !by_content.model.exists() {
        match learn_model(tables, by_content, options, observer) {
            Err(Error::Genre(genre::Error::OneClass { .. } | genre::Error::Folds { .. })) => {
                observer.observe(Event::Notice(
                    "too few artists of known genres to learn from: no genres by content",
                ));
                return Ok(Vec::new());
            }
            learnt => learnt?,
        }
    }
    let guessed = guess(
        &GuessOptions {
            model: by_content.model.clone(),
            input: GuessInput::Records(by_content.records.clone()),
            output: None,
            even: false,
            threads: by_content.threads,
        },
        observer,
    )?;
    Ok(guessed.pieces)
}

fn learn_model(
    tables: &[GenreTable],
    by_content: &ByContent,
    options: &TagOptions,
    observer: &dyn Observer,
) -> Result<()> {
    let learnt = learn_from(
        &together(tables),
        &LearnOptions {
            records: by_content.records.clone(),
            tables: options.tables.clone(),
            output: by_content.model.clone(),
            rule: Rule::Taxonomy,
            learner: None,
            folds: FOLDS,
            min_artists: MIN_ARTISTS,
            seed: 1,
            threads: by_content.threads,
        },
        observer,
    )?;
    let right = learnt.validation.best().map_or(0.0, |score| score.calibrated.accuracy);
    let text = format!(
        "learnt what {} genres sound like from {} pieces: {:.0}% right on unheard artists",
        learnt.classes.len(),
        learnt.pieces,
        100.0 * right
    );
    observer.observe(Event::Notice(&text));
    Ok(())
}

/// Whether the records and, if it is to be used, the model can be looked at at all.
pub(super) fn check(by_content: &ByContent) -> Result<()> {
    let is_there =
        |path: &Path| std::fs::metadata(path).map(drop).map_err(|source| Error::read(path, source));
    crate::shards::files_of(&by_content.records)?.iter().try_for_each(|path| is_there(path))
}
