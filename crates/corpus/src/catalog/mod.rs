//! The catalog: what is known of a collection, in a database that users open with tools of their own.
//!
//! It is an SQLite file. docs/catalog.md shows its tables and views; [`SCHEMA_VERSION`] counts their changes. Whatever is written is
//! one transaction: a process that is killed leaves the catalog as it was before.
//!
//! * [`Recording`]: an ingest that goes into the catalog, too
//! * [`Tagging`]: genres of artists and pieces
//! * [`Catalog::select`]: the pieces that a [`genre::Query`] means
//! * [`Catalog::rows`]: any question in SQL

mod compile;
mod counts;
mod error;
mod export;
mod functions;
mod melodies;
mod open;
mod recording;
mod rows;
mod select;
mod source;
mod tagging;

use std::path::{Path, PathBuf};

use rusqlite::{Connection, InterruptHandle};

pub use counts::{ArtistCount, Contents, GenreCount, TableCount};
pub use error::{CatalogError, SqlFault};
pub use export::{write_csv, write_parquet};
pub use melodies::MelodyRow;
pub use open::SCHEMA_VERSION;
pub use recording::{Recorded, Recording};
pub use rows::{Cell, Rows};
pub use select::Selected;
pub use source::GenreSource;
pub use tagging::{NameMatch, Tagging};

/// What every fallible function of a catalog gives.
pub type Result<T> = std::result::Result<T, CatalogError>;

/// An open catalog.
#[derive(Debug)]
pub struct Catalog {
    connection: Connection,
    path: PathBuf,
}

impl Catalog {
    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Ends what the catalog is doing, from another thread.
    #[must_use]
    pub fn interrupter(&self) -> Interrupter {
        Interrupter(self.connection.get_interrupt_handle())
    }

    /// Turns what SQLite said into an error that names the catalog.
    fn fault(&self, source: rusqlite::Error) -> CatalogError {
        CatalogError::new(&self.path, source)
    }
}

/// Ends what a catalog is doing, which then fails with [`CatalogError::Cancelled`].
pub struct Interrupter(InterruptHandle);

impl Interrupter {
    /// Ends what the catalog is doing; what it begins afterwards is not touched.
    pub fn interrupt(&self) {
        self.0.interrupt();
    }
}

#[cfg(test)]
mod tests;
