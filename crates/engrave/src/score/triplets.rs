//! The numbers over triplets, with brackets where no beam joins them.

use super::ink::Ink;
use super::item::{Item, y_of};
use super::staff_bar::StaffBar;
use crate::outlines::TUPLET_3;

/// How thick a bracket is, and how long its hooks are.
const LINE: f64 = 0.14;
const HOOK: f64 = 0.7;
/// From notes to the number.
const GAP: f64 = 0.5;

/// Draws the triplets of a bar, whose items are at `xs` and whose stems end at `ends`.
pub(super) fn draw(bar: &StaffBar, xs: &[f64], ends: &[f64], ink: &mut Ink) {
    let mut start = None;
    for (index, item) in bar.items.iter().enumerate() {
        if item.symbol.triplet_starts {
            start = Some(index);
        }
        if item.symbol.triplet_stops
            && let Some(first) = start.take()
        {
            triplet(bar, first, index, xs, ends, ink);
        }
    }
}

fn triplet(bar: &StaffBar, first: usize, last: usize, xs: &[f64], ends: &[f64], ink: &mut Ink) {
    let items = &bar.items[first..=last];
    let up = items.iter().filter(|item| !item.is_rest() && item.up).count()
        >= items.iter().filter(|item| !item.is_rest() && !item.up).count();
    let beamed =
        bar.beams.iter().any(|beam| beam.first() == Some(&first) && beam.last() == Some(&last));
    let turn = if up { -1.0 } else { 1.0 };
    let left = xs[first] + bar.items[first].x;
    let right = xs[last] + bar.items[last].x + bar.items[last].glyph().right;
    let outermost = |(item, end): (&Item, &f64)| turn * edge(item, *end, up);
    let edges = items.iter().zip(&ends[first..=last]).map(outermost);
    let furthest =
        edges.fold(if beamed { f64::MIN } else { turn * if up { 0.0 } else { 4.0 } }, f64::max);
    // The number is as high as a space and a half, and its base line is at its foot.
    let line = turn * (furthest + GAP + TUPLET_3.height() / 2.0);
    let middle = (left + right) / 2.0 + if beamed && up { 0.4 } else { 0.0 };
    let half = TUPLET_3.width() / 2.0;
    ink.glyph(
        &TUPLET_3,
        middle - half - TUPLET_3.left,
        line + TUPLET_3.height() / 2.0 - TUPLET_3.bottom,
    );
    if beamed {
        return;
    }
    ink.fill(left, line - LINE / 2.0, (middle - half - 0.4 - left).max(0.0), LINE);
    let begin = middle + half + 0.4;
    ink.fill(begin, line - LINE / 2.0, (right - begin).max(0.0), LINE);
    let hook = if up { line } else { line - HOOK };
    ink.fill(left, hook, LINE, HOOK);
    ink.fill(right - LINE, hook, LINE, HOOK);
}

/// The outer edge of a chord on the side of the number.
fn edge(item: &Item, stem_end: f64, up: bool) -> f64 {
    if item.is_rest() {
        return if up { 0.5 } else { 3.5 };
    }
    let (low, high) = (item.heads.first(), item.heads.last());
    let head = if up { high } else { low }.map_or(2.0, |head| y_of(head.step));
    match (up, item.up) {
        (true, true) => stem_end.min(head),
        (false, false) => stem_end.max(head),
        (true, false) => head - 0.5,
        (false, true) => head + 0.5,
    }
}
