//! Map: a table of artists and genres to points that lie together where artists do, and a picture of them.

use std::io;
use std::ops::ControlFlow;
use std::path::PathBuf;

use genre::map::{Progress, Stage, pca, trustworthiness, tsne};
use genre::{GenreMap, GenreMatrix};
use serde::Serialize;

use super::picture::{MapFormat, PictureOptions, encode_map};
use super::table::table;
use crate::{Error, Event, Observer, Result, files};

pub use genre::map::{Dimensions, Fit, TsneOptions};

/// Neighbours of an artist that are looked at to tell how far a map can be trusted.
const TRUSTED_NEIGHBOURS: usize = 12;

/// What to lay out, how, and where to.
#[derive(Clone, Debug)]
pub struct MapOptions {
    /// The table; none for the built-in one.
    pub table: Option<PathBuf>,
    /// The file to write.
    pub output: PathBuf,
    /// What to write; none for what the file's ending says.
    pub format: Option<MapFormat>,
    /// How it is shown.
    pub picture: PictureOptions,
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

/// Lays the artists of a table out as points and writes them, or a picture of them.
///
/// # Errors
///
/// A table that cannot be read, fewer than two artists with genres, a perplexity that is impossible among them, an ending that says no
/// format, a disk that cannot be written, [`Error::Interrupted`].
pub fn map(options: &MapOptions, observer: &dyn Observer) -> Result<Mapped> {
    // What cannot be written is refused before the work is done.
    let format = options.format.or_else(|| MapFormat::of(&options.output));
    let format = format.ok_or_else(|| Error::MapFormat { path: options.output.clone() })?;
    files::create_parent(&options.output)?;
    let table = table(options.table.as_deref(), observer)?;
    let matrix = GenreMatrix::new(&table);
    let pool =
        rayon::ThreadPoolBuilder::new().num_threads(options.threads).build().map_err(|error| {
            Error::Threads { threads: options.threads, source: io::Error::other(error) }
        })?;
    let (map, trustworthiness, bytes) = pool.install(|| -> Result<_> {
        let map = lay_out(&matrix, options.layout, observer)?;
        let trusted = options.measure.then(|| trustworthiness(&matrix, &map, TRUSTED_NEIGHBOURS));
        let bytes = encode_map(&map, format, &options.picture)?;
        Ok((map, trusted.transpose()?, bytes))
    })?;
    observer.observe(Event::Ended);
    files::write_whole(&options.output, &bytes)?;
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

/// Lays artists out.
pub(crate) fn lay_out(
    matrix: &GenreMatrix,
    layout: Layout,
    observer: &dyn Observer,
) -> Result<GenreMap> {
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
