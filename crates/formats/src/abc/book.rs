//! A tunebook and its tunes.

use std::borrow::Cow;
use std::ops::Range;

use music::{NoteSequence, expand_sections};

use super::magenta;
use super::performance::perform;
use super::score::Score;
use super::text::{decode, lines};
use super::warning::{Place, Warning, WarningKind};
use crate::{Error, Refusal, Result};

/// A tune is left as written if it would have more notes and events than this with all of its repeats: some hours.
pub const MAX_PLAYED_NOTES: usize = 1 << 17;

/// Longest header that is read, in bytes: it is read again for every tune.
const MAX_HEADER_BYTES: usize = 1 << 14;

/// How tunes are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// What becomes of repeats.
    pub repeats: Repeats,
}

/// What becomes of repeats and endings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Repeats {
    /// All is there as often as it is played.
    #[default]
    Played,
    /// All is there once, with [section groups](NoteSequence::section_groups) that say what is played.
    Sections,
}

/// A tune as notes.
#[derive(Clone, Debug, PartialEq)]
pub struct Tune {
    /// The notes and all that belongs to them; `id`, `filename` and `collection_name` are left empty.
    pub sequence: NoteSequence,
    /// What was odd about the tune, by place. At most 65, the last of which counts the rest.
    pub warnings: Vec<Warning>,
    /// Whether note-seq accepts the tune and finds the same notes and sections.
    pub strict: bool,
    /// What note-seq makes of the tune, or says when it does not accept it.
    pub note_seq: std::result::Result<NoteSequence, Refusal>,
    /// Line of the file where the tune begins, from 1.
    pub line: usize,
}

/// A text with tunes, each of which is read when it is asked for.
#[derive(Clone, Debug)]
pub struct Book<'a> {
    text: Cow<'a, str>,
    /// Where the lines of the header and of each tune stand in the text.
    header: Section,
    tunes: Vec<Section>,
}

/// A run of lines.
#[derive(Clone, Debug, Default)]
struct Section {
    bytes: Range<usize>,
    /// Number of its first line, from 1.
    line: usize,
}

impl<'a> Book<'a> {
    /// Finds the tunes of a file: each begins at a line with `X:` and ends at an empty line or the next tune. What stands
    /// before the first is the header, whose fields hold for every tune unless it is longer than 16 KiB; other text is
    /// passed over.
    ///
    /// # Errors
    ///
    /// [`Error::NotAbc`] if there is no tune.
    pub fn new(bytes: &'a [u8]) -> Result<Self> {
        let text = decode(bytes);
        let mut sections = sections(&text);
        let has = |section: &Section, field: &str| {
            lines(&text[section.bytes.clone()]).any(|line| line.trim_start().starts_with(field))
        };
        let mut header = Section::default();
        if sections.len() > 1 && sections.first().is_some_and(|first| !has(first, "X:")) {
            header = sections.remove(0);
            if header.bytes.len() > MAX_HEADER_BYTES {
                header.bytes.end = header.bytes.start;
            }
        }
        // A tune without a number is one if it has a key.
        sections.retain(|section| has(section, "X:") || has(section, "K:"));
        if sections.is_empty() {
            return Err(Error::NotAbc { lines: lines(&text).count() });
        }
        Ok(Self { text, header, tunes: sections })
    }

    /// How many tunes there are.
    pub fn len(&self) -> usize {
        self.tunes.len()
    }

    /// Never: a book has at least one tune.
    pub fn is_empty(&self) -> bool {
        self.tunes.is_empty()
    }

    /// Reads the tunes one by one.
    pub fn tunes(&self, options: Options) -> impl ExactSizeIterator<Item = Result<Tune>> {
        self.tunes.iter().map(move |tune| self.tune(tune, options))
    }

    /// Reads the tune of a number, counted from 0, and no other; none if there are fewer.
    pub fn nth(&self, number: usize, options: Options) -> Option<Result<Tune>> {
        self.tunes.get(number).map(|tune| self.tune(tune, options))
    }

    fn tune(&self, tune: &Section, options: Options) -> Result<Tune> {
        let numbered = |section: &Section| {
            let text = &self.text[section.bytes.clone()];
            (section.line..).zip(lines(text))
        };
        // Only fields and directives of the header hold for tunes: the rest is text about the book.
        let header = numbered(&self.header).filter(|(_, line)| is_header_line(line));
        let (linear, mut warnings) = perform(Score::read(header.chain(numbered(tune)))?);

        let all = numbered(&self.header).chain(numbered(tune));
        let theirs: Vec<&str> = all.map(|(_, line)| line).collect();
        let theirs = magenta::read_tune(&theirs);
        let strict = theirs.as_ref().is_ok_and(|theirs| same_music(theirs, &linear));

        let mut sequence = linear;
        if options.repeats == Repeats::Played {
            let limit = MAX_PLAYED_NOTES;
            match expand_sections(&sequence, limit.max(sequence.notes.len())) {
                Some(played) => sequence = played,
                None => warnings.push(Warning {
                    place: Place { line: tune.line, column: 1 },
                    kind: WarningKind::TooManyRepeats { limit },
                }),
            }
        }
        Ok(Tune { sequence, warnings, strict, note_seq: theirs, line: tune.line })
    }
}

fn is_header_line(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("%%")
        || matches!(line.as_bytes(), [name, b':', ..] if name.is_ascii_alphabetic())
}

fn same_music(theirs: &NoteSequence, ours: &NoteSequence) -> bool {
    let notes = |sequence: &NoteSequence| {
        let notes = sequence.notes.iter();
        notes.map(|note| (note.pitch, note.start_time, note.end_time)).collect::<Vec<_>>()
    };
    notes(theirs) == notes(ours)
        && theirs.section_annotations == ours.section_annotations
        && theirs.section_groups == ours.section_groups
}

/// Runs of lines between empty ones, cut where a line with `X:` begins a tune.
fn sections(text: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut open = false;
    for (number, line) in (1..).zip(lines(text)) {
        let start = line.as_ptr() as usize - text.as_ptr() as usize;
        let bytes = start..start + line.len();
        if line.trim().is_empty() {
            open = false;
            continue;
        }
        match sections.last_mut() {
            Some(section) if open && !line.starts_with("X:") => section.bytes.end = bytes.end,
            _ => sections.push(Section { bytes, line: number }),
        }
        open = true;
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tunes_are_found_with_their_lines() {
        let book = Book::new(b"% my tunes\r\nM:6/8\r\n\r\nX:1\r\nK:C\r\nc\r\nX:2\r\nK:C\r\nd\r\n\r\ntext\r\n\r\nX:3\r\nK:G\r\n")
            .unwrap();
        let tunes: Vec<Tune> = book.tunes(Options::default()).map(|tune| tune.unwrap()).collect();
        let found = |tune: &Tune| (tune.sequence.reference_number, tune.line);
        assert_eq!(tunes.iter().map(found).collect::<Vec<_>>(), [(1, 4), (2, 7), (3, 13)]);
        assert_eq!(tunes[0].sequence.time_signatures.len(), 1);
        assert_eq!(book.nth(1, Options::default()).unwrap().unwrap().line, 7);
        assert!(book.nth(3, Options::default()).is_none());
        assert!(matches!(Book::new(b"no tune\n"), Err(Error::NotAbc { lines: 2 })));
    }
}
