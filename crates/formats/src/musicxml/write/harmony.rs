//! Chord symbols from their figures.

use super::document::Document;
use crate::layout::FIFTHS;
use crate::musicxml::score::{KINDS, STANDARD_KINDS};

/// Writes the chord symbol of `figure`, `offset` ticks after this place. What does not begin with the name of a root
/// is no chord symbol and is left out.
pub(super) fn write(figure: &str, offset: i64, document: &mut Document) {
    let no_chord = figure == "N.C.";
    let Some((root, rest)) = pitch(if no_chord { "C" } else { figure }) else { return };
    let (rest, bass) = match rest.rsplit_once('/') {
        Some((before, bass)) => match pitch(bass) {
            Some((bass, "")) => (before, Some(bass)),
            _ => (rest, None),
        },
        None => (rest, None),
    };
    let (kind, degrees) = kind(rest);
    document.open("harmony", &[]);
    document.open("root", &[]);
    if no_chord {
        document.leaf_with("root-step", &[("text", "")], root.0);
    } else {
        write_pitch(root, ("root-step", "root-alter"), document);
    }
    document.close();
    match kind {
        _ if no_chord => document.leaf_with("kind", &[("text", "N.C.")], "none"),
        Some((name, text)) => document.leaf_with("kind", &[("text", text)], name),
        None => document.leaf_with("kind", &[("text", rest)], "other"),
    }
    if let Some(bass) = bass {
        document.open("bass", &[]);
        write_pitch(bass, ("bass-step", "bass-alter"), document);
        document.close();
    }
    for (value, alter, action) in degrees {
        document.open("degree", &[]);
        document.leaf("degree-value", value);
        document.leaf("degree-alter", alter);
        document.leaf("degree-type", action);
        document.close();
    }
    if offset > 0 {
        document.leaf("offset", offset);
    }
    document.close();
}

fn write_pitch((step, alter): (char, i32), names: (&str, &str), document: &mut Document) {
    document.leaf(names.0, step);
    if alter != 0 {
        document.leaf(names.1, alter);
    }
}

/// Step and alteration at the beginning of `text`, and what follows.
fn pitch(text: &str) -> Option<((char, i32), &str)> {
    let step = text.chars().next().filter(|step| FIFTHS.contains(step))?;
    let rest = &text[1..];
    let after = rest.trim_start_matches('#');
    let sharps = (rest.len() - after.len()) as i32;
    let rest = if sharps > 0 { after } else { rest.trim_start_matches('b') };
    let flats = if sharps > 0 { 0 } else { (text.len() - 1 - rest.len()) as i32 };
    (sharps <= 2 && flats <= 2).then_some(((step, sharps - flats), rest))
}

/// Value, alteration and action of a degree.
type Degree = (u32, i32, &'static str);

/// The kind of a chord with its abbreviation, and its degrees; no kind if there is no name for it.
fn kind(text: &str) -> (Option<(&'static str, &'static str)>, Vec<Degree>) {
    let mut kinds: Vec<_> =
        KINDS[..STANDARD_KINDS].iter().filter(|(name, _)| *name != "none").collect();
    kinds.sort_by_key(|(_, abbreviation)| std::cmp::Reverse(abbreviation.len()));
    for (name, abbreviation) in kinds {
        if let Some(rest) = text.strip_prefix(abbreviation)
            && let Some(degrees) = degrees(rest)
        {
            return (Some((name, abbreviation)), degrees);
        }
    }
    (None, Vec::new())
}

/// Degrees in brackets, such as `(add9)(b5)(no3)`; `None` if there is anything else.
fn degrees(text: &str) -> Option<Vec<Degree>> {
    let mut degrees = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (inner, after) = rest.strip_prefix('(')?.split_once(')')?;
        let (action, number) = match (inner.strip_prefix("add"), inner.strip_prefix("no")) {
            (Some(number), _) => ("add", number),
            (_, Some(number)) => ("subtract", number),
            _ => ("alter", inner),
        };
        let digits = number.trim_start_matches(['#', 'b']);
        let alter = match &number[..number.len() - digits.len()] {
            "" if action != "alter" => 0,
            "#" => 1,
            "##" => 2,
            "b" => -1,
            "bb" => -2,
            _ => return None,
        };
        degrees.push((digits.parse().ok()?, alter, action));
        rest = after;
    }
    Some(degrees)
}
