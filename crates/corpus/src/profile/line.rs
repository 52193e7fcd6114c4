//! A melody as its notes.

use music::{Melody, MelodyEvent, Pitch};

/// A note of a melody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Struck {
    /// The step of the melody on which it begins.
    pub(super) start: usize,
    /// The step on which it no longer sounds.
    pub(super) end: usize,
    pub(super) pitch: Pitch,
}

/// The notes of a melody, two at least.
#[derive(Debug)]
pub(super) struct Line<'a> {
    pub(super) melody: &'a Melody,
    pub(super) notes: Vec<Struck>,
}

impl<'a> Line<'a> {
    /// The notes of a melody; none if there are fewer than two.
    pub(super) fn of(melody: &'a Melody) -> Option<Self> {
        let mut notes: Vec<Struck> = Vec::with_capacity(melody.len() / 2);
        let mut sounds = false;
        for (step, event) in melody.events.iter().enumerate() {
            if *event == MelodyEvent::NoEvent {
                continue;
            }
            if let Some(note) = notes.last_mut().filter(|_| sounds) {
                note.end = step;
            }
            sounds = event.pitch().is_some();
            let note = |pitch| Struck { start: step, end: melody.len(), pitch };
            notes.extend(event.pitch().map(note));
        }
        (notes.len() > 1 && melody.steps_per_bar > 0 && melody.steps_per_quarter > 0)
            .then_some(Self { melody, notes })
    }

    /// Semitones from each note to the next, upwards positive.
    pub(super) fn intervals(&self) -> impl Iterator<Item = i32> {
        self.notes.windows(2).map(|pair| i32::from(pair[1].pitch) - i32::from(pair[0].pitch))
    }

    /// Lowest and highest pitch.
    pub(super) fn extremes(&self) -> (Pitch, Pitch) {
        self.notes.iter().fold((Pitch::MAX, Pitch::MIN), |(low, high), note| {
            (low.min(note.pitch), high.max(note.pitch))
        })
    }

    /// How many bars it has, in parts.
    pub(super) fn bars(&self) -> f64 {
        self.melody.len() as f64 / self.melody.steps_per_bar as f64
    }

    /// How many quarter notes it has, in parts.
    pub(super) fn quarters(&self) -> f64 {
        self.melody.len() as f64 / self.melody.steps_per_quarter as f64
    }

    /// The share of its bars, of those in which a note begins, that are as another one, event by event.
    pub(super) fn recurring_bars(&self) -> f64 {
        let bars = self.melody.events.chunks_exact(self.melody.steps_per_bar);
        let mut bars: Vec<&[MelodyEvent]> =
            bars.filter(|bar| bar.iter().any(|event| event.pitch().is_some())).collect();
        bars.sort_unstable();
        let recurring = bars.chunk_by(|a, b| a == b).map(<[_]>::len).filter(|&times| times > 1);
        recurring.sum::<usize>() as f64 / bars.len().max(1) as f64
    }

    /// The share of its notes that begin between two beats and go on over the next.
    pub(super) fn syncopated(&self, beat_steps: usize) -> f64 {
        let is_syncopated = |note: &&Struck| {
            let beat = self.beat_after(note.start, beat_steps);
            beat.is_some_and(|beat| note.end > beat)
        };
        self.notes.iter().filter(is_syncopated).count() as f64 / self.notes.len() as f64
    }

    /// The step of the next beat after a step that is on none; the first of a bar is always a beat.
    fn beat_after(&self, step: usize, beat_steps: usize) -> Option<usize> {
        let bar = self.melody.steps_per_bar;
        let within = step % bar;
        let is_beat = within.is_multiple_of(beat_steps);
        let beat = (!is_beat).then(|| within.next_multiple_of(beat_steps).min(bar));
        beat.map(|beat| step - within + beat)
    }
}
