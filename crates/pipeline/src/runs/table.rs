//! Runs as a table for other programs.

use super::{Measured, Run, Runs, shown};

/// Columns behind the settings.
const FIGURES: [&str; 14] = [
    "updates",
    "loss",
    "accuracy",
    "eval_update",
    "eval_loss",
    "eval_perplexity",
    "eval_accuracy",
    "best_update",
    "best_loss",
    "best_perplexity",
    "best_accuracy",
    "events_per_second",
    "seconds",
    "run_dir",
];

/// A line for each run, with a head, as CSV: all settings that any of them has, then the figures. What is not known is empty.
#[must_use]
pub fn csv(runs: &Runs) -> Vec<u8> {
    let settings = runs.settings();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head = ["run"].into_iter().chain(settings.iter().copied()).chain(FIGURES);
    // Memory takes everything.
    let _ = writer.write_record(head);
    for run in &runs.runs {
        let mut row = vec![run.name.clone()];
        row.extend(settings.iter().map(|name| shown(run, name)));
        row.extend(figures(run));
        let _ = writer.write_record(row);
    }
    writer.into_inner().unwrap_or_default()
}

fn figures(run: &Run) -> [String; FIGURES.len()] {
    let [_, loss, _, accuracy] = four(run.training);
    let [eval_update, eval_loss, eval_perplexity, eval_accuracy] = four(run.evaluation);
    let [best_update, best_loss, best_perplexity, best_accuracy] = four(run.best);
    [
        run.updates.to_string(),
        loss,
        accuracy,
        eval_update,
        eval_loss,
        eval_perplexity,
        eval_accuracy,
        best_update,
        best_loss,
        best_perplexity,
        best_accuracy,
        number(run.events_per_second),
        number(run.seconds),
        run.run_dir.display().to_string(),
    ]
}

fn four(measured: Option<Measured>) -> [String; 4] {
    let Some(Measured { update, loss, perplexity, accuracy }) = measured else {
        return Default::default();
    };
    [update.to_string(), loss.to_string(), perplexity.to_string(), number(accuracy)]
}

fn number(value: Option<f64>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}
