//! MP3: an ID3v2 tag, frames of constant bit rate, the first of which says how many samples to leave out at both ends.
//!
//! Filter bank, cosine transform, code tables and the writing of bits are those of `rusty_mp3`. What is decided is decided here, as that is where an
//! encoder spends its time: which noise is heard ([`masking`]), how many bits each granule gets, and which levels fit into them
//! ([`quantize`], [`huffman`]). Frames are written as soon as they are full ([`reservoir`]), so that memory does not grow with the piece.

mod analysis;
mod bits;
mod huffman;
mod layout;
mod masking;
mod quantize;
mod reservoir;
#[cfg(test)]
mod tests;
mod transform;

use std::io::SeekFrom;

use rusty_mp3::encode::bitstream;
use rusty_mp3::encode::lametag::{
    ENCODER_DELAY, TagInfo, TagStats, extra_priming, frames_for, padding_for, tag_frame, tag_header,
};
use rusty_mp3::frame::{ChannelMode, GRANULE_LINES, GranuleSideInfo, SideInfo};
use rusty_mp3::header::{FrameHeader, MpegVersion};
use rusty_mp3::tables::sfb_long_offsets;

use self::analysis::{Analysis, Pair};
use self::bits::Bits;
use self::quantize::quantize;
use self::reservoir::Reservoir;
use super::{Encoder, Settings, Sink};
use crate::render::CHANNELS;
use crate::{Error, Result};

/// Kilobits a second where nothing else is asked for.
const BITRATE: u32 = 192;

/// Rates that the standards MPEG-1 and MPEG-2 know and the synthesizer, too.
const RATES: [u32; 6] = [16_000, 22_050, 24_000, 32_000, 44_100, 48_000];

/// The length of a granule of one channel has twelve bits.
const MOST_BITS: usize = 4095;

/// Samples beyond this are no music.
const LOUDEST: f32 = 4.0;

pub(super) struct Mp3<'a> {
    sink: &'a mut dyn Sink,
    /// Of the next frame, but for its padding.
    header: FrameHeader,
    analysis: Analysis,
    reservoir: Reservoir,
    /// Samples of the next frame.
    samples: [Vec<f32>; CHANNELS],
    /// Zeros before the first sample.
    priming: usize,
    /// Samples of a channel so far.
    input: u64,
    /// Where the first frame is, and what it will say.
    tag_at: u64,
    tag: TagStats,
    /// What was left out of the lengths of frames so far, in bytes * the sample rate.
    remainder: u64,
    /// Bits that a frame needs to hide all noise, lately.
    usual: f32,
    /// The gains of the granule before.
    gains: [i32; CHANNELS],
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
        let bitrate = settings.bitrate.unwrap_or(BITRATE);
        let header = rusty_mp3::encoder_header(sample_rate, CHANNELS as u16, bitrate);
        let mut header =
            header.map_err(|error| Error::Encoder { format: "MP3", reason: error.to_string() })?;
        header.channel_mode = joint_stereo(false);
        let is_mpeg1 = header.version == MpegVersion::V1;
        let length = header.version.samples_per_frame();
        let priming = if settings.frames < length as u64 {
            extra_priming(settings.frames, length)
        } else {
            0
        };
        sink.write_all(&settings.tags.id3())?;
        let tag_at = sink.stream_position()?;
        let tag = TagStats::new(tag_header(&header).frame_size());
        let mut encoder = Self {
            sink,
            analysis: Analysis::new(sample_rate, is_mpeg1),
            header,
            reservoir: Reservoir::default(),
            samples: [0, 1].map(|_| vec![0.0; priming]),
            priming,
            input: 0,
            tag_at,
            tag,
            remainder: 0,
            usual: 0.0,
            gains: [170; CHANNELS],
        };
        // What it says is known at the end.
        encoder.write_tag()?;
        Ok(encoder)
    }

    fn write_tag(&mut self) -> Result<()> {
        let (delay, length) =
            (ENCODER_DELAY + self.priming, self.header.version.samples_per_frame());
        let padding = padding_for(self.input, delay, length) as usize;
        let frame = tag_frame(
            &tag_header(&self.header),
            &self.tag,
            &TagInfo { vbr: false, delay, padding },
        );
        Ok(self.sink.write_all(&frame)?)
    }

    /// Encodes the samples that wait, as many as make whole frames.
    fn encode_frames(&mut self) -> Result<()> {
        let length = self.header.version.samples_per_frame();
        while self.samples[0].len() >= length {
            self.encode_frame();
            self.samples.iter_mut().for_each(|samples| drop(samples.drain(..length)));
            while let Some(frame) = self.reservoir.pop() {
                self.tag.add_frame(&frame);
                self.sink.write_all(&frame)?;
            }
        }
        Ok(())
    }

    fn encode_frame(&mut self) {
        let mut pairs = Vec::with_capacity(2);
        for granule in 0..self.header.version.granules() {
            let samples =
                |channel: usize| &self.samples[channel][granule * GRANULE_LINES..][..GRANULE_LINES];
            pairs.push(self.analysis.granule([samples(0), samples(1)]));
        }
        let demand = |way: usize| pairs.iter().flat_map(|pair| pair.demands[way]).sum::<f32>();
        let way = usize::from(demand(1) < demand(0));
        let mut header = self.header.clone();
        header.channel_mode = joint_stereo(way == 1);
        header.padding = self.next_padding();
        let budget = self.budget(&header, demand(way));
        let (mut side, data) = self.granules(&header, &pairs, way, budget);
        self.reservoir.push(&header, &mut side, &data);
    }

    /// Frames are a byte longer now and then, so that the bit rate is right.
    fn next_padding(&mut self) -> bool {
        let (rate, bitrate) =
            (u64::from(self.header.sample_rate), u64::from(self.header.bitrate_kbps));
        self.remainder +=
            self.header.version.samples_per_frame() as u64 / 8 * 1000 * bitrate % rate;
        let padding = self.remainder >= rate;
        self.remainder %= rate;
        padding
    }

    /// Bits for a frame: more than the mean where music needs more than lately, as far as there are any left of frames before.
    fn budget(&mut self, header: &FrameHeader, demand: f32) -> usize {
        let mean = 8 * bitstream::region_capacity(header);
        let spare = self.reservoir.spare(header);
        self.usual = if self.usual > 0.0 { 0.9 * self.usual + 0.1 * demand } else { demand };
        let full = Reservoir::capacity(header) as f32;
        let extra = 0.5 * (demand - self.usual) + 0.25 * (spare as f32 - 0.5 * full);
        let extra = extra.clamp(-0.3 * mean as f32, spare as f32) as i64;
        (mean as i64 + extra).max(0) as usize
    }

    /// Writes granules one after the other, each with its share of the bits.
    fn granules(
        &mut self,
        header: &FrameHeader,
        pairs: &[Pair],
        way: usize,
        mut budget: usize,
    ) -> (SideInfo, Vec<u8>) {
        let bands = sfb_long_offsets(header.sample_rate);
        let mut side = SideInfo::default();
        let mut data = Bits::default();
        let mut demand: f32 = pairs.iter().flat_map(|pair| pair.demands[way]).sum();
        let mut left = (CHANNELS * pairs.len()) as f32;
        // The last byte is begun, not shared.
        budget = budget.saturating_sub(7);
        for (granule, pair) in pairs.iter().enumerate() {
            for channel in 0..CHANNELS {
                let (spectrum, wanted) = (&pair.sides[way][channel], pair.demands[way][channel]);
                // What is over is shared equally, what is missing is missing in proportion.
                let over = budget as f32 - demand;
                let bits =
                    if over > 0.0 { wanted + over / left } else { wanted * budget as f32 / demand };
                let bits = (bits.max(0.0) as usize).min(MOST_BITS).min(budget);
                left -= 1.0;
                let layout = self.analysis.layout(spectrum.block_type);
                let quantized = quantize(spectrum, layout, bands, bits, self.gains[channel]);
                self.gains[channel] = i32::from(quantized.side.global_gain);
                (budget, demand) = (budget - quantized.bits, demand - wanted);
                let start = data.count();
                layout.write(&quantized.factors, quantized.side.scalefac_compress, &mut data);
                huffman::write(
                    &quantized.levels,
                    &spectrum.lines,
                    &quantized.side,
                    bands,
                    &mut data,
                );
                let length = data.count() - start;
                debug_assert_eq!(length, quantized.bits);
                side.granules[granule][channel] =
                    GranuleSideInfo { part2_3_length: length as u16, ..quantized.side };
            }
        }
        (side, data.finish())
    }
}

fn joint_stereo(ms_stereo: bool) -> ChannelMode {
    ChannelMode::JointStereo { ms_stereo, intensity_stereo: false }
}

impl Encoder for Mp3<'_> {
    fn encode(&mut self, samples: &[f32]) -> Result<()> {
        let pairs = samples.as_chunks::<CHANNELS>().0;
        self.input += pairs.len() as u64;
        for (channel, waiting) in self.samples.iter_mut().enumerate() {
            let samples = pairs.iter().map(|pair| pair[channel]);
            waiting.extend(
                samples.map(
                    |sample| if sample.is_nan() { 0.0 } else { sample.clamp(-LOUDEST, LOUDEST) },
                ),
            );
        }
        self.encode_frames()
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        let length = self.header.version.samples_per_frame();
        let total = frames_for(self.input, ENCODER_DELAY + self.priming, length) * length as u64;
        // What is in whole frames is gone already.
        let waiting = (total - self.input - self.priming as u64) as usize + self.samples[0].len();
        self.samples.iter_mut().for_each(|samples| samples.resize(waiting, 0.0));
        self.encode_frames()?;
        self.reservoir.fill();
        while let Some(frame) = self.reservoir.pop() {
            self.tag.add_frame(&frame);
            self.sink.write_all(&frame)?;
        }
        let end = self.sink.stream_position()?;
        self.sink.seek(SeekFrom::Start(self.tag_at))?;
        self.write_tag()?;
        self.sink.seek(SeekFrom::Start(end))?;
        Ok(self.sink.flush()?)
    }
}
