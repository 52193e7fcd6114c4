//! Ties, within a system and over its ends.

use super::ink::Ink;
use super::item::{Head, Item, y_of};

/// From the middle of a head to the ends of its ties.
const BESIDE: f64 = 0.62;
/// Room between a head and the end of its tie.
const GAP: f64 = 0.1;
/// How long the part of a tie is that goes on from the system before.
const REST: f64 = 1.9;

/// A chord of a system with the place of its column, voice by voice.
pub(super) struct Placed<'a> {
    pub(super) item: &'a Item,
    pub(super) x: f64,
}

/// Draws the ties of a staff in a system that ends at `end`.
pub(super) fn draw(items: &[Placed<'_>], end: f64, ink: &mut Ink) {
    for placed in items {
        let Placed { item, x } = placed;
        for (index, head) in item.heads.iter().enumerate() {
            let left = x + item.x + head.x;
            if item.symbol.tied_on {
                let next = partner(items, item, head);
                let from = (left + item.glyph().right + GAP, y_of(head.step));
                let to = next.unwrap_or(end) - GAP;
                tie(from.0.min(to - 0.8), to, from.1, goes_above(item, index), ink);
            }
            if item.symbol.tied_back && !has_origin(items, item) {
                let to = left - GAP;
                tie(to - REST, to, y_of(head.step), goes_above(item, index), ink);
            }
        }
    }
}

/// The left end of the head that a tie leads to, if it is in this system.
fn partner(items: &[Placed<'_>], from: &Item, head: &Head) -> Option<f64> {
    let is_next = |other: &&Placed<'_>| {
        other.item.voice == from.voice && other.item.symbol.start == from.end()
    };
    let next = items.iter().find(is_next)?;
    let head = next.item.heads.iter().find(|other| other.pitch == head.pitch)?;
    Some(next.x + next.item.x + head.x)
}

/// Whether what an item goes on from is in this system.
fn has_origin(items: &[Placed<'_>], item: &Item) -> bool {
    items
        .iter()
        .any(|other| other.item.voice == item.voice && other.item.end() == item.symbol.start)
}

/// Of a chord the upper half of the ties is above, of a single note the tie is opposite the stem.
fn goes_above(item: &Item, index: usize) -> bool {
    let count = item.heads.len();
    if count == 1 { !item.up } else { 2 * index >= count }
}

fn tie(from: f64, to: f64, y: f64, above: bool, ink: &mut Ink) {
    let turn = if above { -1.0 } else { 1.0 };
    let bend = (0.25 + 0.05 * (to - from)).clamp(0.3, 1.1);
    let y = y + turn * BESIDE;
    ink.tie((from, y), (to, y), turn * bend);
}
