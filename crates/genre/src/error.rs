//! Why genres could not be read or worked out.

use crate::query::QueryError;

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
    /// A text is no TOML, or TOML that is no taxonomy.
    #[error("line {line}, column {column}: {reason}")]
    Toml {
        /// Line, from 1; 0 if that is not known.
        line: usize,
        /// Column in characters, from 1; 0 if that is not known.
        column: usize,
        /// What is wrong.
        reason: String,
    },
    /// A taxonomy without meta-genres.
    #[error("no meta-genre")]
    NoMetaGenre,
    /// A meta-genre has a colour that is none.
    #[error("the colour of the meta-genre `{meta}` is `{found}`, not of the form #rrggbb")]
    Colour {
        /// Name of the meta-genre.
        meta: String,
        /// What is in the place of the colour.
        found: String,
    },
    /// A name stands twice in a taxonomy.
    #[error("`{name}` belongs to two meta-genres: {}", metas.join(", "))]
    Repeated {
        /// The fine genre, or the name of both.
        name: String,
        /// The meta-genres.
        metas: [String; 2],
    },
    /// A text is no query.
    #[error(transparent)]
    Query(#[from] QueryError),
}

impl Error {
    /// What is wrong with `text`, with the place where it shows.
    pub(crate) fn toml(text: &str, error: &toml::de::Error) -> Self {
        let before = error.span().and_then(|span| text.get(..span.start));
        let (line, column) = before.map_or((0, 0), |before| {
            let line = before.rsplit('\n').next().unwrap_or_default();
            (before.matches('\n').count() + 1, line.chars().count() + 1)
        });
        Error::Toml { line, column, reason: error.message().to_owned() }
    }
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
