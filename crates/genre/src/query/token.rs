//! The text of a query, cut into words and marks.

use super::fault::{QueryError, QueryFault};

/// A piece of the text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) offset: usize,
    pub(super) length: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Word(String),
    Quoted(String),
    Open,
    Close,
    /// `:`, `=`, `<`, `<=`, `>` or `>=`.
    Mark(&'static str),
}

const MARKS: [&str; 6] = ["<=", ">=", "<", ">", "=", ":"];

/// All tokens of `query`.
pub(super) fn tokens(query: &str) -> Result<Vec<Token>, QueryError> {
    let mut tokens = Vec::new();
    let mut rest = query.trim_start();
    while !rest.is_empty() {
        let offset = query.len() - rest.len();
        let (kind, length) = token(rest).ok_or_else(|| QueryError {
            query: query.to_owned(),
            offset,
            length: rest.len(),
            fault: QueryFault::OpenQuote,
        })?;
        tokens.push(Token { kind, offset, length });
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

/// The token at the start of `rest`, and its length; none for a quotation that does not end.
fn token(rest: &str) -> Option<(Kind, usize)> {
    if let Some(mark) = MARKS.into_iter().find(|mark| rest.starts_with(mark)) {
        return Some((Kind::Mark(mark), mark.len()));
    }
    Some(match rest.as_bytes().first()? {
        b'(' => (Kind::Open, 1),
        b')' => (Kind::Close, 1),
        b'"' => return quoted(rest),
        _ => {
            let ends = |letter: char| letter.is_whitespace() || "\"()<>=:".contains(letter);
            let length = rest.find(ends).unwrap_or(rest.len());
            (Kind::Word(rest[..length].to_owned()), length)
        }
    })
}

fn quoted(rest: &str) -> Option<(Kind, usize)> {
    let mut text = String::new();
    let mut letters = rest.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((Kind::Quoted(text), at + 1)),
            '\\' => text.push(letters.next()?.1),
            letter => text.push(letter),
        }
    }
    None
}
