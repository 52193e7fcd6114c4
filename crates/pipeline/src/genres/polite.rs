//! Requests as a server likes them: from somebody with a name, one after the other, not too fast, and not for ever.

use std::cell::Cell;
use std::time::{Duration, Instant};

use genre::provider::{Client, Fault, Request, Response};
use ureq::Agent;

use crate::http::{self, Answer, HttpFault, Next, backoff, wait};
use crate::models::Patience;
use crate::{Event, Observer};

/// Most bytes of an answer. A search gives a few thousand.
const MAX_BYTES: u64 = 4 << 20;
/// Longest pause that a server may ask for and get.
const LONGEST_PAUSE: Duration = Duration::from_secs(120);
/// How much longer than its first byte a whole answer may take.
const WHOLE: u32 = 4;

/// Sends the requests of one provider.
pub(super) struct PoliteClient<'a> {
    agent: Agent,
    user_agent: String,
    /// The least time between two requests.
    interval: Duration,
    patience: Patience,
    observer: &'a dyn Observer,
    last: Cell<Option<Instant>>,
    sent: Cell<u64>,
}

impl<'a> PoliteClient<'a> {
    /// One for a server at `base`, to which it says that the user is to be found at `contact`.
    pub(super) fn new(
        base: Option<&str>,
        contact: Option<&str>,
        interval: Duration,
        patience: Patience,
        observer: &'a dyn Observer,
    ) -> Self {
        let version = env!("CARGO_PKG_VERSION");
        let user_agent = match contact {
            Some(contact) => format!("Cantus/{version} ( {contact} )"),
            None => format!("Cantus/{version}"),
        };
        // No redirect is followed: it would lead a key to somebody else.
        let agent = http::agent(base.unwrap_or("https://"), 0, patience.timeout);
        let (last, sent) = (Cell::new(None), Cell::new(0));
        Self { agent, user_agent, interval, patience, observer, last, sent }
    }

    /// How many requests were sent.
    pub(super) fn sent(&self) -> u64 {
        self.sent.get()
    }

    /// One request, and what comes of it.
    fn attempt(&self, request: &Request) -> Result<Response, Fault> {
        self.await_turn()?;
        let mut headers = vec![
            ("user-agent", self.user_agent.clone()),
            ("accept", "application/json".to_owned()),
        ];
        let own = request.headers.iter();
        headers.extend(own.map(|(name, value)| (*name, value.expose().to_owned())));
        let (url, form) = (request.exposed(), request.exposed_form());
        let (patience, agent) = (self.patience.timeout, self.agent.clone());
        let answer = http::Request { url, headers, form, patience, agent }.send();
        self.sent.set(self.sent.get() + 1);
        self.take(&answer).map_err(|fault| redacted(fault, request))
    }

    /// Waits until the next request may be sent.
    fn await_turn(&self) -> Result<(), Fault> {
        let since = self.last.get().map_or(self.interval, |last| last.elapsed());
        if !wait(self.interval.saturating_sub(since), self.observer) {
            return Err(Fault::Cancelled);
        }
        self.last.set(Some(Instant::now()));
        Ok(())
    }

    /// The whole answer.
    fn take(&self, answer: &Answer) -> Result<Response, Fault> {
        let began = Instant::now();
        let head = match answer.head(self.observer).map_err(fault)? {
            Next::Some(head) => head,
            Next::Cancelled => return Err(Fault::Cancelled),
            Next::End => return Err(broken("it was closed before an answer")),
        };
        let mut body = Vec::new();
        loop {
            match answer.chunk(self.observer).map_err(fault)? {
                Next::Some(chunk) => body.extend_from_slice(&chunk),
                Next::Cancelled => return Err(Fault::Cancelled),
                Next::End => break,
            }
            if body.len() as u64 > MAX_BYTES {
                return Err(Fault::TooLarge { limit: MAX_BYTES });
            }
            // A byte now and then is no answer, either.
            if began.elapsed() > self.patience.timeout * WHOLE {
                return Err(broken("the answer does not end"));
            }
        }
        if head.length().is_some_and(|length| length != body.len() as u64) {
            return Err(broken("the answer breaks off"));
        }
        Ok(Response { status: head.status, retry_after: head.retry_after(), body })
    }
}

impl Client for PoliteClient<'_> {
    fn send(&self, request: &Request) -> Result<Response, Fault> {
        let mut failures = 0;
        loop {
            let is_last = failures == self.patience.retries;
            let fault = match self.attempt(request) {
                Ok(response) if !(request.is_busy)(&response) => return Ok(response),
                // It is no JSON, time and again: let its reader say so.
                Ok(response) if is_last && response.status == 200 && response.is_busy() => {
                    return Ok(response);
                }
                Ok(Response { status, retry_after, .. }) => Fault::Busy { status, retry_after },
                Err(fault) => fault,
            };
            let asked = fault.retry_after().unwrap_or_default();
            if is_last || !fault.is_passing() || asked > LONGEST_PAUSE {
                return Err(fault);
            }
            failures += 1;
            let pause = backoff(self.patience.pause, failures)
                .map_err(|error| Fault::Request { reason: error.to_string() })?
                .max(asked);
            let text = format!("{fault}; asking again in {:.1} s", pause.as_secs_f64());
            self.observer.observe(Event::Warning(&text));
            if !wait(pause, self.observer) {
                return Err(Fault::Cancelled);
            }
        }
    }
}

fn broken(reason: &str) -> Fault {
    Fault::Connection { reason: reason.to_owned() }
}

fn fault(fault: HttpFault) -> Fault {
    match fault {
        HttpFault::Connection { reason } => Fault::Connection { reason },
        HttpFault::Silence { patience } => Fault::Silence { patience },
        HttpFault::Request { reason } => Fault::Request { reason },
    }
}

/// The same fault without secrets, which the words of a library may quote.
fn redacted(fault: Fault, request: &Request) -> Fault {
    match fault {
        Fault::Connection { reason } => Fault::Connection { reason: request.redact(&reason) },
        Fault::Request { reason } => Fault::Request { reason: request.redact(&reason) },
        fault => fault,
    }
}
