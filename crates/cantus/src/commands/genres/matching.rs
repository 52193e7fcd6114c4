//! `cantus genres match`: which artists of a table the names of a collection mean.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueHint};
use pipeline::genres::{How, Identified, IdentifyOptions, NameList, Outcome, Person, identify};

use super::{RowFormat, cell, cut, print_rows, rest_of_line, widest};
use crate::args::is_dash;
use crate::failure::Failure;
use crate::terminal::{Terminal, bad, bold, count, dim};

const AFTER_HELP: &str = "\
Examples:
  cantus genres match clean_midi/
  cantus genres match clean_midi/ --table artists.csv --unmatched
  cantus genres match notes.report.jsonl --output artists.csv
  ls | cantus genres match --names - --format csv

A name may differ from the artist's, and `how` says in what: in case, accents,
punctuation (AC DC), `and` (or &), the article (Beatles, The), inverted (Amos,
Tori; BOWIE DAVID), in the credit (Santana feat. Rob Thomas), or in a few
letters (fuzzy). Two that are about as near are not chosen between.";

/// Find the artists of a collection in a table of genres, and tell in what the names differ
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(super) struct MatchArgs {
    /// Folders with a folder for each artist, and reports of `cantus ingest` (.jsonl)
    #[arg(value_name = "PATH", required_unless_present = "names", value_hint = ValueHint::AnyPath)]
    inputs: Vec<PathBuf>,
    /// File with a name on each line; `-` is stdin
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    names: Option<PathBuf>,
    /// Table of artists and genres (.csv, .tsv, .json) [default: the built-in one]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    table: Option<PathBuf>,
    /// List only names that lead to no genre
    #[arg(long)]
    unmatched: bool,
    /// Write the list to a file, too; its ending says the format (.csv, .tsv, .json)
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// How to print the list
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "table")]
    format: RowFormat,
}

pub(super) fn run(args: &MatchArgs, terminal: Terminal) -> Result<(), Failure> {
    let names = args
        .names
        .clone()
        .map(|path| if is_dash(&path) { NameList::Stdin } else { NameList::File(path) });
    let options = IdentifyOptions {
        inputs: args.inputs.clone(),
        names,
        table: args.table.clone(),
        unmatched: args.unmatched,
        output: args.output.clone(),
    };
    let identified = identify(&options, &terminal.progress())?;
    match args.format.separator().filter(|_| !terminal.json) {
        Some(separator) => print_rows(&identified.as_text(separator)),
        None if args.unmatched => terminal.answer(&identified, |out| unmatched(&identified, out)),
        None => terminal.answer(&identified, |out| everybody(&identified, out)),
    }
}

fn everybody(identified: &Identified, out: &mut dyn Write) -> io::Result<()> {
    let people = &identified.artists;
    let artist = |person: &Person| person.artist.clone().unwrap_or_default();
    let artists: Vec<String> = people.iter().map(artist).collect();
    let name_width = widest(people.iter().map(|person| person.name.as_str()), 28).max(4);
    let artist_width = widest(artists.iter().map(String::as_str), 28).max(6);
    let (how_width, score_width) = (11, 5);
    let head = |text, width| bold(cell(text, width));
    writeln!(
        out,
        "{}  {}  {}  {}  {}",
        head("name", name_width),
        head("artist", artist_width),
        head("how", how_width),
        head("score", score_width),
        bold("genres")
    )?;
    let rest = rest_of_line(name_width + artist_width + how_width + score_width + 8);
    for (person, artist) in people.iter().zip(&artists) {
        let name = cell(&person.name, name_width);
        let how = person.how.map_or("", How::name);
        let score = person.score.map(|score| format!("{score:.2}")).unwrap_or_default();
        let genres = match person.outcome {
            Outcome::Found => cut(&person.genres.join(", "), rest),
            Outcome::WithoutGenres => dim("no genres"),
            Outcome::Ambiguous => bad(cut(&format!("not clear: {}", candidates(person)), rest)),
            Outcome::Unknown => dim("not in the table"),
        };
        let artist = cell(artist, artist_width);
        writeln!(
            out,
            "{name}  {artist}  {}  {}  {genres}",
            cell(how, how_width),
            cell(&score, score_width)
        )?;
    }
    summary(identified, out)
}

fn unmatched(identified: &Identified, out: &mut dyn Write) -> io::Result<()> {
    for (outcome, title) in [
        (Outcome::Unknown, "Not in the table"),
        (Outcome::WithoutGenres, "In the table, without genres"),
        (Outcome::Ambiguous, "Not clear which"),
    ] {
        let people: Vec<&Person> =
            identified.artists.iter().filter(|person| person.outcome == outcome).collect();
        if people.is_empty() {
            continue;
        }
        writeln!(out, "{} ({})", bold(title), count(people.len() as u64))?;
        for person in people {
            match (&person.artist, outcome) {
                (_, Outcome::Ambiguous) => {
                    writeln!(out, "  {}: {}", person.name, candidates(person))?
                }
                (Some(artist), _) if *artist != person.name => {
                    writeln!(out, "  {}: {artist}", person.name)?
                }
                _ => writeln!(out, "  {}", person.name)?,
            }
        }
    }
    summary(identified, out)
}

fn candidates(person: &Person) -> String {
    let names =
        person.candidates.iter().map(|other| format!("{} ({:.2})", other.artist, other.score));
    names.collect::<Vec<_>>().join(", ")
}

fn summary(identified: &Identified, out: &mut dyn Write) -> io::Result<()> {
    let number = |number: usize| count(number as u64);
    let guessed = match identified.fuzzy {
        0 => String::new(),
        fuzzy => format!(", {} of them fuzzy", number(fuzzy)),
    };
    let (found, names) = (bold(number(identified.found)), number(identified.names));
    writeln!(out, "{found} of {names} names have genres{guessed}")?;
    for (people, text) in [
        (identified.without_genres, "in the table, without genres"),
        (identified.ambiguous, "not clear which artist"),
        (identified.unknown, "not in the table"),
    ] {
        if people > 0 {
            writeln!(out, "  {:>7}  {text}", number(people))?;
        }
    }
    match &identified.output {
        Some(output) => writeln!(out, "Wrote {}", output.display()),
        None => Ok(()),
    }
}
