//! Names that differ by slips of the pen.
//!
//! A slip is a letter too many, too few, another letter or two neighbours swapped (the optimal string alignment distance). How many are
//! allowed grows with the length of the name. Numbers and short words must be the same: `Sum 41` is not `Sum 42`, and `Johnny Nash` is not
//! `Johnny Cash`.

use std::collections::BTreeMap;

use rapidfuzz::distance::osa;

use super::bare_words;
use crate::table::Artist;

/// How much likelier than the next the best candidate must be.
pub(super) const LEAD: f64 = 0.03;

/// Letters of a word in which a slip makes another name.
const SHORT: usize = 4;

/// A name as it is compared: its words without article, sorted, in one string.
#[derive(Clone, Debug)]
struct Letters {
    letters: Vec<char>,
    digits: String,
    words: Vec<String>,
}

impl Letters {
    fn of(words: &[String]) -> Self {
        let letters: Vec<char> = words.join(" ").chars().collect();
        let digits = letters.iter().filter(|letter| letter.is_numeric()).collect();
        Letters { letters, digits, words: words.to_vec() }
    }

    /// Whether no word of `SHORT` letters or fewer is another in `other`, swapped letters aside. Where words were joined or parted, there is no
    /// telling.
    fn short_words_agree(&self, other: &Letters) -> bool {
        let mut pairs = self.words.iter().zip(&other.words);
        self.words.len() != other.words.len() || pairs.all(|(a, b)| agree(a, b))
    }
}

fn agree(a: &str, b: &str) -> bool {
    let sorted = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        letters.sort_unstable();
        letters
    };
    let (letters, others) = (sorted(a), sorted(b));
    letters.len().min(others.len()) > SHORT || letters == others
}

/// Artists by the length of their names.
#[derive(Clone, Debug)]
pub(super) struct Similar {
    by_length: BTreeMap<usize, Vec<(usize, Letters)>>,
}

/// Slips allowed in a name of so many letters.
fn allowed(letters: usize) -> usize {
    match letters {
        0..=6 => 0,
        7..=11 => 1,
        12..=19 => 2,
        _ => 3,
    }
}

impl Similar {
    pub(super) fn new(artists: &[Artist]) -> Self {
        let mut by_length: BTreeMap<usize, Vec<(usize, Letters)>> = BTreeMap::new();
        for (index, artist) in artists.iter().enumerate() {
            for letters in forms(&artist.name) {
                by_length.entry(letters.letters.len()).or_default().push((index, letters));
            }
        }
        Similar { by_length }
    }

    /// Artists with a name like this one, with the share of letters that are right, the most alike first.
    pub(super) fn to(&self, name: &str) -> Vec<(usize, f64)> {
        let mut likeness: BTreeMap<usize, f64> = BTreeMap::new();
        for letters in forms(name) {
            let length = letters.letters.len();
            let most = allowed(length);
            if most == 0 {
                continue;
            }
            let comparator = osa::BatchComparator::new(letters.letters.iter().copied());
            for (&other_length, artists) in self.by_length.range(length - most..=length + most) {
                // The shorter name decides.
                let cutoff = osa::Args::default().score_cutoff(allowed(length.min(other_length)));
                for (index, other) in
                    artists.iter().filter(|(_, other)| other.digits == letters.digits)
                {
                    let distance =
                        comparator.distance_with_args(other.letters.iter().copied(), &cutoff);
                    if let Some(distance) = distance.filter(|_| letters.short_words_agree(other)) {
                        let share = 1.0 - distance as f64 / length.max(other_length) as f64;
                        let best = likeness.entry(*index).or_default();
                        *best = best.max(share);
                    }
                }
            }
        }
        let mut likeness: Vec<(usize, f64)> = likeness.into_iter().collect();
        likeness.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        likeness
    }
}

/// A name as it is written, and with its words in order.
fn forms(name: &str) -> Vec<Letters> {
    let words = bare_words(name);
    let mut sorted = words.clone();
    sorted.sort_unstable();
    let mut forms = vec![Letters::of(&words)];
    if sorted != words {
        forms.push(Letters::of(&sorted));
    }
    forms
}
