//! What Magenta 2.1.4 took where it was measured separately: for those who do not install it.

use crate::rounds::Outcome;

/// How a quoted contestant is called.
pub(crate) const NAME: &str = "Magenta 2.1.4";

/// What the page says about the figures below.
pub(crate) const NOTE: &str = "Quoted figures: Magenta 2.1.4 (TensorFlow 2.9.1, Python 3.8) on two cores of an \
    AMD Zen 5 server with AVX-512, measured separately; medians, but one run each of the two that make \
    datasets, whose figures are seconds of the processor where the machine was busy. `--magenta` measures it here.";

/// Seconds, and how much was done in them.
type Figure = (f64, f64);

/// `convert_dir_to_note_sequences`: 1,621 mixed files.
const INGEST: Figure = (74.0, 1_621.0);
/// `melody_rnn_create_dataset`, attention_rnn: the 1,621 files' notes, seconds of the processor.
const DATASET: Figure = (245.0, 1_621.0);
/// `melody_rnn_generate`: 10 x 128 steps, whole process, for batch sizes 64 and 1.
const GENERATE: [(usize, f64); 2] = [(64, 21.3), (1, 15.0)];
/// One update: configuration, units of both layers, batch size, seconds.
const UPDATE: [(&str, usize, usize, f64); 5] = [
    ("attention_rnn", 64, 64, 1.12),
    ("attention_rnn", 128, 128, 3.64),
    ("attention_rnn", 512, 128, 24.7),
    ("basic_rnn", 64, 64, 0.19),
    ("basic_rnn", 128, 128, 0.61),
];

/// MIDI files to note sequences; counts files.
pub(crate) fn ingest() -> Outcome {
    outcome(NAME, INGEST)
}

/// Note sequences to examples; counts files.
pub(crate) fn dataset() -> Outcome {
    outcome(NAME, DATASET)
}

/// Ten melodies with a network that computes `batch` rows for each.
pub(crate) fn generate(name: &str, batch: usize) -> Option<Outcome> {
    let found = GENERATE.iter().find(|(rows, _)| *rows == batch)?;
    Some(outcome(name, (found.1, 1.0)))
}

/// One update of a network.
pub(crate) fn update(config: &str, units: usize, batch: usize) -> Option<Outcome> {
    let found = UPDATE.iter().find(|(c, u, b, _)| (*c, *u, *b) == (config, units, batch))?;
    Some(outcome(NAME, (found.3, 1.0)))
}

fn outcome(name: &str, (wall, amount): Figure) -> Outcome {
    Outcome::quoted(name, wall, amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_found_by_what_was_done() {
        assert_eq!(update("basic_rnn", 128, 128).unwrap().wall(), Some(0.61));
        assert!(update("basic_rnn", 128, 64).is_none());
        assert_eq!(generate("one row", 1).unwrap().wall(), Some(15.0));
    }
}
