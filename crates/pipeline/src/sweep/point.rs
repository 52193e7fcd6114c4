//! One point of a grid: a configuration and a seed, and the name that says what is special about them.

use std::fmt::Write as _;

use model::config::HParams;
use serde::{Serialize, Serializer};

use crate::{MelodyConfig, Result};

/// What one run is trained as.
#[derive(Clone, Debug, Serialize)]
pub struct Point {
    /// Name of its run folder: the configuration, what differs from its defaults, and the seed unless it is 0. It depends on
    /// nothing else, so that a point has the same name in every grid that it is in.
    pub name: String,
    /// Encoding and hyper-parameters.
    #[serde(serialize_with = "name_and_hparams", flatten)]
    pub config: MelodyConfig,
    /// Seed of the weights, of the order of the examples and of dropout.
    pub seed: u64,
}

impl Point {
    pub(super) fn new(config: MelodyConfig, seed: u64) -> Result<Self> {
        let mut name = config.name.clone();
        for setting in differences(&config)? {
            let _ = write!(
                name,
                "-{}{}",
                setting.short,
                setting.value.replace(',', "x").replace(['[', ']'], "")
            );
        }
        if seed != 0 {
            let _ = write!(name, "-seed{seed}");
        }
        Ok(Self { name, config, seed })
    }

    /// What differs from the defaults of the configuration, as Magenta's flag spells it.
    pub(super) fn hparams(&self) -> String {
        // The name has been made of the same, so there is no error left.
        let settings = differences(&self.config).unwrap_or_default();
        let clauses = settings.iter().map(|setting| format!("{}={}", setting.name, setting.value));
        clauses.collect::<Vec<_>>().join(",")
    }
}

/// A hyper-parameter that is not as its configuration has it.
struct Setting {
    name: &'static str,
    /// Its name in that of a folder.
    short: &'static str,
    value: String,
}

/// The hyper-parameters in which a configuration differs from its defaults.
fn differences(config: &MelodyConfig) -> Result<Vec<Setting>> {
    let plain = MelodyConfig::called(&config.name)?.hparams;
    let settings = settings(&config.hparams).into_iter().zip(settings(&plain));
    let differ = settings.filter(|(own, plain)| own.value != plain.value);
    Ok(differ.map(|(own, _)| own).collect())
}

/// All hyper-parameters, in the order of names.
fn settings(hparams: &HParams) -> [Setting; 7] {
    let layers = hparams.rnn_layer_sizes.iter().map(ToString::to_string).collect::<Vec<_>>();
    [
        ("rnn_layer_sizes", "layers", format!("[{}]", layers.join(","))),
        ("batch_size", "batch", hparams.batch_size.to_string()),
        ("dropout_keep_prob", "keep", short(hparams.dropout_keep_prob)),
        ("attn_length", "attn", hparams.attn_length.to_string()),
        ("learning_rate", "lr", short(hparams.learning_rate)),
        ("clip_norm", "clip", short(hparams.clip_norm)),
        ("residual_connections", "residual-", hparams.residual_connections.to_string()),
    ]
    .map(|(name, short, value)| Setting { name, short, value })
}

/// A number without rows of zeros, which no file system would take.
fn short(value: f64) -> String {
    match value {
        0.0 | 0.0001..1e6 => value.to_string(),
        _ => format!("{value:e}"),
    }
}

/// A configuration as its name and its hyper-parameters.
fn name_and_hparams<S: Serializer>(
    config: &MelodyConfig,
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Fields<'a> {
        config: &'a str,
        hparams: &'a HParams,
    }
    Fields { config: &config.name, hparams: &config.hparams }.serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_is_special_and_hparams_say_the_same() {
        let all = "rnn_layer_sizes=[64,32],batch_size=8,dropout_keep_prob=1,attn_length=20,\
                   learning_rate=0.0003,clip_norm=0,residual_connections=true";
        for (config, hparams, name) in [
            ("lookback_rnn", "", "lookback_rnn"),
            ("mono_rnn", "learning_rate=0.00002,clip_norm=1e300", "mono_rnn-lr2e-5-clip1e300"),
            ("attention_rnn", "attn_length=40,clip_norm=3.0", "attention_rnn"),
            (
                "attention_rnn",
                all,
                "attention_rnn-layers64x32-batch8-keep1-attn20-lr0.0003-clip0-residual-true",
            ),
        ] {
            let mut wanted = MelodyConfig::named(config).unwrap();
            wanted.hparams.parse_overrides(hparams).unwrap();
            let point = Point::new(wanted.clone(), 0).unwrap();
            assert_eq!(point.name, name);
            let mut back = MelodyConfig::named(config).unwrap();
            back.hparams.parse_overrides(&point.hparams()).unwrap();
            assert_eq!(back, wanted);
        }
        let point = Point::new(MelodyConfig::named("basic_rnn").unwrap(), 3).unwrap();
        assert_eq!(point.name, "basic_rnn-seed3");
        let json = serde_json::to_value(&point).unwrap();
        assert_eq!(
            (&json["config"], &json["hparams"]["batch_size"]),
            (&"basic_rnn".into(), &128.into())
        );
    }
}
