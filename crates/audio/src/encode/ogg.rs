//! Ogg Vorbis, by libvorbis with the aoTuV and Lancer changes, which `vorbis_rs` brings along.

use std::num::{NonZeroU8, NonZeroU32};

use vorbis_rs::{
    VorbisBitrateManagementStrategy, VorbisEncoder, VorbisEncoderBuilder, VorbisError,
};

use super::{Encoder, Settings, Sink};
use crate::render::CHANNELS;
use crate::{Error, Result};

/// Quality 5 of 10: about 160 kilobits a second at 44,100 Hz.
const QUALITY: f32 = 0.5;

/// Frames that the encoder is given at a time, as its manual advises.
const BLOCK: usize = 1024;

/// A stream in a file of its own needs no number that no other has; a fixed one makes equal files.
const SERIAL: i32 = 1;

pub(super) struct Ogg<'a> {
    encoder: VorbisEncoder<&'a mut dyn Sink>,
    channels: [Vec<f32>; CHANNELS],
}

fn failed(error: VorbisError) -> Error {
    match error {
        VorbisError::Io(error) => Error::Write(error),
        error => Error::Encoder { format: "Ogg Vorbis", reason: error.to_string() },
    }
}

impl<'a> Ogg<'a> {
    pub(super) fn begin(settings: &Settings<'_>, sink: &'a mut dyn Sink) -> Result<Self> {
        let rate = NonZeroU32::new(settings.sample_rate).unwrap_or(NonZeroU32::MIN);
        let channels = NonZeroU8::new(CHANNELS as u8).unwrap_or(NonZeroU8::MIN);
        let mut builder = VorbisEncoderBuilder::new_with_serial(rate, channels, sink, SERIAL);
        let bitrate =
            settings.bitrate.and_then(|bitrate| NonZeroU32::new(bitrate.saturating_mul(1000)));
        builder.bitrate_management_strategy(match bitrate {
            Some(target_bitrate) => VorbisBitrateManagementStrategy::Vbr { target_bitrate },
            None => VorbisBitrateManagementStrategy::QualityVbr { target_quality: QUALITY },
        });
        for (name, value) in settings.tags.comments() {
            // Comments are C strings there.
            builder.comment_tag(name, value.replace('\0', " ")).map_err(failed)?;
        }
        let encoder = builder.build().map_err(|error| match bitrate {
            Some(bitrate) => Error::BadOption {
                option: "the bit rate of an Ogg Vorbis file",
                found: format!("{} kbit/s at {rate} Hz", bitrate.get() / 1000),
                expected: "45 to 500 kbit/s at 44100 Hz, less at lower rates",
            },
            None => failed(error),
        })?;
        Ok(Self { encoder, channels: Default::default() })
    }
}

impl Encoder for Ogg<'_> {
    fn encode(&mut self, samples: &[f32]) -> Result<()> {
        for block in samples.chunks(BLOCK * CHANNELS) {
            for (number, channel) in self.channels.iter_mut().enumerate() {
                channel.clear();
                channel.extend(block.iter().skip(number).step_by(CHANNELS));
            }
            self.encoder.encode_audio_block(&self.channels).map_err(failed)?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<()> {
        let sink = self.encoder.finish().map_err(failed)?;
        Ok(sink.flush()?)
    }
}
