//! `cantus genres convert`: tables of genres to another format.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueHint};
use pipeline::genres::{TableConvertOptions, TableConverted, convert};

use crate::failure::Failure;
use crate::terminal::{Terminal, bold, count};

const AFTER_HELP: &str = "\
Examples:
  cantus genres convert artists.json artists.csv
  cantus genres convert spotify.csv musicbrainz.tsv mine.json all.csv

An artist that stands in several tables gets the genres of all.";

/// Convert tables of genres (CSV, TSV, JSON), and merge several into one
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(super) struct ConvertArgs {
    /// Tables to read and, last, the one to write; the endings say the formats
    #[arg(required = true, num_args = 2.., value_names = ["IN", "OUT"], value_hint = ValueHint::FilePath)]
    tables: Vec<PathBuf>,
}

pub(super) fn run(args: &ConvertArgs, terminal: Terminal) -> Result<(), Failure> {
    let Some((output, inputs)) = args.tables.split_last() else {
        return Err(Failure::usage("no table was given"));
    };
    let options = TableConvertOptions { inputs: inputs.to_vec(), output: output.clone() };
    let converted = convert(&options, &terminal.progress())?;
    terminal.result(&converted, |out| summary(&converted, out))
}

fn summary(converted: &TableConverted, out: &mut dyn Write) -> io::Result<()> {
    let number = |number: usize| count(number as u64);
    let (artists, genres) = (bold(number(converted.artists)), number(converted.genres));
    writeln!(
        out,
        "Wrote {artists} artists with {genres} genres to {}",
        converted.output.display()
    )?;
    match converted.without_genres {
        0 => Ok(()),
        without => writeln!(out, "  {:>7}  have no genres", number(without)),
    }
}
