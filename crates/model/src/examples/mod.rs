//! Training examples on disk: SequenceExamples in a TFRecord, Cantus's own or Magenta's.

mod order;
mod prefetch;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};
use tensorflow::example::SequenceExample;
use tensorflow::tfrecord::Index;

use crate::config::MelodyConfig;
use crate::network::Example;
use crate::{Error, Result};

pub use order::DataOrder;
pub(crate) use prefetch::with_batches;

/// Examples in one file or several, read record by record.
///
/// Several files are as one that has their records one after the other. It holds where each record lies (16 bytes a record) and
/// none of the inputs, so its memory does not grow with the length of the melodies. [`open`](Self::open) reads the whole file once to check it; training reads it again and again.
#[derive(Debug)]
pub struct ExampleSet {
    paths: Vec<PathBuf>,
    /// Where the records of each file stand.
    indexes: Vec<Index>,
    /// Records in each file and all before it.
    ends: Vec<usize>,
    config: String,
    input_size: usize,
    num_classes: usize,
    id: DatasetId,
}

/// Which examples these are, wherever they lie: what a checkpoint remembers of its dataset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatasetId {
    /// Examples.
    pub records: usize,
    /// Steps of all of them together.
    pub steps: u64,
    /// SHA-1 over all records (each preceded by its length), in hexadecimal.
    pub sha1: String,
}

impl ExampleSet {
    /// Opens a file and checks all of it against `config`: framing and checksums, the inputs a step, the range of the labels.
    pub fn open(path: impl AsRef<Path>, config: &MelodyConfig) -> Result<Self> {
        Self::open_all(&[path], config)
    }

    /// The same for several files, such as the shards of a dataset, in their order. A file without records adds nothing.
    pub fn open_all(paths: &[impl AsRef<Path>], config: &MelodyConfig) -> Result<Self> {
        let paths: Vec<_> = paths.iter().map(|path| path.as_ref().to_path_buf()).collect();
        let indexes =
            paths.iter().map(|path| Ok(Index::build(path)?)).collect::<Result<Vec<_>>>()?;
        let lengths = indexes.iter().map(Index::len);
        let ends = lengths.scan(0, |end, length| {
            *end += length;
            Some(*end)
        });
        let mut set = Self {
            ends: ends.collect(),
            paths,
            indexes,
            config: config.name.clone(),
            input_size: config.encoding.input_size(),
            num_classes: config.encoding.num_classes(),
            id: DatasetId { records: 0, steps: 0, sha1: String::new() },
        };
        if set.len() == 0 {
            return Err(Error::EmptyDataset {
                path: set.paths.into_iter().next().unwrap_or_default(),
            });
        }
        set.id = set.check_all()?;
        Ok(set)
    }

    /// The files.
    pub fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// Which examples these are.
    pub fn id(&self) -> &DatasetId {
        &self.id
    }

    /// The first `len` examples of it, at least 1; the others stay unread.
    pub fn first(mut self, len: usize) -> Self {
        for end in &mut self.ends {
            *end = (*end).min(len.max(1));
        }
        self
    }

    /// Number of examples: at least 1.
    #[allow(clippy::len_without_is_empty, reason = "an empty file does not open")]
    pub fn len(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }

    /// Example number `record`, counted from 0 in the order of the files.
    pub fn example(&self, record: usize) -> Result<Example> {
        let mut bytes = Vec::new();
        self.read(record, &mut bytes)
    }

    /// The examples of one batch, in the order of `records`.
    pub fn batch(&self, records: &[usize]) -> Result<Vec<Example>> {
        let mut bytes = Vec::new();
        records.iter().map(|&record| self.read(record, &mut bytes)).collect()
    }

    fn read(&self, record: usize, bytes: &mut Vec<u8>) -> Result<Example> {
        let file = self.ends.partition_point(|&end| end <= record).min(self.indexes.len() - 1);
        let before = if file == 0 { 0 } else { self.ends[file - 1] };
        let place = Place { path: &self.paths[file], record: record - before };
        let index = &self.indexes[file];
        index.read(place.record, bytes)?;
        let decoded =
            SequenceExample::decode(bytes).map_err(|error| index.in_record(place.record, error))?;
        self.checked(place, decoded)
    }

    /// Turns what was stored into what the network takes, or says what does not fit.
    fn checked(&self, place: Place<'_>, stored: SequenceExample) -> Result<Example> {
        if stored.labels.is_empty() {
            return Err(place.bad("it has no steps".into()));
        }
        if stored.input_size != self.input_size {
            return Err(Error::InputSize {
                path: place.path.to_path_buf(),
                record: place.record,
                found: stored.input_size,
                expected: self.input_size,
                config: self.config.clone(),
            });
        }
        if let Some(at) = stored.inputs.iter().position(|input| !input.is_finite()) {
            let step = at / self.input_size;
            return Err(place.bad(format!("an input of step {step} is {}", stored.inputs[at])));
        }
        let labels =
            stored.labels.iter().enumerate().map(|(step, &label)| self.label(place, step, label));
        let labels = labels.collect::<Result<_>>()?;
        Ok(Example { inputs: stored.inputs, labels })
    }

    fn label(&self, place: Place<'_>, step: usize, label: i64) -> Result<u32> {
        u32::try_from(label).ok().filter(|&label| (label as usize) < self.num_classes).ok_or_else(
            || Error::LabelRange {
                path: place.path.to_path_buf(),
                record: place.record,
                step,
                label,
                classes: self.num_classes,
                config: self.config.clone(),
            },
        )
    }

    fn check_all(&self) -> Result<DatasetId> {
        let (mut digest, mut steps, mut bytes) = (Sha1::new(), 0, Vec::new());
        for record in 0..self.len() {
            steps += self.read(record, &mut bytes)?.labels.len() as u64;
            digest.update((bytes.len() as u64).to_le_bytes());
            digest.update(&bytes);
        }
        Ok(DatasetId { records: self.len(), steps, sha1: hex(&digest.finalize()) })
    }
}

/// A record in its file: what errors name.
#[derive(Clone, Copy)]
struct Place<'a> {
    path: &'a Path,
    record: usize,
}

impl Place<'_> {
    fn bad(self, reason: String) -> Error {
        Error::BadExample { path: self.path.to_path_buf(), record: self.record, reason }
    }
}

/// SHA-1 of `bytes`, in hexadecimal.
pub(crate) fn sha1_hex(bytes: &[u8]) -> String {
    hex(&Sha1::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
