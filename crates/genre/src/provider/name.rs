//! Whether the artist in an answer is the one that was asked for.

use crate::artist::bare_words;

/// The least [`similarity`] that lets an answer pass for the artist.
pub(super) const AGREEMENT: f64 = 0.9;
/// What names get that are the same but for the order of their words, or for where words end.
const REARRANGED: f64 = 0.95;
/// Names above so many characters are the same or are not: comparing takes time with its square.
const MAX_COMPARED: usize = 200;

/// A name as a provider is asked for it: "Amos, Tori" is "Tori Amos", guests are left out.
pub(super) fn question(name: &str) -> String {
    let name = without_guests(name.trim());
    let mut parts = name.split(", ");
    match (parts.next(), parts.next(), parts.next()) {
        (Some(last), Some(first), None) if is_first_name(first) => {
            format!("{} {}", first.trim(), last.trim())
        }
        _ => name.to_owned(),
    }
}

/// What follows the comma in "Earth, Wind & Fire" or "Tyler, The Creator" is no first name.
fn is_first_name(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    text == "the"
        || !(text.contains(['&', '+']) || text.contains(" and ") || text.starts_with("the "))
}

fn without_guests(name: &str) -> &str {
    let lower = name.to_ascii_lowercase();
    let guests = [" feat. ", " feat ", " ft. ", " ft ", " featuring ", " (feat"];
    let end = guests.iter().filter_map(|word| lower.find(word)).min();
    name[..end.unwrap_or(name.len())].trim_end()
}

/// The normal form of a name: without case, accents, punctuation and "The"; "&", "+" and "n" are "and".
#[must_use]
pub fn normal(name: &str) -> String {
    bare_words(name).join(" ")
}

/// How alike two names are: 1 if their normal forms are the same, 0 if nothing is.
pub(super) fn similarity(a: &str, b: &str) -> f64 {
    let (a, b) = (normal(a), normal(b));
    if a == b {
        return 1.0;
    }
    let joined = |name: &str| name.replace(' ', "");
    if sorted(&a) == sorted(&b) || joined(&a) == joined(&b) {
        return REARRANGED;
    }
    if a.len().max(b.len()) > MAX_COMPARED {
        return 0.0;
    }
    strsim::normalized_levenshtein(&a, &b)
}

fn sorted(name: &str) -> Vec<&str> {
    let mut words: Vec<_> = name.split(' ').collect();
    words.sort_unstable();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_people_write_them() {
        for (a, b) in [
            ("Beyoncé", "BEYONCE"),
            ("The Beatles", "Beatles, The"),
            ("Guns N' Roses", "Guns & Roses"),
            ("R.E.M.", "REM"),
            ("AC/DC", "Ac Dc"),
            ("!!!", "!!!"),
        ] {
            assert_eq!(similarity(a, b), 1.0, "{a} {b}");
        }
        assert_eq!(similarity("BOWIE DAVID", "David Bowie"), REARRANGED);
        assert_eq!(similarity("10cc", "10 CC"), REARRANGED);
        assert!(similarity("Lynyrd Skynyrd", "Lynard Skynyrd") > AGREEMENT);
        for (a, b) in [("Queen", "Queens"), ("Prince", "Princess"), ("Kiss", "Kids"), ("", "a")] {
            assert!(similarity(a, b) < AGREEMENT, "{a} {b}");
        }
        assert_eq!(similarity(&"a".repeat(5000), &"a".repeat(5001)), 0.0);
    }

    #[test]
    fn a_question_has_the_first_name_first_and_no_guests() {
        for (name, asked) in [
            ("Amos, Tori", "Tori Amos"),
            ("Beatles, The", "The Beatles"),
            ("Earth, Wind & Fire", "Earth, Wind & Fire"),
            ("Crosby, Stills, Nash & Young", "Crosby, Stills, Nash & Young"),
            ("Tyler, The Creator", "Tyler, The Creator"),
            ("10,000 Maniacs", "10,000 Maniacs"),
            ("Santana feat. Rob Thomas", "Santana"),
            ("İ feat. X", "İ"),
        ] {
            assert_eq!(question(name), asked);
        }
    }
}
