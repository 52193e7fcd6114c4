//! What note-seq 0.0.3 makes of a tunebook: the same sequences, float for float, and the same exceptions.
//!
//! Its parser knows a small part of ABC and misreads some more (`|[CEG]` as three notes one after the other). This
//! is for those who must agree with it; [`super::Book`] reads the tunes as they are meant.

mod code;
mod field;
mod key;
mod refusal;
mod tune;

use ::music::NoteSequence;

use super::lines;
use crate::Refusal;
use tune::Tune;

/// What becomes of each tune of a book, in their order.
pub type Tunes = Vec<Result<NoteSequence, Refusal>>;

/// Reads a tunebook as note-seq's `parse_abc_tunebook` does: repeats are sections, see [`music::expand_sections`].
///
/// # Errors
///
/// What ends the reading of the whole book: a reference number that occurs twice, or an exception that its parser does
/// not mean to raise.
pub fn read(text: &str) -> Result<Tunes, Refusal> {
    let mut sections = sections(text).into_iter().peekable();
    let mut header = Vec::new();
    if let Some(first) = sections.next_if(|first| !first.iter().any(|line| line.starts_with("X:")))
    {
        match sections.peek() {
            Some(_) => header = first,
            None => return Ok(vec![outcome(read_tune(&first))?]),
        }
    }
    let mut numbers = std::collections::HashSet::new();
    let mut tunes = Vec::new();
    for section in sections {
        let lines: Vec<&str> = header.iter().chain(&section).copied().collect();
        let tune = outcome(read_tune(&lines))?;
        if let Ok(sequence) = &tune
            && !numbers.insert(sequence.reference_number)
        {
            return Err(Refusal::duplicate(sequence.reference_number));
        }
        tunes.push(tune);
    }
    Ok(tunes)
}

/// Reads one tune, the lines of the book's header before its own.
pub(super) fn read_tune(lines: &[&str]) -> Result<NoteSequence, Refusal> {
    let mut tune = Tune::default();
    for line in lines {
        tune.line(line)?;
    }
    tune.finish()
}

/// An exception that the parser means to raise costs one tune.
fn outcome(tune: Result<NoteSequence, Refusal>) -> Result<Result<NoteSequence, Refusal>, Refusal> {
    match tune {
        Err(refusal) if !refusal.is_parse_error() => Err(refusal),
        tune => Ok(tune),
    }
}

/// Runs of lines that are not empty.
fn sections(text: &str) -> Vec<Vec<&str>> {
    let mut sections = vec![Vec::new()];
    for line in lines(text).map(str::trim) {
        match sections.last_mut() {
            Some(section) if !line.is_empty() => section.push(line),
            Some(section) if section.is_empty() => {}
            _ => sections.push(Vec::new()),
        }
    }
    sections.retain(|section| !section.is_empty());
    sections
}
