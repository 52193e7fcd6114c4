//! What is in a catalog, in numbers.

use rusqlite::Row;
use serde::Serialize;

use super::{Catalog, Result};

/// An artist, and how much there is of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ArtistCount {
    /// Name.
    pub artist: String,
    /// Files, those that gave nothing included.
    pub files: u64,
    /// Pieces.
    pub pieces: u64,
    /// Different genres, those of single pieces not counted.
    pub genres: u64,
}

/// A genre, and how much has it, be it by its artist or by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GenreCount {
    /// Name.
    pub genre: String,
    /// The meta-genre.
    pub meta: Option<String>,
    /// Artists.
    pub artists: u64,
    /// Files with a piece that has it.
    pub files: u64,
    /// Pieces.
    pub pieces: u64,
}

/// A table or a view, and how much is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableCount {
    /// Name.
    pub table: String,
    /// Whether it is a view on other tables.
    pub is_view: bool,
    /// Names of its columns.
    pub columns: Vec<String>,
    /// Rows.
    pub rows: u64,
}

/// What is in a catalog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contents {
    /// Version of its schema.
    pub schema_version: u32,
    /// Its size in bytes.
    pub bytes: u64,
    /// Inputs that were read: path, collection, and the TFRecord file.
    pub inputs: Vec<(String, String, Option<String>)>,
    /// Tables, then views, by name.
    pub tables: Vec<TableCount>,
}

impl Catalog {
    /// All artists by name, those without files included: a table may know more of them than there are.
    ///
    /// # Errors
    ///
    /// What SQLite says.
    pub fn artists(&self) -> Result<Vec<ArtistCount>> {
        let sql = "SELECT name, (SELECT count(*) FROM files WHERE artist = a.id),
                          (SELECT count(*) FROM pieces WHERE artist = a.id),
                          (SELECT count(DISTINCT genre) FROM artist_genres WHERE artist = a.id)
                   FROM artists a ORDER BY name";
        self.list(sql, |row| {
            let (files, pieces, genres) = (number(row, 1)?, number(row, 2)?, number(row, 3)?);
            Ok(ArtistCount { artist: row.get(0)?, files, pieces, genres })
        })
    }

    /// All genres that anything has, those of most artists first.
    ///
    /// # Errors
    ///
    /// What SQLite says.
    pub fn genres(&self) -> Result<Vec<GenreCount>> {
        let sql = "SELECT genre, meta, artists, files, pieces FROM genre_counts
                   WHERE artists > 0 OR pieces > 0 ORDER BY artists DESC, files DESC, genre";
        self.list(sql, |row| {
            let (artists, files, pieces) = (number(row, 2)?, number(row, 3)?, number(row, 4)?);
            Ok(GenreCount { genre: row.get(0)?, meta: row.get(1)?, artists, files, pieces })
        })
    }

    /// What is in it.
    ///
    /// # Errors
    ///
    /// What SQLite says.
    pub fn contents(&self) -> Result<Contents> {
        let inputs = self
            .list("SELECT path, collection, records FROM inputs ORDER BY path", |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })?;
        let bytes = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
        let bytes = self.list(bytes, |row| number(row, 0))?;
        let mut tables = Vec::new();
        for (table, is_view) in self.tables()? {
            let columns = self
                .list(&format!("SELECT name FROM pragma_table_info('{table}')"), |row| {
                    row.get(0)
                })?;
            let rows = self.list(&format!("SELECT count(*) FROM {table}"), |row| number(row, 0))?;
            let rows = rows.first().copied().unwrap_or(0);
            tables.push(TableCount { table, is_view, columns, rows });
        }
        let bytes = bytes.first().copied().unwrap_or(0);
        Ok(Contents { schema_version: super::SCHEMA_VERSION, bytes, inputs, tables })
    }

    /// Names of the tables, then of the views; the flag tells which.
    pub(super) fn tables(&self) -> Result<Vec<(String, bool)>> {
        let sql = "SELECT name, type = 'view' FROM sqlite_schema
                   WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%' ORDER BY 2, 1";
        self.list(sql, |row| Ok((row.get(0)?, row.get(1)?)))
    }

    pub(super) fn list<T>(
        &self,
        sql: &str,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let list = || -> rusqlite::Result<Vec<T>> {
            self.connection.prepare(sql)?.query_map([], read)?.collect()
        };
        list().map_err(|fault| self.fault(fault))
    }
}

/// A number that is a count.
fn number(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(|number| number.max(0).cast_unsigned())
}
