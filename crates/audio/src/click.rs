//! A click on each beat, as a metronome gives it.

use music::{Note, NoteSequence};

use crate::beats::beats;

/// What clicks. It is no drum kit: one sound, a little louder on the first beat of a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Click {
    /// A wood block, high on the first beat and low on the others.
    WoodBlock,
    /// The stick on the rim of a snare drum.
    SideStick,
    /// Two sticks of hard wood.
    Claves,
}

impl Click {
    /// Keys of General MIDI percussion: the first beat and the others.
    fn keys(self) -> (u8, u8) {
        match self {
            Click::WoodBlock => (76, 77),
            Click::SideStick => (37, 37),
            Click::Claves => (75, 75),
        }
    }

    /// Adds a click on every beat up to the end of the last note.
    pub(crate) fn add_to(self, sequence: &mut NoteSequence) {
        let end = sequence.notes.iter().map(|note| note.end_time).fold(0.0, f64::max);
        let instrument = 1 + sequence.notes.iter().map(|note| note.instrument).max().unwrap_or(0);
        for beat in beats(sequence, end) {
            let (first, other) = self.keys();
            sequence.notes.push(Note {
                pitch: if beat.is_first { first } else { other },
                velocity: if beat.is_first { 76 } else { 56 },
                start_time: beat.time,
                end_time: beat.time + 0.1,
                instrument,
                is_drum: true,
                ..Note::default()
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use music::{Tempo, TimeSignature};

    use super::*;
    use crate::beats::MAX_BEATS;

    fn clicks(metre: (u32, u32), qpm: f64, end: f64) -> Vec<(f64, u8)> {
        let mut sequence = NoteSequence {
            time_signatures: vec![TimeSignature {
                time: 0.0,
                numerator: metre.0,
                denominator: metre.1,
            }],
            tempos: vec![Tempo { time: 0.0, qpm }],
            notes: vec![Note { pitch: 60, end_time: end, ..Note::default() }],
            ..NoteSequence::default()
        };
        Click::WoodBlock.add_to(&mut sequence);
        sequence.notes[1..].iter().map(|note| (note.start_time, note.pitch)).collect()
    }

    #[test]
    fn the_first_beat_of_a_bar_is_high() {
        assert_eq!(clicks((3, 4), 120.0, 2.0), [(0.0, 76), (0.5, 77), (1.0, 77), (1.5, 76)]);
    }

    #[test]
    fn compound_metres_have_dotted_beats() {
        assert_eq!(clicks((6, 8), 120.0, 2.0), [(0.0, 76), (0.75, 77), (1.5, 76)]);
    }

    #[test]
    fn odd_metres_and_tempos_end() {
        assert_eq!(clicks((0, 0), 120.0, 0.5).len(), 1);
        assert_eq!(clicks((4, 4), f64::NAN, 0.9).len(), 2);
        assert!(clicks((4, 1 << 31), 1e300, 1e9).len() <= MAX_BEATS);
    }
}
