//! Opening a catalog, making one, and bringing an old one up to date.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension as _, TransactionBehavior};

use super::{Catalog, CatalogError, Result, functions};

/// The steps from an empty database to the schema of today, each in SQL. A step that was published never changes.
const STEPS: [&str; 1] = [include_str!("schema/1.sql")];

/// Version of the schema that this code writes.
pub const SCHEMA_VERSION: u32 = STEPS.len() as u32;

/// "CNTS": tells `file` and others what the database is.
const APPLICATION_ID: i32 = 0x434e_5453;

/// How long to wait for another process that writes.
const PATIENCE: Duration = Duration::from_secs(10);

impl Catalog {
    /// Opens the catalog at `path` to write to it; makes one where there is none, and brings an old one up to date.
    ///
    /// # Errors
    ///
    /// [`CatalogError::Foreign`], [`CatalogError::Newer`], [`CatalogError::Busy`], and what SQLite says.
    pub fn create(path: &Path) -> Result<Self> {
        Self::writing(path, OpenFlags::SQLITE_OPEN_CREATE)
    }

    /// The same, but the catalog must be there.
    ///
    /// # Errors
    ///
    /// [`CatalogError::Missing`] and those of [`create`](Self::create).
    pub fn open(path: &Path) -> Result<Self> {
        must_exist(path)?;
        Self::writing(path, OpenFlags::empty())
    }

    /// Opens a catalog in which nothing can be changed.
    ///
    /// # Errors
    ///
    /// Those of [`open`](Self::open).
    pub fn read(path: &Path) -> Result<Self> {
        must_exist(path)?;
        let mut catalog = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let is_old = match catalog.version() {
            // A process was killed while it wrote: what it had begun is undone by the next that may write.
            Err(CatalogError::Sqlite { source, .. })
                if source.sqlite_error_code() == Some(ErrorCode::ReadOnly) =>
            {
                true
            }
            version => version? < SCHEMA_VERSION,
        };
        if is_old {
            drop(Self::open(path)?);
            catalog = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
            catalog.version()?;
        }
        Ok(catalog)
    }

    fn writing(path: &Path, flags: OpenFlags) -> Result<Self> {
        let mut catalog = Self::connect(path, flags | OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        if catalog.version()? < SCHEMA_VERSION {
            catalog.migrate()?;
        }
        Ok(catalog)
    }

    fn connect(path: &Path, flags: OpenFlags) -> Result<Self> {
        let fault = |source| CatalogError::new(path, source);
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(fault)?;
        connection.busy_timeout(PATIENCE).map_err(fault)?;
        connection.pragma_update(None, "foreign_keys", true).map_err(fault)?;
        connection.set_prepared_statement_cache_capacity(64);
        functions::add(&connection).map_err(fault)?;
        Ok(Self { connection, path: path.to_owned() })
    }

    /// The version of the schema: 0 for a database with nothing in it.
    fn version(&self) -> Result<u32> {
        let version = version(&self.connection).map_err(|source| self.fault(source))?;
        let path = || self.path.clone();
        match version {
            None => Err(CatalogError::Foreign { path: path() }),
            Some(found) if found > SCHEMA_VERSION => {
                Err(CatalogError::Newer { path: path(), found, known: SCHEMA_VERSION })
            }
            Some(found) => Ok(found),
        }
    }

    /// Takes the steps that are missing: all or none.
    fn migrate(&mut self) -> Result<()> {
        let path = self.path.clone();
        let mut migrate = || {
            let behavior = TransactionBehavior::Immediate;
            let transaction = self.connection.transaction_with_behavior(behavior)?;
            // Another process may have been first.
            let version = version(&transaction)?.unwrap_or(SCHEMA_VERSION);
            for step in STEPS.iter().skip(version as usize) {
                transaction.execute_batch(step)?;
            }
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            transaction.execute(
                "INSERT INTO meta VALUES ('schema_version', ?1)
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                [SCHEMA_VERSION.to_string()],
            )?;
            transaction.commit()
        };
        migrate().map_err(|source| CatalogError::new(&path, source))
    }
}

/// The version of the schema: 0 for a database with nothing in it, none for one of another program.
fn version(connection: &Connection) -> rusqlite::Result<Option<u32>> {
    let objects: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if objects == 0 {
        return Ok(Some(0));
    }
    let id: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if id != APPLICATION_ID {
        return Ok(None);
    }
    let version = connection
        .query_row("SELECT value FROM meta WHERE key = 'schema_version'", [], |row| {
            row.get::<_, String>(0)
        })
        .optional()?;
    Ok(version.and_then(|version| version.parse().ok()))
}

fn must_exist(path: &Path) -> Result<()> {
    if path.is_file() { Ok(()) } else { Err(CatalogError::Missing { path: path.to_owned() }) }
}
