//! What a text is like.

use std::fmt;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::TextField;
use crate::artist;

/// What a text is to be like. Case and accents never count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    is_exact: bool,
}

impl Pattern {
    /// The way in which a field is usually asked for; `*` stands for anything.
    #[must_use]
    pub fn like(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_exact: false }
    }

    /// The whole text, letter by letter, a `*` included.
    #[must_use]
    pub fn exact(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_exact: true }
    }

    /// The text as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the whole text is meant, letter by letter.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.is_exact
    }

    /// Whether `text`, found in `field`, is like this.
    ///
    /// With a `*` the pattern covers the whole text. Without, a genre or a title has its words in it, one behind the other; an artist has
    /// the same name as people write it; anything else is the same.
    #[must_use]
    pub fn matches(&self, field: TextField, text: &str) -> bool {
        if self.is_exact {
            return plain(&self.text) == plain(text);
        }
        if self.text.contains('*') {
            return glob(&plain(&self.text), &plain(text));
        }
        match field {
            TextField::Genre | TextField::Title => has_words(&words(text), &words(&self.text)),
            TextField::Artist => same_artist(&self.text, text),
            TextField::Meta | TextField::Source | TextField::Metre => {
                plain(&self.text) == plain(text)
            }
        }
    }
}

impl fmt::Display for Pattern {
    /// In quotation marks, with a `\` before those within and before itself.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.text.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

/// In lower case, without accents.
pub(super) fn plain(text: &str) -> String {
    let letters = text.trim().nfkd().filter(|letter| !is_combining_mark(*letter));
    letters.flat_map(char::to_lowercase).collect()
}

/// The words of a text: letters and digits, with apostrophes left out and `&` read as "and".
pub(super) fn words(text: &str) -> Vec<String> {
    let text = plain(text).replace('&', " and ").replace(['\'', '\u{2019}'], "");
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn has_words(text: &[String], wanted: &[String]) -> bool {
    !wanted.is_empty() && text.windows(wanted.len()).any(|part| part == wanted)
}

fn same_artist(one: &str, other: &str) -> bool {
    let key = artist::key(one);
    !key.is_empty() && key == artist::key(other)
}

/// Whether `pattern`, in which `*` stands for anything, covers `text`.
fn glob(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(start) else { return false };
    let (middle, end) = rest.rsplit_once('*').unwrap_or(("", rest));
    for part in middle.split('*') {
        let Some(at) = text.find(part) else { return false };
        text = &text[at + part.len()..];
    }
    text.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn genre(pattern: &str, text: &str) -> bool {
        Pattern::like(pattern).matches(TextField::Genre, text)
    }

    #[test]
    fn a_genre_has_the_words_in_it() {
        assert!(genre("metal", "metal") && genre("Metal", "nu-metal"));
        assert!(genre("metal", "melodic metal rock") && !genre("metal", "metalcore"));
        assert!(genre("r&b", "indie R&B") && genre("r and b", "r&b") && !genre("b r", "r&b"));
        assert!(
            genre("children's", "childrens music") && genre("rock en espanol", "Rock en Español")
        );
        assert!(!genre("", "rock") && !genre("--", "rock"));
    }

    #[test]
    fn a_star_stands_for_anything_and_the_rest_for_itself() {
        assert!(genre("*metal*", "metalcore") && genre("*metal*", "nu metal"));
        assert!(genre("metal*", "metalcore") && !genre("metal*", "nu metal"));
        assert!(genre("*", "") && genre("a*b*c", "aXbYbc") && !genre("a*b*c", "acb"));
        assert!(!genre("ab*ba", "aba"), "the ends must not overlap");
    }

    #[test]
    fn an_exact_text_is_the_whole_text() {
        let exact = |text| Pattern::exact("metal").matches(TextField::Genre, text);
        assert!(exact("Metal") && !exact("nu metal"));
        assert!(!Pattern::exact("m*").matches(TextField::Genre, "metal"));
    }

    #[test]
    fn artists_are_written_in_many_ways() {
        for (one, other) in [
            ("Queen", "QUEEN"),
            ("The Beatles", "beatles"),
            ("Amos, Tori", "Tori Amos"),
            ("Beatles, The", "The Beatles"),
            ("Simon & Garfunkel", "Simon and Garfunkel"),
            ("Björk", "Bjork"),
            ("Guns N' Roses", "Guns N Roses"),
        ] {
            assert!(same_artist(one, other), "{one}, {other}");
        }
        assert!(!same_artist("Queen", "Queensryche") && !same_artist("", "!!!"));
        assert!(same_artist("The The", "the the"));
    }
}
