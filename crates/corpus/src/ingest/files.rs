//! An ingest into two files: the TFRecord and the report.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::TempPath;
use tensorflow::tfrecord::FileWriter;

use super::{Observer, Options, Row, Sink, Summary, ingest};
use crate::{Error, Result};

/// How the names of files begin that are being written: `ingest` passes over them.
pub(super) const UNFINISHED: &str = ".writing-";

/// The TFRecord of pieces and the report (JSON Lines, one [`Row`] a line), both under temporary names until they are
/// complete. Dropped before, they leave nothing behind.
#[derive(Debug)]
pub struct Files {
    records: FileWriter,
    report: Option<Report>,
}

impl Files {
    /// Begins both files; the report may be left out.
    ///
    /// # Errors
    ///
    /// [`Error::Records`] or [`Error::Report`] when one cannot be written.
    pub fn create(records: &Path, report: Option<&Path>) -> Result<Self> {
        let records = FileWriter::create(records)?;
        let report = report.map(Report::create).transpose()?;
        Ok(Self { records, report })
    }

    /// Gives both files their names.
    ///
    /// # Errors
    ///
    /// [`Error::Records`] or [`Error::Report`].
    pub fn commit(self) -> Result<()> {
        self.report.map(Report::commit).transpose()?;
        Ok(self.records.commit()?)
    }
}

impl Sink for Files {
    fn take(&mut self, row: &Row, record: Option<&[u8]>) -> Result<()> {
        if let Some(report) = &mut self.report {
            report.write(row)?;
        }
        if let Some(record) = record {
            self.records.write(record)?;
        }
        Ok(())
    }
}

/// Ingests into a TFRecord file and, if asked for, a report; `also` takes the same. When not one file gives a piece only the report is kept.
///
/// # Errors
///
/// Those of [`ingest`], [`Error::NothingRead`], and those of [`Files`].
pub fn ingest_to_files(
    inputs: &[PathBuf],
    records: &Path,
    report: Option<&Path>,
    also: Option<&mut dyn Sink>,
    options: &Options,
    observer: &mut dyn Observer,
) -> Result<Summary> {
    let mut files = Files::create(records, report)?;
    let summary = match also {
        Some(also) => ingest(inputs, &mut Both(&mut files, also), options, observer)?,
        None => ingest(inputs, &mut files, options, observer)?,
    };
    if summary.pieces == 0 {
        // A report without a line says nothing.
        files.report.filter(|_| summary.files > 0).map(Report::commit).transpose()?;
        return Err(Error::NothingRead { files: summary.files });
    }
    files.commit()?;
    Ok(summary)
}

/// Hands everything to one sink, then to another.
pub struct Both<'a>(pub &'a mut dyn Sink, pub &'a mut dyn Sink);

impl Sink for Both<'_> {
    fn take(&mut self, row: &Row, record: Option<&[u8]>) -> Result<()> {
        self.0.take(row, record)?;
        self.1.take(row, record)
    }
}

#[derive(Debug)]
struct Report {
    path: PathBuf,
    // Before its name: a file is closed before it is removed.
    lines: BufWriter<File>,
    temporary: TempPath,
}

impl Report {
    fn create(path: &Path) -> Result<Self> {
        let error = |source| Error::Report { path: path.to_owned(), source };
        if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(error(std::io::Error::other("is not a regular file")));
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(UNFINISHED).suffix(".jsonl");
        // Temporary files are private by default; this one becomes an ordinary file, so the user's umask decides.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let temporary = builder.tempfile_in(folder_of(path)).map_err(error)?;
        // Apart, so that errors do not speak of the temporary name.
        let (file, temporary) = temporary.into_parts();
        Ok(Self { path: path.to_owned(), lines: BufWriter::new(file), temporary })
    }

    fn write(&mut self, row: &Row) -> Result<()> {
        let written = serde_json::to_writer(&mut self.lines, row).map_err(std::io::Error::from);
        written
            .and_then(|()| self.lines.write_all(b"\n"))
            .map_err(|source| Error::Report { path: self.path.clone(), source })
    }

    fn commit(self) -> Result<()> {
        let Self { path, lines, temporary } = self;
        let error = |source| Error::Report { path: path.clone(), source };
        let file = lines.into_inner().map_err(|failed| error(failed.into_error()))?;
        file.sync_all().map_err(error)?;
        drop(file);
        temporary.persist(&path).map_err(|failed| error(failed.error))?;
        // The rename is safe on disk once its folder is; not every system lets a folder be synced.
        let _ = File::open(folder_of(&path)).and_then(|folder| folder.sync_all());
        Ok(())
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."))
}
