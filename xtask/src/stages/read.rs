//! Reading MIDI files, one thread.

use std::fs;
use std::hint::black_box;
use std::path::Path;

use formats::midi;
use serde_json::json;

use crate::bench::Bench;
use crate::clock::{Run, time};
use crate::error::Result;
use crate::files::write_list;
use crate::peer::Home;
use crate::report::{Section, count, standings};
use crate::rounds::{Contestant, alternate};

pub(super) const TITLE: &str = "MIDI files to notes, one thread";

/// Files for the readers that take minutes for a collection.
const SAMPLE: usize = 100;

pub(super) fn run(bench: &Bench) -> Result<Section> {
    let all: Vec<&Path> = bench.corpus.files.iter().map(|file| file.as_path()).collect();
    let quick = alternate(vec![
        cantus(&all, bench.runs),
        whole_program(bench),
        peer(bench, "symusic", &all, bench.runs)?,
    ]);
    let sample = bench.corpus.sample(SAMPLE);
    let slow = alternate(vec![
        cantus(&sample, bench.runs),
        peer(bench, "mido", &sample, bench.slow_runs())?.cold(),
        peer(bench, "pretty_midi", &sample, bench.slow_runs())?.cold(),
    ]);
    let mut section = Section::new(TITLE)
        .say(
            "From files that the system has in its cache to notes. symusic and mido keep ticks; Cantus and \
             pretty_midi compute the times in seconds, too. `cantus ingest` is the whole program, which also finds the \
             files, recognizes copies and writes the notes and a report. Files that a library refuses do not count \
             for it.",
        )
        .say(format!(
            "First all {} files, then {} of them for the readers in Python.",
            count(all.len()),
            sample.len()
        ));
    section.compare("read a file: Cantus against symusic", 1.0, &quick[0], &quick[2]);
    section.compare("the same: `cantus ingest --threads 1`", 1.0, &quick[1], &quick[2]);
    section.tables = vec![standings(&quick, Some("files")), standings(&slow, Some("files"))];
    section.outcomes = [quick, slow].concat();
    Ok(section)
}

fn cantus<'a>(files: &'a [&'a Path], runs: u32) -> Contestant<'a> {
    Contestant::new("Cantus", runs, move || Ok(time(|| read_all(files))))
}

/// Files that were read.
fn read_all(files: &[&Path]) -> f64 {
    let read = |file: &&&Path| {
        let bytes = fs::read(file).unwrap_or_default();
        black_box(midi::read(&bytes)).is_ok()
    };
    files.iter().filter(read).count() as f64
}

fn whole_program(bench: &Bench) -> Contestant<'_> {
    let notes = bench.file("read.tfrecord");
    let ingest = bench.ingest(bench.corpus.folder(), &notes, 1);
    let files = bench.corpus.files.len() as f64;
    Contestant::new("`cantus ingest`", bench.runs, move || -> Result<Run> {
        Ok(ingest.measure()?.of(files))
    })
}

fn peer<'a>(
    bench: &'a Bench,
    library: &'static str,
    files: &[&Path],
    runs: u32,
) -> Result<Contestant<'a>> {
    let list = bench.file(&format!("{library}.txt"));
    write_list(files, &list)?;
    let setup = json!({ "library": library, "list": list, "threads": 1 });
    let mut peer = bench.peer("read.py", Home::Readers, setup);
    Ok(Contestant::new(library, runs, move || peer.ask()))
}
