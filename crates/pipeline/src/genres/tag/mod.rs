//! Tag: what is known of the genres of artists and pieces into a catalog.
//!
//! 1. The artists get the genres that tables have for them.
//! 2. Pieces whose artist has none get those that words in names and texts tell.
//! 3. Pieces of which nothing is known get the meta-genre that they sound like, if that was asked for.
//! 4. All genres are put into meta-genres.

mod artists;
mod content;
mod words;

use std::collections::BTreeMap;
use std::path::PathBuf;

use corpus::catalog::{Catalog, GenreSource};
use genre::{GenreTable, Taxonomy};
use serde::Serialize;

use super::{How, table, taxonomy};
use crate::{Error, Event, Observer, Result};

/// Artists or pieces between two looks at whether to go on.
const AT_A_TIME: u64 = 100;

/// What to tag, and with what.
#[derive(Clone, Debug)]
pub struct TagOptions {
    /// The catalog.
    pub catalog: PathBuf,
    /// Tables of artists and their genres; of those that have an artist with genres, the first counts. The built-in one if there are none.
    pub tables: Vec<PathBuf>,
    /// The taxonomy; none for the built-in one.
    pub taxonomy: Option<PathBuf>,
    /// Look for genres in names of folders and files, in track names and texts, where the tables tell none.
    pub words: bool,
    /// Listen to the pieces of which nothing is known; none to leave them.
    pub by_content: Option<ByContent>,
    /// How sure a word or a guess must be, 0 to 1.
    pub min_confidence: f64,
}

/// What genres sound like.
#[derive(Clone, Debug)]
pub struct ByContent {
    /// The pieces of the catalog: TFRecord files, shards or patterns.
    pub records: Vec<PathBuf>,
    /// The model; one that is not there is learnt from the artists that tables know.
    pub model: PathBuf,
    /// Threads to work with; the result does not depend on them.
    pub threads: usize,
}

/// What came of it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Tagged {
    /// The catalog.
    pub catalog: PathBuf,
    /// Artists of the catalog that have files.
    pub artists: u64,
    /// Artists that a table has, by how their names were matched.
    pub matched: BTreeMap<&'static str, u64>,
    /// Names that are not the artist's but like it, which somebody should look at.
    pub fuzzy: Vec<Fuzzy>,
    /// Artists that a table has, but none with a genre.
    pub without_genres: u64,
    /// Artists that no table has.
    pub unmatched: Vec<String>,
    /// Pieces that got genres by words.
    pub by_words: u64,
    /// Pieces that got a genre by what they sound like.
    pub by_content: u64,
    /// Different genres in the catalog.
    pub genres: u64,
}

/// A name that was taken for another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fuzzy {
    /// Name in the collection.
    pub name: String,
    /// Name in the table.
    pub artist: String,
    /// How alike they are, 0 to 1.
    pub score: f64,
}

/// Gives the artists and pieces of a catalog their genres. What the same sources said before is replaced.
///
/// # Errors
///
/// A table, a taxonomy or a catalog that is not there or is none, [`Error::Interrupted`]; then the catalog keeps what the
/// sources before have said.
pub fn tag(options: &TagOptions, observer: &dyn Observer) -> Result<Tagged> {
    options.by_content.as_ref().map_or(Ok(()), content::check)?;
    let tables = read_tables(&options.tables, observer)?;
    let taxonomy = taxonomy(options.taxonomy.as_deref())?;
    let mut catalog = Catalog::open(&options.catalog)?;
    let mut tagged = Tagged { catalog: options.catalog.clone(), ..Tagged::default() };
    artists::tag(&mut catalog, &tables, &mut tagged, observer)?;
    words::tag(&mut catalog, &tables, &taxonomy, options, &mut tagged, observer)?;
    if let Some(by_content) = &options.by_content {
        content::tag(&mut catalog, &tables, by_content, options, &mut tagged, observer)?;
    }
    tagged.genres = set_meta_genres(&mut catalog, &taxonomy)?;
    Ok(tagged)
}

fn read_tables(paths: &[PathBuf], observer: &dyn Observer) -> Result<Vec<GenreTable>> {
    if paths.is_empty() {
        return Ok(vec![table(None, observer)?]);
    }
    paths.iter().map(|path| table(Some(path), observer)).collect()
}

/// Puts all genres of the catalog into their meta-genres; gives their number.
fn set_meta_genres(catalog: &mut Catalog, taxonomy: &Taxonomy) -> Result<u64> {
    let genres = catalog.genres()?;
    let tagging = catalog.tagging(GenreSource::Table)?;
    for genre in &genres {
        tagging.set_meta_genre(&genre.genre, Some(&taxonomy.meta_of(&genre.genre).name))?;
    }
    tagging.commit()?;
    Ok(genres.len() as u64)
}

/// Says how far a task is, and asks whether to go on.
fn advance(done: u64, total: Option<u64>, observer: &dyn Observer) -> Result<()> {
    if done.is_multiple_of(AT_A_TIME) {
        if observer.cancelled() {
            return Err(Error::Interrupted { kept: None });
        }
        observer.observe(Event::Advanced { done, total, detail: "" });
    }
    Ok(())
}

impl Tagged {
    fn count(&mut self, how: How) {
        *self.matched.entry(how.name()).or_default() += 1;
    }
}
