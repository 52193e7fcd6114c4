//! Keys and key signatures.

use std::fmt;
use std::str::FromStr;

use crate::{Error, MAJOR_SCALE, NOTES_PER_OCTAVE, Result};

/// A key signature that holds from `time` on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KeySignature {
    /// Seconds from the start.
    pub time: f64,
    /// Pitch class of the tonic, 0 (C) ..= 11 (B).
    pub tonic: u8,
    /// The mode built on the tonic.
    pub mode: Mode,
}

/// The mode of a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Mode {
    #[default]
    Major,
    Minor,
    NotSpecified,
    Mixolydian,
    Dorian,
    Phrygian,
    Lydian,
    Locrian,
}

/// A tonic and a mode: the key that a melody is in.
///
/// ```
/// # use music::{Key, Mode};
/// let key: Key = "F#m".parse()?;
/// assert_eq!((key.tonic, key.mode), (6, Mode::Minor));
/// assert_eq!(key.to_string(), "F# minor");
/// assert_eq!("D dorian".parse::<Key>()?.short(), "Ddor");
/// # Ok::<(), music::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// Pitch class of the tonic, 0 (C) ..= 11 (B).
    pub tonic: u8,
    /// The mode built on the tonic.
    pub mode: Mode,
}

/// What modes are called, in full and behind a tonic, and the degree of the major scale that they begin on.
const MODES: [(Mode, &str, &str, usize); 7] = [
    (Mode::Major, "major", "", 0),
    (Mode::Minor, "minor", "m", 5),
    (Mode::Mixolydian, "mixolydian", "mix", 4),
    (Mode::Dorian, "dorian", "dor", 1),
    (Mode::Phrygian, "phrygian", "phr", 2),
    (Mode::Lydian, "lydian", "lyd", 3),
    (Mode::Locrian, "locrian", "loc", 6),
];

/// Other words for modes.
const ALIASES: [(&str, Mode); 6] = [
    ("maj", Mode::Major),
    ("ionian", Mode::Major),
    ("ion", Mode::Major),
    ("min", Mode::Minor),
    ("aeolian", Mode::Minor),
    ("aeo", Mode::Minor),
];

/// The common names of tonics: with the fewer signs in the signature, of two alike the one seen more often.
const MAJOR_TONICS: [&str; 12] = ["C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"];
const MINOR_TONICS: [&str; 12] = ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B"];

impl Mode {
    /// The semitones of its seven degrees above the tonic; of one that is not specified, those of major.
    #[must_use]
    pub fn scale(self) -> [u8; 7] {
        let first = self.degree();
        std::array::from_fn(|degree| {
            let semitones = MAJOR_SCALE[(first + degree) % 7] + usize::from(NOTES_PER_OCTAVE)
                - MAJOR_SCALE[first];
            (semitones % usize::from(NOTES_PER_OCTAVE)) as u8
        })
    }

    /// The degree of the major scale that it begins on, from 0.
    fn degree(self) -> usize {
        MODES.iter().find(|(mode, ..)| *mode == self).map_or(0, |(.., degree)| *degree)
    }
}

impl Key {
    /// Its name in a few letters that can be part of a file's name, but for `#`: `Eb`, `F#m`, `Ddor`.
    #[must_use]
    pub fn short(self) -> String {
        let suffix = MODES.iter().find(|(mode, ..)| *mode == self.mode).map_or("", |it| it.2);
        format!("{}{suffix}", self.tonic_name())
    }

    /// The key as a signature from the start on.
    #[must_use]
    pub fn signature(self) -> KeySignature {
        KeySignature { time: 0.0, tonic: self.tonic, mode: self.mode }
    }

    fn tonic_name(self) -> &'static str {
        // Modes with a minor third have the signs of minor keys, nearly.
        let is_minor = self.mode.scale()[2] == 3;
        let names = if is_minor { &MINOR_TONICS } else { &MAJOR_TONICS };
        names[usize::from(self.tonic % NOTES_PER_OCTAVE)]
    }
}

impl From<KeySignature> for Key {
    fn from(signature: KeySignature) -> Self {
        Self { tonic: signature.tonic % NOTES_PER_OCTAVE, mode: signature.mode }
    }
}

impl fmt::Display for Key {
    /// Its name in full: `E♭` is written `Eb`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mode = MODES.iter().find(|(mode, ..)| *mode == self.mode).map_or("major", |it| it.1);
        write!(f, "{} {mode}", self.tonic_name())
    }
}

impl FromStr for Key {
    type Err = Error;

    /// Reads `C`, `Eb`, `F#m`, `Am`, `B♭ major`, `D dorian`, `Gmix`: a letter, signs, and a mode or the beginning of its name (three
    /// letters at least); without one, the key is major. `m` is minor and `M` major.
    fn from_str(text: &str) -> Result<Self> {
        let unknown = || Error::Key { found: text.trim().chars().take(20).collect() };
        let trimmed = text.trim();
        let letter = trimmed.chars().next().ok_or_else(unknown)?;
        let natural = match letter.to_ascii_uppercase() {
            'C' => 0,
            'D' => 2,
            'E' => 4,
            'F' => 5,
            'G' => 7,
            'A' => 9,
            'B' => 11,
            _ => return Err(unknown()),
        };
        let rest = &trimmed[letter.len_utf8()..];
        let word = rest.trim_start_matches(['#', '♯', 'b', '♭']);
        let signs = rest[..rest.len() - word.len()].chars();
        let raised: i32 = signs.map(|sign| if matches!(sign, '#' | '♯') { 1 } else { -1 }).sum();
        let tonic = (natural + raised).rem_euclid(i32::from(NOTES_PER_OCTAVE)) as u8;
        let mode = mode(word.trim_start_matches([' ', '-', '_'])).ok_or_else(unknown)?;
        Ok(Self { tonic, mode })
    }
}

/// The mode of a word behind a tonic.
fn mode(word: &str) -> Option<Mode> {
    if matches!(word, "" | "M") {
        return Some(Mode::Major);
    }
    let word = word.to_lowercase();
    let alias = ALIASES.iter().find(|(name, _)| *name == word).map(|(_, mode)| *mode);
    let is_it = |(_, name, short, _): &&(Mode, &str, &str, usize)| {
        (!short.is_empty() && *short == word) || (word.len() >= 3 && name.starts_with(&word))
    };
    alias.or_else(|| MODES.iter().find(is_it).map(|(mode, ..)| *mode))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_are_read_as_musicians_write_them() {
        for (text, tonic, mode) in [
            ("C", 0, Mode::Major),
            ("Eb", 3, Mode::Major),
            ("E♭", 3, Mode::Major),
            ("Fm", 5, Mode::Minor),
            ("CM", 0, Mode::Major),
            ("f# minor", 6, Mode::Minor),
            ("Bb-major", 10, Mode::Major),
            ("Cb", 11, Mode::Major),
            ("Ddor", 2, Mode::Dorian),
            ("G mixolydian", 7, Mode::Mixolydian),
            ("A aeolian", 9, Mode::Minor),
            (" B ", 11, Mode::Major),
        ] {
            assert_eq!(text.parse::<Key>(), Ok(Key { tonic, mode }), "{text}");
        }
        for text in ["", "H", "C?", "Cmi nor", "Cx", "Cma", "é", "Dd"] {
            assert!(text.parse::<Key>().is_err(), "{text}");
        }
    }

    #[test]
    fn scales_are_those_of_the_white_keys() {
        assert_eq!(Mode::Major.scale(), [0, 2, 4, 5, 7, 9, 11]);
        assert_eq!(Mode::Minor.scale(), [0, 2, 3, 5, 7, 8, 10]);
        assert_eq!(Mode::Dorian.scale(), [0, 2, 3, 5, 7, 9, 10]);
        assert_eq!(Mode::Locrian.scale(), [0, 1, 3, 5, 6, 8, 10]);
        assert_eq!(Mode::NotSpecified.scale(), Mode::Major.scale());
    }

    proptest! {
        #[test]
        fn names_are_read_back(tonic in 0u8..12, place in 0..MODES.len()) {
            let key = Key { tonic, mode: MODES[place].0 };
            prop_assert_eq!(key.to_string().parse(), Ok(key));
            prop_assert_eq!(key.short().parse(), Ok(key));
        }

        #[test]
        fn any_text_is_a_key_or_an_error(text in "\\PC*") {
            let _ = text.parse::<Key>();
        }
    }
}
