//! How a map of genres is shown: flags.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use pipeline::genres::{ColourBy, MapFormat, PictureOptions};

use crate::args::positive;
use crate::commands::subset::wanted;
use crate::failure::Failure;

/// How a map is shown.
#[derive(Args, Debug)]
#[command(next_help_heading = "The picture")]
pub(super) struct PictureArgs {
    /// What to write, whatever the file's name ends with
    #[arg(long, value_name = "FORMAT", value_enum)]
    format: Option<MapFormatArg>,
    /// What gives an artist its colour
    #[arg(long, value_name = "BY", value_enum, default_value_t = ColourArg::Meta)]
    colour: ColourArg,
    /// Light the artists that a query means, such as a genre: QUERY or NAME=QUERY; may be repeated
    #[arg(long, visible_alias = "genre", value_name = "QUERY")]
    highlight: Vec<String>,
    /// Title
    #[arg(long, value_name = "TEXT", default_value = "Genre map")]
    title: String,
    /// Taxonomy of your own, in TOML [default: the built-in one]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    taxonomy: Option<PathBuf>,
    /// Most names of artists (SVG, PNG); genres get half as many
    #[arg(long, value_name = "N", default_value_t = PictureOptions::default().labels)]
    label: usize,
    /// Width in pixels (SVG, PNG), at least 320
    #[arg(long, value_name = "PIXELS", default_value_t = PictureOptions::default().width, value_parser = positive)]
    width: f64,
    /// Height in pixels (SVG, PNG), at least 240
    #[arg(long, value_name = "PIXELS", default_value_t = PictureOptions::default().height, value_parser = positive)]
    height: f64,
    /// Pixels of a PNG for each of these: 2 is sharp on fine screens, 4 on paper
    #[arg(long, value_name = "FACTOR", default_value_t = PictureOptions::default().scale, value_parser = positive)]
    scale: f64,
}

/// What a map is written as.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum MapFormatArg {
    /// A page to explore: search, light genres, select with a lasso
    Html,
    /// A picture for paper
    Svg,
    /// The same in pixels
    Png,
    /// The points
    Csv,
}

/// What gives an artist its colour.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum ColourArg {
    /// The meta-genre that most of its genres belong to
    Meta,
    /// All of its genres, mixed: crossovers shade into one another
    Blend,
}

impl PictureArgs {
    /// The format that was asked for; none where the file's name says it.
    pub(super) fn format(&self) -> Option<MapFormat> {
        self.format.map(|format| match format {
            MapFormatArg::Html => MapFormat::Html,
            MapFormatArg::Svg => MapFormat::Svg,
            MapFormatArg::Png => MapFormat::Png,
            MapFormatArg::Csv => MapFormat::Csv,
        })
    }

    pub(super) fn options(&self) -> Result<PictureOptions, Failure> {
        let highlights =
            self.highlight.iter().map(|text| wanted(text)).collect::<Result<_, _>>()?;
        Ok(PictureOptions {
            title: self.title.clone(),
            colour: match self.colour {
                ColourArg::Meta => ColourBy::Meta,
                ColourArg::Blend => ColourBy::Blend,
            },
            taxonomy: self.taxonomy.clone(),
            highlights,
            labels: self.label,
            width: self.width,
            height: self.height,
            scale: self.scale,
        })
    }
}
