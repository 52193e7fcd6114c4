//! `cantus compare`: what differs between genres, and whether it is real.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum, ValueHint};
use pipeline::compare::{
    CompareOptions, Compared, Comparison, FeatureContrast, Source, Unit, Verdict, compare,
    feature_title, pair_title,
};

use super::melodies::MelodyArgs;
use crate::failure::Failure;
use crate::terminal::{Terminal, bold, count, dim};

const AFTER_HELP: &str = "\
Examples:
  cantus compare metal=metal.tfrecord classical=classical.tfrecord \\
      --output metal-classical.html
  cantus compare jigs=data/demo/jig reels=data/demo/reel \\
      --output-dir differences
  cantus compare metal=metal.tfrecord classical=classical.tfrecord \\
      --generated metal=out/metal --generated classical=out/classical \\
      --output report.html
  cantus compare jigs=jigs.tfrecord --generated jigs=out --json

Each song (or artist) counts once, however much music there is of it. What is
called real would stand out by chance in fewer than 5 of 100 such reports.";

/// Show how genres differ, and which of the differences are real
///
/// Takes the melodies of each genre and compares their tempo, range, intervals, note lengths, density, pitch classes, rests,
/// syncopation and repetition: genre with genre, and what was generated with the music that it was learnt from. Differences
/// are tested by rearranging songs (or artists) between the genres, and p-values are adjusted for the number of tests.
/// docs/compare.md says how all is computed.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct CompareArgs {
    /// A genre and its music: a TFRecord of `cantus ingest`, or a folder, an archive or a file of music. The same name again adds
    /// more music; without NAME= it is called as the file
    #[arg(value_name = "NAME=INPUT", value_hint = ValueHint::AnyPath)]
    corpora: Vec<String>,
    /// What was generated for a genre: a folder or a file
    #[arg(long, short, value_name = "NAME=INPUT", value_hint = ValueHint::AnyPath)]
    generated: Vec<String>,
    /// File to write: a page (.html), charts (.svg, .png), a table (.csv) or everything (.json); may be given several times
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Vec<PathBuf>,
    /// Folder for a file of each of these; made when missing
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    output_dir: Option<PathBuf>,
    /// What counts once [default: artist where every genre has ten of them, else song]
    #[arg(long, value_name = "UNIT", value_enum)]
    unit: Option<UnitArg>,
    /// Rearrangements of each comparison [default: 9,999 to 49,999, fewer for more music]
    #[arg(long, value_name = "N", value_parser = permutations)]
    permutations: Option<u64>,
    /// Seed of rearrangements and bounds
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    #[command(flatten)]
    melodies: MelodyArgs,
}

/// What counts once.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum UnitArg {
    /// All songs of an artist
    Artist,
    /// All copies of a song
    Song,
    /// A piece
    Piece,
}

/// Fewer show nothing, and more than millions nothing more.
fn permutations(text: &str) -> Result<u64, String> {
    let number = text.parse().ok().filter(|number| (999..=10_000_000).contains(number));
    number.ok_or_else(|| "expected a whole number from 999 to 10000000".to_owned())
}

pub(crate) fn run(args: &CompareArgs, terminal: Terminal, threads: usize) -> Result<(), Failure> {
    let options = CompareOptions {
        corpora: sources(&args.corpora),
        generated: sources(&args.generated),
        outputs: args.output.clone(),
        output_dir: args.output_dir.clone(),
        unit: args.unit.map(|unit| match unit {
            UnitArg::Artist => Unit::Artist,
            UnitArg::Song => Unit::Song,
            UnitArg::Piece => Unit::Piece,
        }),
        extract: args.melodies.options(),
        permutations: args.permutations,
        seed: args.seed,
        threads,
    };
    let compared = compare(&options, &terminal.progress())?;
    terminal.answer(&compared, |out| summary(&compared, out))
}

/// Inputs by name, in the order in which names are first met.
fn sources(words: &[String]) -> Vec<Source> {
    let mut sources: Vec<Source> = Vec::new();
    for word in words {
        let (name, path) = named(word);
        match sources.iter_mut().find(|source| source.name == name) {
            Some(source) => source.paths.push(path),
            None => sources.push(Source { name, paths: vec![path] }),
        }
    }
    sources
}

/// The name and the path in `NAME=PATH`. Either may hold a `=`: the first behind which something is there parts them. A path by
/// itself is called as its file.
fn named(word: &str) -> (String, PathBuf) {
    let splits =
        || word.match_indices('=').map(|(at, _)| (&word[..at], Path::new(&word[at + 1..])));
    let there = splits().find(|(_, path)| path.exists());
    let whole = Path::new(word);
    match there.or_else(|| splits().next().filter(|_| !whole.exists())) {
        Some((name, path)) => (name.trim().to_owned(), path.to_owned()),
        None => {
            let stem = if whole.is_dir() { whole.file_name() } else { whole.file_stem() };
            (stem.unwrap_or(whole.as_os_str()).to_string_lossy().into_owned(), whole.to_owned())
        }
    }
}

fn summary(compared: &Compared, out: &mut dyn Write) -> io::Result<()> {
    let titles: Vec<String> = compared.groups.iter().map(|group| plain(&group.title())).collect();
    let width = widest(&titles);
    for (group, title) in compared.groups.iter().zip(&titles) {
        let left_out = match group.pieces_without_melody {
            0 => String::new(),
            pieces => format!(" ({} pieces have none)", count(pieces)),
        };
        let title = bold(format!("{title:<width$}"));
        let (melodies, pieces) = (count(group.melodies), count(group.pieces as u64));
        let (songs, artists) = (counted(group.songs, "song"), counted(group.artists, "artist"));
        writeln!(
            out,
            "{title}  {melodies} melodies in {pieces} pieces, {songs}, {artists}{left_out}"
        )?;
    }
    for note in &compared.notes {
        writeln!(out, "{} {}", bold("Mind:"), plain(note))?;
    }
    for comparison in &compared.comparisons {
        table(comparison, compared, out)?;
    }
    let tests = compared.tests;
    writeln!(
        out,
        "\n{}",
        dim(format!(
            "p is adjusted for {tests} tests (Holm); delta is Cliff's: 0 no difference, 1 always more."
        ))
    )?;
    for file in &compared.files {
        writeln!(out, "Written: {}", file.display())?;
    }
    Ok(())
}

/// A line a measure.
fn table(comparison: &Comparison, compared: &Compared, out: &mut dyn Write) -> io::Result<()> {
    let pair = plain(&pair_title(comparison, &compared.groups));
    let (n, m) = (comparison.first_units as u64, comparison.second_units as u64);
    let unit = comparison.unit.plural();
    let how = if comparison.exact { "all" } else { "random" };
    let rearrangements = count(comparison.permutations);
    let facts =
        format!("{} and {} {unit}, {rearrangements} {how} rearrangements", count(n), count(m));
    writeln!(out, "\n{}  {}", bold(pair), dim(facts))?;
    let names = [comparison.first, comparison.second]
        .map(|index| shortened(&plain(&compared.groups[index].title())));
    let width = widest(&names).max(8);
    writeln!(
        out,
        "{}",
        dim(format!(
            "  {:<27} {:>width$} {:>width$}  {:<21} {:>7}",
            "", names[0], names[1], "delta, 95%", "p"
        ))
    )?;
    for found in &comparison.features {
        let row = feature_row(found, width);
        let real = found.verdict == Verdict::Real;
        let verdict = verdict(found.verdict, &found.words, unit);
        let row = if real { bold(row) } else { dim(row) };
        let between = if verdict.is_empty() { "" } else { "  " };
        writeln!(out, "  {row}{between}{verdict}")?;
    }
    for found in &comparison.distributions {
        let words = plain(&found.words);
        let (title, rest) = words.split_once(": ").unwrap_or((&words, ""));
        let real = found.verdict == Verdict::Real;
        let title = if real { bold(title) } else { dim(title) };
        writeln!(out, "  {title}: {rest}")?;
    }
    Ok(())
}

/// A number of things.
fn counted(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", count(number as u64))
}

fn feature_row(found: &FeatureContrast, width: usize) -> String {
    let (title, figures) = feature_title(found.feature);
    let percent = if figures.is_share { "%" } else { "" };
    let value = |value| format!("{}{percent}", figures.number(value));
    let bounds = found.delta_bounds;
    let delta = format!("{:>5.2} [{:>5.2}, {:>5.2}]", found.delta, bounds.low, bounds.high);
    let p = match found.p_adjusted {
        ..0.001 => "< 0.001".to_owned(),
        p => format!("{p:.3}"),
    };
    let (first, second) = (value(found.first), value(found.second));
    format!("{title:<27} {first:>width$} {second:>width$}  {delta:<21} {p:>7}")
}

/// What a difference that is real amounts to, in a few words.
fn verdict(verdict: Verdict, words: &str, unit: &str) -> String {
    match verdict {
        Verdict::Real => bold(plain(words.split(':').next().unwrap_or_default())),
        Verdict::NotShown => String::new(),
        Verdict::TooFew => dim(format!("too few {unit}")),
    }
}

/// Longest name above a column.
const LONGEST_NAME: usize = 20;

fn shortened(name: &str) -> String {
    if name.chars().count() <= LONGEST_NAME {
        return name.to_owned();
    }
    name.chars().take(LONGEST_NAME - 1).chain(['…']).collect()
}

fn widest(names: &[String]) -> usize {
    names.iter().map(|name| name.chars().count()).max().unwrap_or_default()
}

/// A text from a user or a file, in which control characters must not reach the terminal.
fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_paths_may_hold_an_equals_sign() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("a=b.mid"), "").unwrap();
        std::fs::write(path("c.mid"), "").unwrap();
        let text = |name: &str| path(name).to_str().unwrap().to_owned();
        let found = |word: String| named(&word);
        assert_eq!(
            found(format!("soft rock={}", text("a=b.mid"))),
            ("soft rock".into(), path("a=b.mid"))
        );
        assert_eq!(found(format!("x=y={}", text("c.mid"))), ("x=y".into(), path("c.mid")));
        assert_eq!(found(text("a=b.mid")), ("a=b".into(), path("a=b.mid")));
        assert_eq!(found("x=none=1".to_owned()), ("x".into(), "none=1".into()));
        let words = ["a=one", "b=two", "a=three"].map(str::to_owned);
        let sources = sources(&words);
        assert_eq!(sources.len(), 2);
        assert_eq!(sources[0].paths, [Path::new("one"), Path::new("three")]);
    }
}
