//! A voice as it is written: moments with notes, one after the other.

use std::ops::Range;

use super::field::{Meter, Propagation};
use super::key::Shift;
use super::letter::{Accidentals, PITCHES};
use super::repeats::Mark;
use super::warning::Place;
use crate::fraction::Fraction;

/// A voice and all that holds in it at the place that has been read.
#[derive(Clone, Debug)]
pub(super) struct Voice {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) shift: Shift,
    /// Semitones of `%%MIDI transpose`.
    pub(super) transpose: i32,
    pub(super) program: u8,
    pub(super) is_drum: bool,
    pub(super) velocity: u8,
    pub(super) key: Accidentals,
    pub(super) meter: Meter,
    pub(super) unit: Option<Fraction>,
    pub(super) propagation: Propagation,
    /// What accidentals in this bar do to a letter in an octave.
    bar: Vec<(usize, i32, i32)>,
    bar_start: Fraction,
    /// The voice itself, then what `&` lays over it.
    pub(super) layers: Vec<Layer>,
    layer: usize,
    pub(super) marks: Vec<(Fraction, Mark, Place)>,
}

/// One line of notes.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    pub(super) moments: Vec<Moment>,
    pub(super) heads: Vec<Head>,
    /// Where the next moment begins, in whole notes.
    pub(super) position: Fraction,
    pub(super) broken: i32,
    tuplet: Option<Tuplet>,
}

/// A note, a chord or a rest as it is written.
#[derive(Clone, Debug)]
pub(super) struct Moment {
    pub(super) start: Fraction,
    pub(super) length: Fraction,
    /// Its notes, in [`Layer::heads`].
    pub(super) heads: Range<usize>,
    /// How much it takes from the next one (`>`, positive) or gives (`<`).
    pub(super) lean: i32,
    pub(super) velocity: u8,
    pub(super) program: u8,
}

/// A note of a moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) pitch: u8,
    pub(super) letter: usize,
    pub(super) octave: i32,
    pub(super) length: Fraction,
    pub(super) is_tied: bool,
}

#[derive(Clone, Copy, Debug)]
struct Tuplet {
    factor: Fraction,
    left: u32,
}

/// The velocity of notes until a dynamic says another: mezzo forte.
const VELOCITY: u8 = 90;

impl Default for Voice {
    fn default() -> Self {
        Self {
            id: String::new(),
            name: String::new(),
            shift: Shift::default(),
            transpose: 0,
            program: 0,
            is_drum: false,
            velocity: VELOCITY,
            key: [0; 7],
            meter: Meter::Free,
            unit: None,
            propagation: Propagation::default(),
            bar: Vec::new(),
            bar_start: Fraction::ZERO,
            layers: vec![Layer::at(Fraction::ZERO)],
            layer: 0,
            marks: Vec::new(),
        }
    }
}

impl Layer {
    fn at(position: Fraction) -> Self {
        Self { moments: Vec::new(), heads: Vec::new(), position, broken: 0, tuplet: None }
    }
}

impl Voice {
    /// A voice that begins as this one does.
    pub(super) fn named(&self, id: &str) -> Self {
        Self { id: id.to_owned(), ..self.clone() }
    }

    /// The layer that is being written.
    pub(super) fn layer(&mut self) -> &mut Layer {
        let index = self.layer.min(self.layers.len() - 1);
        &mut self.layers[index]
    }

    /// Where the voice has come to.
    pub(super) fn position(&self) -> Fraction {
        self.layers.get(self.layer).map_or(Fraction::ZERO, |layer| layer.position)
    }

    /// The unit note length, which the metre gives unless it has been said.
    pub(super) fn unit(&mut self) -> Fraction {
        *self.unit.get_or_insert(self.meter.unit())
    }

    /// A bar line: accidentals end, overlays too.
    pub(super) fn end_bar(&mut self) {
        self.bar.clear();
        self.layer = 0;
        self.bar_start = self.position();
    }

    /// What follows is laid over the bar so far.
    pub(super) fn overlay(&mut self) {
        self.layer += 1;
        let start = self.bar_start;
        match self.layers.get_mut(self.layer) {
            Some(layer) => layer.position = start,
            None => self.layers.push(Layer::at(start)),
        }
    }

    /// The MIDI pitch of a note, which may be none, and how its letter is moved.
    pub(super) fn pitch(&mut self, letter: usize, octave: i32, accidental: Option<i32>) -> i64 {
        let change = match accidental {
            Some(change) => {
                if self.propagation != Propagation::Not {
                    let same =
                        |entry: &&mut (usize, i32, i32)| entry.0 == letter && entry.1 == octave;
                    match self.bar.iter_mut().find(same) {
                        Some(entry) => entry.2 = change,
                        None => self.bar.push((letter, octave, change)),
                    }
                    if self.propagation == Propagation::Pitch {
                        let others = self.bar.iter_mut().filter(|entry| entry.0 == letter);
                        others.for_each(|entry| entry.2 = change);
                    }
                }
                change
            }
            None => self.change_in_bar(letter, octave).unwrap_or(self.key[letter]),
        };
        i64::from(PITCHES[letter] + 12 * octave + change + self.shift.total() + self.transpose)
    }

    fn change_in_bar(&self, letter: usize, octave: i32) -> Option<i32> {
        let reaches = |entry: &&(usize, i32, i32)| {
            entry.0 == letter && (self.propagation == Propagation::Pitch || entry.1 == octave)
        };
        self.bar.iter().find(reaches).map(|entry| entry.2)
    }
}

impl Layer {
    /// The notes of the last moment.
    pub(super) fn last_heads(&mut self) -> &mut [Head] {
        let range = self.moments.last().map_or(0..0, |moment| moment.heads.clone());
        &mut self.heads[range]
    }

    /// The pitch of a note that is tied to one of this letter and octave, whatever the bar line did to accidentals.
    pub(super) fn tied_pitch(&mut self, letter: usize, octave: i32) -> Option<u8> {
        let same =
            |head: &&mut Head| head.is_tied && head.letter == letter && head.octave == octave;
        self.last_heads().iter_mut().find(same).map(|head| head.pitch)
    }

    pub(super) fn start_tuplet(&mut self, factor: Fraction, span: u32) {
        self.tuplet = Some(Tuplet { factor, left: span });
    }

    /// What lengths are multiplied by here.
    pub(super) fn factor(&self) -> Fraction {
        self.tuplet.map_or(Fraction::ONE, |tuplet| tuplet.factor)
    }

    /// Adds a moment and goes to its end; `None` if that place cannot be told exactly.
    pub(super) fn push(&mut self, moment: Moment) -> Option<()> {
        self.position = moment.start.plus(moment.length)?;
        self.moments.push(moment);
        self.tuplet = self.tuplet.take().and_then(|tuplet| {
            let left = tuplet.left.saturating_sub(1);
            (left > 0).then_some(Tuplet { left, ..tuplet })
        });
        let broken = std::mem::take(&mut self.broken);
        if broken != 0
            && let [.., previous, _] = &mut *self.moments
        {
            previous.lean = broken;
        }
        Some(())
    }
}
