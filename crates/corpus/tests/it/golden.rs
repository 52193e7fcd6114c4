//! Reads the golden files.

use std::path::Path;

use music::{InstrumentInfo, Melody, Note, NoteSequence, Tempo, TimeSignature};
use serde_json::Value;

/// A golden file's content.
pub(crate) fn load(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The entries of a list.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

/// The event codes of a melody.
pub(crate) fn codes(melody: &Melody) -> Value {
    melody.events.iter().map(|event| event.code()).collect()
}

/// A piece as the golden files write it: lists of numbers instead of objects.
pub(crate) fn sequence(value: &Value) -> NoteSequence {
    let number = |entry: &Value| entry.as_f64().unwrap();
    let word = |entry: &Value| u32::try_from(entry.as_u64().unwrap()).unwrap();
    let byte = |entry: &Value| u8::try_from(entry.as_u64().unwrap()).unwrap();
    let tempo = |entry: &Value| Tempo { time: number(&entry[0]), qpm: number(&entry[1]) };
    let meter = |entry: &Value| TimeSignature {
        time: number(&entry[0]),
        numerator: word(&entry[1]),
        denominator: word(&entry[2]),
    };
    let name = |entry: &Value| InstrumentInfo {
        instrument: word(&entry[0]),
        name: entry[1].as_str().unwrap().to_owned(),
    };
    let note = |entry: &Value| Note {
        pitch: byte(&entry[0]),
        velocity: byte(&entry[1]),
        start_time: number(&entry[2]),
        end_time: number(&entry[3]),
        instrument: word(&entry[4]),
        program: byte(&entry[5]),
        is_drum: byte(&entry[6]) == 1,
        ..Note::default()
    };
    NoteSequence {
        total_time: number(&value["total_time"]),
        tempos: list(&value["tempos"]).iter().map(tempo).collect(),
        time_signatures: list(&value["time_signatures"]).iter().map(meter).collect(),
        instrument_infos: list(&value["instrument_infos"]).iter().map(name).collect(),
        notes: list(&value["notes"]).iter().map(note).collect(),
        ..NoteSequence::default()
    }
}
