//! How many records files have.

use std::path::PathBuf;

use tensorflow::tfrecord::Index;

use crate::Result;

/// Counts the records of TFRecord files.
///
/// # Errors
///
/// A file that is not there, or whose lengths lead beyond its end.
pub fn count_records(files: &[PathBuf]) -> Result<usize> {
    let mut records = 0;
    for file in files {
        records += Index::build(file)?.len();
    }
    Ok(records)
}
