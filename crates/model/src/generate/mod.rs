//! New melodies from a model: sampling and stochastic beam search, as Magenta does them.
//!
//! The primer is brought into the model's range and key, continued there, and brought back. Every output has its own
//! stream of random numbers, keyed by the seed and its index, so that output 3 is the same whether 4 or 40 are asked for.

mod beam;
mod options;
mod sampling;

#[cfg(test)]
mod tests;

use std::ops::ControlFlow;

use music::{MAX_MIDI_PITCH, Melody};
use nn::rng::Rng;

use beam::{Beams, Found};
pub use options::GenerateOptions;
pub(crate) use sampling::Softmax;

use crate::{Error, Model, Result};

/// A melody that a model made, with the primer at its beginning.
#[derive(Clone, Debug, PartialEq)]
pub struct Generated {
    /// The melody: as many steps as were asked for, primer included.
    pub melody: Melody,
    /// Natural logarithm of its probability at the temperature it was drawn at, of all events but the first.
    ///
    /// The primer counts by the labels that the encoding gives it, what follows by the classes that were drawn.
    pub log_likelihood: f64,
    /// What it is the sum of: that of each event but the first, given those before it.
    pub log_probabilities: Vec<f32>,
}

/// How far generation has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Steps generated so far, each for one output.
    pub done: u64,
    /// Steps there will be in the end.
    pub total: u64,
}

/// Continues a primer into `options.num_outputs` melodies.
///
/// # Errors
/// An option out of range, an empty primer or one that leaves no step to generate, a model whose network does not fit
/// its encoding or answers with something that is not a number.
pub fn generate(
    model: &Model,
    primer: &Melody,
    options: &GenerateOptions,
) -> Result<Vec<Generated>> {
    generate_observed(model, primer, options, &mut |_| ControlFlow::Continue(()))
}

/// [`generate`] that tells an observer after every step how far it is.
///
/// # Errors
/// Those of [`generate`], and [`Error::Cancelled`] when the observer breaks off.
pub fn generate_observed(
    model: &Model,
    primer: &Melody,
    options: &GenerateOptions,
    observer: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Vec<Generated>> {
    let task = Task::new(model, primer, options)?;
    let steps = (options.num_steps - primer.len()) as u64;
    let total = steps * options.num_outputs as u64;
    let mut generated = Vec::with_capacity(options.num_outputs);
    while generated.len() < options.num_outputs {
        let first = generated.len();
        let count = options.outputs_at_once().min(options.num_outputs - first);
        let streams = (first..first + count).map(|i| Rng::stream(options.seed, &[i as u64]));
        let mut draws: Vec<_> = streams.map(|mut rng| move || rng.uniform_f64()).collect();
        let mut done = first as u64 * steps;
        generated.extend(task.run(&mut draws, &mut || {
            done += count as u64;
            observer(Progress { done, total })
        })?);
    }
    Ok(generated)
}

/// Makes one melody from the caller's own uniform draws (from 0 to below 1) in place of a seed: one for each branch and
/// step, step by step and branch by branch.
///
/// Fed with what numpy's `random_sample` gives after `numpy.random.seed`, it makes the melody that Magenta makes with
/// batch size 1. `options.num_outputs` and `options.seed` are not used.
///
/// # Errors
/// Those of [`generate`].
pub fn generate_from_draws(
    model: &Model,
    primer: &Melody,
    options: &GenerateOptions,
    draw: impl FnMut() -> f64,
) -> Result<Generated> {
    let task = Task::new(model, primer, options)?;
    let mut found = task.run(&mut [draw], &mut || ControlFlow::Continue(()))?;
    Ok(found.remove(0))
}

/// A primer ready to be continued.
struct Task<'a> {
    model: &'a Model,
    options: &'a GenerateOptions,
    /// The primer in the model's range and key.
    primer: Melody,
    /// Semitones that brought it there.
    amount: i32,
}

impl<'a> Task<'a> {
    fn new(model: &'a Model, primer: &Melody, options: &'a GenerateOptions) -> Result<Self> {
        options.validate()?;
        model.check()?;
        let (length, num_steps) = (primer.len(), options.num_steps);
        if length == 0 {
            return Err(Error::EmptyMelody);
        }
        if length >= num_steps {
            return Err(Error::PrimerTooLong { length, num_steps });
        }
        let (primer, amount) = model.config.squashed(primer);
        Ok(Self { model, options, primer, amount })
    }

    /// Makes one melody for each stream of draws; `after_step` may break off.
    fn run<D: FnMut() -> f64>(
        &self,
        draws: &mut [D],
        after_step: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Result<Vec<Generated>> {
        let mut beams = Beams::new(self.model, &self.primer.events, self.options, draws.len())?;
        let steps = self.options.num_steps - self.primer.len();
        let per_iteration = self.options.steps_per_iteration;
        // The first iteration takes what is left over, so that all others are complete.
        let mut iteration_ends = (steps - 1) % per_iteration + 1;
        for step in 1..=steps {
            beams.step(draws)?;
            if after_step().is_break() {
                return Err(Error::Cancelled);
            }
            if step == iteration_ends && step < steps {
                beams.prune_and_branch();
                iteration_ends += per_iteration;
            }
        }
        Ok(beams.best().into_iter().map(|found| self.finish(found)).collect())
    }

    /// Brings a melody back from the model's range and key.
    fn finish(&self, found: Found) -> Generated {
        let Found { events, log_likelihood, log_probabilities } = found;
        let mut melody = Melody { events, ..self.primer.clone() };
        melody.transpose(-self.amount, 0, MAX_MIDI_PITCH + 1);
        Generated { melody, log_likelihood, log_probabilities }
    }
}
