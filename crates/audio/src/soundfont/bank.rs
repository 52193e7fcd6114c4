//! What is in a SoundFont file: presets, instruments, samples, as the records of its lists say.
//!
//! After the SoundFont Technical Specification 2.04 (E-mu, 2006), section 7, and MuseScore's SF3, in which a sample is an Ogg Vorbis
//! stream of its own. A preset has zones, each of which gives an instrument to a range of keys; an instrument has zones, each of which
//! gives a sample to a range of keys. A zone is a list of generators; a first zone without an instrument or a sample holds for
//! all others.

use std::borrow::Cow;
use std::ops::Range;

use super::riff::{self, Chunk};
use crate::{Error, Result};

/// Generators that matter here, by number.
pub(super) mod generator {
    pub(in crate::soundfont) const START_OFFSET: u16 = 0;
    pub(in crate::soundfont) const END_OFFSET: u16 = 1;
    pub(in crate::soundfont) const START_LOOP_OFFSET: u16 = 2;
    pub(in crate::soundfont) const END_LOOP_OFFSET: u16 = 3;
    pub(in crate::soundfont) const START_COARSE_OFFSET: u16 = 4;
    pub(in crate::soundfont) const END_COARSE_OFFSET: u16 = 12;
    pub(in crate::soundfont) const INSTRUMENT: u16 = 41;
    pub(in crate::soundfont) const KEY_RANGE: u16 = 43;
    pub(in crate::soundfont) const START_LOOP_COARSE_OFFSET: u16 = 45;
    pub(in crate::soundfont) const END_LOOP_COARSE_OFFSET: u16 = 50;
    pub(in crate::soundfont) const SAMPLE: u16 = 53;
}

/// Bit of the type of a sample that is an Ogg Vorbis stream.
pub(super) const COMPRESSED: u16 = 0x10;

/// Bit of the type of a sample in the ROM of a sound card.
const IN_ROM: u16 = 0x8000;

/// The records of a SoundFont file, and its bytes.
#[derive(Debug)]
pub struct Bank {
    bytes: Cow<'static, [u8]>,
    /// Where its samples lie in the bytes.
    samples_at: Range<usize>,
    /// The name that it gives itself.
    pub name: String,
    /// What it says about rights.
    pub copyright: String,
    pub(super) presets: Vec<Preset>,
    pub(super) instruments: Vec<Instrument>,
    pub(super) samples: Vec<Sample>,
    preset_zones: Zones,
    instrument_zones: Zones,
}

/// A sound: a bank and a program, and the zones that make it.
#[derive(Clone, Debug)]
pub(super) struct Preset {
    pub(super) name: String,
    pub(super) program: u16,
    /// 128 for drum kits.
    pub(super) bank: u16,
    pub(super) zones: Range<usize>,
}

/// What presets are made from.
#[derive(Clone, Debug)]
pub(super) struct Instrument {
    pub(super) name: String,
    pub(super) zones: Range<usize>,
}

/// The header of a sample. In an SF2 file all positions are frames in the whole chunk; of a compressed sample, `start` and `end` are
/// bytes and the loop is in frames of the sample itself.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    pub(super) name: String,
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) start_loop: u32,
    pub(super) end_loop: u32,
    pub(super) rate: u32,
    pub(super) pitch: u8,
    pub(super) correction: i8,
    pub(super) kind: u16,
}

/// Number and amount.
pub(super) type Generator = (u16, u16);

/// The zones of all presets, or of all instruments.
#[derive(Debug)]
struct Zones {
    generators: Vec<Generator>,
    /// Where the generators of each zone begin, and a last one where they end.
    starts: Vec<u16>,
}

impl Zones {
    fn zone(&self, index: usize) -> &[Generator] {
        let bound = |index: usize| self.starts.get(index).map(|&start| usize::from(start));
        match (bound(index), bound(index + 1)) {
            (Some(start), Some(end)) => self.generators.get(start..end).unwrap_or(&[]),
            _ => &[],
        }
    }
}

impl Bank {
    /// Reads the records of an SF2 or SF3 file.
    ///
    /// # Errors
    ///
    /// [`Error::SoundFont`] where the file is not one, or a list that is needed is missing or contradicts itself.
    /// What a record points to is looked at when it is used.
    pub fn read(bytes: impl Into<Cow<'static, [u8]>>) -> Result<Self> {
        let bytes = bytes.into();
        let file = riff::chunks(&bytes, 0..bytes.len());
        let riff = file.first().filter(|chunk| &chunk.id == b"RIFF");
        let riff = riff.ok_or_else(|| Error::SoundFont {
            offset: 0,
            expected: "\"RIFF\"",
            found: format!(
                "\"{}\"",
                bytes.get(..bytes.len().min(4)).unwrap_or_default().escape_ascii()
            ),
        })?;
        let body = riff::form(&bytes, riff.content.clone(), b"sfbk", "\"sfbk\"")?;
        let lists = riff::chunks(&bytes, body.clone());
        let list = |kind: &'static [u8; 4], expected: &'static str| -> Result<Vec<Chunk>> {
            let lists = lists.iter().filter(|chunk| &chunk.id == b"LIST");
            let mut contents = lists
                .filter_map(|chunk| riff::form(&bytes, chunk.content.clone(), kind, expected).ok());
            let content = contents.next().ok_or(Error::SoundFont {
                offset: body.start as u64,
                expected,
                found: "no such list".to_owned(),
            })?;
            Ok(riff::chunks(&bytes, content))
        };
        let info = list(b"INFO", "a list \"INFO\"").unwrap_or_default();
        let text = |id: &[u8; 4]| {
            let chunk = info.iter().find(|chunk| &chunk.id == id);
            chunk.map(|chunk| text(&bytes[chunk.content.clone()])).unwrap_or_default()
        };
        let (name, copyright) = (text(b"INAM"), text(b"ICOP"));
        let samples_at = list(b"sdta", "a list \"sdta\"")?
            .iter()
            .find(|chunk| &chunk.id == b"smpl")
            .map_or(0..0, |chunk| chunk.content.clone());
        let records = Records { bytes: &bytes, chunks: list(b"pdta", "a list \"pdta\"")? };
        let preset_zones = records.zones(b"pbag", b"pgen")?;
        let instrument_zones = records.zones(b"ibag", b"igen")?;
        let (presets, instruments) =
            (records.presets(&preset_zones)?, records.instruments(&instrument_zones)?);
        let samples = records.samples()?;
        Ok(Self {
            samples_at,
            name,
            copyright,
            presets,
            instruments,
            samples,
            preset_zones,
            instrument_zones,
            bytes,
        })
    }

    /// Banks and programs that it has, drum kits as bank 128, in the order of the file.
    pub fn programs(&self) -> impl Iterator<Item = (u16, u16)> {
        self.presets.iter().map(|preset| (preset.bank, preset.program))
    }

    pub(super) fn preset_zone(&self, index: usize) -> &[Generator] {
        self.preset_zones.zone(index)
    }

    pub(super) fn instrument_zone(&self, index: usize) -> &[Generator] {
        self.instrument_zones.zone(index)
    }

    /// The bytes of a sample: 16-bit frames, or an Ogg Vorbis stream. None if they are not in the file.
    pub(super) fn sample_bytes(&self, sample: &Sample) -> Option<&[u8]> {
        let unit = if sample.is_compressed() { 1 } else { 2 };
        let (start, end) =
            ((sample.start as usize).checked_mul(unit)?, (sample.end as usize).checked_mul(unit)?);
        self.bytes.get(self.samples_at.clone())?.get(start..end).filter(|bytes| !bytes.is_empty())
    }
}

impl Sample {
    pub(super) fn is_compressed(&self) -> bool {
        self.kind & COMPRESSED != 0
    }

    /// Whether it can be played, as far as its header says.
    pub(super) fn is_sane(&self) -> bool {
        self.kind & IN_ROM == 0 && self.end > self.start && (400..=192_000).contains(&self.rate)
    }
}

/// The last instrument or sample that a zone names.
pub(super) fn target(zone: &[Generator], generator: u16) -> Option<usize> {
    zone.iter().rfind(|(number, _)| *number == generator).map(|(_, amount)| usize::from(*amount))
}

/// The lists of a file that are made of records of one size.
struct Records<'a> {
    bytes: &'a [u8],
    chunks: Vec<Chunk>,
}

impl Records<'_> {
    fn list<const N: usize>(&self, id: &'static [u8; 4]) -> Result<Vec<[u8; N]>> {
        let chunk = self.chunks.iter().find(|chunk| &chunk.id == id);
        let content = chunk.map(|chunk| &self.bytes[chunk.content.clone()]).unwrap_or_default();
        let (records, _) = content.as_chunks::<N>();
        // Each list ends with a record that only says where the last one before it ends.
        if records.is_empty() {
            return Err(Error::SoundFont {
                offset: chunk.map_or(0, |chunk| chunk.content.start as u64),
                expected: "a list with at least one record",
                found: format!("{} bytes of \"{}\"", content.len(), id.escape_ascii()),
            });
        }
        Ok(records.to_vec())
    }

    fn zones(&self, bag: &'static [u8; 4], generators: &'static [u8; 4]) -> Result<Zones> {
        let starts = self.list::<4>(bag)?.iter().map(|record| u16_at(record, 0)).collect();
        let generators = self.list::<4>(generators)?;
        let generators = generators.iter().map(|record| (u16_at(record, 0), u16_at(record, 2)));
        Ok(Zones { generators: generators.collect(), starts })
    }

    fn presets(&self, zones: &Zones) -> Result<Vec<Preset>> {
        let records = self.list::<38>(b"phdr")?;
        let preset = |(record, zones): (&[u8; 38], Range<usize>)| Preset {
            name: text(&record[..20]),
            program: u16_at(record, 20),
            bank: u16_at(record, 22),
            zones,
        };
        let starts = records.iter().map(|record| u16_at(record, 24)).collect::<Vec<_>>();
        Ok(records.iter().zip(self.ranges(b"phdr", &starts, zones)?).map(preset).collect())
    }

    fn instruments(&self, zones: &Zones) -> Result<Vec<Instrument>> {
        let records = self.list::<22>(b"inst")?;
        let instrument = |(record, zones): (&[u8; 22], Range<usize>)| Instrument {
            name: text(&record[..20]),
            zones,
        };
        let starts = records.iter().map(|record| u16_at(record, 20)).collect::<Vec<_>>();
        Ok(records.iter().zip(self.ranges(b"inst", &starts, zones)?).map(instrument).collect())
    }

    fn samples(&self) -> Result<Vec<Sample>> {
        let mut records = self.list::<46>(b"shdr")?;
        records.pop();
        let sample = |record: &[u8; 46]| Sample {
            name: text(&record[..20]),
            start: u32_at(record, 20),
            end: u32_at(record, 24),
            start_loop: u32_at(record, 28),
            end_loop: u32_at(record, 32),
            rate: u32_at(record, 36),
            pitch: record[40],
            correction: record[41] as i8,
            kind: u16_at(record, 44),
        };
        Ok(records.iter().map(sample).collect())
    }

    /// The zones between each start and the next. None belongs to two, so that no file is larger in memory than on disk.
    fn ranges(
        &self,
        id: &'static [u8; 4],
        starts: &[u16],
        zones: &Zones,
    ) -> Result<Vec<Range<usize>>> {
        let mut ranges = Vec::with_capacity(starts.len());
        for pair in starts.windows(2) {
            let (start, end) = (usize::from(pair[0]), usize::from(pair[1]));
            if start > end || end >= zones.starts.len() {
                let chunk = self.chunks.iter().find(|chunk| &chunk.id == id);
                return Err(Error::SoundFont {
                    offset: chunk.map_or(0, |chunk| chunk.content.start as u64),
                    expected: "zones in rising order",
                    found: format!("zones {start} to {end} of {}", zones.starts.len() - 1),
                });
            }
            ranges.push(start..end);
        }
        Ok(ranges)
    }
}

fn u16_at(record: &[u8], at: usize) -> u16 {
    record.get(at..at + 2).and_then(|bytes| bytes.try_into().ok()).map_or(0, u16::from_le_bytes)
}

fn u32_at(record: &[u8], at: usize) -> u32 {
    record.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_le_bytes)
}

/// A text up to its first zero byte.
fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).trim().to_owned()
}
