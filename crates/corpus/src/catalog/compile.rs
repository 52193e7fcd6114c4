//! Queries to SQL, with every text and number as a parameter.

use genre::query::{NumberField, Pattern, Query, Range, TextField};
use rusqlite::types::Value;

use super::functions::IS_LIKE;

/// A condition in SQL on a piece `p`, a row of the table `pieces`.
///
/// It holds for the pieces for which [`Query::matches`] holds; see there for what `source` and `confidence` do to the
/// genres beside them.
#[derive(Debug, Default)]
pub(super) struct Condition {
    pub(super) sql: String,
    pub(super) parameters: Vec<Value>,
}

impl Condition {
    /// The condition that `query` is.
    pub(super) fn of(query: &Query) -> Self {
        let mut condition = Self::default();
        condition.add(query, &[]);
        condition
    }

    fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    /// Adds what holds if `query` holds for the labels that `only` hold for.
    fn add(&mut self, query: &Query, only: &[&Query]) {
        if query.is_about_labels() {
            return self.label(|condition| condition.about(query), only);
        }
        match query {
            Query::Or(parts) => self.joined(parts, " OR ", |condition, part| {
                condition.add(part, only);
            }),
            Query::Not(query) => {
                self.push("NOT ");
                self.add(query, only);
            }
            Query::And(parts) => self.and(parts, only),
            Query::Text { field, pattern } => self.text(*field, pattern, only),
            Query::Number { field, range } => self.number(*field, *range),
        }
    }

    fn and(&mut self, parts: &[Query], only: &[&Query]) {
        let (about, others): (Vec<_>, Vec<_>) =
            parts.iter().partition(|part| part.is_about_labels());
        let only = [only, &about].concat();
        self.push("(");
        self.joined(&others, " AND ", |condition, part| condition.add(part, &only));
        if !about.is_empty() && !others.iter().any(|part| part.asks_for_labels()) {
            self.push(" AND ");
            self.label(|condition| condition.push("1"), &only);
        }
        self.push(")");
    }

    fn joined<T>(&mut self, parts: &[T], between: &str, mut add: impl FnMut(&mut Self, &T)) {
        self.push("(");
        for (number, part) in parts.iter().enumerate() {
            if number > 0 {
                self.push(between);
            }
            add(self, part);
        }
        self.push(")");
    }

    /// There is a label `l` of the piece, or of its artist, for which `what` and all of `only` hold.
    fn label(&mut self, what: impl Fn(&mut Self), only: &[&Query]) {
        for (begin, end) in [
            ("(p.artist IN (SELECT l.artist FROM artist_genres l WHERE ", ")"),
            (" OR p.id IN (SELECT l.piece FROM piece_genres l WHERE ", "))"),
        ] {
            self.push(begin);
            what(self);
            for query in only {
                self.push(" AND ");
                self.about(query);
            }
            self.push(end);
        }
    }

    /// A query that is about labels, for the label `l`.
    fn about(&mut self, query: &Query) {
        match query {
            Query::And(parts) => self.joined(parts, " AND ", Self::about),
            Query::Or(parts) => self.joined(parts, " OR ", Self::about),
            Query::Not(query) => {
                self.push("NOT ");
                self.about(query);
            }
            Query::Text { field, pattern } => self.is_like(*field, pattern, "l.source"),
            Query::Number { range, .. } => self.range("l.confidence", *range),
        }
    }

    fn text(&mut self, field: TextField, pattern: &Pattern, only: &[&Query]) {
        match field {
            TextField::Genre | TextField::Meta => {
                let column = if field == TextField::Genre { "name" } else { "meta" };
                let genre = |condition: &mut Self| {
                    condition.push("l.genre IN (SELECT id FROM genres WHERE ");
                    condition.is_like(field, pattern, column);
                    condition.push(")");
                };
                self.label(genre, only);
            }
            TextField::Artist => {
                self.push("p.artist IN (SELECT id FROM artists WHERE ");
                self.is_like(field, pattern, "name");
                self.push(")");
            }
            TextField::Title => self.is_like(field, pattern, "p.title"),
            TextField::Metre => self.is_like(field, pattern, "p.metre"),
            // About labels, and dealt with before.
            TextField::Source => self.label(|it| it.is_like(field, pattern, "l.source"), only),
        }
    }

    fn number(&mut self, field: NumberField, range: Range) {
        match field {
            NumberField::Year => self.range("p.year", range),
            NumberField::Notes => self.range("p.notes", range),
            NumberField::Seconds => self.range("p.seconds", range),
            NumberField::Tempo => self.range("p.tempo", range),
            // About labels, and dealt with before.
            NumberField::Confidence => self.label(|it| it.range("l.confidence", range), &[]),
        }
    }

    fn is_like(&mut self, field: TextField, pattern: &Pattern, column: &str) {
        let exact = u8::from(pattern.is_exact());
        self.push(&format!("{IS_LIKE}('{}', {exact}, ?, {column})", field.name()));
        self.parameters.push(Value::Text(pattern.text().to_owned()));
    }

    /// False, and not NULL, for a number that is not known.
    fn range(&mut self, column: &str, range: Range) {
        let (operator, numbers) = match range {
            Range::Below(limit) => ("< ?", vec![limit]),
            Range::AtMost(limit) => ("<= ?", vec![limit]),
            Range::Above(limit) => ("> ?", vec![limit]),
            Range::AtLeast(limit) => (">= ?", vec![limit]),
            Range::Equal(value) => ("= ?", vec![value]),
            Range::Between(low, high) => ("BETWEEN ? AND ?", vec![low, high]),
        };
        self.push(&format!("ifnull({column} {operator}, 0)"));
        self.parameters.extend(numbers.into_iter().map(Value::Real));
    }
}
