//! Tag: the genres of a table to the artists of a catalog.

use std::collections::BTreeMap;
use std::path::PathBuf;

use corpus::catalog::{Catalog, GenreSource, NameMatch};
use genre::GenreTable;
use genre::query::artist_key;
use genre::table::Artist;
use serde::Serialize;

use super::read_table;
use crate::{Error, Event, Observer, Result};

/// Artists between two looks at whether to go on.
const ARTISTS_AT_A_TIME: usize = 100;

/// What to tag, and with what.
#[derive(Clone, Debug)]
pub struct TagOptions {
    /// The catalog.
    pub catalog: PathBuf,
    /// The table.
    pub table: PathBuf,
}

/// What came of it.
#[derive(Clone, Debug, Serialize)]
pub struct Tagged {
    /// The catalog.
    pub catalog: PathBuf,
    /// The table.
    pub table: PathBuf,
    /// Artists of the catalog that have files.
    pub artists: u64,
    /// Artists that the table has, by how their names were matched.
    pub matched: BTreeMap<String, u64>,
    /// Artists that the table has, but without a genre.
    pub without_genres: u64,
    /// Different genres that were given.
    pub genres: u64,
    /// Artists that the table does not have.
    pub unmatched: Vec<String>,
}

/// Gives each artist of a catalog the genres that a table has for it. What a table said before is replaced.
///
/// # Errors
///
/// A table or a catalog that is not there or is none, [`Error::Interrupted`]; then nothing is changed.
pub fn tag(options: &TagOptions, observer: &dyn Observer) -> Result<Tagged> {
    let table = read_table(&options.table)?;
    let names = Names::of(&table);
    let mut catalog = Catalog::open(&options.catalog)?;
    let artists: Vec<_> = catalog.artists()?.into_iter().filter(|it| it.files > 0).collect();
    let mut tagged = Tagged {
        catalog: options.catalog.clone(),
        table: options.table.clone(),
        artists: artists.len() as u64,
        matched: BTreeMap::new(),
        without_genres: 0,
        genres: 0,
        unmatched: Vec::new(),
    };
    let total = Some(tagged.artists);
    observer.observe(Event::Began { task: "tagging", unit: "artists", total, done: 0 });
    let tagging = catalog.tagging(GenreSource::Table)?;
    tagging.clear()?;
    for (number, artist) in artists.into_iter().enumerate() {
        if number.is_multiple_of(ARTISTS_AT_A_TIME) {
            if observer.cancelled() {
                return Err(Error::Interrupted { kept: None });
            }
            observer.observe(Event::Advanced { done: number as u64, total, detail: "" });
        }
        let Some((found, method)) = names.find(&artist.artist) else {
            tagged.unmatched.push(artist.artist);
            continue;
        };
        let matched = NameMatch { name: found.name.clone(), method: method.to_owned(), score: 1.0 };
        let genres: Vec<(&str, f64)> =
            found.genres.iter().map(|genre| (genre.as_str(), 1.0)).collect();
        tagging.artist(&artist.artist, &genres, Some(&matched))?;
        *tagged.matched.entry(method.to_owned()).or_default() += 1;
        tagged.without_genres += u64::from(genres.is_empty());
    }
    tagging.commit()?;
    tagged.genres = catalog.genres()?.len() as u64;
    observer.observe(Event::Ended);
    Ok(tagged)
}

/// The artists of a table by their names.
struct Names<'a> {
    table: &'a GenreTable,
    by_key: BTreeMap<String, &'a Artist>,
}

impl<'a> Names<'a> {
    fn of(table: &'a GenreTable) -> Self {
        let mut by_key = BTreeMap::new();
        for artist in table.artists() {
            // Of two that are written alike, the first that somebody knows.
            let known = by_key.entry(artist_key(&artist.name)).or_insert(artist);
            if known.genres.is_empty() {
                *known = artist;
            }
        }
        by_key.remove("");
        Self { table, by_key }
    }

    /// The artist of the table that `name` means, and how it was found.
    fn find(&self, name: &str) -> Option<(&'a Artist, &'static str)> {
        let exact = self.table.get(name).map(|artist| (artist, "exact"));
        exact.or_else(|| Some((*self.by_key.get(&artist_key(name))?, "normal")))
    }
}
