//! Where note sequences come from: a TFRecord file, or stdin.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use tensorflow::tfrecord::{Index, Reader, is_compressed};

use crate::{Error, Observer, Result};

/// The path that stands for stdin.
const STDIN: &str = "-";

/// How often the observer is asked whether to go on while nothing comes.
const PATIENCE: Duration = Duration::from_millis(100);

/// Batches that wait to be worked on.
const AHEAD: usize = 1;

/// A file of note sequences, or stdin.
pub(crate) struct Input {
    /// The file.
    pub(crate) path: PathBuf,
    /// Records in it, where they can be counted beforehand.
    pub(crate) records: Option<u64>,
}

/// A record as it stands in a file.
pub(crate) struct Record {
    /// Its number, from 0.
    pub(crate) index: u64,
    /// Its data.
    pub(crate) bytes: Vec<u8>,
}

impl Input {
    /// Looks whether `path` is there and whole as far as lengths tell; reads nothing of stdin, and of a compressed file its
    /// beginning.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let counted = path.as_os_str() != STDIN && !is_compressed(path)?;
        let records = counted.then(|| Index::build(path)).transpose()?;
        Ok(Input { path: path.to_owned(), records: records.map(|index| index.len() as u64) })
    }

    /// Calls `take` with one batch of at most `size` records after another.
    pub(crate) fn batches(
        &self,
        size: usize,
        observer: &dyn Observer,
        take: impl FnMut(Vec<Record>) -> Result<()>,
    ) -> Result<()> {
        if self.path.as_os_str() == STDIN {
            let stdin = || Ok(Reader::detecting(io::stdin().lock(), "standard input")?);
            return read_ahead(stdin, size, observer, take);
        }
        let file = Reader::open(&self.path)?;
        read_ahead(|| Ok(file), size, observer, take)
    }
}

/// Reads on a thread of its own: a file while the batch before is worked on; stdin may be silent for ever, and the observer
/// may lose patience.
fn read_ahead<R: io::Read>(
    open: impl FnOnce() -> Result<Reader<R>> + Send + 'static,
    size: usize,
    observer: &dyn Observer,
    mut take: impl FnMut(Vec<Record>) -> Result<()>,
) -> Result<()> {
    let (sender, receiver) = mpsc::sync_channel(AHEAD);
    let read = move || {
        let mut reader = match open() {
            Ok(reader) => reader,
            Err(error) => {
                // Nobody listens any more when this fails.
                let _ = sender.send(Err(error));
                return;
            }
        };
        while let Some(batch) = read_batch(&mut reader, size).transpose() {
            let over = batch.is_err();
            if sender.send(batch).is_err() || over {
                return;
            }
        }
    };
    let thread = thread::Builder::new().name("input".into()).spawn(read);
    let thread = thread.map_err(|source| Error::Threads { threads: 1, source })?;
    loop {
        match receiver.recv_timeout(PATIENCE) {
            Ok(batch) => take(batch?)?,
            Err(RecvTimeoutError::Disconnected) => {
                // What ends in a panic has not been read to its end.
                return thread.join().map_err(|panic| std::panic::resume_unwind(panic));
            }
            Err(RecvTimeoutError::Timeout) if observer.cancelled() => {
                return Err(Error::Interrupted { kept: None });
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

/// The next records, at most `size`; none at the end.
fn read_batch<R: io::Read>(reader: &mut Reader<R>, size: usize) -> Result<Option<Vec<Record>>> {
    let mut batch = Vec::with_capacity(size);
    let mut bytes = Vec::new();
    while batch.len() < size && reader.next_record(&mut bytes)? {
        let index = reader.record_index().saturating_sub(1);
        batch.push(Record { index, bytes: std::mem::take(&mut bytes) });
    }
    Ok(if batch.is_empty() { None } else { Some(batch) })
}
