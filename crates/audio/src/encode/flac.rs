//! FLAC: what is in the stream, comments, frames of 4,096 samples. The first part is written again at the end, when the digest of
//! the samples is known. After RFC 9639.

use std::io::SeekFrom;

use flacenc::bitsink::ByteSink;
use flacenc::component::{BitRepr as _, StreamInfo};
use flacenc::error::{Verified, Verify as _};
use flacenc::source::{Fill as _, FrameBuf};
use flacenc::{config, encode_fixed_size_frame};
use md5::{Digest as _, Md5};

use super::{Encoder, Settings, Sink, quantized};
use crate::render::CHANNELS;
use crate::{Error, Result};

/// Frames of a block.
const BLOCK: usize = 4096;

/// Bits of a sample.
const BITS: usize = 16;

/// Where the stream info begins: after "fLaC" and the head of its block.
const INFO_AT: u64 = 8;

pub(super) struct Flac<'a> {
    sink: &'a mut dyn Sink,
    config: Verified<config::Encoder>,
    info: StreamInfo,
    block: FrameBuf,
    waiting: Vec<i32>,
    blocks: usize,
    frames: u64,
    sizes: Option<(u32, u32)>,
    md5: Md5,
    sample_rate: u32,
}

fn failed(error: impl std::fmt::Debug) -> Error {
    Error::Encoder { format: "FLAC", reason: format!("{error:?}") }
}

impl<'a> Flac<'a> {
    pub(super) fn begin(settings: &Settings<'_>, sink: &'a mut dyn Sink) -> Result<Self> {
        let mut config = config::Encoder::default();
        config.block_size = BLOCK;
        let config = config.into_verified().map_err(|(_, error)| failed(error))?;
        let rate = settings.sample_rate;
        let info = StreamInfo::new(rate as usize, CHANNELS, BITS).map_err(failed)?;
        let block = FrameBuf::with_size(CHANNELS, BLOCK).map_err(failed)?;
        let comment = settings.tags.vorbis_comment();
        sink.write_all(b"fLaC")?;
        sink.write_all(&block_head(0, false, 34))?;
        sink.write_all(&[0; 34])?;
        sink.write_all(&block_head(4, true, comment.len()))?;
        sink.write_all(&comment)?;
        Ok(Self {
            sink,
            config,
            info,
            block,
            waiting: Vec::with_capacity(2 * BLOCK * CHANNELS),
            blocks: 0,
            frames: 0,
            sizes: None,
            md5: Md5::new(),
            sample_rate: rate,
        })
    }

    fn write_block(&mut self, frames: usize) -> Result<()> {
        let samples: Vec<i32> = self.waiting.drain(..frames * CHANNELS).collect();
        self.block.fill_interleaved(&samples).map_err(failed)?;
        let frame = encode_fixed_size_frame(&self.config, &self.block, self.blocks, &self.info)
            .map_err(failed)?;
        let mut bytes = ByteSink::new();
        frame.write(&mut bytes).map_err(failed)?;
        let bytes = bytes.as_slice();
        self.sink.write_all(bytes)?;
        let size = bytes.len() as u32;
        let (least, most) = self.sizes.unwrap_or((size, size));
        self.sizes = Some((least.min(size), most.max(size)));
        self.blocks += 1;
        self.frames += frames as u64;
        Ok(())
    }

    /// The 34 bytes of STREAMINFO.
    fn stream_info(&self) -> [u8; 34] {
        let (least, most) = self.sizes.unwrap_or((0, 0));
        let mut bytes = [0; 34];
        bytes[..2].copy_from_slice(&(BLOCK as u16).to_be_bytes());
        bytes[2..4].copy_from_slice(&(BLOCK as u16).to_be_bytes());
        bytes[4..7].copy_from_slice(&least.to_be_bytes()[1..]);
        bytes[7..10].copy_from_slice(&most.to_be_bytes()[1..]);
        // 20 bits of rate, 3 of channels - 1, 5 of bits - 1, 36 of frames.
        let rate = u64::from(self.sample_rate) << 44;
        let shape = (CHANNELS as u64 - 1) << 41 | (BITS as u64 - 1) << 36;
        bytes[10..18].copy_from_slice(&(rate | shape | self.frames & 0xf_ffff_ffff).to_be_bytes());
        bytes[18..].copy_from_slice(&self.md5.clone().finalize());
        bytes
    }
}

impl Encoder for Flac<'_> {
    fn encode(&mut self, samples: &[f32]) -> Result<()> {
        for &sample in samples {
            let sample = quantized(sample);
            self.md5.update(sample.to_le_bytes());
            self.waiting.push(i32::from(sample));
        }
        while self.waiting.len() >= BLOCK * CHANNELS {
            self.write_block(BLOCK)?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        if !self.waiting.is_empty() {
            self.write_block(self.waiting.len() / CHANNELS)?;
        }
        let info = self.stream_info();
        self.sink.seek(SeekFrom::Start(INFO_AT))?;
        self.sink.write_all(&info)?;
        self.sink.seek(SeekFrom::End(0))?;
        Ok(self.sink.flush()?)
    }
}

/// Kind and length of a block of metadata.
fn block_head(kind: u8, is_last: bool, length: usize) -> [u8; 4] {
    let [_, a, b, c] = (length as u32).to_be_bytes();
    [kind | if is_last { 0x80 } else { 0 }, a, b, c]
}
