//! `cantus genres map`: artists as points that lie together where their genres do.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser as _;
use clap::{Args, ValueEnum, ValueHint};
use pipeline::genres::{Dimensions, Fit, Layout, MapOptions, Mapped, TsneOptions, map};

use super::picture::PictureArgs;
use crate::args::{at_least_one, perplexity};
use crate::failure::Failure;
use crate::terminal::{Terminal, bold, count, percent};

const AFTER_HELP: &str = "\
Examples:
  cantus genres map --output map.html
  cantus genres map --table mine.tsv --dims 3 --seed 7 --output map.html
  cantus genres map --method pca --colour blend --output map.svg
  cantus genres map --highlight metal --highlight classical --output map.png
  cantus genres map --highlight 'soul or disco' --output soul.html
  cantus genres map --table mine.json --method pca --output map.csv --json

The page is one file that needs no network: move it, turn it, search artists,
light genres, and draw a lasso around artists to take them along.
Artists of whom the table has no genres are left out. The same seed gives the
same map; another one lays out equally good neighbourhoods elsewhere.";

/// Draw a map of artists, near each other where they share genres
///
/// t-SNE keeps neighbours together, so that genres become islands; how far apart islands are says little. PCA is a shadow of the
/// genres that keeps distances as far as a shadow can.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct MapArgs {
    /// Table of artists and genres (.csv, .tsv, .json) [default: the built-in one]
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    table: Option<PathBuf>,
    /// File to write; its ending says the format (.html, .svg, .png, .csv)
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: PathBuf,
    /// How to lay them out
    #[arg(long, value_name = "METHOD", value_enum, default_value_t = MethodArg::Tsne)]
    method: MethodArg,
    /// Dimensions of the map
    #[arg(long, value_name = "N", default_value = "2", value_parser = PossibleValuesParser::new(["2", "3"]).map(dimensions))]
    dims: Dimensions,
    /// How many neighbours each artist looks at, in effect (t-SNE) [default: 30, or a third of few artists]
    #[arg(long, value_name = "N", value_parser = perplexity)]
    perplexity: Option<f64>,
    /// How many times all points are moved (t-SNE)
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = at_least_one)]
    iterations: usize,
    /// Seed of what is left to chance (t-SNE)
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Tell how many of the 12 nearest neighbours on the map are near in truth, too
    #[arg(long)]
    measure: bool,
    #[command(flatten)]
    picture: PictureArgs,
}

/// Ways to lay artists out.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum MethodArg {
    /// Principal components
    Pca,
    /// t-distributed stochastic neighbour embedding
    Tsne,
}

fn dimensions(text: String) -> Dimensions {
    if text == "3" { Dimensions::Three } else { Dimensions::Two }
}

pub(crate) fn run(args: &MapArgs, terminal: Terminal, threads: usize) -> Result<(), Failure> {
    let layout = match args.method {
        MethodArg::Pca => Layout::Pca(args.dims),
        MethodArg::Tsne => Layout::Tsne(TsneOptions {
            dimensions: args.dims,
            perplexity: args.perplexity,
            iterations: args.iterations,
            seed: args.seed,
        }),
    };
    let options = MapOptions {
        table: args.table.clone(),
        output: args.output.clone(),
        format: args.picture.format(),
        picture: args.picture.options()?,
        layout,
        measure: args.measure,
        threads,
    };
    let mapped = map(&options, &terminal.progress())?;
    terminal.result(&mapped, |out| summary(&mapped, out))
}

fn summary(mapped: &Mapped, out: &mut dyn Write) -> io::Result<()> {
    let (artists, genres) = (count(mapped.artists as u64), count(mapped.genres as u64));
    writeln!(out, "Laid out {} by {genres} genres", bold(format!("{artists} artists")))?;
    if mapped.artists_without_genres > 0 {
        let without = count(mapped.artists_without_genres as u64);
        writeln!(out, "  {without:>9}  left out: the table has no genres of theirs")?;
    }
    match &mapped.fit {
        Fit::Pca { explained_variance_ratio, .. } => {
            let shares: Vec<String> =
                explained_variance_ratio.iter().copied().map(percent).collect();
            let all = percent(explained_variance_ratio.iter().sum());
            writeln!(out, "  {all:>9}  of the variance is in it: {}", shares.join(", "))?;
        }
        Fit::Tsne { kl_divergence, .. } => {
            writeln!(out, "  {kl_divergence:>9.4}  nats of Kullback-Leibler divergence")?;
        }
        _ => {}
    }
    if let Some(trustworthiness) = mapped.trustworthiness {
        writeln!(out, "  {trustworthiness:>9.4}  trustworthiness of 12 neighbours, at best 1")?;
    }
    writeln!(out, "Map: {}", mapped.output.display())
}
