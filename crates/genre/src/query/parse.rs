//! Text to query.
//!
//! ```text
//! query  = all { "or" all }
//! all    = part { [ "and" ] part }
//! part   = "not" part | "(" query ")" | field ( ":" | "=" ) text | number ( ":" | "=" | "<" | "<=" | ">" | ">=" ) value | [ "=" ] text
//! text   = quotation | word { word }
//! value  = NUMBER | [ NUMBER ] ".." [ NUMBER ]
//! ```

use std::str::FromStr;

use super::fault::{QueryError, QueryFault};
use super::pattern::words;
use super::token::{Kind, Token, tokens};
use super::{NumberField, Pattern, Query, Range, TextField};

/// Longest query, in bytes.
pub(super) const MAX_BYTES: usize = 10_000;
/// Most brackets and negations within one another.
pub(super) const MAX_DEPTH: usize = 64;
/// Most texts and numbers in a query: a database takes neither trees of any height nor parameters in any number.
pub(super) const MAX_TERMS: usize = 128;

const TERM: &str = "a genre, a field or a bracket";

impl FromStr for Query {
    type Err = QueryError;

    /// Reads a query.
    ///
    /// # Errors
    ///
    /// [`QueryError`], which says what is wrong and where.
    fn from_str(query: &str) -> Result<Self, QueryError> {
        if query.len() > MAX_BYTES {
            let query = query.to_owned();
            return Err(QueryError { query, offset: 0, length: 0, fault: QueryFault::Long });
        }
        let tokens = tokens(query)?;
        let mut parser = Parser { query, tokens: &tokens, next: 0, depth: 0, terms: 0 };
        let parsed = parser.any()?;
        match parser.peek() {
            None => Ok(parsed),
            Some(_) => Err(parser.unexpected("`and`, `or` or the end")),
        }
    }
}

struct Parser<'a> {
    query: &'a str,
    tokens: &'a [Token],
    next: usize,
    depth: usize,
    terms: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Kind> {
        self.tokens.get(self.next).map(|token| &token.kind)
    }

    fn is_word(&self, keyword: &str) -> bool {
        matches!(self.peek(), Some(Kind::Word(word)) if word.eq_ignore_ascii_case(keyword))
    }

    /// Steps over `keyword` if it is next.
    fn accept(&mut self, keyword: &str) -> bool {
        let found = self.is_word(keyword);
        self.next += usize::from(found);
        found
    }

    fn any(&mut self) -> Result<Query, QueryError> {
        let mut parts = vec![self.all()?];
        while self.accept("or") {
            parts.push(self.all()?);
        }
        Ok(Query::any(parts))
    }

    fn all(&mut self) -> Result<Query, QueryError> {
        let mut parts = vec![self.part()?];
        loop {
            let said = self.accept("and");
            let over = matches!(self.peek(), None | Some(Kind::Close)) || self.is_word("or");
            if over && !said {
                return Ok(Query::all(parts));
            }
            parts.push(self.part()?);
        }
    }

    fn part(&mut self) -> Result<Query, QueryError> {
        let Some(kind) = self.peek() else { return Err(self.unexpected(TERM)) };
        match kind {
            Kind::Open => {
                let open = self.next;
                self.next += 1;
                let inner = self.deeper(Self::any)?;
                if self.peek() != Some(&Kind::Close) {
                    return Err(self.at(open, QueryFault::OpenBracket));
                }
                self.next += 1;
                Ok(inner)
            }
            Kind::Word(_) if self.accept("not") => Ok(Query::negated(self.deeper(Self::part)?)),
            Kind::Word(_) if self.is_word("and") || self.is_word("or") => {
                Err(self.unexpected(TERM))
            }
            Kind::Word(word) if self.mark_behind(self.next).is_some() => self.field(word),
            Kind::Word(_) | Kind::Quoted(_) => self.text(TextField::Genre, false),
            Kind::Mark("=") => {
                self.next += 1;
                self.text(TextField::Genre, true)
            }
            Kind::Mark(_) | Kind::Close => Err(self.unexpected(TERM)),
        }
    }

    fn deeper(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Result<Query, QueryError>,
    ) -> Result<Query, QueryError> {
        if self.depth == MAX_DEPTH {
            return Err(self.at(self.next.saturating_sub(1), QueryFault::Deep));
        }
        self.depth += 1;
        let query = inner(self);
        self.depth -= 1;
        query
    }

    /// The mark behind token number `index`.
    fn mark_behind(&self, index: usize) -> Option<&'static str> {
        match self.tokens.get(index + 1)?.kind {
            Kind::Mark(mark) => Some(mark),
            _ => None,
        }
    }

    /// A word with a mark behind it.
    fn field(&mut self, word: &str) -> Result<Query, QueryError> {
        let mark = self.mark_behind(self.next).unwrap_or_default();
        if let Some(field) = TextField::named(word) {
            if !matches!(mark, ":" | "=") {
                return Err(self.at(self.next + 1, QueryFault::Comparison { field: field.name() }));
            }
            self.next += 2;
            return self.text(field, mark == "=");
        }
        let Some(field) = NumberField::named(word) else {
            return Err(self.at(self.next, QueryFault::Field { found: word.to_owned() }));
        };
        self.next += 2;
        let range = self.range(mark)?;
        self.count()?;
        Ok(Query::Number { field, range })
    }

    fn range(&mut self, mark: &str) -> Result<Range, QueryError> {
        let Some(Kind::Word(word) | Kind::Quoted(word)) = self.peek() else {
            return Err(self.unexpected("a number"));
        };
        let limit = |range: fn(f64) -> Range| match Range::read(word) {
            Some(Range::Equal(number)) => Some(range(number)),
            _ => None,
        };
        let range = match mark {
            "<" => limit(Range::Below),
            "<=" => limit(Range::AtMost),
            ">" => limit(Range::Above),
            ">=" => limit(Range::AtLeast),
            _ => Range::read(word),
        };
        let fault = || QueryFault::Number { found: word.clone() };
        let range = range.ok_or_else(|| self.at(self.next, fault()))?;
        self.next += 1;
        Ok(range)
    }

    /// A quotation, or words up to `and`, `or`, `not`, a mark's field, or anything that is no word.
    fn text(&mut self, field: TextField, is_exact: bool) -> Result<Query, QueryError> {
        let start = self.next;
        let text = match self.peek() {
            Some(Kind::Quoted(text)) => {
                self.next += 1;
                text.clone()
            }
            _ => self.words()?,
        };
        self.count()?;
        let pattern = if is_exact { Pattern::exact(text) } else { Pattern::like(text) };
        let any = pattern.text().contains('*') || is_exact;
        if pattern.text().trim().is_empty() || (!any && words(pattern.text()).is_empty()) {
            return Err(self.at(start, QueryFault::NoWords));
        }
        Ok(Query::Text { field, pattern })
    }

    fn words(&mut self) -> Result<String, QueryError> {
        let mut words = Vec::new();
        while let Some(Kind::Word(word)) = self.peek() {
            let keyword = ["and", "or", "not"].iter().any(|keyword| self.is_word(keyword));
            if keyword || self.mark_behind(self.next).is_some() {
                break;
            }
            words.push(word.as_str());
            self.next += 1;
        }
        if words.is_empty() {
            return Err(self.unexpected("a text"));
        }
        Ok(words.join(" "))
    }

    fn count(&mut self) -> Result<(), QueryError> {
        self.terms += 1;
        let last = self.next.saturating_sub(1);
        if self.terms > MAX_TERMS { Err(self.at(last, QueryFault::ManyTerms)) } else { Ok(()) }
    }

    /// The next token is not what should be there, or there is none.
    fn unexpected(&self, expected: &'static str) -> QueryError {
        let fault = match self.tokens.get(self.next) {
            None => QueryFault::End { expected },
            Some(Token { offset, length, .. }) => {
                let found = self.query.get(*offset..offset + length).unwrap_or_default();
                QueryFault::Unexpected { found: found.to_owned(), expected }
            }
        };
        self.at(self.next, fault)
    }

    fn at(&self, index: usize, fault: QueryFault) -> QueryError {
        let place = self.tokens.get(index).map(|token| (token.offset, token.length));
        let (offset, length) = place.unwrap_or((self.query.trim_end().len(), 1));
        QueryError { query: self.query.to_owned(), offset, length, fault }
    }
}
