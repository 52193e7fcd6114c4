//! Genres of artists and pieces.

use rusqlite::{OptionalExtension as _, Transaction, TransactionBehavior, named_params, params};
use serde::Serialize;

use super::{Catalog, CatalogError, GenreSource, Result};

/// Whom a source took an artist for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NameMatch {
    /// Name in the source.
    pub name: String,
    /// How it was found: `exact`, `normal` and so on.
    pub method: String,
    /// How sure that is, 0 to 1.
    pub score: f64,
}

/// Genres that are being written down, all of one source. Dropped before [`commit`](Self::commit), it changes nothing.
///
/// What it is told of an artist or a piece replaces what the same source said of it before; other sources are left alone. After an error
/// it is to be dropped: half of an artist may have been written.
#[derive(Debug)]
pub struct Tagging<'a> {
    transaction: Transaction<'a>,
    path: &'a std::path::Path,
    source: GenreSource,
}

impl Catalog {
    /// Begins to write down genres of `source`.
    ///
    /// # Errors
    ///
    /// [`CatalogError::Busy`], and what SQLite says.
    pub fn tagging(&mut self, source: GenreSource) -> Result<Tagging<'_>> {
        let path = &self.path;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = transaction.map_err(|fault| CatalogError::new(path, fault))?;
        Ok(Tagging { transaction, path, source })
    }
}

impl Tagging<'_> {
    /// Forgets whatever the source has said so far, of anything.
    ///
    /// # Errors
    ///
    /// What SQLite says.
    pub fn clear(&self) -> Result<()> {
        for table in ["artist_genres", "artist_matches", "piece_genres"] {
            let sql = format!("DELETE FROM {table} WHERE source = ?1");
            self.run(|it| it.execute(&sql, [self.source.name()]).map(drop))?;
        }
        Ok(())
    }

    /// Gives an artist genres with their confidences, 0 to 1, and tells whom the source took it for. An artist that has no file is
    /// added: its files may come.
    ///
    /// # Errors
    ///
    /// What SQLite says, for instance of a confidence out of range.
    pub fn artist(
        &self,
        name: &str,
        genres: &[(&str, f64)],
        matched: Option<&NameMatch>,
    ) -> Result<()> {
        let source = self.source.name();
        self.run(|it| {
            it.prepare_cached("INSERT INTO artists (name) VALUES (?1) ON CONFLICT DO NOTHING")?
                .execute([name])?;
            let artist: i64 = it
                .prepare_cached("SELECT id FROM artists WHERE name = ?1")?
                .query_row([name], |row| row.get(0))?;
            for table in ["artist_genres", "artist_matches"] {
                let sql = format!("DELETE FROM {table} WHERE artist = ?1 AND source = ?2");
                it.prepare_cached(&sql)?.execute(params![artist, source])?;
            }
            if let Some(NameMatch { name, method, score }) = matched {
                it.prepare_cached("INSERT INTO artist_matches VALUES (?1, ?2, ?3, ?4, ?5)")?
                    .execute(params![artist, source, name, method, score])?;
            }
            self.add("artist_genres", artist, genres)
        })
    }

    /// Gives a piece genres with their confidences, 0 to 1.
    ///
    /// # Errors
    ///
    /// [`CatalogError::NoPiece`], and what SQLite says.
    pub fn piece(&self, record_id: &str, genres: &[(&str, f64)]) -> Result<()> {
        let find = |it: &Transaction<'_>| {
            it.prepare_cached("SELECT id FROM pieces WHERE record_id = ?1")?
                .query_row([record_id], |row| row.get::<_, i64>(0))
                .optional()
        };
        let missing = || CatalogError::NoPiece {
            path: self.path.to_owned(),
            record_id: record_id.to_owned(),
        };
        let piece = self.run(find)?.ok_or_else(missing)?;
        self.run(|it| {
            it.prepare_cached("DELETE FROM piece_genres WHERE piece = ?1 AND source = ?2")?
                .execute(params![piece, self.source.name()])?;
            self.add("piece_genres", piece, genres)
        })
    }

    /// Puts a genre into a meta-genre, or takes it out.
    ///
    /// # Errors
    ///
    /// What SQLite says.
    pub fn set_meta_genre(&self, genre: &str, meta: Option<&str>) -> Result<()> {
        self.run(|it| {
            it.prepare_cached(
                "INSERT INTO genres (name, meta) VALUES (?1, ?2)
                 ON CONFLICT (name) DO UPDATE SET meta = excluded.meta",
            )?
            .execute(params![genre, meta])
            .map(drop)
        })
    }

    /// Makes all of it last.
    ///
    /// # Errors
    ///
    /// What SQLite says, for instance that the disk is full; then nothing is changed.
    pub fn commit(self) -> Result<()> {
        let Self { transaction, path, .. } = self;
        transaction.commit().map_err(|fault| CatalogError::new(path, fault))
    }

    fn add(&self, table: &str, of: i64, genres: &[(&str, f64)]) -> rusqlite::Result<()> {
        let it = &self.transaction;
        // A genre that is named twice has the greater confidence.
        let sql = format!(
            "INSERT INTO {table} SELECT :of, id, :source, :confidence FROM genres WHERE name = :genre
             ON CONFLICT DO UPDATE SET confidence = max(confidence, excluded.confidence)"
        );
        for (genre, confidence) in genres {
            it.prepare_cached("INSERT INTO genres (name) VALUES (?1) ON CONFLICT DO NOTHING")?
                .execute([genre])?;
            it.prepare_cached(&sql)?.execute(named_params! {
                ":of": of,
                ":source": self.source.name(),
                ":confidence": confidence,
                ":genre": genre,
            })?;
        }
        Ok(())
    }

    fn run<T>(&self, work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>) -> Result<T> {
        work(&self.transaction).map_err(|fault| CatalogError::new(self.path, fault))
    }
}
