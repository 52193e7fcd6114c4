//! The items of a measure.

use music::{DEFAULT_QPM, Mode};

use super::{Harmony, Item, Key, Measure, Meter, Repeats, Sound, TempoMark, Transpose};
use crate::fraction::Fraction;
use crate::musicxml::warning::{WarningKind, Warnings, quoted};
use crate::musicxml::xml::Element;

/// Quarter notes a minute that are believed.
const TEMPOS: std::ops::RangeInclusive<f64> = 0.1..=10_000.0;

/// The largest number that a time signature may have above or below.
const MAX_METER: u32 = 1 << 16;

/// The most octaves or semitones that a part may be transposed by.
const MAX_TRANSPOSITION: i64 = 127;

/// Reads the measures of one part.
pub(super) struct Reader<'r> {
    pub(super) sounds: &'r [Sound],
    /// Unpitched notes, over all parts.
    pub(super) unpitched: &'r mut usize,
    pub(super) warnings: &'r mut Warnings,
}

impl Reader<'_> {
    pub(super) fn measure(&mut self, element: Element<'_>) -> Measure {
        let mut measure = Measure::default();
        let items = &mut measure.items;
        for child in element.children() {
            match child.name() {
                "note" => items.extend(self.note(child).map(Item::Note)),
                "backup" => items.extend(self.duration(child).map(Item::Backup)),
                "forward" => items.extend(self.duration(child).map(Item::Forward)),
                "attributes" => self.attributes(child, items),
                "direction" => items.extend(self.direction(child).map(Item::Tempo)),
                "sound" => items.extend(self.sound(child, false).map(Item::Tempo)),
                "harmony" => items.extend(self.harmony(child).map(Item::Harmony)),
                "barline" => barline(child, &mut measure.repeats),
                _ => {}
            }
        }
        measure
    }

    pub(super) fn refuse(
        &mut self,
        at: Element<'_>,
        element: &'static str,
        expected: &'static str,
    ) {
        let found = quoted(at.text());
        let kind = WarningKind::Value { element, found, expected };
        self.warnings.push(Some(at.offset()), kind);
    }

    pub(super) fn missing(
        &mut self,
        at: Element<'_>,
        element: &'static str,
        missing: &'static str,
    ) {
        self.warnings.push(Some(at.offset()), WarningKind::Missing { element, missing });
    }

    fn duration(&mut self, parent: Element<'_>) -> Option<Fraction> {
        let Some(element) = parent.child("duration") else {
            self.missing(parent, "backup or forward", "duration");
            return None;
        };
        self.length(element)
    }

    /// A length in divisions.
    pub(super) fn length(&mut self, element: Element<'_>) -> Option<Fraction> {
        let length = Fraction::parse(element.text()).filter(|length| *length >= Fraction::ZERO);
        if length.is_none() {
            self.refuse(element, "duration", "a number from 0");
        }
        length
    }

    fn attributes(&mut self, attributes: Element<'_>, items: &mut Vec<Item>) {
        for child in attributes.children() {
            match child.name() {
                "divisions" => match Fraction::parse(child.text()).filter(|it| it.is_positive()) {
                    Some(divisions) => items.push(Item::Divisions(divisions)),
                    None => self.refuse(child, "divisions", "a number over 0"),
                },
                "key" => items.extend(self.key(child).map(Item::Key)),
                "time" => items.extend(self.meter(child).map(Item::Meter)),
                "transpose" => items.extend(self.transpose(child).map(Item::Transpose)),
                _ => {}
            }
        }
    }

    /// Keys of single accidentals (`key-step`) have no tonic.
    fn key(&mut self, key: Element<'_>) -> Option<Key> {
        let Some(element) = key.child("fifths") else {
            self.missing(key, "key", "fifths");
            return None;
        };
        let fifths = element.text().parse().ok().filter(|fifths| (-15..=15).contains(fifths));
        let Some(fifths) = fifths else {
            self.refuse(element, "fifths", "-15 to 15");
            return None;
        };
        let mode = match key.child_text("mode").unwrap_or_default() {
            "minor" | "aeolian" => Mode::Minor,
            "dorian" => Mode::Dorian,
            "phrygian" => Mode::Phrygian,
            "lydian" => Mode::Lydian,
            "mixolydian" => Mode::Mixolydian,
            "locrian" => Mode::Locrian,
            _ => Mode::Major,
        };
        Some(Key { fifths, mode })
    }

    /// A time signature; `3+2` over 8 and 2/4 + 3/8 are added up. `None` for music without metre.
    fn meter(&mut self, time: Element<'_>) -> Option<Meter> {
        let mut beats = None;
        let mut sum = Fraction::ZERO;
        let mut lower = 1;
        for child in time.children() {
            match child.name() {
                "beats" => {
                    let terms = child.text().split('+').map(|term| term.trim().parse::<u32>().ok());
                    let total =
                        terms.into_iter().try_fold(0u32, |sum, term| sum.checked_add(term?));
                    beats = total.filter(|total| (1..=MAX_METER).contains(total));
                    if beats.is_none() {
                        self.refuse(child, "beats", "a number over 0");
                        return None;
                    }
                }
                "beat-type" => {
                    let valid = |lower: &u32| (1..=MAX_METER).contains(lower);
                    let Some(found) = child.text().parse().ok().filter(valid) else {
                        self.refuse(child, "beat-type", "a number over 0");
                        return None;
                    };
                    let term = Fraction::new(beats.take().unwrap_or(0).into(), found.into())?;
                    sum = sum.plus(term)?;
                    lower = lower.max(found);
                }
                _ => {}
            }
        }
        let upper = sum.times(Fraction::new(lower.into(), 1)?)?;
        let whole = upper.denominator() == 1;
        let (numerator, denominator) = if whole {
            (upper.numerator(), i64::from(lower))
        } else {
            (sum.numerator(), sum.denominator())
        };
        let (numerator, denominator) =
            (u32::try_from(numerator).ok()?, u32::try_from(denominator).ok()?);
        (numerator > 0).then_some(Meter { numerator, denominator })
    }

    fn transpose(&mut self, transpose: Element<'_>) -> Option<Transpose> {
        let mut number = |name: &'static str| match transpose.child(name) {
            Some(element) => {
                let number = Fraction::parse(element.text()).map(|it| it.to_f64().trunc() as i64);
                let number = number.filter(|number| number.abs() <= MAX_TRANSPOSITION);
                if number.is_none() {
                    self.refuse(element, "transpose", "a number of semitones, steps or octaves");
                }
                number
            }
            None => None,
        };
        let chromatic = number("chromatic");
        let (diatonic, octaves) = (number("diatonic"), number("octave-change").unwrap_or(0));
        if chromatic.is_none() {
            self.missing(transpose, "transpose", "chromatic");
        }
        Some(Transpose { chromatic: chromatic?, diatonic, octaves })
    }

    /// The tempo of a direction: what it shall sound like, or else what it shows.
    fn direction(&mut self, direction: Element<'_>) -> Option<TempoMark> {
        let sounds = direction.children().filter(|child| child.name() == "sound");
        let mut found = None;
        for sound in sounds {
            found = self.sound(sound, true).or(found);
        }
        let mut mark = match found {
            Some(mark) => mark,
            None => metronome(direction)?,
        };
        if let Some(offset) = direction.child("offset")
            && offset.attribute("sound").as_deref() == Some("yes")
        {
            mark.offset = Fraction::parse(offset.text()).unwrap_or(Fraction::ZERO);
        }
        Some(mark)
    }

    fn sound(&mut self, sound: Element<'_>, in_direction: bool) -> Option<TempoMark> {
        let text = sound.attribute("tempo")?;
        let qpm = match text.trim().parse::<f64>() {
            // note-seq's reading of nothing.
            Ok(0.0) => DEFAULT_QPM,
            Ok(qpm) if TEMPOS.contains(&qpm) => qpm,
            _ => {
                let (element, found) = ("sound tempo", quoted(&text));
                let kind = WarningKind::Value { element, found, expected: "0.1 to 10000" };
                self.warnings.push(Some(sound.offset()), kind);
                return None;
            }
        };
        let dynamics = sound.attribute("dynamics").and_then(|text| Fraction::parse(&text));
        let dynamics = dynamics.map(|value| value.to_f64().clamp(1.0, 127.0) as u8);
        Some(TempoMark { qpm, dynamics, in_direction, offset: Fraction::ZERO })
    }

    fn harmony(&mut self, harmony: Element<'_>) -> Option<Harmony> {
        match Harmony::parse(harmony) {
            Ok(harmony) => Some(harmony),
            Err(kind) => {
                self.warnings.push(Some(harmony.offset()), kind);
                None
            }
        }
    }
}

/// `beat-unit = per-minute`; a metronome that relates two note values says no tempo.
fn metronome(direction: Element<'_>) -> Option<TempoMark> {
    let types = direction.children().filter(|child| child.name() == "direction-type");
    let metronome = types.filter_map(|child| child.child("metronome")).next()?;
    let unit = super::note::note_value(metronome.child_text("beat-unit")?)?;
    let dots = metronome.children().filter(|child| child.name() == "beat-unit-dot").count();
    let quarters = unit.times(super::note::dotted(dots)?)?.to_f64() * 4.0;
    let per_minute = metronome.child_text("per-minute")?;
    // Often "c. 96" or "ca 96".
    let number = per_minute.trim_start_matches(|it: char| !it.is_ascii_digit());
    let qpm = number.parse::<f64>().ok()? * quarters;
    let mark = TempoMark { qpm, dynamics: None, in_direction: false, offset: Fraction::ZERO };
    TEMPOS.contains(&qpm).then_some(mark)
}

fn barline(barline: Element<'_>, repeats: &mut Repeats) {
    for child in barline.children() {
        match (
            child.name(),
            child.attribute("direction").as_deref(),
            child.attribute("type").as_deref(),
        ) {
            ("repeat", Some("forward"), _) => repeats.forward = true,
            ("repeat", Some("backward"), _) => {
                let times = child.attribute("times").and_then(|times| times.trim().parse().ok());
                repeats.backward = Some(times.unwrap_or(2));
            }
            ("ending", _, Some("start")) => {
                let numbers = child.attribute("number").unwrap_or_default();
                repeats
                    .ending
                    .extend(numbers.split([',', ' ']).filter_map(|it| it.parse::<u32>().ok()));
            }
            ("ending", _, Some("stop" | "discontinue")) => repeats.ending_stops = true,
            _ => {}
        }
    }
}
