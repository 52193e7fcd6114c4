//! Why a download came to nothing.

use std::time::Duration;

use crate::http::HttpFault;

/// Why a download came to nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DownloadFault {
    /// The server does not give it.
    #[error("the server answers with status {status}{}", when(*retry_after))]
    Status {
        /// Status of HTTP, such as 404.
        status: u16,
        /// After how long to ask again, where it says so.
        retry_after: Option<Duration>,
    },
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
    /// Less came than was announced.
    #[error("cut short: {found} of {expected} bytes came")]
    CutShort {
        /// Bytes that there are.
        expected: u64,
        /// Bytes that came, all in all.
        found: u64,
    },
    /// The server went on from another place than was asked for.
    #[error("the server does not go on from byte {begin}: it says {found:?}")]
    OtherRange {
        /// Where to go on from.
        begin: u64,
        /// Its answer's `Content-Range`.
        found: String,
    },
    /// The request cannot be made, or not safely: a malformed address, an unknown host, a certificate that is not trusted, too many redirects.
    #[error("the request cannot be made: {reason}")]
    Request {
        /// Why not.
        reason: String,
    },
    /// More bytes than a bundle has.
    #[error("it has {} bytes, at most {limit} are taken", found.map_or("more".to_owned(), |found| found.to_string()))]
    TooLarge {
        /// Bytes that were announced, if they were.
        found: Option<u64>,
        /// The most that are taken.
        limit: u64,
    },
    /// A page for people, such as the login of a network.
    #[error("the server sends a page ({content_type}), not a bundle")]
    Page {
        /// What it calls it.
        content_type: String,
    },
    /// What came is not what was sent, or not what is known under that name.
    #[error("its {algorithm} is {found}, {expected} expected")]
    Digest {
        /// Name of the digest.
        algorithm: &'static str,
        /// What it should be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// What came is no bundle of a melody network.
    #[error("what came is no bundle of a melody network")]
    NotABundle(#[source] Box<model::Error>),
    /// What came is the bundle of another network.
    #[error("what came is a {found}, not the bundle of {expected}")]
    OtherNetwork {
        /// The network that was asked for.
        expected: &'static str,
        /// What came.
        found: String,
    },
}

impl From<HttpFault> for DownloadFault {
    fn from(fault: HttpFault) -> Self {
        match fault {
            HttpFault::Connection { reason } => Self::Connection { reason },
            HttpFault::Silence { patience } => Self::Silence { patience },
            HttpFault::Request { reason } => Self::Request { reason },
        }
    }
}

/// Longest pause that a server may ask for and get.
const LONGEST_PAUSE: Duration = Duration::from_secs(120);

impl DownloadFault {
    /// Whether the same request may go well a little later.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::Status { status, retry_after } => {
                matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504)
                    && retry_after.is_none_or(|pause| pause <= LONGEST_PAUSE)
            }
            Self::Connection { .. }
            | Self::Silence { .. }
            | Self::CutShort { .. }
            | Self::OtherRange { .. } => true,
            _ => false,
        }
    }

    /// How long the server wants to be left in peace.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
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
