//! The writer of ABC, there and back.

use formats::abc::{Book, Options, WriteOptions, write};
use music::{KeySignature, Mode, Note, NoteSequence, Tempo, TextAnnotation, TimeSignature};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::read_abc::{eighths, tune};

fn read_back(text: &str) -> NoteSequence {
    let tune =
        Book::new(text.as_bytes()).unwrap().tunes(Options::default()).next().unwrap().unwrap();
    assert_eq!(tune.warnings, [], "{text}");
    tune.sequence
}

#[test]
fn a_tune_is_laid_out_in_bars_and_beats() {
    let mut sequence = tune("C>D (3EFG ^F3/2 F/ \"Am\"A,,-|A,,4 [ce]4-|[ce]2 z6").sequence;
    sequence.metadata.title = "100 % \"Tests\"".into();
    sequence.metadata.composers = vec!["Ann".into()];
    assert_eq!(
        write(&sequence, &WriteOptions::default()).unwrap(),
        "X:1\nT:100  Tests\nC:Ann\nM:4/4\nL:1/8\nQ:1/4=120\nK:C\n\
         C3/2D/ (3EFG ^F3/2F/ \"Am\"A,,2- | A,,3[ce]- [ce]4- | [ce]z z2 z4 |]\n"
    );
}

#[test]
fn a_bar_of_compound_time_may_be_cut_to_less_than_its_beats() {
    // A time signature that comes after less than a tick for each beat of the one before.
    let meter = |time, numerator, denominator| TimeSignature { time, numerator, denominator };
    let note = Note { pitch: 60, velocity: 64, end_time: 4.0, ..Note::default() };
    for time in [1.0 / 48.0, 0.05, 0.3] {
        let sequence = NoteSequence {
            time_signatures: vec![meter(0.0, 12, 8), meter(time, 4, 4)],
            notes: vec![note],
            total_time: 4.0,
            ..NoteSequence::default()
        };
        let text = write(&sequence, &WriteOptions::default()).unwrap();
        assert!(text.contains("[M:4/4]"), "{text}");
        formats::musicxml::write(&sequence, &Default::default()).unwrap();
    }
}

#[test]
fn signatures_change_in_the_music() {
    let mut sequence = tune("[K:Bb] B_A B4 z2 [M:3/4] | [K:D] FC =F [Q:1/4=90]z3").sequence;
    sequence.reference_number = 12;
    let text = write(&sequence, &WriteOptions::default()).unwrap();
    assert!(text.starts_with("X:12\n"), "{text}");
    assert_eq!(read_back(&text).key_signatures.len(), 2);
    assert_eq!(read_back(&text).tempos.len(), 2);
    assert_eq!(eighths(&read_back(&text)), eighths(&sequence));
}

#[test]
fn voices_and_lines() {
    let note = |pitch, quarter: u32, instrument, program| Note {
        pitch,
        velocity: 90,
        start_time: 0.5 * f64::from(quarter),
        end_time: 0.5 * f64::from(quarter + 1),
        instrument,
        program,
        ..Note::default()
    };
    let sequence = NoteSequence {
        notes: (0..16).map(|quarter| note(72, quarter, 0, 0)).chain([note(48, 1, 1, 32)]).collect(),
        total_time: 8.0,
        ..NoteSequence::default()
    };
    let options = WriteOptions { bars_per_line: 3, ..WriteOptions::default() };
    assert_eq!(
        write(&sequence, &options).unwrap(),
        "X:1\nT:\nM:4/4\nL:1/8\nK:C\nV:1\nV:2 clef=bass\n%%MIDI program 32\n\
         [V:1] c2 c2 c2 c2 | c2 c2 c2 c2 | c2 c2 c2 c2 |\n[V:2] z2 C,2 z4 | z8 | z8 |\n\
         [V:1] c2 c2 c2 c2 |]\n[V:2] z8 |]\n"
    );
    let back = read_back(&write(&sequence, &options).unwrap());
    assert_eq!(eighths(&back), eighths(&sequence));
    assert_eq!(back.notes.iter().filter(|note| note.program == 32).count(), 1);
}

/// Notes on the grid of sixteenths or of triplets, each beat in one of both.
fn notes() -> impl Strategy<Value = Vec<(u8, u32, u32, u32)>> {
    vec((24u8..108, 0u32..40, 0u32..4, 1u32..9), 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_reads_back(
        places in notes(),
        (tonic, mode) in (0u8..12, 0usize..7),
        meter in 0usize..5,
        qpm in 30u32..300,
    ) {
        let modes = [
            Mode::Major, Mode::Minor, Mode::Dorian, Mode::Mixolydian, Mode::Phrygian, Mode::Lydian, Mode::Locrian,
        ];
        let (numerator, denominator) = [(4, 4), (3, 4), (6, 8), (2, 2), (5, 8)][meter];
        let second = 60.0 / f64::from(qpm);
        let notes = places.iter().enumerate().map(|(index, &(pitch, beat, part, length))| {
            // Even notes stand on sixteenths in even beats, odd ones on triplets in odd beats.
            let (beat, unit) = if index % 2 == 0 { (2 * beat, 4) } else { (2 * beat + 1, 3) };
            let start = beat * 12 + part.min(unit - 1) * (12 / unit);
            let end = start.next_multiple_of(12 / unit) + (12 / unit) * length.min(unit - part.min(unit - 1));
            Note {
                pitch,
                velocity: 90,
                start_time: f64::from(start) / 12.0 * second,
                end_time: f64::from(end) / 12.0 * second,
                ..Note::default()
            }
        });
        let mut sequence = NoteSequence {
            notes: notes.collect(),
            tempos: vec![Tempo { time: 0.0, qpm: f64::from(qpm) }],
            key_signatures: vec![KeySignature { time: 0.0, tonic, mode: modes[mode] }],
            time_signatures: vec![TimeSignature { time: 0.0, numerator, denominator }],
            text_annotations: vec![TextAnnotation {
                time: 0.0, text: "Dm7".into(), kind: music::AnnotationKind::ChordSymbol,
            }],
            ..NoteSequence::default()
        };
        let text = write(&sequence, &WriteOptions::default()).unwrap();
        let back = read_back(&text);
        let on_grid = |sequence: &NoteSequence| {
            let place = |time: f64| (time / second * 12.0).round() as i64;
            let mut notes: Vec<_> = sequence
                .notes
                .iter()
                .map(|note| (note.pitch, place(note.start_time), place(note.end_time)))
                .collect();
            notes.sort_unstable();
            // The same note twice at once is written once.
            notes.dedup();
            notes
        };
        prop_assert_eq!(on_grid(&back), on_grid(&sequence), "{}", text);
        prop_assert_eq!(&back.key_signatures, &sequence.key_signatures);
        prop_assert_eq!(&back.time_signatures, &sequence.time_signatures);
        prop_assert_eq!(&back.tempos, &sequence.tempos);
        sequence.text_annotations[0].time = 0.0;
        prop_assert_eq!(&back.text_annotations, &sequence.text_annotations);
    }
}
