//! Parts on staves: which voices stand on one, its clef, and which of its notes need a sign.

use std::collections::BTreeMap;

use music::Pitch;

use super::notation::Symbol;
use super::parts::{Chord, Part};
use super::spelling::Spelling;

/// Voices that stand on one staff; more are not drawn by most programs.
const VOICES_OF_STAFF: usize = 4;

/// What the lines of a staff mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clef {
    /// Of high voices: E4 is on the lowest line.
    Treble,
    /// Of voices an octave lower, such as a tenor's: E3 is on the lowest line.
    TrebleLow,
    /// Of low voices: G2 is on the lowest line.
    Bass,
}

impl Clef {
    /// The pitches on the lowest line and the highest.
    #[must_use]
    pub fn lines(self) -> (Pitch, Pitch) {
        match self {
            Self::Treble => (64, 77),
            Self::TrebleLow => (52, 65),
            Self::Bass => (43, 57),
        }
    }

    /// The treble clef unless much lies below it; then the one that needs the fewest ledger lines. The low treble clef is for a single
    /// voice: chords that low are read in the bass.
    fn of(voices: &[(u16, &[Chord])]) -> Self {
        let pitches = || voices.iter().flat_map(|(_, chords)| *chords).flat_map(|it| &it.pitches);
        let outside = |clef: &Self| -> u64 {
            let (low, high) = clef.lines();
            // A note right beside the staff hangs on a line of it.
            let distance = |pitch: &Pitch| {
                u64::from((low - 2).saturating_sub(*pitch).max(pitch.saturating_sub(high + 2)))
            };
            pitches().map(distance).sum()
        };
        let is_usual = outside(&Self::Treble) <= 2 * pitches().count() as u64;
        let clefs: &[Self] = match voices.len() {
            _ if is_usual => &[Self::Treble],
            0 | 1 => &[Self::Treble, Self::Bass, Self::TrebleLow],
            _ => &[Self::Treble, Self::Bass],
        };
        clefs.iter().copied().min_by_key(outside).unwrap_or(Self::Treble)
    }
}

/// A staff of a part.
#[derive(Clone, Debug)]
pub struct Staff<'a> {
    /// Its voices with their numbers; at least one.
    pub voices: Vec<(u16, &'a [Chord])>,
    /// Its clef.
    pub clef: Clef,
}

/// A voice of a bar: its number, and what it does there.
pub type VoiceSymbols = (u16, Vec<Symbol>);

/// The staves of a part, at least one.
#[must_use]
pub fn staves(part: &Part) -> Vec<Staff<'_>> {
    let voices: Vec<_> =
        part.voices.iter().map(|(number, chords)| (*number, chords.as_slice())).collect();
    let staff = |voices: &[_]| Staff { clef: Clef::of(voices), voices: voices.to_vec() };
    voices.chunks(VOICES_OF_STAFF).map(staff).collect()
}

/// Which notes of a staff's bar need a sign, by start and voice of their symbols: those that neither the signature of `fifths`
/// sharps nor a note before them in the bar alters as they are altered.
#[must_use]
pub fn signs(voices: &[VoiceSymbols], fifths: i32) -> BTreeMap<(i64, u16), Vec<bool>> {
    let mut all: Vec<(i64, u16, &Symbol)> = Vec::new();
    for (number, symbols) in voices {
        all.extend(symbols.iter().map(|symbol| (symbol.start, *number, symbol)));
    }
    all.sort_by_key(|(start, number, _)| (*start, *number));
    let mut in_force: BTreeMap<(char, i32), i32> = BTreeMap::new();
    let mut signs = BTreeMap::new();
    for (start, number, symbol) in all {
        let needed = |pitch: &Pitch| {
            let spelling = Spelling::new(*pitch, fifths);
            let place = (spelling.step, spelling.octave);
            let known = in_force.get(&place).copied().unwrap_or(spelling.signature(fifths));
            let needed = known != spelling.alter && !symbol.tied_back;
            if needed {
                in_force.insert(place, spelling.alter);
            }
            needed
        };
        signs.insert((start, number), symbol.pitches.iter().map(needed).collect());
    }
    signs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clef(voices: &[&[Pitch]]) -> Clef {
        let chord = |pitch: &Pitch| Chord { start: 0, end: 24, pitches: vec![*pitch] };
        let voices: Vec<Vec<Chord>> =
            voices.iter().map(|pitches| pitches.iter().map(chord).collect()).collect();
        let numbered: Vec<_> = (1..).zip(voices.iter().map(Vec::as_slice)).collect();
        Clef::of(&numbered)
    }

    #[test]
    fn clefs_follow_the_range() {
        assert_eq!(clef(&[&[]]), Clef::Treble);
        assert_eq!(clef(&[&[60, 72, 81]]), Clef::Treble);
        assert_eq!(clef(&[&[57, 60, 62, 66]]), Clef::Treble);
        assert_eq!(clef(&[&[50, 55, 60, 64, 67]]), Clef::TrebleLow);
        assert_eq!(clef(&[&[40, 48, 57]]), Clef::Bass);
        assert_eq!(clef(&[&[50, 55, 60, 64], &[45, 48]]), Clef::Bass);
    }

    #[test]
    fn a_sign_holds_to_the_end_of_its_bar_in_its_octave() {
        let symbol = |start, pitch| Symbol {
            start,
            length: 24,
            pitches: vec![pitch],
            value: None,
            dotted: false,
            in_triplet: false,
            triplet_starts: false,
            triplet_stops: false,
            tied_back: false,
            tied_on: false,
        };
        let pitches = [(0, 66), (24, 66), (48, 78), (72, 65)];
        let symbols: Vec<Symbol> = pitches.map(|(start, pitch)| symbol(start, pitch)).to_vec();
        let signs = |fifths| -> Vec<bool> {
            signs(&[(1, symbols.clone())], fifths).into_values().flatten().collect()
        };
        assert_eq!(signs(0), [true, false, true, true]);
        assert_eq!(signs(1), [false, false, false, true]);
    }
}
