//! The forms in which names of artists are compared.
//!
//! People write the same name in many ways: `AC/DC` and `AC DC`, `Beyoncé` and `BEYONCE`, `The Mamas & The Papas` and `mamas and papas`,
//! `Tori Amos` and `Amos, Tori`. Each function here forgets one more of these differences than the one before.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Words that stand for `&`.
const AND: [&str; 4] = ["&", "+", "and", "und"];

/// Words behind which others are named who only took part.
const CREDITS: [&str; 11] = [
    "feat",
    "ft",
    "featuring",
    "with",
    "vs",
    "versus",
    "presents",
    "pres",
    "meets",
    "starring",
    "introducing",
];

/// The name in small letters, with single spaces.
#[must_use]
pub fn lower(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// The name in small letters without accents: `Die Ärzte` is `die arzte`, `Mø` is `mo`.
#[must_use]
pub fn unaccented(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for character in lower(name).nfkd().filter(|&character| !is_combining_mark(character)) {
        match character {
            'ø' => text.push('o'),
            'ł' => text.push('l'),
            'đ' | 'ð' => text.push('d'),
            'ı' => text.push('i'),
            'æ' => text.push_str("ae"),
            'œ' => text.push_str("oe"),
            'ß' => text.push_str("ss"),
            'þ' => text.push_str("th"),
            // Compatibility decomposition can bring capitals back, as that of `™` does.
            other => text.extend(other.to_lowercase()),
        }
    }
    text
}

/// The words of a name, unaccented and without punctuation: `R.E.M.` is `rem`, `Guns N' Roses` is `guns`, `n`, `roses`, `AC/DC` is `ac`, `dc`,
/// `Ke$ha` is `kesha`. `&` and `+` are words of their own.
#[must_use]
pub fn words(name: &str) -> Vec<String> {
    let text = unaccented(name).replace("'n'", " n ").replace("’n’", " n ");
    let characters: Vec<char> = text.chars().collect();
    let mut spaced = String::with_capacity(text.len());
    for (place, &character) in characters.iter().enumerate() {
        let letter = |at: Option<&char>| at.is_some_and(|other| other.is_alphabetic());
        let before = letter(place.checked_sub(1).and_then(|at| characters.get(at)));
        let after = letter(characters.get(place + 1));
        match character {
            '$' if before || after => spaced.push('s'),
            '!' if before && after => spaced.push('i'),
            // They stand within words: initials, contractions, nicknames.
            '.' | '\'' | '’' | '‘' | '`' | '´' | '"' | '“' | '”' | '*' if before && after =>
                {}
            '.' | '\'' | '’' | '‘' | '`' | '´' | '"' | '“' | '”' => spaced.push(' '),
            '&' | '+' => spaced.extend([' ', character, ' ']),
            other if other.is_alphanumeric() => spaced.push(other),
            _ => spaced.push(' '),
        }
    }
    spaced.split_whitespace().map(str::to_owned).collect()
}

/// `words` with each way to say "and" alike: `&`, `+`, `and`, `und`, and `n` between two words.
#[must_use]
pub fn with_and(mut words: Vec<String>) -> Vec<String> {
    let last = words.len().saturating_sub(1);
    for (place, word) in words.iter_mut().enumerate() {
        if AND.contains(&word.as_str()) || (word == "n" && place > 0 && place < last) {
            *word = "and".to_owned();
        }
    }
    words
}

/// `words` without "the", unless there is nothing else.
#[must_use]
pub fn without_article(words: Vec<String>) -> Vec<String> {
    let rest: Vec<String> = words.iter().filter(|word| *word != "the").cloned().collect();
    if rest.is_empty() { words } else { rest }
}

/// What names of one artist have in common, as people write them: the words in alphabetical order, without articles, "and" always alike. Empty for
/// a name without a letter or digit.
#[must_use]
pub fn key(name: &str) -> String {
    sorted(&bare_words(name))
}

/// The words of a name without articles, "and" always alike.
pub(crate) fn bare_words(name: &str) -> Vec<String> {
    without_article(with_and(words(name)))
}

/// `words` in alphabetical order, as one text.
pub(crate) fn sorted(words: &[String]) -> String {
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.sort_unstable();
    words.join(" ")
}

/// The words before those that only took part: before `feat.`, `ft.`, `with`, `vs.` and their like, and, where two or more words stand before
/// it, before "and": `Bill Haley & His Comets` is led by `bill haley`, but `Simon & Garfunkel` by nobody. `words` as [`with_and`] gives them.
#[must_use]
pub fn lead(words: &[String]) -> Option<&[String]> {
    let end = (1..words.len()).find(|&place| {
        let word = words[place].as_str();
        CREDITS.contains(&word) || (word == "and" && place > 1)
    })?;
    (end + 1 < words.len()).then(|| &words[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_fall_off() {
        assert_eq!(unaccented("Die  ÄRZTE "), "die arzte");
        assert_eq!(unaccented("Beyonce\u{301}"), unaccented("BEYONCÉ"));
        assert_eq!(unaccented("Mø, Sigur Rós, Ætherß"), "mo, sigur ros, aetherss");
    }

    #[test]
    fn punctuation_joins_or_parts() {
        let joined = |name: &str| words(name).join(" ");
        assert_eq!(joined("AC/DC"), "ac dc");
        assert_eq!(joined("R.E.M."), "rem");
        assert_eq!(joined("Guns N' Roses"), "guns n roses");
        assert_eq!(joined("Rock'n'Roll"), "rock n roll");
        assert_eq!(joined("\"Weird Al\" Yankovic"), "weird al yankovic");
        assert_eq!(joined("Ke$ha, P!nk & SASH!"), "kesha pink & sash");
        assert_eq!(joined("Jolson. Al"), "jolson al");
        assert!(words("...").is_empty());
    }

    #[test]
    fn the_band_the_the_keeps_its_name() {
        assert_eq!(without_article(words("The The")), ["the", "the"]);
        assert_eq!(without_article(words("Beatles, The")), ["beatles"]);
    }

    #[test]
    fn who_leads() {
        let led_by = |name: &str| lead(&with_and(words(name))).map(|words| words.join(" "));
        assert_eq!(led_by("Bill Haley & His Comets").as_deref(), Some("bill haley"));
        assert_eq!(led_by("Santana (feat. Rob Thomas)").as_deref(), Some("santana"));
        assert_eq!(led_by("Run-D.M.C. vs. Jason Nevins").as_deref(), Some("run dmc"));
        assert_eq!(led_by("Simon & Garfunkel"), None);
        assert_eq!(led_by("With You"), None);
        assert_eq!(led_by("Santana feat."), None);
    }
}
