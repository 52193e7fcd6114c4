//! `cantus subset`: the pieces that queries mean.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum, ValueHint};
use pipeline::subset::{
    Overlap, Subset, SubsetForm, SubsetOptions, SubsetSource, Subsets, Wanted, subset,
};
use pipeline::{Query, QueryError};

use crate::failure::Failure;
use crate::terminal::{Terminal, bad, bold, count, dim, percent, program};

const AFTER_HELP: &str = "\
Examples:
  cantus subset --catalog catalog.db --genre metal --genre classical \\
      --output-dir subsets
  cantus subset --catalog catalog.db --genre 'soft=\"soft rock\" or mellow' \\
      --genre 'rock and not pop and year<1980' --exclusive --output-dir subsets
  cantus subset --catalog catalog.db --genre metal --as tfrecord \\
      --output-dir subsets
  cantus subset --table genres.csv --input midi/ --genre disco \\
      --output-dir subsets --plan

A query names a genre by words in its name: `metal` finds \"nu metal\", too, while
`=metal` is that genre alone and `*metal*` finds \"metalcore\". Also: meta:metal
artist:Queen title:love year:1980..1989 notes>500 seconds<300 tempo>120
metre:3/4 source:table confidence>0.8, joined by and, or, not and brackets.
docs/queries.md tells all of it.";

/// Artists that are named in an overlap; -v names all.
const LISTED: usize = 6;

/// Take the pieces of a genre out of a collection
///
/// Makes a folder of links to the music files for each query, with the folders of the artists in it, or a TFRecord file for
/// `cantus dataset`. Two subsets that share artists are reported, since that blurs the difference between them.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
#[command(group = ArgGroup::new("source").args(["catalog", "table"]))]
pub(crate) struct SubsetArgs {
    /// Query for a subset, or a name and a query: NAME=QUERY; or several
    #[arg(long, required = true, value_name = "QUERY")]
    genre: Vec<String>,
    /// Folder for the subsets; made when missing
    #[arg(long, short, value_name = "DIR", value_hint = ValueHint::DirPath)]
    output_dir: PathBuf,
    /// The catalog of the collection [default: catalog.db]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    catalog: Option<PathBuf>,
    /// Table of artists and their genres, to do without a catalog
    #[arg(long, value_name = "FILE", requires = "input", value_hint = ValueHint::FilePath)]
    table: Option<PathBuf>,
    /// With --table: folder or archive whose folders are artists, or several
    #[arg(long, value_name = "PATH", requires = "table", value_hint = ValueHint::AnyPath)]
    input: Vec<PathBuf>,
    /// What to make
    #[arg(long = "as", value_enum, value_name = "FORM", default_value = "links")]
    form: Form,
    /// With `--as tfrecord`: where the records are, if they have been moved
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    records: Option<PathBuf>,
    /// Leave out artists and pieces that are in more than one subset
    #[arg(long)]
    exclusive: bool,
    /// Leave out pieces with the same notes as an earlier one of their subset
    #[arg(long)]
    skip_duplicates: bool,
    /// Only tell what would be made
    #[arg(long)]
    plan: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    /// Folders of symbolic links
    Links,
    /// Folders of hard links, on the same disk
    Hardlinks,
    /// Folders of copies; files in archives are unpacked
    Copies,
    /// TFRecord files
    Tfrecord,
}

pub(crate) fn run(args: &SubsetArgs, terminal: Terminal) -> Result<(), Failure> {
    let source = match &args.table {
        Some(table) => SubsetSource::Table { table: table.clone(), inputs: args.input.clone() },
        None => SubsetSource::Catalog(
            args.catalog.clone().unwrap_or_else(|| PathBuf::from("catalog.db")),
        ),
    };
    let subsets = args.genre.iter().map(|text| wanted(text)).collect::<Result<Vec<_>, _>>()?;
    let options = SubsetOptions {
        source,
        subsets,
        output_dir: args.output_dir.clone(),
        form: match args.form {
            Form::Links => SubsetForm::Links,
            Form::Hardlinks => SubsetForm::Hardlinks,
            Form::Copies => SubsetForm::Copies,
            Form::Tfrecord => SubsetForm::Tfrecord,
        },
        records: args.records.clone(),
        exclusive: args.exclusive,
        skip_duplicates: args.skip_duplicates,
        plan: args.plan,
    };
    let made = subset(&options, &terminal.progress())?;
    terminal.result(&made, |out| summary(&made, args.exclusive, terminal.verbose, out))
}

/// `NAME=QUERY`, or a query that is its own name.
pub(crate) fn wanted(text: &str) -> Result<Wanted, Failure> {
    let named = text.split_once('=').filter(|(name, _)| is_name(name));
    let (name, query) = named.unwrap_or((text, text));
    let query = query.parse::<Query>().map_err(|error| wrong_query(&error))?;
    Ok(Wanted { name: name.to_owned(), query })
}

/// Whether what stands before a `=` is the name of a subset, and no field of a query such as `year`.
fn is_name(text: &str) -> bool {
    let plain = text.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-'));
    !text.is_empty() && plain && !Query::is_field(text)
}

/// A query that is none, with the place under which a caret stands.
pub(crate) fn wrong_query(error: &QueryError) -> Failure {
    Failure::usage(error.fault.to_string())
        .with_excerpt(&error.query, error.offset, error.length)
        .with_hint("genres of several words, or with `and` in them, go in quotation marks: '\"drum and bass\"'; docs/queries.md has the language")
}

fn summary(made: &Subsets, exclusive: bool, all: bool, out: &mut dyn Write) -> io::Result<()> {
    for subset in &made.subsets {
        let Subset { name, query, output, artists, files, pieces, .. } = subset;
        let would = if made.planned { "would be in" } else { "in" };
        let pieces = pieces.map(|it| format!("{} pieces, ", count(it))).unwrap_or_default();
        let found = format!("{pieces}{} files of {} artists", count(*files), count(*artists));
        writeln!(out, "{}: {found} {would} {}", bold(name), output.display())?;
        if name != query {
            writeln!(out, "  {}", dim(query))?;
        }
        if subset.shared > 0 {
            writeln!(out, "  {:>9}  left out: of another subset, too", count(subset.shared))?;
        }
        if subset.duplicates > 0 {
            writeln!(
                out,
                "  {:>9}  left out: the same notes as an earlier piece",
                count(subset.duplicates)
            )?;
        }
    }
    let overlaps: Vec<&Overlap> =
        made.overlaps.iter().filter(|it| it.pieces > 0 || !it.artists.is_empty()).collect();
    if !overlaps.is_empty() {
        overlap_table(&overlaps, exclusive, all, out)?;
    }
    let Some(first) = made.subsets.first().filter(|_| !made.planned) else { return Ok(()) };
    let (program, path) = (program(), first.output.display());
    if made.form == SubsetForm::Tfrecord {
        writeln!(out, "Next: {program} dataset --input {path} --output-dir examples")
    } else {
        writeln!(out, "Next: {program} ingest {path} --output notes.tfrecord")
    }
}

fn overlap_table(
    overlaps: &[&Overlap],
    exclusive: bool,
    all: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let title = if exclusive {
        "Subsets share artists or pieces, which were left out:"
    } else {
        "Subsets share artists or pieces, which blurs the difference between them:"
    };
    writeln!(out, "{} {title}", bad("warning:"))?;
    let pairs = overlaps.iter().map(|overlap| overlap.subsets.join(" and "));
    let width = pairs.clone().map(|pair| pair.chars().count()).max().unwrap_or(0);
    let head = format!("  {:<width$}  {:>16}  {:>16}", "", "artists", "pieces");
    writeln!(out, "{}", dim(head))?;
    for (overlap, pair) in overlaps.iter().zip(pairs) {
        let share = |number: u64, jaccard: f64| format!("{} ({})", count(number), percent(jaccard));
        let artists = share(overlap.artists.len() as u64, overlap.artists_jaccard);
        let pieces = share(overlap.pieces, overlap.pieces_jaccard);
        writeln!(out, "  {pair:<width$}  {artists:>16}  {pieces:>16}")?;
        let shown = if all { overlap.artists.len() } else { LISTED };
        let names = overlap.artists.iter().take(shown).map(String::as_str).collect::<Vec<_>>();
        let more = if overlap.artists.len() > shown { ", ... (-v names all)" } else { "" };
        if !names.is_empty() {
            writeln!(out, "    {}", dim(format!("{}{more}", names.join(", "))))?;
        }
    }
    if exclusive {
        return Ok(());
    }
    writeln!(out, "  In brackets the share of what is in either. --exclusive leaves them out.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_before_an_equals_sign() {
        for (text, name, query) in [
            ("metal", "metal", "\"metal\""),
            ("=metal", "=metal", "=\"metal\""),
            ("hard=metal or punk", "hard", "\"metal\" or \"punk\""),
            ("year=1980", "year=1980", "year=1980"),
            ("rock and year=1980", "rock and year=1980", "\"rock\" and year=1980"),
            ("x==metal", "x", "=\"metal\""),
        ] {
            let wanted = wanted(text).unwrap();
            assert_eq!((wanted.name.as_str(), wanted.query.to_string().as_str()), (name, query));
        }
    }
}
