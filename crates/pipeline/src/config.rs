//! Configurations by their names, with hyper-parameters as users write them.

use model::config::MelodyConfig;

use crate::{Event, Observer, Result};

/// The configuration `name` with the changes of `hparams`, in one of the notations of Magenta's flag. The observer hears of
/// changes that have no effect.
///
/// # Errors
///
/// A name that is not one of [`CONFIG_NAMES`](crate::CONFIG_NAMES), hyper-parameters that make no sense.
pub fn named_config(name: &str, hparams: &str, observer: &dyn Observer) -> Result<MelodyConfig> {
    with_hparams(MelodyConfig::named(name)?, hparams, observer)
}

/// The configuration of one's own that Magenta makes of the encoding `name`, one of
/// [`ENCODING_NAMES`](crate::ENCODING_NAMES), with the changes of `hparams`.
///
/// # Errors
///
/// An unknown name, hyper-parameters that make no sense.
pub fn encoding_config(name: &str, hparams: &str, observer: &dyn Observer) -> Result<MelodyConfig> {
    with_hparams(MelodyConfig::of_encoding(name)?, hparams, observer)
}

fn with_hparams(
    mut config: MelodyConfig,
    hparams: &str,
    observer: &dyn Observer,
) -> Result<MelodyConfig> {
    for note in config.hparams.parse_overrides(hparams)? {
        observer.observe(Event::Warning(&note.to_string()));
    }
    Ok(config)
}
