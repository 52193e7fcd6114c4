//! `cantus genres top`: the most frequent genres.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use pipeline::genres::{GenreCount, Separator, TopOptions, counts_as_text, top};

use super::{cell, print_rows, rest_of_line, widest};
use crate::args::at_least_one;
use crate::failure::Failure;
use crate::terminal::{Terminal, bold, count};

const AFTER_HELP: &str = "\
Examples:
  cantus genres top
  cantus genres top --table artists.csv --limit 50 --format csv
  cantus genres top --limit 20 --format bars
  cantus genres top --catalog catalog.db --by-files --limit 20
  cantus genres top --json | jq -r '.[].genre'

--json prints a list of {\"genre\", \"artists\", \"files\"}; `files` is null where no
files are known.";

/// Tell which genres most artists have
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(super) struct TopArgs {
    /// Table of artists and genres (.csv, .tsv, .json) [default: the built-in one]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    table: Option<PathBuf>,
    /// Catalog that knows files (cantus ingest --catalog, cantus genres tag); without --table its artists are counted
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    catalog: Option<PathBuf>,
    /// Put the genres of most files first
    #[arg(long, requires = "catalog")]
    by_files: bool,
    /// Genres at most [default: all]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    limit: Option<usize>,
    /// How to print them
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "table")]
    format: TopFormat,
}

/// How counts are printed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum TopFormat {
    /// Columns to read
    Table,
    /// Comma-separated values
    Csv,
    /// Tab-separated values
    Tsv,
    /// A bar for each genre
    Bars,
}

pub(super) fn run(args: &TopArgs, terminal: Terminal) -> Result<(), Failure> {
    let options = TopOptions {
        table: args.table.clone(),
        catalog: args.catalog.clone(),
        by_files: args.by_files,
        limit: args.limit,
    };
    let counts = top(&options, &terminal.progress())?;
    match args.format {
        TopFormat::Csv if !terminal.json => print_rows(&counts_as_text(&counts, Separator::Comma)),
        TopFormat::Tsv if !terminal.json => print_rows(&counts_as_text(&counts, Separator::Tab)),
        TopFormat::Bars => terminal.answer(&counts, |out| bars(&counts, out)),
        _ => terminal.answer(&counts, |out| rows(&counts, out)),
    }
}

fn rows(counts: &[GenreCount], out: &mut dyn Write) -> io::Result<()> {
    let width = name_width(counts);
    let with_files = counts.iter().any(|count| count.files.is_some());
    let files = |text: &str| if with_files { format!("  {text:>8}") } else { String::new() };
    writeln!(
        out,
        "{}",
        bold(format!("{}  {:>7}{}", cell("genre", width), "artists", files("files")))
    )?;
    for GenreCount { genre, artists, files: known } in counts {
        let known = known.map(count).unwrap_or_default();
        writeln!(out, "{}  {:>7}{}", cell(genre, width), count(*artists), files(&known))?;
    }
    Ok(())
}

/// A line for each genre, with a bar of the length of its count.
fn bars(counts: &[GenreCount], out: &mut dyn Write) -> io::Result<()> {
    let width = name_width(counts);
    let most = counts.iter().map(|count| count.artists).max().unwrap_or(0).max(1);
    let room = rest_of_line(width + 10).min(60);
    for GenreCount { genre, artists, .. } in counts {
        writeln!(
            out,
            "{} {:>7} {}",
            cell(genre, width),
            count(*artists),
            bar(*artists as f64 / most as f64, room)
        )?;
    }
    Ok(())
}

/// A bar of a share of `width` columns, to an eighth of a column.
fn bar(share: f64, width: usize) -> String {
    let eighths = (share * width as f64 * 8.0).round() as usize;
    let part = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8];
    "█".repeat(eighths / 8) + part
}

fn name_width(counts: &[GenreCount]) -> usize {
    widest(counts.iter().map(|count| count.genre.as_str()), 40).max(5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_share() {
        assert_eq!(bar(1.0, 3), "███");
        assert_eq!(bar(0.5, 3), "█▌");
        assert_eq!(bar(0.0, 3), "");
    }
}
