//! Convert a folder of music files as Magenta's `convert_dir_to_note_sequences` does.

use std::path::PathBuf;

use corpus::ingest::{
    DirectoryEvent, DirectoryOptions, DirectorySummary, convert_directory as convert,
};
use serde::Serialize;
use tensorflow::tfrecord::FileWriter;

use crate::{Observer, Result, files};

/// What to convert, and where to put it.
#[derive(Clone, Debug)]
pub struct ConvertOptions {
    /// The folder as it was typed: its last name becomes that of the collection.
    pub input_dir: String,
    /// The TFRecord file.
    pub output_file: PathBuf,
    /// How to go through the folder.
    pub directory: DirectoryOptions,
}

/// What came of a folder.
#[derive(Clone, Debug, Serialize)]
pub struct Converted {
    /// The TFRecord file.
    pub output_file: PathBuf,
    /// How many pieces, and what gave none.
    #[serde(flatten)]
    pub summary: DirectorySummary,
}

/// Converts the files of a folder one after another and writes their notes as NoteSequence records, while `tell` hears of each.
///
/// # Errors
///
/// A folder that is not there, a disk that cannot be written, [`crate::Error::Interrupted`]. A file that cannot be read is
/// none, and a folder without music gives a file without records.
pub fn convert_directory(
    options: &ConvertOptions,
    observer: &dyn Observer,
    tell: &mut dyn FnMut(DirectoryEvent<'_>),
) -> Result<Converted> {
    files::create_parent(&options.output_file)?;
    let mut records = FileWriter::create(&options.output_file)?;
    let mut take = |event: DirectoryEvent<'_>| {
        tell(event);
        if let DirectoryEvent::Converted { record, .. } = event {
            records.write(record)?;
        }
        if observer.cancelled() { Err(corpus::Error::Cancelled) } else { Ok(()) }
    };
    let summary = convert(&options.input_dir, &options.directory, &mut take)?;
    records.commit()?;
    Ok(Converted { output_file: options.output_file.clone(), summary })
}
