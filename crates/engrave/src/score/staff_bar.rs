//! What stands on one staff in one bar.

use formats::layout::{Bar, Clef, Spelling, Staff, Symbol, VoiceSymbols, signs, symbols};

use super::beats::beams;
use super::item::{Head, Item, Sign, Step};
use crate::outlines::NOTEHEAD_BLACK;

/// How much a rest is moved out of the way of another voice.
const REST_SHIFT: Step = 4;
/// Steps from the middle of a rest to the head of another voice, and from the middle line to any rest, at most.
const REST_ROOM: Step = 4;
const FURTHEST_REST: Step = 12;
/// Room between signs, and between a sign and its head.
const SIGN_GAP: f64 = 0.22;
/// Steps between two signs one above the other that do not touch.
const SIGN_STEPS: Step = 6;
/// How thick a stem is.
pub(super) const STEM: f64 = 0.12;

/// What stands on one staff in one bar.
#[derive(Clone, Debug)]
pub(super) struct StaffBar {
    /// Voice by voice, in the order of time.
    pub(super) items: Vec<Item>,
    /// The notes under each beam, as places in `items`.
    pub(super) beams: Vec<Vec<usize>>,
}

impl StaffBar {
    pub(super) fn new(staff: &Staff<'_>, bar: &Bar, fifths: i32, divisions: i64) -> Self {
        let voices = voices(staff, bar, divisions);
        let many = voices.len() > 1;
        let numbered: Vec<VoiceSymbols> = voices.iter().map(|(_, voice)| voice.clone()).collect();
        let mut signs = signs(&numbered, fifths);
        let (mut items, mut all_beams) = (Vec::new(), Vec::new());
        for (voice, (number, symbols)) in voices {
            let first = items.len();
            for symbol in symbols {
                let signs = signs.remove(&(symbol.start, number)).unwrap_or_default();
                items.push(item(symbol, voice, &signs, staff.clef, fifths));
            }
            for beam in beams(&items[first..], bar, divisions) {
                all_beams.push(beam.into_iter().map(|index| first + index).collect());
            }
        }
        let mut this = Self { items, beams: all_beams };
        this.direct_stems(many);
        this.items.iter_mut().for_each(displace_seconds);
        if many {
            this.part_voices();
            this.move_rests();
        }
        this.place_signs();
        this
    }

    /// Stems of several voices go up and down by turns; that of one away from the heads furthest from the middle.
    fn direct_stems(&mut self, many: bool) {
        let Self { items, beams } = self;
        for item in items.iter_mut() {
            item.up = if many { item.voice % 2 == 0 } else { goes_up(&item.heads) };
        }
        for beam in beams {
            let heads = beam.iter().flat_map(|index| &items[*index].heads);
            let up = if many { items[beam[0]].up } else { goes_up(heads) };
            for index in beam.iter() {
                (items[*index].up, items[*index].beamed) = (up, true);
            }
        }
    }

    /// Moves chords of lower voices to the right where they would touch those of the highest.
    fn part_voices(&mut self) {
        for index in 0..self.items.len() {
            let item = &self.items[index];
            let collides = |other: &Item| {
                other.voice < item.voice
                    && other.symbol.start == item.symbol.start
                    && !other.is_rest()
                    && !item.is_rest()
                    && touch(other, item)
            };
            let touched = self.items[..index].iter().filter(|other| collides(other)).count();
            if touched > 0 {
                let width = NOTEHEAD_BLACK.width();
                self.items[index].x = touched as f64 * (width + 0.15);
            }
        }
    }

    /// Moves rests up or down, away from the heads of other voices.
    fn move_rests(&mut self) {
        for index in 0..self.items.len() {
            let Item { ref symbol, voice, up, .. } = self.items[index];
            if !self.items[index].is_rest() {
                continue;
            }
            let end = symbol.start + symbol.length;
            let beside = self.items.iter().filter(|other| {
                other.voice != voice && other.symbol.start < end && other.end() > symbol.start
            });
            let steps = beside.flat_map(|other| other.heads.iter().map(|head| head.step));
            // Rests stand on whole spaces.
            let rest = if up {
                steps.fold(REST_SHIFT, |rest, step| rest.max((step + REST_ROOM + 1) / 2 * 2))
            } else {
                steps.fold(-REST_SHIFT, |rest, step| rest.min((step - REST_ROOM - 1) / 2 * 2))
            };
            self.items[index].rest = rest.clamp(-FURTHEST_REST, FURTHEST_REST);
        }
    }

    /// Puts the signs of all that begins together before it, so that none is upon another.
    fn place_signs(&mut self) {
        let mut order: Vec<(i64, Step, usize, usize)> = Vec::new();
        for (index, item) in self.items.iter().enumerate() {
            for (number, head) in item.heads.iter().enumerate() {
                if head.sign.is_some() {
                    order.push((item.symbol.start, -head.step, index, number));
                }
            }
        }
        order.sort_unstable();
        for together in order.chunk_by(|a, b| a.0 == b.0) {
            let start = together[0].0;
            let here = self.items.iter().filter(|item| item.symbol.start == start);
            let heads = here.flat_map(|item| item.heads.iter().map(|head| item.x + head.x));
            let mut right = vec![heads.fold(0.0, f64::min) - SIGN_GAP];
            let mut lowest: Vec<Step> = Vec::new();
            // From the highest down, each in the first column in which it is free.
            for (_, step, index, number) in together {
                let step = -step;
                let free = |low: &Step| low - step >= SIGN_STEPS;
                let column = lowest.iter().position(free).unwrap_or(lowest.len());
                let Some((sign, x)) = self.items[*index].heads[*number].sign.as_mut() else {
                    continue;
                };
                let glyph = sign.glyph();
                let left = right[column] - glyph.width();
                *x = left - glyph.left;
                match lowest.get_mut(column) {
                    Some(low) => *low = step,
                    None => {
                        lowest.push(step);
                        right.push(left - SIGN_GAP);
                    }
                }
                right[column + 1] = right[column + 1].min(left - SIGN_GAP);
            }
        }
    }
}

/// The voices of a staff that sound in `bar`, by their places on the staff, or else the first.
fn voices(staff: &Staff<'_>, bar: &Bar, divisions: i64) -> Vec<(usize, VoiceSymbols)> {
    let all =
        staff.voices.iter().map(|(number, chords)| (*number, symbols(chords, bar, divisions)));
    let mut all: Vec<(usize, VoiceSymbols)> = all.enumerate().collect();
    let sounds =
        |(_, symbols): &VoiceSymbols| symbols.iter().any(|symbol| !symbol.pitches.is_empty());
    if all.iter().any(|(_, voice)| sounds(voice)) {
        all.retain(|(_, voice)| sounds(voice));
    } else {
        all.truncate(1);
    }
    all
}

fn item(symbol: Symbol, voice: usize, signs: &[bool], clef: Clef, fifths: i32) -> Item {
    let head = |(index, pitch): (usize, &music::Pitch)| {
        let spelling = Spelling::new(*pitch, fifths);
        let has_sign = signs.get(index).copied().unwrap_or(false);
        let sign = has_sign.then_some((Sign(spelling.alter), 0.0));
        Head { pitch: *pitch, step: step(spelling, clef), x: 0.0, sign }
    };
    let heads = symbol.pitches.iter().enumerate().map(head).collect();
    Item { symbol, voice, up: true, x: 0.0, heads, rest: 0, beamed: false }
}

/// The place of a note on a staff.
fn step(spelling: Spelling, clef: Clef) -> Step {
    let above_c = "CDEFGAB".find(spelling.step).unwrap_or(0) as Step;
    // The middle line, in steps above C0.
    let middle = match clef {
        Clef::Treble => 7 * 4 + 6,
        Clef::TrebleLow => 7 * 3 + 6,
        Clef::Bass => 7 * 3 + 1,
    };
    7 * spelling.octave + above_c - middle
}

fn goes_up<'a>(heads: impl IntoIterator<Item = &'a Head>) -> bool {
    let steps = heads.into_iter().map(|head| head.step);
    let (low, high) =
        steps.fold((Step::MAX, Step::MIN), |(low, high), step| (low.min(step), high.max(step)));
    // Without heads, whatever.
    low == Step::MAX || low + high < 0
}

/// Puts a head on the other side of the stem where it would touch the one before.
fn displace_seconds(item: &mut Item) {
    let width = item.glyph().width() - if item.has_stem() { STEM } else { 0.0 };
    let up = item.up;
    let shift = if up { width } else { -width };
    let mut last: Option<(Step, bool)> = None;
    let mut place = |head: &mut Head| {
        let touches = last.is_some_and(|(step, moved)| !moved && (head.step - step).abs() <= 1);
        if touches {
            head.x = shift;
        }
        last = Some((head.step, touches));
    };
    // From the end that the stem begins at.
    if up {
        item.heads.iter_mut().for_each(&mut place);
    } else {
        item.heads.iter_mut().rev().for_each(&mut place);
    }
}

/// Whether the heads of a lower voice cannot stand under those of a higher one.
fn touch(upper: &Item, lower: &Item) -> bool {
    let same_look = upper.glyph().name == lower.glyph().name
        && upper.symbol.dotted == lower.symbol.dotted
        && upper.up != lower.up;
    let low = upper.heads.first().map_or(0, |head| head.step);
    let high = lower.heads.last().map_or(0, |head| head.step);
    match low - high {
        0 => !same_look,
        apart => apart < 2,
    }
}
