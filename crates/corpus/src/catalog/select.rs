//! The pieces that a query means.

use std::path::PathBuf;

use genre::Query;
use rusqlite::params_from_iter;
use serde::Serialize;

use super::compile::Condition;
use super::{Catalog, Result};

/// A piece that a query means, and where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Selected {
    /// Its number in the catalog.
    pub piece: i64,
    /// Id of its record.
    pub record_id: String,
    /// Title.
    pub title: String,
    /// Artist.
    pub artist: String,
    /// Name of the collection.
    pub collection: String,
    /// Path of its file in the collection.
    pub path: String,
    /// Which tune of its file, of a tunebook.
    pub tune: Option<String>,
    /// The folder, the file or the archive in which its file is.
    pub input: PathBuf,
    /// Whether that is an archive, out of which its file would have to be taken.
    pub in_archive: bool,
    /// The TFRecord file with its record.
    pub records: Option<PathBuf>,
    /// Number of the record, from 0.
    pub record: Option<u64>,
    /// The earliest piece with the same notes.
    pub duplicate_of: Option<i64>,
}

impl Catalog {
    /// The pieces that `query` means, in the order in which they were read.
    ///
    /// # Errors
    ///
    /// What SQLite says.
    pub fn select(&self, query: &Query) -> Result<Vec<Selected>> {
        let Condition { sql, parameters } = Condition::of(query);
        let sql = format!(
            "SELECT p.id, p.record_id, p.title, a.name, f.collection, f.path, p.tune,
                    i.path, i.form, i.records, p.record, p.duplicate_of
             FROM pieces p JOIN artists a ON a.id = p.artist JOIN files f ON f.id = p.file
             JOIN inputs i ON i.id = f.input WHERE {sql} ORDER BY p.id"
        );
        let select = || -> rusqlite::Result<Vec<Selected>> {
            let mut statement = self.connection.prepare(&sql)?;
            let rows = statement.query_map(params_from_iter(&parameters), |row| {
                let form: String = row.get(8)?;
                Ok(Selected {
                    piece: row.get(0)?,
                    record_id: row.get(1)?,
                    title: row.get(2)?,
                    artist: row.get(3)?,
                    collection: row.get(4)?,
                    path: row.get(5)?,
                    tune: row.get(6)?,
                    input: row.get::<_, String>(7)?.into(),
                    in_archive: form == "archive",
                    records: row.get::<_, Option<String>>(9)?.map(PathBuf::from),
                    record: row.get::<_, Option<i64>>(10)?.map(i64::cast_unsigned),
                    duplicate_of: row.get(11)?,
                })
            })?;
            rows.collect()
        };
        select().map_err(|fault| self.fault(fault))
    }
}
