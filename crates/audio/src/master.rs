//! Brings a piece to a loudness, with no peak above the ceiling.

use std::ops::ControlFlow;

use crate::limiter::Limiter;
use crate::loudness::{Loudness, Meter};
use crate::render::{CHANNELS, Renderer};
use crate::{Error, Result};

/// Loudness that pieces are brought to: what music services and podcasts agree on, in LUFS.
pub const TARGET_LUFS: f64 = -16.0;

/// No true peak is higher, in dBTP: what is left is for encoders that lose something.
pub const TRUE_PEAK_CEILING: f64 = -1.0;

/// How loud a piece is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// Integrated loudness in LUFS; none to leave it as it is.
    pub loudness: Option<f64>,
    /// Gain on top of that, in dB.
    pub gain: f64,
}

impl Default for Level {
    fn default() -> Self {
        Self { loudness: Some(TARGET_LUFS), gain: 0.0 }
    }
}

impl Level {
    /// Refuses what is no number.
    pub(crate) fn check(&self) -> Result<()> {
        for (option, value) in
            [("the loudness", self.loudness.unwrap_or(0.0)), ("the gain", self.gain)]
        {
            if !value.is_finite() {
                return Err(Error::BadOption {
                    option,
                    found: value.to_string(),
                    expected: "a number",
                });
            }
        }
        Ok(())
    }

    /// The gain in dB for what was heard at `integrated` LUFS; minus infinity is silence.
    pub(crate) fn gain_for(&self, integrated: f64) -> f64 {
        let wanted = self.loudness.filter(|_| integrated.is_finite());
        let gain = wanted.map_or(0.0, |loudness| loudness - integrated) + self.gain;
        gain.clamp(-MAX_GAIN, MAX_GAIN)
    }
}

/// Seconds that are kept in memory; longer pieces are played again for each pass.
const IN_MEMORY: f64 = 300.0;

/// A loudness that is as good as the one wanted, in LU.
const CLOSE_ENOUGH: f64 = 0.1;

/// Passes through the limiter to come close.
const MAX_PASSES: usize = 3;

/// Gain in dB, at most: what is quieter is noise.
const MAX_GAIN: f64 = 60.0;

/// Frames at a time.
const BLOCK: usize = 4096;

/// A piece at its loudness, from the first frame to the last.
#[derive(Debug)]
pub struct Master {
    source: Source,
    sample_rate: u32,
    frames: u64,
    /// Before the limiter.
    gain: f64,
    is_limited: bool,
    /// After it, for what it let through.
    trim: f64,
    limiter: Option<Limiter>,
    is_over: bool,
    block: Vec<f32>,
    loudness: Loudness,
}

/// The samples of the synthesizer.
#[derive(Debug)]
enum Source {
    Memory { samples: Vec<f32>, at: usize },
    Renderer(Box<Renderer>),
}

impl Source {
    fn rewind(&mut self) -> Result<()> {
        match self {
            Source::Memory { at, .. } => *at = 0,
            Source::Renderer(renderer) => renderer.rewind()?,
        }
        Ok(())
    }

    fn read(&mut self, out: &mut [f32]) -> usize {
        match self {
            Source::Memory { samples, at } => {
                let rest = &samples[*at..];
                let length = rest.len().min(out.len());
                out[..length].copy_from_slice(&rest[..length]);
                *at += length;
                length / CHANNELS
            }
            Source::Renderer(renderer) => renderer.read(out),
        }
    }
}

/// Is told how many frames were worked on, and says whether to go on.
pub(crate) type Watch<'a> = &'a mut dyn FnMut(u64) -> ControlFlow<()>;

impl Master {
    /// Plays a piece to hear how loud it is, and finds the gain. `watch` is told of each block how many frames it has, and says
    /// whether to go on; how many frames there will be in all passes is not known before.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`]; [`Error::BadOption`] for a level that is no number.
    pub fn new(renderer: Renderer, level: &Level, watch: Watch<'_>) -> Result<Self> {
        level.check()?;
        let sample_rate = renderer.sample_rate();
        let (source, frames, heard) = listen(renderer, watch)?;
        let wanted = level.loudness.filter(|_| heard.integrated.is_finite());
        let gain = level.gain_for(heard.integrated);
        let mut master = Self {
            source,
            sample_rate,
            frames,
            gain,
            is_limited: heard.true_peak + gain > TRUE_PEAK_CEILING,
            trim: 0.0,
            limiter: None,
            is_over: false,
            block: vec![0.0; BLOCK * CHANNELS],
            loudness: Loudness {
                integrated: heard.integrated + gain,
                true_peak: heard.true_peak + gain,
            },
        };
        if master.is_limited {
            master.find_gain(wanted.map(|loudness| loudness + level.gain), watch)?;
        }
        master.rewind()?;
        Ok(master)
    }

    /// Limiting costs some loudness: a few passes give back what it took.
    fn find_gain(&mut self, wanted: Option<f64>, watch: Watch<'_>) -> Result<()> {
        for pass in 1.. {
            let heard = self.listen(watch)?;
            let missing = wanted.map_or(0.0, |wanted| wanted - heard.integrated);
            let closer = (self.gain + missing).clamp(-MAX_GAIN, MAX_GAIN);
            if missing.abs() <= CLOSE_ENOUGH || pass == MAX_PASSES || closer == self.gain {
                self.trim = (TRUE_PEAK_CEILING - heard.true_peak).min(0.0);
                self.loudness = Loudness {
                    integrated: heard.integrated + self.trim,
                    true_peak: heard.true_peak + self.trim,
                };
                break;
            }
            self.gain = closer;
        }
        Ok(())
    }

    fn listen(&mut self, watch: Watch<'_>) -> Result<Loudness> {
        self.rewind()?;
        let (mut meter, mut samples) = (Meter::new(self.sample_rate), Vec::new());
        while self.read(&mut samples) {
            meter.hear(&samples);
            go_on(watch, &samples)?;
        }
        Ok(meter.loudness())
    }

    /// Goes back to the beginning; the same samples come again.
    ///
    /// # Errors
    ///
    /// Those of [`Renderer::rewind`].
    pub fn rewind(&mut self) -> Result<()> {
        let ceiling = 10_f64.powf(TRUE_PEAK_CEILING / 20.0) as f32;
        self.limiter = self.is_limited.then(|| Limiter::new(ceiling, self.sample_rate));
        self.is_over = false;
        self.source.rewind()
    }

    /// Puts the next samples, left and right in turn, in place of those in `samples`; false after the last.
    pub fn read(&mut self, samples: &mut Vec<f32>) -> bool {
        samples.clear();
        while samples.is_empty() && !self.is_over {
            let frames = self.source.read(&mut self.block);
            self.is_over = frames < BLOCK;
            let block = &mut self.block[..frames * CHANNELS];
            let gain = factor(self.gain);
            block.iter_mut().for_each(|sample| *sample *= gain);
            match &mut self.limiter {
                None => samples.extend_from_slice(block),
                Some(limiter) => {
                    limiter.process(block, samples);
                    if self.is_over {
                        limiter.finish(samples);
                    }
                    let trim = factor(self.trim);
                    samples.iter_mut().for_each(|sample| *sample *= trim);
                }
            }
        }
        !samples.is_empty()
    }

    /// Frames in all.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// How loud it is now.
    #[must_use]
    pub fn loudness(&self) -> Loudness {
        self.loudness
    }

    /// Gain that it was given, in dB, before peaks were limited.
    #[must_use]
    pub fn gain(&self) -> f64 {
        self.gain
    }

    /// Whether peaks were limited.
    #[must_use]
    pub fn is_limited(&self) -> bool {
        self.is_limited
    }
}

/// Plays all of a piece, and keeps its samples if they are not too many.
fn listen(mut renderer: Renderer, watch: Watch<'_>) -> Result<(Source, u64, Loudness)> {
    let sample_rate = renderer.sample_rate();
    let limit = (IN_MEMORY * f64::from(sample_rate)) as usize * CHANNELS;
    let mut meter = Meter::new(sample_rate);
    let mut kept = Some(Vec::new());
    let mut block = vec![0.0; BLOCK * CHANNELS];
    let mut frames = 0;
    loop {
        let count = renderer.read(&mut block);
        let samples = &block[..count * CHANNELS];
        meter.hear(samples);
        frames += count as u64;
        if kept.as_ref().is_some_and(|kept| kept.len() + samples.len() > limit) {
            kept = None;
        }
        if let Some(kept) = &mut kept {
            kept.extend_from_slice(samples);
        }
        go_on(watch, samples)?;
        if count < BLOCK {
            break;
        }
    }
    let source = match kept {
        Some(samples) => Source::Memory { samples, at: 0 },
        None => Source::Renderer(Box::new(renderer)),
    };
    Ok((source, frames, meter.loudness()))
}

pub(crate) fn go_on(watch: Watch<'_>, samples: &[f32]) -> Result<()> {
    match watch((samples.len() / CHANNELS) as u64) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(Error::Cancelled),
    }
}

/// Decibels as a factor.
pub(crate) fn factor(decibels: f64) -> f32 {
    10_f64.powf(decibels / 20.0) as f32
}

#[cfg(test)]
mod tests {
    use music::{Note, NoteSequence};

    use super::*;
    use crate::{RenderOptions, SoundFont};

    fn tune(program: u8, velocity: u8) -> NoteSequence {
        let note = |n: u8| Note {
            pitch: 60 + n % 12,
            velocity,
            program,
            start_time: f64::from(n) * 0.25,
            end_time: f64::from(n) * 0.25 + 0.25,
            ..Note::default()
        };
        NoteSequence { notes: (0..16).map(note).collect(), ..NoteSequence::default() }
    }

    fn master(sequence: &NoteSequence, level: &Level) -> Master {
        let renderer =
            Renderer::new(sequence, &SoundFont::built_in().unwrap(), &RenderOptions::default())
                .unwrap();
        Master::new(renderer, level, &mut |_| ControlFlow::Continue(())).unwrap()
    }

    fn hear(master: &mut Master) -> (u64, Loudness) {
        let (mut meter, mut samples, mut frames) = (Meter::new(44_100), Vec::new(), 0);
        while master.read(&mut samples) {
            meter.hear(&samples);
            frames += (samples.len() / CHANNELS) as u64;
        }
        (frames, meter.loudness())
    }

    #[test]
    fn loud_and_quiet_pieces_come_out_alike_and_without_peaks() {
        for (program, velocity) in [(0, 100), (0, 20), (30, 127), (116, 120), (73, 60)] {
            let mut master = master(&tune(program, velocity), &Level::default());
            let (frames, loudness) = hear(&mut master);
            assert_eq!(frames, master.frames());
            assert!((loudness.integrated - TARGET_LUFS).abs() < 0.6, "{program}: {loudness:?}");
            assert!(loudness.true_peak < TRUE_PEAK_CEILING + 0.05, "{program}: {loudness:?}");
            assert!((loudness.integrated - master.loudness().integrated).abs() < 0.05, "{program}");
        }
    }

    #[test]
    fn without_a_target_only_the_gain_counts() {
        let plain = master(&tune(73, 40), &Level { loudness: None, gain: 0.0 }).loudness();
        let quieter = master(&tune(73, 40), &Level { loudness: None, gain: -6.0 }).loudness();
        assert!((plain.integrated - quieter.integrated - 6.0).abs() < 0.01);
    }

    #[test]
    fn the_same_samples_come_again() {
        let mut master = master(&tune(30, 127), &Level::default());
        let first = hear(&mut master);
        master.rewind().unwrap();
        assert_eq!(hear(&mut master), first);
    }

    #[test]
    fn whoever_watches_can_stop_it() {
        let sequence = tune(0, 80);
        let renderer =
            Renderer::new(&sequence, &SoundFont::built_in().unwrap(), &RenderOptions::default())
                .unwrap();
        let stopped = Master::new(renderer, &Level::default(), &mut |_| ControlFlow::Break(()));
        assert!(matches!(stopped, Err(Error::Cancelled)));
    }
}
