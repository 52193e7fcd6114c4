//! note-seq's reading of a line of notes, token by token.

use super::key::accidental_before_letter;
use crate::abc::letter::letter;
use crate::abc::text::find_near;

/// What note-seq sees next in a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Token<'a> {
    Note {
        accidental: &'a [u8],
        letter: u8,
        octaves: &'a [u8],
        length: &'a str,
    },
    Chord,
    Broken(&'a str),
    Field(char, &'a str),
    Variant(&'a str),
    Bar {
        before: usize,
        bars: usize,
        after: usize,
    },
    Colons(usize),
    Text(&'a str),
    /// Decorations, slurs, ties, a line continuation: accepted and passed over.
    Ignored,
    Tuplet,
    Space,
    Unexpected(char),
}

/// The token at the start of `rest`, which is not empty, and its length in bytes.
pub(super) fn next(rest: &str) -> (Token<'_>, usize) {
    let bytes = rest.as_bytes();
    if let Some((token, length)) = note(rest) {
        return (token, length);
    }
    match bytes[0] {
        b'[' => {
            if let Some(length) = chord(rest) {
                return (Token::Chord, length);
            }
            inline_field(rest).unwrap_or_else(|| bar(rest))
        }
        b'<' | b'>' => {
            let length = run(bytes, |byte| byte == bytes[0]);
            (Token::Broken(&rest[..length]), length)
        }
        b':' | b']' | b'|' => bar(rest),
        b'"' => match find_near(&rest[1..], b'"') {
            Some(end) => (Token::Text(&rest[1..=end]), end + 2),
            None => (Token::Unexpected('"'), 1),
        },
        b'(' if bytes.get(1).is_some_and(u8::is_ascii_digit) => (Token::Tuplet, 2),
        b'\\' if rest.len() == 1 => (Token::Ignored, 1),
        b'.' | b'~' | b'H' | b'L' | b'M' | b'O' | b'P' | b'S' | b'T' | b'u' | b'v' | b'('
        | b')' | b'-' => (Token::Ignored, 1),
        _ => {
            let character = rest.chars().next().unwrap_or(' ');
            let token =
                if character.is_whitespace() { Token::Space } else { Token::Unexpected(character) };
            (token, character.len_utf8())
        }
    }
}

fn run(bytes: &[u8], mut belongs: impl FnMut(u8) -> bool) -> usize {
    bytes.iter().take_while(|byte| belongs(**byte)).count()
}

fn note(rest: &str) -> Option<(Token<'_>, usize)> {
    let bytes = rest.as_bytes();
    let accidental = accidental_before_letter(bytes);
    let name = *bytes.get(accidental.len())?;
    letter(name)?;
    let octave_start = accidental.len() + 1;
    let octave_end =
        octave_start + run(&bytes[octave_start..], |byte| matches!(byte, b'\'' | b','));
    let mut end = octave_end + run(&bytes[octave_end..], |byte| byte.is_ascii_digit());
    end += run(&bytes[end..], |byte| byte == b'/');
    end += run(&bytes[end..], |byte| byte.is_ascii_digit());
    let token = Token::Note {
        accidental,
        letter: name,
        octaves: &bytes[octave_start..octave_end],
        length: &rest[octave_end..end],
    };
    Some((token, end))
}

/// The length of a chord of nothing but notes.
fn chord(rest: &str) -> Option<usize> {
    let mut end = 1;
    while let Some((_, length)) = note(&rest[end..]) {
        end += length;
    }
    (end > 1 && rest[end..].starts_with(']')).then_some(end + 1)
}

fn inline_field(rest: &str) -> Option<(Token<'_>, usize)> {
    let [b'[', name, b':', ..] = rest.as_bytes() else { return None };
    if !name.is_ascii_alphabetic() {
        return None;
    }
    let end = find_near(rest, b']').filter(|&end| end > 3)?;
    let content = &rest[3..end];
    let trimmed = content.trim_start();
    // A content of nothing but spaces keeps the last of them.
    let last = content.char_indices().last().map_or("", |(place, _)| &content[place..]);
    let content = if trimmed.is_empty() { last } else { trimmed };
    Some((Token::Field(char::from(*name), content), end + 1))
}

/// A bar line with or without colons and ending, or nothing but colons.
fn bar(rest: &str) -> (Token<'_>, usize) {
    let bytes = rest.as_bytes();
    let before = run(bytes, |byte| byte == b':');
    let bars = run(&bytes[before..], |byte| matches!(byte, b'[' | b']' | b'|'));
    if bars == 0 {
        return (Token::Colons(before), before);
    }
    let end = before + bars;
    let tail = rest[end..].trim_start();
    let numbers = run(tail.as_bytes(), |byte| matches!(byte, b'0'..=b'9' | b',' | b'-'));
    if numbers > 0 {
        let length = rest.len() - tail.len() + numbers;
        return (Token::Variant(&rest[..length]), length);
    }
    let after = run(&bytes[end..], |byte| byte == b':');
    (Token::Bar { before, bars, after }, end + after)
}
