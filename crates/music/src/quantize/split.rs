//! Cutting a piece at the changes of its tempo and metre.

use std::collections::HashMap;

use super::by_time;
use crate::{
    ControlChange, DEFAULT_QPM, KeySignature, Note, NoteSequence, SubsequenceInfo, Tempo,
    TimeSignature,
};

/// The controllers that outlive a cut: sustain, sostenuto and una corda.
const PEDALS: [u8; 3] = [64, 66, 67];

/// Cuts a piece wherever its tempo or its time signature changes, into parts that each have one of both.
///
/// Each part is moved to time 0, so bars begin anew at a cut. A note that sounds across a cut ends there, and what
/// would sound after it is lost. Tempo, time signature, key and the state of the pedals are set anew at the start of
/// every part; other controllers, pitch bends, texts and sections are dropped. Notes that begin at or after `total_time`, or before
/// 0, are dropped too. A piece of no length has no parts.
pub fn split_on_time_changes(sequence: &NoteSequence) -> Vec<NoteSequence> {
    let times = split_times(sequence);
    let mut parts = cut_music(sequence, &times);
    let pedals = cut_pedals(&sequence.control_changes, &times);
    let keys = cut_states(&sequence.key_signatures, &times);
    for (((part, pedals), keys), start) in parts.iter_mut().zip(pedals).zip(keys).zip(&times) {
        part.id.clone_from(&sequence.id);
        part.filename.clone_from(&sequence.filename);
        part.collection_name.clone_from(&sequence.collection_name);
        part.ticks_per_quarter = sequence.ticks_per_quarter;
        part.instrument_infos.clone_from(&sequence.instrument_infos);
        part.part_infos.clone_from(&sequence.part_infos);
        part.reference_number = sequence.reference_number;
        part.source_info = sequence.source_info;
        part.metadata.clone_from(&sequence.metadata);
        part.control_changes = pedals;
        part.key_signatures = keys;
        part.subsequence_info = SubsequenceInfo {
            start_time_offset: *start,
            end_time_offset: sequence.total_time - start - part.total_time,
        };
    }
    parts
}

/// What has a place in time and can be moved.
pub(crate) trait Timed: Copy {
    fn time(&self) -> f64;
    fn at(self, time: f64) -> Self;
}

macro_rules! timed {
    ($($name:ty),*) => {
        $(impl Timed for $name {
            fn time(&self) -> f64 {
                self.time
            }
            fn at(self, time: f64) -> Self {
                Self { time, ..self }
            }
        })*
    };
}
timed!(TimeSignature, KeySignature, Tempo, ControlChange);

/// A tempo or a time signature.
#[derive(Clone, Copy)]
enum TimeChange {
    Meter(u32, u32),
    Tempo(f64),
}

/// The starts of the parts and the end of the last; empty if there are no parts.
pub(super) fn split_times(sequence: &NoteSequence) -> Vec<f64> {
    let meters = sequence
        .time_signatures
        .iter()
        .map(|meter| (meter.time, TimeChange::Meter(meter.numerator, meter.denominator)));
    let tempos = sequence.tempos.iter().map(|tempo| (tempo.time, TimeChange::Tempo(tempo.qpm)));
    let mut changes: Vec<_> =
        meters.chain(tempos).filter(|(time, _)| *time < sequence.total_time).collect();
    changes.sort_by(|a, b| by_time(a.0, b.0));

    let mut meter = (TimeSignature::COMMON.numerator, TimeSignature::COMMON.denominator);
    let mut qpm = DEFAULT_QPM;
    let mut times = vec![0.0];
    let mut last = 0.0;
    for (time, change) in changes {
        match change {
            TimeChange::Meter(numerator, denominator) if (numerator, denominator) != meter => {
                meter = (numerator, denominator);
            }
            TimeChange::Tempo(new) if new != qpm => qpm = new,
            TimeChange::Meter(..) | TimeChange::Tempo(_) => continue,
        }
        if time > last {
            times.push(time);
            last = time;
        }
    }
    if sequence.total_time > last {
        times.push(sequence.total_time);
    }
    if times.len() > 1 { times } else { Vec::new() }
}

/// Notes, tempos and time signatures of the parts between `times`.
fn cut_music(sequence: &NoteSequence, times: &[f64]) -> Vec<NoteSequence> {
    let meters = cut_states(&sequence.time_signatures, times);
    let tempos = cut_states(&sequence.tempos, times);
    let notes = cut_notes(&sequence.notes, times);
    let parts = meters.into_iter().zip(tempos).zip(notes);
    parts
        .map(|((time_signatures, tempos), notes)| NoteSequence {
            time_signatures,
            tempos,
            total_time: notes
                .iter()
                .fold(0.0, |end, note| if note.end_time > end { note.end_time } else { end }),
            notes,
            ..NoteSequence::default()
        })
        .collect()
}

/// The notes of each part by start time, cut at its end and moved to its start.
pub(crate) fn cut_notes(notes: &[Note], times: &[f64]) -> Vec<Vec<Note>> {
    let mut sorted: Vec<&Note> = notes.iter().filter(|note| note.start_time >= 0.0).collect();
    sorted.sort_by(|a, b| by_time(a.start_time, b.start_time));
    let mut rest = sorted.as_slice();
    let mut parts = Vec::with_capacity(times.len());
    for (start, end) in spans(times) {
        let (here, later) = rest.split_at(rest.partition_point(|note| note.start_time < end));
        let moved = here.iter().map(|note| Note {
            start_time: note.start_time - start,
            // Not `f64::min`, which would turn a NaN into the end of the part.
            end_time: if end < note.end_time { end } else { note.end_time } - start,
            ..**note
        });
        parts.push(moved.collect());
        rest = later;
    }
    parts
}

/// The events of each part that say what holds from then on: the one that holds at its start, then those within.
pub(crate) fn cut_states<T: Timed>(events: &[T], times: &[f64]) -> Vec<Vec<T>> {
    let sorted = sort_events(events.iter().copied());
    let mut rest = sorted.as_slice();
    let mut state = None;
    let mut parts = Vec::with_capacity(times.len());
    for (start, end) in spans(times) {
        let mut part = Vec::new();
        state = skip_to(&mut rest, start).last().copied().or(state);
        part.extend(state.map(|event| event.at(0.0)));
        part.extend(take_within(&mut rest, start, end, &mut |event| state = Some(event)));
        parts.push(part);
    }
    parts
}

/// The pedal movements of each part, after the state of every pedal at its start, in the order in which the pedals
/// were first used.
fn cut_pedals(events: &[ControlChange], times: &[f64]) -> Vec<Vec<ControlChange>> {
    let pedals = events.iter().filter(|event| PEDALS.contains(&event.number)).copied();
    let sorted = sort_events(pedals);
    let mut rest = sorted.as_slice();
    let mut states: Vec<ControlChange> = Vec::new();
    let mut place = HashMap::new();
    let mut remember = |event: ControlChange, states: &mut Vec<ControlChange>| {
        let index = *place.entry((event.instrument, event.number)).or_insert(states.len());
        match states.get_mut(index) {
            Some(state) => *state = event,
            None => states.push(event),
        }
    };
    let mut parts = Vec::with_capacity(times.len());
    for (start, end) in spans(times) {
        for event in skip_to(&mut rest, start) {
            remember(*event, &mut states);
        }
        let mut part: Vec<_> = states.iter().map(|state| state.at(0.0)).collect();
        part.extend(take_within(&mut rest, start, end, &mut |event| remember(event, &mut states)));
        parts.push(part);
    }
    parts
}

/// The parts as (start, end).
pub(super) fn spans(times: &[f64]) -> impl Iterator<Item = (f64, f64)> {
    times.windows(2).map(|pair| (pair[0], pair[1]))
}

/// The events in order of time; those at no time (NaN) are dropped.
fn sort_events<T: Timed>(events: impl Iterator<Item = T>) -> Vec<T> {
    let mut sorted: Vec<T> = events.filter(|event| !event.time().is_nan()).collect();
    sorted.sort_by(|a, b| by_time(a.time(), b.time()));
    sorted
}

/// Takes off the events up to and at `start`.
fn skip_to<'a, T: Timed>(rest: &mut &'a [T], start: f64) -> &'a [T] {
    let (before, later) = rest.split_at(rest.partition_point(|event| event.time() <= start));
    *rest = later;
    before
}

/// Takes off the events before `end`, shows each to `see` and moves them to the part's own time.
fn take_within<T: Timed>(rest: &mut &[T], start: f64, end: f64, see: &mut dyn FnMut(T)) -> Vec<T> {
    let (within, later) = rest.split_at(rest.partition_point(|event| event.time() < end));
    *rest = later;
    within
        .iter()
        .inspect(|event| see(**event))
        .map(|event| event.at(event.time() - start))
        .collect()
}
