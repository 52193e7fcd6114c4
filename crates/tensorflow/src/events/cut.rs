//! Takes back what an event file has from a step on.

use std::fs::File;
use std::path::Path;

use super::Event;
use crate::tfrecord::Reader;
use crate::{Error, Result};

/// Cuts the file `path` before its first event of a later step than `step`; `false` if there is none and the file stays as it is.
///
/// A session start alone does not do: TensorBoard's fast reader does not know it, and would draw both the old points and the new
/// ones. A record that is cut short, as a killed process leaves it, is taken away, too.
///
/// # Errors
///
/// [`Error::Io`], [`Error::CorruptRecord`] or [`Error::InRecord`]; the file is left as it is.
pub fn cut_after(path: impl AsRef<Path>, step: i64) -> Result<bool> {
    let path = path.as_ref();
    let mut records = Reader::open(path)?;
    let mut message = Vec::new();
    let end = loop {
        let offset = records.offset();
        match records.next_record(&mut message) {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(Error::TruncatedRecord { .. }) => break offset,
            Err(error) => return Err(error),
        }
        let event = Event::decode(&message).map_err(|error| records.in_last_record(error))?;
        if event.step > step {
            break offset;
        }
    };
    let io = Error::io(path);
    let file = File::options().write(true).open(path).map_err(&io)?;
    file.set_len(end).and_then(|()| file.sync_all()).map_err(&io)?;
    Ok(true)
}
