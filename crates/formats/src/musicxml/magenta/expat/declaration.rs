//! What stands in an XML declaration.

use super::{Scan, Scanner, fault, is_white};

/// An attribute of a declaration with the places of its name and its value.
struct Attribute<'a> {
    name: &'a str,
    name_at: usize,
    value: &'a str,
    value_at: usize,
}

impl<'a> Scanner<'a> {
    /// Checks the declaration between `at` and the end of its tag, where the scanner is.
    pub(super) fn declaration(&self, at: usize) -> Scan {
        let mut next = self.attribute(at)?;
        let Some((version, mut at)) = next else { return malformed(self.at) };
        if version.name != "version" {
            return malformed(version.name_at);
        }
        next = self.attribute(at)?;
        if let Some((Attribute { name: "encoding", value, value_at, .. }, end)) = &next {
            if !value.starts_with(|it: char| it.is_ascii_alphabetic()) {
                return malformed(*value_at);
            }
            at = *end;
            next = self.attribute(at)?;
        }
        let Some((standalone, end)) = next else { return Ok(()) };
        if standalone.name != "standalone" {
            return malformed(standalone.name_at);
        }
        if !matches!(standalone.value, "yes" | "no") {
            return malformed(standalone.value_at);
        }
        let end = self.past_white(end);
        if end < self.at { malformed(end) } else { Ok(()) }
    }

    /// The attribute behind the white space at `at`, and where it ends; `None` if there is no other.
    fn attribute(&self, at: usize) -> Scan<Option<(Attribute<'a>, usize)>> {
        let name_at = self.past_white(at);
        if name_at == self.at {
            return Ok(None);
        }
        if name_at == at {
            return malformed(at);
        }
        let rest = &self.text[name_at..self.at];
        let length = rest.find(|it| it == '=' || is_white(it) || !it.is_ascii());
        let name = &rest[..length.unwrap_or(rest.len())];
        let equals = self.past_white(name_at + name.len());
        if name.is_empty() || !self.text[equals..self.at].starts_with('=') {
            return malformed(equals);
        }
        let opening = self.past_white(equals + 1);
        let quote = self.text[opening..self.at].chars().next();
        let Some(quote) = quote.filter(|it| matches!(it, '"' | '\'')) else {
            return malformed(opening);
        };
        let value_at = opening + 1;
        let rest = &self.text[value_at..self.at];
        let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '_');
        let value = &rest[..rest.find(|it| !plain(it)).unwrap_or(rest.len())];
        let closing = value_at + value.len();
        if !self.text[closing..self.at].starts_with(quote) {
            return malformed(closing);
        }
        Ok(Some((Attribute { name, name_at, value, value_at }, closing + 1)))
    }

    fn past_white(&self, at: usize) -> usize {
        let rest = &self.text[at..self.at];
        at + rest.find(|it| !is_white(it)).unwrap_or(rest.len())
    }
}

fn malformed<T>(at: usize) -> Scan<T> {
    fault("XML declaration not well-formed", at)
}
