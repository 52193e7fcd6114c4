//! A primer as Magenta's program reads and continues it.

use std::path::Path;

use corpus::extract::{Continuation, continuation_of};
use formats::midi;
use music::{DEFAULT_QPM, Melody, NoteSequence, ToSequence};

use crate::tune::{Given, Tune};
use crate::{Error, Result};

/// What the network goes on from for `num_steps` steps in all, and how many steps that leaves. The tempo of a MIDI file goes
/// before `qpm`.
pub(crate) fn continuation(
    tune: &Tune,
    qpm: Option<f64>,
    num_steps: usize,
) -> Result<(Given, usize)> {
    let (sequence, file) = match tune {
        Tune::Text(text) => {
            let melody = Melody::parse(text).map_err(|source| Error::Melody { source })?;
            let options = ToSequence { qpm: qpm.unwrap_or(DEFAULT_QPM), ..ToSequence::default() };
            (melody.to_sequence(&options), None)
        }
        Tune::File(path) => (read_strictly(path)?, Some(path.clone())),
    };
    let Continuation { melody, num_steps, qpm } =
        continuation_of(&sequence, num_steps).map_err(|source| Error::Continuation { source })?;
    Ok((Given { file, qpm: Some(qpm), ..Given::new(melody) }, num_steps))
}

/// A MIDI file that Magenta accepts.
fn read_strictly(path: &Path) -> Result<NoteSequence> {
    let bytes = std::fs::read(path).map_err(|source| Error::read(path, source))?;
    let music = |source| Error::Music { path: path.to_owned(), source };
    let midi = midi::read(&bytes).map_err(music)?;
    match midi.refusal {
        Some(reason) => Err(Error::Refused { path: path.to_owned(), reason }),
        None => Ok(midi.sequence),
    }
}
