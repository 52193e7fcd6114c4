//! Melodies of whole pieces.

use corpus::extract::{Counters, ExtractOptions, extract_melodies, melodies_of, primer_of};
use music::TimeSignature;
use music::quantize::{QuantizedNote, QuantizedSequence, quantize, split_on_time_changes};
use serde_json::{Map, Value, json};

use crate::golden::{codes, list, load, sequence};

/// The counters as the golden file writes them: those of the extractor that it knows.
fn describe(counters: &Counters, golden: &Value) -> Value {
    let known: Map<String, Value> = golden
        .as_object()
        .unwrap()
        .keys()
        .map(|name| {
            let count = counters.entries().into_iter().find(|(entry, _)| entry == name);
            let buckets = counters.melody_lengths_in_bars.buckets();
            let histogram = buckets.map(|(bound, count)| (bound.to_string(), json!(count)));
            let unreachable = ("-inf".to_owned(), json!(0));
            let histogram = || histogram.chain([unreachable]).collect::<Map<_, _>>().into();
            (name.clone(), count.map_or_else(histogram, |(_, count)| json!(count)))
        })
        .collect();
    known.into()
}

#[test]
fn melodies_and_counters_are_magentas_part_by_part() {
    let cases = load("extracted.json");
    let mut melodies = 0;
    for case in list(&cases) {
        let parts = split_on_time_changes(&sequence(&case["sequence"]));
        assert_eq!(parts.len(), list(&case["splits"]).len(), "{}", case["file"]);
        for (part, golden) in parts.iter().zip(list(&case["splits"])) {
            let quantized = quantize(part, 4).unwrap();
            let extracted = extract_melodies(&quantized, &ExtractOptions::default());
            assert_eq!(extracted.melodies.len(), list(&golden["melodies"]).len());
            for (melody, golden) in extracted.melodies.iter().zip(list(&golden["melodies"])) {
                let described = json!({
                    "start_step": melody.start_step,
                    "end_step": melody.end_step(),
                    "steps_per_bar": melody.steps_per_bar,
                    "steps_per_quarter": melody.steps_per_quarter,
                    "events": codes(melody),
                });
                assert_eq!(&described, golden, "{}", case["file"]);
            }
            let counters = &golden["counters"];
            assert_eq!(&describe(&extracted.counters, counters), counters, "{}", case["file"]);
            melodies += extracted.melodies.len();
        }
    }
    assert!(melodies > 15, "{melodies}");
}

#[test]
fn a_piece_gives_the_melodies_of_its_parts() {
    for case in list(&load("extracted.json")) {
        let extracted = melodies_of(&sequence(&case["sequence"]), &ExtractOptions::default());
        let golden = list(&case["splits"]).iter().flat_map(|part| list(&part["melodies"]));
        let expected: Vec<&Value> = golden.map(|melody| &melody["events"]).collect();
        let events: Vec<Value> = extracted.melodies.iter().map(codes).collect();
        assert_eq!(events.iter().collect::<Vec<_>>(), expected, "{}", case["file"]);
        assert_eq!(extracted.settings.len(), expected.len());
        for (melody, setting) in extracted.melodies.iter().zip(&extracted.settings) {
            let bar = setting.time_signature.steps_per_bar(melody.steps_per_quarter);
            assert_eq!(bar, Some(melody.steps_per_bar), "{}", case["file"]);
        }
        let searched = extracted.counters.transpositions_generated;
        assert_eq!(searched, list(&case["splits"]).len() as u64);
    }
}

#[test]
fn gaps_and_chords_can_be_ignored() {
    let options = ExtractOptions {
        min_bars: 0,
        max_steps: usize::MAX,
        min_unique_pitches: 1,
        gap_bars: f64::INFINITY,
        ignore_polyphonic_notes: true,
    };
    let mut melodies = 0;
    for case in list(&load("extracted.json")) {
        let extracted = melodies_of(&sequence(&case["sequence"]), &options);
        let golden = list(&case["splits"])
            .iter()
            .flat_map(|part| part["primer_style_melodies"].as_array().into_iter().flatten());
        let expected: Vec<&Value> = golden.map(|melody| &melody["events"]).collect();
        let events: Vec<Value> = extracted.melodies.iter().map(codes).collect();
        assert_eq!(events.iter().collect::<Vec<_>>(), expected, "{}", case["file"]);
        melodies += events.len();
    }
    assert!(melodies > 20, "{melodies}");
}

/// Random notes as the golden file writes them.
fn random_sequence(case: &Value) -> QuantizedSequence {
    let [numerator, denominator] =
        [0, 1].map(|index| case["time_signature"][index].as_u64().unwrap() as u32);
    let note = |entry: &Value| {
        let number = |index: usize| entry[index].as_u64().unwrap();
        QuantizedNote {
            start_step: number(0) as usize,
            end_step: number(1) as usize,
            instrument: number(2) as u32,
            pitch: number(3) as u8,
            velocity: number(4) as u8,
            program: 0,
            is_drum: number(5) == 1,
        }
    };
    QuantizedSequence {
        notes: list(&case["notes"]).iter().map(note).collect(),
        time_signature: TimeSignature { time: 0.0, numerator, denominator },
        qpm: 120.0,
        total_steps: 0,
        steps_per_quarter: 4,
    }
}

#[test]
fn random_notes_give_magentas_melodies_under_any_options() {
    let cases = load("random.json");
    assert_eq!(list(&cases).len(), 72);
    for case in list(&cases) {
        let option = |name: &str| case["options"][name].as_u64().unwrap() as usize;
        let options = ExtractOptions {
            min_bars: option("min_bars"),
            max_steps: option("max_steps_truncate"),
            min_unique_pitches: option("min_unique_pitches"),
            gap_bars: case["options"]["gap_bars"].as_f64().unwrap(),
            ignore_polyphonic_notes: case["options"]["ignore_polyphonic_notes"] == true,
        };
        let extracted = extract_melodies(&random_sequence(case), &options);
        let melodies: Vec<Value> = extracted
            .melodies
            .iter()
            .map(|melody| json!([melody.start_step, melody.end_step(), codes(melody)]))
            .collect();
        assert_eq!(Value::from(melodies), case["melodies"], "{options:?}");
        for (name, count) in extracted.counters.entries() {
            let golden = case["counters"].get(name);
            assert!(golden.is_none_or(|golden| *golden == count), "{name} {options:?}");
        }
        for (bound, count) in extracted.counters.melody_lengths_in_bars.buckets() {
            let name = format!("melody_lengths_in_bars[{bound}]");
            assert_eq!(case["counters"][&name], count, "{name}");
        }
    }
}

#[test]
fn primers_are_magentas_where_it_accepts_the_piece() {
    let mut alone = 0;
    for case in list(&load("extracted.json")) {
        let [part] = list(&case["splits"]) else { continue };
        let golden = list(&part["primer_style_melodies"]);
        let primer = primer_of(&sequence(&case["sequence"]));
        assert_eq!(primer.is_ok(), !golden.is_empty(), "{}", case["file"]);
        let Ok(primer) = primer else { continue };
        let melody = codes(&primer.melody);
        let found = golden.iter().find(|golden| golden["events"] == melody);
        let found = found.unwrap_or_else(|| panic!("{}: {primer}", case["file"]));
        assert_eq!(found["start_step"], primer.melody.start_step);
        assert_eq!(found["steps_per_bar"], primer.melody.steps_per_bar);
        alone += usize::from(golden.len() == 1);
    }
    assert!(alone >= 8, "{alone}");
}

#[test]
fn a_primer_goes_on_through_changes_of_tempo_and_metre() {
    let golden = load("extracted.json");
    let changing = list(&golden).iter().find(|case| case["file"] == "syn_timechanges").unwrap();
    let primer = primer_of(&sequence(&changing["sequence"])).unwrap();
    assert_eq!(primer.name, "lead");
    let parts = list(&changing["splits"]).iter();
    let notes = |melodies: &Value| -> usize {
        let events = list(melodies).iter().flat_map(|melody| list(&melody["events"]));
        events.filter(|event| event.as_i64().unwrap() >= 0).count()
    };
    // Cut at the changes, the parts have the same notes: those that cross a cut are counted once there too.
    let total: usize = parts.map(|part| notes(&part["primer_style_melodies"])).sum();
    assert_eq!(primer.melody.pitches().count(), total);
}
