//! What runs depend on, and where they differ.

use std::collections::BTreeMap;

use model::checkpoint::Sidecar;
use model::config::MelodyConfig;
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

/// Names of the settings in which runs differ, in the order of columns; of a single run all that it has. What follows from the
/// configuration is left out: hyper-parameters that are its own in all runs, and another encoding of the same melodies.
#[must_use]
pub fn differing(runs: &[Run]) -> Vec<&'static str> {
    let differs = |name: &&'static str| match runs {
        [run] => run.settings.contains_key(name),
        [first, rest @ ..] => {
            let is_other = |run: &Run| run.settings.get(name) != first.settings.get(name);
            rest.iter().any(is_other) && !follows_from_config(runs, name)
        }
        [] => false,
    };
    names().filter(differs).collect()
}

fn follows_from_config(runs: &[Run], name: &str) -> bool {
    let of = |run: &Run, name: &str| run.settings.get(name).cloned();
    if name == "dataset" {
        let mut datasets = BTreeMap::new();
        return runs.iter().all(|run| {
            let dataset = of(run, name);
            *datasets.entry(shown(run, "config")).or_insert_with(|| dataset.clone()) == dataset
        });
    }
    runs.iter().all(|run| {
        let config = MelodyConfig::called(&shown(run, "config"));
        let hparams = config.ok().and_then(|config| serde_json::to_value(config.hparams).ok());
        let own = hparams.as_ref().and_then(|hparams| hparams.get(name));
        own.is_some() && own == run.settings.get(name)
    })
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

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::curves::Curves;

    fn run(settings: &[(&'static str, Value)]) -> Run {
        Run {
            name: "a".to_owned(),
            run_dir: PathBuf::new(),
            settings: settings.iter().cloned().collect(),
            updates: 0,
            training: None,
            evaluation: None,
            best: None,
            events_per_second: None,
            seconds: None,
            train: Curves::new(),
            eval: Curves::new(),
        }
    }

    #[test]
    fn what_follows_from_the_configuration_is_no_difference() {
        let of = |config: &str, attn: u64, batch: u64, dataset: &str| {
            run(&[
                ("config", json!(config)),
                ("attn_length", json!(attn)),
                ("batch_size", json!(batch)),
                ("dataset", json!(dataset)),
            ])
        };
        let (basic, attention) = (of("basic_rnn", 0, 64, "x"), of("attention_rnn", 40, 64, "y"));
        assert_eq!(differing(&[basic.clone(), attention.clone()]), ["config"]);
        let other = of("basic_rnn", 0, 32, "z");
        assert_eq!(differing(&[basic.clone(), other.clone()]), ["batch_size", "dataset"]);
        let short = of("attention_rnn", 20, 64, "y");
        let all = [basic, attention, other, short];
        assert_eq!(differing(&all), ["config", "batch_size", "attn_length", "dataset"]);
        assert_eq!(differing(&all[..1]).len(), 4, "a run alone shows all");
        let known = ["config", "batch_size", "attn_length"];
        assert_eq!(differing(&[run(&[]), all[0].clone()]), known, "of another program");
    }
}
