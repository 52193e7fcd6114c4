//! `cantus score`: notation.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use pipeline::score::{ScoreFormat, ScoreOptions, ScoreOutput, score};

use super::convert::written;
use super::drawing::DrawingArgs;
use crate::failure::Failure;
use crate::terminal::Terminal;

const AFTER_HELP: &str = "\
Examples:
  cantus score tune.mid
  cantus score tune.mid --output tune.musicxml
  cantus score out/*.mid --output tunes.abc
  cantus score out/*.mid --format svg,musicxml --output-dir scores
  cantus score jig.mid --meter 6/8 --output jig.png

A piece that names no key is written in the one that its notes speak for. Played
music is written on a grid of sixteenths and triplets. Without --output the
picture is `<name>-score.svg`.";

/// Write files of music down as notation: a picture, MusicXML, ABC
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ScoreArgs {
    #[command(flatten)]
    drawing: DrawingArgs,
    /// File to write: .svg, .png, .musicxml, .mxl or .abc
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    #[arg(conflicts_with_all = ["output_dir", "formats"])]
    output: Option<PathBuf>,
    /// What to write, one or several with commas [default: svg]
    #[arg(long = "format", value_name = "FORMATS", value_enum, value_delimiter = ',')]
    formats: Vec<FormatArg>,
}

/// Kinds of scores.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormatArg {
    /// Staves as a picture, sharp at any size
    Svg,
    /// Staves in pixels
    Png,
    /// MusicXML 4.0, for MuseScore and other editors
    Musicxml,
    /// The same, packed
    Mxl,
    /// ABC 2.1
    Abc,
}

impl FormatArg {
    fn format(self) -> ScoreFormat {
        match self {
            Self::Svg => ScoreFormat::Svg,
            Self::Png => ScoreFormat::Png,
            Self::Musicxml => ScoreFormat::MusicXml,
            Self::Mxl => ScoreFormat::Mxl,
            Self::Abc => ScoreFormat::Abc,
        }
    }
}

pub(crate) fn run(args: &ScoreArgs, terminal: Terminal) -> Result<(), Failure> {
    let output = match &args.output {
        Some(file) => ScoreOutput::File(file.clone()),
        None => {
            let formats: &[FormatArg] = match args.formats.as_slice() {
                [] => &[FormatArg::Svg],
                formats => formats,
            };
            let formats = formats.iter().map(|format| format.format()).collect();
            ScoreOutput::Files { folder: args.drawing.output_dir.clone(), formats }
        }
    };
    let options = ScoreOptions {
        inputs: args.drawing.inputs.clone(),
        output,
        width: args.drawing.width,
        meter: args.drawing.meter,
    };
    let converted = score(&options, &terminal.progress())?;
    terminal.result(&converted, |out| written(&converted, out))
}
