//! A click on each beat, as a metronome gives it.

use music::{DEFAULT_QPM, Note, NoteSequence, Tempo, TimeSignature};

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

/// More clicks than any piece has that can be listened to.
const MAX_CLICKS: usize = 100_000;

impl Click {
    /// Keys of General MIDI percussion: the first beat and the others.
    fn keys(self) -> (u8, u8) {
        match self {
            Click::WoodBlock => (76, 77),
            Click::SideStick => (37, 37),
            Click::Claves => (75, 75),
        }
    }

    /// Adds a click on every beat up to the end of the last note. A beat is what the denominator of the metre says, and in compound
    /// metres (6/8, 9/8, 12/8) three of those.
    pub(crate) fn add_to(self, sequence: &mut NoteSequence) {
        let end = sequence.notes.iter().map(|note| note.end_time).fold(0.0, f64::max);
        let instrument = 1 + sequence.notes.iter().map(|note| note.instrument).max().unwrap_or(0);
        for beat in beats(sequence, end) {
            let (first, other) = self.keys();
            sequence.notes.push(Note {
                pitch: if beat.first { first } else { other },
                velocity: if beat.first { 76 } else { 56 },
                start_time: beat.time,
                end_time: beat.time + 0.1,
                instrument,
                is_drum: true,
                ..Note::default()
            });
        }
    }
}

/// A beat: when, and whether a bar begins with it.
struct Beat {
    time: f64,
    first: bool,
}

/// The beats before `end`. A bar begins where the metre changes; a tempo takes effect with the next beat.
fn beats(sequence: &NoteSequence, end: f64) -> Vec<Beat> {
    let metres = &sequence.time_signatures;
    let qpm_at = |time: f64| {
        latest(&sequence.tempos, time, |tempo: &Tempo| tempo.time)
            .map_or(DEFAULT_QPM, |tempo| tempo.qpm)
    };
    let mut beats = Vec::new();
    let (mut time, mut count, mut metre) = (0.0, 0, TimeSignature::COMMON);
    while time < end && beats.len() < MAX_CLICKS {
        let now = latest(metres, time, |metre: &TimeSignature| metre.time).copied();
        let now = now.unwrap_or(TimeSignature::COMMON);
        if (now.numerator, now.denominator) != (metre.numerator, metre.denominator) {
            (metre, count) = (now, 0);
        }
        let (beats_per_bar, quarters) = pulse(&metre);
        beats.push(Beat { time, first: count % beats_per_bar == 0 });
        count += 1;
        let qpm = qpm_at(time);
        let step = quarters * 60.0 / if qpm > 0.0 && qpm.is_finite() { qpm } else { DEFAULT_QPM };
        let change = metres.iter().map(|metre| metre.time).find(|&change| change > time + TINY);
        time = (time + step.max(TINY)).min(change.unwrap_or(f64::INFINITY));
    }
    beats
}

/// Seconds that nobody can tell apart.
const TINY: f64 = 1e-6;

/// What held last at `time`, in a list by time.
fn latest<T>(list: &[T], time: f64, time_of: impl Fn(&T) -> f64) -> Option<&T> {
    list.iter().rfind(|item| time_of(item) <= time + TINY)
}

/// Beats a bar and quarter notes a beat.
fn pulse(metre: &TimeSignature) -> (u32, f64) {
    let (numerator, denominator) = (metre.numerator.max(1), f64::from(metre.denominator.max(1)));
    let compound = metre.denominator >= 8 && numerator > 3 && numerator % 3 == 0;
    if compound { (numerator / 3, 12.0 / denominator) } else { (numerator, 4.0 / denominator) }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert!(clicks((4, 1 << 31), 1e300, 1e9).len() <= MAX_CLICKS);
    }
}
