//! Plot: piano rolls of files of music.

use std::path::{Path, PathBuf};

use engrave::{RollOptions, piano_roll};
use figure::png;
use music::{DEFAULT_QPM, DEFAULT_STEPS_PER_QUARTER, NoteSequence};

use crate::picture::{Meter, PNG_SCALE, Picture, with_meter};
use crate::pieces::{Converted, Destination, Encoded, Encoder, write_pieces};
use crate::provenance::{Provenance, primer_end};
use crate::{Error, Event, Observer, Result};

/// What to plot, and how.
#[derive(Clone, Debug)]
pub struct PlotOptions {
    /// Files of music.
    pub inputs: Vec<PathBuf>,
    /// Where pictures go.
    pub output: PlotOutput,
    /// Width in pixels of the SVG; a PNG has twice as many.
    pub width: f64,
    /// Bars in a line; as many as are well seen if `None`.
    pub bars_per_line: Option<usize>,
    /// Sixteenths at the beginning that are the primer; those that the file beside a generated melody tells if `None`.
    pub primer_steps: Option<usize>,
    /// Metre of pieces that name none.
    pub meter: Option<Meter>,
}

/// Where pictures of piano rolls go.
#[derive(Clone, Debug)]
pub enum PlotOutput {
    /// One file, whose ending says what it is.
    File(PathBuf),
    /// Files `<piece>-roll.svg` and `<piece>-roll.png`.
    Files {
        /// Their folder; beside each piece if `None`.
        folder: Option<PathBuf>,
        /// What to draw.
        pictures: Vec<Picture>,
    },
}

/// Draws piano rolls of files of music. A melody that Cantus generated has its primer in another colour, and its notes are the darker the
/// likelier they were ([`Provenance`]). What cannot be read or drawn is told, and the rest goes on.
///
/// # Errors
///
/// [`Error::NothingConverted`] if it is everything, [`Error::ManyPieces`] for one file of several pieces,
/// [`Error::PictureFormat`] for an output that is no picture, a disk that cannot be written, [`Error::Interrupted`].
pub fn plot(options: &PlotOptions, observer: &dyn Observer) -> Result<Converted> {
    let draw = |path: &Path, sequence: &NoteSequence| -> Encoded<String> {
        let roll = roll_options(path, sequence, options, observer);
        let sequence = with_meter(sequence, options.meter);
        piano_roll(&sequence, &roll).map(figure::Svg::finish).map_err(|error| error.to_string())
    };
    let svg = |path: &Path, sequence: &NoteSequence| draw(path, sequence).map(String::into_bytes);
    let png = |path: &Path, sequence: &NoteSequence| {
        png::render(&draw(path, sequence)?, PNG_SCALE).map_err(|error| error.to_string())
    };
    let encoder = |picture: &Picture| match picture {
        Picture::Svg => Encoder { ending: "-roll.svg", is_book: false, encode: &svg },
        Picture::Png => Encoder { ending: "-roll.png", is_book: false, encode: &png },
    };
    let (destination, pictures) = match &options.output {
        PlotOutput::File(path) => {
            let picture = Picture::of(path);
            let picture = picture.ok_or_else(|| Error::PictureFormat { path: path.clone() })?;
            (Destination::File(path.clone()), vec![picture])
        }
        PlotOutput::Files { folder, pictures } => {
            let folder = folder.clone().map_or(Destination::Beside, Destination::Folder);
            (folder, pictures.clone())
        }
    };
    let encoders: Vec<Encoder<'_>> = pictures.iter().map(encoder).collect();
    write_pieces(&options.inputs, &destination, &encoders, observer)
}

fn roll_options(
    path: &Path,
    sequence: &NoteSequence,
    options: &PlotOptions,
    observer: &dyn Observer,
) -> RollOptions {
    let known = match Provenance::beside(path) {
        Ok(found) => found.and_then(|found| found.notes(sequence)),
        Err(error) => {
            observer.observe(Event::Detail(&error.to_string()));
            None
        }
    };
    let qpm = sequence.tempos.first().map_or(DEFAULT_QPM, |tempo| tempo.qpm);
    let step = 60.0 / qpm / DEFAULT_STEPS_PER_QUARTER as f64;
    let given = options.primer_steps.map(|steps| primer_end(steps, step));
    RollOptions {
        width: options.width,
        bars_per_line: options.bars_per_line,
        primer_end: given.or(known.as_ref().map(|known| known.primer_end)).unwrap_or(0.0),
        probabilities: known.map(|known| known.probabilities).unwrap_or_default(),
    }
}
