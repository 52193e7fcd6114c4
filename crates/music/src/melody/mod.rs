//! A melody: one event a step.

mod event;
mod key;
mod mode;
mod rendering;
mod text;
mod transposition;

pub use event::MelodyEvent;
pub use rendering::ToSequence;

/// Steps in a quarter note when nothing else is said: sixteenths.
pub const DEFAULT_STEPS_PER_QUARTER: usize = 4;

/// Steps in a bar when nothing else is said: sixteenths in 4/4.
pub const DEFAULT_STEPS_PER_BAR: usize = 16;

/// A monophonic melody on a grid of equal steps.
///
/// `events[i]` is what happens at step `start_step + i`. A melody may end while its last note still sounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Melody {
    /// One event a step.
    pub events: Vec<MelodyEvent>,
    /// Step of the piece at which the melody begins: the start of a bar for extracted melodies.
    pub start_step: usize,
    /// Steps in a bar.
    pub steps_per_bar: usize,
    /// Steps in a quarter note.
    pub steps_per_quarter: usize,
}

impl Melody {
    /// A melody of sixteenths in 4/4 that begins at step 0.
    ///
    /// Before the first note there is nothing to end: note-offs there become [`MelodyEvent::NoEvent`], as in Magenta.
    pub fn new(mut events: Vec<MelodyEvent>) -> Self {
        for event in events.iter_mut().take_while(|event| event.pitch().is_none()) {
            *event = MelodyEvent::NoEvent;
        }
        Self {
            events,
            start_step: 0,
            steps_per_bar: DEFAULT_STEPS_PER_BAR,
            steps_per_quarter: DEFAULT_STEPS_PER_QUARTER,
        }
    }

    /// Its length in steps.
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether it has no steps.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// The step of the piece right after its last one.
    pub fn end_step(&self) -> usize {
        self.start_step.saturating_add(self.events.len())
    }

    /// The pitches of its notes, in order.
    pub fn pitches(&self) -> impl Iterator<Item = crate::Pitch> {
        self.events.iter().filter_map(|event| event.pitch())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn note_offs_before_the_first_note_are_silence() {
        use MelodyEvent::{NoEvent, NoteOff, NoteOn};
        let melody = Melody::new(vec![NoteOff, NoEvent, NoteOff, NoteOn(60), NoteOff]);
        assert_eq!(melody.events, [NoEvent, NoEvent, NoEvent, NoteOn(60), NoteOff]);
        assert_eq!(melody.end_step(), 5);
    }
}
