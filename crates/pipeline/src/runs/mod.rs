//! Runs: what is in run folders, side by side.
//!
//! The folders say everything: the JSON file of the newest checkpoint has settings and figures, the event files have the curves and when
//! their points were drawn. Runs of Magenta and others of TensorFlow have event files only, and so no settings.

mod chart;
mod find;
mod pace;
mod page;
mod run;
mod setting;
mod sort;
mod table;

use std::path::PathBuf;

use serde::Serialize;

use crate::{Error, Event, Observer, Picture, Result, files};
pub use chart::{DEFAULT_SMOOTHING, smoothed, tag_called};
pub use run::{Measured, Run};
pub use setting::{differing, heading, shown};
pub use sort::{SortBy, sort};
pub use table::csv;

/// Which runs to look at, and what to make of them.
#[derive(Clone, Debug)]
pub struct RunsOptions {
    /// Run folders, or folders with such somewhere below.
    pub folders: Vec<PathBuf>,
    /// What is first.
    pub sort: SortBy,
    /// Turn the order around.
    pub reverse: bool,
    /// Leave out all but so many, from the first on; none for all.
    pub top: Option<usize>,
    /// Curves: pictures (`.svg`, `.png`) to draw.
    pub curves: Vec<PathBuf>,
    /// Which curve: `loss`, `accuracy`, `perplexity`, or a tag of the event files.
    pub tag: String,
    /// How much of the value before goes into the next of a training curve, 0 to below 1, as in TensorBoard.
    pub smoothing: f64,
    /// A page with table and curves.
    pub page: Option<PathBuf>,
    /// The table for other programs.
    pub csv: Option<PathBuf>,
}

/// Runs side by side.
#[derive(Clone, Debug, Serialize)]
pub struct Runs {
    /// The runs, in the order that was asked for.
    pub runs: Vec<Run>,
    /// Names of the settings in which they differ.
    pub differing: Vec<&'static str>,
    /// Runs that were found and are not among these.
    pub left_out: usize,
    /// Files that were written.
    pub files: Vec<PathBuf>,
}

impl Runs {
    /// Names of all settings that any of the runs has.
    #[must_use]
    pub fn settings(&self) -> Vec<&'static str> {
        setting::known(&self.runs)
    }
}

/// Finds runs, reads and compares them, and writes what is asked for.
///
/// # Errors
///
/// [`Error::NoRuns`], [`Error::NoCurve`], a name that is none of a picture, files that cannot be read or written,
/// [`Error::Interrupted`].
pub fn runs(options: &RunsOptions, observer: &dyn Observer) -> Result<Runs> {
    if let Some(path) = options.curves.iter().find(|path| Picture::of(path).is_none()) {
        return Err(Error::PictureFormat { path: path.clone() });
    }
    let found = find::runs(&options.folders, observer)?;
    let total = Some(found.len() as u64);
    observer.observe(Event::Began { task: "reading", unit: "runs", total, done: 0 });
    let mut runs = Vec::new();
    for (name, folder) in found {
        runs.push(Run::read(name, &folder)?);
        observer.observe(Event::Advanced { done: runs.len() as u64, total, detail: "" });
        if observer.cancelled() {
            return Err(Error::Interrupted { kept: None });
        }
    }
    observer.observe(Event::Ended);
    sort(&mut runs, options.sort);
    if options.reverse {
        runs.reverse();
    }
    let kept = options.top.unwrap_or(runs.len()).min(runs.len());
    let left_out = runs.len() - kept;
    runs.truncate(kept);
    let mut compared = Runs { differing: differing(&runs), runs, left_out, files: Vec::new() };
    write(options, &mut compared)?;
    Ok(compared)
}

/// Writes the files.
fn write(options: &RunsOptions, runs: &mut Runs) -> Result<()> {
    if !options.curves.is_empty() {
        let svg = chart::picture(&runs.runs, &options.tag, options.smoothing)?.finish();
        for path in &options.curves {
            crate::picture::write(&svg, path)?;
            runs.files.push(path.clone());
        }
    }
    let page = options.page.as_ref().map(|path| (path, page::page(runs, options.smoothing)));
    let csv = options.csv.as_ref().map(|path| (path, csv(runs)));
    for (path, bytes) in page.map(|(path, page)| (path, page.into_bytes())).into_iter().chain(csv) {
        files::create_parent(path)?;
        files::write_whole(path, &bytes)?;
        runs.files.push(path.clone());
    }
    Ok(())
}
