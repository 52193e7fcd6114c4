//! Notes and rests.

use super::measure::Reader;
use super::{Note, NoteKind};
use crate::fraction::Fraction;
use crate::musicxml::xml::Element;

/// Dots of a note value; four is the most that anyone has written.
const MAX_DOTS: usize = 8;

/// Alterations and octaves that pitches may have.
const PITCH_NUMBERS: std::ops::RangeInclusive<i64> = -20..=20;

impl Reader<'_> {
    /// A note; `None` if it says neither pitch nor rest.
    pub(super) fn note(&mut self, element: Element<'_>) -> Option<Note> {
        let mut kind = None;
        let mut note = Note {
            offset: element.offset(),
            kind: NoteKind::Rest,
            in_chord: false,
            is_cue: false,
            duration: None,
            voice: 1,
            written: None,
            modification: Fraction::ONE,
            tie_stops: false,
            tie_starts: false,
            sound: None,
        };
        let mut value = None;
        let mut dots = 0;
        for child in element.children() {
            match child.name() {
                "chord" => note.in_chord = true,
                "cue" => note.is_cue = true,
                "duration" => note.duration = self.length(child),
                "pitch" => kind = kind.or(self.pitch(child)),
                "rest" => kind = Some(NoteKind::Rest),
                "unpitched" => {
                    kind = Some(NoteKind::Unpitched);
                    *self.unpitched += 1;
                }
                "voice" => note.voice = self.voice(child),
                "type" => {
                    value = note_value(child.text());
                    if value.is_none() {
                        self.refuse(child, "type", "the name of a note value");
                    }
                }
                "dot" => dots += 1,
                "time-modification" => match tuplet(child) {
                    Some(tuplet) => note.modification = tuplet,
                    None => self.refuse(child, "time-modification", "two numbers over 0"),
                },
                "tie" => match child.attribute("type").as_deref() {
                    Some("start") => note.tie_starts = true,
                    Some("stop") => note.tie_stops = true,
                    _ => {}
                },
                "instrument" => {
                    let id = child.attribute("id").unwrap_or_default();
                    note.sound = self.sounds.iter().position(|sound| sound.id == id);
                }
                _ => {}
            }
        }
        note.modification = note.modification.times(dotted(dots)?)?;
        note.written = value.and_then(|value| value.times(note.modification));
        note.kind = kind.or_else(|| {
            self.missing(element, "note", "pitch");
            None
        })?;
        Some(note)
    }

    fn voice(&mut self, element: Element<'_>) -> u16 {
        element.text().parse().unwrap_or_else(|_| {
            self.refuse(element, "voice", "0 to 65535");
            1
        })
    }

    fn pitch(&mut self, pitch: Element<'_>) -> Option<NoteKind> {
        let (Some(step), Some(octave)) = (pitch.child("step"), pitch.child("octave")) else {
            self.missing(pitch, "pitch", "step or octave");
            return None;
        };
        let pitch_class = match step.text() {
            "C" => 0,
            "D" => 2,
            "E" => 4,
            "F" => 5,
            "G" => 7,
            "A" => 9,
            "B" => 11,
            _ => {
                self.refuse(step, "step", "A to G");
                return None;
            }
        };
        let alter = pitch.child("alter").filter(|alter| !alter.text().is_empty());
        // Quarter tones are cut off.
        let number = |element: Element<'_>| {
            let number = Fraction::parse(element.text())?.to_f64().trunc() as i64;
            PITCH_NUMBERS.contains(&number).then_some(number)
        };
        let Some(alter) = alter.map_or(Some(0), number) else {
            self.refuse(pitch, "alter", "a number of semitones");
            return None;
        };
        let Some(octave) = number(octave) else {
            self.refuse(octave, "octave", "0 to 9");
            return None;
        };
        Some(NoteKind::Pitched { pitch_class, alter, octave })
    }
}

/// A named note value in whole notes.
pub(in crate::musicxml) fn note_value(name: &str) -> Option<Fraction> {
    match name {
        "maxima" => Fraction::new(8, 1),
        "long" => Fraction::new(4, 1),
        "breve" => Fraction::new(2, 1),
        "whole" => Fraction::new(1, 1),
        "half" => Fraction::new(1, 2),
        "quarter" => Fraction::new(1, 4),
        "eighth" => Fraction::new(1, 8),
        "16th" => Fraction::new(1, 16),
        "32nd" => Fraction::new(1, 32),
        "64th" => Fraction::new(1, 64),
        "128th" => Fraction::new(1, 128),
        "256th" => Fraction::new(1, 256),
        "512th" => Fraction::new(1, 512),
        "1024th" => Fraction::new(1, 1024),
        _ => None,
    }
}

/// What dots multiply a note value by: 3/2, 7/4 and so on.
pub(super) fn dotted(dots: usize) -> Option<Fraction> {
    let last = 1i64 << dots.min(MAX_DOTS);
    Fraction::new(2 * last - 1, last)
}

/// Normal over actual notes.
fn tuplet(element: Element<'_>) -> Option<Fraction> {
    let number =
        |name| element.child_text(name)?.parse().ok().filter(|number| (1..=1000).contains(number));
    Fraction::new(number("normal-notes")?, number("actual-notes")?)
}
