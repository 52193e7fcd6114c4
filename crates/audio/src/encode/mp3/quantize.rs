//! Lines to levels: as fine as the bits allow, with noise where it is hidden.
//!
//! A decoder makes of a level `q` the line `q^(4/3) * 2^((gain - 210) / 4 - factor / 2)`. The error of a level is even in [-1/2, 1/2], so
//! that a run of lines `x` has noise of the energy `4/27 * 2^(3/8 * g) * sum(sqrt|x|)` with `g = gain - 210 - 2 * factor`. From that follow the factors which put the
//! noise of all runs equally far below what is heard; the gain is then the least whose levels fit.

use std::sync::OnceLock;

use rusty_mp3::frame::{BlockType, GRANULE_LINES, GranuleSideInfo};

use super::huffman;
use super::layout::Layout;
use super::masking::{MAX_RUNS, Runs, sum};

/// Added before levels are cut off to integers: less than a half, as small levels are more frequent within their interval.
const ROUNDING: f32 = 0.4054;

/// How far noise follows what hides it: 0 is the same noise in all runs, 1 the same distance. Between them, bits go to what is loudest and to
/// what is heard first alike; docs/audio.md has what was measured.
const STRENGTH: f32 = 0.4;

/// The highest level that tables with escapes hold.
const HIGHEST: f32 = 8190.0;

/// Gain of which the levels of the loudest music are zero.
const COARSEST: i32 = 255;

/// A granule of one channel, before its levels are known.
pub(super) struct Spectrum {
    /// Lines in the order of the file.
    pub(super) lines: [f32; GRANULE_LINES],
    pub(super) block_type: BlockType,
    pub(super) energies: Runs,
    /// Energies of noise that is not heard.
    pub(super) hidden: Runs,
}

impl Spectrum {
    /// Bits that it takes to keep all noise hidden, by what a bit a line brings: 6 dB.
    pub(super) fn demand(&self, layout: &Layout) -> f32 {
        let widths = layout.starts.windows(2).map(|run| (run[1] - run[0]) as f32);
        let runs = widths.zip(&self.energies).zip(&self.hidden);
        runs.map(|((width, energy), hidden)| 0.5 * width * libm::log2f(1.0 + energy / hidden)).sum()
    }
}

/// A granule of one channel as it is written.
pub(super) struct Quantized {
    pub(super) levels: [u16; GRANULE_LINES],
    pub(super) factors: [u8; MAX_RUNS],
    /// All but the length.
    pub(super) side: GranuleSideInfo,
    /// Bits that it takes.
    pub(super) bits: usize,
}

/// `2^(-3/16 * (gain - 210))` by the gain, and `2^(3/8 * factor)` by the scale factor.
struct Steps {
    gains: [f32; 256],
    factors: [f32; 16],
}

fn steps() -> &'static Steps {
    static STEPS: OnceLock<Steps> = OnceLock::new();
    STEPS.get_or_init(|| {
        let (mut gains, mut factors) = ([0.0; 256], [0.0; 16]);
        for (gain, step) in gains.iter_mut().enumerate() {
            *step = libm::exp2f(-0.1875 * (gain as f32 - 210.0));
        }
        for (factor, step) in factors.iter_mut().enumerate() {
            *step = libm::exp2f(0.375 * factor as f32);
        }
        Steps { gains, factors }
    })
}

/// Finds levels that take at most `budget` bits, scale factors included. `guess` is a gain to begin with.
pub(super) fn quantize(
    spectrum: &Spectrum,
    layout: &Layout,
    bands: &[u16; 23],
    budget: usize,
    guess: i32,
) -> Quantized {
    let mut roots = spectrum.lines.map(|line| line.abs().sqrt());
    let mut factors = factors(spectrum, layout, &roots);
    let (mut compress, mut factor_bits) = layout.scale_factor_bits(&factors[..layout.runs()]);
    if 2 * factor_bits > budget {
        (factors, compress, factor_bits) = ([0; MAX_RUNS], 0, 0);
    }
    // From here on the powers 3/4 of the lines, with their factors.
    let powers = &mut roots;
    for (power, line) in powers.iter_mut().zip(&spectrum.lines) {
        *power = (line.abs() * *power).sqrt();
    }
    for (run, &factor) in layout.starts.windows(2).zip(&factors).filter(|(_, factor)| **factor > 0)
    {
        let step = steps().factors[usize::from(factor & 15)];
        powers[run[0]..run[1]].iter_mut().for_each(|power| *power *= step);
    }
    let (levels, mut side, gain, bits) = search(powers, budget - factor_bits, guess, |levels| {
        huffman::choose(levels, spectrum.block_type, bands)
    });
    side.global_gain = gain as u8;
    side.scalefac_compress = compress;
    Quantized { levels, factors, side, bits: bits + factor_bits }
}

/// Scale factors that put the noise of all runs equally far below what is heard. `roots` are those of the lines.
fn factors(spectrum: &Spectrum, layout: &Layout, roots: &[f32; GRANULE_LINES]) -> [u8; MAX_RUNS] {
    let mut finest = [0.0_f32; MAX_RUNS];
    let mut coarsest = f32::NEG_INFINITY;
    for (number, run) in layout.starts.windows(2).enumerate() {
        let (energy, hidden) = (spectrum.energies[number], spectrum.hidden[number]);
        let roots = sum(&roots[run[0]..run[1]]);
        if energy > hidden && roots > 0.0 {
            finest[number] = libm::log2f(hidden / roots) * (8.0 / 3.0);
            coarsest = coarsest.max(finest[number]);
        } else {
            finest[number] = f32::INFINITY;
        }
    }
    let mut factors = [0; MAX_RUNS];
    for ((factor, finest), &most) in factors.iter_mut().zip(finest).zip(&layout.most) {
        *factor = (STRENGTH * (coarsest - finest) / 2.0 + 0.5).clamp(0.0, f32::from(most)) as u8;
    }
    factors
}

/// Finds the least gain whose levels fit, or one beside it, and what `choose` says of its levels.
fn search<T: Default>(
    powers: &[f32; GRANULE_LINES],
    budget: usize,
    guess: i32,
    choose: impl Fn(&[u16; GRANULE_LINES]) -> (T, usize),
) -> ([u16; GRANULE_LINES], T, i32, usize) {
    let most = powers.iter().fold(0.0_f32, |most, &power| most.max(power));
    let gains = &steps().gains;
    // Gains that are too fine or do not fit are at most `low`, those that fit at least `high`.
    let mut low = gains.partition_point(|step| most * step > HIGHEST) as i32 - 1;
    let mut best = ([0; GRANULE_LINES], T::default(), COARSEST, 0);
    let mut levels = [0; GRANULE_LINES];
    let mut gain = guess.clamp(low + 1, COARSEST);
    while best.2 - low > 1 {
        let step = gains[(gain & 255) as usize];
        for (level, power) in levels.iter_mut().zip(powers) {
            *level = (power * step + ROUNDING) as u16;
        }
        let (chosen, bits) = choose(&levels);
        // Each line that is not zero takes 3/16 bits more with each step of the gain.
        let lines = levels.iter().filter(|&&level| level > 0).count();
        let slope = (lines * 3 / 16).max(4);
        if bits <= budget {
            best = (levels, chosen, gain, bits);
            let spare = budget - bits;
            if spare < slope / 2 {
                break;
            }
            gain -= ((spare / slope) as i32).clamp(1, (best.2 - low - 1).max(1));
        } else {
            low = gain;
            gain += (((bits - budget) / slope + 1) as i32).clamp(1, (best.2 - low - 1).max(1));
        }
    }
    best
}
