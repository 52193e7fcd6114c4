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
    /// A classifier needs two genres to tell apart.
    #[error("{}", match found { Some(found) => format!("all labelled pieces are {found}"), None => "no labelled pieces".to_owned() })]
    OneClass {
        /// The only one, if there is one.
        found: Option<String>,
    },
    /// A piece has another number of features than the rest.
    #[error("{found} features where {expected} were expected")]
    FeatureCount {
        /// As many as the others have.
        expected: usize,
        /// As many as it has.
        found: usize,
    },
    /// Too few groups for a cross-validation.
    #[error("{folds} folds cannot be made of the {groups} artists of {class}")]
    Folds {
        /// Folds that were wanted.
        folds: usize,
        /// Groups of the smallest class.
        groups: usize,
        /// That class.
        class: String,
    },
    /// A file is no model of genres, or one that contradicts itself.
    #[error("this is no genre model: {reason}")]
    NotAModel {
        /// What is wrong with it.
        reason: String,
    },
    /// A model was made for other features.
    #[error("the model has feature {place} as {found}, not {expected}")]
    OtherFeatures {
        /// The first place that differs, from 0.
        place: usize,
        /// The name that features have there.
        expected: String,
        /// The name that the model has.
        found: String,
    },
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
