//! Ingest: music files to one file of note sequences.

mod streamed;

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::PathBuf;

use corpus::catalog::{Recorded, Recording};
use corpus::ingest::{Options, Progress, Sink, Stage, Summary, ingest_to_files};
use serde::Serialize;

use crate::{Event, Observer, Result, files};

/// What to read, and where to put it.
#[derive(Clone, Debug)]
pub struct IngestOptions {
    /// Folders, files and archives.
    pub inputs: Vec<PathBuf>,
    /// The TFRecord file; none for stdout.
    pub output: Option<PathBuf>,
    /// Where to list what became of each file, as JSON Lines; none for nowhere.
    pub report: Option<PathBuf>,
    /// The catalog that takes note of all of it; none for none.
    pub catalog: Option<PathBuf>,
    /// Leave out pieces that have the notes of an earlier one.
    pub skip_duplicates: bool,
    /// Threads to read with; the result does not depend on them.
    pub threads: usize,
}

/// What came of an ingest.
#[derive(Clone, Debug, Serialize)]
pub struct Ingested {
    /// The TFRecord file; none for stdout.
    pub output: Option<PathBuf>,
    /// The report, when there is one.
    pub report: Option<PathBuf>,
    /// What the catalog took note of, when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorded: Option<Recorded>,
    /// How many files and pieces, and why some files gave nothing.
    #[serde(flatten)]
    pub summary: Summary,
}

/// Reads music files and writes their notes as NoteSequence records.
///
/// # Errors
///
/// An input that is not there, a disk that cannot be written, not one piece in all the inputs,
/// [`crate::Error::Interrupted`]. A file that cannot be read is none: it stands in the report.
pub fn ingest(options: &IngestOptions, observer: &dyn Observer) -> Result<Ingested> {
    let mut corpus_options = Options::default();
    corpus_options.threads = NonZeroUsize::new(options.threads);
    corpus_options.skip_duplicates = options.skip_duplicates;
    corpus_options.details = options.catalog.is_some();
    let mut watch = Watch { observer, stage: None };
    let recording = options.catalog.as_deref().map(|catalog| {
        files::create_parent(catalog)?;
        Ok::<_, crate::Error>(Recording::begin(
            catalog,
            &options.inputs,
            options.output.as_deref(),
        )?)
    });
    let mut recording = recording.transpose()?;
    let also = recording.as_mut().map(|recording| recording as &mut dyn Sink);
    let summary = match &options.output {
        Some(output) => {
            files::create_parent(output)?;
            let report = options.report.as_deref();
            report.map_or(Ok(()), files::create_parent)?;
            ingest_to_files(&options.inputs, output, report, also, &corpus_options, &mut watch)?
        }
        None => streamed::ingest(options, also, &corpus_options, &mut watch)?,
    };
    let recorded = recording.map(Recording::finish).transpose()?;
    observer.observe(Event::Ended);
    let (output, report) = (options.output.clone(), options.report.clone());
    Ok(Ingested { output, report, recorded, summary })
}

/// Tells an observer how far the ingest has come.
struct Watch<'a> {
    observer: &'a dyn Observer,
    stage: Option<Stage>,
}

impl corpus::ingest::Observer for Watch<'_> {
    fn update(&mut self, progress: &Progress) -> ControlFlow<()> {
        let total = (progress.stage == Stage::Reading).then_some(progress.files_total);
        if self.stage != Some(progress.stage) {
            self.stage = Some(progress.stage);
            let task = if total.is_some() { "reading" } else { "looking for files" };
            self.observer.observe(Event::Began { task, unit: "files", total, done: 0 });
        }
        let done = if total.is_some() { progress.files_done } else { progress.files_total };
        let detail = format!("{} pieces", progress.pieces);
        let detail = if total.is_some() { detail.as_str() } else { "" };
        self.observer.observe(Event::Advanced { done, total, detail });
        if self.observer.cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
