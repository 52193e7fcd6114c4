//! What is changed in a piece before it is played: its sounds, its tempo, a click.

use music::{DEFAULT_QPM, NoteSequence};

use crate::{Click, Program};

/// How a piece is played other than it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Arrangement {
    /// One sound for all instruments but drums; none for those of the piece.
    pub program: Option<Program>,
    /// Tempo of its beginning in quarter notes a minute; later ones keep their relation to it. None for its own.
    pub qpm: Option<f64>,
    /// A click on each beat.
    pub click: Option<Click>,
}

impl Arrangement {
    /// Changes a piece.
    pub fn apply(&self, sequence: &mut NoteSequence) {
        if let Some(program) = self.program {
            set_program(sequence, program.number());
        }
        if let Some(qpm) = self.qpm {
            set_tempo(sequence, qpm);
        }
        if let Some(click) = self.click {
            click.add_to(sequence);
        }
    }
}

fn set_program(sequence: &mut NoteSequence, program: u8) {
    for note in sequence.notes.iter_mut().filter(|note| !note.is_drum) {
        note.program = program;
    }
    for control in sequence.control_changes.iter_mut().filter(|control| !control.is_drum) {
        control.program = program;
    }
    for bend in sequence.pitch_bends.iter_mut().filter(|bend| !bend.is_drum) {
        bend.program = program;
    }
}

/// Stretches all times so that the first tempo becomes `qpm`.
fn set_tempo(sequence: &mut NoteSequence, qpm: f64) {
    let first = sequence.tempos.first().map_or(DEFAULT_QPM, |tempo| tempo.qpm);
    let factor = first / qpm;
    if !(factor.is_finite() && factor > 0.0) {
        return;
    }
    if sequence.tempos.is_empty() {
        sequence.tempos.push(music::Tempo { time: 0.0, qpm: first });
    }
    for tempo in &mut sequence.tempos {
        tempo.qpm /= factor;
        tempo.time *= factor;
    }
    for note in &mut sequence.notes {
        note.start_time *= factor;
        note.end_time *= factor;
    }
    sequence.control_changes.iter_mut().for_each(|control| control.time *= factor);
    sequence.pitch_bends.iter_mut().for_each(|bend| bend.time *= factor);
    sequence.time_signatures.iter_mut().for_each(|metre| metre.time *= factor);
    sequence.key_signatures.iter_mut().for_each(|key| key.time *= factor);
    sequence.text_annotations.iter_mut().for_each(|text| text.time *= factor);
    sequence.section_annotations.iter_mut().for_each(|section| section.time *= factor);
    sequence.total_time *= factor;
}

#[cfg(test)]
mod tests {
    use music::{Note, Tempo};

    use super::*;

    fn piece() -> NoteSequence {
        let note = |start_time, is_drum| Note {
            pitch: 60,
            start_time,
            end_time: start_time + 1.0,
            is_drum,
            ..Note::default()
        };
        NoteSequence {
            notes: vec![note(0.0, false), note(2.0, true)],
            tempos: vec![Tempo { time: 0.0, qpm: 120.0 }, Tempo { time: 2.0, qpm: 60.0 }],
            total_time: 3.0,
            ..NoteSequence::default()
        }
    }

    #[test]
    fn a_sound_is_given_to_all_but_drums() {
        let mut sequence = piece();
        let arrangement = Arrangement { program: Program::new(30), ..Arrangement::default() };
        arrangement.apply(&mut sequence);
        assert_eq!(sequence.notes.iter().map(|note| note.program).collect::<Vec<_>>(), [30, 0]);
    }

    #[test]
    fn half_the_tempo_is_twice_the_time() {
        let mut sequence = piece();
        Arrangement { qpm: Some(60.0), ..Arrangement::default() }.apply(&mut sequence);
        assert_eq!((sequence.notes[1].start_time, sequence.total_time), (4.0, 6.0));
        let tempos: Vec<(f64, f64)> = sequence.tempos.iter().map(|t| (t.time, t.qpm)).collect();
        assert_eq!(tempos, [(0.0, 60.0), (4.0, 30.0)]);
    }

    #[test]
    fn a_tempo_that_is_none_changes_nothing() {
        let mut sequence = piece();
        Arrangement { qpm: Some(0.0), ..Arrangement::default() }.apply(&mut sequence);
        assert_eq!(sequence, piece());
    }
}
