//! Ten melodies, whole programs.

use std::path::PathBuf;

use crate::bench::Bench;
use crate::error::Result;
use crate::files::remove;
use crate::magenta::Call;
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
        Ok(program.measure()?.of(1.0))
    })];
    if bench.magenta {
        contestants.extend(ROWS.map(|rows| magenta(bench, rows)));
    }
    let mut outcomes = alternate(contestants);
    ROWS.iter().for_each(|&rows| bench.quote(&mut outcomes, quoted::generate(&name(rows), rows)));
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

fn magenta(bench: &Bench, rows: usize) -> Contestant<'_> {
    let work = move || {
        let run_dir = magenta_run(bench)?;
        let output = bench.file(&format!("magenta-melodies-{rows}"));
        let call = Call::new("magenta.models.melody_rnn.melody_rnn_generate", "output_dir", output)
            .flag("config", "attention_rnn")
            .flag("run_dir", run_dir.display())
            .flag("num_outputs", 10)
            .flag("num_steps", 128)
            .flag("primer_melody", "[60]")
            .flag("hparams", hparams(rows));
        Ok(bench.call(&call)?.of(1.0))
    };
    Contestant::new(name(rows), bench.slow_runs(), work).cold()
}

/// The folder of a run that Magenta trains for one update when it is first asked for.
fn magenta_run(bench: &Bench) -> Result<PathBuf> {
    let folder = bench.file("magenta-run");
    if !folder.exists() {
        let module = "magenta.models.melody_rnn.melody_rnn_train";
        let call = Call::new(module, "run_dir", folder.clone())
            .flag("config", "attention_rnn")
            .flag("sequence_example_file", bench.examples("attention_rnn")?.display())
            .flag("hparams", hparams(ROWS[0]))
            .flag("num_training_steps", 1);
        bench.call(&call)?;
    }
    Ok(folder)
}

fn hparams(rows: usize) -> String {
    format!("batch_size={rows},rnn_layer_sizes=[64,64]")
}
