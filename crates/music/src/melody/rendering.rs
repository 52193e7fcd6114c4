//! A melody as notes in seconds.

use super::{Melody, MelodyEvent};
use crate::{DEFAULT_QPM, Notation, Note, NoteSequence, STANDARD_TICKS_PER_QUARTER, Tempo};

/// How a melody sounds when it becomes a [`NoteSequence`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ToSequence {
    /// Quarter notes a minute; must be positive and finite.
    pub qpm: f64,
    /// MIDI velocity of every note, 1..=127.
    pub velocity: u8,
    /// The instrument (track) that plays.
    pub instrument: u32,
    /// MIDI program of that instrument, 0..=127.
    pub program: u8,
}

impl Default for ToSequence {
    /// A piano at 120 quarter notes a minute, velocity 100.
    fn default() -> Self {
        Self { qpm: DEFAULT_QPM, velocity: 100, instrument: 0, program: 0 }
    }
}

impl Melody {
    /// The melody as notes at a constant tempo, in the arithmetic that Magenta uses.
    ///
    /// A melody that begins at a later step than 0 begins at that step's time. A note that nothing ends sounds
    /// to the end of the melody.
    pub fn to_sequence(&self, options: &ToSequence) -> NoteSequence {
        let seconds_per_step = 60.0 / options.qpm / self.steps_per_quarter as f64;
        let start_time = self.start_step as f64 * seconds_per_step;
        let time_of = |step: usize| step as f64 * seconds_per_step + start_time;
        let mut notes: Vec<Note> = Vec::new();
        let mut sounding = false;
        for (step, event) in self.events.iter().enumerate() {
            if *event == MelodyEvent::NoEvent {
                continue;
            }
            end_last(&mut notes, &mut sounding, time_of(step));
            if let MelodyEvent::NoteOn(pitch) = *event {
                notes.push(Note {
                    pitch,
                    velocity: options.velocity,
                    start_time: time_of(step),
                    end_time: 0.0,
                    instrument: options.instrument,
                    program: options.program,
                    is_drum: false,
                    notation: Notation::default(),
                });
                sounding = true;
            }
        }
        end_last(&mut notes, &mut sounding, time_of(self.events.len()));
        NoteSequence {
            ticks_per_quarter: STANDARD_TICKS_PER_QUARTER,
            tempos: vec![Tempo { time: 0.0, qpm: options.qpm }],
            total_time: notes.last().map_or(0.0, |note| note.end_time),
            notes,
            ..NoteSequence::default()
        }
    }
}

/// Ends the last note at `time` if it is `sounding`.
fn end_last(notes: &mut [Note], sounding: &mut bool, time: f64) {
    if let (true, Some(note)) = (*sounding, notes.last_mut()) {
        note.end_time = time;
        *sounding = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_note_sounds_to_the_end() {
        let melody = Melody::parse("[-2, 60, -2, -1, 62, 62, -2, -2]").expect("a melody");
        let sequence = melody.to_sequence(&ToSequence::default());
        let times: Vec<_> = sequence
            .notes
            .iter()
            .map(|note| (note.pitch, note.start_time, note.end_time))
            .collect();
        assert_eq!(times, [(60, 0.125, 0.375), (62, 0.5, 0.625), (62, 0.625, 1.0)]);
        assert_eq!(sequence.total_time, 1.0);
    }

    #[test]
    fn a_later_start_step_delays_the_notes() {
        let mut melody = Melody::parse("[60]").expect("a melody");
        melody.start_step = 16;
        let options =
            ToSequence { instrument: 3, program: 40, velocity: 1, ..ToSequence::default() };
        let sequence = melody.to_sequence(&options);
        assert_eq!(sequence.notes[0].start_time, 2.0);
        assert_eq!(sequence.notes[0].end_time, 2.125);
        assert_eq!((sequence.notes[0].instrument, sequence.notes[0].program), (3, 40));
    }

    #[test]
    fn silence_gives_no_notes() {
        let sequence =
            Melody::parse("[-2, -2]").expect("a melody").to_sequence(&ToSequence::default());
        assert!(sequence.notes.is_empty());
        assert_eq!(sequence.total_time, 0.0);
    }
}
