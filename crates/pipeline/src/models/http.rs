//! One request to a server, made on a thread of its own, so that whoever waits for it can be asked to stop.

use std::io::Read as _;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use ureq::http::{HeaderMap, Response};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};

use super::DownloadFault;
use super::digest::Announced;
use crate::Observer;

const USER_AGENT: &str = concat!("cantus/", env!("CARGO_PKG_VERSION"));
/// Redirects that are followed.
const MAX_REDIRECTS: u32 = 5;
/// Bytes that are handed on at a time.
const CHUNK: usize = 64 * 1024;
/// Chunks that wait to be taken.
const WAITING: usize = 8;
/// How often the observer is asked whether to go on.
const TICK: Duration = Duration::from_millis(50);

/// What to ask for.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) url: String,
    /// Go on from this byte, if the file still has this ETag.
    pub(super) rest: Option<(u64, String)>,
    /// How long to wait for the next byte.
    pub(super) patience: Duration,
}

/// The head of an answer.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) status: u16,
    /// Bytes that follow.
    pub(super) length: Option<u64>,
    pub(super) content_range: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) etag: Option<String>,
    pub(super) retry_after: Option<Duration>,
    pub(super) announced: Announced,
}

/// An answer under way.
#[derive(Debug)]
pub(super) struct Answer {
    parts: Receiver<Part>,
    patience: Duration,
}

type Part = Result<Piece, DownloadFault>;

enum Piece {
    Head(Box<Head>),
    Chunk(Vec<u8>),
}

/// What came next.
pub(super) enum Next<T> {
    /// It came.
    Some(T),
    /// There is no more.
    End,
    /// The observer wants to stop.
    Cancelled,
}

impl Request {
    /// Sends it.
    pub(super) fn send(self) -> Answer {
        let (sender, parts) = sync_channel(WAITING);
        let patience = self.patience;
        // It ends when nobody takes its parts, at the latest after `patience` without a byte.
        thread::spawn(move || {
            if let Err(fault) = self.exchange(&sender) {
                let _ = sender.send(Err(fault));
            }
        });
        Answer { parts, patience }
    }

    fn exchange(&self, sender: &SyncSender<Part>) -> Result<(), DownloadFault> {
        let mut request = self.agent().get(&self.url);
        if let Some((begin, etag)) = &self.rest {
            request = request.header("Range", format!("bytes={begin}-")).header("If-Range", etag);
        }
        let mut response = request.call().map_err(|error| self.fault(error))?;
        let head = Box::new(Head::of(&response));
        if sender.send(Ok(Piece::Head(head))).is_err() {
            return Ok(());
        }
        let mut body = response.body_mut().as_reader();
        loop {
            let mut chunk = vec![0; CHUNK];
            let count = body.read(&mut chunk).map_err(|error| self.fault(error.into()))?;
            chunk.truncate(count);
            if count == 0 || sender.send(Ok(Piece::Chunk(chunk))).is_err() {
                return Ok(());
            }
        }
    }

    fn agent(&self) -> Agent {
        let patience = Some(self.patience);
        let is_safe =
            self.url.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"));
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let config = Agent::config_builder()
            .http_status_as_error(false)
            // A redirect must not lead out of safety.
            .https_only(is_safe)
            .tls_config(tls)
            .max_redirects(MAX_REDIRECTS)
            .user_agent(USER_AGENT)
            // Lengths, ranges and digests are those of the file as it is.
            .accept_encoding("identity")
            .timeout_resolve(patience)
            .timeout_connect(patience)
            .timeout_recv_response(patience)
            .timeout_per_read(patience);
        config.build().into()
    }

    fn fault(&self, error: ureq::Error) -> DownloadFault {
        use ureq::Error as Ureq;
        match error {
            Ureq::Timeout(_) => DownloadFault::Silence { patience: self.patience },
            // So a certificate that is not trusted is told.
            Ureq::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                DownloadFault::Request { reason: error.to_string() }
            }
            error @ (Ureq::Io(_) | Ureq::ConnectionFailed | Ureq::Protocol(_)) => {
                DownloadFault::Connection { reason: error.to_string() }
            }
            error => DownloadFault::Request { reason: error.to_string() },
        }
    }
}

impl Head {
    fn of(response: &Response<Body>) -> Self {
        let headers = response.headers();
        let text = |name: &str| Some(headers.get(name)?.to_str().ok()?.trim().to_owned());
        let status = response.status().as_u16();
        Self {
            status,
            length: text("content-length").and_then(|length| length.parse().ok()),
            content_range: text("content-range"),
            content_type: text("content-type"),
            etag: text("etag"),
            retry_after: text("retry-after").and_then(|text| pause(&text)),
            announced: announced(headers, status),
        }
    }
}

/// The digests of the whole file that an answer announces.
fn announced(headers: &HeaderMap, status: u16) -> Announced {
    let mut announced = Announced::default();
    let values =
        |name: &str| headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    // Of a part of the file it would be that of the part.
    if status == 200 {
        values("content-md5").for_each(|value| announced.add_md5(value));
    }
    // Google's are those of the file as it is stored; compressed there, it comes as another one.
    if values("x-goog-stored-content-encoding").all(|encoding| encoding == "identity") {
        values("x-goog-hash").for_each(|value| announced.add_google(value));
    }
    announced
}

/// The pause that a header `Retry-After` asks for: seconds, or a time of day.
fn pause(text: &str) -> Option<Duration> {
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let time = httpdate::parse_http_date(text).ok()?;
    Some(time.duration_since(SystemTime::now()).unwrap_or_default())
}

impl Answer {
    /// The head, which comes first.
    pub(super) fn head(&self, observer: &dyn Observer) -> Result<Next<Box<Head>>, DownloadFault> {
        Ok(match self.next(observer)? {
            Next::Some(Piece::Head(head)) => Next::Some(head),
            Next::Cancelled => Next::Cancelled,
            Next::Some(Piece::Chunk(_)) | Next::End => Next::End,
        })
    }

    /// The next bytes of the body.
    pub(super) fn chunk(&self, observer: &dyn Observer) -> Result<Next<Vec<u8>>, DownloadFault> {
        Ok(match self.next(observer)? {
            Next::Some(Piece::Chunk(chunk)) => Next::Some(chunk),
            Next::Cancelled => Next::Cancelled,
            Next::Some(Piece::Head(_)) | Next::End => Next::End,
        })
    }

    fn next(&self, observer: &dyn Observer) -> Result<Next<Piece>, DownloadFault> {
        let began = Instant::now();
        loop {
            if observer.cancelled() {
                return Ok(Next::Cancelled);
            }
            match self.parts.recv_timeout(TICK) {
                Ok(piece) => return piece.map(Next::Some),
                Err(RecvTimeoutError::Disconnected) => return Ok(Next::End),
                Err(RecvTimeoutError::Timeout) if began.elapsed() > self.patience => {
                    return Err(DownloadFault::Silence { patience: self.patience });
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

/// Waits so long; false if the observer wants to stop.
pub(super) fn wait(time: Duration, observer: &dyn Observer) -> bool {
    let began = Instant::now();
    loop {
        if observer.cancelled() {
            return false;
        }
        match time.checked_sub(began.elapsed()) {
            Some(left) if !left.is_zero() => thread::sleep(left.min(TICK)),
            _ => return true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_are_seconds_or_a_time_of_day() {
        assert_eq!(pause("7"), Some(Duration::from_secs(7)));
        assert_eq!(pause("Thu, 01 Jan 1970 00:00:00 GMT"), Some(Duration::ZERO));
        assert!(pause("Fri, 31 Dec 9999 23:59:59 GMT") > Some(Duration::from_secs(1 << 32)));
        assert_eq!((pause("-1"), pause("soon")), (None, None));
    }
}
