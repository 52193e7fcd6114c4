//! Any question in SQL.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, Statement};
use serde::Serialize;

use super::{Catalog, CatalogError, Result, SqlFault};

/// A value in a row.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Cell {
    /// No value.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number.
    Real(f64),
    /// A text.
    Text(String),
    /// Bytes, in hexadecimal.
    Blob(String),
}

impl Cell {
    fn of(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(number) => Self::Integer(number),
            ValueRef::Real(number) => Self::Real(number),
            ValueRef::Text(text) => Self::Text(String::from_utf8_lossy(text).into_owned()),
            ValueRef::Blob(bytes) => {
                Self::Blob(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
            }
        }
    }
}

impl std::fmt::Display for Cell {
    /// As it stands in a table; nothing for no value.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Null => Ok(()),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Real(number) => write!(f, "{number}"),
            Self::Text(text) | Self::Blob(text) => f.pad(text),
        }
    }
}

/// The answer to a question, row by row.
pub struct Rows<'a> {
    columns: &'a [String],
    rows: rusqlite::Rows<'a>,
    path: &'a std::path::Path,
}

impl Catalog {
    /// Asks a question in SQL and hands the answer to `take`. Nothing can be changed, whatever is asked.
    ///
    /// # Errors
    ///
    /// [`CatalogError::Sql`] for a question that is none, or more than one; what `take` returns.
    pub fn rows<T, E: From<CatalogError>>(
        &self,
        sql: &str,
        take: impl FnOnce(Rows<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let connection = &self.connection;
        let fault = |fault| CatalogError::new(&self.path, fault);
        connection.pragma_update(None, "query_only", true).map_err(fault)?;
        let answer = (|| {
            let mut statement = prepare(connection, sql).map_err(CatalogError::Sql)?;
            let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
            let rows = statement.query([]).map_err(|error| self.refusal(error))?;
            take(Rows { columns: &columns, rows, path: &self.path })
        })();
        connection.pragma_update(None, "query_only", false).map_err(fault)?;
        answer
    }

    /// All rows of a table or view, in the order in which they stand there.
    ///
    /// # Errors
    ///
    /// [`CatalogError::NoTable`], and those of [`rows`](Self::rows).
    pub fn table_rows<T, E: From<CatalogError>>(
        &self,
        name: &str,
        take: impl FnOnce(Rows<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let tables = self.tables()?;
        if !tables.iter().any(|(table, _)| table == name) {
            let found = tables.into_iter().map(|(table, _)| table).collect();
            let (path, name) = (self.path.clone(), name.to_owned());
            return Err(CatalogError::NoTable { path, name, found }.into());
        }
        self.rows(&format!("SELECT * FROM {name}"), take)
    }

    fn refusal(&self, error: Error) -> CatalogError {
        refusal(&self.path, error)
    }
}

impl Rows<'_> {
    /// Names of the columns.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        self.columns
    }

    /// Puts the next row into `cells`; `false` when there is none.
    ///
    /// # Errors
    ///
    /// [`CatalogError::Sql`] where the question fails at this row, [`CatalogError::Cancelled`], and what else SQLite says.
    pub fn next_into(&mut self, cells: &mut Vec<Cell>) -> Result<bool> {
        cells.clear();
        let refused = |error| refusal(self.path, error);
        let Some(row) = self.rows.next().map_err(refused)? else { return Ok(false) };
        for column in 0..self.columns.len() {
            cells.push(Cell::of(row.get_ref(column).map_err(refused)?));
        }
        Ok(true)
    }
}

/// One statement that changes nothing.
fn prepare<'a>(
    connection: &'a Connection,
    sql: &str,
) -> std::result::Result<Statement<'a>, SqlFault> {
    let fault = |message: String, offset| SqlFault { message, offset };
    let prepared = connection.prepare(sql).map_err(|error| match error {
        Error::SqlInputError { msg, offset, .. } => fault(msg, usize::try_from(offset).ok()),
        Error::SqliteFailure(_, Some(message)) => fault(message, None),
        Error::MultipleStatement => fault("more than one statement".to_owned(), None),
        error => fault(error.to_string(), None),
    })?;
    if prepared.column_count() == 0 || !prepared.readonly() {
        let message =
            "this is no question: a statement that asks begins with SELECT, WITH or VALUES";
        return Err(fault(message.to_owned(), None));
    }
    Ok(prepared)
}

/// A question that fails while it is answered, as in a sum that is too large.
fn refusal(path: &std::path::Path, error: Error) -> CatalogError {
    match error {
        Error::SqliteFailure(failure, Some(message))
            if matches!(
                failure.code,
                rusqlite::ErrorCode::Unknown
                    | rusqlite::ErrorCode::ReadOnly
                    | rusqlite::ErrorCode::TypeMismatch
                    | rusqlite::ErrorCode::TooBig
            ) =>
        {
            CatalogError::Sql(SqlFault { message, offset: None })
        }
        Error::InvalidParameterCount(..) => CatalogError::Sql(SqlFault {
            message: "the question has parameters that have no value".to_owned(),
            offset: None,
        }),
        error => CatalogError::new(path, error),
    }
}
