//! What Magenta makes of a score with note-seq 0.0.3: the same sequence, float for float, and the same exceptions.
//!
//! Its parser takes what MusicXML of one voice and one metre needs, and refuses files with drums, with chord symbols of
//! transposing instruments and the like. This is for those who must agree with it; [`super::read`] with
//! [`Convention::NoteSeq`](super::Convention::NoteSeq) goes on where it gives up.

mod container;
mod expat;
mod harmony;
mod note;
mod python;
mod score;

use std::borrow::Cow;

use music::NoteSequence;

use super::container::MAX_XML_BYTES;
use super::encoding::{self, declared, is_wide};
use super::note_seq;
use super::read::source_info;
use super::score as page;
use super::warning::Warnings;
use super::xml::{Element, Tree};
use crate::{Error, Refusal};
use python::parse_error;

/// Reads a file as note-seq does, which takes it for compressed if its name ends in `.mxl`, whatever is in it, and
/// any XML for a score, if for one without notes.
///
/// # Errors
///
/// The exception that note-seq raises. Where its libraries have words that are not known here, they are those of
/// [`super::read`] for the same fault.
pub fn read(bytes: &[u8], is_compressed: bool) -> Result<NoteSequence, Refusal> {
    let bytes =
        if is_compressed { Cow::Owned(container::unpack(bytes)?) } else { Cow::Borrowed(bytes) };
    if bytes.len() > MAX_XML_BYTES {
        return Err(ours(Error::ScoreTooLarge { limit: MAX_XML_BYTES }));
    }
    let text = decoded(&bytes)?;
    let tree = Tree::parse(&text).map_err(ours)?;
    let root = tree.root();
    let mut page = page::Score::default();
    // Names in a namespace are other names to it, and it knows no timewise scores.
    if !has_namespace(&text, root) {
        score::check(root)?;
        page = page::partwise(root, &mut Warnings::default());
    }
    let mut sequence = note_seq::read(&page, &mut Warnings::default());
    sequence.source_info = source_info();
    Ok(sequence)
}

/// The text of a well-formed document.
fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>, Refusal> {
    let label = declared(bytes);
    if let Some(label) = label
        && encoding::has_wide_characters(label)
    {
        return Err(Refusal::new("ValueError", "multi-byte encodings are not supported"));
    }
    let (text, replaced) = encoding::decode(bytes).map_err(|error| match error {
        Error::XmlEncoding { label } => {
            Refusal::new("LookupError", format!("unknown encoding: {label}"))
        }
        other => ours(other),
    })?;
    if let Some(label) = label
        && !is_wide(bytes)
        && label.get(..6).is_some_and(|start| start.eq_ignore_ascii_case(b"utf-16"))
    {
        let message = "encoding specified in XML declaration is incorrect";
        let place = text.find(&*String::from_utf8_lossy(label)).unwrap_or(0);
        return Err(expat::located(message, &text, place));
    }
    expat::check(&text, replaced)?;
    Ok(text)
}

/// Whether what stands in the root element is in a namespace.
fn has_namespace(text: &str, root: Element<'_>) -> bool {
    let prefixed = |child: Element<'_>| !text[child.offset() + 1..].starts_with(child.name());
    root.has_attribute("xmlns") || root.children().any(prefixed)
}

/// An error of this reader where note-seq has one that is not known, or none.
fn ours(error: Error) -> Refusal {
    parse_error(error.to_string())
}
