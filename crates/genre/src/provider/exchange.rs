//! A question to a server and its answer, as values: who sends them is not known here.

use std::time::Duration;

use serde::de::{DeserializeOwned, IgnoredAny};

use super::{Fault, Secret};

/// Most characters of a server's own words that are told to the user.
const MAX_WORDS: usize = 200;

/// A value that is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// One that may be seen.
    Plain(String),
    /// One that may not.
    Secret(Secret),
}

/// What is asked of a server. Its `Debug` and [`shown`](Self::shown) hide secrets.
#[derive(Clone, Debug)]
pub struct Request {
    /// Address without a query.
    pub address: String,
    /// Names and values of the query, not yet escaped.
    pub query: Vec<(&'static str, Value)>,
    /// Headers.
    pub headers: Vec<(&'static str, Value)>,
    /// Names and values of a form to be posted; none where the address is asked for.
    pub form: Option<Vec<(&'static str, Value)>>,
    /// Whether an answer means that the server is busy, and the same question may go well later.
    pub is_busy: fn(&Response) -> bool,
}

/// What a server answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// Status of HTTP, such as 200.
    pub status: u16,
    /// How long the server wants to be left in peace, where it says so.
    pub retry_after: Option<Duration>,
    /// The answer itself.
    pub body: Vec<u8>,
}

/// Sends requests: no faster than the server allows, and again while it is busy.
pub trait Client {
    /// Sends a request and gives the last answer, whatever its status.
    ///
    /// # Errors
    ///
    /// [`Fault::Cancelled`], [`Fault::Connection`], [`Fault::Silence`], [`Fault::Request`], [`Fault::TooLarge`], and [`Fault::Busy`] where the
    /// server still is.
    fn send(&self, request: &Request) -> Result<Response, Fault>;
}

impl Value {
    /// The value itself, to be sent and for nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Secret(secret) => secret.expose(),
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Plain(text) => escape(text),
            Self::Secret(_) => "***".to_owned(),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Plain(text.to_owned())
    }
}

impl From<Secret> for Value {
    fn from(secret: Secret) -> Self {
        Self::Secret(secret)
    }
}

impl Request {
    /// Asks an address.
    #[must_use]
    pub fn get(address: String, query: Vec<(&'static str, Value)>) -> Self {
        Self { address, query, headers: Vec::new(), form: None, is_busy: Response::is_busy }
    }

    /// The whole address, to be sent and for nothing else.
    #[must_use]
    pub fn exposed(&self) -> String {
        self.url(|value| escape(value.expose()))
    }

    /// The whole address for people, with `***` for what is secret.
    #[must_use]
    pub fn shown(&self) -> String {
        self.url(Value::shown)
    }

    fn url(&self, text: impl Fn(&Value) -> String) -> String {
        let pairs = pairs(&self.query, text);
        if pairs.is_empty() { self.address.clone() } else { format!("{}?{pairs}", self.address) }
    }

    /// The form as it is posted.
    #[must_use]
    pub fn exposed_form(&self) -> Option<String> {
        self.form.as_ref().map(|form| pairs(form, |value| escape(value.expose())))
    }

    /// A text in which `***` stands for everything in it that is a secret of this request.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        let values = self.query.iter().chain(&self.headers).chain(self.form.iter().flatten());
        let mut text = text.to_owned();
        for (_, value) in values {
            let Value::Secret(secret) = value else { continue };
            let secret = secret.expose();
            // In a header, a word says what kind of secret follows.
            let kinds = ["Basic ", "Bearer "];
            let bare = kinds.iter().find_map(|kind| secret.strip_prefix(kind)).unwrap_or(secret);
            for form in [secret.to_owned(), bare.to_owned(), escape(bare)] {
                if !form.is_empty() {
                    text = text.replace(&form, "***");
                }
            }
        }
        text
    }
}

impl Response {
    /// Whether the status says that the server is busy, or an answer that should be JSON breaks off.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        match self.status {
            408 | 425 | 429 | 500 | 502 | 503 | 504 => true,
            200 => serde_json::from_slice::<IgnoredAny>(&self.body).is_err(),
            _ => false,
        }
    }

    /// What an answer in JSON says.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        serde_json::from_slice(&self.body).map_err(|error| Fault::Answer {
            status: self.status,
            // The words of the reader quote the answer; its place does not.
            reason: format!("line {}, column {}: {}", error.line(), error.column(), class(&error)),
        })
    }

    /// An answer with a status that is not foreseen.
    pub(super) fn fault(&self) -> Fault {
        Fault::Status { status: self.status, retry_after: self.retry_after }
    }
}

fn class(error: &serde_json::Error) -> &'static str {
    use serde_json::error::Category;
    match error.classify() {
        Category::Eof => "it breaks off",
        Category::Data => "something else is expected there",
        Category::Syntax | Category::Io => "that is no JSON",
    }
}

/// The first words of what a server says of a failure, on one line.
pub(super) fn words(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control()).take(MAX_WORDS).collect();
    text.trim().to_owned()
}

fn pairs(pairs: &[(&'static str, Value)], text: impl Fn(&Value) -> String) -> String {
    let pairs = pairs.iter().map(|(name, value)| format!("{name}={}", text(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// A text as a value of a query: all bytes but those that RFC 3986 calls unreserved are escaped.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                escaped.push(char::from(byte));
            }
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> Request {
        let key = Value::Secret(Secret::new("k/e y"));
        let mut request = Request::get(
            "http://x/2.0/".to_owned(),
            vec![("artist", "AC/DC & Björk".into()), ("api_key", key)],
        );
        request.headers.push(("authorization", Value::Secret(Secret::new("Bearer t0ken"))));
        request
    }

    #[test]
    fn a_query_is_escaped() {
        let expected = "http://x/2.0/?artist=AC%2FDC%20%26%20Bj%C3%B6rk&api_key=k%2Fe%20y";
        assert_eq!(request().exposed(), expected);
    }

    #[test]
    fn secrets_are_not_shown() {
        let request = request();
        let told = format!("{request:?} {}", request.shown());
        assert!(!told.contains("k/e") && !told.contains("k%2Fe") && !told.contains("t0ken"));
        assert!(request.shown().ends_with("&api_key=***"));
        let text = "at ?api_key=k%2Fe%20y with k/e y and t0ken";
        assert_eq!(request.redact(text), "at ?api_key=*** with *** and ***");
    }

    #[test]
    fn an_answer_that_breaks_off_is_asked_for_again() {
        let response = |status, body: &str| {
            Response { status, retry_after: None, body: body.into() }.is_busy()
        };
        assert!(response(200, "{\"a\": [") && response(503, "{}") && response(429, ""));
        assert!(!response(200, "{}") && !response(404, "") && !response(302, ""));
    }

    #[test]
    fn what_is_not_as_documented_is_told_without_quoting_it() {
        let response = Response { status: 200, retry_after: None, body: b"{\"a\": \"b\"}".into() };
        let fault = response.json::<Vec<u8>>().unwrap_err().to_string();
        assert!(fault.contains("line 1, column 0: something else"), "{fault}");
    }
}
