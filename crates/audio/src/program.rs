//! The 128 sounds of General MIDI by name and by number.

use std::fmt;

/// A sound of General MIDI: 0..=127, as in MIDI files and in Magenta. Tables in print often count from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Program(u8);

/// Why a text names no sound.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no General MIDI sound is called '{text}'{}", candidates(near))]
pub struct ProgramError {
    /// The text.
    pub text: String,
    /// Sounds that it may have meant, the likeliest first.
    pub near: Vec<Program>,
}

fn candidates(near: &[Program]) -> String {
    let names: Vec<String> = near.iter().map(|program| format!("\"{}\"", program.name())).collect();
    if names.is_empty() { String::new() } else { format!(" (near: {})", names.join(", ")) }
}

/// How many sounds an error proposes, at most.
const PROPOSED: usize = 5;

impl Program {
    /// The sound of a number 0..=127.
    #[must_use]
    pub fn new(number: u8) -> Option<Self> {
        (number < 128).then_some(Self(number))
    }

    /// Its number, 0..=127.
    #[must_use]
    pub fn number(self) -> u8 {
        self.0
    }

    /// Its name in the General MIDI standard.
    #[must_use]
    pub fn name(self) -> &'static str {
        PROGRAMS.get(usize::from(self.0)).copied().unwrap_or_default()
    }

    /// Finds a sound by number, by name, or by what only one name begins with or has in it. Case, blanks and punctuation do not
    /// matter.
    ///
    /// # Errors
    ///
    /// [`ProgramError`] with the sounds that come near.
    pub fn find(text: &str) -> Result<Self, ProgramError> {
        if let Ok(number) = text.trim().parse::<u8>() {
            return Self::new(number)
                .ok_or_else(|| ProgramError { text: text.to_owned(), near: Vec::new() });
        }
        let wanted = plain(text);
        let all = || (0..128).map(Program);
        if let Some(exact) = all().find(|program| plain(program.name()) == wanted) {
            return Ok(exact);
        }
        let begins: Vec<Program> =
            all().filter(|program| plain(program.name()).starts_with(&wanted)).collect();
        let within: Vec<Program> =
            all().filter(|program| plain(program.name()).contains(&wanted)).collect();
        match (wanted.is_empty(), &*begins, &*within) {
            (false, [only], _) | (false, [], [only]) => Ok(*only),
            _ => Err(ProgramError { text: text.to_owned(), near: near(&wanted, begins, within) }),
        }
    }
}

impl fmt::Display for Program {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// Letters and digits, small.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What a text may have meant: the names that it begins, those that have it in them, those that differ least.
fn near(wanted: &str, begins: Vec<Program>, within: Vec<Program>) -> Vec<Program> {
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut found = begins;
    found.extend(within);
    if found.is_empty() {
        // A name may be long: longer ones than these are not what was meant.
        let wanted: String = wanted.chars().take(40).collect();
        let mut by_distance: Vec<(usize, Program)> = (0..128)
            .map(Program)
            .map(|program| (distance(&wanted, &plain(program.name())), program))
            .filter(|(distance, _)| distance * 2 <= wanted.chars().count())
            .collect();
        by_distance.sort();
        found = by_distance.into_iter().map(|(_, program)| program).collect();
    }
    let mut unique = Vec::new();
    for program in found {
        if !unique.contains(&program) && unique.len() < PROPOSED {
            unique.push(program);
        }
    }
    unique
}

/// Letters to insert, delete or exchange (Levenshtein 1966).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = i;
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
        for (j, b) in other.iter().enumerate() {
            let substituted = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row.last().copied().unwrap_or(0)
}

/// The names of General MIDI Level 1 (MIDI Manufacturers Association, 1991).
pub const PROGRAMS: [&str; 128] = [
    "Acoustic Grand Piano",
    "Bright Acoustic Piano",
    "Electric Grand Piano",
    "Honky-tonk Piano",
    "Electric Piano 1",
    "Electric Piano 2",
    "Harpsichord",
    "Clavi",
    "Celesta",
    "Glockenspiel",
    "Music Box",
    "Vibraphone",
    "Marimba",
    "Xylophone",
    "Tubular Bells",
    "Dulcimer",
    "Drawbar Organ",
    "Percussive Organ",
    "Rock Organ",
    "Church Organ",
    "Reed Organ",
    "Accordion",
    "Harmonica",
    "Tango Accordion",
    "Acoustic Guitar (nylon)",
    "Acoustic Guitar (steel)",
    "Electric Guitar (jazz)",
    "Electric Guitar (clean)",
    "Electric Guitar (muted)",
    "Overdriven Guitar",
    "Distortion Guitar",
    "Guitar Harmonics",
    "Acoustic Bass",
    "Electric Bass (finger)",
    "Electric Bass (pick)",
    "Fretless Bass",
    "Slap Bass 1",
    "Slap Bass 2",
    "Synth Bass 1",
    "Synth Bass 2",
    "Violin",
    "Viola",
    "Cello",
    "Contrabass",
    "Tremolo Strings",
    "Pizzicato Strings",
    "Orchestral Harp",
    "Timpani",
    "String Ensemble 1",
    "String Ensemble 2",
    "Synth Strings 1",
    "Synth Strings 2",
    "Choir Aahs",
    "Voice Oohs",
    "Synth Voice",
    "Orchestra Hit",
    "Trumpet",
    "Trombone",
    "Tuba",
    "Muted Trumpet",
    "French Horn",
    "Brass Section",
    "Synth Brass 1",
    "Synth Brass 2",
    "Soprano Sax",
    "Alto Sax",
    "Tenor Sax",
    "Baritone Sax",
    "Oboe",
    "English Horn",
    "Bassoon",
    "Clarinet",
    "Piccolo",
    "Flute",
    "Recorder",
    "Pan Flute",
    "Blown Bottle",
    "Shakuhachi",
    "Whistle",
    "Ocarina",
    "Lead 1 (square)",
    "Lead 2 (sawtooth)",
    "Lead 3 (calliope)",
    "Lead 4 (chiff)",
    "Lead 5 (charang)",
    "Lead 6 (voice)",
    "Lead 7 (fifths)",
    "Lead 8 (bass + lead)",
    "Pad 1 (new age)",
    "Pad 2 (warm)",
    "Pad 3 (polysynth)",
    "Pad 4 (choir)",
    "Pad 5 (bowed)",
    "Pad 6 (metallic)",
    "Pad 7 (halo)",
    "Pad 8 (sweep)",
    "FX 1 (rain)",
    "FX 2 (soundtrack)",
    "FX 3 (crystal)",
    "FX 4 (atmosphere)",
    "FX 5 (brightness)",
    "FX 6 (goblins)",
    "FX 7 (echoes)",
    "FX 8 (sci-fi)",
    "Sitar",
    "Banjo",
    "Shamisen",
    "Koto",
    "Kalimba",
    "Bag pipe",
    "Fiddle",
    "Shanai",
    "Tinkle Bell",
    "Agogo",
    "Steel Drums",
    "Woodblock",
    "Taiko Drum",
    "Melodic Tom",
    "Synth Drum",
    "Reverse Cymbal",
    "Guitar Fret Noise",
    "Breath Noise",
    "Seashore",
    "Bird Tweet",
    "Telephone Ring",
    "Helicopter",
    "Applause",
    "Gunshot",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sound_is_found_by_its_name_and_its_number() {
        for number in 0..128 {
            let program = Program::new(number).unwrap();
            assert_eq!(Program::find(program.name()), Ok(program));
            assert_eq!(Program::find(&number.to_string()), Ok(program));
        }
        assert_eq!(Program::new(128), None);
    }

    #[test]
    fn case_and_punctuation_do_not_matter_and_beginnings_do() {
        let number = |text| Program::find(text).map(Program::number).ok();
        assert_eq!(number("electric guitar (CLEAN)"), Some(27));
        assert_eq!(number("electric guitar clean"), Some(27));
        assert_eq!(number("vibra"), Some(11));
        assert_eq!(number("distortion"), Some(30));
        assert_eq!(number("nylon"), Some(24));
    }

    #[test]
    fn what_could_be_several_or_none_is_refused_with_proposals() {
        let near = |text| -> Vec<&str> {
            Program::find(text).unwrap_err().near.iter().map(|near| near.name()).collect()
        };
        assert_eq!(near("electric guitar").len(), 3);
        assert_eq!(near("Vilin").first(), Some(&"Violin"));
        assert!(near("").is_empty() && near("200").is_empty() && near("xyzxyz").is_empty());
    }
}
