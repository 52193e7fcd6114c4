//! Bytes to lines of text.

use std::borrow::Cow;

/// The text of a tunebook: UTF-8 with or without a byte order mark, else Latin-1, which any bytes are.
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().map(|&byte| char::from(byte)).collect()),
    }
}

/// The lines of a text, which end as on any system: LF, CR LF, or CR.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> + Clone {
    text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

/// Longest text in quotes, group of grace notes or inline field, in bytes: so that a line of opening signs does not take
/// the square of its length.
const MAX_ENCLOSED: usize = 1 << 12;

/// Where the first `end`, an ASCII character, stands, if that is not too far away.
pub(super) fn find_near(text: &str, end: u8) -> Option<usize> {
    text.bytes().take(MAX_ENCLOSED).position(|byte| byte == end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_utf_8_or_latin_1() {
        assert_eq!(decode(b"\xef\xbb\xbfT:Caf\xc3\xa9"), "T:Café");
        assert_eq!(decode(b"T:Caf\xe9"), "T:Café");
    }

    #[test]
    fn lines_end_in_three_ways() {
        assert_eq!(lines("a\r\nb\rc\n\nd").collect::<Vec<_>>(), ["a", "b", "c", "", "d"]);
    }
}
