//! What stands before the notes: clefs, key signatures, time signatures.

use formats::layout::Clef;

use super::ink::Ink;
use super::item::{Sign, Step, y_of};
use crate::glyph::Glyph;
use crate::outlines as signs;

/// Room before the clef, and between the others.
const GAP: f64 = 0.8;
/// Room that any clef takes.
const CLEF: f64 = 2.7;
/// From one sign of a key to the next.
const KEY_STEP: f64 = 1.05;
/// Room that a digit of a time signature takes.
const DIGIT: f64 = 1.75;

/// Where the signs of a key stand on a staff with the treble clef, from the first on.
const SHARPS: [Step; 7] = [4, 1, 5, 2, -1, 3, 0];
const FLATS: [Step; 7] = [0, 3, -1, 2, -2, 1, -3];

/// Key and metre that are in force, and which of them are new.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Change {
    /// Sharps, negative for flats.
    pub(super) fifths: i32,
    pub(super) meter: (u32, u32),
    /// The sharps before, if they were others.
    old_fifths: Option<i32>,
    new_meter: bool,
}

impl Change {
    /// What follows it with a key that may be new.
    pub(super) fn next(self, fifths: Option<i32>, meter: (u32, u32)) -> Self {
        let fifths = fifths.unwrap_or(self.fifths);
        let old_fifths = (fifths != self.fifths).then_some(self.fifths);
        Self { fifths, meter, old_fifths, new_meter: meter != self.meter }
    }

    /// Draws what a system begins with, and says where it ends.
    pub(super) fn begin_system(&self, clef: Clef, ink: &mut Ink) -> f64 {
        let (glyph, y) = match clef {
            Clef::Treble => (&signs::G_CLEF, 3.0),
            Clef::TrebleLow => (&signs::G_CLEF_8VB, 3.0),
            Clef::Bass => (&signs::F_CLEF, 1.0),
        };
        ink.glyph(glyph, GAP, y);
        let x = key(self.fifths, None, clef, GAP + CLEF + GAP, ink);
        if self.new_meter { meter(self.meter, x, ink) } else { x }
    }

    /// Draws what is new in the midst of a system from `x` on, and says where it ends.
    pub(super) fn begin_bar(&self, clef: Clef, x: f64, ink: &mut Ink) -> f64 {
        let x = match self.old_fifths {
            Some(old) => key(self.fifths, Some(old), clef, x + GAP, ink),
            None => x,
        };
        if !self.new_meter {
            return x;
        }
        meter(self.meter, if self.old_fifths.is_some() { x } else { x + GAP }, ink)
    }
}

/// Signs of a key; naturals where it takes all signs away.
fn key(fifths: i32, old: Option<i32>, clef: Clef, x: f64, ink: &mut Ink) -> f64 {
    let (fifths, sign) = match (fifths, old) {
        (0, Some(old)) => (old, Sign(0)),
        (fifths, _) => (fifths, Sign(fifths.signum())),
    };
    let steps = if fifths > 0 { SHARPS } else { FLATS };
    let count = fifths.unsigned_abs().min(7) as usize;
    let lower = if clef == Clef::Bass { 2 } else { 0 };
    for (index, step) in steps[..count].iter().enumerate() {
        ink.glyph(sign.glyph(), x + index as f64 * KEY_STEP, y_of(step - lower));
    }
    if count == 0 { x } else { x + count as f64 * KEY_STEP + GAP }
}

fn meter((upper, lower): (u32, u32), x: f64, ink: &mut Ink) -> f64 {
    let numbers = [(upper.to_string(), 1.0), (lower.to_string(), 3.0)];
    let longest = numbers.iter().map(|(digits, _)| digits.len()).max().unwrap_or(0) as f64;
    for (digits, y) in &numbers {
        let indent = (longest - digits.len() as f64) / 2.0;
        for (index, digit) in digits.bytes().enumerate() {
            let glyph = DIGITS[usize::from(digit.saturating_sub(b'0')).min(9)];
            let middle = x + (indent + index as f64 + 0.5) * DIGIT;
            ink.glyph(glyph, middle - (glyph.left + glyph.right) / 2.0, *y);
        }
    }
    x + longest * DIGIT + GAP / 2.0
}

static DIGITS: [&Glyph; 10] = [
    &signs::TIME_SIG_0,
    &signs::TIME_SIG_1,
    &signs::TIME_SIG_2,
    &signs::TIME_SIG_3,
    &signs::TIME_SIG_4,
    &signs::TIME_SIG_5,
    &signs::TIME_SIG_6,
    &signs::TIME_SIG_7,
    &signs::TIME_SIG_8,
    &signs::TIME_SIG_9,
];
