//! The seven letters of notes, and the signatures that keys put on them.

use music::Mode;

/// Semitones that a note of each letter is moved by, A first.
pub(super) type Accidentals = [i32; 7];

/// MIDI pitches of A to G in the octave of middle C, where ABC writes them as capitals.
pub(super) const PITCHES: [i32; 7] = [69, 71, 60, 62, 64, 65, 67];

/// Fifths from C of the major keys on A to G, which is the number of their sharps.
const FIFTHS: [i32; 7] = [3, 5, 0, 2, 4, -1, 1];

/// Letters in the order in which sharps are added; flats are added from the end.
const SHARPS: [usize; 7] = [5, 2, 6, 3, 0, 4, 1];

/// The modes, by the first three letters of their names, and how many more sharps they have than major.
const MODES: [(&str, Mode, i32); 11] = [
    ("", Mode::Major, 0),
    ("maj", Mode::Major, 0),
    ("ion", Mode::Major, 0),
    ("m", Mode::Minor, -3),
    ("min", Mode::Minor, -3),
    ("aeo", Mode::Minor, -3),
    ("mix", Mode::Mixolydian, -1),
    ("dor", Mode::Dorian, -2),
    ("phr", Mode::Phrygian, -4),
    ("lyd", Mode::Lydian, 1),
    ("loc", Mode::Locrian, -5),
];

/// The place of a letter, A to G or a to g.
pub(super) fn letter(character: u8) -> Option<usize> {
    let place = character.to_ascii_lowercase().wrapping_sub(b'a');
    (place < 7).then_some(place.into())
}

/// The mode whose name begins like this, in lower case, and how many more sharps it has than major.
pub(super) fn mode(name: &str) -> Option<(Mode, i32)> {
    let found = MODES.into_iter().find(|(known, ..)| *known == name);
    found.map(|(_, mode, sharps)| (mode, sharps))
}

/// Sharps of a major key, negative for flats: of its letter raised by so many semitones.
pub(super) fn sharps(letter: usize, raised: i32) -> i32 {
    FIFTHS[letter] + 7 * raised
}

/// The pitch class of a letter raised by so many semitones.
pub(super) fn pitch_class(letter: usize, raised: i32) -> u8 {
    (PITCHES[letter] + raised).rem_euclid(12) as u8
}

/// What a signature of so many sharps (or flats, if negative) does to each letter.
pub(super) fn signature(sharps: i32) -> Accidentals {
    let mut accidentals = [0; 7];
    let mut add = |letter: &usize| accidentals[*letter] += sharps.signum();
    let count = sharps.unsigned_abs() as usize;
    if sharps > 0 {
        SHARPS.iter().cycle().take(count).for_each(&mut add);
    } else {
        SHARPS.iter().rev().cycle().take(count).for_each(&mut add);
    }
    accidentals
}
