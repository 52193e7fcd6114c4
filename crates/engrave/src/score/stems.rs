//! Stems and the beams that join them.

use super::ink::Ink;
use super::item::{Item, y_of};
use super::staff_bar::{STEM, StaffBar};

/// How long a stem is.
const LENGTH: f64 = 3.5;
/// How long it is under a beam, at least, and how much longer for each beam beyond the second.
const UNDER_BEAM: f64 = 2.9;
/// How thick a beam is, and from one to the next.
const BEAM: f64 = 0.5;
const BEAM_STEP: f64 = 0.75;
/// How steep a beam may be, and how far it may rise in all.
const STEEPEST: f64 = 0.22;
const HIGHEST: f64 = 1.25;
/// How long a beam is that belongs to one note.
const STUB: f64 = 1.1;
/// Where a stem leaves its head: above its middle on the right, below it on the left.
const ATTACHED: f64 = 0.168;

/// The middle line.
const MIDDLE: f64 = 2.0;

/// A beam as a line: its outer edge.
struct Line {
    x: f64,
    y: f64,
    slope: f64,
}

impl Line {
    fn at(&self, x: f64) -> f64 {
        self.y + (x - self.x) * self.slope
    }
}

/// Draws stems, flags and beams of a bar, whose items are at `xs`, and says where each stem ends.
pub(super) fn draw(bar: &StaffBar, xs: &[f64], ink: &mut Ink) -> Vec<f64> {
    let mut ends: Vec<f64> = bar.items.iter().map(free_end).collect();
    for beam in &bar.beams {
        let line = beam_line(&bar.items, beam, xs);
        for index in beam {
            ends[*index] = line.at(middle_of_stem(&bar.items[*index], xs[*index]));
        }
        draw_beam(&bar.items, beam, xs, &line, ink);
    }
    for ((item, x), end) in bar.items.iter().zip(xs).zip(&ends) {
        if item.has_stem() {
            draw_stem(item, *x, *end, ink);
        }
    }
    ends
}

/// Where the middle of a stem is.
fn middle_of_stem(item: &Item, x: f64) -> f64 {
    let side = if item.up { item.glyph().right - STEM / 2.0 } else { STEM / 2.0 };
    x + item.x + side
}

/// Where a stem without a beam ends: at the middle line at least.
fn free_end(item: &Item) -> f64 {
    let from = y_of(item.far());
    let length = LENGTH + BEAM_STEP * item.flags().saturating_sub(2) as f64;
    if item.up { (from - length).min(MIDDLE) } else { (from + length).max(MIDDLE) }
}

fn draw_stem(item: &Item, x: f64, end: f64, ink: &mut Ink) {
    let left = middle_of_stem(item, x) - STEM / 2.0;
    let attached = if item.up { -ATTACHED } else { ATTACHED };
    let start = y_of(item.near()) + attached;
    ink.fill(left, start.min(end), STEM, (start - end).abs());
    if let Some(flag) = item.flag() {
        ink.glyph(flag, left, end);
    }
}

/// The outer edge of a beam: it follows the notes a little, and is far enough from each.
fn beam_line(items: &[Item], beam: &[usize], xs: &[f64]) -> Line {
    let up = items[beam[0]].up;
    // As if all stems went up.
    let turn = if up { 1.0 } else { -1.0 };
    let notes: Vec<(f64, f64, usize)> = beam
        .iter()
        .map(|index| {
            let item = &items[*index];
            (middle_of_stem(item, xs[*index]), turn * y_of(item.far()), item.flags())
        })
        .collect();
    let (first, last) = (notes[0], notes[notes.len() - 1]);
    let between = &notes[1..notes.len() - 1];
    let highest = first.1.min(last.1);
    let (run, rise) = ((last.0 - first.0).max(0.1), last.1 - first.1);
    let level = between.iter().any(|(_, y, _)| *y < highest - 0.01)
        || (between.len() > 1 && between.iter().all(|(_, y, _)| (*y - highest).abs() < 0.01));
    let rise = if level { 0.0 } else { (rise * 0.5).clamp(-HIGHEST, HIGHEST) };
    let slope = (rise / run).clamp(-STEEPEST, STEEPEST);
    let clear = |(x, y, flags): &(f64, f64, usize)| {
        let length = UNDER_BEAM + BEAM_STEP * flags.saturating_sub(1) as f64;
        (y - length).min(turn * MIDDLE) - (x - first.0) * slope
    };
    let mut y = notes.iter().map(clear).fold(f64::INFINITY, f64::min);
    // A level beam hangs on a line, sits on one or lies across it.
    if slope == 0.0 {
        y = (y * 2.0).floor() / 2.0;
    }
    Line { x: first.0, y: turn * y, slope: turn * slope }
}

fn draw_beam(items: &[Item], beam: &[usize], xs: &[f64], line: &Line, ink: &mut Ink) {
    let up = items[beam[0]].up;
    let stem = |index: usize| middle_of_stem(&items[beam[index]], xs[beam[index]]);
    let flags = |index: usize| items[beam[index]].flags();
    let deepest = (0..beam.len()).map(flags).max().unwrap_or(0);
    let mut bar = |level: usize, from: f64, to: f64| {
        let inwards = if up { 1.0 } else { -1.0 };
        let depth = inwards * BEAM_STEP * level as f64;
        let at = |x: f64, depth: f64| (x, line.at(x) + depth);
        let inner = depth + inwards * BEAM;
        ink.polygon([at(from, depth), at(to, depth), at(to, inner), at(from, inner)]);
    };
    for level in 0..deepest {
        let mut index = 0;
        while index < beam.len() {
            let start = index;
            while index < beam.len() && flags(index) > level {
                index += 1;
            }
            match index - start {
                0 => index += 1,
                1 => {
                    let x = stem(start);
                    let forwards = stub_forwards(items, beam, start);
                    let (from, to) = if forwards { (x, x + STUB) } else { (x - STUB, x) };
                    bar(level, from - STEM / 2.0, to + STEM / 2.0);
                }
                _ => bar(level, stem(start) - STEM / 2.0, stem(index - 1) + STEM / 2.0),
            }
        }
    }
}

/// Whether the beam of a single note points to the next one and not to the one before: it does where the note begins what both make up.
fn stub_forwards(items: &[Item], beam: &[usize], index: usize) -> bool {
    if index == 0 || index + 1 == beam.len() {
        return index == 0;
    }
    let symbol = &items[beam[index]].symbol;
    let first = &items[beam[0]].symbol;
    (symbol.start - first.start) % (2 * symbol.length).max(1) == 0
}
