//! Builds collections and ingests them.

use std::fs::{self, File};
use std::io::Write;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use corpus::ingest::{Options, Progress, Row, Sink, Summary, ingest};
use flate2::Compression;
use flate2::write::GzEncoder;
use formats::note_sequence;
use music::NoteSequence;
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The bytes of a MIDI file of `tests/golden/midi`.
pub(crate) fn midi(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/midi");
    fs::read(folder.join(format!("{name}.mid"))).unwrap()
}

/// Names and bytes of files, in the order of their names' bytes.
pub(crate) type Files = Vec<(String, Vec<u8>)>;

pub(crate) fn file(name: &str, bytes: impl Into<Vec<u8>>) -> (String, Vec<u8>) {
    (name.to_owned(), bytes.into())
}

/// Two artists, a damaged file that can be read in part, one that cannot, something that is no music, and a copy.
pub(crate) fn songs() -> Files {
    vec![
        file("README.txt", "tunes"),
        file("Ann/Broken.mid", midi("bad_truncated")),
        file("Ann/First.mid", midi("syn_multitrack")),
        file("Ann/Second.MID", midi("syn_set_order")),
        file("Bob/First.mid", midi("syn_timechanges")),
        file("Bob/Page.mid", midi("bad_not_midi")),
        file("Bob/Reel.1.mid", midi("rm_BostonBoysReel")),
        file("Bob/Reel.mid", midi("rm_BostonBoysReel")),
        file("Bob/live/Overlaps.midi", midi("syn_overlaps")),
    ]
    .into_iter()
    .map(|(name, bytes)| (format!("songs/{name}"), bytes))
    .collect()
}

pub(crate) fn write_folder(root: &Path, files: &Files) {
    for (name, bytes) in files {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

pub(crate) fn tar(files: &Files) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, name, bytes.as_slice()).unwrap();
    }
    tar.into_inner().unwrap()
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

pub(crate) fn zip(files: &Files) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Writes `bytes` to a file of this name in a fresh folder.
pub(crate) fn saved(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    File::create_new(&path).unwrap().write_all(bytes).unwrap();
    (folder, path)
}

/// Keeps everything.
#[derive(Default, PartialEq, Debug)]
pub(crate) struct Kept {
    pub(crate) rows: Vec<Row>,
    pub(crate) records: Vec<Vec<u8>>,
}

impl Sink for Kept {
    fn take(&mut self, row: &Row, record: Option<&[u8]>) -> corpus::Result<()> {
        self.rows.push(row.clone());
        self.records.extend(record.map(<[u8]>::to_vec));
        Ok(())
    }
}

impl Kept {
    pub(crate) fn sequences(&self) -> Vec<NoteSequence> {
        self.records.iter().map(|record| note_sequence::decode(record).unwrap()).collect()
    }

    /// Path and reason of each file; an empty reason for one that was read.
    pub(crate) fn outcomes(&self) -> Vec<(&str, String)> {
        let reason = |row: &Row| {
            let reason = row.reason.map(|reason| serde_json::to_value(reason).unwrap());
            reason.map_or(String::new(), |name| name.as_str().unwrap().to_owned())
        };
        self.rows.iter().map(|row| (row.path.as_str(), reason(row))).collect()
    }

    pub(crate) fn message(&self, path: &str) -> &str {
        let row = self.rows.iter().find(|row| row.path == path).unwrap();
        row.message.as_deref().unwrap()
    }
}

pub(crate) fn threads(count: usize) -> Options {
    let mut options = Options::default();
    options.threads = NonZeroUsize::new(count);
    options
}

pub(crate) fn ingest_with(inputs: &[PathBuf], options: &Options) -> (Kept, Summary) {
    let mut kept = Kept::default();
    let mut go_on = |_: &Progress| ControlFlow::Continue(());
    let summary = ingest(inputs, &mut kept, options, &mut go_on).unwrap();
    assert_eq!((summary.pieces + summary.dropped) as usize, kept.rows.len());
    assert_eq!(summary.pieces as usize, kept.records.len());
    assert_eq!(summary.reasons.values().sum::<u64>(), summary.dropped);
    (kept, summary)
}

pub(crate) fn ingested(input: &Path) -> (Kept, Summary) {
    ingest_with(&[input.to_owned()], &threads(2))
}
