//! A piece as samples, block by block.

use std::collections::BTreeMap;
use std::fmt;

use music::NoteSequence;
use rustysynth_ext::{Synthesizer, SynthesizerSettings};

use crate::message::{Message, Messages, NOTE_OFF, NOTE_ON, end_of};
use crate::soundfont::{Instruments, SoundFont};
use crate::{Error, Result};

/// Left and right.
pub const CHANNELS: usize = 2;

/// Frames that the synthesizer makes at a time; what it is told takes effect at the nearest of these borders, 0.7 ms away at most.
const BLOCK: usize = 64;

/// Voices that sound at a time on each port; more take the place of the quietest.
const POLYPHONY: usize = 256;

/// What ends, against the loudest before, is silence: 80 dB.
const SILENCE: f32 = 1e-4;

/// What is silence in any case.
const ABSOLUTE_SILENCE: f32 = 1e-6;

/// Seconds of silence after which nothing more is awaited.
const PATIENCE: f64 = 0.25;

/// Seconds after the last note in which sounds and reverb die away, at most.
const MAX_TAIL: f64 = 12.0;

/// Seconds that are played unheard before a place that is gone to, so that attacks are over and there is reverb.
const RUN_UP: f64 = 1.0;

/// How a piece is made into samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RenderOptions {
    /// Frames a second: 16,000 to 192,000.
    pub sample_rate: u32,
    /// Seconds up to the end of the last note, at most.
    pub max_seconds: f64,
}

impl Default for RenderOptions {
    fn default() -> Self {
        Self { sample_rate: 44_100, max_seconds: 3600.0 }
    }
}

/// Plays a piece: gives its samples, one block after the other, until the last sound has died away.
///
/// The samples are those of the synthesizer: no loudness has been set, and they may go beyond 1.
pub struct Renderer {
    messages: Messages,
    instruments: Instruments,
    sample_rate: u32,
    /// Frame after the last message.
    end: u64,
    synthesizers: Vec<Synthesizer>,
    /// Index of the next message.
    next: usize,
    /// Frames made.
    frame: u64,
    loudest: f32,
    /// Frames of silence at the end so far.
    silent: u64,
    left: [f32; BLOCK],
    right: [f32; BLOCK],
    /// Frames of the block that were given away.
    given: usize,
}

impl fmt::Debug for Renderer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let messages = self.messages.list.len();
        formatter
            .debug_struct("Renderer")
            .field("frame", &self.frame)
            .field("messages", &messages)
            .finish_non_exhaustive()
    }
}

impl Renderer {
    /// Prepares a piece.
    ///
    /// # Errors
    ///
    /// [`Error::NoNotes`], [`Error::TooLong`], [`Error::BadOption`] for a sample rate; a SoundFont that does not hold
    /// what it says.
    pub fn new(sequence: &NoteSequence, font: &SoundFont, options: &RenderOptions) -> Result<Self> {
        let seconds = end_of(sequence).ok_or(Error::NoNotes)?;
        if seconds > options.max_seconds {
            return Err(Error::TooLong { seconds, limit: options.max_seconds });
        }
        let messages = Messages::new(sequence, font, options.sample_rate);
        if messages.wanted.is_empty() {
            return Err(Error::NoPresets);
        }
        let instruments = font.instruments(&messages.wanted)?;
        let end = messages.list.last().map_or(0, |message| message.frame + 1);
        let mut renderer = Self {
            messages,
            instruments,
            sample_rate: options.sample_rate,
            end,
            synthesizers: Vec::new(),
            next: 0,
            frame: 0,
            loudest: 0.0,
            silent: 0,
            left: [0.0; BLOCK],
            right: [0.0; BLOCK],
            given: BLOCK,
        };
        renderer.rewind()?;
        Ok(renderer)
    }

    /// Goes back to the beginning; the same samples come again.
    ///
    /// # Errors
    ///
    /// [`Error::BadOption`] for a sample rate that the synthesizer does not know.
    pub fn rewind(&mut self) -> Result<()> {
        // New ones: a reset keeps where the chorus stands.
        self.synthesizers =
            (0..self.messages.ports).map(|_| self.synthesizer()).collect::<Result<_>>()?;
        (self.next, self.frame, self.silent, self.loudest, self.given) = (0, 0, 0, 0.0, BLOCK);
        for message in &self.messages.setup {
            tell(&mut self.synthesizers, message);
        }
        Ok(())
    }

    fn synthesizer(&self) -> Result<Synthesizer> {
        let mut settings =
            SynthesizerSettings::new(i32::try_from(self.sample_rate).unwrap_or(i32::MAX));
        settings.block_size = BLOCK;
        settings.maximum_polyphony = POLYPHONY;
        Synthesizer::new(&self.instruments, &settings).map_err(|_| Error::BadOption {
            option: "the sample rate",
            found: self.sample_rate.to_string(),
            expected: "16000 to 192000",
        })
    }

    /// Goes to a frame, or to the end of the last note if that comes first. What sounds from there on is what would sound if all of it
    /// had been played, but that notes that began more than a second before are struck again there.
    ///
    /// # Errors
    ///
    /// Those of [`rewind`](Self::rewind).
    pub fn seek(&mut self, frame: u64) -> Result<()> {
        self.rewind()?;
        let frame = frame.min(self.end);
        let run_up = (RUN_UP * f64::from(self.sample_rate)) as u64;
        self.chase(frame.saturating_sub(run_up) / BLOCK as u64 * BLOCK as u64);
        while self.frame < frame {
            self.make_block();
        }
        self.given = BLOCK - (self.frame - frame) as usize;
        Ok(())
    }

    /// Tells the synthesizers what they would have been told before a frame at which a block begins, without sound: of the notes those that
    /// are still held.
    fn chase(&mut self, frame: u64) {
        let mut held = BTreeMap::new();
        let before = |message: &Message| message.frame + (BLOCK as u64 / 2) < frame;
        while let Some(message) = self.messages.list.get(self.next).filter(|it| before(it)) {
            let key = (message.port, message.channel, message.data[0]);
            match message.command {
                NOTE_ON => _ = held.insert(key, *message),
                NOTE_OFF => _ = held.remove(&key),
                _ => tell(&mut self.synthesizers, message),
            }
            self.next += 1;
        }
        held.values().for_each(|message| tell(&mut self.synthesizers, message));
        self.frame = frame;
    }

    /// Frames a second.
    #[must_use]
    pub fn sample_rate(&self) -> u32 {
        self.sample_rate
    }

    /// Frames up to the last note's end; the sound that dies away after it comes on top.
    #[must_use]
    pub fn frames_of_notes(&self) -> u64 {
        self.end
    }

    /// What the SoundFont does not have.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.messages.warnings
    }

    /// Fills `samples` with frames, left and right in turn, and gives how many there are: fewer than asked for only at the end, and
    /// after it none.
    pub fn read(&mut self, samples: &mut [f32]) -> usize {
        let mut frames = 0;
        for pair in samples.as_chunks_mut::<CHANNELS>().0 {
            if self.given == BLOCK {
                if self.is_over() {
                    break;
                }
                self.make_block();
            }
            *pair = [self.left[self.given], self.right[self.given]];
            self.given += 1;
            frames += 1;
        }
        frames
    }

    fn is_over(&self) -> bool {
        let seconds = |frames: u64| frames as f64 / f64::from(self.sample_rate);
        self.frame >= self.end
            && (seconds(self.silent) >= PATIENCE || seconds(self.frame - self.end) >= MAX_TAIL)
    }

    fn make_block(&mut self) {
        let border = self.frame + BLOCK as u64 / 2;
        while let Some(message) =
            self.messages.list.get(self.next).filter(|message| message.frame < border)
        {
            tell(&mut self.synthesizers, message);
            self.next += 1;
        }
        (self.left, self.right) = ([0.0; BLOCK], [0.0; BLOCK]);
        let (mut left, mut right) = ([0.0; BLOCK], [0.0; BLOCK]);
        for synthesizer in &mut self.synthesizers {
            synthesizer.render(&mut left, &mut right);
            add(&mut self.left, &left);
            add(&mut self.right, &right);
        }
        let peak = self
            .left
            .iter()
            .chain(&self.right)
            .fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        self.loudest = self.loudest.max(peak);
        let silent = peak <= (self.loudest * SILENCE).max(ABSOLUTE_SILENCE);
        self.silent = if silent { self.silent + BLOCK as u64 } else { 0 };
        self.frame += BLOCK as u64;
        self.given = 0;
    }
}

/// Adds samples; what a damaged SoundFont made that is no number is silence.
fn add(sum: &mut [f32; BLOCK], samples: &[f32; BLOCK]) {
    for (sum, sample) in sum.iter_mut().zip(samples) {
        *sum += if sample.is_finite() { sample.clamp(-LOUDEST, LOUDEST) } else { 0.0 };
    }
}

/// Beyond any music: 60 dB above full scale.
const LOUDEST: f32 = 1000.0;

fn tell(synthesizers: &mut [Synthesizer], message: &Message) {
    if let Some(synthesizer) = synthesizers.get_mut(usize::from(message.port)) {
        let [first, second] = message.data.map(i32::from);
        synthesizer.process_midi_message(
            i32::from(message.channel),
            i32::from(message.command),
            first,
            second,
        );
    }
}

#[cfg(test)]
mod tests {
    use music::Note;

    use super::*;

    fn tune(notes: &[(u8, f64, f64)]) -> NoteSequence {
        let note = |&(pitch, start_time, end_time): &(u8, f64, f64)| Note {
            pitch,
            velocity: 90,
            start_time,
            end_time,
            ..Note::default()
        };
        NoteSequence { notes: notes.iter().map(note).collect(), ..NoteSequence::default() }
    }

    fn samples(renderer: &mut Renderer, block: usize) -> Vec<f32> {
        let (mut all, mut buffer) = (Vec::new(), vec![0.0; block * CHANNELS]);
        loop {
            let frames = renderer.read(&mut buffer);
            all.extend_from_slice(&buffer[..frames * CHANNELS]);
            if frames < block {
                return all;
            }
        }
    }

    fn renderer(sequence: &NoteSequence) -> Result<Renderer> {
        Renderer::new(sequence, &SoundFont::built_in().unwrap(), &RenderOptions::default())
    }

    #[test]
    fn the_same_samples_come_again_in_blocks_of_any_size() {
        let mut renderer = renderer(&tune(&[(60, 0.0, 0.3), (64, 0.25, 0.5)])).unwrap();
        let first = samples(&mut renderer, 1000);
        renderer.rewind().unwrap();
        assert_eq!(samples(&mut renderer, 37), first);
        assert!(first.iter().any(|sample| sample.abs() > 0.01));
    }

    #[test]
    fn a_note_sounds_when_it_should_and_dies_away() {
        let mut renderer = renderer(&tune(&[(72, 1.0, 1.5)])).unwrap();
        let samples = samples(&mut renderer, 4096);
        let first = samples.iter().position(|sample| sample.abs() > 1e-3).unwrap() / CHANNELS;
        assert!((44_000..44_700).contains(&first), "{first}");
        let seconds = samples.len() as f64 / 2.0 / 44_100.0;
        assert!((1.7..13.5).contains(&seconds), "{seconds}");
        let end = &samples[samples.len() - 2000..];
        assert!(end.iter().all(|sample| sample.abs() < 1e-4));
    }

    /// The loudest difference of two stretches of sound, against the loudest sample.
    fn difference(a: &[f32], b: &[f32]) -> f32 {
        let peak = |samples: &mut dyn Iterator<Item = f32>| {
            samples.fold(0.0_f32, |peak, sample| peak.max(sample.abs()))
        };
        peak(&mut a.iter().zip(b).map(|(a, b)| a - b)) / peak(&mut a.iter().copied())
    }

    #[test]
    fn what_is_gone_to_sounds_as_if_all_before_had_been_played() {
        let notes: Vec<(u8, f64, f64)> = (0..24)
            .map(|n| (60 + n % 12, f64::from(n) * 0.25, f64::from(n) * 0.25 + 0.2))
            .collect();
        let mut renderer = renderer(&tune(&notes)).unwrap();
        let all = samples(&mut renderer, 4096);
        for frame in [0, 63, 64, 100_001, 150_000] {
            renderer.seek(frame).unwrap();
            let rest = samples(&mut renderer, 1000);
            let expected = &all[frame as usize * CHANNELS..];
            assert!(rest.len().abs_diff(expected.len()) < 20_000, "{frame}: {}", rest.len());
            let second = 44_100 * CHANNELS;
            let difference = difference(&expected[..second], &rest[..second]);
            assert!(difference < 0.05, "{frame}: {difference}");
        }
        renderer.seek(u64::MAX).unwrap();
        assert!(samples(&mut renderer, 4096).len() < 44_100 * 13 * CHANNELS);
    }

    #[test]
    fn notes_that_are_held_sound_and_controllers_hold_where_it_goes_on() {
        let mut sequence = tune(&[(69, 0.0, 6.0), (40, 0.5, 1.0)]);
        sequence.notes.iter_mut().for_each(|note| note.program = 19);
        let rest = |sequence: &NoteSequence| {
            let mut renderer = renderer(sequence).unwrap();
            renderer.seek(4 * 44_100).unwrap();
            samples(&mut renderer, 4096).iter().fold(0.0_f32, |most, sample| most.max(sample.abs()))
        };
        assert!(rest(&sequence) > 0.01);
        let control = music::ControlChange {
            number: 7,
            value: 0,
            time: 0.25,
            program: 19,
            ..Default::default()
        };
        sequence.control_changes.push(control);
        assert!(rest(&sequence) < 1e-3);
    }

    #[test]
    fn a_pitch_is_the_pitch() {
        // A4 of a flute crosses zero upwards 440 times a second.
        let mut sequence = tune(&[(69, 0.0, 2.0)]);
        sequence.notes[0].program = 80;
        let samples = samples(&mut renderer(&sequence).unwrap(), 4096);
        let second: Vec<f32> =
            samples.chunks(2).map(|pair| pair[0]).skip(22_050).take(44_100).collect();
        let spectrum = |hertz: f32| {
            let angle = |n: usize| std::f32::consts::TAU * hertz * n as f32 / 44_100.0;
            let sum = second.iter().enumerate().fold((0.0, 0.0), |(re, im), (n, x)| {
                (re + x * angle(n).cos(), im + x * angle(n).sin())
            });
            sum.0.hypot(sum.1)
        };
        let loudest = [392.0, 415.3, 440.0, 466.2, 493.9]
            .into_iter()
            .max_by(|&a, &b| spectrum(a).total_cmp(&spectrum(b)));
        assert_eq!(loudest, Some(440.0));
    }

    #[test]
    fn a_piece_without_notes_and_one_without_end_are_errors() {
        assert!(matches!(renderer(&NoteSequence::default()), Err(Error::NoNotes)));
        let ten_hours = tune(&[(60, 35_999.0, 36_000.0)]);
        assert!(matches!(renderer(&ten_hours), Err(Error::TooLong { limit: 3600.0, .. })));
        let options = RenderOptions { sample_rate: 7, ..RenderOptions::default() };
        let font = SoundFont::built_in().unwrap();
        assert!(matches!(
            Renderer::new(&tune(&[(60, 0.0, 1.0)]), &font, &options),
            Err(Error::BadOption { .. })
        ));
    }

    #[test]
    fn ten_thousand_notes_at_once_sound_and_end() {
        let mut sequence = tune(&[]);
        for number in 0..10_000_u32 {
            let note = Note {
                pitch: (number % 128) as u8,
                velocity: 100,
                end_time: 0.2,
                instrument: number % 200,
                program: (number % 128) as u8,
                ..Note::default()
            };
            sequence.notes.push(note);
        }
        let samples = samples(&mut renderer(&sequence).unwrap(), 4096);
        assert!(samples.iter().all(|sample| sample.is_finite()));
        assert!(samples.iter().any(|sample| sample.abs() > 0.1));
    }
}
