//! Brings a long file to the disk while it is being written.
//!
//! The system would keep all of it in memory until the end, and the last sync would then take as long as the disk takes for the
//! whole file, while nothing else goes on.

use std::fs::File;
use std::io;
use std::sync::mpsc::{self, SyncSender};
use std::thread::{self, JoinHandle};

/// Bytes after which the disk gets something to do.
const STRETCH_BYTES: u64 = 32 << 20;

/// Syncs a file now and then, on a thread of its own.
#[derive(Debug)]
pub(super) struct WriteBack {
    file: File,
    /// Bytes since the last time.
    waiting: u64,
    thread: Option<Syncer>,
}

#[derive(Debug)]
struct Syncer {
    wake: SyncSender<()>,
    thread: JoinHandle<io::Result<()>>,
}

impl WriteBack {
    /// For a file that nothing was written to yet.
    pub(super) fn of(file: &File) -> io::Result<Self> {
        Ok(Self { file: file.try_clone()?, waiting: 0, thread: None })
    }

    /// So many bytes more have been written. Never waits for the disk.
    pub(super) fn written(&mut self, bytes: u64) {
        self.waiting += bytes;
        if self.waiting < STRETCH_BYTES {
            return;
        }
        self.waiting = 0;
        // Without a thread, or while the one before is not done, the bytes wait for the next time or the end.
        if self.thread.is_none() {
            self.thread = self.file.try_clone().and_then(Syncer::start).ok();
        }
        if let Some(Syncer { wake, .. }) = &self.thread {
            let _ = wake.try_send(());
        }
    }

    /// Waits for what is under way. The system tells of a failed write once only, so what it has told is told here.
    pub(super) fn finish(self) -> io::Result<()> {
        let Some(Syncer { wake, thread }) = self.thread else { return Ok(()) };
        drop(wake);
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

impl Syncer {
    fn start(file: File) -> io::Result<Self> {
        let (wake, woken) = mpsc::sync_channel(1);
        let sync = move || woken.into_iter().try_for_each(|()| file.sync_data());
        let thread = thread::Builder::new().name("write-back".into()).spawn(sync)?;
        Ok(Self { wake, thread })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_long_file_is_synced_on_the_way_and_a_short_one_is_not() {
        let mut file = tempfile::tempfile().unwrap();
        let mut write_back = WriteBack::of(&file).unwrap();
        file.write_all(b"a record").unwrap();
        write_back.written(8);
        assert!(write_back.thread.is_none());
        write_back.written(STRETCH_BYTES);
        write_back.written(STRETCH_BYTES);
        assert!(write_back.thread.is_some());
        write_back.finish().unwrap();
    }
}
