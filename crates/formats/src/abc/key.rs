//! The field K, and the words that it shares with V.

use music::Mode;

use super::letter::{self, Accidentals, letter};

/// What a field K says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Key {
    /// What it does to each letter; none if it only names a clef.
    pub(super) accidentals: Option<Accidentals>,
    /// Tonic and mode, if it has them.
    pub(super) tonality: Option<(u8, Mode)>,
    pub(super) shift: Shift,
    /// Words that were not understood.
    pub(super) unknown: Option<String>,
}

/// How clef, `octave=` and `transpose=` move what is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shift {
    pub(super) clef: Option<i32>,
    pub(super) octaves: Option<i32>,
    pub(super) semitones: Option<i32>,
}

impl Shift {
    /// What `later` says, else what was said before.
    pub(super) fn updated(self, later: Self) -> Self {
        Self {
            clef: later.clef.or(self.clef),
            octaves: later.octaves.or(self.octaves),
            semitones: later.semitones.or(self.semitones),
        }
    }

    /// Semitones in all.
    pub(super) fn total(self) -> i32 {
        12 * (self.clef.unwrap_or(0) + self.octaves.unwrap_or(0)) + self.semitones.unwrap_or(0)
    }

    /// Takes note of a word if it is about this.
    pub(super) fn word(&mut self, name: &str, value: Option<&str>) -> bool {
        let number = value.and_then(|value| value.parse().ok()).filter(|n| (-60..=60).contains(n));
        match name {
            "octave" => self.octaves = number.or(self.octaves),
            "transpose" | "t" => self.semitones = number.or(self.semitones),
            "clef" => self.clef = Some(clef_octaves(value.unwrap_or_default())),
            _ if value.is_none() && is_clef(name) => self.clef = Some(clef_octaves(name)),
            _ => return false,
        }
        true
    }
}

const CLEFS: [&str; 7] = ["treble", "bass", "alto", "tenor", "baritone", "soprano", "perc"];

fn is_clef(word: &str) -> bool {
    CLEFS.iter().any(|clef| word.starts_with(clef))
}

/// `treble-8` sounds an octave lower than it is written.
fn clef_octaves(clef: &str) -> i32 {
    if clef.ends_with("-8") { -1 } else { i32::from(clef.ends_with("+8")) }
}

/// The words of a field, with the values of those like `name="Violin I"`.
pub(super) fn words(text: &str) -> Vec<(&str, Option<&str>)> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        // `=c` is a word, not a value.
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let end = rest[first..].find([' ', '\t', '=']).map_or(rest.len(), |end| first + end);
        let (name, tail) = rest.split_at(end);
        let (value, tail) = match tail.strip_prefix('=') {
            Some(tail) if tail.starts_with('"') => {
                let quoted = &tail[1..];
                let end = quoted.find('"').unwrap_or(quoted.len());
                (Some(&quoted[..end]), quoted.get(end + 1..).unwrap_or_default())
            }
            Some(tail) => {
                let (value, tail) = tail.split_at(tail.find([' ', '\t']).unwrap_or(tail.len()));
                (Some(value), tail)
            }
            None => (None, tail),
        };
        words.push((name, value));
        rest = tail.trim_start();
    }
    words
}

pub(super) fn parse(text: &str) -> Key {
    let mut key = Key { accidentals: None, tonality: None, shift: Shift::default(), unknown: None };
    let rest = match text.trim() {
        "" => {
            key.accidentals = Some([0; 7]);
            return key;
        }
        text if text.starts_with("HP") || text.starts_with("Hp") => {
            // The notes of the Highland bagpipe: A Mixolydian.
            key.set_tonality(0, 0, Mode::Mixolydian, -1);
            &text[2..]
        }
        text => match text.strip_prefix("none") {
            Some(rest) => {
                key.accidentals = Some([0; 7]);
                rest
            }
            None => key.tonic(text),
        },
    };
    for (word, value) in words(rest) {
        key.modifier(word, value);
    }
    key
}

impl Key {
    fn set_tonality(&mut self, letter: usize, raised: i32, mode: Mode, more: i32) {
        self.accidentals = Some(letter::signature(letter::sharps(letter, raised) + more));
        self.tonality = Some((letter::pitch_class(letter, raised), mode));
    }

    /// Takes tonic and mode off the front, if they are there.
    fn tonic<'a>(&mut self, text: &'a str) -> &'a str {
        let bytes = text.as_bytes();
        let Some(letter) = bytes.first().copied().and_then(letter) else { return text };
        let raised = match bytes.get(1) {
            Some(b'#') => 1,
            Some(b'b') => -1,
            _ => 0,
        };
        let after = &text[1 + usize::from(raised != 0)..];
        let spaces = after.len() - after.trim_start().len();
        let end = after[spaces..]
            .find(|character: char| !character.is_ascii_alphabetic())
            .map_or(after.len(), |end| spaces + end);
        let word = after[spaces..end].to_ascii_lowercase();
        let name: String = word.chars().take(3).collect();
        match letter::mode(&name) {
            Some((mode, more)) => {
                self.set_tonality(letter, raised, mode, more);
                &after[end..]
            }
            // A lower-case word such as `bass` or `clef=alto` begins with a letter, too.
            None if bytes[0].is_ascii_lowercase() => text,
            None => {
                self.set_tonality(letter, raised, Mode::Major, 0);
                after
            }
        }
    }

    fn modifier(&mut self, word: &str, value: Option<&str>) {
        if self.shift.word(word, value) || value.is_some_and(|_| !word.contains(['^', '_'])) {
            return;
        }
        if word.eq_ignore_ascii_case("exp") {
            self.accidentals = Some([0; 7]);
        } else if let Some(changes) = changes(word, value) {
            let accidentals = self.accidentals.get_or_insert([0; 7]);
            changes.into_iter().for_each(|(letter, change)| accidentals[letter] = change);
        } else {
            self.unknown.get_or_insert_with(|| word.to_owned());
        }
    }
}

/// `^f=c` as letters and what becomes of them.
fn changes(word: &str, value: Option<&str>) -> Option<Vec<(usize, i32)>> {
    let text = value.map_or(word.to_owned(), |value| format!("{word}={value}"));
    let mut changes = Vec::new();
    let mut change = None;
    for byte in text.bytes() {
        match byte {
            b'^' => change = Some(change.unwrap_or(0) + 1),
            b'_' => change = Some(change.unwrap_or(0) - 1),
            b'=' => change = Some(0),
            _ => changes.push((letter(byte)?, change.take()?)),
        }
    }
    (change.is_none() && changes.iter().all(|(_, change)| (-2..=2).contains(change)))
        .then_some(changes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters that are not natural, such as `F# C#`.
    fn signed(text: &str) -> String {
        let accidentals = parse(text).accidentals.unwrap();
        let sign = |(letter, change): (char, i32)| match change {
            0 => String::new(),
            change if change > 0 => format!("{letter}{}", "#".repeat(change as usize)),
            change => format!("{letter}{}", "b".repeat(-change as usize)),
        };
        "ABCDEFG".chars().zip(accidentals).map(sign).collect()
    }

    #[test]
    fn keys_have_tonics_modes_and_changes() {
        for (text, expected) in [
            ("C", ""),
            ("G", "F#"),
            ("Eb", "AbBbEb"),
            ("F# minor", "C#F#G#"),
            ("Ador", "F#"),
            ("D Mixolydian", "F#"),
            ("Em", "F#"),
            ("Bb bass", "BbEb"),
            ("D clef=bass octave=-1", "C#F#"),
            ("Am^f", "F#"),
            ("Dmix=c", "F#"),
            ("D =c", "F#"),
            ("D exp _b^f", "BbF#"),
            ("HP", "C#F#"),
            ("none", ""),
            ("G# ", "A#B#C#D#E#F##G#"),
        ] {
            assert_eq!(signed(text), expected, "{text}");
        }
        assert_eq!(parse("clef=bass").accidentals, None);
        assert_eq!(parse("bass").accidentals, None);
        assert_eq!(parse("G clef=treble-8 transpose=-2").shift.total(), -14);
        assert_eq!(parse("Amin").tonality, Some((9, Mode::Minor)));
    }

    #[test]
    fn words_may_have_values_with_spaces() {
        assert_eq!(
            words("1 name=\"Violin I\" clef=treble merge"),
            [("1", None), ("name", Some("Violin I")), ("clef", Some("treble")), ("merge", None)]
        );
    }
}
