//! SoundFonts: the sounds of instruments in a file.
//!
//! The synthesizer's own reader takes whole files, decodes every sample, and trusts what it reads. Here a file is read by [`Bank`], which
//! trusts nothing; [`Bank::cut`] makes a small SF2 file of what a piece needs, and only that goes to the synthesizer. So a
//! SoundFont of any size is at hand at once, and a damaged one does no harm.

mod bank;
mod cut;
mod riff;
#[cfg(test)]
mod tests;
mod vorbis;

use std::borrow::Cow;
use std::io::Cursor;
use std::sync::{Arc, OnceLock};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

pub use bank::Bank;
pub use cut::{KeySet, SampleData, Wanted};

use crate::{Error, Result};

/// The bank of drum kits.
pub(crate) const DRUMS: u16 = 128;

/// Programs of General MIDI come in families of eight: pianos, chromatic percussion, organs, ...
const FAMILY: u16 = 8;

/// A SoundFont, ready to be played from.
#[derive(Debug)]
pub struct SoundFont {
    bank: Bank,
    name: String,
    /// Compressed samples that were needed before.
    decoded: Vec<OnceLock<Option<Arc<[i16]>>>>,
}

/// A cut of a SoundFont in the synthesizer.
pub(crate) type Instruments = Arc<rustysynth_ext::SoundFont>;

impl SoundFont {
    /// Reads an SF2 or SF3 file; `name` is what it is called in results.
    ///
    /// # Errors
    ///
    /// Those of [`Bank::read`]; [`Error::NoPresets`].
    pub fn read(bytes: impl Into<Cow<'static, [u8]>>, name: impl Into<String>) -> Result<Self> {
        let bank = Bank::read(bytes)?;
        if bank.presets.is_empty() {
            return Err(Error::NoPresets);
        }
        let decoded = bank.samples.iter().map(|_| OnceLock::new()).collect();
        Ok(Self { bank, name: name.into(), decoded })
    }

    /// The one that is built in: a reduction of Fluid (R3) Mono GM, with all programs of General MIDI and its standard drum kit.
    /// `data/soundfont/SOURCES.md` says where it comes from.
    ///
    /// # Errors
    ///
    /// None, as tests show.
    pub fn built_in() -> Result<Arc<Self>> {
        static BUILT_IN: OnceLock<Arc<SoundFont>> = OnceLock::new();
        if let Some(font) = BUILT_IN.get() {
            return Ok(Arc::clone(font));
        }
        let bytes: &'static [u8] = include_bytes!("../../../../data/soundfont/cantus.sf3");
        let font = Arc::new(Self::read(bytes, Self::BUILT_IN)?);
        Ok(Arc::clone(BUILT_IN.get_or_init(|| font)))
    }

    /// Name of the built-in SoundFont.
    pub const BUILT_IN: &str = "built-in";

    /// What it is called in results.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its records.
    #[must_use]
    pub fn bank(&self) -> &Bank {
        &self.bank
    }

    /// The bank and program that stand for a sound: itself if it is there; else a variation of it in another bank, the nearest one of its family, any.
    /// For a drum kit the standard kit, any kit. None where nothing comes near.
    pub(crate) fn preset_for(&self, program: u16, is_drum: bool) -> Option<(u16, u16)> {
        let programs = || self.bank.programs();
        if is_drum {
            let kits = || programs().filter(|(bank, _)| *bank == DRUMS);
            return kits().find(|kit| kit.1 == program).or_else(|| kits().min());
        }
        let melodic = || programs().filter(|(bank, _)| *bank < DRUMS);
        let same = || melodic().filter(|found| found.1 == program).min();
        let distance = |found: &(u16, u16)| {
            (found.1 / FAMILY != program / FAMILY, found.1.abs_diff(program), *found)
        };
        same().or_else(|| melodic().min_by_key(distance))
    }

    /// What is wanted, in the synthesizer.
    pub(crate) fn instruments(&self, wanted: &Wanted) -> Result<Instruments> {
        let samples = self.bank.samples_of(wanted);
        samples.par_iter().for_each(|&number| {
            self.frames(number);
        });
        let bytes = self.bank.cut(wanted, |number| self.frames(number).map(SampleData::Pcm))?;
        let loaded = rustysynth_ext::SoundFont::new(&mut Cursor::new(bytes));
        loaded.map(Arc::new).map_err(|error| Error::Synthesizer { reason: error.to_string() })
    }

    /// The frames of a sample; none if it is damaged.
    fn frames(&self, number: usize) -> Option<Arc<[i16]>> {
        let sample = self.bank.samples.get(number)?;
        let bytes = self.bank.sample_bytes(sample)?;
        if sample.is_compressed() {
            return self.decoded.get(number)?.get_or_init(|| vorbis::decode(bytes)).clone();
        }
        Some(bytes.as_chunks::<2>().0.iter().map(|frame| i16::from_le_bytes(*frame)).collect())
    }

    /// The frames of a sample of the bank and their rate, for whoever wants to store them in another way.
    #[must_use]
    pub fn sample(&self, number: usize) -> Option<(Arc<[i16]>, u32)> {
        Some((self.frames(number)?, self.bank.samples.get(number)?.rate))
    }
}
