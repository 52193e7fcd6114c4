//! `cantus plot`: piano rolls.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use pipeline::Picture;
use pipeline::plot::{PlotOptions, PlotOutput, plot};

use super::convert::written;
use super::drawing::DrawingArgs;
use crate::args::{at_least_one, steps};
use crate::failure::Failure;
use crate::terminal::Terminal;

const AFTER_HELP: &str = "\
Examples:
  cantus plot tune.mid
  cantus plot tune.mid --output tune.png
  cantus plot out/*.mid --format svg --output-dir pictures
  cantus plot jig.mid --meter 6/8 --primer-steps 24

Without --output the pictures are `<name>-roll.svg` and `<name>-roll.png`. Of
what `cantus generate` made, the primer has another colour, and notes are the
darker the likelier the network found them.";

/// Draw piano rolls of files of music: SVG and PNG
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct PlotArgs {
    #[command(flatten)]
    drawing: DrawingArgs,
    /// File to write: .svg or .png
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    #[arg(conflicts_with_all = ["output_dir", "formats"])]
    output: Option<PathBuf>,
    /// What to draw, one or several with commas [default: svg,png]
    #[arg(long = "format", value_name = "FORMATS", value_enum, value_delimiter = ',')]
    formats: Vec<PictureArg>,
    /// Bars in a line [default: as many as are well seen]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    bars_per_line: Option<usize>,
    /// Sixteenths at the beginning that are the primer [default: as `cantus generate` wrote it down]
    #[arg(long, value_name = "N", conflicts_with = "primer_melody")]
    primer_steps: Option<usize>,
    /// The primer that the piece begins with, such as "[60, -2, 62]"
    #[arg(long, value_name = "EVENTS", value_parser = steps, allow_hyphen_values = true)]
    primer_melody: Option<usize>,
}

/// Kinds of pictures.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum PictureArg {
    /// Shapes, sharp at any size
    Svg,
    /// Pixels
    Png,
}

impl PictureArg {
    fn picture(self) -> Picture {
        match self {
            Self::Svg => Picture::Svg,
            Self::Png => Picture::Png,
        }
    }
}

pub(crate) fn run(args: &PlotArgs, terminal: Terminal) -> Result<(), Failure> {
    let output = match &args.output {
        Some(file) => PlotOutput::File(file.clone()),
        None => {
            let formats: &[PictureArg] = match args.formats.as_slice() {
                [] => &[PictureArg::Svg, PictureArg::Png],
                formats => formats,
            };
            let pictures = formats.iter().map(|format| format.picture()).collect();
            PlotOutput::Files { folder: args.drawing.output_dir.clone(), pictures }
        }
    };
    let options = PlotOptions {
        inputs: args.drawing.inputs.clone(),
        output,
        width: args.drawing.width,
        bars_per_line: args.bars_per_line,
        primer_steps: args.primer_steps.or(args.primer_melody),
        meter: args.drawing.meter,
    };
    let converted = plot(&options, &terminal.progress())?;
    terminal.result(&converted, |out| written(&converted, out))
}
