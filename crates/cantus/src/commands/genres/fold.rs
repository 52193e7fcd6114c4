//! `cantus genres fold`: fine genres to meta-genres.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use pipeline::genres::{ArtistFold, FoldOptions, FoldRule, Folded, GenreFold, Why, fold};

use super::{RowFormat, cell, cut, print_rows, rest_of_line, widest};
use crate::failure::Failure;
use crate::terminal::{Terminal, bold, count, dim};

const AFTER_HELP: &str = "\
Examples:
  cantus genres fold
  cantus genres fold --table artists.csv --rule recipe
  cantus genres fold --taxonomy mine.toml --list
  cantus genres fold --artists --output artists-meta.csv

The rule `recipe` takes the last of other, rock, metal, pop, mellow, country,
rap, classical that is part of a genre's name. The rule `taxonomy` looks the
genre up in a file, and goes by parts of its name only where that fails. An
artist's shares count each of its genres alike; the largest dominates, of equal
ones the one that stands first in the taxonomy.";

/// Fold fine genres into a few meta-genres
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(super) struct FoldArgs {
    /// Table of artists and genres (.csv, .tsv, .json) [default: the built-in one]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    table: Option<PathBuf>,
    /// How to fold
    #[arg(long, value_name = "RULE", value_enum, default_value = "taxonomy")]
    rule: RuleArg,
    /// Taxonomy of your own, in TOML [default: the built-in one]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    taxonomy: Option<PathBuf>,
    /// List the fine genres with their meta-genres
    #[arg(long, conflicts_with = "artists")]
    list: bool,
    /// List the artists with their meta-genres
    #[arg(long)]
    artists: bool,
    /// Write that list to a file, too; its ending says the format (.csv, .tsv, .json)
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// How to print that list
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "table")]
    format: RowFormat,
}

/// Rules by which genres are folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum RuleArg {
    /// By parts of their names, as the original recipe did
    Recipe,
    /// By a list of genres
    Taxonomy,
}

pub(super) fn run(args: &FoldArgs, terminal: Terminal) -> Result<(), Failure> {
    let rule = match (args.rule, &args.taxonomy) {
        (RuleArg::Recipe, Some(_)) => {
            return Err(Failure::usage("the rule `recipe` takes no taxonomy")
                .with_hint("leave out --taxonomy or --rule recipe"));
        }
        (RuleArg::Recipe, None) => FoldRule::Recipe,
        (RuleArg::Taxonomy, taxonomy) => FoldRule::Taxonomy(taxonomy.clone()),
    };
    let recipe = rule == FoldRule::Recipe;
    let options = FoldOptions {
        table: args.table.clone(),
        rule,
        artists: args.artists,
        output: args.output.clone(),
    };
    let folded = fold(&options, &terminal.progress())?;
    match args.format.separator().filter(|_| !terminal.json) {
        Some(separator) => print_rows(&folded.as_text(separator)),
        None => terminal.answer(&folded, |out| {
            match &folded.artists {
                Some(all) => artists(all, out)?,
                None if args.list => genres(&folded.genres, out)?,
                None => metas(&folded, out)?,
            }
            uncovered(&folded, recipe, out)?;
            match &folded.output {
                Some(output) => writeln!(out, "Wrote {}", output.display()),
                None => Ok(()),
            }
        }),
    }
}

fn metas(folded: &Folded, out: &mut dyn Write) -> io::Result<()> {
    let width = widest(folded.metas.iter().map(|meta| meta.meta.as_str()), 24).max(5);
    let head = format!(
        "{}  {:>6}  {:>7}  {:>9}  most frequent",
        cell("meta", width),
        "genres",
        "artists",
        "dominates"
    );
    writeln!(out, "{}", bold(head))?;
    let rest = rest_of_line(width + 30);
    let number = |number: usize| count(number as u64);
    for meta in &folded.metas {
        let genres = folded.genres.iter().filter(|genre| genre.meta == meta.meta);
        let genres: Vec<&str> = genres.map(|genre| genre.genre.as_str()).take(12).collect();
        writeln!(
            out,
            "{}  {:>6}  {:>7}  {:>9}  {}",
            cell(&meta.meta, width),
            number(meta.genres),
            number(meta.artists),
            number(meta.dominates),
            dim(cut(&genres.join(", "), rest))
        )?;
    }
    Ok(())
}

fn genres(genres: &[GenreFold], out: &mut dyn Write) -> io::Result<()> {
    let width = widest(genres.iter().map(|genre| genre.genre.as_str()), 40).max(5);
    let meta_width = widest(genres.iter().map(|genre| genre.meta.as_str()), 24).max(4);
    writeln!(
        out,
        "{}",
        bold(format!("{}  {}  {:>7}", cell("genre", width), cell("meta", meta_width), "artists"))
    )?;
    for genre in genres {
        let why = match genre.why {
            Why::Listed => "",
            Why::Substring => "  by a part of its name",
            Why::Nowhere => "  fits nowhere",
        };
        let (name, meta) = (cell(&genre.genre, width), cell(&genre.meta, meta_width));
        writeln!(out, "{name}  {meta}  {:>7}{}", count(genre.artists), dim(why))?;
    }
    Ok(())
}

fn artists(artists: &[ArtistFold], out: &mut dyn Write) -> io::Result<()> {
    let width = widest(artists.iter().map(|artist| artist.artist.as_str()), 40).max(6);
    writeln!(out, "{}", bold(format!("{}  meta-genres", cell("artist", width))))?;
    for artist in artists {
        let shares =
            artist.shares.iter().map(|share| format!("{} {:.0}%", share.meta, share.share * 100.0));
        let shares = shares.collect::<Vec<_>>().join(", ");
        let shares = if shares.is_empty() {
            dim("no genres")
        } else {
            cut(&shares, rest_of_line(width + 2))
        };
        writeln!(out, "{}  {shares}", cell(&artist.artist, width))?;
    }
    Ok(())
}

/// Tells which genres nothing covers, and where they went.
fn uncovered(folded: &Folded, recipe: bool, out: &mut dyn Write) -> io::Result<()> {
    let (all, uncovered) = (folded.genres.len(), folded.uncovered);
    if uncovered == 0 {
        return writeln!(out, "All {} genres are covered", count(all as u64));
    }
    let (uncovered, all) = (bold(count(uncovered as u64)), count(all as u64));
    if recipe {
        return writeln!(
            out,
            "{uncovered} of {all} genres have no word of the recipe in their names"
        );
    }
    writeln!(out, "{uncovered} of {all} genres are not listed in the taxonomy:")?;
    for genre in folded.genres.iter().filter(|genre| genre.why != Why::Listed) {
        let why =
            if genre.why == Why::Substring { "by a part of its name" } else { "it fits nowhere" };
        writeln!(out, "  {} -> {} ({why})", genre.genre, genre.meta)?;
    }
    Ok(())
}
