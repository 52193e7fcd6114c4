//! Genre words in free text: names of folders, texts and track names of MIDI files, titles.
//!
//! Only whole words count, and the longest phrase wins: "Soft Rock Ballads" is soft rock. How much a word says depends on where it stands and
//! whether it means other things, too: a folder "House" is of house music, "House of the Rising Sun" is not.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use serde::Serialize;

use crate::artist::{with_and, words};
use crate::taxonomy::{MetaId, Taxonomy};

/// Where a text comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Name of a folder.
    Folder,
    /// A text, marker or copyright event of a MIDI file.
    Text,
    /// Name of a track, which is more often that of an instrument.
    TrackName,
    /// Title of a song, or name of its file.
    Title,
}

impl Source {
    /// How much a phrase of several words, a word, and a word that means other things, too, say here, in [0, 1].
    fn confidences(self) -> [f64; 3] {
        match self {
            Source::Folder => [0.95, 0.9, 0.8],
            Source::Text => [0.8, 0.6, 0.4],
            Source::TrackName => [0.6, 0.4, 0.2],
            Source::Title => [0.5, 0.3, 0.1],
        }
    }
}

/// A genre that a text names.
#[derive(Clone, Debug, PartialEq)]
pub struct Word<'a> {
    /// The fine genre, or the name of the meta-genre where only that is named.
    pub genre: &'a str,
    /// The meta-genre.
    pub meta: MetaId,
    /// How much this says, in (0, 1].
    pub confidence: f64,
    /// Which bytes of the text.
    pub range: Range<usize>,
}

/// Words and phrases that mean genres.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    phrases: HashMap<String, (String, MetaId)>,
    /// Words in the longest phrase.
    longest: usize,
    common: HashSet<String>,
    instruments: HashSet<String>,
}

impl Vocabulary {
    /// The genres and aliases of a taxonomy, and other genres, such as those of a table.
    #[must_use]
    pub fn new<'g>(taxonomy: &Taxonomy, genres: impl IntoIterator<Item = &'g str>) -> Self {
        let set = |words: &[String]| words.iter().cloned().collect();
        let mut vocabulary = Vocabulary {
            phrases: HashMap::new(),
            longest: 0,
            common: set(taxonomy.common()),
            instruments: set(taxonomy.instruments()),
        };
        for meta in taxonomy.metas() {
            meta.genres.iter().for_each(|genre| vocabulary.add(genre, genre, meta.id));
        }
        for genre in genres {
            vocabulary.add(genre, genre, taxonomy.meta_of(genre).id);
        }
        // What fits nowhere has no name of its own: "other" is no genre.
        let (_, named) = taxonomy
            .metas()
            .split_last()
            .unwrap_or_else(|| unreachable!("a taxonomy is not empty"));
        for meta in named {
            let names = [&meta.name, &meta.display].into_iter().chain(&meta.aliases);
            names.for_each(|name| vocabulary.add(name, &meta.name, meta.id));
        }
        vocabulary
    }

    /// Adds a phrase, also written in one word, unless it has a meaning.
    fn add(&mut self, phrase: &str, genre: &str, meta: MetaId) {
        let words = with_and(words(phrase));
        if words.is_empty() {
            return;
        }
        self.longest = self.longest.max(words.len());
        for form in [words.join(" "), words.concat()] {
            self.phrases.entry(form).or_insert_with(|| (genre.to_owned(), meta));
        }
    }

    /// The genres that `text` names, in order.
    #[must_use]
    pub fn find(&self, text: &str, source: Source) -> Vec<Word<'_>> {
        let (words, ranges) = split(text);
        let mut found = Vec::new();
        let mut place = 0;
        while place < words.len() {
            let lengths = (1..=self.longest.min(words.len() - place)).rev();
            let phrase = lengths
                .map(|length| &words[place..place + length])
                .find_map(|phrase| Some((phrase, self.phrases.get(&phrase.join(" "))?)));
            let Some((phrase, (genre, meta))) = phrase else {
                place += 1;
                continue;
            };
            let end = place + phrase.len();
            if source == Source::Folder || !self.is_instrument(phrase, words.get(end)) {
                let [several, one, common] = source.confidences();
                let confidence = match phrase {
                    [word] if self.common.contains(word) => common,
                    [_] => one,
                    _ => several,
                };
                let range = ranges[place].start..ranges[end - 1].end;
                found.push(Word { genre, meta: *meta, confidence, range });
            }
            place = end;
        }
        found
    }

    /// Whether a phrase tells the kind of an instrument: "Jazz Guitar", or "jazz" before "guitar". "Drum and bass" is no instrument.
    fn is_instrument(&self, phrase: &[String], next: Option<&String>) -> bool {
        let ends_so =
            phrase.len() < 3 && phrase.last().is_some_and(|word| self.instruments.contains(word));
        ends_so || next.is_some_and(|word| self.instruments.contains(word))
    }
}

/// The words of a text, as names are compared, each with the bytes that it comes from.
fn split(text: &str) -> (Vec<String>, Vec<Range<usize>>) {
    let within =
        |character: char| character.is_alphanumeric() || "&+'’.!$\u{301}".contains(character);
    let (mut all, mut ranges) = (Vec::new(), Vec::new());
    let mut from = 0;
    for segment in text.split(|character| !within(character)) {
        let range = from..from + segment.len();
        let separator = text[range.end..].chars().next().map_or(0, char::len_utf8);
        from = range.end + separator;
        for word in words(segment) {
            all.push(word);
            ranges.push(range.clone());
        }
    }
    (with_and(all), ranges)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn vocabulary() -> Vocabulary {
        Vocabulary::new(&Taxonomy::built_in(), ["zydeco"])
    }

    fn genres(text: &str, source: Source) -> Vec<(String, f64)> {
        let vocabulary = vocabulary();
        let found = vocabulary.find(text, source);
        found.iter().map(|word| (word.genre.to_owned(), word.confidence)).collect()
    }

    fn names(text: &str) -> Vec<String> {
        genres(text, Source::Folder).into_iter().map(|(genre, _)| genre).collect()
    }

    #[test]
    fn the_longest_phrase_wins() {
        assert_eq!(names("Soft Rock"), ["soft rock"]);
        assert_eq!(names("rock_and_pop"), ["rock", "pop"]);
        assert_eq!(names("East Coast Hip-Hop, Zydeco"), ["east coast hip hop", "zydeco"]);
    }

    #[test]
    fn genres_are_known_however_they_are_written() {
        for (text, genre) in [
            ("HIPHOP", "hip hop"),
            ("Hip-Hop", "hip hop"),
            ("R&B", "r&b"),
            ("r'n'b", "r&b"),
            ("R n B", "r&b"),
            ("Rock 'n' Roll", "rock-and-roll"),
            ("Rock & Roll", "rock-and-roll"),
            ("Drum & Bass", "drum and bass"),
            ("Heavy Metal", "metal"),
            ("HeavyMetal", "metal"),
            ("Chanson québécois", "chanson quebecois"),
        ] {
            assert_eq!(names(text), [genre], "{text}");
        }
    }

    #[test]
    fn only_whole_words_count() {
        assert!(names("Rocket, popular, soulful, metallic, bluesy").is_empty());
        assert!(names("").is_empty());
        assert!(names("other").is_empty());
    }

    #[test]
    fn a_title_says_less_than_a_folder() {
        let confidence = |text: &str, source| genres(text, source)[0].1;
        assert_eq!(confidence("Rock", Source::Folder), 0.8);
        assert_eq!(confidence("We Will Rock You", Source::Title), 0.1);
        assert_eq!(confidence("Thrash metal demo", Source::Text), 0.8);
        assert!(confidence("bebop", Source::Title) > confidence("house", Source::Title));
    }

    #[test]
    fn the_kind_of_an_instrument_is_no_genre() {
        for track in
            ["Jazz Guitar", "Rock Kit", "Jazz Bass", "Violin", "Classical gtr 2", "Metal Lead"]
        {
            assert!(genres(track, Source::TrackName).is_empty(), "{track}");
        }
        assert_eq!(genres("Drum and Bass", Source::TrackName), [("drum and bass".to_owned(), 0.6)]);
        assert_eq!(names("Jazz Guitar"), ["jazz"]);
    }

    #[test]
    fn words_are_where_they_stand() {
        let vocabulary = vocabulary();
        let text = "Müsik: «Ye-Ye» & R&B!";
        let found = vocabulary.find(text, Source::Text);
        let words: Vec<&str> = found.iter().map(|word| &text[word.range.clone()]).collect();
        assert_eq!(words, ["Ye-Ye", "R&B!"]);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC{0,40}") {
            for word in vocabulary().find(&text, Source::Text) {
                prop_assert!(text.get(word.range).is_some());
            }
        }
    }
}
