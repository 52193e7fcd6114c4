//! How loud it is, after ITU-R BS.1770-4 and EBU R 128.

use ebur128::{EbuR128, Mode};

use crate::limiter::Peaks;
use crate::render::CHANNELS;

/// How loud something is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loudness {
    /// Integrated loudness in LUFS; minus infinity for silence.
    pub integrated: f64,
    /// True peak, between the samples, in dBTP; minus infinity for silence.
    pub true_peak: f64,
}

/// Frames after which a sample has been in the middle of what peaks are looked for in.
const LAG: usize = 12;

/// Measures loudness.
#[derive(Debug)]
pub struct Meter {
    state: Option<EbuR128>,
    peaks: Peaks,
    frames: u64,
    loudest: f32,
}

/// Seconds of music below which nothing is measured by the standard: a block of 400 ms must be full.
const SHORTEST: f64 = 0.4;

impl Meter {
    /// A meter for stereo samples of a rate.
    #[must_use]
    pub fn new(sample_rate: u32) -> Self {
        let mode = Mode::I | Mode::HISTOGRAM;
        Self {
            state: EbuR128::new(CHANNELS as u32, sample_rate, mode).ok(),
            peaks: Peaks::new(),
            frames: 0,
            loudest: 0.0,
        }
    }

    /// Hears samples, left and right in turn.
    pub fn hear(&mut self, samples: &[f32]) {
        self.frames += (samples.len() / CHANNELS) as u64;
        self.loudest =
            samples.iter().fold(self.loudest, |loudest, sample| loudest.max(sample.abs()));
        if let Some(state) = &mut self.state {
            // It fails only for a number of samples that is no multiple of the channels.
            let _ = state.add_frames_f32(samples);
        }
    }

    /// What was heard, once all of it was.
    pub fn loudness(mut self) -> Loudness {
        let Some(state) = &mut self.state else {
            return Loudness { integrated: f64::NEG_INFINITY, true_peak: f64::NEG_INFINITY };
        };
        let shortest = SHORTEST * f64::from(state.rate());
        if self.frames > 0 && (self.frames as f64) < shortest {
            let silence = vec![0.0; (shortest as usize + 1) * CHANNELS];
            let _ = state.add_frames_f32(&silence);
            self.frames += silence.len() as u64;
        }
        // The last samples have not been in the middle yet.
        let silence = [0.0; CHANNELS];
        for _ in 0..LAG {
            self.loudest = self.loudest.max(self.peaks.hear(silence, self.loudest));
        }
        Loudness {
            integrated: state.loudness_global().unwrap_or(f64::NEG_INFINITY),
            true_peak: 20.0 * f64::from(self.loudest).log10(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(seconds: f64, amplitude: f64) -> Vec<f32> {
        let frames = (seconds * 48_000.0) as usize;
        let sample = |n: usize| {
            (amplitude * (std::f64::consts::TAU * 997.0 * n as f64 / 48_000.0).sin()) as f32
        };
        (0..frames).flat_map(|n| [sample(n), sample(n)]).collect()
    }

    fn measure(samples: &[f32]) -> Loudness {
        let mut meter = Meter::new(48_000);
        meter.hear(samples);
        meter.loudness()
    }

    #[test]
    fn a_sine_has_the_loudness_of_the_standard() {
        // BS.1770: a stereo sine of 997 Hz at 0 dBFS has 0 LUFS (-3.01 on one channel).
        let loudness = measure(&sine(3.0, 0.1));
        assert!((loudness.integrated + 20.0).abs() < 0.1, "{loudness:?}");
        assert!((loudness.true_peak + 20.0).abs() < 0.1, "{loudness:?}");
    }

    #[test]
    fn true_peaks_are_those_of_the_standard() {
        // A tone between whose samples there are peaks, and bursts of it: against the filter of the standard.
        let sample = |n: usize| {
            (0.8 * (n as f64 * 1.55 + 0.7).sin() * (1.0 + (n as f64 / 900.0).sin()) / 2.0) as f32
        };
        let samples: Vec<f32> =
            (0..48_000).flat_map(|n| [sample(n), -0.5 * sample(n + 3)]).collect();
        let mut standard = EbuR128::new(2, 48_000, Mode::TRUE_PEAK).unwrap();
        standard.add_frames_f32(&samples).unwrap();
        let expected = 20.0 * standard.true_peak(0).unwrap().log10();
        let found = measure(&samples).true_peak;
        assert!((found - expected).abs() < 0.15, "{found} {expected}");
    }

    #[test]
    fn silence_and_nothing_have_none_and_a_short_sound_has_some() {
        assert_eq!(measure(&[0.0; 96_000]).integrated, f64::NEG_INFINITY);
        assert_eq!(measure(&[]).true_peak, f64::NEG_INFINITY);
        assert!(measure(&sine(0.1, 0.5)).integrated > -30.0);
    }
}
