//! What is known of one piece, and whether that is what a query asks for.

use super::{NumberField, Query, TextField};
use crate::table::Artist;

/// What is known of one piece, or of all pieces of an artist.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts<'a> {
    /// Name of the artist.
    pub artist: Option<&'a str>,
    /// Title.
    pub title: Option<&'a str>,
    /// The first time signature, such as `3/4`.
    pub metre: Option<&'a str>,
    /// Year.
    pub year: Option<f64>,
    /// Number of notes.
    pub notes: Option<f64>,
    /// Length in seconds.
    pub seconds: Option<f64>,
    /// The first tempo, in quarter notes a minute.
    pub tempo: Option<f64>,
    /// Its genres.
    pub labels: Vec<Label<'a>>,
}

/// A genre, and how it came to be there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Label<'a> {
    /// Name of the genre.
    pub genre: &'a str,
    /// Its meta-genre.
    pub meta: Option<&'a str>,
    /// Where it came from.
    pub source: &'a str,
    /// How sure it is, 0 to 1.
    pub confidence: f64,
}

impl<'a> Facts<'a> {
    /// What a table says of an artist; `meta` gives the meta-genre of a genre.
    pub fn of(artist: &'a Artist, meta: impl Fn(&str) -> Option<&'a str>) -> Self {
        let label = |genre: &'a String| Label {
            genre,
            meta: meta(genre),
            source: "table",
            confidence: 1.0,
        };
        let labels = artist.genres.iter().map(label).collect();
        Self { artist: Some(&artist.name), labels, ..Self::default() }
    }
}

impl Query {
    /// Whether a piece of which this is known is meant. What is not known is in no range and like no text.
    #[must_use]
    pub fn matches(&self, facts: &Facts<'_>) -> bool {
        self.holds(facts, &[])
    }

    /// Whether it holds if only the labels count for which `only` hold.
    fn holds(&self, facts: &Facts<'_>, only: &[&Query]) -> bool {
        if self.is_about_labels() {
            return facts.labels.iter().any(|label| label.passes(only) && label.holds(self));
        }
        match self {
            Query::Or(parts) => parts.iter().any(|part| part.holds(facts, only)),
            Query::Not(query) => !query.holds(facts, only),
            Query::And(parts) => {
                let (about, others): (Vec<_>, Vec<_>) =
                    parts.iter().partition(|part| part.is_about_labels());
                let only = [only, &about].concat();
                others.iter().all(|part| part.holds(facts, &only))
                    && (about.is_empty()
                        || others.iter().any(|part| part.asks_for_labels())
                        || facts.labels.iter().any(|label| label.passes(&only)))
            }
            Query::Text { field, pattern } => {
                let like = |text: &str| pattern.matches(*field, text);
                let mut labels = facts.labels.iter().filter(|label| label.passes(only));
                match field {
                    TextField::Genre => labels.any(|label| like(label.genre)),
                    TextField::Meta => labels.any(|label| label.meta.is_some_and(like)),
                    TextField::Artist => facts.artist.is_some_and(like),
                    TextField::Title => facts.title.is_some_and(like),
                    TextField::Metre => facts.metre.is_some_and(like),
                    TextField::Source => labels.any(|label| like(label.source)),
                }
            }
            Query::Number { field, range } => {
                let number = match field {
                    NumberField::Year => facts.year,
                    NumberField::Notes => facts.notes,
                    NumberField::Seconds => facts.seconds,
                    NumberField::Tempo => facts.tempo,
                    NumberField::Confidence => None,
                };
                number.is_some_and(|number| range.contains(number))
            }
        }
    }

    /// Whether a genre or meta-genre stands in it, for which parts that are about labels say which ones count.
    #[must_use]
    pub fn asks_for_labels(&self) -> bool {
        let mut asks = false;
        self.for_each_text(&mut |field, _| {
            asks |= matches!(field, TextField::Genre | TextField::Meta);
        });
        asks
    }
}

impl Label<'_> {
    fn passes(&self, only: &[&Query]) -> bool {
        only.iter().all(|query| self.holds(query))
    }

    /// Whether a query that is about labels holds for this one.
    fn holds(&self, query: &Query) -> bool {
        match query {
            Query::And(parts) => parts.iter().all(|part| self.holds(part)),
            Query::Or(parts) => parts.iter().any(|part| self.holds(part)),
            Query::Not(query) => !self.holds(query),
            Query::Text { field, pattern } => pattern.matches(*field, self.source),
            Query::Number { range, .. } => range.contains(self.confidence),
        }
    }
}
