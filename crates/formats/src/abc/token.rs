//! A line of music as tokens.

use super::letter::letter;
use super::text::find_near;
use crate::fraction::Fraction;

/// What stands next in a line of music.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Token<'a> {
    /// A note; `octave` counts from that of middle C.
    Note {
        accidental: Option<i32>,
        microtone: bool,
        letter: usize,
        octave: i32,
        length: Length<'a>,
    },
    /// A rest, to be seen or not.
    Rest(Length<'a>),
    /// A rest of whole bars.
    BarRest(Length<'a>),
    ChordStart,
    ChordEnd(Length<'a>),
    /// `>` (positive) or `<` (negative), as many as there are.
    Broken(i32),
    /// An inline field.
    Field(char, &'a str),
    /// A bar line, with colons before and after.
    Bar {
        before: usize,
        lines: usize,
        after: usize,
    },
    /// Numbers of an ending.
    Ending(&'a str),
    /// A chord symbol or another text.
    Text(&'a str),
    /// What stands between `!` or `+`.
    Decoration(&'a str),
    Tie,
    Tuplet {
        notes: u32,
        time: Option<u32>,
        span: Option<u32>,
    },
    Overlay,
    /// Grace notes, slurs, space: what changes no note.
    Nothing,
    Unclosed(&'static str),
    Unexpected(char),
}

/// A length behind a note, in unit note lengths.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Length<'a> {
    pub(super) text: &'a str,
    /// None if it is none.
    pub(super) value: Option<Fraction>,
}

/// What the meaning of a character depends on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Context {
    /// Within a chord, and whether that is one between `+` as in ABC 1.
    pub(super) chord: Option<Brackets>,
    /// A bar line stands before it, perhaps with spaces.
    pub(super) after_bar: bool,
}

/// What a chord is written between.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Brackets {
    Square,
    Plus,
}

/// Decorations between `+` as ABC 2.0 has them, as far as they could not be told from an old chord.
const PLUS_DYNAMICS: [&str; 4] = ["f", "ff", "fff", "ffff"];

/// The token at the start of `rest`, which is not empty, and its length in bytes.
pub(super) fn next(rest: &str, context: Context) -> (Token<'_>, usize) {
    let bytes = rest.as_bytes();
    match bytes[0] {
        b'^' | b'_' | b'=' | b'A'..=b'G' | b'a'..=b'g' => {
            note(rest).unwrap_or((Token::Unexpected(char::from(bytes[0])), 1))
        }
        b'z' | b'x' => with_length(rest, Token::Rest),
        b'Z' | b'X' => with_length(rest, Token::BarRest),
        b'y' => with_length(rest, |_| Token::Nothing),
        b']' if context.chord == Some(Brackets::Square) => with_length(rest, Token::ChordEnd),
        b'+' if context.chord == Some(Brackets::Plus) => with_length(rest, Token::ChordEnd),
        b'+' => plus(rest),
        b'0'..=b'9' if context.after_bar => {
            let length = ending_length(bytes);
            (Token::Ending(&rest[..length]), length)
        }
        b'[' => bracket(rest),
        b':' | b'|' | b']' => bar(rest),
        b'<' | b'>' => {
            let count = run(bytes, |byte| byte == bytes[0]);
            let sign = if bytes[0] == b'>' { 1 } else { -1 };
            (Token::Broken(sign * i32::try_from(count.min(8)).unwrap_or(1)), count)
        }
        b'"' => closed(rest, b'"', "a text", Token::Text),
        b'{' => closed(rest, b'}', "a group of grace notes", |_| Token::Nothing),
        b'!' => exclamation(rest),
        // Decorations of one letter, and user's symbols.
        b'.' | b'~' | b'H'..=b'W' | b'h'..=b'w' => (Token::Nothing, 1),
        b'(' => tuplet(rest).unwrap_or((Token::Nothing, 1)),
        b'-' => (Token::Tie, 1),
        b'&' => (Token::Overlay, 1),
        b')' | b'\\' | b'$' | b'`' | b'*' => (Token::Nothing, 1),
        _ => {
            let character = rest.chars().next().unwrap_or(' ');
            let space = character.is_whitespace();
            let token = if space { Token::Nothing } else { Token::Unexpected(character) };
            (token, character.len_utf8())
        }
    }
}

fn run(bytes: &[u8], mut belongs: impl FnMut(u8) -> bool) -> usize {
    bytes.iter().take_while(|byte| belongs(**byte)).count()
}

fn digits(text: &str) -> (Option<u32>, &str) {
    let (number, rest) = text.split_at(run(text.as_bytes(), |byte| byte.is_ascii_digit()));
    (number.parse().ok(), rest)
}

fn note(rest: &str) -> Option<(Token<'_>, usize)> {
    let bytes = rest.as_bytes();
    let sign = bytes[0];
    let count = match sign {
        b'^' | b'_' => run(bytes, |byte| byte == sign).min(2),
        b'=' => 1,
        _ => 0,
    };
    let accidental = match sign {
        _ if count == 0 => None,
        b'^' => Some(count as i32),
        b'_' => Some(-(count as i32)),
        _ => Some(0),
    };
    let fraction = if count > 0 {
        run(&bytes[count..], |byte| byte.is_ascii_digit() || byte == b'/')
    } else {
        0
    };
    let at = count + fraction;
    let name = *bytes.get(at)?;
    let letter = letter(name)?;
    let marks = run(&bytes[at + 1..], |byte| matches!(byte, b'\'' | b','));
    let up = bytes[at + 1..at + 1 + marks].iter().filter(|mark| **mark == b'\'').count();
    // Nothing this far from middle C is a pitch.
    let octave = (2 * up as i64 - marks as i64).clamp(-100, 100) as i32;
    let octave = octave + i32::from(name.is_ascii_lowercase());
    let (length, end) = length(rest, at + 1 + marks);
    Some((Token::Note { accidental, microtone: fraction > 0, letter, octave, length }, end))
}

fn with_length<'a>(rest: &'a str, token: impl Fn(Length<'a>) -> Token<'a>) -> (Token<'a>, usize) {
    let (length, end) = length(rest, 1);
    (token(length), end)
}

/// The length at `start` and where it ends: `3`, `/2`, `3/2`, `//` for a quarter, `3/` for three halves.
fn length(rest: &str, start: usize) -> (Length<'_>, usize) {
    let end = start + run(&rest.as_bytes()[start..], |byte| byte.is_ascii_digit() || byte == b'/');
    let text = &rest[start..end];
    (Length { text, value: length_value(text) }, end)
}

fn length_value(text: &str) -> Option<Fraction> {
    let (numerator, slashes) = match digits(text) {
        (None, rest) if rest.len() < text.len() => return None,
        (number, rest) => (number.unwrap_or(1), rest),
    };
    let count = run(slashes.as_bytes(), |byte| byte == b'/');
    let denominator = match (count, digits(&slashes[count..])) {
        (0, _) => 1,
        (1, (Some(number), "")) => i64::from(number),
        (2..=10, (None, "")) | (1, (None, "")) => 1 << count,
        _ => return None,
    };
    Fraction::new(numerator.into(), denominator)
}

fn closed<'a>(
    rest: &'a str,
    end: u8,
    what: &'static str,
    token: impl Fn(&'a str) -> Token<'a>,
) -> (Token<'a>, usize) {
    match find_near(&rest[1..], end) {
        Some(length) => (token(&rest[1..=length]), length + 2),
        None => (Token::Unclosed(what), 1),
    }
}

/// A decoration, or a line break as old programs wrote it.
fn exclamation(rest: &str) -> (Token<'_>, usize) {
    match rest[1..].find(['!', ' ', '|', '"', '[']) {
        Some(end) if end > 0 && rest[1 + end..].starts_with('!') => {
            (Token::Decoration(&rest[1..=end]), end + 2)
        }
        _ => (Token::Nothing, 1),
    }
}

/// A decoration of ABC 2.0 or a chord of ABC 1.
fn plus(rest: &str) -> (Token<'_>, usize) {
    let Some(end) = find_near(&rest[1..], b'+') else { return (Token::Unexpected('+'), 1) };
    let content = &rest[1..=end];
    let notes =
        content.bytes().all(|byte| letter(byte).is_some() || b"^_=,'/0123456789".contains(&byte));
    if notes && !content.is_empty() && !PLUS_DYNAMICS.contains(&content) {
        return (Token::ChordStart, 1);
    }
    (Token::Decoration(content), end + 2)
}

/// What an opening bracket opens.
fn bracket(rest: &str) -> (Token<'_>, usize) {
    match rest.as_bytes() {
        [_, name, b':', ..] if name.is_ascii_alphabetic() => match find_near(rest, b']') {
            Some(end) => (Token::Field(char::from(*name), rest[3..end].trim()), end + 1),
            None => (Token::Unclosed("an inline field"), rest.len()),
        },
        [_, b'0'..=b'9', ..] => {
            let length = 1 + ending_length(&rest.as_bytes()[1..]);
            (Token::Ending(&rest[1..length]), length)
        }
        [_, b'|' | b']', ..] => bar(rest),
        _ => (Token::ChordStart, 1),
    }
}

fn ending_length(bytes: &[u8]) -> usize {
    let length = run(bytes, |byte| matches!(byte, b'0'..=b'9' | b',' | b'-'));
    // A tie does not begin anything; `1.` is what some write.
    length + usize::from(bytes.get(length) == Some(&b'.'))
}

fn bar(rest: &str) -> (Token<'_>, usize) {
    let bytes = rest.as_bytes();
    let before = run(bytes, |byte| byte == b':');
    let mut lines = 0;
    while let Some(byte) = bytes.get(before + lines) {
        let next = bytes.get(before + lines + 1);
        let belongs = match byte {
            b'|' => true,
            // The end of a bar line, unless it is the end of something else.
            b']' => true,
            // The start of one, unless a chord, a field or an ending begins.
            b'[' => matches!(next, Some(b'|' | b']')),
            _ => false,
        };
        if !belongs {
            break;
        }
        lines += 1;
    }
    if lines == 0 && before < 2 {
        return (Token::Unexpected(':'), 1);
    }
    let after = run(&bytes[before + lines..], |byte| byte == b':');
    (Token::Bar { before, lines, after }, before + lines + after)
}

/// `(p`, `(p:q` or `(p:q:r`, of which q and r may be left out.
fn tuplet(rest: &str) -> Option<(Token<'_>, usize)> {
    let (notes, mut tail) = digits(&rest[1..]);
    let notes = notes?;
    let mut more = [None; 2];
    for number in &mut more {
        let Some(after) = tail.strip_prefix(':') else { break };
        // `(3:|` is a triplet before a repeat sign.
        if after.starts_with('|') {
            break;
        }
        (*number, tail) = digits(after);
    }
    let [time, span] = more;
    Some((Token::Tuplet { notes, time, span }, rest.len() - tail.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(line: &str) -> Vec<Token<'_>> {
        let (mut rest, mut context, mut tokens) = (line, Context::default(), Vec::new());
        while !rest.is_empty() {
            let (token, length) = next(rest, context);
            rest = &rest[length..];
            match token {
                Token::ChordStart => context.chord = Some(Brackets::Square),
                Token::ChordEnd(_) => context.chord = None,
                _ => {}
            }
            context.after_bar = matches!(token, Token::Bar { .. });
            tokens.push(token);
        }
        tokens
    }

    #[test]
    fn a_bracket_after_a_bar_line_opens_something_of_its_own() {
        assert!(matches!(
            *tokens("|[CE]2|[K:G]|[1"),
            [
                Token::Bar { lines: 1, .. },
                Token::ChordStart,
                Token::Note { .. },
                Token::Note { .. },
                Token::ChordEnd(Length { text: "2", .. }),
                Token::Bar { .. },
                Token::Field('K', "G"),
                Token::Bar { .. },
                Token::Ending("1"),
            ]
        ));
    }

    #[test]
    fn bar_lines_come_in_many_shapes() {
        let bar = |before, lines, after| Token::Bar { before, lines, after };
        for (line, token) in [
            ("|", bar(0, 1, 0)),
            ("[|]", bar(0, 3, 0)),
            (":|", bar(1, 1, 0)),
            ("|::", bar(0, 1, 2)),
            (":||:", bar(1, 2, 1)),
            ("::", bar(2, 0, 0)),
        ] {
            assert_eq!(tokens(line), [token], "{line}");
        }
        assert_eq!(tokens(":|2")[1], Token::Ending("2"));
        assert_eq!(tokens("|1,3-4")[1], Token::Ending("1,3-4"));
    }

    #[test]
    fn lengths_are_fractions() {
        for (text, numerator, denominator) in [
            ("", 1, 1),
            ("3", 3, 1),
            ("/", 1, 2),
            ("//", 1, 4),
            ("3/", 3, 2),
            ("3/4", 3, 4),
            ("/8", 1, 8),
        ] {
            assert_eq!(length_value(text), Some(Fraction::of(numerator, denominator)), "{text}");
        }
        for text in ["/0", "1/2/3", "99999999999", "//3"] {
            assert_eq!(length_value(text), None, "{text}");
        }
    }

    #[test]
    fn old_line_breaks_and_chords_are_told_from_decorations() {
        assert_eq!(tokens("!trill!"), [Token::Decoration("trill")]);
        assert_eq!(tokens("!"), [Token::Nothing]);
        assert_eq!(tokens("+fermata+"), [Token::Decoration("fermata")]);
        assert_eq!(tokens("+ff+"), [Token::Decoration("ff")]);
        assert_eq!(tokens("+DGB+")[0], Token::ChordStart);
    }

    #[test]
    fn tuplets_leave_out_what_they_like() {
        let tuplet = |notes, time, span| Token::Tuplet { notes, time, span };
        assert_eq!(tokens("(3")[0], tuplet(3, None, None));
        assert_eq!(tokens("(3:2")[0], tuplet(3, Some(2), None));
        assert_eq!(tokens("(3::2")[0], tuplet(3, None, Some(2)));
        assert_eq!(tokens("(5:4:6")[0], tuplet(5, Some(4), Some(6)));
    }
}
