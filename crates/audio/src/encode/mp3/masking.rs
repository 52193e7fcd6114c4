//! How much noise is not heard beside music.
//!
//! Energy in one band hides noise in its neighbours, more towards high frequencies (Schroeder, Atal and Hall, "Optimizing digital speech
//! coders by exploiting masking properties of the human ear", 1979); what is below the threshold of hearing (Terhardt, "Calculating virtual pitch",
//! 1979) is not heard at all.

use rusty_mp3::frame::GRANULE_LINES;

/// Runs of lines with a scale factor of their own, at most: 13 bands of three windows.
pub(super) const MAX_RUNS: usize = 39;

/// A value for each run.
pub(super) type Runs = [f32; MAX_RUNS];

/// Share of its energy that a band hides: 23 dB below it, stricter than ears are, as there are bits to spare.
const HIDDEN: f32 = 0.005;

/// Sound pressure level of a sine at full scale, in dB: louder than anybody listens, for the same reason.
const FULL_SCALE: f32 = 120.0;

/// What bands hide in each other.
pub(super) struct Masking {
    /// How much of the energy of each band counts in a band, band by band.
    spread: Vec<f32>,
    /// Energy that is not heard in silence.
    quiet: Vec<f32>,
}

impl Masking {
    /// For bands of lines, `lines` of which go up to half of the sample rate.
    pub(super) fn new(bands: &[u16], lines: usize, sample_rate: u32) -> Self {
        let starts: Vec<usize> = bands.iter().map(|&start| usize::from(start).min(lines)).collect();
        let hertz = |line: f32| line * sample_rate as f32 / (2.0 * lines as f32);
        let middles: Vec<f32> =
            starts.windows(2).map(|band| hertz((band[0] + band[1]) as f32 / 2.0)).collect();
        let spread = middles.iter().flat_map(|&heard| {
            middles.iter().map(move |&hiding| spreading(bark(heard) - bark(hiding)))
        });
        let spread = spread.map(|decibels| ratio(decibels) * HIDDEN).collect();
        let quiet =
            middles.iter().map(|&middle| ratio(threshold_in_quiet(middle) - FULL_SCALE)).collect();
        Self { spread, quiet }
    }

    pub(super) fn bands(&self) -> usize {
        self.quiet.len()
    }

    /// The energy of noise that each band hides.
    pub(super) fn thresholds(&self, energies: &[f32], thresholds: &mut [f32]) {
        let rows = self.spread.chunks_exact(self.bands()).zip(&self.quiet);
        for (threshold, (row, &quiet)) in thresholds.iter_mut().zip(rows) {
            let hidden: f32 = row.iter().zip(energies).map(|(share, energy)| share * energy).sum();
            *threshold = hidden.max(quiet);
        }
    }
}

/// Energies of the bands of a spectrum with long windows. A line of a cosine transform alone swings with the phase; its neighbours tell
/// about the sine part (Daudet and Sandler, "MDCT analysis of sinusoids", 2004).
pub(super) fn energies(lines: &[f32; GRANULE_LINES], starts: &[usize], energies: &mut [f32]) {
    let mut squares = [0.0; GRANULE_LINES];
    for (square, window) in squares[1..].iter_mut().zip(lines.windows(3)) {
        let slope = window[2] - window[0];
        *square = 0.5 * (window[1] * window[1] + slope * slope);
    }
    squares[0] = lines[0] * lines[0];
    squares[GRANULE_LINES - 1] = lines[GRANULE_LINES - 1] * lines[GRANULE_LINES - 1];
    for (energy, band) in energies.iter_mut().zip(starts.windows(2)) {
        *energy = sum(&squares[band[0]..band[1]]);
    }
}

/// Energies of runs of lines as they are.
pub(super) fn plain_energies(lines: &[f32; GRANULE_LINES], starts: &[usize], energies: &mut [f32]) {
    let squares = lines.map(|line| line * line);
    for (energy, run) in energies.iter_mut().zip(starts.windows(2)) {
        *energy = sum(&squares[run[0]..run[1]]);
    }
}

/// A sum in four lanes, so that the processor need not wait for each addition.
pub(super) fn sum(values: &[f32]) -> f32 {
    let (chunks, rest) = values.as_chunks::<4>();
    let mut lanes = [0.0; 4];
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane += value;
        }
    }
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]) + rest.iter().sum::<f32>()
}

/// Critical bands below a frequency (Zwicker and Terhardt, 1980).
fn bark(hertz: f32) -> f32 {
    let high = hertz / 7500.0;
    13.0 * libm::atanf(0.000_76 * hertz) + 3.5 * libm::atanf(high * high)
}

/// What is heard of a tone so many critical bands below, in dB.
fn spreading(bark: f32) -> f32 {
    let x = bark + 0.474;
    15.81 + 7.5 * x - 17.5 * (1.0 + x * x).sqrt()
}

/// The least sound pressure level that is heard, in dB.
fn threshold_in_quiet(hertz: f32) -> f32 {
    let kilohertz = (hertz / 1000.0).max(0.02);
    let dip = kilohertz - 3.3;
    3.64 * libm::powf(kilohertz, -0.8) - 6.5 * libm::expf(-0.6 * dip * dip)
        + 1e-3 * libm::powf(kilohertz, 4.0)
}

/// Decibels as a ratio of energies.
fn ratio(decibels: f32) -> f32 {
    libm::powf(10.0, decibels / 10.0)
}
