//! The genres that words tell: in names of folders and files, in track names and texts.

use std::collections::BTreeMap;

use corpus::catalog::{Catalog, CatalogError, Cell, GenreSource};
use genre::words::{Source, Vocabulary};
use genre::{GenreTable, Taxonomy};

use super::{TagOptions, Tagged, advance};
use crate::{Event, Observer, Result};

/// The texts of pieces whose artist no table has genres for: the path and the title first, then what the file says.
const TEXTS: &str = "
    SELECT p.record_id, 'path', f.path, p.id AS piece, -2 AS number
    FROM pieces p JOIN files f ON f.id = p.file
    WHERE p.artist NOT IN (SELECT artist FROM artist_genres WHERE source = 'table')
    UNION ALL
    SELECT p.record_id, 'title', p.title, p.id, -1
    FROM pieces p
    WHERE p.artist NOT IN (SELECT artist FROM artist_genres WHERE source = 'table')
    UNION ALL
    SELECT p.record_id, t.kind, t.text, p.id, t.number
    FROM texts t JOIN pieces p ON p.id = t.piece
    WHERE p.artist NOT IN (SELECT artist FROM artist_genres WHERE source = 'table')
    ORDER BY piece, number";

/// The genres of a piece with their confidences.
type Genres = BTreeMap<String, f64>;

pub(super) fn tag(
    catalog: &mut Catalog,
    tables: &[GenreTable],
    taxonomy: &Taxonomy,
    options: &TagOptions,
    tagged: &mut Tagged,
    observer: &dyn Observer,
) -> Result<()> {
    let known = tables.iter().flat_map(GenreTable::genres);
    let vocabulary = Vocabulary::new(taxonomy, known);
    let pieces = if options.words {
        catalog.rows(TEXTS, |rows| read(rows, &vocabulary, options.min_confidence))?
    } else {
        Vec::new()
    };
    let total = Some(pieces.len() as u64);
    observer.observe(Event::Began { task: "tagging by words", unit: "pieces", total, done: 0 });
    let tagging = catalog.tagging(GenreSource::Words)?;
    tagging.clear()?;
    for (done, (record_id, genres)) in (0..).zip(&pieces) {
        advance(done, total, observer)?;
        let genres: Vec<(&str, f64)> =
            genres.iter().map(|(genre, &confidence)| (genre.as_str(), confidence)).collect();
        tagging.piece(record_id, &genres)?;
    }
    tagging.commit()?;
    tagged.by_words = pieces.len() as u64;
    observer.observe(Event::Ended);
    Ok(())
}

/// The pieces that have a word of at least this confidence, in the order of the catalog.
fn read(
    mut rows: corpus::catalog::Rows<'_>,
    vocabulary: &Vocabulary,
    min_confidence: f64,
) -> std::result::Result<Vec<(String, Genres)>, CatalogError> {
    let mut pieces: Vec<(String, Genres)> = Vec::new();
    let mut cells = Vec::new();
    while rows.next_into(&mut cells)? {
        let [Cell::Text(record_id), Cell::Text(kind), Cell::Text(text), ..] = &cells[..] else {
            continue;
        };
        if pieces.last().is_none_or(|(last, _)| last != record_id) {
            pieces.push((record_id.clone(), Genres::new()));
        }
        let Some((_, genres)) = pieces.last_mut() else { continue };
        for (text, source) in parts(kind, text) {
            for word in vocabulary.find(text, source) {
                let confidence = genres.entry(word.genre.to_owned()).or_default();
                *confidence = confidence.max(word.confidence);
            }
        }
    }
    for (_, genres) in &mut pieces {
        genres.retain(|_, confidence| *confidence >= min_confidence);
    }
    pieces.retain(|(_, genres)| !genres.is_empty());
    Ok(pieces)
}

/// A text, or the folders of a path.
fn parts<'a>(kind: &str, text: &'a str) -> Vec<(&'a str, Source)> {
    match kind {
        "path" => {
            let folders = text.rsplit_once('/').map_or("", |(folders, _)| folders);
            folders.split('/').map(|folder| (folder, Source::Folder)).collect()
        }
        "title" => vec![(text, Source::Title)],
        "track_name" => vec![(text, Source::TrackName)],
        _ => vec![(text, Source::Text)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_its_folders() {
        let names = parts("path", "Heavy Metal/X/song.mid");
        assert_eq!(names, [("Heavy Metal", Source::Folder), ("X", Source::Folder)]);
        assert_eq!(parts("path", "song.mid"), [("", Source::Folder)]);
    }
}
