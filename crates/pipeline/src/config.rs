//! Configurations by their names, with hyper-parameters as users write them.

use model::config::MelodyConfig;

use crate::{Event, Observer, Result};

/// The configuration `name` with the changes of `hparams`, in one of the notations of Magenta's flag. The observer hears of
/// changes that have no effect.
///
/// # Errors
///
/// A name that is none of [`CONFIG_NAMES`](crate::CONFIG_NAMES) and [`ENCODING_NAMES`](crate::ENCODING_NAMES), hyper-parameters
/// that make no sense.
pub fn config(name: &str, hparams: &str, observer: &dyn Observer) -> Result<MelodyConfig> {
    let mut config = MelodyConfig::called(name)?;
    for note in config.hparams.parse_overrides(hparams)? {
        observer.observe(Event::Warning(&note.to_string()));
    }
    Ok(config)
}
