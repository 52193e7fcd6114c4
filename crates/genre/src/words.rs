//! Words for genres in names: of folders, of tracks, and in what a file says of itself.
//!
//! "Smooth Jazz/Autumn Leaves" and a text event "Style: Bossa nova" say what a table does not. A genre is found where all of its
//! words stand next to one another, whatever their case and what is between them; of genres that overlap the longest is meant.
//! Words are weak evidence: a track "Jazz Guitar" is named after a sound. So names of sounds of General MIDI are passed over.

use std::collections::BTreeMap;

/// Words that follow a genre's name in the name of a sound or of a kit: "Rock Organ", "Jazz Gtr", "Techno Bass".
const SOUNDS: [&str; 22] = [
    "organ", "guitar", "gtr", "guit", "git", "kit", "drum", "drums", "drumkit", "set", "bass",
    "piano", "pno", "ep", "strings", "lead", "pad", "brass", "sax", "voice", "flute", "fiddle",
];

/// Most words of a text that are looked at.
const MAX_WORDS: usize = 256;

/// Genres that can be found in texts.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    /// Genres by their first word, those of more words first.
    by_first: BTreeMap<String, Vec<(Vec<String>, String)>>,
}

/// A genre in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The genre, as the vocabulary has it.
    pub genre: String,
    /// The words of the text.
    pub words: String,
}

impl Vocabulary {
    /// Knows these genres.
    #[must_use]
    pub fn new<'a>(genres: impl IntoIterator<Item = &'a str>) -> Self {
        let mut by_first: BTreeMap<String, Vec<(Vec<String>, String)>> = BTreeMap::new();
        for genre in genres {
            let words = words(genre);
            if let Some(first) = words.first() {
                by_first.entry(first.clone()).or_default().push((words, genre.to_owned()));
            }
        }
        for genres in by_first.values_mut() {
            genres.sort_by(|one, other| other.0.len().cmp(&one.0.len()).then(one.1.cmp(&other.1)));
        }
        Self { by_first }
    }

    /// The genres that `text` names, in the order in which they stand there, each once.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Found> {
        let words = words(text);
        let mut found: Vec<Found> = Vec::new();
        let mut place = 0;
        while place < words.len() {
            let Some(genre) = self.at(&words[place..]) else {
                place += 1;
                continue;
            };
            let (length, name) = (genre.0.len(), &genre.1);
            let is_sound = words.get(place + length).is_some_and(|next| SOUNDS.contains(&&**next));
            if !is_sound && found.iter().all(|earlier| earlier.genre != *name) {
                let words = words[place..place + length].join(" ");
                found.push(Found { genre: name.clone(), words });
            }
            place += length;
        }
        found
    }

    /// The longest genre that `words` begin with.
    fn at(&self, words: &[String]) -> Option<&(Vec<String>, String)> {
        self.by_first.get(words.first()?)?.iter().find(|(genre, _)| words.starts_with(genre))
    }
}

/// Words in lower case; what is neither letter nor digit stands between words, but for the `&` of "r&b".
fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let words = lower.split(|letter: char| !letter.is_alphanumeric() && letter != '&');
    words.filter(|word| !word.is_empty()).take(MAX_WORDS).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn vocabulary() -> Vocabulary {
        Vocabulary::new(["jazz", "smooth jazz", "r&b", "hip-hop", "bossa nova", "rock", "pop"])
    }

    fn find(text: &str) -> Vec<String> {
        vocabulary().find(text).into_iter().map(|found| found.genre).collect()
    }

    #[test]
    fn whole_words_name_genres_and_the_longest_is_meant() {
        assert_eq!(find("MIDI/Smooth_Jazz/Popular songs"), ["smooth jazz"]);
        assert_eq!(find("Style: BOSSA-NOVA, then rock"), ["bossa nova", "rock"]);
        assert_eq!(find("R&B and Hip Hop, more R&B"), ["r&b", "hip-hop"]);
        assert_eq!(find("Rockefeller"), Vec::<String>::new());
        assert_eq!(vocabulary().find("a  Hip--Hop tune")[0].words, "hip hop");
    }

    #[test]
    fn names_of_sounds_are_no_genres() {
        assert_eq!(find("Rock Organ"), Vec::<String>::new());
        assert_eq!(find("Jazz Gtr. / smooth jazz kit"), Vec::<String>::new());
        assert_eq!(find("Rock Organ in a rock song"), ["rock"]);
    }

    proptest! {
        #[test]
        fn any_text_is_searched(text in ".{0,60}", genre in ".{0,10}") {
            let vocabulary = Vocabulary::new([&*genre, "rock"]);
            for found in vocabulary.find(&text) {
                prop_assert!(found.genre == genre || found.genre == "rock");
            }
            let found = vocabulary.find(&format!("{text} / rock / {text}"));
            prop_assert!(!found.is_empty());
        }
    }
}
