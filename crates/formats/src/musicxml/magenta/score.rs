//! A score as note-seq goes through it, in the order in which it does.

use super::harmony;
use super::python::{Result, float, found, int, int_of, no_division, text};
use crate::Refusal;
use crate::musicxml::note_seq::transposed;
use crate::musicxml::xml::Element;
use crate::refusal;

/// Fifths of the keys that note-seq's table can be asked for; Python counts negative indices from its end.
const KEYS: std::ops::RangeInclusive<i64> = -22..=7;

/// What is in force where the walk is, as far as anything can go wrong with it.
#[derive(Default)]
pub(super) struct Walk {
    pub(super) divisions: i64,
    /// Whether there was a note, on which one of a chord can rest.
    pub(super) has_note: bool,
    /// Divisions that voice 1 of the measure fills.
    pub(super) filled: i64,
    transpose: i64,
    meter: Option<(i64, i64)>,
    has_own_meter: bool,
    /// Fifths of the key of the measure.
    key: Option<i64>,
    has_bad_key: bool,
    /// What is wrong with the first note that cannot be one of a sequence.
    pub(super) late: Option<Refusal>,
}

/// Checks the score in `root`.
///
/// # Errors
///
/// The exception that note-seq raises.
pub(super) fn check(root: Element<'_>) -> Result {
    let list = root.child("part-list").into_iter().flat_map(Element::children);
    for part in list.filter(|child| child.name() == "score-part") {
        score_part(part)?;
    }
    let mut walk = Walk { divisions: 1, ..Walk::default() };
    for part in named(root, "part") {
        walk.transpose = 0;
        for measure in named(part, "measure") {
            walk.measure(measure)?;
        }
    }
    if walk.has_bad_key {
        return Err(Refusal::new("IndexError", "list index out of range"));
    }
    walk.late.map_or(Ok(()), Err)
}

fn named<'t>(parent: Element<'t>, name: &'static str) -> impl Iterator<Item = Element<'t>> {
    parent.children().filter(move |child| child.name() == name)
}

fn score_part(part: Element<'_>) -> Result {
    part.attribute("id").ok_or_else(|| Refusal::new("KeyError", "'id'"))?;
    let Some(sound) = part.child("midi-instrument") else { return Ok(()) };
    if let (Some(channel), Some(program)) =
        (sound.child("midi-channel"), sound.child("midi-program"))
    {
        int(channel)?;
        int(program)?;
    }
    Ok(())
}

impl Walk {
    fn measure(&mut self, measure: Element<'_>) -> Result {
        (self.filled, self.has_own_meter, self.key) = (0, false, None);
        // The forward of a measure without notes is taken for a rest at its end.
        let forwards = named(measure, "forward").count();
        let resting = measure.child("note").is_none() && forwards == 1;
        let rest = match measure.child("forward").filter(|_| resting) {
            Some(forward) => Some(int_of(forward, "duration")?),
            None => None,
        };
        for child in measure.children() {
            match child.name() {
                "attributes" => self.attributes(child)?,
                "forward" if resting => {}
                "backup" | "forward" => {
                    int_of(child, "duration")?;
                    no_division(self.divisions)?;
                }
                "direction" => direction(child)?,
                "note" => self.note(child)?,
                "harmony" => harmony::check(child, self.divisions, self.transpose != 0)?,
                _ => {}
            }
        }
        if let Some(rest) = rest {
            no_division(self.divisions)?;
            (self.filled, self.has_note) = (rest, true);
        }
        self.close()
    }

    /// Ends a measure, whose length is compared with its time signature.
    fn close(&mut self) -> Result {
        self.has_bad_key |= self.key.is_some_and(|fifths| !KEYS.contains(&fifths));
        if self.divisions == 0 {
            return Err(Refusal::zero_denominator(self.filled));
        }
        match self.meter {
            Some((numerator, 0)) => Err(Refusal::zero_denominator(numerator)),
            _ => Ok(()),
        }
    }

    fn attributes(&mut self, attributes: Element<'_>) -> Result {
        for child in attributes.children() {
            match child.name() {
                "divisions" => self.divisions = int(child)?,
                "key" => {
                    let message = "Could not find fifths attribute in key signature.";
                    let fifths = child.child("fifths");
                    let fifths = fifths.ok_or_else(|| Refusal::new("KeyParseError", message))?;
                    self.key = Some(int(fifths)?);
                }
                "time" if self.has_own_meter => {
                    let message = "Multiple time signatures";
                    return Err(Refusal::new("MultipleTimeSignatureError", message));
                }
                "time" => {
                    self.meter = Some(meter(child)?);
                    self.has_own_meter = true;
                }
                "transpose" => {
                    self.transpose = int_of(child, "chromatic")?;
                    self.key = self.key.map(|fifths| transposed(fifths, self.transpose));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn meter(time: Element<'_>) -> Result<(i64, i64)> {
    if named(time, "beats").count() > 1 || named(time, "beat-type").count() > 1 {
        let message = "Alternating Time Signature";
        return Err(Refusal::new("AlternatingTimeSignatureError", message));
    }
    let (beats, lower) = (found(time, "beats")?, found(time, "beat-type")?);
    let number = |element| {
        int(element).map_err(|error| match error.class {
            "ValueError" => {
                let shown = |element| text(element).unwrap_or("None");
                let signature = format!("{}/{}", shown(beats), shown(lower));
                let message = format!("Could not parse time signature: {signature}");
                Refusal::new("TimeSignatureParseError", message)
            }
            _ => error,
        })
    };
    Ok((number(beats)?, number(lower)?))
}

fn direction(direction: Element<'_>) -> Result {
    for sound in named(direction, "sound") {
        if let Some(tempo) = sound.attribute("tempo") {
            float(&tempo)?;
            if let Some(dynamics) = sound.attribute("dynamics") {
                refusal::int(&dynamics)?;
            }
        }
    }
    Ok(())
}
