//! A file from a server, in as many requests as it takes.

use std::time::Duration;

use super::DownloadFault;
use super::digest::Announced;
use super::part::{PartFile, Source};
use crate::http::{self, Answer, Head, HttpFault, MAX_REDIRECTS, Next, Request, backoff, wait};
use crate::{Error, Event, Observer, Result};

/// Most bytes that are taken. Magenta's bundles have a few millions.
pub const MAX_BYTES: u64 = 64 << 20;
/// What is counted in progress.
const UNIT: &str = "kB";
/// Bytes in it.
const UNIT_BYTES: u64 = 1000;

/// How much trouble to take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Patience {
    /// How long to wait for the next byte.
    pub timeout: Duration,
    /// How often to ask again in a row after failures that may pass, without a new byte in between.
    pub retries: u32,
    /// Before the first of them; it doubles from one to the next.
    pub pause: Duration,
}

impl Default for Patience {
    /// Half a minute without a byte, four retries, after a second, two, four and eight.
    fn default() -> Self {
        Self { timeout: Duration::from_secs(30), retries: 4, pause: Duration::from_secs(1) }
    }
}

/// A download under way.
pub(super) struct Download<'a> {
    /// What it is called in progress.
    pub(super) task: String,
    pub(super) url: &'a str,
    pub(super) patience: Patience,
    pub(super) observer: &'a dyn Observer,
}

impl Download<'_> {
    /// Goes on until `part` is whole.
    pub(super) fn complete(&self, part: &mut PartFile) -> Result<()> {
        let done = part.length() / UNIT_BYTES;
        self.observer.observe(Event::Began { task: &self.task, unit: UNIT, total: None, done });
        let completed = self.attempts(part);
        self.observer.observe(Event::Ended);
        completed
    }

    /// Asks again and again.
    fn attempts(&self, part: &mut PartFile) -> Result<()> {
        let (mut failures, mut furthest) = (0, part.length());
        loop {
            let error = match self.attempt(part) {
                Ok(()) => return part.sync(),
                Err(error) => error,
            };
            part.sync()?;
            let Error::Download { source: fault, .. } = &error else { return Err(error) };
            // A line that breaks again and again, but brings something each time, is worth the trouble.
            if part.length() > furthest {
                (failures, furthest) = (0, part.length());
            }
            if !fault.is_passing() || failures == self.patience.retries {
                return Err(error);
            }
            failures += 1;
            let pause = backoff(self.patience.pause, failures)?
                .max(fault.retry_after().unwrap_or_default());
            let text = format!("{fault}; asking again in {:.1} s", pause.as_secs_f64());
            self.observer.observe(Event::Warning(&text));
            if !wait(pause, self.observer) {
                return Err(interrupted(part));
            }
        }
    }

    /// One request, and what comes of it.
    fn attempt(&self, part: &mut PartFile) -> Result<()> {
        let rest = part.rest();
        let begin = rest.as_ref().map(|(begin, _)| *begin);
        let patience = self.patience.timeout;
        let mut headers = Vec::new();
        if let Some((begin, etag)) = rest {
            headers.push(("Range", format!("bytes={begin}-")));
            headers.push(("If-Range", etag));
        }
        let agent = http::agent(self.url, MAX_REDIRECTS, patience);
        let request = Request { url: self.url.to_owned(), headers, form: None, patience, agent };
        let answer = request.send();
        let head = match answer.head(self.observer).map_err(|fault| self.error(fault.into()))? {
            Next::Some(head) => head,
            Next::Cancelled => return Err(interrupted(part)),
            Next::End => {
                let reason = "it was closed before an answer".to_owned();
                return Err(self.error(DownloadFault::Connection { reason }));
            }
        };
        match (head.status, begin) {
            (200, _) => self.take_whole(&head, &answer, part),
            (206, Some(begin)) => self.take_rest(&head, &answer, begin, part),
            // There is no such byte: all had come, or it is another file by now.
            (416, Some(_)) if range_total(&head).is_some_and(|total| total == part.length()) => {
                Ok(())
            }
            (416, Some(begin)) => self.begin_anew(&head, begin, part),
            (status, _) => {
                let retry_after = head.retry_after();
                Err(self.error(DownloadFault::Status { status, retry_after }))
            }
        }
    }

    fn take_whole(&self, head: &Head, answer: &Answer, part: &mut PartFile) -> Result<()> {
        if let Some(content_type) = head.text("content-type").filter(|kind| is_page(kind)) {
            let content_type = content_type.to_owned();
            return Err(self.error(DownloadFault::Page { content_type }));
        }
        part.begin(Source {
            url: self.url.to_owned(),
            // A weak one may stay the same while bytes change.
            etag: head.text("etag").filter(|etag| etag.starts_with('"')).map(str::to_owned),
            total: head.length(),
            announced: Announced::of(&head.headers, head.status),
        })?;
        self.take_body(answer, head.length(), part)
    }

    fn take_rest(
        &self,
        head: &Head,
        answer: &Answer,
        begin: u64,
        part: &mut PartFile,
    ) -> Result<()> {
        let (first, total) = content_range(head).unwrap_or_default();
        let known = part.source();
        let same = (head.text("etag").is_none() || head.text("etag") == known.etag.as_deref())
            && (known.total.is_none() || total.is_none() || known.total == total);
        if first != Some(begin) || !same {
            return self.begin_anew(head, begin, part);
        }
        self.take_body(answer, total.or(known.total), part)
    }

    fn begin_anew(&self, head: &Head, begin: u64, part: &mut PartFile) -> Result<()> {
        part.reset()?;
        let found = head.text("content-range").unwrap_or_default().to_owned();
        Err(self.error(DownloadFault::OtherRange { begin, found }))
    }

    /// Takes what comes until all `total` bytes are there.
    fn take_body(&self, answer: &Answer, total: Option<u64>, part: &mut PartFile) -> Result<()> {
        if total.is_some_and(|total| total > MAX_BYTES) {
            return Err(self.error(DownloadFault::TooLarge { found: total, limit: MAX_BYTES }));
        }
        loop {
            let done = part.length() / UNIT_BYTES;
            let in_all = total.map(|total| total.div_ceil(UNIT_BYTES));
            self.observer.observe(Event::Advanced { done, total: in_all, detail: "" });
            let next = answer.chunk(self.observer);
            match (next, total) {
                (Ok(Next::Some(chunk)), _) => {
                    let limit = total.unwrap_or(MAX_BYTES);
                    if part.length() + chunk.len() as u64 > limit {
                        return Err(self.error(DownloadFault::TooLarge { found: None, limit }));
                    }
                    part.append(&chunk)?;
                }
                (Ok(Next::Cancelled), _) => return Err(interrupted(part)),
                (Ok(Next::End), None) => return Ok(()),
                (Ok(Next::End), Some(total)) if part.length() == total => return Ok(()),
                (Ok(Next::End) | Err(HttpFault::Connection { .. }), Some(expected)) => {
                    let found = part.length();
                    return Err(self.error(DownloadFault::CutShort { expected, found }));
                }
                (Err(fault), _) => return Err(self.error(fault.into())),
            }
        }
    }

    fn error(&self, source: DownloadFault) -> Error {
        Error::Download { url: self.url.to_owned(), source }
    }
}

/// What the user is told after Ctrl-C.
fn interrupted(part: &PartFile) -> Error {
    let kept = part.rest().map(|(bytes, _)| {
        let of = part.source().total.map(|total| format!(" of {total}")).unwrap_or_default();
        format!("with {bytes}{of} bytes kept")
    });
    Error::Interrupted { kept }
}

/// Begin and total of an answer's `Content-Range`.
fn content_range(head: &Head) -> Option<(Option<u64>, Option<u64>)> {
    parse_range(head.text("content-range")?)
}

/// Begin and total, as far as they are said: `bytes 100-199/200`, `bytes 100-199/*` or `bytes */200`.
fn parse_range(text: &str) -> Option<(Option<u64>, Option<u64>)> {
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let first = range.split_once('-').and_then(|(first, _)| first.parse().ok());
    Some((first, total.parse().ok()))
}

fn range_total(head: &Head) -> Option<u64> {
    content_range(head)?.1
}

fn is_page(content_type: &str) -> bool {
    let kind = content_type.to_ascii_lowercase();
    kind.starts_with("text/html") || kind.starts_with("application/xhtml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_far_as_they_go() {
        assert_eq!(parse_range("bytes 100-199/200"), Some((Some(100), Some(200))));
        assert_eq!(parse_range("bytes 100-199/*"), Some((Some(100), None)));
        assert_eq!(parse_range("bytes */200"), Some((None, Some(200))));
        let too_large = "bytes 99999999999999999999-1/x";
        assert_eq!(parse_range(too_large), Some((None, None)));
        for nonsense in ["", "bytes", "bytes 1-2", "items 1-2/3"] {
            assert_eq!(parse_range(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn pages_are_told_by_their_type() {
        assert!(is_page("text/html") && is_page("Text/HTML; charset=utf-8"));
        assert!(!is_page("application/octet-stream") && !is_page("text/plain"));
    }
}
