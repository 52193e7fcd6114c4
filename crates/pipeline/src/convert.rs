//! Convert: files of music to another format.

use std::path::PathBuf;

use crate::music_file::MusicFormat;
pub use crate::pieces::{Converted, NotConverted};
use crate::pieces::{Destination, Encoder, write_pieces};
use crate::{Error, Observer, Result};

/// What to convert, to what, where.
#[derive(Clone, Debug)]
pub struct ConvertOptions {
    /// Files of music.
    pub inputs: Vec<PathBuf>,
    /// Where what is written goes.
    pub output: ConvertOutput,
}

/// Where converted music goes.
#[derive(Clone, Debug)]
pub enum ConvertOutput {
    /// All of it into one file, whose ending says the format: one piece, or a book of ABC tunes.
    File(PathBuf),
    /// Each piece into a file of its own.
    Folder {
        /// The folder.
        path: PathBuf,
        /// What to write.
        format: MusicFormat,
    },
}

/// Reads files of music and writes them in another format. What cannot be read or written is told, and the rest goes on.
///
/// # Errors
///
/// [`Error::NothingConverted`] if it is everything, [`Error::ManyPieces`] for more than one piece in a file that holds only
/// one, [`Error::MusicFormat`] for an output of no format, a disk that cannot be written, [`Error::Interrupted`].
pub fn convert(options: &ConvertOptions, observer: &dyn Observer) -> Result<Converted> {
    let (destination, format) = match &options.output {
        ConvertOutput::File(path) => {
            let format = MusicFormat::of(path);
            let format = format.ok_or_else(|| Error::MusicFormat { path: path.clone() })?;
            (Destination::File(path.clone()), format)
        }
        ConvertOutput::Folder { path, format } => (Destination::Folder(path.clone()), *format),
    };
    let encoder = Encoder {
        ending: format.ending(),
        is_book: format == MusicFormat::Abc,
        encode: &|_, sequence| format.write(sequence).map_err(|error| error.to_string()),
    };
    write_pieces(&options.inputs, &destination, &[encoder], observer)
}
