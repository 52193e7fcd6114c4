//! `cantus catalog`: what is known of a collection.

mod grid;
mod json;

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};
use pipeline::catalog::{ExportFormat, Exported, Info, TableExportOptions, export, info, query};
use pipeline::{CatalogError, Cell, CorpusError, Error, SqlFault};

use crate::failure::Failure;
use crate::terminal::{Terminal, bold, columns, count, dim};

use grid::Grid;

const AFTER_HELP: &str = "\
Examples:
  cantus ingest midi/ --output notes.tfrecord --catalog catalog.db
  cantus catalog info
  cantus catalog query \"SELECT * FROM genre_counts ORDER BY files DESC LIMIT 9\"
  cantus catalog export --format parquet --output-dir tables

The catalog is an SQLite file: sqlite3, DB Browser, pandas and others open it.";

const AFTER_QUERY: &str = "\
Examples:
  cantus catalog query \"SELECT * FROM drops\"
  cantus catalog query --catalog mine.db --csv \\
      \"SELECT artist, count(*) FROM piece_facts GROUP BY 1\" > artists.csv
  cantus catalog query --json \"SELECT title FROM piece_facts\" \\
      | jq -r '.rows[].title'

Nothing can be changed, whatever is asked. `cantus catalog info` lists tables
and views. In a terminal, long texts are cut; --csv and --json give them whole.";

const AFTER_EXPORT: &str = "\
Examples:
  cantus catalog export --format parquet --output-dir tables
  cantus catalog export --format csv --output-dir tables --table piece_facts \\
      --table artist_genre";

const AFTER_INFO: &str = "\
Examples:
  cantus catalog info
  cantus catalog info --catalog mine.db --json | jq '.tables[].columns'";

/// Ask the catalog of a collection, and take tables out of it
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP, disable_help_subcommand = true)]
pub(crate) struct CatalogArgs {
    #[command(subcommand)]
    command: CatalogCommand,
}

#[derive(Debug, Subcommand)]
enum CatalogCommand {
    Query(QueryArgs),
    Export(ExportArgs),
    Info(InfoArgs),
}

/// Where the catalog is.
#[derive(Args, Debug)]
pub(crate) struct CatalogArg {
    /// The catalog, as `cantus ingest --catalog` made it
    #[arg(long, value_name = "FILE", default_value = "catalog.db", value_hint = ValueHint::FilePath)]
    pub(crate) catalog: PathBuf,
}

/// Ask a question in SQL
#[derive(Args, Debug)]
#[command(after_help = AFTER_QUERY)]
struct QueryArgs {
    /// A SELECT
    sql: String,
    #[command(flatten)]
    catalog: CatalogArg,
    /// Print comma-separated values
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

/// Write tables as Parquet or CSV files
#[derive(Args, Debug)]
#[command(after_help = AFTER_EXPORT)]
struct ExportArgs {
    #[command(flatten)]
    catalog: CatalogArg,
    /// Kind of files
    #[arg(long, value_enum)]
    format: Format,
    /// Folder for the files; made when missing
    #[arg(long, short, value_name = "DIR", value_hint = ValueHint::DirPath)]
    output_dir: PathBuf,
    /// Table or view to write, or several [default: all]
    #[arg(long, value_name = "NAME")]
    table: Vec<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Parquet,
    Csv,
}

/// Tell what is in a catalog
#[derive(Args, Debug)]
#[command(after_help = AFTER_INFO)]
struct InfoArgs {
    #[command(flatten)]
    catalog: CatalogArg,
}

pub(crate) fn run(args: &CatalogArgs, terminal: Terminal) -> Result<(), Failure> {
    match &args.command {
        CatalogCommand::Query(args) => ask(args, terminal),
        CatalogCommand::Export(args) => {
            let options = TableExportOptions {
                catalog: args.catalog.catalog.clone(),
                format: match args.format {
                    Format::Parquet => ExportFormat::Parquet,
                    Format::Csv => ExportFormat::Csv,
                },
                output_dir: args.output_dir.clone(),
                tables: args.table.clone(),
            };
            let exported = export(&options, &terminal.progress())?;
            terminal.result(&exported, |out| written(&exported, out))
        }
        CatalogCommand::Info(args) => {
            let info = info(&args.catalog.catalog, &terminal.progress())?;
            terminal.answer(&info, |out| contents(&info, out))
        }
    }
}

/// Prints the answer row by row.
fn ask(args: &QueryArgs, terminal: Terminal) -> Result<(), Failure> {
    let mut out = BufWriter::new(anstream::stdout().lock());
    let (path, sql) = (&args.catalog.catalog, &args.sql);
    let progress = terminal.progress();
    let stdout = |source| Error::Write { path: "the standard output".into(), source };
    let asked = if terminal.json {
        let mut rows = json::Rows::default();
        query(path, sql, &progress, &mut |columns, cells| {
            rows.take(columns, cells, &mut out).map_err(stdout)
        })
        .and_then(|()| rows.end(&mut out).map_err(stdout))
    } else if args.csv {
        let line = |cells: &mut dyn Iterator<Item = String>, out: &mut dyn Write| {
            writeln!(out, "{}", cells.collect::<Vec<_>>().join(","))
        };
        query(path, sql, &progress, &mut |columns, cells| {
            match cells {
                None => line(&mut columns.iter().map(|name| csv_field(name)), &mut out),
                Some(cells) => {
                    line(&mut cells.iter().map(|cell| csv_field(&cell.to_string())), &mut out)
                }
            }
            .map_err(stdout)
        })
    } else {
        let mut grid = Grid::new(columns());
        query(path, sql, &progress, &mut |columns, cells| {
            grid.take(columns, cells, &mut out).map_err(stdout)
        })
        .and_then(|()| grid.end(&mut out).map_err(stdout))
    };
    asked.map_err(|error| refusal(error, sql))?;
    out.flush().map_err(Failure::stdout)
}

/// Shows where in the question the fault is.
fn refusal(error: Error, sql: &str) -> Failure {
    let offset = match &error {
        Error::Corpus(CorpusError::Catalog(CatalogError::Sql(SqlFault { offset, .. }))) => *offset,
        _ => None,
    };
    let failure = Failure::from(error);
    match offset {
        Some(offset) => failure.with_excerpt(sql, offset, 1),
        None => failure,
    }
}

/// A field of RFC 4180.
fn csv_field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

fn written(exported: &Exported, out: &mut dyn Write) -> io::Result<()> {
    let rows: u64 = exported.tables.iter().map(|table| table.rows).sum();
    let tables = bold(count(exported.tables.len() as u64));
    writeln!(out, "Wrote {tables} tables with {} rows:", count(rows))?;
    for table in &exported.tables {
        writeln!(out, "  {:>9}  {}", count(table.rows), table.file.display())?;
    }
    Ok(())
}

fn contents(info: &Info, out: &mut dyn Write) -> io::Result<()> {
    let contents = &info.contents;
    writeln!(
        out,
        "{}: schema {}, {} bytes",
        bold(info.catalog.display()),
        contents.schema_version,
        count(contents.bytes)
    )?;
    for (input, collection, records) in &contents.inputs {
        let records = records.as_deref().unwrap_or("no file of records");
        writeln!(out, "  {}  {input}, {records}", bold(collection))?;
    }
    let width = contents.tables.iter().map(|table| table.table.len()).max().unwrap_or(0);
    let room = columns().saturating_sub(width + 16).max(20);
    for is_view in [false, true] {
        writeln!(out, "\n{}", dim(if is_view { "views" } else { "tables" }))?;
        for table in contents.tables.iter().filter(|table| table.is_view == is_view) {
            let mut line = String::new();
            let mut lines = Vec::new();
            for column in &table.columns {
                if !line.is_empty() && line.len() + column.len() + 2 > room {
                    lines.push(std::mem::take(&mut line) + ",");
                }
                line += if line.is_empty() { "" } else { ", " };
                line += column;
            }
            lines.push(line);
            for (number, line) in lines.iter().enumerate() {
                let (name, rows) = match number {
                    0 => (table.table.as_str(), count(table.rows)),
                    _ => ("", String::new()),
                };
                writeln!(out, "  {name:<width$}  {rows:>9}  {}", dim(line))?;
            }
        }
    }
    Ok(())
}

impl From<&Cell> for grid::Entry {
    fn from(cell: &Cell) -> Self {
        let is_number = matches!(cell, Cell::Integer(_) | Cell::Real(_));
        let text = match cell {
            // As many digits as anybody reads.
            Cell::Real(number) if number.fract() != 0.0 && number.abs() >= 0.001 => {
                let text = format!("{number:.4}");
                text.trim_end_matches('0').to_owned()
            }
            cell => cell.to_string(),
        };
        Self { text, is_number }
    }
}
