//! Tables of artists in files.

use std::fs;
use std::path::Path;

use genre::GenreTable;
use genre::table::TableFormat;

use crate::{Error, Result};

/// Reads a table of artists and their genres, in the format that the ending of its name stands for: `.csv`, `.tsv` or `.json`.
///
/// # Errors
///
/// [`Error::Read`], [`Error::TableFormat`], [`Error::GenreTable`].
pub fn read_table(path: &Path) -> Result<GenreTable> {
    let format = TableFormat::of(path);
    let format = format.ok_or_else(|| Error::TableFormat { path: path.to_owned() })?;
    let bytes = fs::read(path).map_err(|source| Error::read(path, source))?;
    GenreTable::read(&bytes, format)
        .map_err(|source| Error::GenreTable { path: path.to_owned(), source })
}
