//! Chord symbols as note-seq takes them.

use super::python::{Result, int, no_division, text, type_error};
use crate::Refusal;
use crate::musicxml::score::{KINDS, NO_CHORD};
use crate::musicxml::xml::Element;

fn bad(message: impl Into<String>) -> Refusal {
    Refusal::new("ChordSymbolParseError", message)
}

/// Checks a `harmony` of a part that is transposed or not.
pub(super) fn check(harmony: Element<'_>, divisions: i64, is_transposed: bool) -> Result {
    let (mut has_root, mut figure) = (false, "");
    for child in harmony.children() {
        match child.name() {
            "root" => {
                pitch(child, "root-step", "root-alter", is_transposed)?;
                has_root = true;
            }
            "bass" => pitch(child, "bass-step", "bass-alter", is_transposed)?,
            "kind" => {
                let Some(kind) = text(child).map(str::trim) else { continue };
                let known = KINDS.iter().find(|(name, _)| *name == kind);
                figure = known.ok_or_else(|| bad(format!("Unknown chord kind: {kind}")))?.1;
            }
            "degree" => degree(child)?,
            "offset" => {
                number(child, "Non-integer offset")?;
                no_division(divisions)?;
            }
            _ => {}
        }
    }
    if !has_root && figure != NO_CHORD {
        return Err(bad("Chord symbol must have a root"));
    }
    Ok(())
}

/// A whole number; text that is none is told of as `what`, no text as Python does.
fn number(element: Element<'_>, what: &str) -> Result<i64> {
    int(element).map_err(|error| match error.class {
        "ValueError" => bad(format!("{what}: {}", element.raw_text())),
        _ => error,
    })
}

/// Semitones up or down.
fn alteration(element: Element<'_>) -> Result<i64> {
    match number(element, "Non-integer alter")? {
        alter @ -2..=2 => Ok(alter),
        alter => Err(bad(format!("Invalid alter: {alter}"))),
    }
}

fn pitch(element: Element<'_>, step: &str, alter: &str, is_transposed: bool) -> Result {
    let step = element.child(step).ok_or_else(|| bad("Missing pitch step"))?;
    element.child(alter).map(alteration).transpose()?;
    if is_transposed {
        return Err(bad("Transposition of chord symbols currently unsupported"));
    }
    let none = "unsupported operand type(s) for +: 'NoneType' and 'str'";
    text(step).map(|_| ()).ok_or_else(|| type_error(none))
}

fn degree(element: Element<'_>) -> Result {
    let value = element.child("degree-value");
    let value = value.ok_or_else(|| bad("Missing scale degree value in harmony"))?;
    text(value).ok_or_else(|| bad("Missing scale degree"))?;
    number(value, "Non-integer scale degree")?;
    let alter = element.child("degree-alter").map(alteration).transpose()?.unwrap_or(0);
    let kind = element.child("degree-type");
    let kind = kind.ok_or_else(|| bad("Missing degree modification type"))?;
    match text(kind) {
        Some("add" | "subtract") => Ok(()),
        Some("alter") if alter == 0 => Err(bad("Degree alteration by zero semitones")),
        Some("alter") => Ok(()),
        other => Err(bad(format!("Invalid degree modification type: {}", other.unwrap_or("None")))),
    }
}
