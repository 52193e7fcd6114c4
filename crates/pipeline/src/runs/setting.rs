//! What runs depend on, and where they differ.

use std::collections::BTreeMap;

use model::checkpoint::Sidecar;
use serde_json::{Value, json};

use super::Run;

/// Names of the settings as columns of a table, with the heads that the terminal has room for.
const SETTINGS: [(&str, &str); 15] = [
    ("config", "config"),
    ("rnn_layer_sizes", "layers"),
    ("batch_size", "batch"),
    ("dropout_keep_prob", "keep"),
    ("attn_length", "attn"),
    ("attention", "around"),
    ("learning_rate", "lr"),
    ("clip_norm", "clip"),
    ("clip_by", "clip by"),
    ("residual_connections", "residual"),
    ("seed", "seed"),
    ("warm_start", "began with"),
    ("examples", "examples"),
    ("held_out", "held out"),
    ("dataset", "dataset"),
];

/// Digits of a digest that tell one from another.
const DIGITS: usize = 8;

/// The settings of a run of Cantus.
pub(super) fn settings(sidecar: &Sidecar) -> BTreeMap<&'static str, Value> {
    let recipe = &sidecar.recipe;
    let hparams = serde_json::to_value(&recipe.config.hparams).unwrap_or_default();
    let values = [
        ("config", json!(recipe.config.name)),
        ("clip_by", json!(recipe.clip_by)),
        ("seed", json!(recipe.seed)),
        ("warm_start", json!(recipe.warm_start.as_deref().map(digits))),
        ("examples", json!(recipe.dataset.records)),
        ("held_out", json!(recipe.eval_dataset.as_ref().map(|dataset| dataset.records))),
        ("dataset", json!(digits(&recipe.dataset.sha1))),
    ];
    let values = values.into_iter().chain(
        SETTINGS
            .iter()
            .filter_map(|(name, _)| hparams.get(name).map(|value| (*name, value.clone()))),
    );
    values.filter(|(_, value)| !value.is_null()).collect()
}

fn digits(digest: &str) -> &str {
    digest.get(..DIGITS).unwrap_or(digest)
}

/// Names of the settings in which runs differ, in the order of columns; of a single run all that it has.
#[must_use]
pub fn differing(runs: &[Run]) -> Vec<&'static str> {
    let differs = |name: &&'static str| match runs {
        [run] => run.settings.contains_key(name),
        [first, rest @ ..] => {
            rest.iter().any(|run| run.settings.get(name) != first.settings.get(name))
        }
        [] => false,
    };
    names().filter(differs).collect()
}

/// Names of all settings that any of the runs has, in the order of columns.
pub(super) fn known(runs: &[Run]) -> Vec<&'static str> {
    names().filter(|name| runs.iter().any(|run| run.settings.contains_key(name))).collect()
}

fn names() -> impl Iterator<Item = &'static str> {
    SETTINGS.iter().map(|(name, _)| *name)
}

/// A short head for the column of a setting.
#[must_use]
pub fn heading(name: &str) -> &str {
    SETTINGS.iter().find(|(known, _)| *known == name).map_or(name, |(_, head)| head)
}

/// The value of a setting in words; empty if the run has none.
#[must_use]
pub fn shown(run: &Run, name: &str) -> String {
    match run.settings.get(name) {
        None => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    }
}
