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

/// Examples in one file or many, read record by record; records are numbered through all files.
///
/// It holds where each record lies (16 bytes a record) and none of the inputs, so its memory does not grow with the length of the
/// melodies. [`open`](Self::open) reads the whole file once to check it; training reads it again and again.
#[derive(Debug)]
pub struct ExampleSet {
    files: Vec<ExampleFile>,
    len: usize,
    config: String,
    input_size: usize,
    num_classes: usize,
    id: DatasetId,
}

#[derive(Debug)]
struct ExampleFile {
    path: PathBuf,
    index: Index,
    /// Records of the files before it.
    first: usize,
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
    /// Opens `path` and checks all of it against `config`: framing and checksums, the inputs a step, the range of the labels.
    pub fn open(path: impl AsRef<Path>, config: &MelodyConfig) -> Result<Self> {
        Self::open_all(&[path.as_ref().to_path_buf()], config)
    }

    /// The same for many files, one after another.
    pub fn open_all(paths: &[PathBuf], config: &MelodyConfig) -> Result<Self> {
        let (mut files, mut records) = (Vec::new(), 0);
        for path in paths {
            let file =
                ExampleFile { path: path.clone(), index: Index::build(path)?, first: records };
            records += file.index.len();
            files.push(file);
        }
        let mut set = Self {
            files,
            len: records,
            config: config.name.clone(),
            input_size: config.encoding.input_size(),
            num_classes: config.encoding.num_classes(),
            id: DatasetId { records: 0, steps: 0, sha1: String::new() },
        };
        if set.is_empty() {
            let path = paths.first().cloned().unwrap_or_default();
            return Err(Error::EmptyDataset { path });
        }
        set.id = set.check_all()?;
        Ok(set)
    }

    /// Which examples these are.
    pub fn id(&self) -> &DatasetId {
        &self.id
    }

    /// The first `len` examples of it, at least 1; the others stay unread.
    pub fn first(mut self, len: usize) -> Self {
        self.len = self.len.min(len.max(1));
        self
    }

    /// Number of examples: at least 1.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Never: what has no examples does not open.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
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
        let number = self.files.partition_point(|file| file.first <= record).saturating_sub(1);
        let file = &self.files[number];
        let record = record - file.first;
        file.index.read(record, bytes)?;
        let decoded =
            SequenceExample::decode(bytes).map_err(|error| file.index.in_record(record, error))?;
        self.checked(&file.path, record, decoded)
    }

    /// Turns what was stored into what the network takes, or says what does not fit.
    fn checked(&self, path: &Path, record: usize, stored: SequenceExample) -> Result<Example> {
        if stored.labels.is_empty() {
            return Err(bad(path, record, "it has no steps".into()));
        }
        if stored.input_size != self.input_size {
            return Err(Error::InputSize {
                path: path.to_owned(),
                record,
                found: stored.input_size,
                expected: self.input_size,
                config: self.config.clone(),
            });
        }
        if let Some(at) = stored.inputs.iter().position(|input| !input.is_finite()) {
            let step = at / self.input_size;
            return Err(bad(
                path,
                record,
                format!("an input of step {step} is {}", stored.inputs[at]),
            ));
        }
        let labels = stored
            .labels
            .iter()
            .enumerate()
            .map(|(step, &label)| self.label(path, record, step, label));
        let labels = labels.collect::<Result<_>>()?;
        Ok(Example { inputs: stored.inputs, labels })
    }

    fn label(&self, path: &Path, record: usize, step: usize, label: i64) -> Result<u32> {
        u32::try_from(label).ok().filter(|&label| (label as usize) < self.num_classes).ok_or_else(
            || Error::LabelRange {
                path: path.to_owned(),
                record,
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

fn bad(path: &Path, record: usize, reason: String) -> Error {
    Error::BadExample { path: path.to_owned(), record, reason }
}

/// SHA-1 of `bytes`, in hexadecimal.
pub(crate) fn sha1_hex(bytes: &[u8]) -> String {
    hex(&Sha1::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
