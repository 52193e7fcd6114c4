//! Texts in tracks, but for those that are sung.

use std::borrow::Cow;

use crate::words::{Text, TextKind, add};

/// The texts of a file, if anybody wants them.
#[derive(Debug, Default)]
pub(super) struct Spoken<'a> {
    texts: Option<&'a mut Vec<Text>>,
    /// Whether the text events of this track have become the syllables of a song.
    is_sung: bool,
}

impl<'a> Spoken<'a> {
    /// Texts go to `texts`.
    pub(super) fn new(texts: Option<&'a mut Vec<Text>>) -> Self {
        Self { texts, is_sung: false }
    }

    /// A track begins.
    pub(super) fn begin_track(&mut self) {
        self.is_sung = false;
    }

    /// Takes a text in UTF-8 or, if it is not that, in Latin-1.
    ///
    /// In karaoke files a line of a song begins with a slash or a backslash, and what is no song with an `@` and a letter.
    pub(super) fn take(&mut self, kind: TextKind, bytes: &[u8]) {
        let Some(texts) = &mut self.texts else { return };
        let is_event = kind == TextKind::Text;
        self.is_sung |= is_event && matches!(bytes, [b'/' | b'\\', ..]);
        let tagged = bytes.strip_prefix(b"@").and_then(|rest| rest.get(1..));
        if is_event && self.is_sung && tagged.is_none() {
            return;
        }
        let bytes = tagged.filter(|_| is_event).unwrap_or(bytes);
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => bytes.iter().copied().map(char::from).collect(),
        };
        add(texts, kind, &text);
    }
}
