//! Files of music: read and written in the format that the ending of the name says.

use std::path::Path;

use formats::{abc, midi, musicxml};
use music::NoteSequence;
use serde::Serialize;

/// A format of music files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MusicFormat {
    /// Standard MIDI File.
    Midi,
    /// MusicXML, on reading also packed (`.mxl`).
    MusicXml,
    /// ABC, of which a file may hold many tunes.
    Abc,
}

/// A piece and what was odd about it.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) sequence: NoteSequence,
    pub(crate) warnings: Vec<String>,
}

impl Piece {
    fn new(sequence: NoteSequence, warnings: &[impl ToString]) -> Self {
        Self { sequence, warnings: warnings.iter().map(ToString::to_string).collect() }
    }
}

impl MusicFormat {
    /// The format of a file of this name; none if its ending is not that of a score or a MIDI file.
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_string_lossy().to_ascii_lowercase();
        match &*ending {
            "mid" | "midi" | "kar" => Some(Self::Midi),
            "xml" | "musicxml" | "mxl" => Some(Self::MusicXml),
            "abc" => Some(Self::Abc),
            _ => None,
        }
    }

    /// The usual ending of its files.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Midi => "mid",
            Self::MusicXml => "musicxml",
            Self::Abc => "abc",
        }
    }

    /// The pieces in a file, each of which may fail by itself; the outer error is that of the whole file. There is at least one.
    pub(crate) fn read(self, bytes: &[u8]) -> formats::Result<Vec<formats::Result<Piece>>> {
        Ok(match self {
            Self::Midi => {
                let midi = midi::read(bytes)?;
                vec![Ok(Piece::new(midi.sequence, &midi.warnings))]
            }
            Self::MusicXml => {
                let options = musicxml::ReadOptions { repeats: true, ..Default::default() };
                let score = musicxml::read(bytes, &options)?;
                vec![Ok(Piece::new(score.sequence, &score.warnings))]
            }
            Self::Abc => {
                let book = abc::Book::new(bytes)?;
                let tunes = book.tunes(abc::Options::default());
                tunes
                    .map(|tune| tune.map(|tune| Piece::new(tune.sequence, &tune.warnings)))
                    .collect()
            }
        })
    }

    /// How many pieces are in a file, without reading them. One that cannot be read counts as one.
    pub(crate) fn count(self, bytes: &[u8]) -> usize {
        if self == Self::Abc { abc::Book::new(bytes).map_or(1, |book| book.len()) } else { 1 }
    }

    /// The piece of a number below [`count`](Self::count), counted from 0.
    pub(crate) fn read_one(self, bytes: &[u8], number: usize) -> formats::Result<Piece> {
        if self == Self::Abc {
            let tune = abc::Book::new(bytes)?.nth(number, abc::Options::default());
            return tune.map_or(Ok(Piece::new(NoteSequence::default(), &[""; 0])), |tune| {
                tune.map(|tune| Piece::new(tune.sequence, &tune.warnings))
            });
        }
        let mut pieces = self.read(bytes)?;
        pieces.pop().unwrap_or_else(|| Ok(Piece::new(NoteSequence::default(), &[""; 0])))
    }

    /// The bytes of a file with one piece.
    pub(crate) fn write(self, sequence: &NoteSequence) -> formats::Result<Vec<u8>> {
        Ok(match self {
            Self::Midi => midi::write(sequence)?,
            Self::MusicXml => musicxml::write(sequence, &Default::default())?.into_bytes(),
            Self::Abc => abc::write(sequence, &Default::default())?.into_bytes(),
        })
    }
}
