//! A piece at its loudness, as it is played: without hearing all of it first.

use std::fmt;

use crate::Result;
use crate::limiter::Limiter;
use crate::loudness::Meter;
use crate::master::{Level, TRUE_PEAK_CEILING, Watch, factor, go_on};
use crate::render::{CHANNELS, Renderer};

/// Frames at a time.
const BLOCK: usize = 1024;

/// Seconds of a place that is listened to, and how many places there are: pieces that are shorter than all of them are heard whole.
const EXCERPT: f64 = 3.0;
const EXCERPTS: u32 = 8;

/// The samples of a piece, brought to a loudness; peaks are limited to [`TRUE_PEAK_CEILING`].
///
/// Of a long piece the loudness is that of eight places of three seconds, so that it begins soon however long it is.
pub struct Stream {
    renderer: Renderer,
    /// In dB.
    gain: f64,
    limiter: Limiter,
    block: Vec<f32>,
    is_over: bool,
}

impl fmt::Debug for Stream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Stream").field("gain", &self.gain).finish_non_exhaustive()
    }
}

impl Stream {
    /// Listens to the piece and finds the gain. `watch` is told of each block how many frames it has, and says whether to go on.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Cancelled`]; [`crate::Error::BadOption`] for a level that is no number.
    pub fn new(mut renderer: Renderer, level: &Level, watch: Watch<'_>) -> Result<Self> {
        level.check()?;
        let gain = match level.loudness {
            Some(_) => level.gain_for(listen(&mut renderer, watch)?),
            None => level.gain,
        };
        renderer.rewind()?;
        let limiter = limiter(&renderer);
        Ok(Self { renderer, gain, limiter, block: vec![0.0; BLOCK * CHANNELS], is_over: false })
    }

    /// Goes to a frame: see [`Renderer::seek`].
    ///
    /// # Errors
    ///
    /// Those of [`Renderer::seek`].
    pub fn seek(&mut self, frame: u64) -> Result<()> {
        self.renderer.seek(frame)?;
        (self.limiter, self.is_over) = (limiter(&self.renderer), false);
        Ok(())
    }

    /// Puts the next samples, left and right in turn, in place of those in `samples`; false after the last.
    pub fn read(&mut self, samples: &mut Vec<f32>) -> bool {
        samples.clear();
        while samples.is_empty() && !self.is_over {
            let frames = self.renderer.read(&mut self.block);
            let block = &mut self.block[..frames * CHANNELS];
            let gain = factor(self.gain);
            block.iter_mut().for_each(|sample| *sample *= gain);
            self.limiter.process(block, samples);
            if frames < BLOCK {
                self.is_over = true;
                self.limiter.finish(samples);
            }
        }
        !samples.is_empty()
    }

    /// Gain in dB, before peaks are limited.
    #[must_use]
    pub fn gain(&self) -> f64 {
        self.gain
    }

    /// Frames a second.
    #[must_use]
    pub fn sample_rate(&self) -> u32 {
        self.renderer.sample_rate()
    }

    /// Frames up to the last note's end; the sound that dies away after it comes on top.
    #[must_use]
    pub fn frames_of_notes(&self) -> u64 {
        self.renderer.frames_of_notes()
    }
}

fn limiter(renderer: &Renderer) -> Limiter {
    Limiter::new(factor(TRUE_PEAK_CEILING), renderer.sample_rate())
}

/// The integrated loudness in LUFS of a piece, or of a few places of it.
fn listen(renderer: &mut Renderer, watch: Watch<'_>) -> Result<f64> {
    let mut meter = Meter::new(renderer.sample_rate());
    let excerpt = (EXCERPT * f64::from(renderer.sample_rate())) as u64;
    let end = renderer.frames_of_notes();
    if end <= excerpt * u64::from(EXCERPTS) {
        hear(renderer, u64::MAX, &mut meter, watch)?;
        return Ok(meter.loudness().integrated);
    }
    for number in 0..u64::from(EXCERPTS) {
        // The places are in the middles of as many parts of equal length.
        let middle = end / u64::from(2 * EXCERPTS) * (2 * number + 1);
        renderer.seek(middle.saturating_sub(excerpt / 2))?;
        hear(renderer, excerpt, &mut meter, watch)?;
    }
    Ok(meter.loudness().integrated)
}

/// Hears so many frames, or all that there are.
fn hear(renderer: &mut Renderer, frames: u64, meter: &mut Meter, watch: Watch<'_>) -> Result<()> {
    let mut block = [0.0; BLOCK * CHANNELS];
    let mut heard = 0;
    while heard < frames {
        let count = renderer.read(&mut block);
        let samples = &block[..count * CHANNELS];
        meter.hear(samples);
        go_on(watch, samples)?;
        heard += count as u64;
        if count < BLOCK {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use music::{Note, NoteSequence};

    use super::*;
    use crate::{Error, Master, RenderOptions, SoundFont};

    fn renderer(notes: u32, velocity: u8) -> Renderer {
        let note = |n: u32| Note {
            pitch: 60 + (n % 12) as u8,
            velocity,
            start_time: f64::from(n) * 0.25,
            end_time: f64::from(n) * 0.25 + 0.25,
            ..Note::default()
        };
        let sequence =
            NoteSequence { notes: (0..notes).map(note).collect(), ..NoteSequence::default() };
        Renderer::new(
            &sequence,
            &SoundFont::built_in().unwrap(),
            &RenderOptions { max_seconds: 1e6, ..RenderOptions::default() },
        )
        .unwrap()
    }

    fn stream(renderer: Renderer) -> (Stream, u64) {
        let mut listened = 0;
        let stream = Stream::new(renderer, &Level::default(), &mut |frames| {
            listened += frames;
            ControlFlow::Continue(())
        });
        (stream.unwrap(), listened)
    }

    fn samples(stream: &mut Stream) -> Vec<f32> {
        let (mut all, mut block) = (Vec::new(), Vec::new());
        while stream.read(&mut block) {
            all.extend_from_slice(&block);
        }
        all
    }

    #[test]
    fn a_short_piece_is_as_loud_as_its_file_would_be() {
        let (mut stream, _) = stream(renderer(16, 30));
        let master =
            Master::new(renderer(16, 30), &Level::default(), &mut |_| ControlFlow::Continue(()));
        let mut master = master.unwrap();
        assert!((stream.gain() - master.gain()).abs() < 1e-9 && !master.is_limited());
        let (mut expected, mut block) = (Vec::new(), Vec::new());
        while master.read(&mut block) {
            expected.extend_from_slice(&block);
        }
        assert!(samples(&mut stream) == expected);
        stream.seek(0).unwrap();
        assert!(samples(&mut stream) == expected);
    }

    #[test]
    fn peaks_stay_below_the_ceiling() {
        let loud = Level { gain: 12.0, ..Level::default() };
        let stream = Stream::new(renderer(8, 127), &loud, &mut |_| ControlFlow::Continue(()));
        let peak =
            samples(&mut stream.unwrap()).iter().fold(0.0_f32, |most, it| most.max(it.abs()));
        assert!((0.7..0.9).contains(&peak), "{peak}");
    }

    #[test]
    fn of_ten_hours_a_few_places_are_heard() {
        let (mut long, listened) = stream(renderer(144_000, 80));
        assert!(listened < 25 * 44_100, "{listened}");
        let (short, _) = stream(renderer(64, 80));
        assert!((long.gain() - short.gain()).abs() < 1.0, "{} {}", long.gain(), short.gain());
        let hours = 35_000 * 44_100;
        long.seek(hours).unwrap();
        let mut block = Vec::new();
        assert!(long.read(&mut block) && block.iter().any(|sample| sample.abs() > 1e-3));
    }

    #[test]
    fn whoever_watches_can_stop_it() {
        let stopped =
            Stream::new(renderer(16, 80), &Level::default(), &mut |_| ControlFlow::Break(()));
        assert!(matches!(stopped, Err(Error::Cancelled)));
    }
}
