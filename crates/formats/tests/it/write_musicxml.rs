//! `musicxml::write` against `musicxml::read`.

use formats::Error;
use formats::musicxml::{ReadOptions, WriteOptions, read, write};
use music::{
    AnnotationKind, InstrumentInfo, KeySignature, Mode, Note, NoteSequence, Tempo, TextAnnotation,
    TimeSignature,
};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::golden::{bytes, names};

fn written(sequence: &NoteSequence) -> String {
    write(sequence, &WriteOptions::default()).unwrap()
}

fn again(sequence: &NoteSequence) -> NoteSequence {
    let read = read(written(sequence).as_bytes(), &ReadOptions::default()).unwrap();
    assert_eq!(read.warnings, []);
    read.sequence
}

/// Part, voice, pitch, start and end (in 10^-6 seconds) of each note, sorted.
fn placed(sequence: &NoteSequence) -> Vec<(u16, u16, u8, i64, i64)> {
    let micro = |seconds: f64| (seconds * 1e6).round() as i64;
    let mut notes: Vec<_> = sequence
        .notes
        .iter()
        .map(|note| {
            let (start, end) = (micro(note.start_time), micro(note.end_time));
            (note.notation.part, note.notation.voice.max(1), note.pitch, start, end)
        })
        .collect();
    notes.sort_unstable();
    notes
}

#[test]
fn scores_come_back_as_they_were() {
    for name in names("musicxml", "musicxml") {
        let bytes = bytes(&format!("musicxml/{name}.musicxml"));
        let first = read(&bytes, &ReadOptions::default()).unwrap().sequence;
        let second = again(&first);
        assert_eq!(placed(&second), placed(&first), "{name}");
        assert_eq!(second.tempos, first.tempos, "{name}");
        assert_eq!(second.key_signatures, first.key_signatures, "{name}");
        assert_eq!(second.text_annotations, first.text_annotations, "{name}");
        assert_eq!(second.part_infos, first.part_infos, "{name}");
        assert_eq!(second.instrument_infos, first.instrument_infos, "{name}");
        assert_eq!(second.metadata, first.metadata, "{name}");
        // Without a time signature there is one for those that need it; and time behind the notes is not written.
        if name != "no_meter" {
            assert_eq!(second.time_signatures, first.time_signatures, "{name}");
        }
        // What was written once is written the same again.
        assert_eq!(written(&second), written(&again(&second)), "{name}");
    }
}

/// Notes of one instrument at 120 a minute, each with pitch, start and end in sixteenths.
fn sixteenths(notes: &[(u8, u32, u32)]) -> NoteSequence {
    let seconds = |sixteenth: u32| f64::from(sixteenth) * 0.125;
    let note = |&(pitch, start, end): &(u8, u32, u32)| Note {
        pitch,
        velocity: 100,
        start_time: seconds(start),
        end_time: seconds(end),
        ..Note::default()
    };
    NoteSequence { notes: notes.iter().map(note).collect(), ..NoteSequence::default() }
}

/// Types with dots and ties of the notes (`r` for a rest) of a written score.
fn values(text: &str) -> Vec<String> {
    let inner = |text: &str, name: &str| -> Option<String> {
        Some(text.split(&format!("<{name}>")).nth(1)?.split('<').next()?.to_owned())
    };
    let value = |note: &str| {
        let rest = if note.contains("<rest") { "r " } else { "" };
        let value = inner(note, "type").unwrap_or("bar".to_owned());
        let dot = if note.contains("<dot/>") { "." } else { "" };
        let tie = if note.contains("<tie type=\"start\"/>") { "~" } else { "" };
        format!("{rest}{value}{dot}{tie}")
    };
    text.split("<note>").skip(1).map(value).collect()
}

#[test]
fn lengths_become_note_values() {
    let text =
        written(&sixteenths(&[(60, 0, 1), (62, 1, 4), (64, 4, 9), (65, 12, 20), (67, 22, 24)]));
    let expected = [
        "16th", "eighth.", "quarter~", "16th", "r 16th", "r eighth", "quarter~", "quarter",
        "r eighth", "eighth", "r half",
    ];
    assert_eq!(values(&text), expected);
    assert_eq!(values(&written(&NoteSequence::default())), ["r bar"]);
}

#[test]
fn compound_metres_have_compound_beats() {
    let mut sequence = sixteenths(&[(60, 0, 8), (60, 8, 12), (62, 12, 18), (64, 18, 24)]);
    sequence.time_signatures = vec![TimeSignature { time: 0.0, numerator: 6, denominator: 8 }];
    assert_eq!(
        values(&written(&sequence)),
        ["quarter.~", "eighth", "quarter", "quarter.", "quarter."]
    );
}

#[test]
fn triplets_stand_in_half_a_beat_a_beat_or_two() {
    let twelfths = [(0, 2), (2, 4), (4, 6), (6, 8), (8, 10), (24, 32), (32, 40), (40, 48)];
    let mut sequence = NoteSequence::default();
    for (start, end) in twelfths {
        let seconds = |twelfth: u32| f64::from(twelfth) / 24.0;
        let (start_time, end_time) = (seconds(start), seconds(end));
        sequence.notes.push(Note {
            pitch: 60,
            velocity: 9,
            start_time,
            end_time,
            ..Note::default()
        });
    }
    let text = written(&sequence);
    let expected = [
        "16th",
        "16th",
        "16th",
        "16th",
        "16th",
        "r 16th",
        "r quarter",
        "quarter",
        "quarter",
        "quarter",
    ];
    assert_eq!(values(&text), expected);
    assert_eq!(text.matches("<tuplet type=\"start\"/>").count(), 2);
    assert_eq!(text.matches("<tuplet type=\"stop\"/>").count(), 2);
}

#[test]
fn played_notes_are_moved_to_sixteenths() {
    let mut sequence = sixteenths(&[(60, 0, 2), (62, 2, 4), (64, 4, 8)]);
    for note in &mut sequence.notes {
        note.start_time += 0.021;
        note.end_time -= 0.013;
    }
    let notes = placed(&again(&sequence));
    let expected = sixteenths(&[(60, 0, 2), (62, 2, 4), (64, 4, 8)]);
    assert_eq!(notes, placed(&expected));
}

#[test]
fn accidentals_stand_where_the_signature_and_the_bar_do_not_give_them() {
    // In A major: C sharp is in the signature, C natural is not, and holds until the bar ends.
    let notes = [(73, 0, 4), (72, 4, 8), (72, 8, 12), (73, 12, 16), (73, 16, 20), (75, 20, 32)];
    let mut sequence = sixteenths(&notes);
    sequence.key_signatures = vec![KeySignature { time: 0.0, tonic: 9, mode: Mode::Major }];
    let text = written(&sequence);
    let signs: Vec<_> =
        text.match_indices("<accidental>").map(|(at, tag)| &text[at + tag.len()..][..5]).collect();
    assert_eq!(signs, ["natur", "sharp", "sharp"]);
    assert!(text.contains("<fifths>3</fifths>"));
}

#[test]
fn overlaps_get_voices_and_instruments_parts() {
    let mut sequence =
        sixteenths(&[(60, 0, 16), (64, 0, 8), (67, 4, 12), (72, 0, 16), (40, 0, 16)]);
    sequence.notes[4].instrument = 3;
    sequence.notes[4].program = 42;
    sequence.instrument_infos =
        vec![InstrumentInfo { instrument: 3, name: "<Cello>\u{1}".to_owned() }];
    let read = again(&sequence);
    let voices: Vec<_> = read
        .notes
        .iter()
        .map(|note| (note.notation.part, note.notation.voice, note.pitch))
        .collect();
    assert_eq!(voices, [(0, 1, 64), (0, 2, 60), (0, 2, 72), (0, 3, 67), (1, 1, 40)]);
    assert_eq!(read.part_infos[1].name, "<Cello>");
    assert_eq!(read.notes[4].program, 42);
    assert!(written(&sequence).contains("<sign>F</sign>"));
}

#[test]
fn drums_are_left_out() {
    let mut sequence = sixteenths(&[(36, 0, 4), (60, 0, 4)]);
    sequence.notes[0].is_drum = true;
    assert_eq!(again(&sequence).notes.len(), 1);
}

#[test]
fn chord_symbols_keep_their_figures() {
    let mut sequence = sixteenths(&[(60, 0, 96)]);
    let figures = [
        "C",
        "Bbm7",
        "F#m7b5",
        "Ebmaj7(#11)",
        "G7(b9)(no3)/B",
        "N.C.",
        "Dsus7",
        "Aaug9",
        "Cm(maj7)",
        "D6(add9)",
        "Abdim7/Gb",
        "Csomething/else",
    ];
    let kind = AnnotationKind::ChordSymbol;
    for (index, figure) in figures.iter().enumerate() {
        let text = TextAnnotation { time: index as f64 * 0.75, text: (*figure).to_owned(), kind };
        sequence.text_annotations.push(text);
    }
    let mut expected = sequence.text_annotations.clone();
    sequence.text_annotations.push(TextAnnotation {
        time: 0.0,
        text: "Allegro".to_owned(),
        kind: AnnotationKind::Unknown,
    });
    sequence.text_annotations.push(TextAnnotation { time: 0.0, text: "?".to_owned(), kind });
    expected.sort_by(|a, b| a.time.total_cmp(&b.time));
    assert_eq!(again(&sequence).text_annotations, expected);
}

#[test]
fn what_cannot_be_written_is_named() {
    let error = |sequence: &NoteSequence| match write(sequence, &WriteOptions::default()) {
        Err(Error::OutOfRange { field, index, .. }) => (field, index),
        other => panic!("{other:?}"),
    };
    let good = sixteenths(&[(60, 0, 4)]);
    let mut late = good.clone();
    late.notes[0].end_time = 1e9;
    assert_eq!(error(&late), ("note.end_time", 0));
    late.notes[0].end_time = f64::NAN;
    assert_eq!(error(&late), ("note.end_time", 0));
    let mut high = good.clone();
    high.notes[0].pitch = 128;
    assert_eq!(error(&high), ("note.pitch", 0));
    let mut still = good.clone();
    still.tempos = vec![Tempo { time: 0.0, qpm: 0.0 }];
    assert_eq!(error(&still), ("tempo.qpm", 0));
    let mut thin = good.clone();
    thin.time_signatures = vec![TimeSignature { time: 0.0, numerator: 1, denominator: 1024 }];
    assert_eq!(error(&thin), ("time_signature.denominator", 0));
    let mut long = good.clone();
    long.notes[0].end_time = 5e5;
    long.time_signatures = vec![TimeSignature { time: 0.0, numerator: 1, denominator: 32 }];
    assert_eq!(error(&long), ("measures", 0));
    let mut crowd = sixteenths(&[(60, 0, 4); 65]);
    for (index, note) in crowd.notes.iter_mut().enumerate() {
        note.end_time = f64::from(index as u32 + 1) * 0.125;
    }
    assert_eq!(error(&crowd), ("voices", 0));
    let options = WriteOptions { divisions: 10 };
    assert!(matches!(write(&good, &options), Err(Error::OutOfRange { field: "divisions", .. })));
}

/// One beat of a voice as the ticks (24 a quarter) where it is cut.
fn beat() -> impl Strategy<Value = Vec<u32>> {
    let grids: [&[u32]; 6] = [
        &[0, 6, 12, 18],
        &[0, 8, 16],
        &[0, 3, 6, 9, 12, 15, 18, 21],
        &[0, 4, 8, 12, 16, 20],
        &[0, 4, 8, 12, 18],
        &[0, 6, 12, 16, 20],
    ];
    (0..grids.len(), any::<u8>()).prop_map(move |(grid, mask)| {
        let cuts = grids[grid].iter().enumerate();
        cuts.filter(|(index, _)| mask >> index & 1 == 1).map(|(_, cut)| *cut).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_stands_on_the_grid_comes_back(
        beats in vec((beat(), vec(0u8..6, 8)), 1..24),
        meter in prop::sample::select(vec![(4, 4), (3, 4), (6, 8), (2, 2), (7, 8), (5, 16)]),
        divisions in prop::sample::select(vec![24u32, 48, 96]),
        qpm in 40.0f64..200.0,
        tonic in 0u8..12,
    ) {
        let cuts: Vec<u32> = beats
            .iter()
            .enumerate()
            .flat_map(|(beat, (cuts, _))| cuts.iter().map(move |cut| 24 * beat as u32 + cut))
            // Where bars are no whole beats, triplets may lie across a barline and cannot be written.
            .filter(|cut| meter.1 < 8 || cut % 6 == 0)
            .collect();
        let pitches = beats.iter().flat_map(|(_, pitches)| pitches);
        let mut sequence = NoteSequence {
            tempos: vec![Tempo { time: 0.0, qpm }],
            key_signatures: vec![KeySignature { time: 0.0, tonic, mode: Mode::Minor }],
            time_signatures: vec![TimeSignature { time: 0.0, numerator: meter.0, denominator: meter.1 }],
            ..NoteSequence::default()
        };
        for (pair, pitch) in cuts.windows(2).zip(pitches) {
            // 0 is a rest.
            if *pitch > 0 {
                let seconds = |tick: u32| f64::from(tick) / 24.0 * 60.0 / qpm;
                let (start_time, end_time) = (seconds(pair[0]), seconds(pair[1]));
                let note = Note { pitch: 55 + 3 * pitch, velocity: 64, start_time, end_time, ..Note::default() };
                sequence.notes.push(note);
            }
        }
        let text = write(&sequence, &WriteOptions { divisions }).unwrap();
        let read = read(text.as_bytes(), &ReadOptions::default()).unwrap();
        prop_assert_eq!(placed(&read.sequence), placed(&sequence));
        prop_assert_eq!(read.sequence.time_signatures, sequence.time_signatures);
        prop_assert_eq!(read.sequence.key_signatures, sequence.key_signatures);
        prop_assert_eq!(read.warnings, []);
    }
}
