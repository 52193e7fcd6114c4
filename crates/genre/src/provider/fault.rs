//! Why a provider gave no answer.

use std::time::Duration;

/// Why a provider gave no answer. It carries no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The caller wanted to stop.
    #[error("interrupted")]
    Cancelled,
    /// No connection, or one that broke.
    #[error("the connection failed: {reason}")]
    Connection {
        /// What failed.
        reason: String,
    },
    /// Nothing came for too long.
    #[error("nothing came for {} s", patience.as_secs_f64())]
    Silence {
        /// How long was waited.
        patience: Duration,
    },
    /// The request cannot be made, or not safely: a malformed address, an unknown host, a certificate that is not trusted.
    #[error("the request cannot be made: {reason}")]
    Request {
        /// Why not.
        reason: String,
    },
    /// More bytes than any answer has.
    #[error("the answer has more than {limit} bytes")]
    TooLarge {
        /// The most that are taken.
        limit: u64,
    },
    /// The server is busy or broken, or wants to be left in peace.
    #[error("the server is busy (status {status}){}", when(*retry_after))]
    Busy {
        /// Status of HTTP, such as 429.
        status: u16,
        /// After how long to ask again, where it says so.
        retry_after: Option<Duration>,
    },
    /// The server does not say what was asked for.
    #[error("the server answers with status {status}{}", when(*retry_after))]
    Status {
        /// Status of HTTP, such as 302.
        status: u16,
        /// After how long to ask again, where it says so.
        retry_after: Option<Duration>,
    },
    /// The provider does not take the key, or not any more.
    #[error("the key is refused (status {status}): {reason}")]
    Refused {
        /// Status of HTTP, such as 403.
        status: u16,
        /// The provider's words.
        reason: String,
    },
    /// The provider gives no genres to this application.
    #[error("it gives no genres to this application")]
    Withheld,
    /// An answer that is not as documented.
    #[error("the answer (status {status}) is not as documented: {reason}")]
    Answer {
        /// Status of HTTP.
        status: u16,
        /// What is odd about it.
        reason: String,
    },
}

impl Fault {
    /// Whether the same question may go well a little later, by all that is known.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Connection { .. } | Self::Silence { .. } | Self::Busy { .. })
    }

    /// How long the server wants to be left in peace.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy { retry_after, .. } | Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

fn when(retry_after: Option<Duration>) -> String {
    match retry_after {
        Some(pause) => format!(", to be asked again in {} s", pause.as_secs()),
        None => String::new(),
    }
}
