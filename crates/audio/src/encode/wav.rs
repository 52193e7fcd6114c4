//! RIFF WAVE: a head, a list of tags, samples of 16 bits.

use super::{Encoder, Settings, Sink, quantized};
use crate::render::CHANNELS;
use crate::{Error, Result};

/// Bytes of a frame.
const FRAME: u64 = 2 * CHANNELS as u64;

/// Speakers of the two channels.
const FRONT_LEFT_AND_RIGHT: u32 = 3;

/// The identifier of samples that are whole numbers.
const PCM: [u8; 16] = *b"\x01\0\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71";

pub(super) struct Wav<'a> {
    sink: &'a mut dyn Sink,
    bytes: Vec<u8>,
}

impl<'a> Wav<'a> {
    pub(super) fn begin(settings: &Settings<'_>, sink: &'a mut dyn Sink) -> Result<Self> {
        let info = settings.tags.riff_info();
        let data = settings.frames.saturating_mul(FRAME);
        // "WAVE", the chunks "fmt ", "LIST" and "data" with their heads.
        let riff = data.saturating_add(4 + (8 + 40) + (8 + info.len() as u64) + 8);
        let size =
            |bytes: u64| u32::try_from(bytes).map_err(|_| Error::TooLarge { format: "WAV", bytes });
        let mut head = b"RIFF".to_vec();
        head.extend(size(riff)?.to_le_bytes());
        head.extend(b"WAVEfmt ");
        head.extend(40_u32.to_le_bytes());
        // The extensible format: it says which channel is left, which right.
        head.extend(0xfffe_u16.to_le_bytes());
        head.extend((CHANNELS as u16).to_le_bytes());
        head.extend(settings.sample_rate.to_le_bytes());
        head.extend((settings.sample_rate * FRAME as u32).to_le_bytes());
        head.extend((FRAME as u16).to_le_bytes());
        head.extend(16_u16.to_le_bytes());
        head.extend(22_u16.to_le_bytes());
        head.extend(16_u16.to_le_bytes());
        head.extend(FRONT_LEFT_AND_RIGHT.to_le_bytes());
        head.extend(PCM);
        head.extend(b"LIST");
        head.extend(size(info.len() as u64)?.to_le_bytes());
        head.extend(info);
        head.extend(b"data");
        head.extend(size(data)?.to_le_bytes());
        sink.write_all(&head)?;
        Ok(Self { sink, bytes: Vec::new() })
    }
}

impl Encoder for Wav<'_> {
    fn encode(&mut self, samples: &[f32]) -> Result<()> {
        self.bytes.clear();
        self.bytes.extend(samples.iter().flat_map(|&sample| quantized(sample).to_le_bytes()));
        Ok(self.sink.write_all(&self.bytes)?)
    }

    fn finish(self: Box<Self>) -> Result<()> {
        Ok(self.sink.flush()?)
    }
}
