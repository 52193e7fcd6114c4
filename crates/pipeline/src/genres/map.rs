//! Map: a table of artists and genres to points that lie together where artists do.

use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use genre::map::{Progress, Stage, pca, trustworthiness, tsne};
use genre::table::TableFormat;
use genre::{GenreMap, GenreMatrix, GenreTable};
use serde::Serialize;

use crate::{Error, Event, Observer, Result, files};

pub use genre::map::{Dimensions, Fit, TsneOptions};

/// Neighbours of an artist that are looked at to tell how far a map can be trusted.
const TRUSTED_NEIGHBOURS: usize = 12;

/// What to lay out, how, and where to.
#[derive(Clone, Debug)]
pub struct MapOptions {
    /// The table: CSV, TSV or JSON.
    pub table: PathBuf,
    /// The file to write; its ending says what: `.csv`.
    pub output: PathBuf,
    /// How to lay the artists out.
    pub layout: Layout,
    /// Whether to tell how far the map can be trusted, which takes time that grows with the square of the artists.
    pub measure: bool,
    /// Threads to compute with; the result does not depend on them.
    pub threads: usize,
}

/// How artists are laid out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Layout {
    /// By principal components.
    Pca(Dimensions),
    /// By t-SNE.
    Tsne(TsneOptions),
}

/// What came of a map.
#[derive(Clone, Debug, Serialize)]
pub struct Mapped {
    /// The file.
    pub output: PathBuf,
    /// Artists on the map.
    pub artists: usize,
    /// Artists that are not, since the table has no genres of theirs.
    pub artists_without_genres: usize,
    /// Genres.
    pub genres: usize,
    /// Dimensions of the map.
    pub dimensions: usize,
    /// How it was made, and how well it fits.
    #[serde(flatten)]
    pub fit: Fit,
    /// How many of 12 neighbours on the map are near in truth, from 0 to 1, if that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trustworthiness: Option<f64>,
}

/// Lays the artists of a table out as points and writes them.
///
/// # Errors
///
/// A table that cannot be read, fewer than two artists with genres, a perplexity that is impossible among them, an ending that says no
/// format, a disk that cannot be written, [`Error::Interrupted`].
pub fn map(options: &MapOptions, observer: &dyn Observer) -> Result<Mapped> {
    check_output(&options.output)?;
    files::create_parent(&options.output)?;
    let table = read_table(&options.table)?;
    let matrix = GenreMatrix::new(&table);
    let pool =
        rayon::ThreadPoolBuilder::new().num_threads(options.threads).build().map_err(|error| {
            Error::Threads { threads: options.threads, source: io::Error::other(error) }
        })?;
    let (map, trustworthiness) = pool.install(|| -> Result<_> {
        let map = lay_out(&matrix, options.layout, observer)?;
        let trusted = options.measure.then(|| trustworthiness(&matrix, &map, TRUSTED_NEIGHBOURS));
        Ok((map, trusted.transpose()?))
    })?;
    observer.observe(Event::Ended);
    files::write_whole(&options.output, &map.to_csv()?)?;
    let artists = matrix.artists().len();
    Ok(Mapped {
        output: options.output.clone(),
        artists,
        artists_without_genres: table.artists().len() - artists,
        genres: matrix.genres().len(),
        dimensions: map.dimensions,
        fit: map.fit,
        trustworthiness,
    })
}

/// The ending is looked at before the work is done.
fn check_output(output: &Path) -> Result<()> {
    let ending = output.extension().and_then(|ending| ending.to_str());
    match ending.map(str::to_ascii_lowercase).as_deref() {
        Some("csv") => Ok(()),
        _ => Err(Error::MapFormat { path: output.to_owned() }),
    }
}

fn read_table(path: &Path) -> Result<GenreTable> {
    let format =
        TableFormat::of(path).ok_or_else(|| Error::TableFormat { path: path.to_owned() })?;
    let bytes = fs::read(path).map_err(|source| Error::read(path, source))?;
    GenreTable::read(&bytes, format)
        .map_err(|source| Error::Table { path: path.to_owned(), source })
}

fn lay_out(matrix: &GenreMatrix, layout: Layout, observer: &dyn Observer) -> Result<GenreMap> {
    match layout {
        Layout::Pca(dimensions) => Ok(pca(matrix, dimensions)?),
        Layout::Tsne(options) => {
            let mut last = None;
            Ok(tsne(matrix, &options, &mut |progress| report(progress, &mut last, observer))?)
        }
    }
}

/// Tells an observer how far the map has come.
fn report(
    progress: Progress,
    last: &mut Option<Stage>,
    observer: &dyn Observer,
) -> ControlFlow<()> {
    let Progress { stage, done, total } = progress;
    let (done, total) = (done as u64, Some(total as u64));
    if last.replace(stage) != Some(stage) {
        let (task, unit) = match stage {
            Stage::Neighbours => ("looking for neighbours", "artists"),
            Stage::Descent => ("laying out", "iterations"),
            _ => ("comparing", "artists"),
        };
        observer.observe(Event::Began { task, unit, total, done });
    }
    observer.observe(Event::Advanced { done, total, detail: "" });
    if observer.cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}
