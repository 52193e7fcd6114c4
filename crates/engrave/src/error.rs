//! Why there is no picture.

/// Why there is no picture.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The piece cannot be laid out in bars.
    #[error(transparent)]
    Layout(#[from] formats::Error),
    /// More than a picture can show.
    #[error("{count} {what} are too many for a picture, which holds {limit}")]
    TooMuch {
        /// What there is too much of, in the plural.
        what: &'static str,
        /// How much there is.
        count: usize,
        /// How much there may be.
        limit: usize,
    },
}

/// A result with this crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// [`Error::TooMuch`] beyond `limit`.
pub(crate) fn check(what: &'static str, count: usize, limit: usize) -> Result<()> {
    if count <= limit { Ok(()) } else { Err(Error::TooMuch { what, count, limit }) }
}
