//! A melody that the user gives: as text or as a file of music.

use std::path::{Path, PathBuf};

use corpus::extract::primer_of;
use music::{Key, Melody};
use serde::{Deserialize, Serialize};

use crate::music_file::{MusicFormat, Piece};
use crate::{Error, Event, Observer, Result};

/// A melody that the user gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Tune {
    /// Magenta's list of events, such as `[60, -2, 62]`.
    Text(String),
    /// A file with any number of instruments, of which the one with the melody is chosen: ABC (its first tune) or
    /// MusicXML by its ending, else MIDI.
    File(PathBuf),
}

/// Where a melody came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Given {
    /// The file, if it is from one.
    pub file: Option<PathBuf>,
    /// Which instrument of the file it is, and why that one.
    pub instrument: Option<String>,
    /// Its events: -2 nothing changes, -1 note off, else a pitch.
    pub events: Vec<i32>,
    /// The tempo of the file at its first note, in quarter notes a minute.
    pub qpm: Option<f64>,
    /// Only while it is worked with: `events` say the same.
    #[serde(skip, default = "silence")]
    pub(crate) melody: Melody,
}

impl Tune {
    /// Reads the melody and tells the observer which one it is.
    pub(crate) fn read(&self, observer: &dyn Observer) -> Result<Given> {
        match self {
            Tune::Text(text) => {
                Ok(Given::new(Melody::parse(text).map_err(|source| Error::Melody { source })?))
            }
            Tune::File(path) => read_file(path, observer),
        }
    }
}

impl Given {
    pub(crate) fn new(melody: Melody) -> Self {
        Given { file: None, instrument: None, events: codes(&melody), qpm: None, melody }
    }

    /// Moves the melody, which is in the key `from`, into `to`.
    pub(crate) fn set_in(&mut self, from: Key, to: Key) {
        self.melody = self.melody.in_key(from, to);
        self.events = codes(&self.melody);
    }
}

fn silence() -> Melody {
    Melody::new(Vec::new())
}

/// The events of a melody as Magenta numbers them.
pub(crate) fn codes(melody: &Melody) -> Vec<i32> {
    melody.events.iter().map(|event| event.code()).collect()
}

/// How many steps a melody has that is typed as a list of events.
///
/// # Errors
///
/// [`Error::Melody`] of any other text.
pub fn steps_of(text: &str) -> Result<usize> {
    Melody::parse(text).map(|melody| melody.len()).map_err(|source| Error::Melody { source })
}

fn read_file(path: &Path, observer: &dyn Observer) -> Result<Given> {
    let bytes = std::fs::read(path).map_err(|source| Error::read(path, source))?;
    let Piece { sequence, warnings } =
        parse(path, &bytes).map_err(|source| Error::Music { path: path.to_owned(), source })?;
    for warning in &warnings {
        observer.observe(Event::Detail(&format!("{}: {warning}", path.display())));
    }
    let primer =
        primer_of(&sequence).map_err(|source| Error::NoMelody { path: path.to_owned(), source })?;
    observer.observe(Event::Notice(&format!("melody of {}: {primer}", path.display())));
    // Where in the piece it began is of no interest: what is made of it begins at once.
    let melody = Melody { start_step: 0, ..primer.melody.clone() };
    Ok(Given {
        file: Some(path.to_owned()),
        instrument: Some(primer.to_string()),
        qpm: Some(primer.qpm),
        ..Given::new(melody)
    })
}

/// The first piece of a file in the format that its ending says, else of MIDI.
fn parse(path: &Path, bytes: &[u8]) -> formats::Result<Piece> {
    let format = MusicFormat::of(path).unwrap_or(MusicFormat::Midi);
    let first = format.read(bytes)?.into_iter().next();
    first.unwrap_or(Err(formats::Error::NotAbc { lines: 0 }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Unobserved;

    #[test]
    fn text_is_taken_as_it_is_typed() {
        let given = Tune::Text("[60, -2, -1, 62]".into()).read(&Unobserved).unwrap();
        assert_eq!(given.events, [60, -2, -1, 62]);
        assert_eq!((given.file, given.qpm), (None, None));
    }

    #[test]
    fn text_that_is_no_melody_is_a_wrong_call() {
        assert!(Tune::Text("[60, x]".into()).read(&Unobserved).unwrap_err().is_usage());
    }

    #[test]
    fn a_file_that_is_no_midi_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mid");
        std::fs::write(&path, "no music").unwrap();
        let error = Tune::File(path.clone()).read(&Unobserved).unwrap_err();
        assert!(matches!(error, Error::Music { path: named, .. } if named == path));
    }

    #[test]
    fn a_tune_may_be_written_in_abc() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tune.ABC");
        std::fs::write(&path, "X:1\nT:A\nM:2/4\nL:1/8\nQ:1/4=90\nK:C\nCD|\n\nX:2\nK:C\ng\n")
            .unwrap();
        let given = Tune::File(path).read(&Unobserved).unwrap();
        assert_eq!(given.events, [60, -2, 62, -2]);
        assert_eq!(given.qpm, Some(90.0));
    }
}
