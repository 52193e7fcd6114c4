//! Names of pitches, from the key.

use music::{KeySignature, Mode, Pitch};

use crate::midi::MAJOR_SHARPS;

/// Steps by their place on the line of fifths, from F.
pub(crate) const FIFTHS: [char; 7] = ['F', 'C', 'G', 'D', 'A', 'E', 'B'];

/// Semitones of those steps above C.
const SEMITONES: [i32; 7] = [5, 0, 7, 2, 9, 4, 11];

/// A pitch by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spelling {
    /// Its letter, `A` to `G`.
    pub step: char,
    /// Semitones, -1 for a flat.
    pub alter: i32,
    /// Its octave: 4 is the one of middle C.
    pub octave: i32,
}

impl Spelling {
    /// The name of `pitch` where `fifths` sharps are the signature: from three fifths on the flat side of the key's
    /// tonic to eight on the sharp side, which in C are E flat and G sharp.
    #[must_use]
    pub fn new(pitch: Pitch, fifths: i32) -> Self {
        let pitch = i32::from(pitch);
        // C is 0 on the line, and 7 fifths make a semitone.
        let first = fifths - 3;
        let place = first + (7 * pitch - first).rem_euclid(12);
        let index = (place + 1).rem_euclid(7);
        let alter = (place + 1).div_euclid(7);
        let natural = pitch - alter;
        let octave = (natural - SEMITONES[index as usize]) / 12 - 1;
        Self { step: FIFTHS[index as usize], alter, octave }
    }

    /// The alteration that the signature alone would give its step.
    #[must_use]
    pub fn signature(self, fifths: i32) -> i32 {
        let place = FIFTHS.iter().position(|step| *step == self.step).unwrap_or(0) as i32;
        (fifths - place - 1).div_euclid(7) + 1
    }

    /// The name in MusicXML of the sign for its alteration.
    #[must_use]
    pub fn accidental(self) -> Option<&'static str> {
        Some(match self.alter {
            -2 => "flat-flat",
            -1 => "flat",
            0 => "natural",
            1 => "sharp",
            2 => "double-sharp",
            _ => return None,
        })
    }
}

/// Sharps of a key signature, and the name of its mode.
#[must_use]
pub fn signature(key: &KeySignature) -> (i32, Option<&'static str>) {
    let (above_major, name) = match key.mode {
        Mode::Major => (0, Some("major")),
        Mode::NotSpecified => (0, None),
        Mode::Minor => (9, Some("minor")),
        Mode::Dorian => (2, Some("dorian")),
        Mode::Phrygian => (4, Some("phrygian")),
        Mode::Lydian => (5, Some("lydian")),
        Mode::Mixolydian => (7, Some("mixolydian")),
        Mode::Locrian => (11, Some("locrian")),
    };
    let major = (i32::from(key.tonic) - above_major).rem_euclid(12);
    (MAJOR_SHARPS[major as usize].into(), name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pitch_is_spelt_as_it_sounds() {
        for fifths in -7..=7 {
            for pitch in 0..128 {
                let Spelling { step, alter, octave } = Spelling::new(pitch, fifths);
                let place = FIFTHS.iter().position(|it| *it == step).unwrap();
                assert_eq!((octave + 1) * 12 + SEMITONES[place] + alter, i32::from(pitch));
                assert!(alter.abs() <= 2);
            }
        }
    }

    #[test]
    fn the_notes_of_a_key_need_no_accidental() {
        for (fifths, tonic) in [(0, 60), (1, 67), (-3, 63), (6, 66), (-7, 59), (7, 61)] {
            for above in [0, 2, 4, 5, 7, 9, 11] {
                let spelling = Spelling::new(tonic + above, fifths);
                assert_eq!(spelling.alter, spelling.signature(fifths), "{spelling:?} in {fifths}");
            }
        }
        let name = |pitch, fifths| {
            let spelling = Spelling::new(pitch, fifths);
            format!("{}{}{}", spelling.step, spelling.alter, spelling.octave)
        };
        assert_eq!(name(66, 0), "F14");
        assert_eq!(name(70, 0), "B-14");
        assert_eq!(name(59, -7), "C-14");
        assert_eq!(name(60, 7), "B13");
    }
}
