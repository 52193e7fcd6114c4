//! Why a text is no query.

use super::field;
use super::parse::{MAX_BYTES, MAX_DEPTH, MAX_TERMS};

/// Why a text is no query, and where that shows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("character {}: {fault}", self.column())]
pub struct QueryError {
    /// The text.
    pub query: String,
    /// Where in it, in bytes.
    pub offset: usize,
    /// How many bytes of it.
    pub length: usize,
    /// What is wrong.
    pub fault: QueryFault,
}

impl QueryError {
    /// Number of the character where it shows, from 1.
    #[must_use]
    pub fn column(&self) -> usize {
        self.query.get(..self.offset).map_or(0, |before| before.chars().count()) + 1
    }
}

/// What is wrong with a text that should be a query.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueryFault {
    /// It ends where something should follow.
    #[error("the query ends where {expected} should follow")]
    End {
        /// What should follow.
        expected: &'static str,
    },
    /// Something stands where something else should.
    #[error("found `{found}` where {expected} should be")]
    Unexpected {
        /// What stands there.
        found: String,
        /// What should.
        expected: &'static str,
    },
    /// A quotation does not end.
    #[error("the quotation does not end")]
    OpenQuote,
    /// A bracket does not close.
    #[error("the bracket does not close")]
    OpenBracket,
    /// A field that there is not.
    #[error("there is no field `{found}`, only {}", field::names().collect::<Vec<_>>().join(", "))]
    Field {
        /// The word.
        found: String,
    },
    /// A number that is none.
    #[error("`{found}` is neither a number nor a range like 1980..1989")]
    Number {
        /// What stands there.
        found: String,
    },
    /// A text that asks for more or less than something.
    #[error("`{field}` is a text: it takes `:` or `=`")]
    Comparison {
        /// The field.
        field: &'static str,
    },
    /// A text without a letter or a digit.
    #[error("the text has no letter or digit to look for")]
    NoWords,
    /// Brackets in brackets in brackets.
    #[error("more than {MAX_DEPTH} brackets and negations within one another")]
    Deep,
    /// More parts than fit.
    #[error("more than {MAX_TERMS} parts")]
    ManyTerms,
    /// A text that is too long.
    #[error("more than {MAX_BYTES} bytes")]
    Long,
}
