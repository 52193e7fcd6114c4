//! Why a catalog could not be used.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// Why a catalog could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogError {
    /// There is no such file.
    #[error("there is no catalog {}", path.display())]
    Missing {
        /// Where it should be.
        path: PathBuf,
    },
    /// A file that is no catalog: no database, or one of another program.
    #[error("{} is no catalog", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// A catalog of a later version of Cantus.
    #[error("the catalog {} has schema {found}, and only those up to {known} are known", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: u32,
        /// The latest that is known.
        known: u32,
    },
    /// Another process is writing to it.
    #[error("the catalog {} is being written to by another process", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// A question in SQL that is none, or that would change something.
    #[error(transparent)]
    Sql(#[from] SqlFault),
    /// A table or view that there is not.
    #[error("there is no table `{name}` in {}, only {}", path.display(), found.join(", "))]
    NoTable {
        /// The catalog.
        path: PathBuf,
        /// The table.
        name: String,
        /// Those that there are.
        found: Vec<String>,
    },
    /// A piece that is not in the catalog.
    #[error("no piece in {} has the id {record_id}", path.display())]
    NoPiece {
        /// The catalog.
        path: PathBuf,
        /// Id of its record.
        record_id: String,
    },
    /// The caller asked to stop.
    #[error("cancelled")]
    Cancelled,
    /// The thread that writes could not be started.
    #[error("cannot start a thread: {0}")]
    Thread(std::io::Error),
    /// What was to be written out could not be written.
    #[error("cannot write the table out: {0}")]
    Export(std::io::Error),
    /// Anything else that SQLite says: a full disk, a damaged file.
    #[error("catalog {}: {source}", path.display())]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
}

/// Why a question in SQL cannot be answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SqlFault {
    /// What is wrong.
    pub message: String,
    /// Where in the question, in bytes, where that is known.
    pub offset: Option<usize>,
}

impl CatalogError {
    pub(super) fn new(path: &Path, source: rusqlite::Error) -> Self {
        let path = path.to_owned();
        match source.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { path },
            Some(ErrorCode::NotADatabase) => Self::Foreign { path },
            Some(ErrorCode::OperationInterrupted) => Self::Cancelled,
            _ => Self::Sqlite { path, source },
        }
    }
}
