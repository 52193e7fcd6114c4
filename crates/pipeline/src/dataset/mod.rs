//! Dataset: note sequences to the examples that a network learns from, and those that it is judged by.
//!
//! Two passes. The first reads every piece, takes its melodies and learns which pieces are of one song; the melodies wait in
//! a spool, since the side of a song is known only at the end. The second encodes them and writes the two files. Both
//! work on all cores in batches, so that memory is bounded, and keep the order of the input.

mod encode;
mod noted;
mod output;
mod partition;
mod pictures;
mod portrait;
mod report;
mod spool;
mod statistics;

use std::path::{Path, PathBuf};

use corpus::extract::{ExtractOptions, Extracted, melodies_of};
use corpus::split::{Identity, Side, Split};
use formats::note_sequence;
use model::config::MelodyConfig;
use music::Melody;
use rayon::prelude::*;
use tensorflow::tfrecord::Spares;

use crate::input::{Input, Record};
use crate::shards::files_of;
use crate::{Error, Event, Observer, Result, files};
use encode::ExampleEncoder;
use noted::Noted;
pub use noted::NotedMelodies;
use output::{Encoded, Output};
use partition::Partition;
pub use pictures::pictures;
pub use portrait::{Histogram, Portrait};
pub use report::{Dataset, Lengths, REASONS, Written};
use spool::{Spool, Spooled};
pub use statistics::Statistic;

/// Examples to learn from.
pub const TRAINING_FILE: &str = "training_melodies.tfrecord";
/// Held-out examples.
pub const EVAL_FILE: &str = "eval_melodies.tfrecord";

/// Pieces, or melodies, that one thread has at a time: enough that threads seldom wait for one another.
const BATCH_A_THREAD: usize = 16;

/// What to take the examples from, and how.
#[derive(Clone, Debug)]
pub struct DatasetOptions {
    /// The configuration to encode for.
    pub config: MelodyConfig,
    /// TFRecord files of note sequences, shards (`name@number`) or patterns; `-` is stdin.
    pub inputs: Vec<PathBuf>,
    /// Folder for the two files.
    pub output_dir: PathBuf,
    /// Share of the songs or pieces to hold out, 0 to 1.
    pub eval_ratio: f64,
    /// What stays together.
    pub split_by: SplitBy,
    /// Seed of the split.
    pub seed: u64,
    /// What counts as a melody.
    pub extract: ExtractOptions,
    /// The catalog that takes note of the melodies; none for none.
    pub catalog: Option<PathBuf>,
    /// Threads to work with; the result does not depend on them.
    pub threads: usize,
}

/// What a split keeps together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SplitBy {
    /// All pieces of a song, so that evaluation is on songs that were never heard.
    Song,
    /// A piece, as in Magenta. Two empty files are a result then, too, and a line is said every [`PIECES_A_LINE`] pieces.
    Piece,
}

/// Pieces between two lines on how far a dataset that is split by piece has come, as in Magenta.
pub const PIECES_A_LINE: u64 = 500;

/// Finds the melodies of all pieces and writes them as examples.
///
/// # Errors
///
/// A damaged input (with file, record and offset), no melody at all, a disk that cannot be written,
/// [`Error::Interrupted`]. Either both files are written or none.
pub fn dataset(options: &DatasetOptions, observer: &dyn Observer) -> Result<Dataset> {
    let job = Job { options, pool: pool(options.threads)?, observer };
    let mut report = Dataset::new(options);
    let paths = files_of(&options.inputs)?;
    let inputs = paths.iter().map(|path| Input::open(path)).collect::<Result<Vec<_>>>()?;
    files::create_dir(&options.output_dir)?;
    let mut noted = options.catalog.as_deref().map(Noted::open).transpose()?;
    let (spool, split) = job.read(inputs, &mut noted, &mut report)?;
    if spool.is_empty() && options.split_by == SplitBy::Song {
        return Err(report.no_melodies());
    }
    report.take_split(&split);
    job.write(spool, &split, &mut report)?;
    report.noted = noted.map(|noted| noted.write(&split)).transpose()?;
    Ok(report)
}

/// What is found in a record.
struct Found {
    id: String,
    /// None without melodies.
    identity: Option<Identity>,
    extracted: Extracted,
}

/// One call of [`dataset`].
struct Job<'a> {
    options: &'a DatasetOptions,
    pool: rayon::ThreadPool,
    observer: &'a dyn Observer,
}

impl Job<'_> {
    fn batch_size(&self) -> usize {
        BATCH_A_THREAD * self.pool.current_num_threads()
    }

    /// The first pass: melodies to the spool, songs to the splitter.
    fn read(
        &self,
        inputs: Vec<Input>,
        noted: &mut Option<Noted>,
        report: &mut Dataset,
    ) -> Result<(Spool, Split)> {
        let mut spool =
            Spool::create(&self.options.output_dir).map_err(|source| self.spool_error(source))?;
        let mut partition = Partition::new(self.options);
        let total = inputs.iter().map(|input| input.records).sum::<Option<u64>>();
        self.observer.observe(Event::Began { task: "reading", unit: "pieces", total, done: 0 });
        for input in inputs {
            input.batches(self.batch_size(), self.observer, |batch| {
                for piece in self.extract(&input.path, &batch) {
                    let Found { id, identity, extracted } = piece?;
                    if let Some(noted) = noted {
                        noted.take(id, report.pieces_with_melodies, &extracted);
                    }
                    let side = partition.add(identity);
                    for melody in &extracted.melodies {
                        spool
                            .push(report.pieces_with_melodies, melody)
                            .map_err(|source| self.spool_error(source))?;
                    }
                    report.count(&extracted, side);
                    self.say_how_far(report);
                }
                let detail = format!("{} melodies", report.melodies);
                self.advance(report.pieces, total, &detail)
            })?;
        }
        self.observer.observe(Event::Ended);
        Ok((spool, partition.finish(self.options)?))
    }

    /// The melodies of a batch of records.
    fn extract(&self, path: &Path, batch: &[Record]) -> Vec<Result<Found>> {
        let extract = |record: &Record| {
            let sequence = note_sequence::decode_notes(&record.bytes).map_err(|source| {
                corpus::Error::Sequence { path: path.to_owned(), record: record.index, source }
            })?;
            let extracted = melodies_of(&sequence, &self.options.extract);
            let has_melodies = !extracted.melodies.is_empty();
            let identity = has_melodies.then(|| Identity::of(&sequence));
            Ok(Found { id: sequence.id, identity, extracted })
        };
        self.pool.install(|| batch.par_iter().map(extract).collect())
    }

    /// The second pass: melodies from the spool to the two files.
    fn write(&self, spool: Spool, split: &Split, report: &mut Dataset) -> Result<()> {
        let spooled = spool.rewind().map_err(|source| self.spool_error(source))?;
        let total = Some(spooled.left());
        self.observer.observe(Event::Began { task: "encoding", unit: "melodies", total, done: 0 });
        let spares = Spares::default();
        let training = report.training.file.clone();
        std::thread::scope(|scope| {
            let output = Output::begin(scope, &training, &report.eval.file, &spares)?;
            self.write_all(spooled, split, report, &output, &spares)?;
            self.observer.observe(Event::Ended);
            output.finish(&training)
        })
    }

    /// Encodes batch after batch and hands them on, as long as they can be written.
    fn write_all(
        &self,
        mut spooled: Spooled,
        split: &Split,
        report: &mut Dataset,
        output: &Output<'_>,
        spares: &Spares,
    ) -> Result<()> {
        let melodies = spooled.left();
        let encoder = ExampleEncoder::new(&self.options.config, split);
        while spooled.left() > 0 {
            let batch =
                spooled.batch(self.batch_size()).map_err(|source| self.spool_error(source))?;
            let encoded = self.encode(&batch, &encoder, spares)?;
            for ((_, melody), example) in batch.iter().zip(&encoded) {
                let written = match example.side {
                    Side::Eval => &mut report.eval,
                    Side::Training => &mut report.training,
                };
                written.count(melody);
            }
            if !output.write(encoded) {
                return Ok(());
            }
            self.advance(melodies - spooled.left(), Some(melodies), "")?;
        }
        Ok(())
    }

    /// The examples of a batch of melodies.
    fn encode(
        &self,
        batch: &[(u32, Melody)],
        encoder: &ExampleEncoder<'_>,
        spares: &Spares,
    ) -> Result<Vec<Encoded>> {
        let encode = |encoder: &mut ExampleEncoder<'_>, (piece, melody): &(u32, Melody)| {
            encoder.encode(*piece, melody, spares.take())
        };
        self.pool.install(|| batch.par_iter().map_init(|| encoder.clone(), encode).collect())
    }

    fn advance(&self, done: u64, total: Option<u64>, detail: &str) -> Result<()> {
        self.observer.observe(Event::Advanced { done, total, detail });
        if self.observer.cancelled() { Err(Error::Interrupted { kept: None }) } else { Ok(()) }
    }

    fn say_how_far(&self, report: &Dataset) {
        let (pieces, melodies) = (report.pieces, report.melodies);
        if self.options.split_by == SplitBy::Piece && pieces.is_multiple_of(PIECES_A_LINE) {
            let text = format!("Processed {pieces} inputs so far. Produced {melodies} outputs.");
            self.observer.observe(Event::Notice(&text));
        }
    }

    fn spool_error(&self, source: std::io::Error) -> Error {
        Error::Write { path: self.options.output_dir.clone(), source }
    }
}

fn pool(threads: usize) -> Result<rayon::ThreadPool> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|error| Error::Threads { threads, source: std::io::Error::other(error) })
}
