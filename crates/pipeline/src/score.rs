//! Score: files of music as notation.

use std::path::{Path, PathBuf};

use engrave::score_svg;
use figure::png;
use formats::musicxml;
use music::NoteSequence;
use serde::Serialize;

use crate::music_file::MusicFormat;
use crate::picture::{Meter, PNG_SCALE, with_meter};
use crate::pieces::{Converted, Destination, Encoded, Encoder, write_pieces};
use crate::{Error, Observer, Result};

/// What to write down, and how.
#[derive(Clone, Debug)]
pub struct ScoreOptions {
    /// Files of music.
    pub inputs: Vec<PathBuf>,
    /// Where scores go.
    pub output: ScoreOutput,
    /// Width in pixels of an SVG; a PNG has twice as many.
    pub width: f64,
    /// Metre of pieces that name none.
    pub meter: Option<Meter>,
}

/// Where scores go.
#[derive(Clone, Debug)]
pub enum ScoreOutput {
    /// One file, whose ending says the format: one piece, or a book of ABC tunes.
    File(PathBuf),
    /// Each piece into files of its own.
    Files {
        /// Their folder; beside each piece if `None`.
        folder: Option<PathBuf>,
        /// What to write.
        formats: Vec<ScoreFormat>,
    },
}

/// How notation is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ScoreFormat {
    /// MusicXML.
    MusicXml,
    /// MusicXML, packed.
    Mxl,
    /// ABC.
    Abc,
    /// Staves as a picture.
    Svg,
    /// The same in pixels.
    Png,
}

impl ScoreFormat {
    /// That of a file of this name; none if its ending is of no score.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        Some(match &*path.extension()?.to_string_lossy().to_ascii_lowercase() {
            "xml" | "musicxml" => Self::MusicXml,
            "mxl" => Self::Mxl,
            "abc" => Self::Abc,
            "svg" => Self::Svg,
            "png" => Self::Png,
            _ => return None,
        })
    }

    /// How the names of its files end, behind that of the piece.
    fn ending(self) -> &'static str {
        match self {
            Self::MusicXml => "musicxml",
            Self::Mxl => "mxl",
            Self::Abc => "abc",
            Self::Svg => "-score.svg",
            Self::Png => "-score.png",
        }
    }

    fn write(self, sequence: &NoteSequence, width: f64) -> Encoded {
        let written = match self {
            Self::MusicXml => MusicFormat::MusicXml.write(sequence),
            Self::Abc => MusicFormat::Abc.write(sequence),
            Self::Mxl => musicxml::write_packed(sequence, &musicxml::WriteOptions::default()),
            Self::Svg | Self::Png => {
                let svg = score_svg(sequence, &engrave::ScoreOptions { width });
                let svg = svg.map_err(|error| error.to_string())?.finish();
                return match self {
                    Self::Png => png::render(&svg, PNG_SCALE).map_err(|error| error.to_string()),
                    _ => Ok(svg.into_bytes()),
                };
            }
        };
        written.map_err(|error| error.to_string())
    }
}

/// Writes files of music down as notation, each in a key: its own, or the one that its notes speak for
/// ([`NoteSequence::likely_key`]). What cannot be read or written is told, and the rest goes on.
///
/// # Errors
///
/// [`Error::NothingConverted`] if it is everything, [`Error::ManyPieces`] for more than one piece in a file that holds only
/// one, [`Error::ScoreFormat`] for an output of no format, a disk that cannot be written, [`Error::Interrupted`].
pub fn score(options: &ScoreOptions, observer: &dyn Observer) -> Result<Converted> {
    let (destination, formats) = match &options.output {
        ScoreOutput::File(path) => {
            let format = ScoreFormat::of(path);
            let format = format.ok_or_else(|| Error::ScoreFormat { path: path.clone() })?;
            (Destination::File(path.clone()), vec![format])
        }
        ScoreOutput::Files { folder, formats } => {
            let folder = folder.clone().map_or(Destination::Beside, Destination::Folder);
            (folder, formats.clone())
        }
    };
    let write = |format: ScoreFormat| {
        move |_: &Path, sequence: &NoteSequence| {
            let mut sequence = with_meter(sequence, options.meter).into_owned();
            if sequence.key_signatures.is_empty() {
                sequence.key_signatures.extend(sequence.likely_key());
            }
            format.write(&sequence, options.width)
        }
    };
    let writers: Vec<_> = formats.iter().map(|format| write(*format)).collect();
    let encoders: Vec<Encoder<'_>> = formats
        .iter()
        .zip(&writers)
        .map(|(format, encode)| Encoder {
            ending: format.ending(),
            is_book: *format == ScoreFormat::Abc,
            encode,
        })
        .collect();
    write_pieces(&options.inputs, &destination, &encoders, observer)
}
