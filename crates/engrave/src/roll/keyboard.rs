//! The keyboard at the side, and names of pitches.

use figure::{Anchor, Colour, Paint, Svg, Text};
use music::Pitch;

use super::plan::{KEYS, Plan};

/// How much of the keyboard's width a black key takes.
const BLACK: f64 = 0.62;
/// The least height of a row whose names can all be read.
const NAMED_ROW: f64 = 7.5;

/// Whether the key of a pitch is black.
pub(super) fn is_black(pitch: Pitch) -> bool {
    matches!(pitch % 12, 1 | 3 | 6 | 8 | 10)
}

/// The name of a pitch, with sharps, such as `C4`, which is 60.
pub(super) fn name(pitch: Pitch) -> String {
    let names = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
    format!("{}{}", names[usize::from(pitch % 12)], i32::from(pitch / 12) - 1)
}

/// Draws the keyboard of a system whose upper edge is at `y`.
pub(super) fn draw(plan: &Plan, y: f64, svg: &mut Svg) {
    let left = plan.left() - KEYS;
    let edge = Paint::stroke(Colour::new(0xb4, 0xbd, 0xc8), 0.7);
    svg.rect(left, y, KEYS, plan.pitches_height(), Paint { fill: Some(Colour::WHITE), ..edge });
    for pitch in plan.low..=plan.high {
        let top = y + plan.row_of(pitch);
        if is_black(pitch) {
            // The white keys meet behind the middle of a black one.
            let middle = top + plan.row / 2.0;
            svg.line((left, middle), (left + KEYS, middle), edge);
            let black = Paint::fill(Colour::new(0x3a, 0x41, 0x4b));
            svg.rounded(left, top, KEYS * BLACK, plan.row, 1.0, black);
        } else if matches!(pitch % 12, 0 | 5) && pitch > plan.low {
            let bottom = top + plan.row;
            svg.line((left, bottom), (left + KEYS, bottom), edge);
        }
        // E and B are next to the names of F and C.
        let is_named =
            pitch % 12 == 0 || (plan.row >= NAMED_ROW && matches!(pitch % 12, 2 | 5 | 7 | 9));
        if is_named {
            let text = name(pitch);
            let size = if pitch % 12 == 0 { 9.0 } else { 8.0 };
            let colour = if pitch % 12 == 0 { Colour::INK } else { Colour::FAINT_INK };
            let at = Text::new(&text, left - 4.0, top + plan.row / 2.0 + size * 0.36);
            svg.text(Text { size, anchor: Anchor::End, colour, ..at });
        }
    }
}
