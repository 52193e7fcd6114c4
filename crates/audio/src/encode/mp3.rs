//! MP3: an ID3v2 tag, frames of constant bit rate, the first of which says how many samples to leave out at both ends.
//!
//! Of a variable bit rate, ffmpeg takes the head that `rusty_mp3` 1.0.5 writes for that of a file of several, and warns.

use rusty_mp3::{Mp3Encoder, Mp3EncoderConfig};

use super::{Encoder, Settings, Sink};
use crate::render::CHANNELS;
use crate::{Error, Result};

/// Kilobits a second where nothing else is asked for.
const BITRATE: u32 = 192;

/// Rates that the standards MPEG-1 and MPEG-2 know and the synthesizer, too.
const RATES: [u32; 6] = [16_000, 22_050, 24_000, 32_000, 44_100, 48_000];

pub(super) struct Mp3<'a> {
    sink: &'a mut dyn Sink,
    encoder: Mp3Encoder,
    sample_rate: u32,
}

impl<'a> Mp3<'a> {
    pub(super) fn begin(settings: &Settings<'_>, sink: &'a mut dyn Sink) -> Result<Self> {
        let sample_rate = settings.sample_rate;
        if !RATES.contains(&sample_rate) {
            return Err(Error::BadOption {
                option: "the sample rate of an MP3 file",
                found: sample_rate.to_string(),
                expected: "16000, 22050, 24000, 32000, 44100 or 48000",
            });
        }
        let bitrate_kbps = settings.bitrate.unwrap_or(BITRATE);
        let encoder = Mp3Encoder::new(Mp3EncoderConfig { bitrate_kbps, vbr_quality: None });
        sink.write_all(&settings.tags.id3())?;
        Ok(Self { sink, encoder, sample_rate })
    }

    fn write_packets(&mut self) -> Result<()> {
        while let Ok(packet) = self.encoder.next_packet() {
            self.sink.write_all(&packet)?;
        }
        Ok(())
    }
}

impl Encoder for Mp3<'_> {
    fn encode(&mut self, samples: &[f32]) -> Result<()> {
        let pushed = self.encoder.push_pcm_f32(samples, CHANNELS as u16, self.sample_rate);
        pushed.map_err(|error| Error::Encoder { format: "MP3", reason: error.to_string() })?;
        self.write_packets()
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.encoder.finish();
        self.write_packets()?;
        Ok(self.sink.flush()?)
    }
}
