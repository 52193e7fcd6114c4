//! The notes themselves.

use figure::{Colour, Frame, PALETTE, Paint, Svg};
use formats::layout::{Bar, Grid};
use music::{Note, NoteSequence};

use super::keyboard::name;
use super::plan::{Plan, System, beat};
use super::{DIVISIONS, RollOptions};
use crate::Result;

/// The colour of the primer.
pub(super) const PRIMER: Colour = Colour::new(0xd5, 0x5e, 0x00);
/// The colour of drums.
const DRUM: Colour = Colour::FAINT_INK;

/// Notes up to which each says what it is when one points at it.
const MAX_TITLES: usize = 5_000;

/// Pixels that a note has at least.
const LEAST_WIDTH: f64 = 1.2;

/// Pitches of General MIDI's drums, from the bass drum to the triangle.
const DRUM_PITCHES: (f64, f64) = (35.0, 81.0);

/// A note with its place in ticks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rolled<'a> {
    pub(super) note: &'a Note,
    start: f64,
    end: f64,
    pub(super) is_primer: bool,
    pub(super) probability: Option<f64>,
    colour: Colour,
}

/// The notes by start, each with its place and colour.
pub(super) fn rolled<'a>(
    sequence: &'a NoteSequence,
    grid: &Grid,
    options: &RollOptions,
) -> Result<Vec<Rolled<'a>>> {
    let instruments = instruments(sequence);
    let mut notes = Vec::with_capacity(sequence.notes.len());
    for (index, note) in sequence.notes.iter().enumerate() {
        let start = grid.clock.ticks("note.start_time", index, note.start_time)?;
        let end = grid.clock.ticks("note.end_time", index, note.end_time)?;
        let is_primer = note.start_time < options.primer_end;
        let place = instruments.binary_search(&note.instrument).unwrap_or(0);
        let colour = match (note.is_drum, is_primer) {
            (true, _) => DRUM,
            (false, true) => PRIMER,
            (false, false) => instrument_colour(place, options.primer_end > 0.0),
        };
        let probability = options.probabilities.get(index).copied().flatten();
        let probability = probability.filter(|it| (0.0..=1.0).contains(it) && !is_primer);
        notes.push(Rolled { note, start, end: end.max(start), is_primer, probability, colour });
    }
    notes.sort_by(|a, b| a.start.total_cmp(&b.start));
    Ok(notes)
}

/// The instruments that are no drums.
pub(super) fn instruments(sequence: &NoteSequence) -> Vec<u32> {
    let mut instruments: Vec<u32> =
        sequence.notes.iter().filter(|note| !note.is_drum).map(|note| note.instrument).collect();
    instruments.sort_unstable();
    instruments.dedup();
    instruments
}

/// The colour of the instrument at a place of that list; that of the primer is left to it if there is one.
pub(super) fn instrument_colour(place: usize, has_primer: bool) -> Colour {
    let place = if has_primer && place > 0 { place + 1 } else { place };
    // Where colours repeat, they are darker each time.
    let round = (place / PALETTE.len()).min(2) as f64;
    Colour::of_series(place).towards(Colour::BLACK, 0.45 * round)
}

/// A colour as light as a note is unlikely: full at 1, faint at 1 in 100.
pub(super) fn shade(colour: Colour, probability: f64) -> Colour {
    let light = -probability.max(1e-9).log10() / 2.0;
    colour.towards(Colour::WHITE, 0.85 * light.clamp(0.0, 1.0))
}

/// Draws the notes of a system whose upper edge is at `y`.
pub(super) fn draw(
    plan: &Plan,
    system: &System,
    grid: &Grid,
    notes: &[Rolled<'_>],
    y: f64,
    svg: &mut Svg,
) {
    let (start, end) = (system.start as f64, system.end as f64);
    let before = notes.partition_point(|note| note.start < end);
    let is_last = system.bars.end == grid.bars.len();
    for note in if is_last { notes } else { &notes[..before] } {
        if note.end > start || note.start >= start {
            let from = plan.x_at(system, note.start.max(start));
            let to = plan.x_at(system, note.end.min(end));
            let width = (to - from - 0.8).max(LEAST_WIDTH);
            let frame =
                Frame { x: from + 0.4, y: y + top(plan, note), width, height: height(plan, note) };
            draw_note(note, frame, notes.len() <= MAX_TITLES, grid, svg);
        }
    }
}

fn top(plan: &Plan, note: &Rolled<'_>) -> f64 {
    if !note.note.is_drum {
        return plan.row_of(note.note.pitch.min(127)) + plan.row * 0.06;
    }
    let (low, high) = DRUM_PITCHES;
    let up = (f64::from(note.note.pitch) - low) / (high - low);
    plan.height() - 4.0 - up.clamp(0.0, 1.0) * (plan.drums - 6.0)
}

fn height(plan: &Plan, note: &Rolled<'_>) -> f64 {
    if note.note.is_drum { 2.0 } else { plan.row * 0.88 }
}

fn draw_note(note: &Rolled<'_>, frame: Frame, has_title: bool, grid: &Grid, svg: &mut Svg) {
    let fill = note.probability.map_or(note.colour, |it| shade(note.colour, it));
    let edge = note.probability.map(|_| (note.colour, 0.8));
    let paint = Paint { fill: Some(fill), stroke: edge, transparency: 0.0 };
    let radius = (frame.height * 0.3).min(frame.width / 2.0).min(2.5);
    if has_title {
        let seconds = (note.note.start_time, note.note.end_time);
        svg.timed(frame, radius, paint, &title(note, &grid.bars), seconds);
    } else {
        svg.rounded(frame.x, frame.y, frame.width, frame.height, radius, paint);
    }
}

/// What a note says of itself.
fn title(note: &Rolled<'_>, bars: &[Bar]) -> String {
    let place = (note.start + 0.26).floor() as i64;
    let index = bars.partition_point(|bar| bar.start <= place).saturating_sub(1);
    let first = usize::from(!bars.first().is_some_and(|bar| bar.is_pickup));
    let beats =
        bars.get(index).map_or(0.0, |bar| (note.start - bar.start as f64) / beat(bar) as f64);
    let what =
        if note.note.is_drum { format!("drum {}", note.note.pitch) } else { name(note.note.pitch) };
    let quarters = (note.end - note.start) / f64::from(DIVISIONS);
    let mut title = format!(
        "{what}, bar {}, beat {}, {} quarters",
        first + index,
        hundredths(beats + 1.0),
        hundredths(quarters)
    );
    if note.is_primer {
        title.push_str(", primer");
    }
    if let Some(probability) = note.probability {
        title.push_str(&format!(", probability {}", hundredths(probability)));
    }
    title
}

fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
