//! What a file says in words.

/// A text in a file, on one line, without control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// What it stands for.
    pub kind: TextKind,
    /// The text; neither empty nor longer than [`MAX_TEXT_CHARS`].
    pub text: String,
}

/// What a text in a file stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextKind {
    /// Name of a track of a MIDI file.
    TrackName,
    /// A text event of a MIDI file that is not sung.
    Text,
    /// A copyright notice of a MIDI file.
    Copyright,
    /// The rights of a score.
    Rights,
}

impl TextKind {
    /// Its name in snake case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::TrackName => "track_name",
            Self::Text => "text",
            Self::Copyright => "copyright",
            Self::Rights => "rights",
        }
    }
}

/// Most texts that are kept of a file.
pub const MAX_TEXTS: usize = 64;

/// Most characters that are kept of a text.
pub const MAX_TEXT_CHARS: usize = 200;

/// Adds a text, unless it is empty, there already, or one too many.
pub(crate) fn add(texts: &mut Vec<Text>, kind: TextKind, text: &str) {
    if texts.len() >= MAX_TEXTS {
        return;
    }
    let words = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
    let mut line = String::new();
    for word in words.filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    let end = line.char_indices().nth(MAX_TEXT_CHARS).map_or(line.len(), |(end, _)| end);
    line.truncate(end);
    let text = Text { kind, text: line };
    if !text.text.is_empty() && !texts.contains(&text) {
        texts.push(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_lines_of_bounded_length_and_number() {
        let mut texts = Vec::new();
        add(&mut texts, TextKind::Text, " a\0\r\n b ");
        add(&mut texts, TextKind::Text, "a b");
        add(&mut texts, TextKind::Text, "\n");
        assert_eq!(texts, [Text { kind: TextKind::Text, text: "a b".to_owned() }]);
        add(&mut texts, TextKind::TrackName, &"é".repeat(1000));
        assert_eq!(texts[1].text.chars().count(), MAX_TEXT_CHARS);
        (0..1000).for_each(|number| add(&mut texts, TextKind::Text, &number.to_string()));
        assert_eq!(texts.len(), MAX_TEXTS);
    }
}
