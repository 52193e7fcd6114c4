//! What stands above the highest staff: tempos, chord symbols, numbers of bars.

use figure::Colour;
use formats::layout::{Mark, Marks};

use super::Score;
use super::ink::{Ink, Words};
use super::systems::System;
use crate::glyph::Glyph;
use crate::outlines as signs;

/// Sizes of type.
const CHORD: f64 = 1.75;
const TEMPO: f64 = 1.6;
const NUMBER: f64 = 1.3;

/// Another tempo is shown if it differs by so much; what changes less was played and not written.
const TEMPO_CHANGE: f64 = 0.1;

/// Numbers of bars, on the staff itself.
pub(super) fn number(score: &Score, system: &System, ink: &mut Ink) {
    let Some(bar) = score.bars.get(system.bars.start).filter(|_| system.bars.start > 0) else {
        return;
    };
    let colour = Colour::FAINT_INK;
    ink.words(Words { colour, ..Words::new(bar.number.to_string(), 0.0, -1.9, NUMBER) });
}

/// Draws the marks of a system above what is on the staff already; `tempo` is the one that was shown last.
pub(super) fn draw(score: &Score, marks: &Marks, system: &System, tempo: &mut f64, ink: &mut Ink) {
    let (mut chords, mut tempos) = (Vec::new(), Vec::new());
    for (bar, place) in system.bars.clone().zip(&system.places) {
        let this = &score.bars[bar];
        let end = if bar + 1 == score.bars.len() { i64::MAX } else { this.end };
        for (tick, mark) in marks.within(this.start..end) {
            let x = place.x_of(*tick, this.end);
            match mark {
                Mark::Chord(figure) => chords.push((x, figure)),
                Mark::Tempo(qpm) if (qpm / *tempo - 1.0).abs() < TEMPO_CHANGE => {}
                Mark::Tempo(qpm) => {
                    *tempo = *qpm;
                    tempos.push((x, *qpm, this.change.meter));
                }
            }
        }
    }
    let mut y = ink.top.min(-1.2) - 0.9;
    let mut free = f64::NEG_INFINITY;
    for (x, figure) in chords {
        // Of symbols that would be one upon another, the first stays.
        if x >= free {
            let words = Words {
                bold: true,
                ..Words::new(figure.chars().take(24).collect::<String>(), x, y, CHORD)
            };
            free = x + words.width() + 0.5;
            ink.words(words);
        }
    }
    y = y.min(ink.top - 0.9);
    free = f64::NEG_INFINITY;
    for (x, qpm, meter) in tempos {
        // At the beginning it stands over the time signature.
        let x = if system.bars.start == 0 && free == f64::NEG_INFINITY { 0.0 } else { x };
        if x >= free {
            free = tempo_mark(qpm, meter, x, y, ink) + 1.0;
        }
    }
}

/// A note value and how many of it there are in a minute.
fn tempo_mark(qpm: f64, (upper, lower): (u32, u32), x: f64, y: f64, ink: &mut Ink) -> f64 {
    let is_compound = upper > 3 && upper % 3 == 0 && lower == 8;
    let (glyph, quarters): (&'static Glyph, f64) = match lower {
        2 => (&signs::MET_NOTE_HALF_UP, 2.0),
        8 if !is_compound => (&signs::MET_NOTE_8TH_UP, 0.5),
        _ => (&signs::MET_NOTE_QUARTER_UP, if is_compound { 1.5 } else { 1.0 }),
    };
    ink.glyph(glyph, x, y);
    let mut end = x + glyph.right;
    if is_compound {
        ink.glyph(&signs::MET_AUGMENTATION_DOT, end + 0.3, y);
        end += 0.3 + signs::MET_AUGMENTATION_DOT.right;
    }
    let rate = (qpm / quarters).round();
    let words = Words::new(format!("= {rate}"), end + 0.6, y, TEMPO);
    end = words.x + words.width();
    ink.words(words);
    end
}
