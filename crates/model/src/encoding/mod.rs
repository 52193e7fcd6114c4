//! Melody events to network inputs and labels, and labels back to events.
//!
//! At step t the network sees a vector that describes the melody up to and including event t, and is taught the label
//! of event t + 1. Three kinds, all Magenta's:
//!
//! | kind | input of a step | classes |
//! |---|---|---|
//! | one-hot | the event | no event, note off, pitches |
//! | lookback | the event, what followed 16 and 32 steps ago, 5 counters, 2 repeat flags | the same, repeat 16, repeat 32 |
//! | key | what sounds, direction, repeats, 7 counters, keys of the melody and of its last notes | pitches, no event, note off, repeat 16, repeat 32 |
//!
//! The lookbacks are a bar and two bars of 4/4, whatever the metre of the melody.

mod encoder;
mod note_memory;

#[cfg(test)]
mod tests;

use music::{MAX_MIDI_PITCH, MelodyEvent, Pitch};
use serde::{Deserialize, Serialize};

pub use encoder::Encoder;

use crate::network::Example;
use crate::{Error, Result};

/// Steps of a bar of 4/4 at four steps a quarter.
const STEPS_PER_BAR: usize = 16;
/// How far back, in steps, repeats are looked for: the nearer first.
const LOOKBACKS: [usize; 2] = [STEPS_PER_BAR, 2 * STEPS_PER_BAR];
/// Events that are not pitches: no event and note off.
const SPECIAL_EVENTS: usize = 2;
/// Bits of the step counter in lookback inputs: a note's place within two bars.
const LOOKBACK_COUNTER_BITS: usize = 5;
/// Bits of the step counter in key inputs: a note's place within eight bars.
const KEY_COUNTER_BITS: usize = 7;

/// The three ways to describe a melody, named as Magenta's `--melody_encoder_decoder` flag does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EncodingKind {
    /// The current event alone.
    OneHot,
    /// The current event and what stood one and two bars ago.
    Lookback,
    /// What sounds, where in the bar, and in which key.
    Key,
}

/// A way to describe melodies whose pitches lie in a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding {
    kind: EncodingKind,
    min_note: Pitch,
    max_note: Pitch,
}

impl Encoding {
    /// An encoding for pitches from `min_note` to below `max_note`.
    ///
    /// # Errors
    /// [`Error::BadPitchRange`] unless `min_note < max_note <= 128`.
    pub fn new(kind: EncodingKind, min_note: Pitch, max_note: Pitch) -> Result<Self> {
        if min_note < max_note && max_note <= MAX_MIDI_PITCH + 1 {
            Ok(Self { kind, min_note, max_note })
        } else {
            Err(Error::BadPitchRange { min: min_note, max: max_note })
        }
    }

    /// Which of the three it is.
    pub fn kind(&self) -> EncodingKind {
        self.kind
    }

    /// Lowest pitch.
    pub fn min_note(&self) -> Pitch {
        self.min_note
    }

    /// One above the highest pitch.
    pub fn max_note(&self) -> Pitch {
        self.max_note
    }

    /// Numbers in the input of a step.
    pub fn input_size(&self) -> usize {
        match self.kind {
            EncodingKind::OneHot => self.plain_classes(),
            EncodingKind::Lookback => {
                (1 + LOOKBACKS.len()) * self.plain_classes()
                    + LOOKBACK_COUNTER_BITS
                    + LOOKBACKS.len()
            }
            // Pitches, sounding or silent, attack, direction, repeats, counter, bar line, two sets of keys.
            EncodingKind::Key => {
                self.pitches() + 2 + 1 + 1 + LOOKBACKS.len() + KEY_COUNTER_BITS + 1 + 2 * 12
            }
        }
    }

    /// Classes that the network chooses from: labels are below it.
    pub fn num_classes(&self) -> usize {
        match self.kind {
            EncodingKind::OneHot => self.plain_classes(),
            EncodingKind::Lookback | EncodingKind::Key => self.plain_classes() + LOOKBACKS.len(),
        }
    }

    /// Label of "no event", which the metrics count apart.
    pub fn default_label(&self) -> u32 {
        match self.kind {
            EncodingKind::OneHot | EncodingKind::Lookback => 0,
            EncodingKind::Key => self.pitches() as u32,
        }
    }

    /// Inputs of all events but the last, labels of all but the first: `T` = one less than the events.
    ///
    /// # Errors
    /// [`Error::PitchOutOfRange`] for a melody that was not brought into the encoding's range.
    pub fn encode(&self, events: &[MelodyEvent]) -> Result<Example> {
        let steps = events.len().saturating_sub(1);
        let size = self.input_size();
        let mut example =
            Example { inputs: vec![0.0; steps * size], labels: Vec::with_capacity(steps) };
        let mut encoder = Encoder::new(*self);
        for (step, pair) in events.windows(2).enumerate() {
            encoder.push(pair[0])?;
            encoder.write_inputs(&mut example.inputs[step * size..][..size])?;
            example.labels.push(encoder.label_of(pair[1])?);
        }
        if let [only] = events {
            self.class_of(*only, 0)?;
        }
        Ok(example)
    }

    /// The labels of [`Self::encode`] alone, in the place of what `labels` held.
    ///
    /// # Errors
    /// As [`Self::encode`].
    pub fn labels_into(&self, events: &[MelodyEvent], labels: &mut Vec<i64>) -> Result<()> {
        labels.clear();
        let Some(first) = events.first() else { return Ok(()) };
        self.class_of(*first, 0)?;
        for position in 1..events.len() {
            labels.push(self.label_for(events, position)?.into());
        }
        Ok(())
    }

    /// The melody that begins with `first` and goes on as the labels say: the inverse of [`Self::encode`].
    ///
    /// # Errors
    /// [`Error::PitchOutOfRange`] or [`Error::LabelOutOfRange`].
    pub fn decode(&self, first: MelodyEvent, labels: &[u32]) -> Result<Vec<MelodyEvent>> {
        let mut encoder = Encoder::new(*self);
        encoder.push(first)?;
        let mut events = vec![first];
        for label in labels {
            let event = encoder.event_for(*label)?;
            encoder.push(event)?;
            events.push(event);
        }
        Ok(events)
    }

    /// Writes the input of step `position` of a melody: takes time in proportion to `position`, an [`Encoder`] does not.
    ///
    /// # Errors
    /// A position outside of the melody, a pitch outside of the range, a buffer that is not [`Self::input_size`] long.
    pub fn inputs_into(
        &self,
        events: &[MelodyEvent],
        position: usize,
        out: &mut [f32],
    ) -> Result<()> {
        let length = events.len();
        let upto = events.get(..=position).ok_or(Error::PositionOutOfRange { position, length })?;
        let mut encoder = Encoder::new(*self);
        upto.iter().try_for_each(|event| encoder.push(*event))?;
        encoder.write_inputs(out)
    }

    /// Label of the event at `position` after the events before it.
    ///
    /// # Errors
    /// A position outside of the melody or a pitch outside of the range.
    pub fn label_for(&self, events: &[MelodyEvent], position: usize) -> Result<u32> {
        let length = events.len();
        let event = *events.get(position).ok_or(Error::PositionOutOfRange { position, length })?;
        let ago = LOOKBACKS.map(|steps| Some(events[position.checked_sub(steps)?]));
        self.label(event, position, ago)
    }

    /// The event that `label` means after the events of a melody.
    ///
    /// # Errors
    /// [`Error::LabelOutOfRange`].
    pub fn event_for(&self, label: u32, events: &[MelodyEvent]) -> Result<MelodyEvent> {
        self.event(label, LOOKBACKS.map(|steps| Some(events[events.len().checked_sub(steps)?])))
    }

    /// Label of `event` at `position`, given the events that many [`LOOKBACKS`] before it.
    ///
    /// A repeat goes before the event itself and the farther repeat before the nearer. "No event" counts as a repeat
    /// of what stood before the melody began.
    fn label(
        &self,
        event: MelodyEvent,
        position: usize,
        ago: [Option<MelodyEvent>; 2],
    ) -> Result<u32> {
        let class = self.class_of(event, position)?;
        if self.kind == EncodingKind::OneHot {
            return Ok(class as u32);
        }
        let before_melody = position < LOOKBACKS[1] && event == MelodyEvent::NoEvent;
        let repeat = ago.iter().rposition(|then| *then == Some(event));
        let repeat = if before_melody { Some(1) } else { repeat };
        Ok(repeat.map_or(class, |lookback| self.plain_classes() + lookback) as u32)
    }

    /// The event that `label` means, given the events that many [`LOOKBACKS`] before it.
    fn event(&self, label: u32, ago: [Option<MelodyEvent>; 2]) -> Result<MelodyEvent> {
        let class = label as usize;
        if class >= self.num_classes() {
            return Err(Error::LabelOutOfRange { label, num_classes: self.num_classes() });
        }
        Ok(match class.checked_sub(self.plain_classes()) {
            Some(lookback) => ago[lookback].unwrap_or(MelodyEvent::NoEvent),
            None => self.event_of(class),
        })
    }

    /// Class of an event taken by itself, below [`Self::plain_classes`].
    fn class_of(&self, event: MelodyEvent, position: usize) -> Result<usize> {
        let (specials, pitches) = self.class_offsets();
        match event {
            MelodyEvent::NoEvent => Ok(specials),
            MelodyEvent::NoteOff => Ok(specials + 1),
            MelodyEvent::NoteOn(pitch) if (self.min_note..self.max_note).contains(&pitch) => {
                Ok(pitches + usize::from(pitch - self.min_note))
            }
            MelodyEvent::NoteOn(pitch) => Err(Error::PitchOutOfRange {
                pitch,
                position,
                min: self.min_note,
                max: self.max_note,
            }),
        }
    }

    /// The event of a class below [`Self::plain_classes`].
    fn event_of(&self, class: usize) -> MelodyEvent {
        let (specials, pitches) = self.class_offsets();
        if class == specials {
            MelodyEvent::NoEvent
        } else if class == specials + 1 {
            MelodyEvent::NoteOff
        } else {
            MelodyEvent::NoteOn(self.min_note + (class - pitches) as Pitch)
        }
    }

    /// First class of the special events and of the pitches: the key encoding puts the pitches first.
    fn class_offsets(&self) -> (usize, usize) {
        match self.kind {
            EncodingKind::OneHot | EncodingKind::Lookback => (0, SPECIAL_EVENTS),
            EncodingKind::Key => (self.pitches(), 0),
        }
    }

    /// Pitches in the range.
    fn pitches(&self) -> usize {
        usize::from(self.max_note - self.min_note)
    }

    /// Classes that are events and not repeats.
    fn plain_classes(&self) -> usize {
        self.pitches() + SPECIAL_EVENTS
    }
}
