//! Keeps peaks below a ceiling without anybody hearing how.
//!
//! A limiter that looks ahead: the gain is lowered so slowly before a peak, and raised so slowly after it, that it is no distortion. Peaks
//! are looked for between samples, too, on four times as many points, as BS.1770 does.

use std::collections::VecDeque;

use crate::render::CHANNELS;

/// Seconds to lower the gain before a peak.
const ATTACK: f64 = 0.005;

/// Seconds in which the gain comes back by 1 - 1/e.
const RELEASE: f64 = 0.08;

/// Points between samples.
const PHASES: usize = 4;

/// Samples on which a point between two of them depends.
const TAPS: usize = 12;

/// Finds peaks, also those between samples.
#[derive(Debug)]
pub(crate) struct Peaks {
    taps: [[f32; TAPS]; PHASES],
    /// The last samples of each channel, the oldest first.
    past: [[f32; TAPS]; CHANNELS],
}

impl Peaks {
    pub(crate) fn new() -> Self {
        Self { taps: interpolator(), past: [[0.0; TAPS]; CHANNELS] }
    }

    /// Takes a frame, and gives the highest point around the middle of the last ones; points between samples are looked for only where they
    /// may be above `floor`.
    pub(crate) fn hear(&mut self, frame: [f32; CHANNELS], floor: f32) -> f32 {
        let mut peak = 0.0_f32;
        for (past, sample) in self.past.iter_mut().zip(frame) {
            past.copy_within(1.., 0);
            past[TAPS - 1] = sample;
            peak = peak.max(past[TAPS / 2 - 1].abs());
            // Between samples it is hardly ever twice as high.
            if past.iter().fold(0.0_f32, |most, sample| most.max(sample.abs())) * 2.0 < floor {
                continue;
            }
            for taps in &self.taps[1..] {
                let point: f32 = taps.iter().zip(&*past).map(|(tap, sample)| tap * sample).sum();
                peak = peak.max(point.abs());
            }
        }
        peak
    }
}

/// A limiter for stereo samples.
#[derive(Debug)]
pub(crate) struct Limiter {
    ceiling: f32,
    /// Frames of attack.
    window: usize,
    release: f32,
    peaks: Peaks,
    /// Frames that wait for their gain.
    delay: VecDeque<[f32; CHANNELS]>,
    /// Gains that are needed within the window, each with its frame; rising, so that the first is the least.
    least: VecDeque<(u64, f32)>,
    /// The least gains of the last window, and their sum, for a ramp.
    ramp: VecDeque<f32>,
    sum: f64,
    /// The gain with its release.
    gain: f32,
    frame: u64,
}

impl Limiter {
    /// A limiter at a ceiling in full scale.
    pub(crate) fn new(ceiling: f32, sample_rate: u32) -> Self {
        let window = ((ATTACK * f64::from(sample_rate)) as usize).max(TAPS);
        Self {
            ceiling,
            window,
            release: (1.0 - (-1.0 / (RELEASE * f64::from(sample_rate))).exp()) as f32,
            peaks: Peaks::new(),
            delay: VecDeque::with_capacity(2 * window + TAPS),
            least: VecDeque::new(),
            ramp: std::iter::repeat_n(1.0, window).collect(),
            sum: window as f64,
            gain: 1.0,
            frame: 0,
        }
    }

    /// Takes a frame and gives the one that is due, if any.
    fn step(&mut self, frame: [f32; CHANNELS]) -> Option<[f32; CHANNELS]> {
        let peak = self.peaks.hear(frame, self.ceiling);
        let needed = if peak > self.ceiling { self.ceiling / peak } else { 1.0 };
        while self.least.back().is_some_and(|(_, gain)| *gain >= needed) {
            self.least.pop_back();
        }
        self.least.push_back((self.frame, needed));
        let oldest = self.frame.saturating_sub(self.window as u64);
        while self.least.front().is_some_and(|(frame, _)| *frame < oldest) {
            self.least.pop_front();
        }
        let least = self.least.front().map_or(1.0, |(_, gain)| *gain);
        self.gain = least.min(self.gain + self.release * (1.0 - self.gain));
        // The mean of a window of gains is a ramp that is down when the peak comes.
        self.ramp.push_back(self.gain);
        self.sum += f64::from(self.gain) - f64::from(self.ramp.pop_front().unwrap_or(1.0));
        let gain = (self.sum / self.window as f64).min(1.0) as f32;
        self.frame += 1;
        self.delay.push_back(frame);
        // A peak is seen half of the taps late, and its gain holds for a window: that long the ramp takes to come down.
        let due = self.delay.len() > self.window + TAPS / 2;
        due.then(|| self.delay.pop_front()).flatten().map(|frame| frame.map(|sample| sample * gain))
    }

    /// Takes samples, left and right in turn, and appends those that are due.
    pub(crate) fn process(&mut self, samples: &[f32], out: &mut Vec<f32>) {
        for frame in samples.as_chunks::<CHANNELS>().0 {
            out.extend(self.step(*frame).into_iter().flatten());
        }
    }

    /// Appends those that still wait.
    pub(crate) fn finish(&mut self, out: &mut Vec<f32>) {
        let mut waiting = self.delay.len();
        while waiting > 0 {
            // Silence pushes them out, one for one as soon as the delay is full.
            if let Some(frame) = self.step([0.0; CHANNELS]) {
                out.extend(frame);
                waiting -= 1;
            }
        }
    }
}

/// The filter that gives points between samples: a sinc in a Hann window, for each of the four phases.
fn interpolator() -> [[f32; TAPS]; PHASES] {
    let mut taps = [[0.0; TAPS]; PHASES];
    for (phase, taps) in taps.iter_mut().enumerate() {
        for (n, tap) in taps.iter_mut().enumerate() {
            let x = n as f64 - (TAPS as f64 / 2.0 - 1.0) - phase as f64 / PHASES as f64;
            let sinc = if x == 0.0 {
                1.0
            } else {
                (std::f64::consts::PI * x).sin() / (std::f64::consts::PI * x)
            };
            let window = 0.5 + 0.5 * (std::f64::consts::PI * x / (TAPS as f64 / 2.0)).cos();
            *tap = if x.abs() < TAPS as f64 / 2.0 { (sinc * window) as f32 } else { 0.0 };
        }
    }
    taps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(samples: &[f32]) -> Vec<f32> {
        let mut limiter = Limiter::new(0.5, 44_100);
        let mut out = Vec::new();
        samples.chunks(998).for_each(|chunk| limiter.process(chunk, &mut out));
        limiter.finish(&mut out);
        out
    }

    fn sine(amplitude: f32, hertz: f32, frames: usize) -> Vec<f32> {
        let sample =
            |n: usize| amplitude * (std::f32::consts::TAU * hertz * n as f32 / 44_100.0).sin();
        (0..frames).flat_map(|n| [sample(n), -sample(n)]).collect()
    }

    #[test]
    fn what_is_below_the_ceiling_is_not_touched() {
        let samples = sine(0.4, 440.0, 10_000);
        assert!(limit(&samples) == samples);
    }

    #[test]
    fn no_peak_goes_above_the_ceiling_and_no_frame_is_lost() {
        let mut samples = sine(0.3, 440.0, 998);
        samples.extend(sine(3.0, 997.0, 4000));
        samples.extend([9.0, 0.0, 0.0, -9.0]);
        samples.extend(sine(0.3, 440.0, 998));
        let out = limit(&samples);
        assert_eq!(out.len(), samples.len());
        let peak = out.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        assert!((0.4..=0.51).contains(&peak), "{peak}");
    }

    #[test]
    fn a_peak_between_samples_is_seen() {
        // A sine at a quarter of the rate, with samples halfway between its zeros and its peaks: these are 1.41 times as high.
        let samples: Vec<f32> =
            (0..2000).flat_map(|n| [[0.45, 0.45, -0.45, -0.45][n % 4]; 2]).collect();
        let out = limit(&samples);
        let later = &out[1000..3000];
        let peak = later.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        assert!((0.33..0.37).contains(&peak), "{peak}");
    }
}
