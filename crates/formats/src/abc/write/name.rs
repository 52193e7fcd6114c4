//! Keys and notes by their names in ABC.

use std::fmt::Write;

use music::{KeySignature, Mode};

use crate::layout::{FIFTHS, Spelling, signature};

/// A key such as `F#m` or `DMix`.
pub(super) fn key(key: &KeySignature) -> String {
    // Fifths from the tonic of the major key with the same signature.
    let (from_major, mode) = match key.mode {
        Mode::Major | Mode::NotSpecified => (0, ""),
        Mode::Minor => (3, "m"),
        Mode::Dorian => (2, "Dor"),
        Mode::Phrygian => (4, "Phr"),
        Mode::Lydian => (-1, "Lyd"),
        Mode::Mixolydian => (1, "Mix"),
        Mode::Locrian => (5, "Loc"),
    };
    // `FIFTHS` begins with F, one fifth below C.
    let place = signature(key).0 + from_major + 1;
    let letter = FIFTHS[place.rem_euclid(7) as usize];
    let sign = match place.div_euclid(7) {
        0 => "",
        1.. => "#",
        _ => "b",
    };
    format!("{letter}{sign}{mode}")
}

/// Appends a note without its length: `^C,`, `c'`.
pub(super) fn note(spelling: Spelling, with_accidental: bool, text: &mut String) {
    if with_accidental {
        text.push_str(match spelling.alter {
            ..=-2 => "__",
            -1 => "_",
            0 => "=",
            1 => "^",
            2.. => "^^",
        });
    }
    // The fourth octave, that of middle C, has capitals, the fifth small letters.
    if spelling.octave > 4 {
        text.push(spelling.step.to_ascii_lowercase());
        text.extend((5..spelling.octave).map(|_| '\''));
    } else {
        text.push(spelling.step);
        text.extend((spelling.octave..4).map(|_| ','));
    }
}

/// Appends a length as a fraction of the unit note length; nothing for the whole of it.
pub(super) fn length(numerator: i64, denominator: i64, text: &mut String) {
    if numerator != 1 {
        let _ = write!(text, "{numerator}");
    }
    match denominator {
        1 => {}
        2 if numerator == 1 => text.push('/'),
        _ => {
            let _ = write!(text, "/{denominator}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_named_as_their_signatures_are_spelt() {
        let name = |tonic, mode| key(&KeySignature { time: 0.0, tonic, mode });
        assert_eq!(name(0, Mode::Major), "C");
        assert_eq!(name(10, Mode::Major), "Bb");
        assert_eq!(name(6, Mode::Minor), "F#m");
        assert_eq!(name(8, Mode::Major), "Ab");
        assert_eq!(name(2, Mode::Mixolydian), "DMix");
        assert_eq!(name(9, Mode::Dorian), "ADor");
        assert_eq!(name(11, Mode::Locrian), "BLoc");
        assert_eq!(name(5, Mode::Lydian), "FLyd");
    }

    #[test]
    fn octaves_have_case_and_marks() {
        let name = |pitch| {
            let mut text = String::new();
            note(Spelling::new(pitch, 0), false, &mut text);
            text
        };
        assert_eq!([36, 48, 60, 72, 84].map(name), ["C,,", "C,", "C", "c", "c'"]);
    }
}
