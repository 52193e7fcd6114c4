//! Chord symbols.

use crate::fraction::Fraction;
use crate::layout::FIFTHS;
use crate::musicxml::warning::{WarningKind, quoted};
use crate::musicxml::xml::Element;

/// What is written for each kind of chord, as note-seq writes it. The last two groups are not in the standard.
pub(in crate::musicxml) const KINDS: [(&str, &str); 47] = [
    ("major", ""),
    ("minor", "m"),
    ("augmented", "aug"),
    ("diminished", "dim"),
    ("dominant", "7"),
    ("major-seventh", "maj7"),
    ("minor-seventh", "m7"),
    ("diminished-seventh", "dim7"),
    ("augmented-seventh", "aug7"),
    ("half-diminished", "m7b5"),
    ("major-minor", "m(maj7)"),
    ("major-sixth", "6"),
    ("minor-sixth", "m6"),
    ("dominant-ninth", "9"),
    ("major-ninth", "maj9"),
    ("minor-ninth", "m9"),
    ("dominant-11th", "11"),
    ("major-11th", "maj11"),
    ("minor-11th", "m11"),
    ("dominant-13th", "13"),
    ("major-13th", "maj13"),
    ("minor-13th", "m13"),
    ("suspended-second", "sus2"),
    ("suspended-fourth", "sus"),
    ("pedal", "ped"),
    ("power", "5"),
    ("none", NO_CHORD),
    // Their full names, as some programs have them.
    ("dominant-seventh", "7"),
    ("augmented-ninth", "aug9"),
    ("minor-major", "m(maj7)"),
    // Abbreviations.
    ("", ""),
    ("min", "m"),
    ("aug", "aug"),
    ("dim", "dim"),
    ("7", "7"),
    ("maj7", "maj7"),
    ("min7", "m7"),
    ("dim7", "dim7"),
    ("m7b5", "m7b5"),
    ("minMaj7", "m(maj7)"),
    ("6", "6"),
    ("min6", "m6"),
    ("maj69", "6(add9)"),
    ("9", "9"),
    ("maj9", "maj9"),
    ("min9", "m9"),
    ("sus47", "sus7"),
];

/// How many of them are in the standard: they come first.
pub(in crate::musicxml) const STANDARD_KINDS: usize = 27;

/// The figure where no chord sounds.
pub(in crate::musicxml) const NO_CHORD: &str = "N.C.";

/// A chord symbol as it is written.
#[derive(Clone, Debug, Default)]
pub(in crate::musicxml) struct Harmony {
    root: Option<Spelling>,
    kind: String,
    degrees: String,
    bass: Option<Spelling>,
    /// How much later than its place it stands, in divisions.
    pub(in crate::musicxml) offset: Option<Fraction>,
}

/// A pitch class by name, as its place on the line of fifths: 0 is F, 1 is C, 7 is F sharp.
#[derive(Clone, Copy, Debug)]
struct Spelling(i64);

impl Spelling {
    fn moved(self, fifths: i64) -> String {
        let place = self.0 + fifths;
        // Beyond double accidentals the same key under another name.
        let place = if (-14..21).contains(&place) { place } else { place.rem_euclid(12) };
        let step = FIFTHS[place.rem_euclid(7) as usize];
        let alter = place.div_euclid(7);
        let sign = if alter < 0 { "b" } else { "#" };
        format!("{step}{}", sign.repeat(alter.unsigned_abs() as usize))
    }
}

impl Harmony {
    /// Reads a `harmony` element.
    pub(super) fn parse(element: Element<'_>) -> Result<Self, WarningKind> {
        let mut harmony = Self::default();
        for child in element.children() {
            match child.name() {
                "root" => harmony.root = Some(spelling(child, "root-step", "root-alter")?),
                "bass" => harmony.bass = Some(spelling(child, "bass-step", "bass-alter")?),
                "kind" => harmony.kind = kind(child)?,
                "degree" => harmony.degrees.push_str(&degree(child)?),
                "offset" => {
                    let offset = Fraction::parse(child.text());
                    harmony.offset =
                        Some(offset.ok_or_else(|| value("offset", child, "a number"))?);
                }
                _ => {}
            }
        }
        if harmony.root.is_none() && harmony.kind != NO_CHORD {
            return Err(WarningKind::Missing { element: "harmony", missing: "root" });
        }
        Ok(harmony)
    }

    /// Its figure, such as `Bbm7(b5)/Db`, moved to the sharp side by `fifths` on the line of fifths.
    pub(in crate::musicxml) fn figure(&self, fifths: i64) -> String {
        let Some(root) = self.root.filter(|_| self.kind != NO_CHORD) else {
            return NO_CHORD.to_owned();
        };
        let mut figure = root.moved(fifths) + &self.kind + &self.degrees;
        if let Some(bass) = self.bass {
            figure.push('/');
            figure.push_str(&bass.moved(fifths));
        }
        figure
    }
}

fn value(element: &'static str, at: Element<'_>, expected: &'static str) -> WarningKind {
    WarningKind::Value { element, found: quoted(at.text()), expected }
}

fn spelling(
    element: Element<'_>,
    step: &'static str,
    alter: &'static str,
) -> Result<Spelling, WarningKind> {
    let step =
        element.child(step).ok_or(WarningKind::Missing { element: "harmony", missing: step })?;
    let place = FIFTHS.iter().position(|name| step.text() == name.to_string());
    let place = place.ok_or_else(|| value("step of a chord", step, "A to G"))?;
    Ok(Spelling(place as i64 + 7 * alteration(element.child(alter))?))
}

/// Semitones up or down, at most two.
fn alteration(element: Option<Element<'_>>) -> Result<i64, WarningKind> {
    let Some(element) = element else { return Ok(0) };
    let alter = element.text().parse().ok().filter(|alter| (-2..=2).contains(alter));
    alter.ok_or_else(|| value("alter of a chord", element, "-2 to 2"))
}

/// What is written for the kind of a chord: by its name, or its own text for a name that note-seq does not know.
fn kind(element: Element<'_>) -> Result<String, WarningKind> {
    let name = element.text();
    let known = KINDS.iter().find(|(kind, _)| *kind == name);
    if let Some((_, abbreviation)) = known {
        return Ok((*abbreviation).to_owned());
    }
    match element.attribute("text") {
        Some(text) if !text.trim().is_empty() => Ok(quoted(text.trim())),
        _ => Err(WarningKind::ChordKind { kind: quoted(name) }),
    }
}

/// A change of a degree, in brackets: `(add9)`, `(b5)`, `(no3)`.
fn degree(element: Element<'_>) -> Result<String, WarningKind> {
    let missing = |missing| WarningKind::Missing { element: "degree", missing };
    let number = element.child("degree-value").ok_or(missing("degree-value"))?;
    let degree: i32 =
        number.text().parse().map_err(|_| value("degree-value", number, "a number"))?;
    let sign = match alteration(element.child("degree-alter"))? {
        -2 => "bb",
        -1 => "b",
        1 => "#",
        2 => "##",
        _ => "",
    };
    let action = element.child("degree-type").ok_or(missing("degree-type"))?;
    let prefix = match action.text() {
        "add" if sign.is_empty() => "add",
        "add" => sign,
        "subtract" => "no",
        "alter" if !sign.is_empty() => sign,
        _ => return Err(value("degree-type", action, "add, alter or subtract")),
    };
    Ok(format!("({prefix}{degree})"))
}
