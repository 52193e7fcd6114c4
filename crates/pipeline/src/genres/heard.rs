//! Pieces as what a classifier hears of them.

use std::path::{Path, PathBuf};

use corpus::NoteDigest;
use corpus::ingest::{Options, Progress, Row, Sink, Stage};
use formats::{Text, TextKind, note_sequence};
use genre::content::features::features;
use genre::words::Source;
use rayon::prelude::*;

use crate::input::Input;
use crate::shards::files_of;
use crate::{Error, Event, Observer, Result};

/// Pieces that one thread has at a time.
const BATCH_A_THREAD: usize = 16;

/// A piece as numbers, and where it comes from.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    pub(super) id: String,
    pub(super) path: String,
    pub(super) artist: String,
    pub(super) title: String,
    pub(super) digest: Option<NoteDigest>,
    pub(super) features: Vec<f32>,
    /// Its folder, its tracks and what else it says in words.
    pub(super) names: Vec<(Source, String)>,
}

fn hear(record: &[u8], texts: &[Text], path: &Path, index: u64) -> Result<Heard> {
    let sequence = note_sequence::decode(record).map_err(|source| corpus::Error::Sequence {
        path: path.to_owned(),
        record: index,
        source,
    })?;
    let folder = sequence.filename.rsplit_once('/').map_or("", |(folder, _)| folder);
    let folders = folder.split('/').map(|folder| (Source::Folder, folder.to_owned()));
    let tracks =
        sequence.instrument_infos.iter().map(|info| (Source::TrackName, info.name.clone()));
    // Names of tracks are in the record.
    let texts = texts.iter().filter(|text| text.kind != TextKind::TrackName);
    let texts = texts.map(|text| (Source::Text, text.text.clone()));
    let names = folders.chain(tracks).chain(texts);
    Ok(Heard {
        names: names.collect(),
        features: features(&sequence),
        digest: NoteDigest::of(&sequence),
        id: sequence.id,
        path: sequence.filename,
        artist: sequence.metadata.artist,
        title: sequence.metadata.title,
    })
}

/// Threads of a verb.
pub(super) fn pool(threads: usize) -> Result<rayon::ThreadPool> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|error| Error::Threads { threads, source: std::io::Error::other(error) })
}

/// Hears all pieces of TFRecord files, in order.
pub(super) fn hear_records(
    paths: &[PathBuf],
    pool: &rayon::ThreadPool,
    observer: &dyn Observer,
) -> Result<Vec<Heard>> {
    let paths = files_of(paths)?;
    let inputs = paths.iter().map(|path| Input::open(path)).collect::<Result<Vec<_>>>()?;
    let total = inputs.iter().map(|input| input.records).sum::<Option<u64>>();
    observer.observe(Event::Began { task: "listening", unit: "pieces", total, done: 0 });
    let mut pieces: Vec<Heard> = Vec::new();
    for input in inputs {
        let size = BATCH_A_THREAD * pool.current_num_threads();
        input.batches(size, observer, |batch| {
            let heard: Result<Vec<Heard>> = pool.install(|| {
                batch
                    .par_iter()
                    .map(|record| hear(&record.bytes, &[], &input.path, record.index))
                    .collect()
            });
            pieces.extend(heard?);
            observer.observe(Event::Advanced { done: pieces.len() as u64, total, detail: "" });
            if observer.cancelled() { Err(Error::Interrupted { kept: None }) } else { Ok(()) }
        })?;
    }
    observer.observe(Event::Ended);
    Ok(pieces)
}

/// Hears all pieces of folders, files and archives, in order.
pub(super) fn hear_files(
    paths: &[PathBuf],
    pool: &rayon::ThreadPool,
    observer: &dyn Observer,
) -> Result<Vec<Heard>> {
    let mut options = Options::default();
    options.threads = std::num::NonZeroUsize::new(pool.current_num_threads());
    options.details = true;
    let mut ears = Ears { pool, waiting: Vec::new(), pieces: Vec::new(), failed: None };
    let mut watch = Watch { observer, began: false };
    let summary = corpus::ingest::ingest(paths, &mut ears, &options, &mut watch)?;
    ears.hear();
    observer.observe(Event::Ended);
    if let Some(error) = ears.failed {
        return Err(error);
    }
    if summary.pieces == 0 {
        return Err(corpus::Error::NothingRead { files: summary.files }.into());
    }
    Ok(ears.pieces)
}

/// Listens to what an ingest reads.
struct Ears<'a> {
    pool: &'a rayon::ThreadPool,
    waiting: Vec<(Row, Vec<u8>)>,
    pieces: Vec<Heard>,
    failed: Option<Error>,
}

impl Ears<'_> {
    fn hear(&mut self) {
        let batch = std::mem::take(&mut self.waiting);
        let heard: Result<Vec<Heard>> = self.pool.install(|| {
            let hear = |(row, record): &(Row, Vec<u8>)| {
                let texts = row.details.as_ref().map_or(&[][..], |details| &details.texts);
                hear(record, texts, Path::new(&row.path), 0)
            };
            batch.par_iter().map(hear).collect()
        });
        match heard {
            Ok(heard) => self.pieces.extend(heard),
            Err(error) => self.failed = self.failed.take().or(Some(error)),
        }
    }
}

impl Sink for Ears<'_> {
    fn take(&mut self, row: &Row, record: Option<&[u8]>) -> corpus::Result<()> {
        if let Some(record) = record {
            self.waiting.push((row.clone(), record.to_vec()));
        }
        if self.waiting.len() >= BATCH_A_THREAD * self.pool.current_num_threads() {
            self.hear();
        }
        Ok(())
    }
}

/// Tells an observer how far the ingest has come.
struct Watch<'a> {
    observer: &'a dyn Observer,
    began: bool,
}

impl corpus::ingest::Observer for Watch<'_> {
    fn update(&mut self, progress: &Progress) -> std::ops::ControlFlow<()> {
        if progress.stage == Stage::Reading {
            let total = Some(progress.files_total);
            if !self.began {
                self.began = true;
                let began = Event::Began { task: "listening", unit: "files", total, done: 0 };
                self.observer.observe(began);
            }
            let done = progress.files_done;
            self.observer.observe(Event::Advanced { done, total, detail: "" });
        }
        if self.observer.cancelled() {
            std::ops::ControlFlow::Break(())
        } else {
            std::ops::ControlFlow::Continue(())
        }
    }
}
