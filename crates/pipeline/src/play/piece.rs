//! What of a piece can be shown while it is played.

use music::{Note, NoteSequence};

use super::listener::{Beat, Piece, Sound};

impl Piece {
    /// What there is to show of `sequence`, which is number `number` of `of`.
    pub(super) fn new(
        sequence: &NoteSequence,
        title: String,
        (number, of): (usize, usize),
        seconds: f64,
    ) -> Self {
        let sound =
            |note: &Note| Sound { pitch: note.pitch, start: note.start_time, end: note.end_time };
        let is_heard =
            |note: &&Note| note.start_time >= 0.0 && note.end_time <= seconds && note.velocity > 0;
        let heard = || sequence.notes.iter().filter(is_heard);
        let mut notes: Vec<Sound> = heard().filter(|note| !note.is_drum).map(sound).collect();
        if notes.is_empty() {
            notes = heard().map(sound).collect();
        }
        notes.sort_by(|a, b| a.start.total_cmp(&b.start));
        Self { title, number, of, seconds, notes, beats: beats(sequence, seconds) }
    }
}

fn beats(sequence: &NoteSequence, seconds: f64) -> Vec<Beat> {
    let (mut bar, mut beat) = (0, 0);
    let number = |it: audio::Beat| {
        (bar, beat) = if it.is_first || bar == 0 { (bar + 1, 1) } else { (bar, beat + 1) };
        Beat { time: it.time, bar, beat }
    };
    audio::beats(sequence, seconds).into_iter().map(number).collect()
}

#[cfg(test)]
mod tests {
    use music::TimeSignature;

    use super::*;

    #[test]
    fn notes_are_by_time_without_drums_and_beats_are_numbered() {
        let note = |pitch, start_time, is_drum| Note {
            pitch,
            velocity: 80,
            start_time,
            end_time: start_time + 0.5,
            is_drum,
            ..Note::default()
        };
        let mut sequence = NoteSequence {
            notes: vec![note(64, 1.5, false), note(60, 0.0, false), note(38, 0.5, true)],
            time_signatures: vec![TimeSignature { time: 0.0, numerator: 3, denominator: 4 }],
            ..NoteSequence::default()
        };
        let piece = Piece::new(&sequence, "A".to_owned(), (1, 2), 2.0);
        let pitches: Vec<u8> = piece.notes.iter().map(|note| note.pitch).collect();
        assert_eq!(pitches, [60, 64]);
        let beats: Vec<(u32, u32)> = piece.beats.iter().map(|it| (it.bar, it.beat)).collect();
        assert_eq!(beats, [(1, 1), (1, 2), (1, 3), (2, 1)]);

        sequence.notes.retain(|note| note.is_drum);
        assert_eq!(Piece::new(&sequence, String::new(), (1, 1), 2.0).notes.len(), 1);
    }
}
