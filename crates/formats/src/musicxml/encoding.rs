//! The bytes of an XML document as text.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::{Error, Result};

/// Where an XML declaration must have ended.
const DECLARATION_BYTES: usize = 256;

/// The text of a document, without byte order mark, and whether some of its bytes did not belong to its encoding and
/// were replaced.
///
/// # Errors
///
/// [`Error::XmlEncoding`] if it declares an encoding that the Encoding Standard does not know.
pub(super) fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, bool)> {
    let (encoding, mark) = match Encoding::for_bom(bytes) {
        Some(found) => found,
        None => (guess(bytes)?, 0),
    };
    Ok(encoding.decode_without_bom_handling(&bytes[mark..]))
}

/// The encoding of a document without byte order mark.
fn guess(bytes: &[u8]) -> Result<&'static Encoding> {
    if let Some(encoding) = wide(bytes) {
        return Ok(encoding);
    }
    let Some(label) = declared(bytes) else {
        return Ok(UTF_8);
    };
    match Encoding::for_label(label) {
        // Text that begins with one byte a character is not in UTF-16, whatever it says.
        Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => Ok(UTF_8),
        Some(encoding) => Ok(encoding),
        None => Err(Error::XmlEncoding { label: String::from_utf8_lossy(label).into_owned() }),
    }
}

/// UTF-16 without byte order mark.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [b'<', 0, ..] => Some(UTF_16LE),
        [0, b'<', ..] => Some(UTF_16BE),
        _ => None,
    }
}

/// Whether the document is in UTF-16.
pub(super) fn is_wide(bytes: &[u8]) -> bool {
    let marked = Encoding::for_bom(bytes).is_some_and(|(encoding, _)| encoding != UTF_8);
    marked || wide(bytes).is_some()
}

/// Whether an encoding of that name has characters of several bytes and is none of Unicode's.
pub(super) fn has_wide_characters(label: &[u8]) -> bool {
    let unicode = |encoding| [UTF_8, UTF_16LE, UTF_16BE].contains(&encoding);
    Encoding::for_label(label)
        .is_some_and(|encoding| !encoding.is_single_byte() && !unicode(encoding))
}

/// The encoding that an XML declaration at the beginning names.
pub(super) fn declared(bytes: &[u8]) -> Option<&[u8]> {
    let start = &bytes[..bytes.len().min(DECLARATION_BYTES)];
    let end = start.windows(2).position(|pair| pair == b"?>")?;
    let declaration = start[..end].trim_ascii_start().strip_prefix(b"<?xml")?;
    let at = declaration.windows(8).position(|word| word == b"encoding")?;
    let value = declaration[at + 8..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let (quote, value) = value.split_first()?;
    let end = value.iter().position(|byte| byte == quote)?;
    Some(&value[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encodings_of_real_files_are_known() {
        let text = |bytes: &[u8]| {
            let (text, replaced) = decode(bytes).unwrap();
            (text.into_owned(), replaced)
        };
        assert_eq!(text(b"\xef\xbb\xbf<a>\xc3\xa9"), ("<a>\u{e9}".to_owned(), false));
        assert_eq!(text(b"\xff\xfe<\0a\0"), ("<a".to_owned(), false));
        assert_eq!(text(b"\0<\0a"), ("<a".to_owned(), false));
        let latin1 = b"<?xml version='1.0' encoding = 'ISO-8859-1'?>\xe9";
        assert!(text(latin1).0.ends_with("?>\u{e9}"));
        assert!(!text(b"<?xml version='1.0' encoding='UTF-16'?><a/>").1);
        assert_eq!(text(b"<a>\xe9"), ("<a>\u{fffd}".to_owned(), true));
        let error = Error::XmlEncoding { label: "EBCDIC".to_owned() };
        assert_eq!(decode(b"<?xml encoding=\"EBCDIC\"?>"), Err(error));
    }
}
