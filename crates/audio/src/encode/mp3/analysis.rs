//! Samples to lines: filter bank, windows, cosine transform, and whether two channels are written as middle and side.

use rusty_mp3::encode::{antialias, filterbank, shortblock};
use rusty_mp3::frame::{BlockType, GRANULE_LINES, GranuleSideInfo};

use super::layout::Layout;
use super::quantize::Spectrum;
use super::transform;
use crate::render::CHANNELS;

/// Samples of a granule in which one energy is measured.
const SLICE: usize = 96;

/// An attack is a slice with so many times the energy of those before.
const ATTACK: f32 = 8.0;

/// Energy of a slice below which nothing is an attack: that of noise at -70 dB.
const QUIET: f32 = 1e-7 * SLICE as f32;

/// What one channel remembers from granule to granule.
struct Channel {
    fifo: [f32; 512],
    overlap: [f32; GRANULE_LINES],
    /// The last sample.
    last: f32,
    /// Energy of slices, lately.
    lately: f32,
}

impl Channel {
    fn new() -> Self {
        Self { fifo: [0.0; 512], overlap: [0.0; GRANULE_LINES], last: 0.0, lately: 0.0 }
    }

    /// Whether something begins in these samples, by the energy of their differences, which is that of high frequencies.
    fn has_attack(&mut self, samples: &[f32]) -> bool {
        let mut found = false;
        for slice in samples.chunks(SLICE) {
            let mut energy = 0.0;
            for &sample in slice {
                let difference = sample - self.last;
                energy += difference * difference;
                self.last = sample;
            }
            found |= energy > (self.lately * ATTACK).max(QUIET);
            self.lately += (energy - self.lately) / 3.0;
        }
        found
    }

    fn lines(
        &mut self,
        samples: &[f32],
        block_type: BlockType,
        sample_rate: u32,
    ) -> [f32; GRANULE_LINES] {
        let subbands = filterbank::analyze(samples, &mut self.fifo);
        let mut lines = transform::lines(&subbands, block_type, &mut self.overlap);
        if block_type == BlockType::Short {
            return shortblock::reorder_subband_to_bitstream(sample_rate, &lines);
        }
        let side = GranuleSideInfo {
            window_switching: block_type != BlockType::Long,
            block_type,
            ..GranuleSideInfo::default()
        };
        antialias::expand(&side, &mut lines);
        lines
    }
}

/// Makes spectra of samples.
pub(super) struct Analysis {
    sample_rate: u32,
    pub(super) layouts: [Layout; 2],
    channels: [Channel; CHANNELS],
    /// Whether short windows may be used.
    switches: bool,
    block_type: BlockType,
    /// Whether something began in the granule before: the filter bank is late by half of a granule, so that it is the windows of this one
    /// that it lies in.
    had_attack: bool,
}

/// A granule of both channels as left and right, and as middle and side.
pub(super) struct Pair {
    pub(super) sides: [[Spectrum; CHANNELS]; 2],
    /// Bits that each needs.
    pub(super) demands: [[f32; CHANNELS]; 2],
}

impl Analysis {
    pub(super) fn new(sample_rate: u32, is_mpeg1: bool) -> Self {
        Self {
            sample_rate,
            layouts: Layout::both(sample_rate, is_mpeg1),
            channels: [Channel::new(), Channel::new()],
            switches: is_mpeg1,
            block_type: BlockType::Long,
            had_attack: false,
        }
    }

    /// Lines of granules with short windows are laid out in another way.
    pub(super) fn layout(&self, block_type: BlockType) -> &Layout {
        &self.layouts[usize::from(block_type == BlockType::Short)]
    }

    /// Takes the next granule of each channel.
    pub(super) fn granule(&mut self, samples: [&[f32]; CHANNELS]) -> Pair {
        let mut has_attack = false;
        for (channel, samples) in self.channels.iter_mut().zip(samples) {
            has_attack |= channel.has_attack(samples);
        }
        let block_type = self.next_block_type(has_attack && self.switches);
        let sample_rate = self.sample_rate;
        let [left, right] = &mut self.channels;
        let (left, right) = (
            left.lines(samples[0], block_type, sample_rate),
            right.lines(samples[1], block_type, sample_rate),
        );
        self.pair(left, right, block_type)
    }

    /// Short windows where something begins; before and after them, windows that fit.
    fn next_block_type(&mut self, has_attack: bool) -> BlockType {
        let was_short = self.block_type == BlockType::Short;
        self.block_type = match (self.had_attack, has_attack) {
            (true, _) => BlockType::Short,
            (false, true) if was_short => BlockType::Short,
            (false, true) => BlockType::Start,
            (false, false) if was_short => BlockType::Stop,
            (false, false) => BlockType::Long,
        };
        self.had_attack = has_attack;
        self.block_type
    }

    fn pair(
        &self,
        left: [f32; GRANULE_LINES],
        right: [f32; GRANULE_LINES],
        block_type: BlockType,
    ) -> Pair {
        let layout = self.layout(block_type);
        let (mut middle, mut side) = (left, right);
        for (middle, side) in middle.iter_mut().zip(&mut side) {
            let (left, right) = (*middle, *side);
            *middle = (left + right) * std::f32::consts::FRAC_1_SQRT_2;
            *side = (left - right) * std::f32::consts::FRAC_1_SQRT_2;
        }
        let spectrum = |lines, energies, hidden| Spectrum { lines, block_type, energies, hidden };
        let [(left_energies, left_hidden), (right_energies, right_hidden)] =
            [&left, &right].map(|lines| layout.listen(lines));
        // Noise in the middle and in the side is in both ears, so that the stricter ear counts.
        let mut hidden = left_hidden;
        hidden
            .iter_mut()
            .zip(&right_hidden)
            .for_each(|(hidden, other)| *hidden = hidden.min(*other));
        let sides = [
            [
                spectrum(left, left_energies, left_hidden),
                spectrum(right, right_energies, right_hidden),
            ],
            [
                spectrum(middle, layout.energies(&middle), hidden),
                spectrum(side, layout.energies(&side), hidden),
            ],
        ];
        let demands = [0, 1].map(|way| [0, 1].map(|channel| sides[way][channel].demand(layout)));
        Pair { sides, demands }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_fit_each_other_and_short_ones_follow_an_attack() {
        let mut analysis = Analysis::new(44_100, true);
        let attacks = [false, true, false, false, true, true, false, true, false, false];
        let types: Vec<BlockType> =
            attacks.iter().map(|&attack| analysis.next_block_type(attack)).collect();
        for (number, pair) in types.windows(2).enumerate() {
            use BlockType::{Long, Short, Start, Stop};
            let fits = matches!(pair, [Long | Stop, Long | Start] | [Start | Short, Short | Stop]);
            assert!(fits, "{number}: {pair:?}");
            assert!(!attacks[number] || pair[1] == Short, "{number}: {pair:?}");
        }
    }
}
