//! Reads the golden files.

use std::path::Path;

use music::{
    ControlChange, KeySignature, Melody, MelodyEvent, Mode, Note, NoteSequence, PitchBend, Tempo,
    TimeSignature,
};
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

/// Whole numbers, of whatever width is wanted.
pub(crate) fn integers<T: TryFrom<i64>>(value: &Value) -> Vec<T> {
    let convert = |entry: &Value| entry.as_i64().and_then(|number| T::try_from(number).ok());
    list(value).iter().map(|entry| convert(entry).expect("a whole number in range")).collect()
}

/// A list of event codes as a melody.
pub(crate) fn melody(value: &Value) -> Melody {
    let codes = integers::<i32>(value);
    Melody::new(codes.iter().map(|code| MelodyEvent::from_code(*code).unwrap()).collect())
}

/// A number where protocol buffers leave out zeros.
pub(crate) fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(0.0)
}

/// A piece as the golden files write it: lists of numbers instead of objects.
pub(crate) fn sequence(value: &Value) -> NoteSequence {
    let byte = |entry: &Value| u8::try_from(entry.as_u64().unwrap()).unwrap();
    let word = |entry: &Value| u32::try_from(entry.as_u64().unwrap()).unwrap();
    let entries = |field: &str| value[field].as_array().cloned().unwrap_or_default();
    let tempo = |entry: &Value| Tempo { time: number(&entry[0]), qpm: number(&entry[1]) };
    let meter = |entry: &Value| TimeSignature {
        time: number(&entry[0]),
        numerator: word(&entry[1]),
        denominator: word(&entry[2]),
    };
    let key = |entry: &Value| KeySignature {
        time: number(&entry[0]),
        tonic: byte(&entry[1]),
        mode: if byte(&entry[2]) == 1 { Mode::Minor } else { Mode::Major },
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
    let control = |entry: &Value| ControlChange {
        time: number(&entry[0]),
        number: byte(&entry[1]),
        value: byte(&entry[2]),
        instrument: word(&entry[3]),
        ..ControlChange::default()
    };
    NoteSequence {
        total_time: number(&value["total_time"]),
        tempos: entries("tempos").iter().map(tempo).collect(),
        time_signatures: entries("time_signatures").iter().map(meter).collect(),
        key_signatures: entries("key_signatures").iter().map(key).collect(),
        notes: entries("notes").iter().map(note).collect(),
        control_changes: entries("control_changes").iter().map(control).collect(),
        pitch_bends: vec![PitchBend { bend: 3, ..PitchBend::default() }],
        ..NoteSequence::default()
    }
}
