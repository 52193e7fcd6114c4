//! A folder of MIDI files to note sequences, whole programs.

use crate::bench::Bench;
use crate::error::Result;
use crate::magenta::Call;
use crate::quoted;
use crate::report::{Section, count, standings};
use crate::rounds::{Contestant, alternate};

pub(super) const TITLE: &str = "A folder to note sequences, whole programs";

/// Files, so that Magenta is done in half a minute.
const SAMPLE: usize = 100;

pub(super) fn run(bench: &Bench) -> Result<Section> {
    let (folder, files) = (bench.file("ingest"), bench.for_magenta(SAMPLE));
    bench.corpus.copy(&files, &folder)?;
    let amount = files.len() as f64;
    let notes = bench.file("ingest-cantus.tfrecord");
    let program = bench.ingest(&folder, &notes, bench.threads);
    let mut contestants =
        vec![Contestant::new("`cantus ingest`", bench.runs, || Ok(program.measure()?.of(amount)))];
    if bench.magenta {
        let output = bench.file("ingest-magenta.tfrecord");
        let call =
            Call::new("magenta.scripts.convert_dir_to_note_sequences", "output_file", output)
                .flag("input_dir", folder.display())
                .flag("recursive", true);
        contestants.push(bench.magenta_program(quoted::NAME, call, amount));
    }
    let mut outcomes = alternate(contestants);
    bench.quote(&mut outcomes, Some(quoted::ingest()));
    let mut section = Section::new(TITLE).say(format!(
        "`cantus ingest` on all cores and Magenta's `convert_dir_to_note_sequences`, from process start to the file on \
         disk, on {} files spread over the collection. Start-up is part of it: about six seconds for Magenta. A quoted \
         figure is of other music: 1,621 files of many kinds.",
        count(files.len())
    ));
    section.compare("`cantus ingest` against Magenta", 200.0, &outcomes[0], &outcomes[1]);
    section.tables.push(standings(&outcomes, Some("files")));
    section.outcomes = outcomes;
    Ok(section)
}
