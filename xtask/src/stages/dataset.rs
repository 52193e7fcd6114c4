//! Note sequences to examples, whole programs.

use crate::bench::{Bench, or_quoted, remove};
use crate::error::Result;
use crate::quoted;
use crate::report::{Section, standings};
use crate::rounds::{Contestant, alternate};

pub(super) const TITLE: &str = "Note sequences to examples, whole programs";

/// Files, so that Magenta is done in a minute.
const SAMPLE: usize = 50;

pub(super) fn run(bench: &Bench) -> Result<Section> {
    let (folder, files) = (bench.file("dataset"), bench.corpus.sample(SAMPLE));
    bench.corpus.copy(&files, &folder)?;
    let (notes, count) = (bench.notes(&folder, "dataset-notes")?, files.len() as f64);
    let ours = bench.file("dataset-cantus");
    let program = bench.dataset("attention_rnn", &notes, &ours);
    let mut contestants = vec![Contestant::new("`cantus dataset`", bench.runs, || {
        remove(&ours)?;
        Ok(program.measure()?.of(count))
    })];
    let output = bench.file("dataset-magenta");
    let arguments = vec![
        "--config=attention_rnn".to_owned(),
        format!("--input={}", notes.display()),
        format!("--output_dir={}", output.display()),
        "--eval_ratio=0.1".to_owned(),
    ];
    if bench.magenta {
        let module = "magenta.models.melody_rnn.melody_rnn_create_dataset";
        let runs = bench.slow_runs();
        contestants.push(bench.magenta_program(
            quoted::NAME,
            runs,
            module,
            arguments,
            output,
            count,
        ));
    }
    let mut outcomes = alternate(contestants);
    or_quoted(&mut outcomes, bench, Some(quoted::dataset()));
    let mut section = Section::new(TITLE).say(format!(
        "`cantus dataset` on all cores and Magenta's `melody_rnn_create_dataset`, both for attention_rnn, from process \
         start to the examples on disk, on the notes of {count} files.",
    ));
    section.compare("`cantus dataset` against Magenta", 200.0, &outcomes[0], &outcomes[1]);
    section.tables.push(standings(&outcomes, Some("files")));
    section.outcomes = outcomes;
    Ok(section)
}
