//! Any question in SQL.

use std::path::Path;

use corpus::catalog::{Catalog, Cell};

use super::interruptible;
use crate::{Error, Observer, Result};

/// Takes the names of the columns and a row, or the names alone before the first row.
pub type TakeRow<'a> = dyn FnMut(&[String], Option<&[Cell]>) -> Result<()> + 'a;

/// Asks the catalog at `path` a question in SQL and hands `take` the names of the columns with each row, and once without a row at
/// the beginning. Nothing can be changed, whatever is asked.
///
/// # Errors
///
/// A catalog that is not there, a question that is none or that would change something, [`Error::Interrupted`], what `take` returns.
pub fn query(
    path: &Path,
    sql: &str,
    observer: &dyn Observer,
    take: &mut TakeRow<'_>,
) -> Result<()> {
    let catalog = Catalog::read(path)?;
    interruptible(&catalog, observer, || {
        catalog.rows(sql, |mut rows| {
            let columns = rows.columns().to_vec();
            take(&columns, None)?;
            let mut cells = Vec::new();
            while rows.next_into(&mut cells)? {
                take(&columns, Some(&cells))?;
                if observer.cancelled() {
                    return Err(Error::Interrupted { kept: None });
                }
            }
            Ok(())
        })
    })
}
