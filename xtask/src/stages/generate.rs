//! Ten melodies, whole programs.

use std::path::{Path, PathBuf};

use crate::bench::{Bench, or_quoted, remove, written};
use crate::error::Result;
use crate::quoted;
use crate::report::{Section, Target, standings};
use crate::rounds::{Contestant, alternate};

pub(super) const TITLE: &str = "Ten melodies of 128 steps, whole programs";

/// Rows that Magenta computes for each melody: what it was trained with, and its fastest.
const ROWS: [usize; 2] = [64, 1];

pub(super) fn run(bench: &Bench) -> Result<Section> {
    let (run_dir, output) = (bench.trained()?, bench.file("melodies"));
    let program = bench.cantus.verb("generate", bench.threads).arg("--run-dir").arg(run_dir);
    let program = program.args(["--seed", "7", "--output-dir"]).arg(&output);
    // It is quick: more runs cost nothing.
    let mut contestants = vec![Contestant::new("`cantus generate`", bench.runs * 3, || {
        remove(&output)?;
        let run = program.measure()?;
        written("cantus", &output)?;
        Ok(run.of(1.0))
    })];
    if bench.magenta {
        let run_dir = magenta_run(bench)?;
        contestants.extend(ROWS.map(|rows| magenta(bench, &run_dir, rows)));
    }
    let mut outcomes = alternate(contestants);
    ROWS.iter()
        .for_each(|&rows| or_quoted(&mut outcomes, bench, quoted::generate(&name(rows), rows)));
    let mut section = Section::new(TITLE).say(
        "attention_rnn with two layers of 64, from process start to ten MIDI files on disk. Magenta computes as many \
         rows for each melody as a batch of its training had, if nobody tells it otherwise: the fastest is one, which \
         the target is about.",
    );
    let fastest = outcomes.len() - 1;
    section.compare(
        "`cantus generate` against Magenta's fastest",
        300.0,
        &outcomes[0],
        &outcomes[fastest],
    );
    section.judge(
        "`cantus generate`, ten melodies",
        Target::SecondsAtMost(0.05),
        outcomes[0].wall(),
    );
    section.tables.push(standings(&outcomes, None));
    section.outcomes = outcomes;
    Ok(section)
}

fn name(rows: usize) -> String {
    let rows = if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") };
    format!("{}, {rows} a melody", quoted::NAME)
}

/// The folder of a run that Magenta trained for one update.
fn magenta_run(bench: &Bench) -> Result<PathBuf> {
    let folder = bench.file("magenta-run");
    let arguments = vec![
        "--config=attention_rnn".to_owned(),
        format!("--run_dir={}", folder.display()),
        format!("--sequence_example_file={}", bench.examples("attention_rnn")?.display()),
        hparams(ROWS[0]),
        "--num_training_steps=1".to_owned(),
    ];
    let module = "magenta.models.melody_rnn.melody_rnn_train";
    let train = bench.magenta_program("training", 1, module, arguments, folder.clone(), 1.0);
    // If it fails, so will those that need it, and they say so.
    alternate(vec![train]);
    Ok(folder)
}

fn magenta<'a>(bench: &'a Bench, run_dir: &Path, rows: usize) -> Contestant<'a> {
    let output = bench.file(&format!("magenta-melodies-{rows}"));
    let arguments = vec![
        "--config=attention_rnn".to_owned(),
        format!("--run_dir={}", run_dir.display()),
        format!("--output_dir={}", output.display()),
        "--num_outputs=10".to_owned(),
        "--num_steps=128".to_owned(),
        "--primer_melody=[60]".to_owned(),
        hparams(rows),
    ];
    let module = "magenta.models.melody_rnn.melody_rnn_generate";
    bench.magenta_program(&name(rows), bench.slow_runs(), module, arguments, output, 1.0)
}

fn hparams(rows: usize) -> String {
    format!("--hparams=batch_size={rows},rnn_layer_sizes=[64,64]")
}
