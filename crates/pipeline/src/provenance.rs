//! How a generated melody was made: a small file beside its MIDI file.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use music::{DEFAULT_STEPS_PER_QUARTER, Key, Melody, MelodyEvent, NoteSequence, ToSequence};
use serde::{Deserialize, Serialize};

use crate::picture::{Meter, signature};
use crate::{Error, Result};

/// Bytes of such a file, at most: some dozen for each of the 65,536 steps that a melody may have, twice over.
const MAX_BYTES: u64 = 4 << 20;

/// Seconds that a note of a file may be off the one that was made: a file counts time in ticks.
const SAME: f64 = 0.02;

/// How a melody was made, so that it can be made again and looked at: the network, the draws, and how likely each event was.
///
/// It is `<melody>.json` beside `<melody>.mid`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// Name of the configuration.
    pub config: String,
    /// Updates that the network had learnt from; none where its file does not say.
    pub update: Option<u64>,
    /// Name of the network's file.
    pub network: String,
    /// SHA-256 of that file (of Magenta's checkpoints, of their index), in hexadecimal.
    pub network_sha256: Option<String>,
    /// Seed of the draws.
    pub seed: u64,
    /// Which of the melodies with that seed it is, from 1.
    pub number: usize,
    /// Steps that all of them were asked for.
    pub num_steps: usize,
    /// What the logits were divided by.
    pub temperature: f64,
    /// Candidates that were kept.
    pub beam_size: usize,
    /// Ways in which each was continued.
    pub branch_factor: usize,
    /// Steps between choices.
    pub steps_per_iteration: usize,
    /// Tempo in quarter notes a minute.
    pub qpm: f64,
    /// The key that the primer was moved into, such as `Fm`; none if it was left in its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The metre that its file names; none if it names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meter: Option<Meter>,
    /// The command that makes it and the others of its call again, but for the folder that it writes to; none where an earlier version wrote the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// How many of its events are the primer.
    pub primer_steps: usize,
    /// Natural logarithm of its probability, all events but the first.
    pub log_likelihood: f64,
    /// Its events, a sixteenth each: -2 nothing changes, -1 note off, else a pitch.
    pub events: Vec<i32>,
    /// Natural logarithms of the probabilities of all events but the first, each given those before it, to four decimals.
    pub log_probabilities: Vec<f32>,
}

/// What is known of the notes of a file that was made.
#[derive(Clone, Debug, PartialEq)]
pub struct NotesKnown {
    /// Seconds of the primer.
    pub primer_end: f64,
    /// The probability of each note, in the order of the piece.
    pub probabilities: Vec<Option<f64>>,
}

impl Provenance {
    /// Where that of the melody in the file `path` is.
    #[must_use]
    pub fn path_beside(path: &Path) -> PathBuf {
        path.with_extension("json")
    }

    /// Reads the one of the melody in the file `path`; `None` if there is none.
    ///
    /// # Errors
    ///
    /// [`Error::Read`], and [`Error::Provenance`] of a file that is something else.
    pub fn beside(path: &Path) -> Result<Option<Self>> {
        let path = Self::path_beside(path);
        let mut text = Vec::new();
        match fs::File::open(&path) {
            Ok(file) => file.take(MAX_BYTES).read_to_end(&mut text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => Err(error),
        }
        .map_err(|source| Error::read(&path, source))?;
        let found = serde_json::from_slice(&text);
        found.map(Some).map_err(|source| Error::Provenance { path, source })
    }

    /// The text of its file.
    pub(crate) fn text(&self) -> String {
        // A value of ours has no map with odd keys, which alone could fail.
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }

    /// The melody as notes, with the metre and the key that its file has.
    #[must_use]
    pub fn sequence(&self) -> Option<NoteSequence> {
        let event = |code: &i32| MelodyEvent::from_code(*code);
        let events: Option<Vec<MelodyEvent>> = self.events.iter().map(event).collect();
        if !(self.qpm.is_finite() && self.qpm > 0.0) {
            return None;
        }
        let options = ToSequence { qpm: self.qpm, ..ToSequence::default() };
        let mut sequence = Melody::new(events?).to_sequence(&options);
        let key = self.key.as_deref().and_then(|key| key.parse().ok());
        sequence.key_signatures.extend(key.map(Key::signature));
        sequence.time_signatures.extend(self.meter.map(signature));
        Some(sequence)
    }

    /// What it says of the notes of `sequence`; `None` if that is another melody than it speaks of.
    #[must_use]
    pub fn notes(&self, sequence: &NoteSequence) -> Option<NotesKnown> {
        let made = self.sequence()?;
        let same = made.notes.len() == sequence.notes.len()
            && made.notes.iter().zip(&sequence.notes).all(|(made, found)| {
                made.pitch == found.pitch && (made.start_time - found.start_time).abs() < SAME
            });
        let begins = self.events.iter().enumerate().filter(|(_, code)| **code >= 0);
        let probability = |(step, _): (usize, &i32)| {
            let log = self.log_probabilities.get(step.checked_sub(1)?)?;
            Some(f64::from(*log).exp().clamp(0.0, 1.0))
        };
        let step = 60.0 / self.qpm / DEFAULT_STEPS_PER_QUARTER as f64;
        same.then(|| NotesKnown {
            primer_end: primer_end(self.primer_steps, step),
            probabilities: begins.map(probability).collect(),
        })
    }
}

/// Seconds before which notes of the primer begin: half a step is left for how a file counts time.
pub(crate) fn primer_end(steps: usize, step: f64) -> f64 {
    if steps == 0 { 0.0 } else { (steps as f64 - 0.5) * step }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provenance() -> Provenance {
        Provenance {
            config: "basic_rnn".to_owned(),
            update: Some(4),
            network: "a.mag".to_owned(),
            network_sha256: None,
            seed: 7,
            number: 1,
            num_steps: 6,
            temperature: 1.0,
            beam_size: 1,
            branch_factor: 1,
            steps_per_iteration: 1,
            qpm: 120.0,
            key: Some("Fm".to_owned()),
            meter: Some((6, 8)),
            command: None,
            primer_steps: 2,
            log_likelihood: -2.5,
            events: vec![60, -2, 62, -1, 64, -2],
            log_probabilities: vec![-0.5, 0.0, -1.0, -0.25, -0.75],
        }
    }

    fn melody(text: &str) -> NoteSequence {
        Melody::parse(text).unwrap().to_sequence(&ToSequence::default())
    }

    #[test]
    fn it_knows_the_notes_of_its_own_melody_alone() {
        let known = provenance().notes(&melody("[60, -2, 62, -1, 64, -2]")).unwrap();
        assert_eq!(known.primer_end, 0.1875);
        let logs: Vec<Option<f64>> = known
            .probabilities
            .iter()
            .map(|it| it.map(|it| (it.ln() * 1e6).round() / 1e6))
            .collect();
        assert_eq!(logs, [None, Some(0.0), Some(-0.25)]);
        assert_eq!(provenance().notes(&melody("[60, -2, 63, -1, 64, -2]")), None);
        assert_eq!(provenance().notes(&melody("[60, -2, 62, -1]")), None);
        let odd = Provenance { events: vec![900], qpm: f64::NAN, ..provenance() };
        assert_eq!(odd.notes(&melody("[60]")), None);
    }

    #[test]
    fn what_is_written_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mid");
        assert_eq!(Provenance::beside(&path).unwrap(), None);
        fs::write(folder.path().join("a.json"), provenance().text()).unwrap();
        assert_eq!(Provenance::beside(&path).unwrap(), Some(provenance()));
    }

    #[test]
    fn whatever_is_cut_or_changed_is_an_error_or_a_value_and_never_a_panic() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mid");
        let text = provenance().text().into_bytes();
        for at in 0..text.len() {
            let mut changed = text.clone();
            changed[at] = changed[at].wrapping_add(1);
            for bytes in [&text[..at], &changed] {
                fs::write(folder.path().join("a.json"), bytes).unwrap();
                if let Ok(Some(found)) = Provenance::beside(&path) {
                    let _ = found.notes(&melody("[60, -2, 62, -1, 64, -2]"));
                }
            }
        }
    }
}
