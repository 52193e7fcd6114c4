//! Why genres could not be read or worked out.

/// What every fallible function of this crate gives.
pub type Result<T> = std::result::Result<T, Error>;

/// Why genres could not be read or worked out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A table is not in UTF-8, or a quotation in it does not end.
    #[error("line {line}: {reason}")]
    Table {
        /// Where, from 1; 0 if that is not known.
        line: u64,
        /// What is wrong.
        reason: String,
    },
    /// A table has no column of this name.
    #[error("the table has no column `{column}`, only {}", found.join(", "))]
    NoColumn {
        /// The column.
        column: &'static str,
        /// Those that it has.
        found: Vec<String>,
    },
    /// A text is no JSON, or JSON that is no table of genres.
    #[error("line {line}, column {column}: {reason}")]
    Json {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong.
        reason: String,
    },
    /// Too few artists with genres.
    #[error("artists with genres: {artists}, at least {needed} needed")]
    TooFewArtists {
        /// How many there are.
        artists: usize,
        /// How many are needed.
        needed: usize,
    },
    /// A perplexity that is below 1 or no number, or more than there are other artists.
    #[error("a perplexity of {perplexity} among {artists} artists with genres: from 1 to {} is possible", artists - 1)]
    Perplexity {
        /// The perplexity.
        perplexity: f64,
        /// How many artists there are.
        artists: usize,
    },
    /// The caller asked to stop.
    #[error("cancelled")]
    Cancelled,
}

impl From<csv::Error> for Error {
    fn from(error: csv::Error) -> Self {
        let line = error.position().map_or(0, csv::Position::line);
        Error::Table { line, reason: error.to_string() }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Error::Json { line: error.line(), column: error.column(), reason: error.to_string() }
    }
}
