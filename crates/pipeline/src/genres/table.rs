//! Reading tables and taxonomies, and counting genres.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use corpus::catalog::Catalog;
use genre::count::{GenreCount, genres_by_artists};
use genre::table::TableFormat;
use genre::{GenreTable, Taxonomy};

use super::separated::{Separator, separated};
use crate::{Error, Event, Observer, Result};

/// The table that comes with Cantus.
const BUILT_IN: &[u8] = include_bytes!("../../../../data/genres/clean_midi_spotify.csv");

/// Reads the table `path`; without one the built-in table, and says so.
///
/// # Errors
///
/// [`Error::Read`], [`Error::TableFormat`], [`Error::Genres`].
pub fn table(path: Option<&Path>, observer: &dyn Observer) -> Result<GenreTable> {
    let Some(path) = path else {
        observer.observe(Event::Notice(
            "no table was given: taking the built-in one, of the artists of the Lakh Clean MIDI collection",
        ));
        let source = |source| Error::Genres { path: "clean_midi_spotify.csv".into(), source };
        return GenreTable::read(BUILT_IN, TableFormat::Csv).map_err(source);
    };
    let format = format_of(path)?;
    let bytes = fs::read(path).map_err(|source| Error::read(path, source))?;
    GenreTable::read(&bytes, format)
        .map_err(|source| Error::Genres { path: path.to_owned(), source })
}

/// The format that the name of a table stands for.
pub(super) fn format_of(path: &Path) -> Result<TableFormat> {
    TableFormat::of(path).ok_or_else(|| Error::TableFormat { path: path.to_owned() })
}

/// Reads the taxonomy `path`; without one the built-in taxonomy.
///
/// # Errors
///
/// [`Error::Read`], [`Error::Genres`].
pub fn taxonomy(path: Option<&Path>) -> Result<Taxonomy> {
    let Some(path) = path else { return Ok(Taxonomy::built_in()) };
    let text = fs::read_to_string(path).map_err(|source| Error::read(path, source))?;
    Taxonomy::read(&text).map_err(|source| Error::Genres { path: path.to_owned(), source })
}

/// Which genres to count.
#[derive(Clone, Debug, Default)]
pub struct TopOptions {
    /// The table; none for the built-in one.
    pub table: Option<PathBuf>,
    /// A catalog that knows files. Without a table it tells of its artists, too.
    pub catalog: Option<PathBuf>,
    /// Sort by files, which takes a catalog, and not by artists.
    pub by_files: bool,
    /// How many genres at most; none for all.
    pub limit: Option<usize>,
}

/// The most frequent genres of a table or a catalog.
///
/// # Errors
///
/// Those of [`table`]; a catalog that is not there or is none.
pub fn top(options: &TopOptions, observer: &dyn Observer) -> Result<Vec<GenreCount>> {
    let mut counts = match (&options.table, &options.catalog) {
        (None, Some(catalog)) => in_catalog(catalog)?,
        (path, catalog) => {
            let mut counts = genres_by_artists(&table(path.as_deref(), observer)?);
            if let Some(catalog) = catalog {
                let files: BTreeMap<String, Option<u64>> = in_catalog(catalog)?
                    .into_iter()
                    .map(|count| (count.genre, count.files))
                    .collect();
                for count in &mut counts {
                    count.files = files.get(&count.genre).copied().unwrap_or(Some(0));
                }
            }
            counts
        }
    };
    if options.by_files {
        counts.sort_by_key(|count| Reverse(count.files));
    }
    counts.truncate(options.limit.unwrap_or(usize::MAX));
    Ok(counts)
}

/// The genres of a catalog, those of most artists first, equal ones in the order of their names.
fn in_catalog(path: &Path) -> Result<Vec<GenreCount>> {
    let count = |count: corpus::catalog::GenreCount| GenreCount {
        genre: count.genre,
        artists: count.artists,
        files: Some(count.files),
    };
    let mut counts: Vec<GenreCount> =
        Catalog::read(path)?.genres()?.into_iter().map(count).collect();
    counts.sort_by(|a, b| b.artists.cmp(&a.artists).then_with(|| a.genre.cmp(&b.genre)));
    Ok(counts)
}

/// Counts as comma- or tab-separated values with a head; what is not known is empty.
#[must_use]
pub fn counts_as_text(counts: &[GenreCount], separator: Separator) -> Vec<u8> {
    let rows = counts.iter().map(|count| {
        let files = count.files.map(|files| files.to_string()).unwrap_or_default();
        [count.genre.clone(), count.artists.to_string(), files]
    });
    separated(["genre", "artists", "files"], rows, separator)
}
