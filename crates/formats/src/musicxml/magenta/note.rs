//! Notes as note-seq takes them.

use super::python::{Result, float, found, int, int_of, no_division, text, truncated, type_error};
use super::score::Walk;
use crate::Refusal;
use crate::musicxml::score::note_value;
use crate::musicxml::xml::Element;

/// What a measure and the sequence need to know of a note.
struct Note {
    voice: i64,
    duration: i64,
    in_chord: bool,
    is_rest: bool,
    has_pitch: bool,
    /// The notes that a tuplet has, over those that it replaces.
    tuplet: i64,
}

impl Walk {
    /// Checks a note and counts its length.
    pub(super) fn note(&mut self, element: Element<'_>) -> Result {
        let mut note = Note {
            voice: 1,
            duration: 0,
            in_chord: false,
            is_rest: false,
            has_pitch: false,
            tuplet: 1,
        };
        for child in element.children() {
            match child.name() {
                "chord" => note.in_chord = true,
                "duration" => note.duration = self.length(child, note.in_chord)?,
                "pitch" => {
                    pitch(child)?;
                    note.has_pitch = true;
                }
                "rest" => note.is_rest = true,
                "voice" => note.voice = int(child)?,
                "type" => value(child)?,
                "time-modification" => note.tuplet = tuplet(child)?,
                "unpitched" => {
                    let message = "Unpitched notes are not supported";
                    return Err(Refusal::new("UnpitchedNoteError", message));
                }
                _ => {}
            }
        }
        self.has_note = true;
        if note.voice == 1 && !note.in_chord {
            self.filled = self.filled.saturating_add(note.duration);
        }
        if !note.is_rest {
            self.late(&note);
        }
        Ok(())
    }

    /// What shows only when the notes become a sequence.
    fn late(&mut self, note: &Note) {
        let error = match (note.has_pitch, note.tuplet) {
            (false, _) => type_error("'NoneType' object is not subscriptable"),
            (true, 0) => Refusal::zero_denominator(1),
            _ => return,
        };
        self.late.get_or_insert(error);
    }

    fn length(&self, duration: Element<'_>, in_chord: bool) -> Result<i64> {
        let length = int(duration)?;
        if in_chord && !self.has_note {
            let message = "'NoneType' object has no attribute 'note_duration'";
            return Err(Refusal::new("AttributeError", message));
        }
        no_division(self.divisions)?;
        Ok(length)
    }
}

fn value(element: Element<'_>) -> Result {
    let name = text(element).unwrap_or("None");
    note_value(name).map(|_| ()).ok_or_else(|| {
        let message = format!("Note duration type \"{name}\" is not valid");
        Refusal::new("InvalidNoteDurationTypeError", message)
    })
}

fn tuplet(element: Element<'_>) -> Result<i64> {
    let actual = int_of(element, "actual-notes")?;
    match int_of(element, "normal-notes")? {
        0 => Err(Refusal::zero_denominator(actual)),
        _ => Ok(actual),
    }
}

fn pitch(element: Element<'_>) -> Result {
    let step = text(found(element, "step")?);
    let alter = element.child("alter").and_then(text);
    let octave = found(element, "octave")?;
    truncated(alter.map_or(Ok(0.0), float)?)?;
    let step =
        step.ok_or_else(|| type_error("unsupported operand type(s) for +: 'NoneType' and 'str'"))?;
    if text(octave).is_none() {
        return Err(type_error("can only concatenate str (not \"NoneType\") to str"));
    }
    if !matches!(step, "A" | "B" | "C" | "D" | "E" | "F" | "G") {
        let message = format!("Unable to parse pitch step {step}");
        return Err(Refusal::new("PitchStepParseError", message));
    }
    int(octave).map(|_| ())
}
