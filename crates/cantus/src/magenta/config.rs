//! The flags that choose a configuration, which three of the programs have.

use pipeline::{CONFIG_NAMES, ENCODING_NAMES, MelodyConfig, Observer};

use super::flags::{Flag, Kind, Values};
use super::log::Log;
use crate::failure::Failure;

/// The flags.
pub(super) const FLAGS: &[Flag] = &[
    Flag::new(
        "config",
        Kind::Text,
        None,
        "Which config to use: 'basic_rnn', 'mono_rnn', 'lookback_rnn', or 'attention_rnn'. Mutually exclusive with \
         `--melody_encoder_decoder`.",
    ),
    Flag::new(
        "melody_encoder_decoder",
        Kind::Text,
        None,
        "Which encoder/decoder to use: 'onehot', 'lookback', or 'key'. Mutually exclusive with `--config`.",
    ),
    Flag::new(
        "generator_id",
        Kind::Text,
        None,
        "A unique ID for the generator, for bundles. Overrides that of `--config`.",
    ),
    Flag::new(
        "generator_description",
        Kind::Text,
        None,
        "A description of the generator, for bundles. Overrides that of `--config`.",
    ),
    Flag::new(
        "hparams",
        Kind::Text,
        Some(""),
        "Hyperparameters to change, as `name=value` pairs with commas between them, or as a Python dictionary.",
    ),
];

/// The name of the configuration or of the encoding that the flags ask for.
pub(super) fn name(values: &Values) -> Result<String, Failure> {
    let (flag, name, known) = match (values.text("config"), values.text("melody_encoder_decoder")) {
        (Some(name), None) => ("--config", name, CONFIG_NAMES.as_slice()),
        (None, Some(name)) => ("--melody_encoder_decoder", name, ENCODING_NAMES.as_slice()),
        _ => {
            return Err(Failure::new(
                "MelodyRnnConfigError: Exactly one of `--config` or `--melody_encoder_decoder` must be supplied.",
            )
            .with_hint(format!("--config is one of {}", CONFIG_NAMES.join(", "))));
        }
    };
    if known.contains(&name.as_str()) {
        return Ok(name);
    }
    let list = known.join("', '");
    Err(Failure::new(format!(
        "MelodyRnnConfigError: `{flag}` must be one of ['{list}']. Got {name}."
    ))
    .with_hint("check the spelling"))
}

/// The hyper-parameters that the flags change.
pub(super) fn hparams(values: &Values) -> String {
    values.text("hparams").unwrap_or_default()
}

/// The configuration that the flags ask for.
pub(super) fn config(values: &Values, observer: &dyn Observer) -> Result<MelodyConfig, Failure> {
    Ok(pipeline::config(&name(values)?, &hparams(values), observer)?)
}

/// Says which hyper-parameters are used, as Magenta does when it builds its graph.
pub(super) fn log_hparams(config: &MelodyConfig, log: Log) {
    let hparams = &config.hparams;
    let residual = if hparams.residual_connections { "True" } else { "False" };
    log.info(format_args!(
        "hparams = {{'batch_size': {}, 'rnn_layer_sizes': {:?}, 'dropout_keep_prob': {:?}, 'attn_length': {}, \
         'clip_norm': {}, 'learning_rate': {:?}, 'residual_connections': {residual}, 'use_cudnn': False}}",
        hparams.batch_size,
        hparams.rnn_layer_sizes,
        hparams.dropout_keep_prob,
        hparams.attn_length,
        hparams.clip_norm,
        hparams.learning_rate,
    ));
}
