//! Tables out of a catalog, for the tools of others.

use std::path::PathBuf;

use corpus::catalog::{Catalog, write_csv, write_parquet};
use serde::Serialize;

use super::interruptible;
use crate::files::{self, WholeFile};
use crate::{Event, Observer, Result};

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ExportFormat {
    /// Parquet, compressed with Snappy.
    Parquet,
    /// Comma-separated values with a header.
    Csv,
}

/// What to write, and where.
#[derive(Clone, Debug)]
pub struct TableExportOptions {
    /// The catalog.
    pub catalog: PathBuf,
    /// How.
    pub format: ExportFormat,
    /// Folder for the files; each has the name of its table.
    pub output_dir: PathBuf,
    /// Tables and views; none stands for all.
    pub tables: Vec<String>,
}

/// What was written.
#[derive(Clone, Debug, Serialize)]
pub struct Exported {
    /// Folder of the files.
    pub output_dir: PathBuf,
    /// The tables, in the order in which they were asked for.
    pub tables: Vec<ExportedTable>,
}

/// A table that was written.
#[derive(Clone, Debug, Serialize)]
pub struct ExportedTable {
    /// Its name.
    pub table: String,
    /// The file.
    pub file: PathBuf,
    /// Rows in it.
    pub rows: u64,
}

/// Writes tables of a catalog as files. Each is whole or not there.
///
/// # Errors
///
/// A catalog or a table that is not there, a disk that cannot be written, [`crate::Error::Interrupted`].
pub fn export(options: &TableExportOptions, observer: &dyn Observer) -> Result<Exported> {
    let catalog = Catalog::read(&options.catalog)?;
    let tables = if options.tables.is_empty() {
        catalog.contents()?.tables.into_iter().map(|table| table.table).collect()
    } else {
        options.tables.clone()
    };
    files::create_dir(&options.output_dir)?;
    let total = Some(tables.len() as u64);
    observer.observe(Event::Began { task: "exporting", unit: "tables", total, done: 0 });
    let mut exported = Exported { output_dir: options.output_dir.clone(), tables: Vec::new() };
    for table in tables {
        let ending = match options.format {
            ExportFormat::Parquet => "parquet",
            ExportFormat::Csv => "csv",
        };
        let file = options.output_dir.join(format!("{table}.{ending}"));
        let mut out = WholeFile::create(&file)?;
        let rows = interruptible(&catalog, observer, || {
            Ok(match options.format {
                ExportFormat::Parquet => write_parquet(&catalog, &table, &mut out)?,
                ExportFormat::Csv => write_csv(&catalog, &table, &mut out)?,
            })
        })?;
        out.commit()?;
        exported.tables.push(ExportedTable { table, file, rows });
        let done = exported.tables.len() as u64;
        observer.observe(Event::Advanced { done, total, detail: "" });
    }
    observer.observe(Event::Ended);
    Ok(exported)
}
