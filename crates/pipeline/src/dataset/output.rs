//! The two files, written on a thread of their own while the next examples are made.

use std::path::Path;
use std::sync::mpsc::{self, SyncSender};
use std::thread::{self, Scope, ScopedJoinHandle};

use corpus::split::Side;
use tensorflow::tfrecord::{FileWriter, Spares};

use crate::{Error, Result};

/// Batches that wait to be written.
const AHEAD: usize = 1;

/// An example, and where it belongs.
pub(super) struct Encoded {
    pub(super) side: Side,
    pub(super) bytes: Vec<u8>,
}

/// The two files, as long as they have no names.
struct Files {
    training: FileWriter,
    eval: FileWriter,
}

/// The way to the thread that writes.
pub(super) struct Output<'scope> {
    batches: SyncSender<Vec<Encoded>>,
    thread: ScopedJoinHandle<'scope, Result<Files>>,
}

impl<'scope> Output<'scope> {
    /// Begins both files. Buffers that have been written go back to `spares`.
    pub(super) fn begin(
        scope: &'scope Scope<'scope, '_>,
        training: &Path,
        eval: &Path,
        spares: &'scope Spares,
    ) -> Result<Self> {
        let mut files =
            Files { training: FileWriter::create(training)?, eval: FileWriter::create(eval)? };
        let (batches, receiver) = mpsc::sync_channel(AHEAD);
        let work = move || {
            for batch in receiver {
                files.write(batch, spares)?;
            }
            Ok(files)
        };
        let thread = thread::Builder::new().name("writer".into()).spawn_scoped(scope, work);
        let thread = thread.map_err(|source| Error::Threads { threads: 1, source })?;
        Ok(Output { batches, thread })
    }

    /// Hands on a batch; `false` when nothing more can be written, which [`finish`](Self::finish) gives the reason of.
    pub(super) fn write(&self, batch: Vec<Encoded>) -> bool {
        self.batches.send(batch).is_ok()
    }

    /// Waits for what is under way and gives both files their names.
    pub(super) fn finish(self, training: &Path) -> Result<()> {
        let Output { batches, thread } = self;
        drop(batches);
        let written = thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        let Files { training: training_file, eval } = written?;
        training_file.commit()?;
        eval.commit().map_err(|error| {
            // A new file beside an old one would put songs on both sides.
            let _ = std::fs::remove_file(training);
            error.into()
        })
    }
}

impl Files {
    fn write(&mut self, batch: Vec<Encoded>, spares: &Spares) -> Result<()> {
        for Encoded { side, bytes } in batch {
            let file = match side {
                Side::Eval => &mut self.eval,
                Side::Training => &mut self.training,
            };
            file.write(&bytes)?;
            spares.give(bytes);
        }
        Ok(())
    }
}
