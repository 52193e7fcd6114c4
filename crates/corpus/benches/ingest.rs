//! How fast a folder of MIDI files becomes records.
//!
//! `cargo bench -p corpus --bench ingest`: the 240 built-in tunes, files and all, into memory; on one thread and on two. The
//! files are small, so this shows what a file costs. Rates are bytes of MIDI and files a second.

use std::fs;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::PathBuf;

use corpus::Result;
use corpus::ingest::{Options, Progress, Row, Sink, ingest};
use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};

fn main() {
    divan::main();
}

#[divan::bench(args = [1, 2])]
fn folder(bencher: Bencher, threads: usize) {
    let inputs: Vec<PathBuf> = ["hornpipe", "jig", "reel"].map(tunes).to_vec();
    let files = inputs.iter().flat_map(|folder| fs::read_dir(folder).expect("a folder"));
    let sizes: Vec<u64> =
        files.map(|file| file.and_then(|file| file.metadata()).expect("a file").len()).collect();
    let mut options = Options::default();
    options.threads = NonZeroUsize::new(threads);
    bencher
        .counter(BytesCount::new(sizes.iter().sum::<u64>()))
        .counter(ItemsCount::new(sizes.len()))
        .bench_local(|| {
            let mut sink = Bytes(0);
            let mut go_on = |_: &Progress| ControlFlow::Continue(());
            ingest(&inputs, &mut sink, &options, &mut go_on).expect("good files");
            sink.0
        });
}

fn tunes(kind: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../data/demo").join(kind)
}

/// Counts the bytes of the records.
struct Bytes(usize);

impl Sink for Bytes {
    fn take(&mut self, _: &Row, record: Option<&[u8]>) -> Result<()> {
        self.0 += record.map_or(0, <[u8]>::len);
        Ok(())
    }
}
