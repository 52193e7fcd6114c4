//! Chords and rests as they stand on a staff.

use formats::layout::{NoteValue, Symbol};
use music::Pitch;

use crate::glyph::Glyph;
use crate::outlines as signs;

/// Room between a note and its dot, and between dots.
const DOT_GAP: f64 = 0.35;

/// A place on a staff: half spaces above its middle line.
pub(super) type Step = i32;

/// The place of a step from the highest line.
pub(super) fn y_of(step: Step) -> f64 {
    2.0 - f64::from(step) * 0.5
}

/// The head of a note.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Head {
    pub(super) pitch: Pitch,
    pub(super) step: Step,
    /// How far to the right of the chord's place.
    pub(super) x: f64,
    /// The sign before it, and its place from that of the chord.
    pub(super) sign: Option<(Sign, f64)>,
}

/// A sharp, a flat and the like, by the semitones it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sign(pub(super) i32);

impl Sign {
    pub(super) fn glyph(self) -> &'static Glyph {
        match self.0 {
            ..-1 => &signs::ACCIDENTAL_DOUBLE_FLAT,
            -1 => &signs::ACCIDENTAL_FLAT,
            0 => &signs::ACCIDENTAL_NATURAL,
            1 => &signs::ACCIDENTAL_SHARP,
            2.. => &signs::ACCIDENTAL_DOUBLE_SHARP,
        }
    }
}

/// A chord or a rest.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Item {
    /// What it is; its pitches are those of the heads.
    pub(super) symbol: Symbol,
    /// Which voice of the staff it belongs to.
    pub(super) voice: usize,
    /// Whether its stem goes up.
    pub(super) up: bool,
    /// How far to the right of its column.
    pub(super) x: f64,
    /// From low to high; none of a rest.
    pub(super) heads: Vec<Head>,
    /// Where a rest is.
    pub(super) rest: Step,
    /// Whether a beam takes the place of its flags.
    pub(super) beamed: bool,
}

impl Item {
    pub(super) fn is_rest(&self) -> bool {
        self.heads.is_empty()
    }

    /// A rest that fills its bar.
    pub(super) fn fills_bar(&self) -> bool {
        self.symbol.value.is_none()
    }

    pub(super) fn value(&self) -> NoteValue {
        self.symbol.value.unwrap_or(NoteValue::Whole)
    }

    pub(super) fn has_stem(&self) -> bool {
        !self.is_rest() && self.value() >= NoteValue::Half
    }

    /// Beams or flags; none of a rest.
    pub(super) fn flags(&self) -> usize {
        if self.is_rest() { 0 } else { self.value().flags() }
    }

    pub(super) fn end(&self) -> i64 {
        self.symbol.start + self.symbol.length
    }

    /// The head that the stem begins at, or the place of a rest.
    pub(super) fn near(&self) -> Step {
        let head = if self.up { self.heads.first() } else { self.heads.last() };
        head.map_or(self.rest, |head| head.step)
    }

    /// The head that the stem goes on from.
    pub(super) fn far(&self) -> Step {
        let head = if self.up { self.heads.last() } else { self.heads.first() };
        head.map_or(self.rest, |head| head.step)
    }

    /// Its note head or its rest.
    pub(super) fn glyph(&self) -> &'static Glyph {
        match (self.is_rest(), self.value()) {
            (false, NoteValue::Breve) => &signs::NOTEHEAD_DOUBLE_WHOLE,
            (false, NoteValue::Whole) => &signs::NOTEHEAD_WHOLE,
            (false, NoteValue::Half) => &signs::NOTEHEAD_HALF,
            (false, _) => &signs::NOTEHEAD_BLACK,
            (true, NoteValue::Breve) => &signs::REST_DOUBLE_WHOLE,
            (true, NoteValue::Whole) => &signs::REST_WHOLE,
            (true, NoteValue::Half) => &signs::REST_HALF,
            (true, NoteValue::Quarter) => &signs::REST_QUARTER,
            (true, NoteValue::Eighth) => &signs::REST_8TH,
            (true, NoteValue::Sixteenth) => &signs::REST_16TH,
            (true, NoteValue::ThirtySecond) => &signs::REST_32ND,
            (true, NoteValue::SixtyFourth) => &signs::REST_64TH,
            (true, NoteValue::HundredTwentyEighth) => &signs::REST_128TH,
        }
    }

    /// Its flag, if it has one.
    pub(super) fn flag(&self) -> Option<&'static Glyph> {
        if self.beamed {
            return None;
        }
        Some(match (self.flags(), self.up) {
            (0, _) => return None,
            (1, true) => &signs::FLAG_8TH_UP,
            (1, false) => &signs::FLAG_8TH_DOWN,
            (2, true) => &signs::FLAG_16TH_UP,
            (2, false) => &signs::FLAG_16TH_DOWN,
            (3, true) => &signs::FLAG_32ND_UP,
            (3, false) => &signs::FLAG_32ND_DOWN,
            (4, true) => &signs::FLAG_64TH_UP,
            (4, false) => &signs::FLAG_64TH_DOWN,
            (_, true) => &signs::FLAG_128TH_UP,
            (_, false) => &signs::FLAG_128TH_DOWN,
        })
    }

    /// Where its dots are, from its column, if it has any.
    pub(super) fn dots(&self) -> Option<f64> {
        let beside_flag = self.up && self.flag().is_some();
        let gap = if beside_flag { DOT_GAP + 0.3 } else { DOT_GAP };
        self.symbol.dotted.then(|| self.body_right() + gap)
    }

    /// How far heads reach to the right of the column.
    fn body_right(&self) -> f64 {
        let furthest = self.heads.iter().map(|head| head.x).fold(0.0, f64::max);
        self.x + furthest + self.glyph().right
    }

    /// How far heads and signs reach to the left of the column.
    pub(super) fn left(&self) -> f64 {
        let of_head = |head: &Head| {
            let sign = head.sign.map_or(0.0, |(_, x)| x);
            -(self.x + head.x).min(sign)
        };
        self.heads.iter().map(of_head).fold(0.0, f64::max)
    }

    /// How far all of it reaches to the right of the column.
    pub(super) fn right(&self) -> f64 {
        let dots = self.dots().map(|x| x + signs::AUGMENTATION_DOT.right);
        let flag = self.flag().filter(|_| self.up);
        let flag = flag.map(|flag| self.x + self.glyph().right + flag.right - 0.2);
        [dots, flag].into_iter().flatten().fold(self.body_right(), f64::max)
    }
}
