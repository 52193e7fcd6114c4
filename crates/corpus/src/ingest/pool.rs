//! The threads: one walks, some read, the caller's collects in order.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, Scope};
use std::time::Duration;

use tensorflow::tfrecord::Spares;

use super::duplicates::Duplicates;
use super::observer::{Observer, Progress, Stage};
use super::piece::{Deliver, Piece, PieceReader};
use super::reason::{Reason, Refusal};
use super::row::Status;
use super::source::{Bounds, Content, Kind, Load, Place, Source, Visitor};
use super::summary::Summary;
use super::window::Window;
use super::{Options, Sink};
use crate::{Error, Result};

/// Files under way for each worker: enough to ride over one slow file, few enough to stay small.
const FILES_PER_WORKER: usize = 16;
/// Bytes of files under way, beyond which no further file is taken up.
const MAX_BYTES_UNDER_WAY: u64 = 64 << 20;
/// Longest silence towards the observer.
const HEARTBEAT: Duration = Duration::from_millis(100);

/// A file to read.
struct Job {
    number: u64,
    place: Place,
    load: Load,
    /// Bytes that count in the window.
    bytes: u64,
}

/// Tunes of a book that wait to be collected, beside those that are being read.
const TUNES_WAITING: usize = 8;

/// A file that has been read, or of which the first tune has been.
struct Done {
    number: u64,
    piece: Piece,
    /// Where the other tunes come from.
    rest: Option<Receiver<Piece>>,
    bytes: u64,
}

/// Reads all files of `sources`.
pub(super) fn run(
    sources: &[Source],
    sink: &mut dyn Sink,
    options: &Options,
    observer: &mut dyn Observer,
    progress: Progress,
) -> Result<Summary> {
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    let workers = options.threads.map_or_else(cores, usize::from);
    let window = Window::new(workers * FILES_PER_WORKER, MAX_BYTES_UNDER_WAY);
    let spares = Spares::default();
    let progress = Progress { stage: Stage::Reading, ..progress };
    let collector = Collector {
        sink,
        observer,
        progress,
        skip_duplicates: options.skip_duplicates,
        window: &window,
        spares: &spares,
        duplicates: Duplicates::default(),
        summary: Summary::default(),
    };
    let (send_job, jobs) = mpsc::sync_channel(workers * FILES_PER_WORKER);
    let jobs = Mutex::new(jobs);
    let (send_done, done) = mpsc::channel();
    thread::scope(|scope| {
        let max = options.max_file_bytes;
        let work = Work {
            jobs: &jobs,
            window: &window,
            spares: &spares,
            max_file_bytes: max,
            details: options.details,
        };
        let started = start_walker(scope, sources, &window, send_job, max)
            .and_then(|()| start_workers(scope, workers, work, send_done));
        let result = started.and_then(|()| collector.collect(done));
        // Whatever ended the collection, nobody may wait for room any more.
        window.close();
        result
    })
}

fn start_walker<'scope>(
    scope: &'scope Scope<'scope, '_>,
    sources: &'scope [Source],
    window: &'scope Window,
    jobs: SyncSender<Job>,
    max_file_bytes: u64,
) -> Result<()> {
    let walk = move || {
        let stopped = || window.is_closed();
        let bounds = Bounds { max_file_bytes, stopped: &stopped };
        let mut number = 0;
        for source in sources {
            let mut walker = Walker { source, window, jobs: &jobs, number: &mut number };
            if source.walk(bounds, &mut walker).is_break() {
                break;
            }
        }
    };
    let started = thread::Builder::new().name("walker".into()).spawn_scoped(scope, walk);
    started.map(|_| ()).map_err(Error::Thread)
}

/// What a worker works with.
#[derive(Clone, Copy)]
struct Work<'a> {
    jobs: &'a Mutex<Receiver<Job>>,
    window: &'a Window,
    spares: &'a Spares,
    max_file_bytes: u64,
    details: bool,
}

fn start_workers<'scope>(
    scope: &'scope Scope<'scope, '_>,
    workers: usize,
    work: Work<'scope>,
    done: Sender<Done>,
) -> Result<()> {
    for worker in 0..workers {
        let done = done.clone();
        let name = format!("reader {worker}");
        let started =
            thread::Builder::new().name(name).spawn_scoped(scope, move || work.run(&done));
        started.map_err(Error::Thread)?;
    }
    Ok(())
}

impl Work<'_> {
    fn run(self, done: &Sender<Done>) {
        let mut reader = PieceReader::new(self.max_file_bytes, self.details);
        loop {
            let job = self.jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(Job { number, place, load, bytes }) = job else { return };
            if self.window.is_closed() {
                return;
            }
            let mut delivery = Delivery { done, number, bytes, rest: None };
            if reader.read(&place, load, self.spares, &mut delivery).is_break() {
                return;
            }
        }
    }
}

/// Hands on what comes out of one file.
///
/// Most files give one piece, which is sent at once. A book may have so many tunes that they would not fit into memory:
/// they go through a channel of their own, and the worker waits while it is full. The files before are not held up by
/// that, since other workers have them.
struct Delivery<'a> {
    done: &'a Sender<Done>,
    number: u64,
    bytes: u64,
    rest: Option<SyncSender<Piece>>,
}

impl Deliver for Delivery<'_> {
    fn deliver(&mut self, piece: Piece, more: bool) -> ControlFlow<()> {
        let sent = match &self.rest {
            Some(rest) => rest.send(piece).is_ok(),
            None => {
                let (send, receive) = if more {
                    let (send, receive) = mpsc::sync_channel(TUNES_WAITING);
                    (Some(send), Some(receive))
                } else {
                    (None, None)
                };
                self.rest = send;
                let (number, bytes) = (self.number, self.bytes);
                self.done.send(Done { number, piece, rest: receive, bytes }).is_ok()
            }
        };
        if sent { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }
}

/// Turns what a walk shows into jobs.
struct Walker<'a> {
    source: &'a Source,
    window: &'a Window,
    jobs: &'a SyncSender<Job>,
    number: &'a mut u64,
}

impl Visitor for Walker<'_> {
    fn file(&mut self, name: &[u8], load: &mut dyn FnMut() -> Load) -> ControlFlow<()> {
        let refuse = |reason: Reason| Err(Refusal::new(reason, reason));
        self.send(name, &mut || match Kind::of(name) {
            Kind::Midi | Kind::Abc | Kind::MusicXml => load(),
            Kind::Unsupported => refuse(Reason::UnsupportedFormat),
            Kind::Archive => refuse(Reason::NestedArchive),
            Kind::Other => refuse(Reason::NotMusic),
        })
    }

    fn failure(&mut self, name: &[u8], refusal: Refusal) -> ControlFlow<()> {
        self.send(name, &mut || Err(refusal.clone()))
    }
}

impl Walker<'_> {
    fn send(&mut self, name: &[u8], load: &mut dyn FnMut() -> Load) -> ControlFlow<()> {
        if !self.window.enter() {
            return ControlFlow::Break(());
        }
        let load = load();
        let bytes = load.as_ref().map_or(0, Content::size);
        self.window.load(bytes);
        let job = Job { number: *self.number, place: self.source.place(name), load, bytes };
        *self.number += 1;
        match self.jobs.send(job) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }
}

/// Hands pieces on in the order in which their files were found.
struct Collector<'a> {
    sink: &'a mut dyn Sink,
    observer: &'a mut dyn Observer,
    progress: Progress,
    skip_duplicates: bool,
    window: &'a Window,
    spares: &'a Spares,
    duplicates: Duplicates,
    summary: Summary,
}

impl Collector<'_> {
    /// Owns what is done: when it ends early, what nobody will take any more is dropped, and no worker waits for it.
    fn collect(mut self, done: Receiver<Done>) -> Result<Summary> {
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        loop {
            match done.recv_timeout(HEARTBEAT) {
                Ok(file) => {
                    waiting.insert(file.number, file);
                }
                Err(RecvTimeoutError::Timeout) => self.report()?,
                Err(RecvTimeoutError::Disconnected) => return Ok(self.summary),
            }
            while let Some(file) = waiting.remove(&next) {
                next += 1;
                self.take(file.piece, false)?;
                if let Some(rest) = file.rest {
                    self.collect_rest(&rest)?;
                }
                self.progress.files_done += 1;
                self.report()?;
                self.window.leave(file.bytes);
            }
        }
    }

    /// Takes the other tunes of a book.
    fn collect_rest(&mut self, rest: &Receiver<Piece>) -> Result<()> {
        loop {
            match rest.recv_timeout(HEARTBEAT) {
                Ok(piece) => self.take(piece, true)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
            self.report()?;
        }
    }

    /// Takes the first piece of a file or, `goes_on`, another.
    fn take(&mut self, mut piece: Piece, goes_on: bool) -> Result<()> {
        self.mark_duplicate(&mut piece);
        self.sink.take(&piece.row, piece.record.as_deref())?;
        piece.record.into_iter().for_each(|record| self.spares.give(record));
        self.summary.count(&piece.row, goes_on);
        self.progress.pieces = self.summary.pieces;
        self.progress.notes = self.summary.notes;
        Ok(())
    }

    fn mark_duplicate(&mut self, piece: &mut Piece) {
        let Piece { row, record, digest: Some(digest) } = piece else { return };
        let Some(earlier) = self.duplicates.earlier(*digest, &row.path) else { return };
        row.duplicate_of = Some(earlier.to_owned());
        if self.skip_duplicates && row.status == Status::Read {
            *record = None;
            row.refuse(Refusal::new(Reason::Duplicate, format!("same notes as {earlier}")));
        }
    }

    fn report(&mut self) -> Result<()> {
        // The count may fall short when files come up while the walk goes on.
        let done = self.progress.files_done;
        self.progress.files_total = self.progress.files_total.max(done);
        match self.observer.update(&self.progress) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Error::Cancelled),
        }
    }
}
