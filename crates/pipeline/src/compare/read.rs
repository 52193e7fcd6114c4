//! From files to what their melodies are like.

use std::path::Path;

use corpus::extract::{Counters, melodies_of};
use corpus::ingest::{Options, Row, Sink, ingest};
use corpus::profile::Profile;
use corpus::split::Identity;
use formats::note_sequence;
use rayon::prelude::*;

use super::{CompareOptions, Source};
use crate::ingest::Watch;
use crate::input::Input;
use crate::shards::files_of;
use crate::{Error, Event, MusicFormat, Observer, Result};

/// Pieces that one thread has at a time.
const BATCH_A_THREAD: usize = 32;

/// Endings of archives of music.
const ARCHIVES: [&str; 4] = [".zip", ".tar", ".tgz", ".tar.gz"];

/// What is known of the pieces of a source.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    /// Those with a melody.
    pub(super) list: Vec<Piece>,
    /// Pieces without any.
    pub(super) without_melody: u64,
    /// Melodies of all.
    pub(super) melodies: u64,
    /// What was dropped, and why.
    counters: Counters,
}

/// What is known of a piece.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) profile: Profile,
    pub(super) identity: Identity,
    /// Its artist as names are compared; empty if there is none.
    pub(super) artist: Box<str>,
}

/// A record with its number in its file.
struct Numbered {
    index: u64,
    bytes: Vec<u8>,
}

/// Reads sources.
pub(super) struct Reader<'a> {
    pub(super) options: &'a CompareOptions,
    pub(super) pool: &'a rayon::ThreadPool,
    pub(super) observer: &'a dyn Observer,
}

impl Reader<'_> {
    /// All pieces of a source; at least one has a melody.
    pub(super) fn read(&self, source: &Source) -> Result<Pieces> {
        let mut pieces = Pieces::default();
        for path in &source.paths {
            if is_music(path) {
                self.music(path, &mut pieces)?;
            } else {
                for file in files_of(std::slice::from_ref(path))? {
                    self.records(&source.name, &file, &mut pieces)?;
                }
            }
        }
        if pieces.list.is_empty() {
            let counters = &pieces.counters;
            return Err(Error::no_melodies(&source.paths, pieces.without_melody, counters));
        }
        Ok(pieces)
    }

    fn batch_size(&self) -> usize {
        BATCH_A_THREAD * self.pool.current_num_threads()
    }

    /// Pieces of a TFRecord file.
    fn records(&self, name: &str, path: &Path, pieces: &mut Pieces) -> Result<()> {
        let input = Input::open(path)?;
        let (total, mut done) = (input.records, 0);
        let task = format!("reading {name}");
        self.observer.observe(Event::Began { task: &task, unit: "pieces", total, done: 0 });
        input.batches(self.batch_size(), self.observer, |batch| {
            done += batch.len() as u64;
            let numbered = |record: crate::input::Record| Numbered {
                index: record.index,
                bytes: record.bytes,
            };
            let batch: Vec<Numbered> = batch.into_iter().map(numbered).collect();
            self.take(path, &batch, pieces)?;
            self.observer.observe(Event::Advanced { done, total, detail: "" });
            if self.observer.cancelled() { Err(Error::Interrupted { kept: None }) } else { Ok(()) }
        })?;
        self.observer.observe(Event::Ended);
        Ok(())
    }

    /// Pieces of a folder, an archive or a file of music.
    fn music(&self, path: &Path, pieces: &mut Pieces) -> Result<()> {
        let mut options = Options::default();
        options.threads = std::num::NonZeroUsize::new(self.options.threads);
        let mut sink = Batches { reader: self, path, pieces, batch: Vec::new(), taken: 0 };
        let inputs = [path.to_owned()];
        let summary = ingest(&inputs, &mut sink, &options, &mut Watch::new(self.observer))?;
        sink.flush()?;
        self.observer.observe(Event::Ended);
        if summary.pieces == 0 {
            return Err(corpus::Error::NothingRead { files: summary.files }.into());
        }
        Ok(())
    }

    /// Adds the pieces of a batch, in its order.
    fn take(&self, path: &Path, batch: &[Numbered], pieces: &mut Pieces) -> corpus::Result<()> {
        let piece = |record: &Numbered| {
            let sequence = note_sequence::decode_notes(&record.bytes).map_err(|source| {
                corpus::Error::Sequence { path: path.to_owned(), record: record.index, source }
            })?;
            let extracted = melodies_of(&sequence, &self.options.extract);
            let profile = Profile::of_piece(&sequence, &extracted);
            let piece = profile.map(|profile| Piece {
                profile,
                identity: Identity::of(&sequence),
                artist: comparable(&sequence.metadata.artist).into(),
            });
            Ok((piece, extracted))
        };
        let read: Vec<corpus::Result<_>> =
            self.pool.install(|| batch.par_iter().map(piece).collect());
        for piece in read {
            let (piece, extracted) = piece?;
            pieces.melodies += extracted.melodies.len() as u64;
            pieces.counters.merge(&extracted.counters);
            pieces.without_melody += u64::from(piece.is_none());
            pieces.list.extend(piece);
        }
        Ok(())
    }
}

/// Gathers what an ingest gives until there is work for all threads.
struct Batches<'a, 'b> {
    reader: &'a Reader<'b>,
    path: &'a Path,
    pieces: &'a mut Pieces,
    batch: Vec<Numbered>,
    taken: u64,
}

impl Batches<'_, '_> {
    fn flush(&mut self) -> corpus::Result<()> {
        self.reader.take(self.path, &self.batch, self.pieces)?;
        self.batch.clear();
        Ok(())
    }
}

impl Sink for Batches<'_, '_> {
    fn take(&mut self, _row: &Row, record: Option<&[u8]>) -> corpus::Result<()> {
        let Some(record) = record else { return Ok(()) };
        self.batch.push(Numbered { index: self.taken, bytes: record.to_owned() });
        self.taken += 1;
        if self.batch.len() < self.reader.batch_size() { Ok(()) } else { self.flush() }
    }
}

/// Whether a path is to be read as music rather than as note sequences.
fn is_music(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    path.is_dir()
        || MusicFormat::of(path).is_some()
        || ARCHIVES.iter().any(|ending| name.ends_with(ending))
}

/// An artist's name without case and spaces that do not matter.
fn comparable(artist: &str) -> String {
    artist.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}
