//! Note sequences to examples, whole programs.

use crate::bench::Bench;
use crate::error::Result;
use crate::files::remove;
use crate::magenta::Call;
use crate::quoted;
use crate::report::{Section, count, standings};
use crate::rounds::{Contestant, alternate};

pub(super) const TITLE: &str = "Note sequences to examples, whole programs";

/// Files, so that Magenta is done in a minute.
const SAMPLE: usize = 50;

pub(super) fn run(bench: &Bench) -> Result<Section> {
    let (folder, files) = (bench.file("dataset"), bench.for_magenta(SAMPLE));
    bench.corpus.copy(&files, &folder)?;
    let (notes, amount) = (bench.notes(&folder, "dataset-notes")?, files.len() as f64);
    let ours = bench.file("dataset-cantus");
    let program = bench.dataset("attention_rnn", &notes, &ours);
    let mut contestants = vec![Contestant::new("`cantus dataset`", bench.runs, || {
        remove(&ours)?;
        Ok(program.measure()?.of(amount))
    })];
    if bench.magenta {
        let module = "magenta.models.melody_rnn.melody_rnn_create_dataset";
        let call = Call::new(module, "output_dir", bench.file("dataset-magenta"))
            .flag("config", "attention_rnn")
            .flag("input", notes.display())
            .flag("eval_ratio", 0.1);
        contestants.push(bench.magenta_program(quoted::NAME, call, amount));
    }
    let mut outcomes = alternate(contestants);
    bench.quote(&mut outcomes, Some(quoted::dataset()));
    let mut section = Section::new(TITLE).say(format!(
        "`cantus dataset` on all cores and Magenta's `melody_rnn_create_dataset`, both for attention_rnn, from process \
         start to the examples on disk, on the notes of {} files. A quoted figure is of other music: 1,621 files of many kinds.",
        count(files.len())
    ));
    section.compare("`cantus dataset` against Magenta", 200.0, &outcomes[0], &outcomes[1]);
    section.tables.push(standings(&outcomes, Some("files")));
    section.outcomes = outcomes;
    Ok(section)
}
