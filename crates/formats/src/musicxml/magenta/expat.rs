//! Where expat, the parser of Python, finds a document not well-formed, and what it says then.
//!
//! Document types are passed over unread; all else is looked at character by character, as expat names the first that
//! cannot stand where it does.

mod declaration;

use std::collections::{HashMap, HashSet};

use super::python::{Result, parse_error};
use crate::musicxml::xml::MAX_DEPTH;

/// Delimiters that may stand before the root element: expat wonders about their order, not about their spelling.
const DELIMITERS: &str = ">),|[(]";

/// Those that may follow a name there.
const AFTER_NAMES: &str = ">),|[%+*?";

/// Checks `text`, decoded already; `replaced` if U+FFFD in it stands for bytes that did not belong to the encoding.
///
/// # Errors
///
/// note-seq's words for a document that is not well-formed.
pub(super) fn check(text: &str, replaced: bool) -> Result {
    let mut scanner = Scanner { text, replaced, ..Scanner::default() };
    scanner.document().map_err(|fault| fault.at(text))
}

/// The error of a document with a fault at that byte of its text.
struct Fault {
    message: String,
    offset: usize,
}

type Scan<T = ()> = std::result::Result<T, Fault>;

impl Fault {
    fn at(self, text: &str) -> crate::Refusal {
        located(&self.message, text, self.offset)
    }
}

/// A message with line, from 1, and column, in characters from 0.
pub(super) fn located(message: &str, text: &str, offset: usize) -> crate::Refusal {
    let before = &text[..offset];
    let (mut line, mut column, mut after_return) = (1, 0, false);
    for character in before.chars() {
        match character {
            '\n' if after_return => {}
            '\n' | '\r' => (line, column) = (line + 1, 0),
            _ => column += 1,
        }
        after_return = character == '\r';
    }
    parse_error(format!("{message}: line {line}, column {column}"))
}

#[derive(Default)]
struct Scanner<'a> {
    text: &'a str,
    replaced: bool,
    at: usize,
    /// Names of the elements that are open, and the prefixes that they declare.
    open: Vec<(&'a str, Vec<&'a str>)>,
    /// How many open elements declare a prefix.
    prefixes: HashMap<&'a str, usize>,
    /// Entities that the document declares itself.
    entities: HashSet<&'a str>,
    /// Whether entities may be declared elsewhere.
    has_external_part: bool,
}

impl<'a> Scanner<'a> {
    fn document(&mut self) -> Scan {
        let mut is_over = false;
        loop {
            if self.open.is_empty() {
                self.white();
            }
            // That is for the tree to refuse.
            if self.open.len() > MAX_DEPTH {
                return Ok(());
            }
            let start = self.at;
            match (self.peek(), self.open.is_empty()) {
                (None, _) if is_over => return Ok(()),
                (None, _) => return fault("no element found", start),
                (Some('<'), true) => {
                    let is_element = self.text[start + 1..].starts_with(begins_name);
                    if is_over && is_element {
                        return fault("junk after document element", start);
                    }
                    if !is_element
                        && self.text[start + 1..].starts_with(|it| it != '!' && it != '?')
                    {
                        return fault(INVALID, start + 1);
                    }
                    self.markup()?;
                    is_over |= is_element && self.open.is_empty();
                }
                (Some(_), true) => return self.outside(is_over),
                (Some('<'), false) => {
                    self.markup()?;
                    is_over = self.open.is_empty();
                }
                (Some('&'), false) => {
                    let unknown = self.reference(start)?;
                    if let Some(name) = unknown {
                        let shown = if self.has_external_part {
                            format!(" &{name};")
                        } else {
                            String::new()
                        };
                        return fault(&format!("undefined entity{shown}"), start);
                    }
                }
                (Some(_), false) if self.text[start..].starts_with("]]>") => {
                    return fault(INVALID, start + 2);
                }
                (Some(_), false) => self.character()?,
            }
        }
    }

    /// Text that stands before or after the root element.
    fn outside(&mut self, is_over: bool) -> Scan {
        let start = self.at;
        let rest = &self.text[start..];
        let name = rest.find(|it| !in_name(it)).unwrap_or(rest.len());
        let next = rest[name..].chars().next();
        let delimiters = if name > 0 { AFTER_NAMES } else { DELIMITERS };
        let spelt = next.is_none_or(|it| delimiters.contains(it) || (name > 0 && is_white(it)));
        match (spelt, is_over) {
            (false, _) => fault(INVALID, start + name),
            (true, true) => fault("junk after document element", start),
            (true, false) => fault("syntax error", start),
        }
    }

    /// A tag, a comment, an instruction, a section or a document type.
    fn markup(&mut self) -> Scan {
        let start = self.at;
        self.at += 1;
        match self.need(start)? {
            '/' => self.end_tag(start),
            '?' => self.instruction(start),
            '!' => {
                self.at += 1;
                match self.need(start)? {
                    '-' => self.comment(start),
                    '[' if !self.open.is_empty() => self.section(start),
                    'D' if self.open.is_empty() => self.document_type(start),
                    _ => fault(INVALID, self.at),
                }
            }
            character if begins_name(character) => self.start_tag(start),
            _ => fault(INVALID, self.at),
        }
    }

    fn start_tag(&mut self, start: usize) -> Scan {
        let name = self.name()?;
        let mut attributes = Vec::new();
        let mut unknown = None;
        let is_empty = loop {
            let spaced = self.white();
            match self.need(start)? {
                '>' => break false,
                '/' => {
                    self.at += 1;
                    self.expect('>', start)?;
                    break true;
                }
                character if spaced && begins_name(character) => {
                    let at = self.at;
                    attributes.push((self.name()?, at));
                    unknown = self.value(start)?.or(unknown);
                }
                _ => return fault(INVALID, self.at),
            }
        };
        if !is_empty {
            self.expect('>', start)?;
        }
        let mut seen = HashSet::new();
        if let Some((_, at)) = attributes.iter().find(|(name, _)| !seen.insert(*name)) {
            return fault("duplicate attribute", *at);
        }
        if unknown.is_some() && !self.has_external_part {
            return fault("undefined entity", start);
        }
        let declared = attributes.iter().filter_map(|(name, _)| name.strip_prefix("xmlns:"));
        let declared: Vec<&str> = declared.collect();
        for prefix in &declared {
            *self.prefixes.entry(prefix).or_default() += 1;
        }
        self.open.push((name, declared));
        let bound = |name: &str| match name.split_once(':') {
            Some(("xml" | "xmlns", _)) | None => true,
            Some((prefix, _)) => self.prefixes.get(prefix).is_some_and(|count| *count > 0),
        };
        if !bound(name) || !attributes.iter().all(|(name, _)| bound(name)) {
            return fault("unbound prefix", start);
        }
        if is_empty {
            self.close();
        }
        Ok(())
    }

    fn close(&mut self) {
        let prefixes = self.open.pop().map_or_else(Vec::new, |(_, prefixes)| prefixes);
        for prefix in prefixes {
            self.prefixes.entry(prefix).and_modify(|count| *count -= 1);
        }
    }

    /// The value of an attribute, from what stands behind its name, and an entity in it that is not known.
    fn value(&mut self, start: usize) -> Scan<Option<&'a str>> {
        self.white();
        self.expect('=', start)?;
        self.white();
        let quote = self.need(start)?;
        if !matches!(quote, '"' | '\'') {
            return fault(INVALID, self.at);
        }
        self.at += 1;
        let mut unknown = None;
        loop {
            match self.need(start)? {
                '<' => return fault(INVALID, self.at),
                '&' => unknown = self.reference(start)?.or(unknown),
                character if character == quote => break,
                _ => self.character()?,
            }
        }
        self.at += 1;
        Ok(unknown)
    }

    fn end_tag(&mut self, start: usize) -> Scan {
        self.at += 1;
        let at = self.at;
        if !begins_name(self.need(start)?) || self.open.is_empty() {
            return fault(INVALID, if self.open.is_empty() { start + 1 } else { at });
        }
        let name = self.word();
        self.white();
        self.expect('>', start)?;
        if self.open.last().is_none_or(|(open, _)| *open != name) {
            return fault("mismatched tag", at);
        }
        self.close();
        Ok(())
    }

    fn comment(&mut self, start: usize) -> Scan {
        self.at += 1;
        self.expect('-', start)?;
        loop {
            self.need(start)?;
            if self.text[self.at..].starts_with("--") {
                self.at += 2;
                return self.expect('>', start);
            }
            self.character()?;
        }
    }

    fn section(&mut self, start: usize) -> Scan {
        for character in "[CDATA[".chars() {
            self.expect(character, start)?;
        }
        while !self.text[self.at..].starts_with("]]>") {
            if self.peek().is_none() {
                return fault("unclosed CDATA section", self.at);
            }
            self.character()?;
        }
        self.at += 3;
        Ok(())
    }

    fn instruction(&mut self, start: usize) -> Scan {
        self.at += 1;
        if !begins_name(self.need(start)?) {
            return fault(INVALID, self.at);
        }
        let name = self.name()?;
        if name == "xml" && start > 0 {
            return fault("XML or text declaration not at start of entity", start);
        }
        if name.eq_ignore_ascii_case("xml") && name != "xml" {
            return fault(INVALID, self.at);
        }
        if !is_white(self.need(start)?) && !self.text[self.at..].starts_with("?>") {
            let question = usize::from(self.need(start)? == '?');
            return fault(INVALID, self.at + question);
        }
        let inner = self.at;
        loop {
            self.need(start)?;
            if self.text[self.at..].starts_with("?>") {
                break;
            }
            self.character()?;
        }
        if name == "xml" {
            self.declaration(inner)?;
        }
        self.at += 2;
        Ok(())
    }

    /// Passes over a document type and takes note of the entities that it declares.
    fn document_type(&mut self, start: usize) -> Scan {
        let mut quote = None;
        let mut nested = 0;
        loop {
            let rest = &self.text[self.at..];
            let character = self.need(start)?;
            match (character, quote) {
                (_, Some(open)) if open == character => quote = None,
                (_, Some(_)) => {}
                ('<', None) if rest.starts_with("<!--") => {
                    self.at += 2;
                    self.comment(start)?;
                    continue;
                }
                ('"' | '\'', None) => {
                    self.has_external_part |= nested == 0;
                    quote = Some(character);
                }
                ('%', None) => self.has_external_part = true,
                ('<' | '[', None) => {
                    nested += 1;
                    let declared = rest.strip_prefix("<!ENTITY").map(str::trim_start);
                    self.entities
                        .extend(declared.map(|it| &it[..it.find(|it| !in_name(it)).unwrap_or(0)]));
                }
                ('>', None) if nested == 0 => break,
                ('>' | ']', None) => nested -= 1,
                _ => {}
            }
            self.character()?;
        }
        self.at += 1;
        Ok(())
    }

    /// A reference in the token that begins at `start`; gives the name of an entity that is not known.
    fn reference(&mut self, start: usize) -> Scan<Option<&'a str>> {
        self.at += 1;
        let first = self.need(start)?;
        if first != '#' {
            if !begins_name(first) {
                return fault(INVALID, self.at);
            }
            let name = self.name()?;
            self.expect(';', start)?;
            let known = matches!(name, "amp" | "lt" | "gt" | "quot" | "apos");
            return Ok(Some(name).filter(|name| !known && !self.entities.contains(name)));
        }
        self.at += 1;
        let radix = if self.need(start)? == 'x' { 16 } else { 10 };
        self.at += usize::from(radix == 16);
        let mut number = None;
        while self.need(start)? != ';' || number.is_none() {
            let Some(digit) = self.peek().and_then(|it| it.to_digit(radix)) else {
                return fault(INVALID, self.at);
            };
            number = Some(number.unwrap_or(0u32).saturating_mul(radix).saturating_add(digit));
            self.at += 1;
        }
        self.at += 1;
        match number.and_then(char::from_u32).filter(|it| is_allowed(*it)) {
            Some(_) => Ok(None),
            None => fault("reference to invalid character number", start),
        }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    /// The next character of the token that begins at `start`.
    fn need(&self, start: usize) -> Scan<char> {
        self.peek().ok_or(Fault { message: "unclosed token".to_owned(), offset: start })
    }

    fn expect(&mut self, character: char, start: usize) -> Scan {
        if self.need(start)? != character {
            return fault(INVALID, self.at);
        }
        self.at += character.len_utf8();
        Ok(())
    }

    /// Goes past a character of text.
    fn character(&mut self) -> Scan {
        let Some(character) = self.peek() else { return Ok(()) };
        if !is_allowed(character) || (self.replaced && character == char::REPLACEMENT_CHARACTER) {
            return fault(INVALID, self.at);
        }
        self.at += character.len_utf8();
        Ok(())
    }

    /// The characters of a name, whatever their order.
    fn word(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let word = &rest[..rest.find(|it| !in_name(it)).unwrap_or(rest.len())];
        self.at += word.len();
        word
    }

    /// A name, which may have one prefix.
    fn name(&mut self) -> Scan<&'a str> {
        let start = self.at;
        let rest = &self.text[start..];
        let name = self.word();
        let mut colons = name.match_indices(':').map(|(at, _)| at);
        let Some(colon) = colons.next() else { return Ok(name) };
        if self.peek().is_some() && !rest[colon + 1..].starts_with(begins_name) {
            return fault(INVALID, start + colon + 1);
        }
        colons.next().map_or(Ok(name), |second| fault(INVALID, start + second))
    }

    /// Goes past white space and says whether there was any.
    fn white(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let length = rest.find(|it| !is_white(it)).unwrap_or(rest.len());
        self.at += length;
        length > 0
    }
}

const INVALID: &str = "not well-formed (invalid token)";

fn fault<T>(message: &str, offset: usize) -> Scan<T> {
    Err(Fault { message: message.to_owned(), offset })
}

fn is_white(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r')
}

fn is_allowed(character: char) -> bool {
    !matches!(character, '\0'..'\t' | '\x0b' | '\x0c' | '\x0e'..' ' | '\u{fffe}' | '\u{ffff}')
}

fn begins_name(character: char) -> bool {
    character == '_' || character.is_alphabetic()
}

fn in_name(character: char) -> bool {
    begins_name(character) || matches!(character, ':' | '-' | '.' | '\u{b7}' | '0'..='9')
}
