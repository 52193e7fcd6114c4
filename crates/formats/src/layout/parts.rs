//! Notes to parts, and parts to voices in which nothing overlaps.

use std::collections::BTreeMap;

use music::{Note, NoteSequence, Pitch};

use super::grid::{Bar, Clock, shortest, snap};
use crate::Result;
use crate::error::check;

/// Voices into which overlapping notes of one voice are put.
const MAX_LAYERS: usize = 64;

/// What one player reads.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// Its name; empty when it has none.
    pub name: String,
    /// MIDI program, 0 to 127.
    pub program: u8,
    /// By number; never empty. Chords of a voice do not overlap.
    pub voices: BTreeMap<u16, Vec<Chord>>,
}

/// Notes that begin and end together.
#[derive(Clone, Debug, PartialEq)]
pub struct Chord {
    /// Ticks before it.
    pub start: i64,
    /// Ticks up to its end.
    pub end: i64,
    /// From low to high.
    pub pitches: Vec<Pitch>,
}

/// The parts of a sequence: those of its score if it comes from one, or else its instruments. Drums have none.
pub(super) fn parts(
    sequence: &NoteSequence,
    clock: &Clock,
    bars: &[Bar],
    divisions: i64,
) -> Result<Vec<Part>> {
    let is_score = sequence.notes.iter().any(|note| note.notation.voice > 0);
    let mut groups: BTreeMap<u32, Vec<(usize, &Note)>> = BTreeMap::new();
    if is_score {
        groups.extend(sequence.part_infos.iter().map(|info| (info.part.into(), Vec::new())));
    }
    for (index, note) in sequence.notes.iter().enumerate().filter(|(_, note)| !note.is_drum) {
        check("note.pitch", index, note.pitch.into(), "0..=127", note.pitch < 128)?;
        let key = if is_score { note.notation.part.into() } else { note.instrument };
        groups.entry(key).or_default().push((index, note));
    }
    let mut parts = Vec::with_capacity(groups.len());
    for (key, notes) in groups {
        let program = notes.first().map_or(0, |(_, note)| note.program.min(127));
        let name = name(sequence, is_score, key);
        let voices = voices(&notes, clock, bars, divisions)?;
        parts.push(Part { name, program, voices });
    }
    if parts.is_empty() {
        parts.push(Part::default());
    }
    for part in &mut parts {
        if part.voices.is_empty() {
            part.voices.insert(1, Vec::new());
        }
    }
    Ok(parts)
}

fn name(sequence: &NoteSequence, is_score: bool, key: u32) -> String {
    let part = sequence.part_infos.iter().find(|info| u32::from(info.part) == key);
    let instrument = sequence.instrument_infos.iter().find(|info| info.instrument == key);
    let name = match is_score {
        true => part.map(|info| &info.name),
        false => instrument.map(|info| &info.name),
    };
    name.cloned().unwrap_or_default()
}

fn voices(
    notes: &[(usize, &Note)],
    clock: &Clock,
    bars: &[Bar],
    divisions: i64,
) -> Result<BTreeMap<u16, Vec<Chord>>> {
    let mut by_voice: BTreeMap<u16, Vec<(usize, &Note)>> = BTreeMap::new();
    for (index, note) in notes {
        by_voice.entry(note.notation.voice.max(1)).or_default().push((*index, note));
    }
    let mut used = by_voice.keys().copied().collect::<Vec<_>>();
    let mut voices = BTreeMap::new();
    for (voice, notes) in by_voice {
        let layers = layers(&chords(&notes, clock, bars, divisions)?)?;
        for (layer, chords) in layers.into_iter().enumerate() {
            let free = (1..).find(|number| !used.contains(number)).unwrap_or(u16::MAX);
            let number = if layer == 0 { voice } else { free };
            used.push(number);
            voices.insert(number, chords);
        }
    }
    Ok(voices)
}

/// The notes on the grid, those together that begin and end together, by start.
fn chords(
    notes: &[(usize, &Note)],
    clock: &Clock,
    bars: &[Bar],
    divisions: i64,
) -> Result<Vec<Chord>> {
    let mut places = Vec::with_capacity(2 * notes.len());
    for (index, note) in notes {
        places.push(clock.ticks("note.start_time", *index, note.start_time)?);
        places.push(clock.ticks("note.end_time", *index, note.end_time)?);
    }
    snap(&mut places, bars, divisions);
    let mut chords: BTreeMap<(i64, i64), Vec<Pitch>> = BTreeMap::new();
    for ((_, note), place) in notes.iter().zip(places.chunks_exact(2)) {
        let (start, end) = (place[0] as i64, place[1] as i64);
        // A note too short for the grid lasts as long as the shortest that fits behind its start.
        let unit = shortest(divisions).max(divisions / 8);
        let end = if end > start { end } else { start + unit - start.rem_euclid(unit) };
        let pitches = chords.entry((start, end)).or_default();
        if let Err(place) = pitches.binary_search(&note.pitch) {
            pitches.insert(place, note.pitch);
        }
    }
    let chords = chords.into_iter();
    Ok(chords.map(|((start, end), pitches)| Chord { start, end, pitches }).collect())
}

/// Puts chords that overlap into different layers, each into the first that is free.
fn layers(chords: &[Chord]) -> Result<Vec<Vec<Chord>>> {
    let mut layers: Vec<Vec<Chord>> = Vec::new();
    for chord in chords {
        let free =
            |layer: &&mut Vec<Chord>| layer.last().is_none_or(|last| last.end <= chord.start);
        match layers.iter_mut().find(free) {
            Some(layer) => layer.push(chord.clone()),
            None => layers.push(vec![chord.clone()]),
        }
        let count = layers.len();
        let expected = "at most 64 that overlap within one";
        check("voices", 0, count as f64, expected, count <= MAX_LAYERS)?;
    }
    Ok(layers)
}
