//! A melody in another key and mode.

use super::{Melody, MelodyEvent};
use crate::{Key, MAX_MIDI_PITCH, NOTES_PER_OCTAVE, Pitch};

impl Melody {
    /// The melody, which is in `from`, in the key and mode of `to`: each degree of the one scale becomes the same degree of the other,
    /// and the tonic moves by six semitones at most.
    ///
    /// A note that is foreign to its scale keeps its distance from the tonic if it is at home in the other (the B of C minor stays in C
    /// major), else its distance from the degree below. What would leave the keyboard comes back by an octave.
    #[must_use]
    pub fn in_key(&self, from: Key, to: Key) -> Self {
        let octave = i32::from(NOTES_PER_OCTAVE);
        let up = (i32::from(to.tonic) - i32::from(from.tonic)).rem_euclid(octave);
        let up = if up > octave / 2 { up - octave } else { up };
        let mut melody = self.clone();
        for event in &mut melody.events {
            if let MelodyEvent::NoteOn(pitch) = event {
                let above = (i32::from(*pitch) - i32::from(from.tonic)).rem_euclid(octave);
                let moved = i32::from(*pitch) - above + up + degree_for_degree(above, from, to);
                *pitch = on_keyboard(moved);
            }
        }
        melody
    }
}

/// The semitones above the tonic of `to` that stand for `above` semitones, 0 to 11, above that of `from`.
fn degree_for_degree(above: i32, from: Key, to: Key) -> i32 {
    let (old, new) = (from.mode.scale().map(i32::from), to.mode.scale().map(i32::from));
    let below = old.iter().rposition(|semitones| *semitones <= above).unwrap_or(0);
    let altered = above - old[below];
    if altered > 0 && new.contains(&above) { above } else { new[below] + altered }
}

fn on_keyboard(mut pitch: i32) -> Pitch {
    let octave = i32::from(NOTES_PER_OCTAVE);
    while pitch < 0 {
        pitch += octave;
    }
    while pitch > i32::from(MAX_MIDI_PITCH) {
        pitch -= octave;
    }
    pitch as Pitch
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Mode;

    fn moved(text: &str, from: &str, to: &str) -> String {
        let melody = Melody::parse(text).unwrap();
        melody.in_key(from.parse().unwrap(), to.parse().unwrap()).to_string()
    }

    #[test]
    fn degrees_become_the_same_degrees() {
        assert_eq!(moved("[60, -2, 64, 67, -1, 71]", "C", "Cm"), "[60, -2, 63, 67, -1, 70]");
        assert_eq!(moved("[60, 64, 69]", "C", "Fm"), "[65, 68, 73]");
        assert_eq!(moved("[60, 64, 69]", "C", "B"), "[59, 63, 68]");
        assert_eq!(moved("[69, 72, 76]", "Am", "A"), "[69, 73, 76]");
        assert_eq!(moved("[62, 65, 71]", "Ddor", "Dm"), "[62, 65, 70]");
    }

    #[test]
    fn foreign_notes_stay_where_the_other_scale_has_them() {
        // The leading note of C minor is at home in C major; the flat seventh of C major is in C minor.
        assert_eq!(moved("[71, 72]", "Cm", "C"), "[71, 72]");
        assert_eq!(moved("[70, 72]", "C", "Cm"), "[70, 72]");
        assert_eq!(moved("[66, 67]", "C", "Dm"), "[68, 69]");
    }

    #[test]
    fn the_ends_of_the_keyboard_hold() {
        assert_eq!(moved("[0, 127]", "C", "A"), "[9, 124]");
        assert_eq!(moved("[1]", "C", "B"), "[0]");
    }

    proptest! {
        #[test]
        fn what_is_in_the_key_comes_back(
            degrees in prop::collection::vec((0usize..7, 2u8..8), 1..40),
            (from, to) in (0u8..12, 0u8..12),
            minor in prop::bool::ANY,
        ) {
            let mode = |minor| if minor { Mode::Minor } else { Mode::Major };
            let (from, to) =
                (Key { tonic: from, mode: mode(minor) }, Key { tonic: to, mode: mode(!minor) });
            let pitch = |(degree, octave): (usize, u8)| {
                MelodyEvent::NoteOn(12 * octave + from.tonic + from.mode.scale()[degree])
            };
            let melody = Melody::new(degrees.into_iter().map(pitch).collect());
            // Half an octave up and half an octave down again, or a whole one.
            let back = melody.in_key(from, to).in_key(to, from);
            for (before, after) in melody.pitches().zip(back.pitches()) {
                prop_assert_eq!((i32::from(before) - i32::from(after)) % 12, 0);
            }
        }

        #[test]
        fn any_melody_stays_on_the_keyboard(
            codes in prop::collection::vec(-2i32..128, 0..60),
            (from, to) in (0u8..12, 0u8..12),
        ) {
            let events = codes.iter().filter_map(|code| MelodyEvent::from_code(*code)).collect();
            let melody = Melody::new(events);
            let (from, to) =
                (Key { tonic: from, mode: Mode::Lydian }, Key { tonic: to, mode: Mode::Locrian });
            let moved = melody.in_key(from, to);
            prop_assert_eq!(moved.len(), melody.len());
            prop_assert!(moved.pitches().all(|pitch| pitch <= MAX_MIDI_PITCH));
        }
    }
}
