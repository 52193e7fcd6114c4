//! Long windows and their cosine transform, of all subbands beside each other.
//!
//! The modified cosine transform of 36 samples is a cosine transform of the fourth kind of 18 sums and differences of them. All 32 subbands
//! go through it together, so that the compiler makes vectors of them. Short windows are seldom and left to `rusty_mp3`.

use std::f64::consts::PI;
use std::sync::OnceLock;

use rusty_mp3::encode::mdct;
use rusty_mp3::frame::{BlockType, GRANULE_LINES, SUBBAND_LINES, SUBBANDS};

/// Samples of each subband in a granule.
type Subbands = [[f32; SUBBAND_LINES]; SUBBANDS];

/// Samples under a long window.
const WINDOW: usize = 2 * SUBBAND_LINES;

struct Tables {
    /// The windows before long ones or after them, before short ones, after short ones.
    windows: [[f32; WINDOW]; 3],
    /// By line and sample.
    cosines: [[f32; SUBBAND_LINES]; SUBBAND_LINES],
}

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let long = |n: usize| libm::sin(PI / 36.0 * (n as f64 + 0.5));
        let short = |n: usize| libm::sin(PI / 12.0 * (n as f64 + 0.5));
        // Half a long window, a flat part, half a short window, nothing.
        let start = |n: usize| match n {
            0..18 => long(n),
            18..24 => 1.0,
            24..30 => short(n - 18),
            _ => 0.0,
        };
        let window = |of: &dyn Fn(usize) -> f64| std::array::from_fn(|n| of(n) as f32);
        let cosine = |k: usize, n: usize| {
            (libm::cos(PI / 72.0 * ((2 * n + 1) * (2 * k + 1)) as f64) / 9.0) as f32
        };
        Tables {
            windows: [window(&long), window(&start), window(&|n| start(WINDOW - 1 - n))],
            cosines: std::array::from_fn(|k| std::array::from_fn(|n| cosine(k, n))),
        }
    })
}

/// The lines of a granule, subband by subband. `overlap` has the samples of the granule before, and those of this one after it.
pub(super) fn lines(
    subbands: &Subbands,
    block_type: BlockType,
    overlap: &mut [f32; GRANULE_LINES],
) -> [f32; GRANULE_LINES] {
    let window = match block_type {
        BlockType::Long => 0,
        BlockType::Start => 1,
        BlockType::Stop => 2,
        BlockType::Short => return mdct::forward(subbands, block_type, overlap),
    };
    let Tables { windows, cosines } = tables();
    let folded = fold(subbands, overlap, &windows[window]);
    let mut lines = [0.0; GRANULE_LINES];
    for (k, cosines) in cosines.iter().enumerate() {
        let mut sums = [0.0; SUBBANDS];
        for (row, cosine) in folded.iter().zip(cosines) {
            for (sum, sample) in sums.iter_mut().zip(row) {
                *sum += cosine * sample;
            }
        }
        for (line, sum) in lines[k..].iter_mut().step_by(SUBBAND_LINES).zip(sums) {
            *line = sum;
        }
    }
    lines
}

/// Windows the samples of two granules, and folds what the transform makes alike. Every other sample of every other subband is turned over, as
/// their frequencies run downwards.
fn fold(
    subbands: &Subbands,
    overlap: &mut [f32; GRANULE_LINES],
    window: &[f32; WINDOW],
) -> [[f32; SUBBANDS]; SUBBAND_LINES] {
    const HALF: usize = SUBBAND_LINES / 2;
    let mut samples = [[0.0; SUBBANDS]; WINDOW];
    let past = overlap.as_chunks_mut::<SUBBAND_LINES>().0;
    for (subband, (now, past)) in subbands.iter().zip(past).enumerate() {
        for (n, (now, past)) in now.iter().zip(past).enumerate() {
            let now = if n % 2 == 1 && subband % 2 == 1 { -now } else { *now };
            samples[n][subband] = *past * window[n];
            samples[n + SUBBAND_LINES][subband] = now * window[n + SUBBAND_LINES];
            *past = now;
        }
    }
    let mut folded = [[0.0; SUBBANDS]; SUBBAND_LINES];
    for n in 0..HALF {
        for subband in 0..SUBBANDS {
            folded[n][subband] =
                -samples[WINDOW - HALF - 1 - n][subband] - samples[WINDOW - HALF + n][subband];
            folded[n + HALF][subband] =
                samples[n][subband] - samples[SUBBAND_LINES - 1 - n][subband];
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_those_of_the_plain_transform() {
        let mut seed = 1_u32;
        let mut random = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as f32 / (1 << 23) as f32 - 1.0
        };
        let (mut overlap, mut plain_overlap) = ([0.0; GRANULE_LINES], [0.0; GRANULE_LINES]);
        use BlockType::{Long, Short, Start, Stop};
        for block_type in [Long, Long, Start, Short, Short, Stop, Long] {
            let subbands: Subbands = std::array::from_fn(|_| std::array::from_fn(|_| random()));
            let found = lines(&subbands, block_type, &mut overlap);
            let plain = mdct::forward(&subbands, block_type, &mut plain_overlap);
            let worst = found.iter().zip(plain).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(worst < 1e-5, "{block_type:?}: {worst}");
            assert_eq!(overlap, plain_overlap);
        }
    }
}
