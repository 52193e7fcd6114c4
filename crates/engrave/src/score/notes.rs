//! Heads, rests, dots and ledger lines.

use super::ink::Ink;
use super::item::{Item, Step, y_of};
use super::systems::BarPlace;
use crate::outlines as signs;

/// How far a ledger line goes beyond its head, and how thick it is.
const LEDGER: f64 = 0.36;
const LEDGER_LINE: f64 = 0.16;

/// Draws a chord or a rest whose column is at `x`.
pub(super) fn draw(item: &Item, x: f64, place: &BarPlace, ink: &mut Ink) {
    if item.is_rest() {
        return draw_rest(item, x, place, ink);
    }
    let width = item.glyph().width();
    for head in &item.heads {
        let left = x + item.x + head.x;
        ledger_lines(head.step, left, width, ink);
        ink.glyph(item.glyph(), left, y_of(head.step));
        if let Some((sign, at)) = head.sign {
            ink.glyph(sign.glyph(), x + at, y_of(head.step));
        }
    }
    if let Some(dots) = item.dots() {
        for step in dot_steps(item) {
            ink.glyph(&signs::AUGMENTATION_DOT, x + dots, y_of(step));
        }
    }
}

fn draw_rest(item: &Item, x: f64, place: &BarPlace, ink: &mut Ink) {
    let glyph = item.glyph();
    let is_whole = glyph.name == signs::REST_WHOLE.name;
    // That of a whole note hangs from the line above the middle.
    let y = y_of(item.rest) - if is_whole { 1.0 } else { 0.0 };
    if item.fills_bar() {
        // In the middle between what stands before the notes and the bar line.
        let first = place.columns.first().map_or(place.x, |(_, x)| *x);
        ink.glyph(glyph, (first - 1.0 + place.end - glyph.width()) / 2.0, y);
        return;
    }
    ink.glyph(glyph, x + item.x, y);
    if let Some(dots) = item.dots() {
        ink.glyph(&signs::AUGMENTATION_DOT, x + dots, y_of(item.rest + 1));
    }
}

fn ledger_lines(step: Step, left: f64, width: f64, ink: &mut Ink) {
    let above = (6..=step).step_by(2);
    let below = (step..=-6).rev().filter(|step| step % 2 == 0);
    for line in above.chain(below) {
        let y = y_of(line) - LEDGER_LINE / 2.0;
        ink.fill(left - LEDGER, y, width + 2.0 * LEDGER, LEDGER_LINE);
    }
}

/// The spaces in which the dots of a chord are: that of each head, or above its line; each once.
fn dot_steps(item: &Item) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::with_capacity(item.heads.len());
    for head in item.heads.iter().rev() {
        let above = if head.step % 2 == 0 { head.step + 1 } else { head.step };
        let step = if steps.contains(&above) { above - 2 } else { above };
        if !steps.contains(&step) {
            steps.push(step);
        }
    }
    steps
}
