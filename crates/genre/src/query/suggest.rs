//! Genres that a query may have meant.

use strsim::damerau_levenshtein;

use super::pattern::plain;
use super::{Pattern, Query, TextField};

/// Most genres that are suggested for one.
const MAX_SUGGESTIONS: usize = 3;

/// A genre of a query that no piece has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// What the query asks for.
    pub asked: String,
    /// Genres that are much alike, the likeliest first; may be empty.
    pub suggestions: Vec<String>,
}

impl Query {
    /// The genres that it asks for of which there is none among `genres`, with those that may have been meant.
    #[must_use]
    pub fn unknown_genres(&self, genres: &[&str]) -> Vec<Unknown> {
        let mut unknown: Vec<Unknown> = Vec::new();
        self.for_each_text(&mut |field, pattern| {
            let known = genres.iter().any(|genre| pattern.matches(TextField::Genre, genre));
            let asked = pattern.text();
            if field == TextField::Genre && !known && unknown.iter().all(|it| it.asked != asked) {
                let suggestions = suggestions(pattern, genres);
                unknown.push(Unknown { asked: asked.to_owned(), suggestions });
            }
        });
        unknown
    }
}

/// Genres that differ by a letter or two, then those that have the text in them.
fn suggestions(pattern: &Pattern, genres: &[&str]) -> Vec<String> {
    let asked = plain(&pattern.text().replace('*', ""));
    let most = 1 + asked.chars().count() / 4;
    let mut near: Vec<(usize, &str)> = Vec::new();
    for genre in genres {
        let name = plain(genre);
        let distance = damerau_levenshtein(&asked, &name);
        if distance <= most {
            near.push((distance, genre));
        } else if !asked.is_empty() && name.contains(&asked) {
            near.push((most + 1 + name.len(), genre));
        }
    }
    near.sort();
    near.into_iter().take(MAX_SUGGESTIONS).map(|(_, genre)| genre.to_owned()).collect()
}
