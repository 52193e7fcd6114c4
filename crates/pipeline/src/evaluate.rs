//! Evaluate: how well a trained network predicts the melodies of a dataset.

use std::ops::ControlFlow;
use std::path::PathBuf;

use model::evaluate::{EvalResult, evaluate_while};
use model::examples::ExampleSet;
use serde::Serialize;

use crate::shards::files_of;
use crate::{Error, Event, Observer, Origin, Result};

/// Which network, on which examples.
#[derive(Clone, Debug)]
pub struct EvaluateOptions {
    /// The network.
    pub origin: Origin,
    /// The examples to measure on: files, shards (`name@number`) or patterns.
    pub examples: Vec<PathBuf>,
    /// Leave dropout on, as Magenta does.
    pub dropout: bool,
    /// Threads to compute on; the figures do not depend on them.
    pub threads: usize,
}

/// How well the network predicted the examples.
#[derive(Clone, Debug, Serialize)]
pub struct Evaluated {
    /// Name of the configuration.
    pub config: String,
    /// Updates that the network has learnt from; none where its file does not say.
    pub update: Option<u64>,
    /// Its weights.
    pub checkpoint: PathBuf,
    /// The figures.
    #[serde(flatten)]
    pub result: EvalResult,
}

/// Measures the network on all examples of a dataset.
///
/// # Errors
///
/// A network that cannot be loaded, examples that cannot be read or do not fit it, [`Error::Interrupted`].
pub fn evaluate(options: &EvaluateOptions, observer: &dyn Observer) -> Result<Evaluated> {
    let found = options.origin.load(observer)?;
    let examples = ExampleSet::open_all(&files_of(&options.examples)?, &found.model.config)?;
    let total = Some(examples.len() as u64);
    observer.observe(Event::Began { task: "evaluating", unit: "examples", total, done: 0 });
    let watch = |done: usize| {
        observer.observe(Event::Advanced { done: done as u64, total, detail: "" });
        if observer.cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let result = evaluate_while(&found.model, &examples, options.threads, options.dropout, watch);
    observer.observe(Event::Ended);
    Ok(Evaluated {
        config: found.model.config.name,
        update: found.update,
        checkpoint: found.path,
        result: result?.ok_or(Error::Interrupted { kept: None })?,
    })
}
