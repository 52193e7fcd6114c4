//! Cuts out of a SoundFont what a piece needs: a small SF2 or SF3 file in which every number points to something that is there.

use std::collections::BTreeMap;

use super::bank::{Bank, COMPRESSED, Generator, Sample, generator, target};
use super::riff::push_chunk;
use crate::{Error, Result};

/// A set of keys 0..=127.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeySet(u128);

impl KeySet {
    /// Every key.
    pub const ALL: Self = Self(u128::MAX);

    /// Adds a key.
    pub fn insert(&mut self, key: u8) {
        self.0 |= 1 << (key & 127);
    }

    /// Adds all keys of another set.
    pub fn extend(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// The keys that a zone is for.
    fn within(self, zone: &[Generator]) -> Self {
        let range = zone.iter().rfind(|(number, _)| *number == generator::KEY_RANGE);
        let Some((low, high)) = range.map(|(_, amount)| (amount & 0x7f, amount >> 8 & 0x7f)) else {
            return self;
        };
        if low > high {
            return Self(0);
        }
        Self(self.0 & u128::MAX << low & u128::MAX >> (127 - high))
    }

    fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// What is needed of a SoundFont: keys by bank and program.
pub type Wanted = BTreeMap<(u16, u16), KeySet>;

/// The content of a sample.
#[derive(Clone, Debug)]
pub enum SampleData {
    /// Frames.
    Pcm(std::sync::Arc<[i16]>),
    /// An Ogg Vorbis stream of so many frames.
    Vorbis {
        /// The stream.
        stream: Vec<u8>,
        /// Frames in it.
        frames: usize,
    },
}

impl SampleData {
    fn frames(&self) -> usize {
        match self {
            SampleData::Pcm(frames) => frames.len(),
            SampleData::Vorbis { frames, .. } => *frames,
        }
    }
}

/// Samples that a note may play at a time, together with all that stand beside them: what looks through them for each note must end.
const MAX_REGIONS: usize = 16_384;

/// Frames of samples in memory for a piece: 256 MB.
const MAX_FRAMES: usize = 1 << 27;

/// Zero frames after each sample, by the specification.
const GUARD: usize = 46;

/// Numbers in the lists have two bytes.
const MAX_RECORDS: usize = 1 << 16;

/// The presets, instruments and samples that are taken over, by their numbers in the bank.
#[derive(Default)]
struct Selection {
    presets: Vec<(usize, Vec<usize>)>,
    instruments: BTreeMap<usize, KeySet>,
    samples: BTreeMap<usize, SampleData>,
}

impl Bank {
    /// The first preset of a bank and program.
    pub(super) fn preset(&self, (bank, program): (u16, u16)) -> Option<usize> {
        self.presets.iter().position(|preset| (preset.bank, preset.program) == (bank, program))
    }

    /// An SF2 or SF3 file with what is wanted; `data` gives the content of the sample of a number, none if it is damaged. What it
    /// gives decides which of the two it is. Zones without a sample are left out.
    ///
    /// # Errors
    ///
    /// [`Error::TooManyRegions`], [`Error::TooManyFrames`]; [`Error::NoPresets`] if nothing is left.
    pub fn cut(
        &self,
        wanted: &Wanted,
        mut data: impl FnMut(usize) -> Option<SampleData>,
    ) -> Result<Vec<u8>> {
        let mut selection = self.select(wanted);
        let mut frames = 0_usize;
        for number in self.sample_numbers(&selection) {
            let Some(data) = data(number) else { continue };
            frames = frames.saturating_add(data.frames() + GUARD);
            if frames > MAX_FRAMES {
                return Err(Error::TooManyFrames { limit: MAX_FRAMES });
            }
            selection.samples.insert(number, data);
        }
        Writer::new(self, &selection)?.finish(&self.name, &self.copyright)
    }

    /// Numbers of the samples that are wanted, in their order.
    pub(super) fn samples_of(&self, wanted: &Wanted) -> Vec<usize> {
        self.sample_numbers(&self.select(wanted))
    }

    fn select(&self, wanted: &Wanted) -> Selection {
        let mut selection = Selection::default();
        for (program, keys) in wanted {
            let Some(number) = self.preset(*program) else { continue };
            let mut zones = Vec::new();
            for zone in self.presets[number].zones.clone() {
                let content = self.preset_zone(zone);
                let keys = keys.within(content);
                match target(content, generator::INSTRUMENT) {
                    Some(instrument) if instrument < self.instruments.len() && !keys.is_empty() => {
                        selection.instruments.entry(instrument).or_default().extend(keys);
                        zones.push(zone);
                    }
                    Some(_) => {}
                    None if zone == self.presets[number].zones.start => zones.push(zone),
                    None => {}
                }
            }
            selection.presets.push((number, zones));
        }
        selection
    }

    fn sample_numbers(&self, selection: &Selection) -> Vec<usize> {
        let mut numbers = Vec::new();
        for (&instrument, keys) in &selection.instruments {
            for zone in self.instruments[instrument].zones.clone() {
                let content = self.instrument_zone(zone);
                let number = target(content, generator::SAMPLE);
                let sample = number.and_then(|number| self.samples.get(number));
                if sample.is_some_and(Sample::is_sane) && !keys.within(content).is_empty() {
                    numbers.extend(number);
                }
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }
}

/// The lists of a file under way.
#[derive(Default)]
struct Writer {
    phdr: Vec<u8>,
    pbag: Vec<u8>,
    pgen: Vec<u8>,
    inst: Vec<u8>,
    ibag: Vec<u8>,
    igen: Vec<u8>,
    shdr: Vec<u8>,
    smpl: Vec<u8>,
}

impl Writer {
    fn new(bank: &Bank, selection: &Selection) -> Result<Self> {
        let mut writer = Self::default();
        let mut samples = BTreeMap::new();
        for (new, (&number, data)) in selection.samples.iter().enumerate() {
            samples.insert(number, new);
            writer.sample(&bank.samples[number], data)?;
        }
        let mut instruments = BTreeMap::new();
        for (&number, &keys) in &selection.instruments {
            let zones = writer.instrument_zones(bank, selection, number, keys, &samples)?;
            if let Some(zones) = zones {
                instruments.insert(number, (instruments.len(), zones));
            }
        }
        for (number, zones) in &selection.presets {
            writer.preset(bank, *number, zones, &instruments)?;
        }
        if writer.phdr.is_empty() {
            return Err(Error::NoPresets);
        }
        Ok(writer)
    }

    fn sample(&mut self, sample: &Sample, data: &SampleData) -> Result<()> {
        let length = data.frames() as u32;
        let origin = if sample.is_compressed() { 0 } else { sample.start };
        let (start_loop, end_loop) =
            (sample.start_loop.wrapping_sub(origin), sample.end_loop.wrapping_sub(origin));
        let is_loop = start_loop < end_loop && end_loop <= length;
        let (start_loop, end_loop) = if is_loop { (start_loop, end_loop) } else { (0, 0) };
        let (numbers, kind) = match data {
            SampleData::Pcm(frames) => {
                let start = (self.smpl.len() / 2) as u32;
                self.smpl.extend(frames.iter().flat_map(|frame| frame.to_le_bytes()));
                self.smpl.resize(self.smpl.len() + 2 * GUARD, 0);
                ([start, start + length, start + start_loop, start + end_loop], 1)
            }
            SampleData::Vorbis { stream, .. } => {
                let start = self.smpl.len() as u32;
                self.smpl.extend(stream);
                ([start, self.smpl.len() as u32, start_loop, end_loop], 1 | COMPRESSED)
            }
        };
        push_name(&mut self.shdr, &sample.name);
        numbers.into_iter().for_each(|number| self.shdr.extend(number.to_le_bytes()));
        self.shdr.extend(sample.rate.to_le_bytes());
        self.shdr.extend([sample.pitch, sample.correction as u8, 0, 0]);
        self.shdr.extend(u16::to_le_bytes(kind));
        Ok(())
    }

    /// Writes an instrument; none if it has no zone with a sample, else how many it has.
    fn instrument_zones(
        &mut self,
        bank: &Bank,
        selection: &Selection,
        number: usize,
        keys: KeySet,
        samples: &BTreeMap<usize, usize>,
    ) -> Result<Option<usize>> {
        let instrument = &bank.instruments[number];
        let first_bag = index(self.ibag.len() / 4)?;
        let (bags, generators) = (self.ibag.len(), self.igen.len());
        let mut count = 0;
        for zone in instrument.zones.clone() {
            let content = bank.instrument_zone(zone);
            let sample = target(content, generator::SAMPLE);
            let is_global = sample.is_none() && zone == instrument.zones.start;
            let new = sample
                .and_then(|sample| samples.get(&sample))
                .filter(|_| !keys.within(content).is_empty());
            if !is_global && new.is_none() {
                continue;
            }
            let data = sample.and_then(|sample| selection.samples.get(&sample));
            let header = sample.and_then(|sample| bank.samples.get(sample));
            let offsets = matches!((header, data), (Some(header), Some(data)) if offsets_fit(content, header, data));
            self.ibag.extend(index(self.igen.len() / 4)?);
            self.ibag.extend([0, 0]);
            let keep = |number: u16| number != generator::SAMPLE && (offsets || !is_offset(number));
            for (number, amount) in content.iter().filter(|(number, _)| keep(*number)) {
                push_generator(&mut self.igen, *number, *amount);
            }
            if let Some(&new) = new {
                push_generator(&mut self.igen, generator::SAMPLE, u16::from_le_bytes(index(new)?));
                count += 1;
            }
        }
        if count == 0 {
            self.ibag.truncate(bags);
            self.igen.truncate(generators);
            return Ok(None);
        }
        push_name(&mut self.inst, &instrument.name);
        self.inst.extend(first_bag);
        Ok(Some(count))
    }

    fn preset(
        &mut self,
        bank: &Bank,
        number: usize,
        zones: &[usize],
        instruments: &BTreeMap<usize, (usize, usize)>,
    ) -> Result<()> {
        let preset = &bank.presets[number];
        let first_bag = index(self.pbag.len() / 4)?;
        let (bags, generators) = (self.pbag.len(), self.pgen.len());
        let mut regions = 0_usize;
        for &zone in zones {
            let content = bank.preset_zone(zone);
            let instrument = target(content, generator::INSTRUMENT);
            let new = instrument.and_then(|instrument| instruments.get(&instrument));
            if instrument.is_some() && new.is_none() {
                continue;
            }
            self.pbag.extend(index(self.pgen.len() / 4)?);
            self.pbag.extend([0, 0]);
            for (number, amount) in
                content.iter().filter(|(number, _)| *number != generator::INSTRUMENT)
            {
                push_generator(&mut self.pgen, *number, *amount);
            }
            if let Some(&(new, count)) = new {
                push_generator(
                    &mut self.pgen,
                    generator::INSTRUMENT,
                    u16::from_le_bytes(index(new)?),
                );
                regions += count;
            }
        }
        if regions > MAX_REGIONS {
            return Err(Error::TooManyRegions {
                preset: preset.name.clone(),
                found: regions,
                limit: MAX_REGIONS,
            });
        }
        if regions == 0 {
            self.pbag.truncate(bags);
            self.pgen.truncate(generators);
            return Ok(());
        }
        push_name(&mut self.phdr, &preset.name);
        self.phdr.extend(preset.program.to_le_bytes());
        self.phdr.extend(preset.bank.to_le_bytes());
        self.phdr.extend(first_bag);
        self.phdr.extend([0; 12]);
        Ok(())
    }

    /// Ends each list with its last record, and puts the file together.
    fn finish(mut self, name: &str, copyright: &str) -> Result<Vec<u8>> {
        let (bags, generators) = (index(self.pbag.len() / 4)?, index(self.pgen.len() / 4)?);
        push_name(&mut self.phdr, "EOP");
        self.phdr.extend([0; 4]);
        self.phdr.extend(bags);
        self.phdr.extend([0; 12]);
        self.pbag.extend(generators);
        self.pbag.extend([0, 0]);
        self.pgen.extend([0; 4]);
        let (bags, generators) = (index(self.ibag.len() / 4)?, index(self.igen.len() / 4)?);
        push_name(&mut self.inst, "EOI");
        self.inst.extend(bags);
        self.ibag.extend(generators);
        self.ibag.extend([0, 0]);
        self.igen.extend([0; 4]);
        push_name(&mut self.shdr, "EOS");
        self.shdr.extend([0; 26]);

        let mut info = b"INFO".to_vec();
        push_chunk(&mut info, b"ifil", &[2, 0, 4, 0]);
        push_chunk(&mut info, b"isng", b"EMU8000\0");
        push_chunk(&mut info, b"INAM", format!("{name}\0").as_bytes());
        push_chunk(&mut info, b"ICOP", format!("{copyright}\0").as_bytes());
        let mut sound = b"sdta".to_vec();
        push_chunk(&mut sound, b"smpl", &self.smpl);
        let mut records = b"pdta".to_vec();
        let lists: [(&[u8; 4], &[u8]); 9] = [
            (b"phdr", &self.phdr),
            (b"pbag", &self.pbag),
            (b"pmod", &[0; 10]),
            (b"pgen", &self.pgen),
            (b"inst", &self.inst),
            (b"ibag", &self.ibag),
            (b"imod", &[0; 10]),
            (b"igen", &self.igen),
            (b"shdr", &self.shdr),
        ];
        lists.into_iter().for_each(|(id, list)| push_chunk(&mut records, id, list));
        let mut body = b"sfbk".to_vec();
        [info, sound, records].iter().for_each(|list| push_chunk(&mut body, b"LIST", list));
        let mut file = Vec::with_capacity(body.len() + 8);
        push_chunk(&mut file, b"RIFF", &body);
        Ok(file)
    }
}

/// Whether a generator moves the ends of a sample or of its loop.
fn is_offset(number: u16) -> bool {
    use generator::{
        END_COARSE_OFFSET, END_LOOP_COARSE_OFFSET, END_LOOP_OFFSET, END_OFFSET,
        START_COARSE_OFFSET, START_LOOP_COARSE_OFFSET, START_LOOP_OFFSET, START_OFFSET,
    };
    matches!(
        number,
        START_OFFSET
            | END_OFFSET
            | START_LOOP_OFFSET
            | END_LOOP_OFFSET
            | START_COARSE_OFFSET
            | END_COARSE_OFFSET
            | START_LOOP_COARSE_OFFSET
            | END_LOOP_COARSE_OFFSET
    )
}

/// Whether what a zone makes of the ends of its sample lies within the sample.
fn offsets_fit(zone: &[Generator], sample: &Sample, data: &SampleData) -> bool {
    let amount = |fine: u16, coarse: u16| {
        let of = |wanted: u16| {
            zone.iter()
                .rfind(|(number, _)| *number == wanted)
                .map_or(0, |(_, amount)| i64::from(*amount as i16))
        };
        of(fine) + 32_768 * of(coarse)
    };
    let length = data.frames() as i64;
    let origin = if sample.is_compressed() { 0 } else { i64::from(sample.start) };
    let start = amount(generator::START_OFFSET, generator::START_COARSE_OFFSET);
    let end = length + amount(generator::END_OFFSET, generator::END_COARSE_OFFSET);
    let start_loop = i64::from(sample.start_loop) - origin
        + amount(generator::START_LOOP_OFFSET, generator::START_LOOP_COARSE_OFFSET);
    let end_loop = i64::from(sample.end_loop) - origin
        + amount(generator::END_LOOP_OFFSET, generator::END_LOOP_COARSE_OFFSET);
    let inside = 0..=length;
    inside.contains(&start)
        && inside.contains(&end)
        && start < end
        && inside.contains(&start_loop)
        && inside.contains(&end_loop)
}

fn push_generator(list: &mut Vec<u8>, number: u16, amount: u16) {
    list.extend(number.to_le_bytes());
    list.extend(amount.to_le_bytes());
}

/// A name of at most 19 bytes in 20.
fn push_name(list: &mut Vec<u8>, name: &str) {
    let mut bytes = [0; 20];
    for (place, byte) in bytes.iter_mut().take(19).zip(name.bytes()) {
        *place = byte;
    }
    list.extend(bytes);
}

/// A number in a list, in two bytes.
fn index(number: usize) -> Result<[u8; 2]> {
    u16::try_from(number).map(u16::to_le_bytes).map_err(|_| Error::SoundFont {
        offset: 0,
        expected: "lists of at most 65,535 records",
        found: format!("{number} of {MAX_RECORDS}"),
    })
}
