//! What TensorBoard shows of a run besides its curves: a row in the tab HPARAMS and a table in the tab TEXT.
//!
//! Both stand in one event file in the run folder itself, above the curves in `train/` and `eval/`. Each session writes it anew,
//! since TensorBoard keeps the first row that it finds in a folder.

use std::path::{Path, PathBuf};

use tensorflow::events::hparams::{
    HParam, HParamValue, Metric, MetricDataset, SessionStatus, experiment, session_end,
    session_start,
};
use tensorflow::events::{Event, EventWriter, PluginSummary, Reader, What};

use super::clock::Clock;
use crate::Result;
use crate::checkpoint::{ClipBy, Recipe};
use crate::examples::DatasetId;

/// TensorBoard takes every file for an event file that has `tfevents` in its name.
const FILE_NAME: &str = "events.out.tfevents.run.cantus";
/// Tag of the table.
const TEXT_TAG: &str = "run";
/// Tags of the curves that are columns of the tab HPARAMS.
const METRIC_TAGS: [&str; 5] = [
    "loss",
    "metrics/perplexity",
    "metrics/accuracy",
    "metrics/event_accuracy",
    "metrics/no_event_accuracy",
];
/// Folders of the curves. What is held out counts more, so it comes first.
const METRIC_GROUPS: [(&str, MetricDataset); 2] =
    [("eval", MetricDataset::Validation), ("train", MetricDataset::Training)];

/// The overview of a run that is under way.
#[derive(Debug)]
pub(super) struct Overview {
    writer: EventWriter,
}

/// What there is to say about a run.
#[derive(Debug)]
pub(super) struct Facts<'a> {
    pub(super) recipe: &'a Recipe,
    /// Numbers that the network learns.
    pub(super) parameters: usize,
    /// Where the examples lie, and the held-out ones.
    pub(super) examples: &'a [PathBuf],
    pub(super) eval_examples: &'a [PathBuf],
    /// Updates made before this session.
    pub(super) first_update: u64,
    /// Updates to make in all, if there is an end.
    pub(super) num_training_steps: Option<u64>,
}

impl Overview {
    /// Writes the overview of the run in `run_dir`. A run that goes on keeps the moment at which it began.
    pub(super) fn begin(run_dir: &Path, facts: &Facts<'_>, clock: &dyn Clock) -> Result<Self> {
        let path = run_dir.join(FILE_NAME);
        let before = (facts.first_update > 0).then(|| first_moment(&path)).flatten();
        let start = before.unwrap_or_else(|| clock.unix_seconds());
        let hparams = hparams(facts.recipe);
        let what = What::Plugins(vec![
            experiment(&hparams, &metrics()),
            session_start(&hparams, start),
            PluginSummary::markdown(TEXT_TAG, table(facts)),
        ]);
        let event = Event { wall_time: start, step: 0, what };
        Ok(Self { writer: EventWriter::replace(path, start, &[event])? })
    }

    /// Adds how the run ended. One that was interrupted has no end: it waits to go on.
    pub(super) fn end(mut self, status: SessionStatus, clock: &dyn Clock) -> Result<()> {
        let now = clock.unix_seconds();
        let what = What::Plugins(vec![session_end(status, now)]);
        Ok(self.writer.event(&Event { wall_time: now, step: 0, what })?)
    }
}

/// The time of the first event in a file; none if it cannot be read.
fn first_moment(path: &Path) -> Option<f64> {
    Reader::open(path).ok()?.next()?.ok().map(|event| event.wall_time)
}

/// All that can differ between runs on the same examples, and whether it usually does.
fn hparams(recipe: &Recipe) -> Vec<HParam> {
    let hparams = &recipe.config.hparams;
    let number = HParamValue::Number;
    let values = [
        ("config", HParamValue::Text(recipe.config.name.clone()), true),
        ("batch_size", number(hparams.batch_size as f64), true),
        ("rnn_layer_sizes", HParamValue::Text(format!("{:?}", hparams.rnn_layer_sizes)), true),
        ("dropout_keep_prob", number(hparams.dropout_keep_prob), true),
        ("attn_length", number(hparams.attn_length as f64), false),
        ("clip_norm", number(hparams.clip_norm), false),
        ("clip_by", HParamValue::Text(clip_by(recipe.clip_by).to_owned()), false),
        ("learning_rate", number(hparams.learning_rate), true),
        ("residual_connections", HParamValue::Flag(hparams.residual_connections), false),
        ("seed", number(recipe.seed as f64), false),
    ];
    values.map(|(name, value, differs)| HParam { name, value, differs }).into()
}

fn clip_by(clip_by: ClipBy) -> &'static str {
    match clip_by {
        ClipBy::Tensor => "tensor",
        ClipBy::GlobalNorm => "global norm",
    }
}

fn metrics() -> Vec<Metric> {
    let of_group = |(group, dataset)| METRIC_TAGS.map(|tag| Metric { group, tag, dataset });
    METRIC_GROUPS.into_iter().flat_map(of_group).collect()
}

/// The run as a table in Markdown.
fn table(facts: &Facts<'_>) -> String {
    let Recipe { config, seed, dataset, eval_dataset, .. } = facts.recipe;
    let hparams = &config.hparams;
    let updates = facts.num_training_steps.map_or("no end".to_owned(), |end| end.to_string());
    let attention = match hparams.attn_length {
        0 => "nothing".to_owned(),
        length => format!("{length} steps"),
    };
    let mut rows = vec![
        ("Cantus", env!("CARGO_PKG_VERSION").to_owned()),
        (":---", ":---".to_owned()),
        ("configuration", config.name.clone()),
        ("inputs a step", config.encoding.input_size().to_string()),
        ("classes", config.encoding.num_classes().to_string()),
        ("layers", format!("{:?}", hparams.rnn_layer_sizes)),
        ("attention over", attention),
        ("weights", facts.parameters.to_string()),
        ("examples an update", hparams.batch_size.to_string()),
        ("updates", updates),
        ("seed", seed.to_string()),
        ("learns from", described(dataset, facts.examples)),
    ];
    if let Some(held_out) = eval_dataset {
        rows.push(("held out", described(held_out, facts.eval_examples)));
    }
    if facts.first_update > 0 {
        rows.push(("went on from update", facts.first_update.to_string()));
    }
    let mut table = String::new();
    for (what, value) in rows {
        table += &format!("| {what} | {value} |\n");
    }
    table
}

/// Which examples these are, and where they lie if that is known.
fn described(dataset: &DatasetId, files: &[PathBuf]) -> String {
    let DatasetId { records, steps, sha1 } = dataset;
    let mut text = format!("{records} melodies, {steps} steps, SHA-1 `{sha1}`");
    for file in files {
        text += &format!(", {}", plain(&file.display().to_string()));
    }
    text
}

/// `text` with all that Markdown would take for a mark made harmless.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' => plain.push(' '),
            '|' => plain += "&#124;",
            '&' | '<' | '>' | '*' | '_' | '`' | '[' | ']' | '\\' | '!' | '#' => {
                plain += &format!("&#{};", u32::from(character));
            }
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_cannot_break_the_table() {
        assert_eq!(plain("a|b\n*c*_<d>.tfrecord"), "a&#124;b &#42;c&#42;&#95;&#60;d&#62;.tfrecord");
    }
}
