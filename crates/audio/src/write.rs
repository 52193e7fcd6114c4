//! A piece as a file of audio, from notes to the last byte.

use std::ops::ControlFlow;

use music::NoteSequence;

use crate::encode::{self, AudioFormat, Settings, Sink};
use crate::loudness::Loudness;
use crate::master::{Level, Master, go_on};
use crate::render::{RenderOptions, Renderer};
use crate::soundfont::SoundFont;
use crate::{Result, Tags};

/// How a piece becomes a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AudioOptions {
    /// How it is played.
    pub render: RenderOptions,
    /// How loud it is made.
    pub level: Level,
    /// The format.
    pub format: AudioFormat,
    /// Kilobits a second for MP3 and Ogg Vorbis; none for what is usual.
    pub bitrate: Option<u32>,
}

impl Default for AudioOptions {
    fn default() -> Self {
        let (render, level) = (RenderOptions::default(), Level::default());
        Self { render, level, format: AudioFormat::Mp3, bitrate: None }
    }
}

/// What a file of audio holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Audio {
    /// Its length.
    pub seconds: f64,
    /// How loud it is, before an encoder that loses something.
    pub loudness: Loudness,
    /// Gain that the synthesizer's samples were given, in dB.
    pub gain: f64,
    /// Whether peaks were limited on top of that.
    pub is_limited: bool,
    /// What the SoundFont does not have.
    pub warnings: Vec<String>,
}

/// Plays a piece and writes a file of it to `sink`. `watch` is told frames that were worked on, of about twice as many as the piece has and more
/// where peaks are limited, and says whether to go on.
///
/// # Errors
///
/// Those of [`Renderer::new`], [`Master::new`] and [`encode::encoder`]; [`crate::Error::Cancelled`].
pub fn write(
    sequence: &NoteSequence,
    font: &SoundFont,
    options: &AudioOptions,
    tags: &Tags,
    sink: &mut dyn Sink,
    watch: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<Audio> {
    let renderer = Renderer::new(sequence, font, &options.render)?;
    let warnings = renderer.warnings().to_vec();
    let sample_rate = renderer.sample_rate();
    let mut master = Master::new(renderer, &options.level, watch)?;
    let frames = master.frames();
    let settings =
        Settings { format: options.format, bitrate: options.bitrate, sample_rate, frames, tags };
    let mut encoder = encode::encoder(&settings, sink)?;
    let mut samples = Vec::new();
    while master.read(&mut samples) {
        encoder.encode(&samples)?;
        go_on(watch, &samples)?;
    }
    encoder.finish()?;
    Ok(Audio {
        seconds: frames as f64 / f64::from(sample_rate),
        loudness: master.loudness(),
        gain: master.gain(),
        is_limited: master.is_limited(),
        warnings,
    })
}
