//! A file as Magenta reads it: a piece, or as many as it has tunes.

use std::collections::HashSet;

use formats::Refusal;
use formats::abc::{self, Book};
use formats::midi::{self, Midi};
use formats::musicxml::{self, Convention};
use music::NoteSequence;

use crate::ingest::piece::guarded;

/// What Magenta takes a file for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Midi,
    MusicXml,
    Abc,
}

/// A piece that its file does not name yet.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) sequence: NoteSequence,
    /// Number of the tune in its book.
    pub(super) number: Option<String>,
}

/// Why a file gives nothing.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) reason: String,
    /// Whether Magenta expects the like. Otherwise it speaks of an exception.
    pub(super) is_expected: bool,
}

/// The pieces of a file, or why one of its tunes is none.
pub(super) type Pieces = Vec<Result<Piece, String>>;

impl Format {
    /// What a file of this name is taken for.
    pub(super) fn of(name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        let formats = [
            (Self::Midi, [".mid", ".midi"].as_slice()),
            (Self::MusicXml, &[".xml", ".mxl"]),
            (Self::Abc, &[".abc"]),
        ];
        let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        formats.into_iter().find(|(_, endings)| ends(endings)).map(|found| found.0)
    }

    /// What Magenta calls it.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Midi => "MIDI",
            Self::MusicXml => "MusicXML",
            Self::Abc => "ABC",
        }
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self { is_expected: refusal.is_parse_error(), reason: refusal.message }
    }
}

/// Reads the file of that name; if `lenient`, also what Magenta refuses.
pub(super) fn read(
    format: Format,
    bytes: &[u8],
    name: &str,
    lenient: bool,
) -> Result<Pieces, Fault> {
    let reading = guarded(format.label(), || match format {
        Format::Midi => midi(bytes, lenient).map(single),
        Format::MusicXml => score(bytes, name, lenient).map(single),
        Format::Abc if lenient => lenient_book(bytes),
        Format::Abc => book(bytes),
    });
    reading.unwrap_or_else(|refusal| Err(Fault { reason: refusal.message, is_expected: false }))
}

fn single(sequence: NoteSequence) -> Pieces {
    vec![Ok(Piece { sequence, number: None })]
}

fn midi(bytes: &[u8], lenient: bool) -> Result<NoteSequence, Fault> {
    let refused = |reason| Fault { reason, is_expected: true };
    let Midi { sequence, refusal, .. } = midi::read(bytes)
        .map_err(|error| refused(error.refusal().unwrap_or_else(|| error.to_string())))?;
    refusal.filter(|_| !lenient).map_or(Ok(sequence), |reason| Err(refused(reason)))
}

fn score(bytes: &[u8], name: &str, lenient: bool) -> Result<NoteSequence, Fault> {
    if lenient {
        let options =
            musicxml::ReadOptions { convention: Convention::NoteSeq, ..Default::default() };
        if let Ok(score) = musicxml::read(bytes, &options) {
            return Ok(score.sequence);
        }
    }
    // Its reader minds the case.
    Ok(musicxml::magenta::read(bytes, name.ends_with(".mxl"))?)
}

fn book(bytes: &[u8]) -> Result<Pieces, Fault> {
    let tunes = abc::magenta::read(&abc::decode(bytes))?;
    let piece = |sequence: NoteSequence| {
        let number = Some(sequence.reference_number.to_string());
        Piece { sequence, number }
    };
    Ok(tunes.into_iter().map(|tune| tune.map(piece).map_err(|refusal| refusal.message)).collect())
}

/// Reads a book in which tunes that note-seq refuses are taken as they are meant.
fn lenient_book(bytes: &[u8]) -> Result<Pieces, Fault> {
    let Ok(book) = Book::new(bytes) else { return self::book(bytes) };
    let mut options = abc::Options::default();
    options.repeats = abc::Repeats::Sections;
    let tunes: Vec<_> = book.tunes(options).collect();
    let accepted: HashSet<i64> = tunes
        .iter()
        .filter_map(|tune| Some(tune.as_ref().ok()?.note_seq.as_ref().ok()?.reference_number))
        .collect();
    let mut taken = HashSet::new();
    let pieces = tunes.into_iter().map(|tune| {
        let abc::Tune { sequence, note_seq, line, .. } = tune.map_err(|error| error.to_string())?;
        let reserved = note_seq.is_err().then_some(&accepted);
        let sequence = note_seq.unwrap_or(sequence);
        let number = sequence.reference_number;
        // As elsewhere by its line if its number is taken; but tunes that note-seq accepts keep theirs.
        let is_free = reserved.is_none_or(|numbers| !numbers.contains(&number));
        let number = if is_free && taken.insert(number) {
            number.to_string()
        } else {
            format!("line{line}")
        };
        Ok(Piece { sequence, number: Some(number) })
    });
    Ok(pieces.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_tell_the_format_in_any_case() {
        assert_eq!(Format::of("A.MID"), Some(Format::Midi));
        assert_eq!(Format::of("a.mxl"), Some(Format::MusicXml));
        assert_eq!(Format::of("a.Abc"), Some(Format::Abc));
        assert_eq!(Format::of("a.kar"), None);
    }
}
