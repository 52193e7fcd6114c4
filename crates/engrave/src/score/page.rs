//! Systems from top to bottom, under a title.

use figure::{Anchor, Svg};
use formats::layout::Marks;
use music::SequenceMetadata;

use super::ink::{Ink, Words};
use super::systems::{System, systems};
use super::ties::Placed;
use super::{Score, ScoreBar, ScoreOptions, StaffHead, marks, notes, stems, ties, triplets};
use crate::glyph::SPACE;
use crate::outlines as signs;

/// Around the page.
const MARGIN: f64 = 3.0;
/// From one staff to the next, at least, and what is left free between them.
const STAFF_STEP: f64 = 9.5;
const STAFF_GAP: f64 = 1.3;
/// What is left free between two systems.
const SYSTEM_GAP: f64 = 4.0;
/// How high a staff is, and how thick its lines are.
const STAFF: f64 = 4.0;
const STAFF_LINE: f64 = 0.12;
/// How thick bar lines are.
const BAR_LINE: f64 = 0.17;
const THICK_BAR_LINE: f64 = 0.5;
/// Sizes of type.
const TITLE: f64 = 2.9;
const COMPOSER: f64 = 1.6;
const NAME: f64 = 1.6;
/// Letters of a title, and of the name of a part.
const MAX_TITLE: usize = 120;
const MAX_NAME: usize = 20;

/// A system with its staves drawn, and where they are from its highest.
struct Drawn {
    inks: Vec<Ink>,
    ys: Vec<f64>,
    /// How far it reaches up and down from the highest line.
    top: f64,
    bottom: f64,
    indent: f64,
    width: f64,
}

/// Draws a score.
pub(super) fn page(
    score: &Score,
    marks: &Marks,
    metadata: &SequenceMetadata,
    options: &ScoreOptions,
) -> Svg {
    let names = names(&score.staves);
    let label = names.iter().map(Words::width).fold(0.0, f64::max);
    let many = score.staves.len() > 1;
    let indent = if many { label + 2.0 } else { 0.0 };
    let left = MARGIN + if many { 1.0 } else { 0.0 };
    let width = options.width.clamp(200.0, 10_000.0) / SPACE - left - MARGIN;
    let mut tempo = f64::INFINITY;
    let systems = systems(score, width, indent.min(width / 2.0));
    let mut drawn: Vec<Drawn> = systems
        .iter()
        .map(|system| {
            let indent = if system.bars.start == 0 { indent.min(width / 2.0) } else { 0.0 };
            draw_system(score, marks, system, indent, &mut tempo)
        })
        .collect();
    if let Some(first) = drawn.first_mut().filter(|_| many) {
        for (words, y) in names.into_iter().zip(first.ys.clone()) {
            first.inks[0].words(Words { y: y + words.y, ..words });
        }
    }
    let widest = drawn.iter().map(|system| system.indent + system.width).fold(width, f64::max);
    let mut head = Ink::default();
    let mut y = MARGIN + title(metadata, widest, &mut head);
    let mut places = Vec::with_capacity(drawn.len());
    for system in &drawn {
        y -= system.top;
        places.push(y);
        y += system.bottom + SYSTEM_GAP;
    }
    let height = y - SYSTEM_GAP + MARGIN;
    let mut svg = Svg::new((left + widest + MARGIN) * SPACE, height * SPACE);
    head.draw(&mut svg, left, MARGIN);
    for (system, y) in drawn.iter().zip(places) {
        for (ink, below) in system.inks.iter().zip(&system.ys) {
            ink.draw(&mut svg, left + system.indent, y + below);
        }
    }
    svg
}

/// Title and composers; how much room they take.
fn title(metadata: &SequenceMetadata, width: f64, ink: &mut Ink) -> f64 {
    let mut height = 0.0;
    if !metadata.title.is_empty() {
        let text: String = metadata.title.chars().take(MAX_TITLE).collect();
        let words = Words::new(text, width / 2.0, 0.0, TITLE);
        // A long one is set smaller.
        let size = (TITLE * width / words.width().max(1.0)).clamp(0.8, TITLE);
        height += size;
        ink.words(Words { anchor: Anchor::Middle, bold: true, size, y: size * 0.8, ..words });
    }
    if !metadata.composers.is_empty() {
        let text: String = metadata.composers.join(", ").chars().take(MAX_TITLE).collect();
        height += COMPOSER * 1.4;
        ink.words(Words { anchor: Anchor::End, ..Words::new(text, width, height, COMPOSER) });
    }
    if height > 0.0 { height + 1.6 } else { 0.0 }
}

/// The names of the parts, before the middle of each one's staves.
fn names(staves: &[StaffHead]) -> Vec<Words> {
    let name = |staff: (usize, &StaffHead)| {
        let is_first = staff.0 == 0 || staves[staff.0 - 1].part != staff.1.part;
        let text: String =
            if is_first { staff.1.name.chars().take(MAX_NAME).collect() } else { String::new() };
        Words { anchor: Anchor::End, ..Words::new(text, -1.8, 2.0 + NAME * 0.36, NAME) }
    };
    staves.iter().enumerate().map(name).collect()
}

fn draw_system(
    score: &Score,
    marks: &Marks,
    system: &System,
    indent: f64,
    tempo: &mut f64,
) -> Drawn {
    let mut inks: Vec<Ink> =
        (0..score.staves.len()).map(|staff| draw_staff(score, system, staff)).collect();
    marks::number(score, system, &mut inks[0]);
    marks::draw(score, marks, system, tempo, &mut inks[0]);
    let mut ys = vec![0.0];
    for pair in inks.windows(2) {
        let step = STAFF_STEP.max(pair[0].bottom - pair[1].top + STAFF_GAP);
        ys.push(ys[ys.len() - 1] + step);
    }
    join_staves(score, system, &ys, &mut inks[0]);
    let reach = |pick: fn(&Ink) -> f64| inks.iter().zip(&ys).map(move |(ink, y)| y + pick(ink));
    let top = reach(|ink| ink.top).fold(0.0, f64::min);
    let bottom = reach(|ink| ink.bottom).fold(STAFF, f64::max);
    Drawn { top, bottom, indent, width: system.width, inks, ys }
}

/// All that is on one staff of a system.
fn draw_staff(score: &Score, system: &System, staff: usize) -> Ink {
    let mut ink = Ink::default();
    for line in 0..5 {
        ink.fill(0.0, f64::from(line) - STAFF_LINE / 2.0, system.width, STAFF_LINE);
    }
    let clef = score.staves[staff].clef;
    let mut placed: Vec<Placed<'_>> = Vec::new();
    for (bar, place) in system.bars.clone().zip(&system.places) {
        let ScoreBar { staves, change, end, .. } = &score.bars[bar];
        if bar == system.bars.start {
            change.begin_system(clef, &mut ink);
        } else {
            change.begin_bar(clef, place.x, &mut ink);
        }
        let this = &staves[staff];
        let xs: Vec<f64> =
            this.items.iter().map(|item| place.x_of(item.symbol.start, *end)).collect();
        for (item, x) in this.items.iter().zip(&xs) {
            notes::draw(item, *x, place, &mut ink);
        }
        let ends = stems::draw(this, &xs, &mut ink);
        triplets::draw(this, &xs, &ends, &mut ink);
        placed.extend(this.items.iter().zip(xs).map(|(item, x)| Placed { item, x }));
    }
    ties::draw(&placed, system.width, &mut ink);
    ink
}

/// Bar lines through the staves of each part, the line at the left of all, and a bracket around several parts.
fn join_staves(score: &Score, system: &System, ys: &[f64], ink: &mut Ink) {
    let mut first = 0;
    for part in score.staves.chunk_by(|a, b| a.part == b.part) {
        let (top, bottom) = (ys[first], ys[first + part.len() - 1] + STAFF);
        bar_lines(score, system, top, bottom - top, ink);
        first += part.len();
    }
    let Some(bottom) = ys.last().map(|y| y + STAFF).filter(|_| ys.len() > 1) else { return };
    ink.fill(0.0, 0.0, BAR_LINE, bottom);
    let x = -0.95;
    ink.fill(x, -0.2, 0.5, bottom + 0.4);
    ink.glyph(&signs::BRACKET_TOP, x, -0.2);
    ink.glyph(&signs::BRACKET_BOTTOM, x, bottom + 0.2);
}

fn bar_lines(score: &Score, system: &System, top: f64, height: f64, ink: &mut Ink) {
    let (top, height) = (top - STAFF_LINE / 2.0, height + STAFF_LINE);
    for (bar, place) in system.bars.clone().zip(&system.places) {
        if bar + 1 < score.bars.len() {
            ink.fill(place.end - BAR_LINE, top, BAR_LINE, height);
        } else {
            ink.fill(place.end - THICK_BAR_LINE, top, THICK_BAR_LINE, height);
            ink.fill(place.end - THICK_BAR_LINE - 0.4 - BAR_LINE, top, BAR_LINE, height);
        }
    }
}
