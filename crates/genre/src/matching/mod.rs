//! Which artist of a table a name means.
//!
//! A name is looked for in the table in ever looser ways ([`How`]), and the first way in which it is found says how sure the match is. The last,
//! [`How::Fuzzy`], allows for slips of the pen; see [`fuzzy`] for what it allows.

mod fuzzy;

use std::collections::HashMap;

use serde::Serialize;

use crate::artist::{self, bare_words, sorted};
use crate::table::{Artist, GenreTable};
use fuzzy::Similar;

/// In what a name differs from the artist's. Each way overlooks all that those before it do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// In nothing.
    Exact,
    /// In capitals or spaces: `abba`.
    Case,
    /// In accents: `Beyonce`.
    Accents,
    /// In punctuation, or in where words are joined: `AC DC` for `AC/DC`, `Jay Z` for `JAY-Z`.
    Punctuation,
    /// In how "and" is written: `Simon and Garfunkel`.
    And,
    /// In having "The", or in its place: `Beatles, The`.
    Article,
    /// In the order of the words: `Amos, Tori`, `BOWIE DAVID`.
    Inverted,
    /// In those who take part: `Santana feat. Rob Thomas`, `Bill Haley` for `Bill Haley & His Comets`.
    Credit,
    /// In a few letters: `Lynyrd Skynnyrd`.
    Fuzzy,
}

impl How {
    /// The ways that need no guess, from the strictest to the loosest.
    const SURE: [How; 8] = [
        How::Exact,
        How::Case,
        How::Accents,
        How::Punctuation,
        How::And,
        How::Article,
        How::Inverted,
        How::Credit,
    ];

    /// How sure a match of this kind is, from 1 for the very same name down to 0.9. A fuzzy match has 0.9 of the likeness of its letters.
    #[must_use]
    pub fn score(self) -> f64 {
        match self {
            How::Exact => 1.0,
            How::Case => 0.99,
            How::Accents => 0.98,
            How::Punctuation => 0.97,
            How::And => 0.96,
            How::Article => 0.95,
            How::Inverted => 0.93,
            How::Credit | How::Fuzzy => 0.9,
        }
    }

    /// The name in one word, as [`Serialize`] has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            How::Exact => "exact",
            How::Case => "case",
            How::Accents => "accents",
            How::Punctuation => "punctuation",
            How::And => "and",
            How::Article => "article",
            How::Inverted => "inverted",
            How::Credit => "credit",
            How::Fuzzy => "fuzzy",
        }
    }

    /// What is left of a name when all that this way overlooks is gone; empty if that is everything.
    fn form(self, name: &str) -> String {
        match self {
            How::Exact => name.to_owned(),
            How::Case => artist::lower(name),
            How::Accents => artist::unaccented(name),
            How::Punctuation => artist::words(name).concat(),
            How::And => artist::with_and(artist::words(name)).concat(),
            How::Article => bare_words(name).concat(),
            How::Inverted | How::Fuzzy => artist::key(name),
            How::Credit => {
                let words = bare_words(name);
                sorted(artist::lead(&words).unwrap_or(&words))
            }
        }
    }
}

/// An artist that a name means.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Match<'a> {
    /// The artist.
    #[serde(flatten)]
    pub artist: &'a Artist,
    /// Its place in [`GenreTable::artists`].
    #[serde(skip)]
    pub index: usize,
    /// In what the name differs.
    pub how: How,
    /// How sure this is, in (0, 1].
    pub score: f64,
    /// Places of other artists that the name means just as well: other spellings of the same name, of which the one with most genres was
    /// taken and of those the first.
    #[serde(skip)]
    pub also: Vec<usize>,
}

/// What came of looking for a name.
#[derive(Clone, Debug, PartialEq)]
pub enum Lookup<'a> {
    /// This artist.
    Found(Match<'a>),
    /// Several artists are about as near to the name, and none near enough to the exclusion of the others. The best comes first.
    Ambiguous(Vec<Match<'a>>),
    /// Nobody.
    Unknown,
}

impl<'a> Lookup<'a> {
    /// The artist, if there is one.
    #[must_use]
    pub fn found(self) -> Option<Match<'a>> {
        match self {
            Lookup::Found(found) => Some(found),
            Lookup::Ambiguous(_) | Lookup::Unknown => None,
        }
    }
}

/// A table whose artists can be found under the names that people give them.
#[derive(Clone, Debug)]
pub struct Matcher<'a> {
    artists: &'a [Artist],
    /// For each of [`How::SURE`]: form of a name to the artists that have it, in the order of the table.
    forms: [HashMap<String, Vec<usize>>; How::SURE.len()],
    similar: Similar,
}

impl<'a> Matcher<'a> {
    /// Makes an index of a table.
    #[must_use]
    pub fn new(table: &'a GenreTable) -> Self {
        let artists = table.artists();
        let forms = How::SURE.map(|how| {
            let mut form: HashMap<String, Vec<usize>> = HashMap::new();
            for (index, artist) in artists.iter().enumerate() {
                let key = how.form(&artist.name);
                if !key.is_empty() {
                    form.entry(key).or_default().push(index);
                }
            }
            form
        });
        Matcher { artists, forms, similar: Similar::new(artists) }
    }

    /// The artist that `name` means, if it is one and clear which.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<Match<'a>> {
        self.look_up(name).found()
    }

    /// The same, with the candidates if it is not clear which.
    ///
    /// The strictest way in which the name is found counts. But an artist without genres gives way to one that has some and is found in a looser
    /// way, short of a fuzzy one: a table may hold `Tori Amos` with genres and `Amos, Tori` without.
    #[must_use]
    pub fn look_up(&self, name: &str) -> Lookup<'a> {
        let mut without_genres = None;
        for (how, form) in How::SURE.into_iter().zip(&self.forms) {
            let Some(indices) = form.get(how.form(name).as_str()) else { continue };
            let found = self.best(indices, how);
            if !found.artist.genres.is_empty() {
                return Lookup::Found(found);
            }
            without_genres.get_or_insert(found);
        }
        match without_genres {
            Some(found) => Lookup::Found(found),
            None => self.fuzzy(name),
        }
    }

    /// The artist with most genres among those that have the same form of a name.
    fn best(&self, indices: &[usize], how: How) -> Match<'a> {
        let genres = |index: usize| self.artists[index].genres.len();
        let first = indices
            .iter()
            .copied()
            .reduce(|best, index| if genres(index) > genres(best) { index } else { best });
        let index = first.unwrap_or_default();
        let also = indices.iter().copied().filter(|&other| other != index).collect();
        Match { artist: &self.artists[index], index, how, score: how.score(), also }
    }

    fn fuzzy(&self, name: &str) -> Lookup<'a> {
        let mut matches: Vec<Match<'a>> = Vec::new();
        for (index, likeness) in self.similar.to(name) {
            let score = How::Fuzzy.score() * likeness;
            let artist = &self.artists[index];
            // Spellings of one name are one candidate.
            let form = How::Inverted.form(&artist.name);
            match matches.iter_mut().find(|found| How::Inverted.form(&found.artist.name) == form) {
                Some(found) => found.also.push(index),
                None => {
                    matches.push(Match { artist, index, how: How::Fuzzy, score, also: Vec::new() })
                }
            }
        }
        match matches.len() {
            0 => Lookup::Unknown,
            1 => Lookup::Found(matches.remove(0)),
            _ if matches[0].score - matches[1].score > fuzzy::LEAD => {
                Lookup::Found(matches.remove(0))
            }
            _ => Lookup::Ambiguous(matches),
        }
    }
}

#[cfg(test)]
mod tests;
