//! Splitting and quantization of pieces.

use music::quantize::{parts_of, quantize, quantize_to_step, split_on_time_changes};
use music::{KeySignature, Mode, NoteSequence};
use serde_json::{Value, json};

use crate::golden::{list, load, number, sequence};

#[test]
fn times_fall_on_the_steps_of_the_table() {
    let table = load("quantize_to_step.json");
    assert_eq!(list(&table).len(), 117);
    for row in list(&table) {
        let [seconds, per_second, cutoff] = [0, 1, 2].map(|column| number(&row[column]));
        let step = quantize_to_step(seconds, per_second, cutoff).unwrap();
        assert_eq!(Value::from(step), row[3], "{row}");
    }
}

/// Everything about a part that note-seq decides, as the golden file writes it.
fn describe(part: &NoteSequence) -> Value {
    let key = |key: &KeySignature| json!([key.time, key.tonic, i32::from(key.mode == Mode::Minor)]);
    let info = part.subsequence_info;
    json!({
        "total_time": part.total_time,
        "offsets": [info.start_time_offset, info.end_time_offset],
        "tempos": part.tempos.iter().map(|tempo| json!([tempo.time, tempo.qpm])).collect::<Vec<_>>(),
        "time_signatures": part.time_signatures.iter()
            .map(|meter| json!([meter.time, meter.numerator, meter.denominator])).collect::<Vec<_>>(),
        "key_signatures": part.key_signatures.iter().map(key).collect::<Vec<_>>(),
        "notes": part.notes.iter().map(|note| json!([
            note.pitch, note.velocity, note.start_time, note.end_time,
            note.instrument, note.program, i32::from(note.is_drum)
        ])).collect::<Vec<_>>(),
        "control_changes": part.control_changes.iter()
            .map(|change| json!([change.time, change.number, change.value, change.instrument]))
            .collect::<Vec<_>>(),
        "pitch_bends": part.pitch_bends.len(),
    })
}

#[test]
fn random_pieces_are_split_as_by_note_seq() {
    let cases = load("splits.json");
    let mut parts = 0;
    for case in list(&cases) {
        let mut sequence = sequence(&case["sequence"]);
        sequence
            .instrument_infos
            .push(music::InstrumentInfo { instrument: 1, name: "lead".into() });
        let split = split_on_time_changes(&sequence);
        assert_eq!(split.len(), list(&case["parts"]).len());
        for (part, golden) in split.iter().zip(list(&case["parts"])) {
            assert_eq!(&describe(part), golden);
            assert_eq!(part.instrument_infos, sequence.instrument_infos);
            assert_eq!(part.ticks_per_quarter, sequence.ticks_per_quarter);
        }
        for (lean, part) in parts_of(&sequence, 4).iter().zip(&split) {
            assert_eq!(lean.start, part.subsequence_info.start_time_offset);
            let quantized = match (quantize(part, 4), &lean.grid) {
                (Ok(quantized), Ok(grid)) => {
                    assert_eq!(
                        (grid.time_signature, grid.qpm, grid.steps_per_bar()),
                        (quantized.time_signature, quantized.qpm, quantized.steps_per_bar())
                    );
                    quantized
                }
                (quantized, grid) => {
                    assert_eq!(quantized.err().as_ref(), grid.as_ref().err());
                    continue;
                }
            };
            let mut notes: Vec<_> = sequence.notes.iter().collect();
            notes.retain(|note| (lean.start..lean.end).contains(&note.start_time));
            notes.sort_by(|a, b| a.start_time.total_cmp(&b.start_time));
            let notes: Result<Vec<_>, _> =
                notes.into_iter().map(|note| lean.quantize(note)).collect();
            assert_eq!(notes.unwrap(), quantized.notes);
        }
        assert_eq!(parts_of(&sequence, 4).len(), split.len());
        parts += split.len();
    }
    assert!(parts >= 50, "{parts}");
}

#[test]
fn pieces_fall_on_the_same_steps() {
    let cases = load("quantized.json");
    assert!(list(&cases).len() > 10);
    for case in list(&cases) {
        let parts = split_on_time_changes(&sequence(&case["sequence"]));
        assert_eq!(parts.len(), list(&case["splits"]).len(), "{}", case["file"]);
        for (part, golden) in parts.iter().zip(list(&case["splits"])) {
            let description = describe(part);
            assert_eq!(description["total_time"], golden["total_time"]);
            assert_eq!(description["offsets"][0], golden["start_time_offset"]);
            assert_eq!(description["offsets"][1], golden["end_time_offset"]);
            let quantized = quantize(part, 4).unwrap();
            assert_eq!(Value::from(quantized.total_steps), golden["total_quantized_steps"]);
            let bar = golden["steps_per_bar"].as_f64().filter(|steps| steps.fract() == 0.0);
            assert_eq!(quantized.steps_per_bar().map(|steps| steps as f64), bar);
            let notes: Vec<Value> = quantized
                .notes
                .iter()
                .map(|note| {
                    json!([
                        note.instrument,
                        note.program,
                        i32::from(note.is_drum),
                        note.pitch,
                        note.velocity,
                        note.start_step,
                        note.end_step
                    ])
                })
                .collect();
            assert_eq!(Value::from(notes), golden["notes"], "{}", case["file"]);
        }
    }
}
