//! An XML document as a tree.
//!
//! Nothing outside the document is ever fetched: its document type is skipped, entities that it declares are never
//! expanded. Depth and number of elements are bounded.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::attributes::Attributes;
use quick_xml::events::{BytesRef, Event};

use crate::{Error, Result};

/// Elements within elements; MusicXML has about ten.
pub(super) const MAX_DEPTH: usize = 256;

/// Elements of a document; they take 80 bytes each. A full orchestra's symphony has a few hundred thousand.
const MAX_ELEMENTS: usize = 4_000_000;

/// Characters of the reason of an error.
const MAX_REASON: usize = 200;

/// The elements of a document in their order.
#[derive(Debug)]
pub(super) struct Tree<'a> {
    nodes: Vec<Node<'a>>,
}

#[derive(Debug)]
struct Node<'a> {
    /// Without namespace prefix.
    name: &'a str,
    /// What stands behind the name in the tag.
    attributes: &'a str,
    /// Text before the first child.
    text: Cow<'a, str>,
    /// Index of the first node that is not inside this one.
    next: usize,
    /// Byte offset of the tag.
    offset: usize,
}

/// One element of a tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'t> {
    nodes: &'t [Node<'t>],
    index: usize,
}

impl<'a> Tree<'a> {
    /// Reads a whole document.
    ///
    /// # Errors
    ///
    /// [`Error::Xml`] if it is not well-formed, is cut off, or breaks the bounds.
    pub(super) fn parse(text: &'a str) -> Result<Self> {
        let mut reader = reader(text);
        let mut tree = Self { nodes: Vec::new() };
        let mut open: Vec<usize> = Vec::new();
        loop {
            let begin = reader.buffer_position() as usize;
            let event = reader.read_event();
            let end = reader.buffer_position() as usize;
            let event = event.map_err(|error| {
                malformed(text, reader.error_position() as usize, error.to_string())
            })?;
            match event {
                Event::Start(_) => {
                    tree.add(text, begin, end, open.is_empty())?;
                    open.push(tree.nodes.len() - 1);
                    if open.len() > MAX_DEPTH {
                        let reason = format!("elements nested more than {MAX_DEPTH} deep");
                        return Err(malformed(text, begin, reason));
                    }
                }
                Event::Empty(_) => tree.add(text, begin, end, open.is_empty())?,
                Event::End(_) => {
                    if let Some(index) = open.pop() {
                        tree.nodes[index].next = tree.nodes.len();
                    }
                }
                Event::Text(_) => tree.append(&open, &one_kind_of_break(&text[begin..end])),
                Event::CData(inner) => tree.append(&open, &String::from_utf8_lossy(&inner)),
                Event::GeneralRef(reference) => {
                    let resolved = resolve(&reference).ok_or_else(|| {
                        malformed(text, begin, format!("unknown entity {}", &text[begin..end]))
                    })?;
                    tree.append(&open, &resolved);
                }
                Event::Eof if open.is_empty() && !tree.nodes.is_empty() => return Ok(tree),
                Event::Eof if open.is_empty() => {
                    return Err(malformed(text, end, "no element".to_owned()));
                }
                Event::Eof => {
                    let name = open.last().map_or("", |index| tree.nodes[*index].name);
                    return Err(malformed(text, end, format!("cut off within <{name}>")));
                }
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
    }

    /// Adds the element whose tag is `text[begin..end]`; its end is not known yet.
    fn add(&mut self, text: &'a str, begin: usize, end: usize, is_root: bool) -> Result<()> {
        if is_root && !self.nodes.is_empty() {
            return Err(malformed(text, begin, "more than one root element".to_owned()));
        }
        if self.nodes.len() == MAX_ELEMENTS {
            let reason = format!("more than {MAX_ELEMENTS} elements");
            return Err(malformed(text, begin, reason));
        }
        let (name, attributes) = split_tag(&text[begin..end]);
        let next = self.nodes.len() + 1;
        self.nodes.push(Node { name, attributes, text: Cow::Borrowed(""), next, offset: begin });
        Ok(())
    }

    /// Adds text to the innermost open element if it has no child yet.
    fn append<'t>(&mut self, open: &[usize], piece: &'t str)
    where
        'a: 't,
    {
        let Some(index) = open.last().filter(|index| **index + 1 == self.nodes.len()) else {
            return;
        };
        self.nodes[*index].text.to_mut().push_str(piece);
    }

    pub(super) fn root(&self) -> Element<'_> {
        Element { nodes: &self.nodes, index: 0 }
    }
}

impl<'t> Element<'t> {
    fn node(self) -> &'t Node<'t> {
        &self.nodes[self.index]
    }

    /// Its name, without namespace prefix.
    pub(super) fn name(self) -> &'t str {
        self.node().name
    }

    /// Byte offset of its tag.
    pub(super) fn offset(self) -> usize {
        self.node().offset
    }

    /// The text before its first child, trimmed.
    pub(super) fn text(self) -> &'t str {
        self.node().text.trim()
    }

    /// The text before its first child, with the space around it.
    pub(super) fn raw_text(self) -> &'t str {
        &self.node().text
    }

    /// The value of an attribute; `None` also if it is malformed.
    pub(super) fn attribute(self, name: &str) -> Option<Cow<'t, str>> {
        let mut attributes = Attributes::new(self.node().attributes, 0);
        let found = attributes
            .with_checks(false)
            .flatten()
            .find(|attribute| attribute.key.local_name().as_ref() == name.as_bytes())?;
        let raw = match found.value {
            Cow::Borrowed(raw) => Cow::Borrowed(std::str::from_utf8(raw).ok()?),
            Cow::Owned(raw) => Cow::Owned(String::from_utf8(raw).ok()?),
        };
        Some(unescape(&raw).ok()?.into_owned().into())
    }

    /// Whether its tag has an attribute of that name, without namespace prefix.
    pub(super) fn has_attribute(self, name: &str) -> bool {
        let mut attributes = Attributes::new(self.node().attributes, 0);
        attributes
            .with_checks(false)
            .flatten()
            .any(|attribute| attribute.key.as_ref() == name.as_bytes())
    }

    pub(super) fn children(self) -> impl Iterator<Item = Element<'t>> + use<'t> {
        let (nodes, end) = (self.nodes, self.node().next);
        let mut index = self.index + 1;
        std::iter::from_fn(move || {
            let child = (index < end).then_some(Element { nodes, index })?;
            index = child.node().next;
            Some(child)
        })
    }

    /// Its first child of that name.
    pub(super) fn child(self, name: &str) -> Option<Element<'t>> {
        self.children().find(|child| child.name() == name)
    }

    /// The text of its first child of that name.
    pub(super) fn child_text(self, name: &str) -> Option<&'t str> {
        Some(self.child(name)?.text())
    }
}

/// The name of the root element of `text`, of which only the beginning need be there.
pub(super) fn root_name(text: &str) -> Option<&str> {
    let mut reader = reader(text);
    loop {
        let begin = reader.buffer_position() as usize;
        match reader.read_event().ok()? {
            Event::Start(_) | Event::Empty(_) => {
                return Some(split_tag(&text[begin..reader.buffer_position() as usize]).0);
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

fn reader(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = true;
    reader
}

/// Text with XML's one kind of line break.
fn one_kind_of_break(text: &str) -> Cow<'_, str> {
    if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n").into()
    } else {
        text.into()
    }
}

/// Name without prefix, and attributes, of a tag such as `<m:note default-x="1">`.
fn split_tag(tag: &str) -> (&str, &str) {
    let inner = tag.strip_prefix('<').unwrap_or(tag);
    let inner = inner.strip_suffix('>').unwrap_or(inner);
    let inner = inner.strip_suffix('/').unwrap_or(inner);
    let end = inner.find(|character: char| character.is_ascii_whitespace());
    let (name, attributes) = inner.split_at(end.unwrap_or(inner.len()));
    (name.rsplit(':').next().unwrap_or(name), attributes)
}

/// The text of one of XML's own entities or of a character's number.
fn resolve(reference: &BytesRef<'_>) -> Option<String> {
    if let Some(character) = reference.resolve_char_ref().ok()? {
        return Some(character.to_string());
    }
    resolve_predefined_entity(std::str::from_utf8(reference).ok()?).map(str::to_owned)
}

fn malformed(text: &str, offset: usize, reason: String) -> Error {
    let offset = offset.min(text.len());
    let before = &text.as_bytes()[..offset];
    let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    // It may quote names of any length.
    let reason = reason.chars().take(MAX_REASON).collect();
    Error::Xml { offset, line, column: offset - start + 1, reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> (usize, usize) {
        match Tree::parse(text) {
            Err(Error::Xml { line, column, .. }) => (line, column),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_tree_is_walked_by_name() {
        let text = "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x 'y'>]><!-- c -->\
            <m:a n=\"1 &amp; 2\"><b> x&#65;&lt;<![CDATA[&]]> <c/>late</b><b/><d>t</d></m:a>";
        let tree = Tree::parse(text).unwrap();
        let root = tree.root();
        assert_eq!((root.name(), root.attribute("n").as_deref()), ("a", Some("1 & 2")));
        assert_eq!(root.attribute("m"), None);
        assert_eq!(root.children().map(Element::name).collect::<Vec<_>>(), ["b", "b", "d"]);
        assert_eq!(root.child("b").unwrap().text(), "xA<&");
        assert_eq!(root.child_text("d"), Some("t"));
        assert_eq!(&text[root.offset()..][..4], "<m:a");
        assert_eq!(root_name(&text[..text.len() - 20]), Some("a"));
        assert_eq!(root_name("<?xml?> not"), None);
    }

    #[test]
    fn what_is_not_well_formed_is_located() {
        assert_eq!(place("<a>\n <b></a>"), (2, 5));
        assert_eq!(place("<a/>\n<b/>"), (2, 1));
        assert_eq!(place("<a>\n<b>"), (2, 4));
        assert_eq!(place("  "), (1, 3));
        assert_eq!(place("<a>&x;</a>"), (1, 4));
    }

    #[test]
    fn bombs_do_not_go_off() {
        let deep = "<a>".repeat(100_000);
        assert_eq!(place(&deep), (1, 3 * MAX_DEPTH + 1));
        let laughs = "<!DOCTYPE a [<!ENTITY b 'bb'><!ENTITY c '&b;&b;'>]><a>&c;</a>";
        assert_eq!(place(laughs), (1, 55));
        let wide = format!("<a>{}</a>", "<b/>".repeat(MAX_ELEMENTS));
        assert!(matches!(Tree::parse(&wide), Err(Error::Xml { .. })));
        let external = "<!DOCTYPE a [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><a>&f;</a>";
        assert!(matches!(Tree::parse(external), Err(Error::Xml { .. })));
    }
}
