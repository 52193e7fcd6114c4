//! Pictures of music: what kinds there are, and the metre in which they are drawn.

use std::borrow::Cow;
use std::path::Path;

use music::{NoteSequence, TimeSignature};
use serde::Serialize;

use crate::{Error, Result, files};

/// Pixels of a PNG for one of the SVG.
pub(crate) const PNG_SCALE: f64 = 2.0;

/// A kind of picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Picture {
    /// Shapes, at any size.
    Svg,
    /// Pixels.
    Png,
}

impl Picture {
    /// That of a file of this name; none if its ending is of no picture.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        match &*path.extension()?.to_string_lossy().to_ascii_lowercase() {
            "svg" => Some(Self::Svg),
            "png" => Some(Self::Png),
            _ => None,
        }
    }
}

/// A metre: beats in a bar, and the note value of a beat.
pub type Meter = (u32, u32);

/// The metre from the start on.
pub(crate) fn signature((numerator, denominator): Meter) -> TimeSignature {
    TimeSignature { time: 0.0, numerator, denominator }
}

/// The piece in that metre if it names none.
pub(crate) fn with_meter(sequence: &NoteSequence, meter: Option<Meter>) -> Cow<'_, NoteSequence> {
    match meter {
        Some(meter) if sequence.time_signatures.is_empty() => {
            let mut sequence = sequence.clone();
            sequence.time_signatures.push(signature(meter));
            Cow::Owned(sequence)
        }
        _ => Cow::Borrowed(sequence),
    }
}

/// Writes the text of an SVG to a file as what its name says: an SVG or a PNG. Its folder is made.
///
/// # Errors
///
/// [`Error::PictureFormat`] of another ending, a picture that is too large, a file that cannot be written.
pub(crate) fn write(svg: &str, path: &Path) -> Result<()> {
    let bytes = match Picture::of(path) {
        Some(Picture::Svg) => svg.as_bytes().to_vec(),
        Some(Picture::Png) => figure::png::render(svg, PNG_SCALE)?,
        None => return Err(Error::PictureFormat { path: path.to_owned() }),
    };
    files::create_parent(path)?;
    files::write_whole(path, &bytes)
}
