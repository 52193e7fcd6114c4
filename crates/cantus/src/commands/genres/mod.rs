//! `cantus genres`: which genres artists are of.

mod convert;
mod fold;
mod map;
mod matching;
mod picture;
mod tag;
mod top;

use std::io;

use clap::{Args, Subcommand, ValueEnum};
use pipeline::genres::Separator;

use crate::failure::Failure;
use crate::terminal::{Terminal, columns, print};

const AFTER_HELP: &str = "\
Examples:
  cantus genres top --limit 20
  cantus genres match clean_midi/ --table artists.csv
  cantus genres fold --table artists.csv --rule taxonomy
  cantus genres convert artists.json artists.csv
  cantus genres map --output map.html
  cantus genres tag --catalog catalog.db --table artists.csv

A table has a column `artist` and a column `genres`, in which genres stand apart
by `|`; as JSON it is a list of {\"artist\", \"genres\"} or an object from artist to
genres. The built-in table has the artists of the Lakh Clean MIDI collection.";

/// Know the genres of artists: tables, names, counts, meta-genres, the map
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP, disable_help_subcommand = true)]
pub(crate) struct GenresArgs {
    #[command(subcommand)]
    command: GenresCommand,
}

/// What can be done with genres.
#[derive(Debug, Subcommand)]
enum GenresCommand {
    Match(matching::MatchArgs),
    Top(top::TopArgs),
    Fold(fold::FoldArgs),
    Map(map::MapArgs),
    Convert(convert::ConvertArgs),
    Tag(tag::TagArgs),
}

pub(crate) fn run(args: &GenresArgs, terminal: Terminal, threads: usize) -> Result<(), Failure> {
    match &args.command {
        GenresCommand::Match(args) => matching::run(args, terminal),
        GenresCommand::Top(args) => top::run(args, terminal),
        GenresCommand::Fold(args) => fold::run(args, terminal),
        GenresCommand::Map(args) => map::run(args, terminal, threads),
        GenresCommand::Convert(args) => convert::run(args, terminal),
        GenresCommand::Tag(args) => tag::run(args, terminal),
    }
}

/// How rows are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum RowFormat {
    /// Columns to read
    Table,
    /// Comma-separated values
    Csv,
    /// Tab-separated values
    Tsv,
}

impl RowFormat {
    /// What stands between values, if this is for programs.
    fn separator(self) -> Option<Separator> {
        match self {
            RowFormat::Table => None,
            RowFormat::Csv => Some(Separator::Comma),
            RowFormat::Tsv => Some(Separator::Tab),
        }
    }
}

/// Prints rows that are meant for programs.
fn print_rows(rows: &[u8]) -> Result<(), Failure> {
    print(&mut io::stdout().lock(), rows)
}

/// `text` filled up with spaces to `width` characters, or cut to it with `…` at its end.
fn cell(text: &str, width: usize) -> String {
    let cut = cut(text, width);
    let spaces = width.saturating_sub(cut.chars().count());
    cut + &" ".repeat(spaces)
}

/// `text`, cut to `width` characters with `…` at its end.
fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    kept.trim_end().to_owned() + "…"
}

/// The width of the longest of `texts`, at most `most`.
fn widest<'a>(texts: impl IntoIterator<Item = &'a str>, most: usize) -> usize {
    texts.into_iter().map(|text| text.chars().count()).max().unwrap_or(0).min(most)
}

/// What is left of a line of the terminal behind `used` columns, at least enough for a word.
fn rest_of_line(used: usize) -> usize {
    columns().saturating_sub(used).max(12)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_as_wide_as_they_should_be() {
        assert_eq!(cell("ABBA", 6), "ABBA  ");
        assert_eq!(cell("Die Ärzte", 5), "Die… ");
        assert_eq!(cut("Mötley", 6), "Mötley");
        assert_eq!(widest(["a", "äöü"], 2), 2);
    }
}
