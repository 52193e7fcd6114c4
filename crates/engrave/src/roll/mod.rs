//! Piano rolls: notes as bars over time.

mod keyboard;
mod legend;
mod notes;
mod plan;

#[cfg(test)]
mod tests;

use figure::{Colour, Paint, Svg, Text};
use formats::layout::Grid;
use music::NoteSequence;

use self::legend::Legend;
use self::notes::{Rolled, rolled};
use self::plan::{Plan, System};
use crate::Result;
use crate::error::check;

/// Ticks of a quarter note: what music is usually written on, in thirds and eighths.
const DIVISIONS: u32 = 48;

/// Notes that a picture can hold: a few dozen megabytes of them.
const MAX_NOTES: usize = 200_000;

/// Around the picture.
const MARGIN: f64 = 16.0;
/// Height of the title.
const TITLE: f64 = 26.0;
/// Room above a system for the numbers of its bars, and below it.
const NUMBERS: f64 = 16.0;
const GAP: f64 = 14.0;
/// Pixels between two numbers of bars, and between two lines, at least.
const NUMBER_STEP: f64 = 26.0;
const LINE_STEP: f64 = 5.0;
/// Letters of a title.
const MAX_TITLE: usize = 120;

/// How a piano roll is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct RollOptions {
    /// Width of the picture in pixels, 200 to 10,000.
    pub width: f64,
    /// Bars in a line; as many as are well seen if `None`. A long piece gets more, so that there are at most 40 lines.
    pub bars_per_line: Option<usize>,
    /// Notes that begin before so many seconds are the primer, and have another colour.
    pub primer_end: f64,
    /// The probability of each note, in the order of the piece's notes: the likelier, the darker. Notes beyond its end have none.
    pub probabilities: Vec<Option<f64>>,
}

impl Default for RollOptions {
    fn default() -> Self {
        Self { width: 960.0, bars_per_line: None, primer_end: 0.0, probabilities: Vec::new() }
    }
}

/// Draws `sequence` as a piano roll: pitches upwards with a keyboard at their side, bars and beats to the right, one colour for each
/// instrument or for primer and continuation, drums in a strip of their own.
///
/// Time is musical: a bar is as wide as every other of its metre, whatever the tempo.
///
/// # Errors
///
/// [`Error::Layout`](crate::Error::Layout) for times and signatures that make no bars, [`Error::TooMuch`](crate::Error::TooMuch) beyond
/// 200,000 notes.
pub fn piano_roll(sequence: &NoteSequence, options: &RollOptions) -> Result<Svg> {
    check("notes", sequence.notes.len(), MAX_NOTES)?;
    let grid = Grid::new(sequence, DIVISIONS)?;
    let notes = rolled(sequence, &grid, options)?;
    let plan = Plan::new(&notes, &grid.bars, options);
    let legend = Legend::new(sequence, &notes, options);
    let title: String = sequence.metadata.title.chars().take(MAX_TITLE).collect();
    let mut top = MARGIN;
    if !title.is_empty() {
        top += TITLE;
    }
    let legend_lines = legend.lines(options.width.clamp(200.0, 10_000.0) - 2.0 * MARGIN);
    let legend_top = top;
    top += legend_lines.len() as f64 * legend::LINE;
    let step = NUMBERS + plan.height() + GAP;
    let mut svg = Svg::new(plan.width, top + plan.systems.len() as f64 * step - GAP + MARGIN);
    if !title.is_empty() {
        let text = Text::new(&title, MARGIN, MARGIN + 15.0);
        svg.text(Text { size: 16.0, bold: true, ..text });
    }
    legend.draw(&legend_lines, MARGIN, legend_top, &mut svg);
    // Notes by start, so that each system looks only at its own.
    for (index, system) in plan.systems.iter().enumerate() {
        let y = top + index as f64 * step + NUMBERS;
        draw_system(&plan, system, &grid, &notes, y, &mut svg);
    }
    Ok(svg)
}

fn draw_system(
    plan: &Plan,
    system: &System,
    grid: &Grid,
    notes: &[Rolled<'_>],
    y: f64,
    svg: &mut Svg,
) {
    rows(plan, system, y, svg);
    lines(plan, system, grid, y, svg);
    keyboard::draw(plan, y, svg);
    notes::draw(plan, system, grid, notes, y, svg);
}

/// The rows of pitches: those of the black keys are darker, and between B and C is a line.
fn rows(plan: &Plan, system: &System, y: f64, svg: &mut Svg) {
    let (left, width) = (plan.left(), plan.x_of(system, system.end) - plan.left());
    let dark = Paint::fill(Colour::new(0xf3, 0xf5, 0xf8));
    for pitch in plan.low..=plan.high {
        let top = y + plan.row_of(pitch);
        if keyboard::is_black(pitch) {
            svg.rect(left, top, width, plan.row, dark);
        }
        if pitch % 12 == 0 && pitch > plan.low {
            let at = top + plan.row;
            svg.line((left, at), (left + width, at), Paint::stroke(Colour::GRID, 1.0));
        }
    }
    let frame = Paint::stroke(Colour::GRID, 1.0);
    svg.rect(left, y, width, plan.pitches_height(), frame);
    if plan.drums > 0.0 {
        svg.rect(left, y + plan.height() - plan.drums, width, plan.drums, frame);
    }
}

/// The lines of beats and bars, with the numbers of bars.
fn lines(plan: &Plan, system: &System, grid: &Grid, y: f64, svg: &mut Svg) {
    let (beat, bar) =
        (Paint::stroke(Colour::GRID, 0.7), Paint::stroke(Colour::new(0xb4, 0xbd, 0xc8), 1.0));
    let first = usize::from(!grid.bars.first().is_some_and(|bar| bar.is_pickup));
    let (mut last_line, mut last_number) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    for index in system.bars.clone() {
        let this = &grid.bars[index];
        let (x, end) = (plan.x_of(system, this.start), plan.x_of(system, this.end()));
        let ticks = plan::beat(this);
        let beats = this.length / ticks.max(1);
        if (end - x) / beats.max(1) as f64 >= LINE_STEP {
            for number in 1..=beats {
                let at = plan.x_of(system, this.start + number * ticks);
                if at < end {
                    svg.line((at, y), (at, y + plan.height()), beat);
                }
            }
        }
        if x - last_line >= LINE_STEP {
            svg.line((x, y), (x, y + plan.height()), bar);
            last_line = x;
        }
        if x - last_number >= NUMBER_STEP {
            let number = (first + index).to_string();
            let text = Text::new(&number, x + 1.0, y - 4.0);
            svg.text(Text { size: 10.0, colour: Colour::FAINT_INK, ..text });
            last_number = x;
        }
    }
    let end = plan.x_of(system, system.end);
    svg.line((end, y), (end, y + plan.height()), bar);
}
