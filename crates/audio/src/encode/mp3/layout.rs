//! How the lines of a granule are divided into runs that have a scale factor each.

use rusty_mp3::frame::GRANULE_LINES;
use rusty_mp3::tables::{SCALEFAC_COMPRESS_V1, sfb_long_offsets, sfb_short_offsets};

use super::bits::Bits;
use super::masking::{MAX_RUNS, Masking, Runs, energies, plain_energies};

/// Windows of a granule with short ones.
const WINDOWS: usize = 3;

/// The largest scale factor that the file can hold for low and for high bands: four and three bits.
const MOST: [u8; 2] = [15, 7];

/// Runs of lines, in the order of the file.
pub(super) struct Layout {
    /// First line of each run, and the end of the last.
    pub(super) starts: Vec<usize>,
    /// Largest scale factor of each run.
    pub(super) most: Vec<u8>,
    /// Runs with low bands, runs with high bands.
    halves: [usize; 2],
    masking: Masking,
    /// Windows beside each other.
    windows: usize,
}

impl Layout {
    /// Layouts of granules with long and with short windows. Files of MPEG-2 have no scale factors here.
    pub(super) fn both(sample_rate: u32, has_scale_factors: bool) -> [Self; 2] {
        let long = sfb_long_offsets(sample_rate);
        let starts = long.iter().map(|&start| usize::from(start)).collect();
        let masking = Masking::new(long, GRANULE_LINES, sample_rate);
        let long = Self::new(starts, [11, 10], masking, 1, has_scale_factors);
        let short = sfb_short_offsets(sample_rate);
        let masking = Masking::new(short, GRANULE_LINES / WINDOWS, sample_rate);
        let starts = short.windows(2).flat_map(|band| {
            let (start, width) = (usize::from(band[0]), usize::from(band[1] - band[0]));
            (0..WINDOWS).map(move |window| WINDOWS * start + window * width)
        });
        let starts = starts.chain([GRANULE_LINES]).map(|start| start.min(GRANULE_LINES)).collect();
        [long, Self::new(starts, [18, 18], masking, WINDOWS, has_scale_factors)]
    }

    fn new(
        starts: Vec<usize>,
        halves: [usize; 2],
        masking: Masking,
        windows: usize,
        has_scale_factors: bool,
    ) -> Self {
        let runs = starts.len() - 1;
        let mut most = vec![0; runs];
        if has_scale_factors {
            most[..halves[0]].fill(MOST[0]);
            most[halves[0]..halves[0] + halves[1]].fill(MOST[1]);
        }
        Self { starts, most, halves, masking, windows }
    }

    pub(super) fn runs(&self) -> usize {
        self.most.len()
    }

    /// Energies of the runs, and those of noise that they hide.
    pub(super) fn listen(&self, lines: &[f32; GRANULE_LINES]) -> (Runs, Runs) {
        let (mut heard, mut hidden) = ([0.0; MAX_RUNS], [0.0; MAX_RUNS]);
        if self.windows == 1 {
            energies(lines, &self.starts, &mut heard);
            self.masking.thresholds(&heard[..self.runs()], &mut hidden);
            return (heard, hidden);
        }
        plain_energies(lines, &self.starts, &mut heard);
        let bands = self.masking.bands();
        let (mut energies, mut thresholds) = ([0.0; MAX_RUNS], [0.0; MAX_RUNS]);
        for window in 0..self.windows {
            for (band, energy) in energies[..bands].iter_mut().enumerate() {
                *energy = heard[band * self.windows + window];
            }
            self.masking.thresholds(&energies[..bands], &mut thresholds);
            for (band, threshold) in thresholds[..bands].iter().enumerate() {
                hidden[band * self.windows + window] = *threshold;
            }
        }
        (heard, hidden)
    }

    /// Energies alone.
    pub(super) fn energies(&self, lines: &[f32; GRANULE_LINES]) -> Runs {
        let mut heard = [0.0; MAX_RUNS];
        if self.windows == 1 {
            energies(lines, &self.starts, &mut heard);
        } else {
            plain_energies(lines, &self.starts, &mut heard);
        }
        heard
    }

    /// The number under which the file knows how many bits scale factors take, and how many that is for all of them.
    pub(super) fn scale_factor_bits(&self, factors: &[u8]) -> (u16, usize) {
        let bits = |factors: &[u8]| {
            8 - factors.iter().fold(0, |most: u8, &factor| most.max(factor)).leading_zeros()
        };
        let (low, high) = factors.split_at(self.halves[0].min(factors.len()));
        let need = [bits(low), bits(&high[..self.halves[1].min(high.len())])];
        let covers =
            |&(low, high): &(u8, u8)| u32::from(low) >= need[0] && u32::from(high) >= need[1];
        let size = |(low, high): (u8, u8)| {
            self.halves[0] * usize::from(low) + self.halves[1] * usize::from(high)
        };
        let choices =
            SCALEFAC_COMPRESS_V1.into_iter().enumerate().filter(|(_, choice)| covers(choice));
        let least = choices
            .map(|(number, choice)| (number as u16, size(choice)))
            .min_by_key(|(_, size)| *size);
        least.unwrap_or((0, 0))
    }

    /// Writes the scale factors of a granule.
    pub(super) fn write(&self, factors: &[u8; MAX_RUNS], compress: u16, bits: &mut Bits) {
        let (low, high) = SCALEFAC_COMPRESS_V1[usize::from(compress & 15)];
        let lengths = std::iter::repeat_n(low, self.halves[0])
            .chain(std::iter::repeat_n(high, self.halves[1]));
        for (&factor, length) in factors.iter().zip(lengths) {
            bits.push(factor.into(), length.into());
        }
    }
}
