//! `cantus convert`: files of music to another format.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum, ValueHint};
use pipeline::MusicFormat;
use pipeline::convert::{ConvertOptions, ConvertOutput, Converted, convert};

use crate::failure::Failure;
use crate::terminal::{Terminal, bold, count};

const AFTER_HELP: &str = "\
Examples:
  cantus convert tune.mid --output tune.musicxml
  cantus convert out/*.mid --output tunes.abc
  cantus convert book.abc --format midi --output-dir tunes
  cantus convert chorale.mxl --output chorale.mid

A file of MusicXML or MIDI holds one piece, one of ABC any number. Played music
is written on a grid of sixteenths and triplets.";

/// Convert files of music: MIDI, MusicXML and ABC, each to each
///
/// The ending of a name says its format: .mid, .midi, .kar; .xml, .musicxml, .mxl (read only); .abc. Repeats of scores are
/// written out as they are played.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ConvertArgs {
    /// Files of music
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    inputs: Vec<PathBuf>,
    /// File to write; its ending says the format
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    #[arg(required_unless_present = "output_dir", conflicts_with = "output_dir")]
    output: Option<PathBuf>,
    /// Folder for a file of each piece; made when missing
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, requires = "format")]
    output_dir: Option<PathBuf>,
    /// What to write to the folder
    #[arg(long, value_name = "FORMAT", value_enum, requires = "output_dir")]
    format: Option<FormatArg>,
}

/// Formats of music.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormatArg {
    /// Standard MIDI File
    Midi,
    /// MusicXML 4.0, for MuseScore and other editors
    Musicxml,
    /// ABC 2.1
    Abc,
}

pub(crate) fn run(args: &ConvertArgs, terminal: Terminal) -> Result<(), Failure> {
    let output = match (&args.output, &args.output_dir, args.format) {
        (Some(file), ..) => ConvertOutput::File(file.clone()),
        (None, Some(folder), Some(format)) => {
            let format = match format {
                FormatArg::Midi => MusicFormat::Midi,
                FormatArg::Musicxml => MusicFormat::MusicXml,
                FormatArg::Abc => MusicFormat::Abc,
            };
            ConvertOutput::Folder { path: folder.clone(), format }
        }
        _ => return Err(Failure::usage("no output was given")),
    };
    let options = ConvertOptions { inputs: args.inputs.clone(), output };
    let converted = convert(&options, &terminal.progress())?;
    terminal.result(&converted, |out| written(&converted, out))
}

/// What was written, and how much was not.
pub(crate) fn written(converted: &Converted, out: &mut dyn Write) -> io::Result<()> {
    let pieces = match converted.pieces {
        1 => "1 piece".to_owned(),
        many => format!("{} pieces", count(many as u64)),
    };
    match converted.files.as_slice() {
        [file] => writeln!(out, "Wrote {} to {}", bold(pieces), file.display())?,
        [first, second] => {
            let (first, second) = (first.display(), second.display());
            writeln!(out, "Wrote {} to {first} and {second}", bold(pieces))?;
        }
        files => {
            let folder = files.first().and_then(|file| file.parent());
            let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
            let folder = folder.unwrap_or(Path::new("."));
            writeln!(out, "Wrote {} to {}", bold(pieces), folder.display())?;
        }
    }
    match converted.failed.len() {
        0 => Ok(()),
        failed => writeln!(out, "  not converted: {}", count(failed as u64)),
    }
}
