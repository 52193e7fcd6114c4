//! Reads an event file.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use super::Event;
use crate::{Result, tfrecord};

/// The events of a file, in order; ends after the first error.
#[derive(Debug)]
pub struct Reader<R> {
    records: tfrecord::Reader<R>,
    message: Vec<u8>,
    failed: bool,
}

impl Reader<tfrecord::Uncompressed<BufReader<File>>> {
    /// Opens a file.
    ///
    /// # Errors
    ///
    /// [`Error::Io`](crate::Error::Io).
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Ok(Self::new(tfrecord::Reader::open(path)?))
    }
}

impl<R: Read> Reader<R> {
    /// Reads events from records.
    pub fn new(records: tfrecord::Reader<R>) -> Self {
        Self { records, message: Vec::new(), failed: false }
    }

    fn read_event(&mut self) -> Result<Option<Event>> {
        if !self.records.next_record(&mut self.message)? {
            return Ok(None);
        }
        let event = Event::decode(&self.message);
        event.map(Some).map_err(|error| self.records.in_last_record(error))
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Result<Event>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let event = self.read_event();
        self.failed = event.is_err();
        event.transpose()
    }
}
