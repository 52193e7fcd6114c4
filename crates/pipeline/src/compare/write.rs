//! Files of a comparison.

use std::path::{Path, PathBuf};

use super::{CompareOptions, Compared, chart, csv, page};
use crate::{Error, Result, files};

/// Pixels of a PNG for each of the picture's own: sharp on paper.
const SCALE: f64 = 2.0;

/// What a file of a comparison is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComparisonFormat {
    /// A page with charts, tables and words.
    Html,
    /// The charts as a vector picture.
    Svg,
    /// The charts as pixels.
    Png,
    /// A line a test.
    Csv,
    /// Everything.
    Json,
}

impl ComparisonFormat {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Html, "html"),
        (Self::Svg, "svg"),
        (Self::Png, "png"),
        (Self::Csv, "csv"),
        (Self::Json, "json"),
    ];

    /// What a file of this name is to be; none of an ending that is none of `html`, `svg`, `png`, `csv` and `json`.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_string_lossy().to_ascii_lowercase();
        Self::ALL.into_iter().find(|(_, known)| *known == ending).map(|found| found.0)
    }
}

/// The files that are asked for: known before anything is read.
pub(super) fn plan(options: &CompareOptions) -> Result<Vec<(ComparisonFormat, PathBuf)>> {
    let mut files = Vec::new();
    for path in &options.outputs {
        let format = ComparisonFormat::of(path);
        files.push((
            format.ok_or_else(|| Error::ComparisonFormat { path: path.clone() })?,
            path.clone(),
        ));
    }
    if let Some(folder) = &options.output_dir {
        let file = |(format, ending)| (format, folder.join(format!("comparison.{ending}")));
        files.extend(ComparisonFormat::ALL.map(file));
    }
    Ok(files)
}

/// Writes a comparison to a file.
pub(super) fn write(compared: &Compared, format: ComparisonFormat, path: &Path) -> Result<()> {
    let error = |source| Error::Write { path: path.to_owned(), source };
    let picture = || chart::picture(compared).finish();
    let bytes = match format {
        ComparisonFormat::Html => page(compared).into_bytes(),
        ComparisonFormat::Svg => picture().into_bytes(),
        ComparisonFormat::Png => figure::png::render(&picture(), SCALE)
            .map_err(|source| error(std::io::Error::other(source)))?,
        ComparisonFormat::Csv => csv(compared),
        ComparisonFormat::Json => {
            serde_json::to_vec_pretty(compared).map_err(|source| error(source.into()))?
        }
    };
    files::create_parent(path)?;
    files::write_whole(path, &bytes)
}
