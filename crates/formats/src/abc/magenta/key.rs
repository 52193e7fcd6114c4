//! note-seq's reading of the field K.

use ::music::Mode;

use crate::Refusal;
use crate::abc::letter::{self, Accidentals, letter, signature};

/// A key as note-seq reads it.
pub(super) struct Key {
    pub(super) accidentals: Accidentals,
    pub(super) tonic: u8,
    pub(super) mode: Mode,
}

/// Beginnings of what is taken for a mode.
const MODE_WORDS: [&str; 7] = ["ion", "aeo", "dor", "phr", "lyd", "loc", "m"];

/// Tonics that a NoteSequence has a name for.
const TONICS: [&str; 17] =
    ["c", "c#", "db", "d", "d#", "eb", "e", "f", "f#", "gb", "g", "g#", "ab", "a", "a#", "bb", "b"];

pub(super) fn parse(text: &str) -> Result<Key, Refusal> {
    let unknown = || Refusal::parse(format!("Could not parse key: {text}"));
    let tonic = text.bytes().next().and_then(letter).ok_or_else(unknown)?;
    let after = text[1..].trim_start();
    let sign = after.get(..1).filter(|sign| ["#", "b", "B"].contains(sign)).unwrap_or_default();
    let after = after[sign.len()..].trim_start();
    let lower = after.to_ascii_lowercase();
    let word = if MODE_WORDS.iter().any(|word| lower.starts_with(word)) {
        after.split(' ').next().unwrap_or_default()
    } else {
        ""
    };
    let rest = &after[word.len()..];

    let short: String = word.chars().take(3).collect::<String>().to_lowercase();
    let short = match &*short {
        "min" | "aeo" => "m",
        "maj" | "ion" => "",
        short => short,
    };
    let sign = sign.to_ascii_lowercase();
    let name = format!("{}{sign}", text[..1].to_ascii_lowercase());
    let missing = |key: String| Refusal::new("KeyError", crate::refusal::repr(&key));
    let shift = match &*sign {
        "#" => 1,
        "b" => -1,
        _ => 0,
    };
    let (mode, more) = letter::mode(short).ok_or_else(|| missing(format!("{name}{short}")))?;
    let sharps = letter::sharps(tonic, shift) + more;
    if !(-7..=7).contains(&sharps) {
        return Err(missing(format!("{name}{short}")));
    }
    if !TONICS.contains(&&*name) {
        return Err(missing(name));
    }
    let tonic = letter::pitch_class(tonic, shift);
    Ok(Key { accidentals: modified(rest, sharps)?, tonic, mode })
}

/// The accidentals of a signature, changed by whatever looks like an accidental in the rest of the field.
fn modified(rest: &str, sharps: i32) -> Result<Accidentals, Refusal> {
    let (mut accidentals, rest) = match rest.split_once("exp") {
        Some((_, rest)) => ([0; 7], rest),
        None => (signature(sharps), rest),
    };
    let bytes = rest.as_bytes();
    let mut place = 0;
    while place < bytes.len() {
        let sign = accidental_before_letter(&bytes[place..]);
        let Some(letter) = bytes.get(place + sign.len()).copied().and_then(letter) else {
            place += 1;
            continue;
        };
        place += sign.len() + 1;
        accidentals[letter] = match sign {
            b"" => accidentals[letter],
            b"^" => 1,
            b"_" => -1,
            b"=" => 0,
            _ => return Err(invalid_accidental(sign)),
        };
    }
    Ok(accidentals)
}

pub(super) fn invalid_accidental(sign: &[u8]) -> Refusal {
    Refusal::parse(format!("Invalid accidental: {}", sign.escape_ascii()))
}

/// The accidental at the start of `bytes` if a letter of a note follows it, else nothing.
pub(super) fn accidental_before_letter(bytes: &[u8]) -> &[u8] {
    let length = match bytes {
        [b'_', b'_', ..] | [b'^', b'^', ..] => 2,
        [b'_' | b'^' | b'=', ..] => 1,
        _ => 0,
    };
    let follows = bytes.get(length).copied().and_then(letter).is_some();
    bytes.get(..length).filter(|_| follows).unwrap_or_default()
}
