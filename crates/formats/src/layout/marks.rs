//! What stands above the notes: keys, tempos, chord symbols.

use std::collections::BTreeMap;

use music::{AnnotationKind, KeySignature, NoteSequence};

use super::grid::{Bar, Clock, bar_at};
use crate::Result;
use crate::error::check;

/// What stands above the notes.
#[derive(Clone, Debug)]
pub struct Marks {
    /// Key signatures by bar.
    pub keys: BTreeMap<usize, KeySignature>,
    /// Tempos and chord symbols by tick.
    events: Vec<(i64, Mark)>,
}

/// One such thing.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// Quarter notes a minute.
    Tempo(f64),
    /// The figure of a chord symbol.
    Chord(String),
}

impl Marks {
    pub(super) fn new(sequence: &NoteSequence, clock: &Clock, bars: &[Bar]) -> Result<Self> {
        let mut keys = BTreeMap::new();
        for (index, key) in sequence.key_signatures.iter().enumerate() {
            let place = clock.ticks("key_signature.time", index, key.time)?.round() as i64;
            check("key_signature.tonic", index, key.tonic.into(), "0..=11", key.tonic < 12)?;
            keys.entry(bar_at(bars, place)).or_insert(*key);
        }
        let mut events = Vec::new();
        for (index, tempo) in sequence.tempos.iter().enumerate() {
            let place = clock.ticks("tempo.time", index, tempo.time)?.round() as i64;
            events.push((place, Mark::Tempo(tempo.qpm)));
        }
        for (index, text) in sequence.text_annotations.iter().enumerate() {
            if text.kind == AnnotationKind::ChordSymbol {
                let place = clock.ticks("text_annotation.time", index, text.time)?.round() as i64;
                events.push((place, Mark::Chord(text.text.clone())));
            }
        }
        events.sort_by_key(|(place, _)| *place);
        Ok(Self { keys, events })
    }

    /// The tempos by tick, in quarter notes a minute.
    pub fn tempos(&self) -> impl Iterator<Item = (i64, f64)> {
        self.events.iter().filter_map(|(place, mark)| match mark {
            Mark::Tempo(qpm) => Some((*place, *qpm)),
            Mark::Chord(_) => None,
        })
    }

    /// The marks in `range`; all that lie behind the beginning of the last bar belong to it.
    #[must_use]
    pub fn within(&self, range: std::ops::Range<i64>) -> &[(i64, Mark)] {
        let place = |limit| self.events.partition_point(|(place, _)| *place < limit);
        &self.events[place(range.start)..place(range.end)]
    }
}
