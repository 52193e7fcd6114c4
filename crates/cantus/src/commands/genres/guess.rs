//! `cantus genres guess`: what genres pieces sound like.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueHint};
use pipeline::genres::{Guess, GuessInput, GuessOptions, Guessed, WordSource, guess};

use crate::args::at_least_one;
use crate::failure::Failure;
use crate::terminal::{Terminal, bold, count, dim, percent};

/// Lines that are shown unless more are asked for.
const LINES: usize = 20;
/// Columns of a name.
const NAME: usize = 44;

const AFTER_HELP: &str = "\
Examples:
  cantus genres guess --model genres.model unknown/ tune.mid
  cantus genres guess --model genres.model --records notes.tfrecord \\
      --output guesses.csv
  cantus genres guess --model genres.model tune.mid --json \\
      | jq '.pieces[0].genres[0]'

A probability of 70% is meant to be right seven times out of ten among music
such as the model learnt from. Where genres are mixed otherwise, --even takes
all of them for equally frequent. An artist's are the geometric mean of those
of its pieces.";

/// Guess the genres of pieces, and of their artists, by the notes alone
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(super) struct GuessArgs {
    /// Music: folders, files, .zip, .tar and .tar.gz archives
    #[arg(value_name = "PATH", required_unless_present = "records", value_hint = ValueHint::AnyPath)]
    paths: Vec<PathBuf>,
    /// Pieces, as `cantus ingest` writes them, in place of music files
    #[arg(long, num_args = 1.., value_name = "FILE", conflicts_with = "paths", value_hint = ValueHint::FilePath)]
    records: Vec<PathBuf>,
    /// The model, as `cantus genres learn` writes it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    model: PathBuf,
    /// Write all probabilities to this file: JSON Lines if it ends in .jsonl, else CSV
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// Genres to show of each piece
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = at_least_one)]
    top: usize,
    /// Take all genres for equally frequent
    #[arg(long)]
    even: bool,
}

pub(super) fn run(args: &GuessArgs, terminal: Terminal, threads: usize) -> Result<(), Failure> {
    let input = if args.records.is_empty() {
        GuessInput::Music(args.paths.clone())
    } else {
        GuessInput::Records(args.records.clone())
    };
    let options = GuessOptions {
        model: args.model.clone(),
        input,
        output: args.output.clone(),
        even: args.even,
        threads,
    };
    let progress = terminal.progress();
    let mut guessed = guess(&options, &progress)?;
    drop(progress);
    let pieces = guessed.pieces.iter_mut().map(|piece| &mut piece.genres);
    let artists = guessed.artists.iter_mut().map(|artist| &mut artist.genres);
    pieces.chain(artists).for_each(|genres| genres.truncate(args.top));
    terminal.answer(&guessed, |out| summary(&guessed, terminal.verbose, out))
}

fn summary(guessed: &Guessed, all: bool, out: &mut dyn Write) -> io::Result<()> {
    let limit = if all { usize::MAX } else { LINES };
    let pieces = guessed.pieces.iter().map(|piece| (&*piece.path, &piece.genres));
    list(out, "Pieces", pieces, limit)?;
    words(guessed, limit, out)?;
    // One piece an artist says the same twice.
    if guessed.artists.iter().any(|artist| artist.pieces > 1) {
        writeln!(out)?;
        let artists = guessed.artists.iter().map(|artist| (&*artist.artist, &artist.genres));
        list(out, "Artists", artists, limit)?;
    }
    guessed.output.as_ref().map_or(Ok(()), |output| writeln!(out, "\nAll: {}", output.display()))
}

/// Genres that pieces name themselves.
fn words(guessed: &Guessed, limit: usize, out: &mut dyn Write) -> io::Result<()> {
    let named = guessed.pieces.iter().filter(|piece| !piece.words.is_empty());
    if named.clone().next().is_none() {
        return Ok(());
    }
    writeln!(out, "\nGenres that folders, tracks and texts name")?;
    for piece in named.take(limit) {
        for word in &piece.words {
            let text: String = word.text.chars().take(40).collect();
            let path = shortened(&piece.path, NAME);
            let place = match word.place {
                WordSource::Folder => "folder",
                WordSource::TrackName => "track",
                WordSource::Text | WordSource::Title => "text",
            };
            let genre = bold(format!("{:<16}", word.genre));
            writeln!(out, "  {path:NAME$}  {genre}  {}", dim(format!("{place} {text:?}")))?;
        }
    }
    Ok(())
}

/// A line each, and how many more there are.
fn list<'a>(
    out: &mut dyn Write,
    head: &str,
    lines: impl ExactSizeIterator<Item = (&'a str, &'a Guess)>,
    limit: usize,
) -> io::Result<()> {
    let total = lines.len();
    writeln!(out, "{head} {}", dim(format!("({})", count(total as u64))))?;
    for (name, genres) in lines.take(limit) {
        write!(out, "  {:NAME$}", shortened(name, NAME))?;
        for (place, likely) in genres.iter().enumerate() {
            let text = format!("  {} {}", likely.genre, percent(likely.probability));
            let text = format!("{text:<18}");
            write!(out, "{}", if place == 0 { bold(text) } else { dim(text) })?;
        }
        writeln!(out)?;
    }
    if total > limit {
        let more = count((total - limit) as u64);
        writeln!(
            out,
            "{}",
            dim(format!("  {more} more: -v shows all, --output FILE writes them"))
        )?;
    }
    Ok(())
}

/// The end of a name says more than its beginning.
fn shortened(name: &str, most: usize) -> String {
    let letters = name.chars().count();
    if letters <= most {
        return name.to_owned();
    }
    let end: String = name.chars().skip(letters - most + 1).collect();
    format!("…{end}")
}
