//! Names that every file system takes.

use std::collections::BTreeSet;

/// Names that Windows keeps for devices, whatever ending they have.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8",
    "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// Longest name, in characters: room is left for endings and numbers.
const MAX_CHARS: usize = 80;

/// A name for a file or folder: letters and digits in lower case, `_` and `-` for all that stands between them, `and` for `&`.
///
/// "soft rock" becomes `soft_rock`, "r&b" `r_and_b`.
#[must_use]
pub fn safe_name(text: &str) -> String {
    let mut name = String::new();
    for letter in text.replace('&', " and ").to_lowercase().chars() {
        if letter.is_alphanumeric() || letter == '-' {
            name.push(letter);
        } else if !name.ends_with('_') {
            name.push('_');
        }
    }
    let name: String = name.trim_matches(['_', '-']).chars().take(MAX_CHARS).collect();
    let name = name.trim_end_matches(['_', '-']);
    if name.is_empty() {
        return "subset".to_owned();
    }
    if DEVICES.contains(&name) { format!("{name}_") } else { name.to_owned() }
}

/// Names for all of `texts`, no two of them alike: the second of two gets a number.
pub fn safe_names<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let mut unique = |text: &str| {
        let name = safe_name(text);
        let numbered = (2..).map(|number: u64| format!("{name}_{number}"));
        let mut candidates = std::iter::once(name.clone()).chain(numbered);
        // There is no end to the numbers.
        let free = candidates.find(|name| !taken.contains(name)).unwrap_or(name.clone());
        taken.insert(free.clone());
        free
    };
    texts.into_iter().map(&mut unique).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn genres_become_names_of_files() {
        for (text, name) in [
            ("soft rock", "soft_rock"),
            ("r&b", "r_and_b"),
            ("Drum & Bass", "drum_and_bass"),
            ("folk-pop", "folk-pop"),
            ("a/b\\c:d", "a_b_c_d"),
            ("../../etc/passwd", "etc_passwd"),
            ("CON", "con_"),
            ("\"soft rock\" or disco", "soft_rock_or_disco"),
            ("...", "subset"),
            ("rock en español", "rock_en_español"),
        ] {
            assert_eq!(safe_name(text), name, "{text}");
        }
        assert_eq!(safe_name(&"x".repeat(1000)).len(), MAX_CHARS);
    }

    #[test]
    fn no_two_names_are_alike() {
        let names = safe_names(["a b", "a/b", "A_B", "a_b_2"]);
        assert_eq!(names, ["a_b", "a_b_2", "a_b_3", "a_b_2_2"]);
    }
}
