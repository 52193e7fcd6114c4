//! `cantus genres tag`: the genres of a table to the artists of a catalog.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueHint};
use pipeline::genres::tag::{ByContent, Fuzzy, TagOptions, Tagged, tag};

use crate::args::share;
use crate::commands::catalog::CatalogArg;
use crate::failure::Failure;
use crate::terminal::{Terminal, bold, count, program};

const AFTER_HELP: &str = "\
Examples:
  cantus genres tag --catalog catalog.db
  cantus genres tag --catalog catalog.db --table mine.csv --table fetched.csv
  cantus genres tag --catalog catalog.db --records notes.tfrecord
  cantus genres tag --table genres.csv --json | jq -r '.unmatched[]'

A table is a .csv or .tsv file with a column `artist` and a column `genres`, in
which genres stand apart by `|`, or a .json file: {\"ABBA\": [\"pop\"]}. Of several
tables the first that has genres for an artist counts. What the same sources
said before is replaced; genres from elsewhere stay.";

/// Artists that are listed when no table has them; -v lists all.
const LISTED: usize = 5;

/// Give the artists and pieces of a catalog their genres
///
/// Artists get the genres that tables have for them, whatever way their names are written (`cantus genres match` shows how).
/// Pieces whose artist has none get those that words in the names of folders and files, in track names and texts tell. All
/// genres are put into meta-genres.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(super) struct TagArgs {
    #[command(flatten)]
    catalog: CatalogArg,
    /// Table of artists and their genres, or several [default: the built-in one]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    table: Vec<PathBuf>,
    /// Meta-genres and their genres, as TOML [default: the built-in ones]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    taxonomy: Option<PathBuf>,
    /// Do not look for genres in words
    #[arg(long)]
    no_words: bool,
    /// Listen to the pieces of which nothing is known: the records of the catalog (cantus ingest)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    records: Vec<PathBuf>,
    /// What genres sound like (cantus genres learn); learnt from the artists of the tables where it is not there
    #[arg(long, value_name = "FILE", default_value = "genres.model", requires = "records", value_hint = ValueHint::FilePath)]
    model: PathBuf,
    /// How sure a word or a guess must be to tell a genre
    #[arg(long, value_name = "SHARE", default_value_t = 0.5, value_parser = share)]
    min_confidence: f64,
}

pub(super) fn run(args: &TagArgs, terminal: Terminal, threads: usize) -> Result<(), Failure> {
    let options = TagOptions {
        catalog: args.catalog.catalog.clone(),
        tables: args.table.clone(),
        taxonomy: args.taxonomy.clone(),
        words: !args.no_words,
        by_content: (!args.records.is_empty()).then(|| ByContent {
            records: args.records.clone(),
            model: args.model.clone(),
            threads,
        }),
        min_confidence: args.min_confidence,
    };
    let tagged = tag(&options, &terminal.progress())?;
    terminal.result(&tagged, |out| summary(&tagged, terminal.verbose, out))
}

fn summary(tagged: &Tagged, all: bool, out: &mut dyn Write) -> io::Result<()> {
    let matched: u64 = tagged.matched.values().sum();
    writeln!(
        out,
        "{} of {} artists are in a table, {} of them with a genre: {} genres",
        bold(count(matched)),
        count(tagged.artists),
        count(matched - tagged.without_genres),
        bold(count(tagged.genres))
    )?;
    for (how, artists) in &tagged.matched {
        writeln!(out, "  {:>9}  {}", count(*artists), meaning(how))?;
    }
    for Fuzzy { name, artist, score } in &tagged.fuzzy {
        writeln!(out, "             {name} is taken for {artist} ({score:.2})")?;
    }
    if tagged.by_words > 0 {
        let pieces = count(tagged.by_words);
        writeln!(out, "  {pieces:>9}  pieces of others have a genre by words in names and texts")?;
    }
    if tagged.by_content > 0 {
        let pieces = count(tagged.by_content);
        writeln!(
            out,
            "  {pieces:>9}  pieces of which nothing was known have a genre by their notes"
        )?;
    }
    let unmatched = tagged.unmatched.len();
    if unmatched > 0 {
        let shown = if all { unmatched } else { LISTED };
        let names = tagged.unmatched.iter().take(shown).map(String::as_str);
        let more = if unmatched > shown { ", ... (-v lists them)" } else { "" };
        let names = names.collect::<Vec<_>>().join(", ");
        writeln!(out, "  {:>9}  in no table: {names}{more}", count(unmatched as u64))?;
    }
    let (program, catalog) = (program(), tagged.catalog.display());
    writeln!(out, "Next: {program} subset --catalog {catalog} --genre metal --output-dir subsets")
}

/// What it is about the names.
fn meaning(how: &str) -> &str {
    match how {
        "exact" => "by the same name",
        "case" => "but for capitals",
        "accents" => "but for accents",
        "punctuation" => "but for punctuation",
        "and" => "but for how \"and\" is written",
        "article" => "but for \"The\"",
        "inverted" => "in another order of words",
        "credit" => "but for those who take part",
        "fuzzy" => "by a name that is like it:",
        how => how,
    }
}
