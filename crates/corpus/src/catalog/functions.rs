//! What queries call and SQL does not have.

use genre::query::{Pattern, TextField};
use rusqlite::functions::FunctionFlags;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error};

/// `is_like(field, exact, pattern, text)`: whether a text, found in a field of queries, is like a pattern; not if it is NULL.
pub(super) const IS_LIKE: &str = "cantus_is_like";

/// Makes the functions known to a connection.
pub(super) fn add(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function(IS_LIKE, 4, flags, |context| {
        let ValueRef::Text(text) = context.get_raw(3) else { return Ok(false) };
        let text = String::from_utf8_lossy(text);
        let field = TextField::named(&context.get::<String>(0)?);
        let field = field.ok_or_else(|| Error::UserFunctionError("no such field".into()))?;
        let pattern: String = context.get(2)?;
        let exact: bool = context.get(1)?;
        let pattern = if exact { Pattern::exact(pattern) } else { Pattern::like(pattern) };
        Ok(pattern.matches(field, &text))
    })
}
