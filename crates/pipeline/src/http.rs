//! One request to a server, made on a thread of its own, so that whoever waits for it can be asked to stop.

use std::io::Read as _;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use ureq::http::{HeaderMap, Response};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};

use crate::{Error, Observer};

/// What Cantus calls itself to servers that want no more.
const USER_AGENT: &str = concat!("cantus/", env!("CARGO_PKG_VERSION"));
/// Redirects that are followed to a file.
pub(crate) const MAX_REDIRECTS: u32 = 5;
/// Bytes that are handed on at a time.
const CHUNK: usize = 64 * 1024;
/// Chunks that wait to be taken.
const WAITING: usize = 8;
/// Longest pause between requests that Cantus takes by itself.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// How often the observer is asked whether to go on.
const TICK: Duration = Duration::from_millis(50);

/// What to ask for. It has no `Debug`: addresses and headers may hold secrets.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) url: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// A form to be posted; without one, the address is asked for.
    pub(crate) form: Option<String>,
    /// How long to wait for the next byte.
    pub(crate) patience: Duration,
    /// Who asks, from [`agent`].
    pub(crate) agent: Agent,
}

/// The head of an answer.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
}

/// Why there was no answer, or no end of it.
#[derive(Debug)]
pub(crate) enum HttpFault {
    /// No connection, or one that broke.
    Connection { reason: String },
    /// Nothing came for so long.
    Silence { patience: Duration },
    /// The request cannot be made, or not safely.
    Request { reason: String },
}

/// An answer under way.
#[derive(Debug)]
pub(crate) struct Answer {
    parts: Receiver<Part>,
    patience: Duration,
}

type Part = Result<Piece, HttpFault>;

enum Piece {
    Head(Box<Head>),
    Chunk(Vec<u8>),
}

/// What came next.
pub(crate) enum Next<T> {
    /// It came.
    Some(T),
    /// There is no more.
    End,
    /// The observer wants to stop.
    Cancelled,
}

/// Asks a server, again and again over the same line. `url` says whether safety is wanted, `patience` how long to wait for each step; after so
/// many redirects it is an error to be sent on, but where none are followed the answer is given as it is.
pub(crate) fn agent(url: &str, redirects: u32, patience: Duration) -> Agent {
    let patience = Some(patience);
    let is_safe = url.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"));
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
    let config = Agent::config_builder()
        .http_status_as_error(false)
        // A redirect must not lead out of safety.
        .https_only(is_safe)
        .tls_config(tls)
        .max_redirects(redirects)
        .user_agent(USER_AGENT)
        // Lengths, ranges and digests are those of the file as it is.
        .accept_encoding("identity")
        .timeout_resolve(patience)
        .timeout_connect(patience)
        .timeout_recv_response(patience)
        .timeout_per_read(patience);
    config.build().into()
}

impl Request {
    /// Sends it.
    pub(crate) fn send(self) -> Answer {
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

    fn exchange(&self, sender: &SyncSender<Part>) -> Result<(), HttpFault> {
        let mut response = self.call().map_err(|error| self.fault(error))?;
        let headers = response.headers().clone();
        let head = Box::new(Head { status: response.status().as_u16(), headers });
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

    fn call(&self) -> Result<Response<Body>, ureq::Error> {
        let agent = &self.agent;
        match &self.form {
            Some(form) => {
                let request =
                    agent.post(&self.url).content_type("application/x-www-form-urlencoded");
                self.headers
                    .iter()
                    .fold(request, |it, (name, value)| it.header(*name, value))
                    .send(form)
            }
            None => {
                let request = agent.get(&self.url);
                self.headers
                    .iter()
                    .fold(request, |it, (name, value)| it.header(*name, value))
                    .call()
            }
        }
    }

    fn fault(&self, error: ureq::Error) -> HttpFault {
        use ureq::Error as Ureq;
        match error {
            Ureq::Timeout(_) => HttpFault::Silence { patience: self.patience },
            // So a certificate that is not trusted is told.
            Ureq::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                HttpFault::Request { reason: error.to_string() }
            }
            error @ (Ureq::Io(_) | Ureq::ConnectionFailed | Ureq::Protocol(_)) => {
                HttpFault::Connection { reason: error.to_string() }
            }
            error => HttpFault::Request { reason: error.to_string() },
        }
    }
}

impl Head {
    /// The value of a header, if it is there and in ASCII.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        Some(self.headers.get(name)?.to_str().ok()?.trim())
    }

    /// Bytes that follow, if they are announced.
    pub(crate) fn length(&self) -> Option<u64> {
        self.text("content-length")?.parse().ok()
    }

    /// How long the server wants to be left in peace.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        self.text("retry-after").and_then(pause)
    }
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
    pub(crate) fn head(&self, observer: &dyn Observer) -> Result<Next<Box<Head>>, HttpFault> {
        Ok(match self.next(observer)? {
            Next::Some(Piece::Head(head)) => Next::Some(head),
            Next::Cancelled => Next::Cancelled,
            Next::Some(Piece::Chunk(_)) | Next::End => Next::End,
        })
    }

    /// The next bytes of the body.
    pub(crate) fn chunk(&self, observer: &dyn Observer) -> Result<Next<Vec<u8>>, HttpFault> {
        Ok(match self.next(observer)? {
            Next::Some(Piece::Chunk(chunk)) => Next::Some(chunk),
            Next::Cancelled => Next::Cancelled,
            Next::Some(Piece::Head(_)) | Next::End => Next::End,
        })
    }

    fn next(&self, observer: &dyn Observer) -> Result<Next<Piece>, HttpFault> {
        let began = Instant::now();
        loop {
            if observer.cancelled() {
                return Ok(Next::Cancelled);
            }
            match self.parts.recv_timeout(TICK) {
                Ok(piece) => return piece.map(Next::Some),
                Err(RecvTimeoutError::Disconnected) => return Ok(Next::End),
                Err(RecvTimeoutError::Timeout) if began.elapsed() > self.patience => {
                    return Err(HttpFault::Silence { patience: self.patience });
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

/// The pause after so many failures in a row: doubled from one to the next, and shortened by chance, so that many who failed together do
/// not come back together.
pub(crate) fn backoff(first: Duration, failures: u32) -> crate::Result<Duration> {
    let longest = first.saturating_mul(1 << failures.saturating_sub(1).min(16));
    let chance = getrandom::u32().map_err(Error::Entropy)?;
    let share = 0.5 + 0.5 * f64::from(chance) / f64::from(u32::MAX);
    Ok(longest.min(LONGEST_PAUSE).mul_f64(share))
}

/// Waits so long; false if the observer wants to stop.
pub(crate) fn wait(time: Duration, observer: &dyn Observer) -> bool {
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

    #[test]
    fn back_off_doubles_up_to_a_limit_and_leaves_room_for_chance() {
        let first = Duration::from_secs(2);
        for (failures, longest) in [(1, 2), (2, 4), (4, 16), (5, 30), (u32::MAX, 30)] {
            let longest = Duration::from_secs(longest);
            let pause = backoff(first, failures).unwrap();
            assert!(pause >= longest / 2 && pause <= longest, "{failures}: {pause:?}");
        }
    }
}
