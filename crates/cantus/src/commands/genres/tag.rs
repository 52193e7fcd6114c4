//! `cantus genres tag`: the genres of a table to the artists of a catalog.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueHint};
use pipeline::genres::tag::{TagOptions, Tagged, tag};

use crate::commands::catalog::CatalogArg;
use crate::failure::Failure;
use crate::terminal::{Terminal, bold, count, program};

const AFTER_HELP: &str = "\
Examples:
  cantus genres tag --catalog catalog.db --table genres.csv
  cantus genres tag --table genres.csv --json | jq -r '.unmatched[]'

A table is a .csv or .tsv file with a column `artist` and a column `genres`, in
which genres stand apart by `|`, or a .json file: {\"ABBA\": [\"pop\"]}. What a table
said before is replaced; genres from elsewhere stay.";

/// Artists that are listed when the table does not have them; -v lists all.
const LISTED: usize = 5;

/// Give the artists of a catalog the genres that a table has for them
///
/// Names are matched without case, accents, punctuation and "The", and as "Last, First".
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(super) struct TagArgs {
    #[command(flatten)]
    catalog: CatalogArg,
    /// Table of artists and their genres
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    table: PathBuf,
}

pub(super) fn run(args: &TagArgs, terminal: Terminal) -> Result<(), Failure> {
    let options = TagOptions { catalog: args.catalog.catalog.clone(), table: args.table.clone() };
    let tagged = tag(&options, &terminal.progress())?;
    terminal.result(&tagged, |out| summary(&tagged, terminal.verbose, out))
}

fn summary(tagged: &Tagged, all: bool, out: &mut dyn Write) -> io::Result<()> {
    let matched: u64 = tagged.matched.values().sum();
    writeln!(
        out,
        "The table has {} of {} artists, {} of them with a genre: {} genres",
        bold(count(matched)),
        count(tagged.artists),
        count(matched - tagged.without_genres),
        bold(count(tagged.genres))
    )?;
    for (method, artists) in &tagged.matched {
        let meaning = match method.as_str() {
            "exact" => "by the same name",
            "normal" => "by a name that is written otherwise",
            method => method,
        };
        writeln!(out, "  {:>9}  {meaning}", count(*artists))?;
    }
    let unmatched = tagged.unmatched.len();
    if unmatched > 0 {
        let shown = if all { unmatched } else { LISTED };
        let names = tagged.unmatched.iter().take(shown).map(String::as_str);
        let more = if unmatched > shown { ", ... (-v lists them)" } else { "" };
        let names = names.collect::<Vec<_>>().join(", ");
        writeln!(out, "  {:>9}  not in the table: {names}{more}", count(unmatched as u64))?;
    }
    let (program, catalog) = (program(), tagged.catalog.display());
    writeln!(out, "Next: {program} subset --catalog {catalog} --genre metal --output-dir subsets")
}
