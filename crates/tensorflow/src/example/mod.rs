//! `SequenceExample`: one training example, as `melody_rnn` datasets store it.
//!
//! Of the general message (`tensorflow/core/example/example.proto`) this is the part that melody datasets
//! use: two feature lists with one feature a step, `inputs` with the step's floats and `labels` with one
//! integer. Other lists and the context are skipped.

mod decode;
mod encode;

pub use encode::encode_steps;

/// Key of the list of inputs.
const INPUTS: &str = "inputs";
/// Key of the list of labels.
const LABELS: &str = "labels";

// Field numbers of the messages in example.proto and feature.proto.
const SEQUENCE_EXAMPLE_FEATURE_LISTS: u8 = 2;
const FEATURE_LISTS_ENTRY: u8 = 1;
const ENTRY_KEY: u8 = 1;
const ENTRY_VALUE: u8 = 2;
const FEATURE_LIST_FEATURE: u8 = 1;
const FEATURE_FLOATS: u8 = 2;
const FEATURE_INTS: u8 = 3;
const LIST_VALUE: u8 = 1;

/// A sequence of inputs and, for each step, the label to predict.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SequenceExample {
    /// Inputs `[T, D]`, row by row.
    pub inputs: Vec<f32>,
    /// D: values of one step.
    pub input_size: usize,
    /// Labels `[T]`.
    pub labels: Vec<i64>,
}

impl SequenceExample {
    /// T: number of steps.
    pub fn steps(&self) -> usize {
        self.labels.len()
    }
}

#[cfg(test)]
mod tests;
