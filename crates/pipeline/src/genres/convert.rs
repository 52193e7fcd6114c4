//! Tables of genres to another format, and several to one.

use std::path::PathBuf;

use genre::GenreTable;
use serde::Serialize;

use super::table::{format_of, table};
use crate::{Observer, Result, files};

/// Which tables to read, and what to write.
#[derive(Clone, Debug)]
pub struct TableConvertOptions {
    /// Tables; an artist that stands in several has the genres of all.
    pub inputs: Vec<PathBuf>,
    /// The table to write; its ending says the format.
    pub output: PathBuf,
}

/// What was written.
#[derive(Clone, Debug, Serialize)]
pub struct TableConverted {
    /// The table.
    pub output: PathBuf,
    /// Artists in it.
    pub artists: usize,
    /// Of these, artists without genres.
    pub without_genres: usize,
    /// Genres in it.
    pub genres: usize,
}

/// Reads tables and writes them as one.
///
/// # Errors
///
/// Those of [`table`], a disk that cannot be written.
pub fn convert(options: &TableConvertOptions, observer: &dyn Observer) -> Result<TableConverted> {
    let format = format_of(&options.output)?;
    let mut all = GenreTable::default();
    for input in &options.inputs {
        for artist in table(Some(input), observer)?.artists() {
            all.add(&artist.name, artist.genres.iter().cloned());
        }
    }
    let output = options.output.clone();
    let bytes = all
        .write(format)
        .map_err(|source| crate::Error::Genres { path: output.clone(), source })?;
    files::create_parent(&output)?;
    files::write_whole(&output, &bytes)?;
    let without_genres = all.artists().iter().filter(|artist| artist.genres.is_empty()).count();
    Ok(TableConverted {
        output,
        artists: all.artists().len(),
        without_genres,
        genres: all.genres().len(),
    })
}
