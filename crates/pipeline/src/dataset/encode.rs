//! Melodies to the bytes of examples.

use corpus::split::{Side, Split};
use model::config::MelodyConfig;
use model::encoding::Encoder;
use music::Melody;
use tensorflow::example::encode_steps;

use super::output::Encoded;
use crate::Result;

/// Makes the examples of one thread.
#[derive(Clone)]
pub(super) struct ExampleEncoder<'a> {
    config: &'a MelodyConfig,
    split: &'a Split,
    labels: Vec<i64>,
}

impl<'a> ExampleEncoder<'a> {
    pub(super) fn new(config: &'a MelodyConfig, split: &'a Split) -> Self {
        Self { config, split, labels: Vec::new() }
    }

    /// The example of a melody of piece number `piece`, in the memory of `bytes`, which is empty.
    pub(super) fn encode(
        &mut self,
        piece: u32,
        melody: &Melody,
        mut bytes: Vec<u8>,
    ) -> Result<Encoded> {
        let encoding = self.config.encoding;
        let (melody, _) = self.config.squashed(melody);
        encoding.labels_into(&melody.events, &mut self.labels)?;
        let mut encoder = Encoder::new(encoding);
        let row = |step: usize, row: &mut [f32]| {
            encoder.push(melody.events[step])?;
            encoder.write_inputs(row)
        };
        encode_steps(&mut bytes, encoding.input_size(), &self.labels, row)?;
        let side = self.split.side(piece as usize).unwrap_or(Side::Training);
        Ok(Encoded { side, bytes })
    }
}
