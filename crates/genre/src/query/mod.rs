//! Which pieces are meant: a small query language.
//!
//! `metal`, `"soft rock" or disco`, `rock and not pop`, `artist:Queen`, `meta:metal`, `year:1980..1989`. docs/queries.md says what
//! each of them finds. A query is text, and a [`Query`] is what it means: [`parse`](str::parse) and `to_string` are inverses, and
//! [`Query::matches`] holds it against the [`Facts`] of one piece. `corpus::catalog` asks a database the same.

mod facts;
mod fault;
mod field;
mod parse;
mod pattern;
mod range;
mod suggest;
mod token;

use std::fmt;

pub use facts::{Facts, Label};
pub use fault::{QueryError, QueryFault};
pub use field::{NumberField, TextField};
pub use pattern::Pattern;
pub use range::Range;
pub use suggest::Unknown;

/// A query, as a tree.
///
/// Made by [`all`](Self::all), [`any`](Self::any) and the parser, no `And` stands directly in an `And`, no `Or` in an `Or`, and both have two
/// parts or more.
#[derive(Clone, Debug, PartialEq)]
pub enum Query {
    /// All of these.
    And(Vec<Query>),
    /// At least one of these.
    Or(Vec<Query>),
    /// Not this.
    Not(Box<Query>),
    /// A text that is like this.
    Text {
        /// Which text.
        field: TextField,
        /// Like what.
        pattern: Pattern,
    },
    /// A number that is known, and in this range.
    Number {
        /// Which number.
        field: NumberField,
        /// From where to where.
        range: Range,
    },
}

impl Query {
    /// All of `parts`, of which there is at least one.
    #[must_use]
    pub fn all(parts: impl IntoIterator<Item = Query>) -> Self {
        let flat = parts.into_iter().flat_map(|part| match part {
            Query::And(inner) => inner,
            other => vec![other],
        });
        one_or(flat.collect(), Query::And)
    }

    /// At least one of `parts`, of which there is at least one.
    #[must_use]
    pub fn any(parts: impl IntoIterator<Item = Query>) -> Self {
        let flat = parts.into_iter().flat_map(|part| match part {
            Query::Or(inner) => inner,
            other => vec![other],
        });
        one_or(flat.collect(), Query::Or)
    }

    /// Everything but `query`.
    #[must_use]
    pub fn negated(query: Query) -> Self {
        Query::Not(Box::new(query))
    }

    /// Whether a query may ask about something by this name: `artist`, `year` and so on.
    #[must_use]
    pub fn is_field(word: &str) -> bool {
        TextField::named(word).is_some() || NumberField::named(word).is_some()
    }

    /// Whether it speaks of how a genre came to be there, and of nothing else.
    ///
    /// Such a part of an `And` says which labels the genres beside it are looked for among: in `rock and confidence>0.8` it is rock that is
    /// that sure. See docs/queries.md.
    #[must_use]
    pub fn is_about_labels(&self) -> bool {
        match self {
            Query::And(parts) | Query::Or(parts) => parts.iter().all(Query::is_about_labels),
            Query::Not(query) => query.is_about_labels(),
            Query::Text { field, .. } => *field == TextField::Source,
            Query::Number { field, .. } => *field == NumberField::Confidence,
        }
    }

    /// Calls `visit` with every text of the query.
    pub(crate) fn for_each_text<'a>(&'a self, visit: &mut impl FnMut(TextField, &'a Pattern)) {
        match self {
            Query::And(parts) | Query::Or(parts) => {
                parts.iter().for_each(|part| part.for_each_text(visit));
            }
            Query::Not(query) => query.for_each_text(visit),
            Query::Text { field, pattern } => visit(*field, pattern),
            Query::Number { .. } => {}
        }
    }
}

fn one_or(mut parts: Vec<Query>, many: impl FnOnce(Vec<Query>) -> Query) -> Query {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            many(parts)
        }
    }
}

impl fmt::Display for Query {
    /// In the form that the parser makes the same query of.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Query::Or(parts) => joined(parts, " or ", 0, f),
            Query::And(parts) => joined(parts, " and ", 1, f),
            Query::Not(query) => {
                f.write_str("not ")?;
                in_brackets_below(query, 2, f)
            }
            Query::Text { field, pattern } => match (field, pattern.is_exact()) {
                (TextField::Genre, false) => write!(f, "{pattern}"),
                (TextField::Genre, true) => write!(f, "={pattern}"),
                (field, false) => write!(f, "{}:{pattern}", field.name()),
                (field, true) => write!(f, "{}={pattern}", field.name()),
            },
            Query::Number { field, range } => write!(f, "{}{range}", field.name()),
        }
    }
}

/// How tightly a query holds together: `or` least, then `and`, then `not`.
fn tightness(query: &Query) -> u8 {
    match query {
        Query::Or(_) => 0,
        Query::And(_) => 1,
        _ => 2,
    }
}

fn joined(parts: &[Query], between: &str, level: u8, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (number, part) in parts.iter().enumerate() {
        if number > 0 {
            f.write_str(between)?;
        }
        in_brackets_below(part, level + 1, f)?;
    }
    Ok(())
}

fn in_brackets_below(query: &Query, level: u8, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if tightness(query) < level { write!(f, "({query})") } else { write!(f, "{query}") }
}

#[cfg(test)]
mod tests;
