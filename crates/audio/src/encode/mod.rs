//! Files of audio: WAV, MP3, FLAC, Ogg Vorbis.
//!
//! Each encoder takes samples as they come and needs little memory. The same samples and tags give the same bytes.

mod flac;
mod mp3;
mod ogg;
mod wav;

use std::io::{Seek, Write};
use std::path::Path;

use crate::{Result, Tags};

/// A format of audio files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AudioFormat {
    /// RIFF WAVE, 16 bits.
    Wav,
    /// MPEG-1 or MPEG-2 Audio Layer III.
    Mp3,
    /// Free Lossless Audio Codec, 16 bits.
    Flac,
    /// Vorbis in Ogg.
    Ogg,
}

impl AudioFormat {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Wav, Self::Mp3, Self::Flac, Self::Ogg];

    /// The format of a file of this name; none if its ending is not that of an audio file.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_string_lossy().to_ascii_lowercase();
        Self::ALL.into_iter().find(|format| format.ending() == ending)
    }

    /// The ending of its files, which is also its name here.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Mp3 => "mp3",
            Self::Flac => "flac",
            Self::Ogg => "ogg",
        }
    }

    /// Its media type, for web pages.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Wav => "audio/wav",
            Self::Mp3 => "audio/mpeg",
            Self::Flac => "audio/flac",
            Self::Ogg => "audio/ogg",
        }
    }
}

/// Where a file goes. Encoders that learn something at the end go back to their beginning.
pub trait Sink: Write + Seek {}

impl<T: Write + Seek> Sink for T {}

/// What an encoder must know before the first sample.
#[derive(Clone, Debug)]
pub struct Settings<'a> {
    /// The format.
    pub format: AudioFormat,
    /// Kilobits a second for MP3 and Ogg Vorbis; none for 192, and for the quality 5 of Vorbis.
    pub bitrate: Option<u32>,
    /// Frames a second.
    pub sample_rate: u32,
    /// Frames in all.
    pub frames: u64,
    /// What is said about the piece.
    pub tags: &'a Tags,
}

/// Makes a file of stereo samples.
pub trait Encoder {
    /// Takes samples, left and right in turn, in [-1, 1].
    ///
    /// # Errors
    ///
    /// [`crate::Error::Write`], [`crate::Error::Encoder`].
    fn encode(&mut self, samples: &[f32]) -> Result<()>;

    /// Writes what is left.
    ///
    /// # Errors
    ///
    /// Those of [`encode`](Self::encode).
    fn finish(self: Box<Self>) -> Result<()>;
}

/// Begins a file.
///
/// # Errors
///
/// [`crate::Error::BadOption`] for a rate that the format does not know, [`crate::Error::TooLarge`], [`crate::Error::Write`].
pub fn encoder<'a>(
    settings: &Settings<'_>,
    sink: &'a mut dyn Sink,
) -> Result<Box<dyn Encoder + 'a>> {
    Ok(match settings.format {
        AudioFormat::Wav => Box::new(wav::Wav::begin(settings, sink)?),
        AudioFormat::Mp3 => Box::new(mp3::Mp3::begin(settings, sink)?),
        AudioFormat::Flac => Box::new(flac::Flac::begin(settings, sink)?),
        AudioFormat::Ogg => Box::new(ogg::Ogg::begin(settings, sink)?),
    })
}

/// A sample of 16 bits.
fn quantized(sample: f32) -> i16 {
    (sample * 32_767.0).round().clamp(-32_768.0, 32_767.0) as i16
}

#[cfg(test)]
mod tests;
