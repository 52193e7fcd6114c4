//! Likelihood: how likely a trained network finds a melody.

use model::likelihood::log_likelihood;
use serde::Serialize;

use crate::tune::{Given, Tune};
use crate::{Observer, Origin, Result};

/// Which melody, to which network.
#[derive(Clone, Debug)]
pub struct LikelihoodOptions {
    /// The network.
    pub origin: Origin,
    /// The melody.
    pub melody: Tune,
}

/// How likely a melody is.
#[derive(Clone, Debug, Serialize)]
pub struct Likelihood {
    /// Natural logarithm of the probability of all events but the first, each given those before it.
    pub log_likelihood: f64,
    /// Events of the melody.
    pub events: usize,
    /// The same logarithm for an event, on the average; none for a melody of a single event.
    pub log_likelihood_per_event: Option<f64>,
    /// Name of the configuration.
    pub config: String,
    /// Updates that the network has learnt from; none where its file does not say.
    pub update: Option<u64>,
    /// The melody.
    pub melody: Given,
}

/// Asks the network how likely it finds a melody.
///
/// # Errors
///
/// A network that cannot be loaded, a text or a file that gives no melody.
pub fn likelihood(options: &LikelihoodOptions, observer: &dyn Observer) -> Result<Likelihood> {
    let given = options.melody.read(observer)?;
    let found = options.origin.load(observer)?;
    let log_likelihood = log_likelihood(&found.model, &given.melody)?;
    let events = given.events.len();
    Ok(Likelihood {
        log_likelihood,
        events,
        log_likelihood_per_event: (events > 1).then(|| log_likelihood / (events - 1) as f64),
        config: found.model.config.name,
        update: found.update,
        melody: given,
    })
}
