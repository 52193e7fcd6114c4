use music::{KeySignature, Melody, Mode, Note, Tempo, TimeSignature, ToSequence};
use proptest::prelude::*;

use super::*;
use crate::Error;

fn sequence(melody: &str) -> NoteSequence {
    Melody::parse(melody).unwrap().to_sequence(&ToSequence::default())
}

fn layout(sequence: &NoteSequence) -> Layout {
    Layout::new(sequence, DIVISIONS).unwrap()
}

fn score(sequence: &NoteSequence) -> Score {
    Score::new(&layout(sequence)).unwrap()
}

fn svg(sequence: &NoteSequence) -> String {
    score_svg(sequence, &ScoreOptions::default()).unwrap().finish()
}

/// Sixteenths under each beam of the first bar, by their places in the bar.
fn beams(meter: (u32, u32), melody: &str) -> Vec<Vec<i64>> {
    let mut sequence = sequence(melody);
    let (numerator, denominator) = meter;
    sequence.time_signatures.push(TimeSignature { time: 0.0, numerator, denominator });
    let bar = &score(&sequence).bars[0].staves[0];
    let start = |index: &usize| bar.items[*index].symbol.start / i64::from(DIVISIONS / 4);
    bar.beams.iter().map(|beam| beam.iter().map(start).collect()).collect()
}

#[test]
fn beams_show_the_beats() {
    let eighths = "[60, -2, 62, -2, 64, -2, 65, -2, 67, -2, 69, -2, 71, -2, 72, -2]";
    assert_eq!(beams((4, 4), eighths), [[0, 2, 4, 6], [8, 10, 12, 14]]);
    assert_eq!(beams((2, 4), eighths), [[0, 2, 4, 6]]);
    assert_eq!(beams((3, 4), eighths), [[0, 2, 4, 6, 8, 10]]);
    assert_eq!(beams((6, 8), eighths), [[0, 2, 4], [6, 8, 10]]);
    assert_eq!(beams((5, 8), eighths), vec![vec![0, 2, 4], vec![6, 8]]);
    // Sixteenths keep to the beat, and so does what stands with them; a rest ends a beam.
    let mixed = "[60, 62, 64, -2, 65, -2, 67, -2, -1, -2, 69, -2, 71, -2, -2, -2]";
    assert_eq!(beams((4, 4), mixed), vec![vec![0, 1, 2], vec![4, 6]]);
}

#[test]
fn stems_go_away_from_the_far_side_of_the_middle_line() {
    let score =
        score(&sequence("[60, -2, -2, -2, 71, -2, -2, -2, 79, -2, -2, -2, 69, -2, -2, -2]"));
    let up: Vec<bool> = score.bars[0].staves[0].items.iter().map(|item| item.up).collect();
    assert_eq!(up, [true, false, false, true]);
}

#[test]
fn two_voices_have_stems_up_and_down_and_their_heads_do_not_touch() {
    let voice = |pitch: u8, quarter: u32, quarters: u32, voice: u16| Note {
        pitch,
        start_time: f64::from(quarter) * 0.5,
        end_time: f64::from(quarter + quarters) * 0.5,
        notation: music::Notation { voice, ..music::Notation::default() },
        ..Note::default()
    };
    // A second, then a unison of other lengths, then a third.
    let notes = vec![
        voice(72, 0, 1, 1),
        voice(72, 1, 1, 1),
        voice(76, 2, 2, 1),
        voice(71, 0, 1, 2),
        voice(72, 1, 2, 2),
        voice(72, 3, 1, 2),
    ];
    let score = score(&NoteSequence { notes, ..NoteSequence::default() });
    let items = &score.bars[0].staves[0].items;
    assert!(items.iter().all(|item| item.up == (item.voice == 0)));
    let shifted: Vec<bool> = items.iter().map(|item| item.x > 0.0).collect();
    assert_eq!(shifted, [false, false, false, true, true, false]);
}

#[test]
fn heads_of_a_second_are_on_both_sides_of_the_stem_and_signs_keep_apart() {
    let note = |pitch| Note { pitch, end_time: 0.5, ..Note::default() };
    let notes = [61, 63, 65, 66].map(note).to_vec();
    let score = score(&NoteSequence { notes, ..NoteSequence::default() });
    let chord = &score.bars[0].staves[0].items[0];
    // C sharp, E flat, F, F sharp, all under the middle line.
    let xs: Vec<bool> = chord.heads.iter().map(|head| head.x > 0.0).collect();
    assert_eq!(xs, [false, false, true, false]);
    let signs: Vec<f64> = chord.heads.iter().filter_map(|head| head.sign).map(|it| it.1).collect();
    assert_eq!(signs.len(), 3);
    assert!(signs.iter().all(|x| *x < 0.0));
    assert!((signs[0] - signs[1]).abs() > 0.8 && (signs[1] - signs[2]).abs() > 0.8, "{signs:?}");
}

#[test]
fn lines_are_filled_and_bars_are_even() {
    let bars = "60, -2, 62, -2, 64, -2, 65, -2, 67, -2, 65, -2, 64, -2, 62, -2, ".repeat(8);
    let score = score(&sequence(&format!("[{}]", bars.trim_end_matches(", "))));
    let systems = systems::systems(&score, 110.0, 0.0);
    let counts: Vec<usize> = systems.iter().map(|system| system.bars.len()).collect();
    assert_eq!(counts, [4, 4]);
    assert!(systems.iter().all(|system| (system.width - 110.0).abs() < 0.01));
}

#[test]
fn a_piece_without_a_key_gets_one() {
    let scale = "62, -2, 64, -2, 66, -2, 67, -2, 69, -2, 71, -2, 73, -2, 74, -2";
    let d_major = format!("[{scale}, {scale}]");
    // The signature has two sharps, or else each bar.
    assert_eq!(svg(&sequence(&d_major)).matches("href=\"#music-accidentalSharp\"").count(), 2);
    let mut in_c = sequence(&d_major);
    in_c.key_signatures.push(KeySignature { time: 0.0, tonic: 0, mode: Mode::Major });
    assert_eq!(svg(&in_c).matches("href=\"#music-accidentalSharp\"").count(), 4);
}

#[test]
fn what_is_too_much_is_refused() {
    let note = |start: u32| Note {
        pitch: 60,
        start_time: f64::from(start),
        end_time: f64::from(start) + 1.0,
        ..Note::default()
    };
    // Fifty hours.
    let long = NoteSequence { notes: vec![note(0), note(180_000)], ..NoteSequence::default() };
    let error = score_svg(&long, &ScoreOptions::default()).unwrap_err();
    assert!(matches!(error, Error::TooMuch { what: "bars", .. }), "{error}");
    let many = NoteSequence { notes: vec![note(0); MAX_NOTES + 1], ..NoteSequence::default() };
    let error = score_svg(&many, &ScoreOptions::default()).unwrap_err();
    assert!(matches!(error, Error::TooMuch { what: "notes", .. }), "{error}");
    // Ten thousand at once are a chord of all the pitches that there are.
    let notes =
        (0..10_000u32).map(|index| Note { pitch: (index % 128) as u8, ..note(0) }).collect();
    let chord = NoteSequence { notes, ..NoteSequence::default() };
    assert_eq!(svg(&chord).matches("href=\"#music-noteheadHalf\"").count(), 128);
}

#[test]
fn a_score_without_notes_is_a_bar_of_rest() {
    let text = svg(&NoteSequence::default());
    assert_eq!(text.matches("href=\"#music-restWhole\"").count(), 1);
    assert!(!text.contains("notehead"));
}

fn events() -> impl Strategy<Value = String> {
    let event = prop_oneof![3 => Just(-2i32), 1 => Just(-1), 3 => 36..96i32];
    prop::collection::vec(event, 1..100).prop_map(|events| format!("{events:?}"))
}

fn meters() -> impl Strategy<Value = (u32, u32)> {
    prop::sample::select(vec![
        (4, 4),
        (3, 4),
        (2, 4),
        (6, 8),
        (9, 8),
        (5, 8),
        (7, 8),
        (2, 2),
        (3, 8),
    ])
}

proptest! {
    #[test]
    fn every_note_of_a_melody_is_there_once_and_bars_are_full(
        events in events(),
        (numerator, denominator) in meters(),
    ) {
        let mut sequence = sequence(&events);
        sequence.time_signatures.push(TimeSignature { time: 0.0, numerator, denominator });
        let layout = layout(&sequence);
        let score = Score::new(&layout).unwrap();
        let mut begun = Vec::new();
        let mut lasting = 0;
        for (bar, laid) in score.bars.iter().zip(&layout.bars) {
            let items = &bar.staves[0].items;
            prop_assert_eq!(items.iter().map(|item| item.symbol.length).sum::<i64>(), laid.length);
            for item in items {
                for head in &item.heads {
                    if !item.symbol.tied_back {
                        begun.push(head.pitch);
                    }
                    lasting += item.symbol.length;
                }
            }
            for beam in &bar.staves[0].beams {
                prop_assert!(beam.len() > 1 && beam.iter().all(|index| items[*index].beamed));
            }
        }
        let wanted: Vec<u8> = sequence.notes.iter().map(|note| note.pitch).collect();
        prop_assert_eq!(begun, wanted);
        let seconds: f64 = sequence.notes.iter().map(|note| note.end_time - note.start_time).sum();
        prop_assert_eq!(lasting, (seconds * 2.0 * f64::from(DIVISIONS)).round() as i64);
        // And every head is drawn.
        let heads = score.bars.iter().flat_map(|bar| &bar.staves[0].items).map(|it| it.heads.len());
        prop_assert_eq!(svg(&sequence).matches("href=\"#music-notehead").count(), heads.sum::<usize>());
    }

    #[test]
    fn any_piece_is_a_picture_or_an_error(
        notes in prop::collection::vec(any_note(), 0..60),
        tempos in prop::collection::vec((0.0..9.0f64, 1.0..900.0f64), 0..3),
        meters in prop::collection::vec((0.0..9.0f64, 0u32..20, prop::sample::select(vec![1u32, 2, 4, 8, 8, 16, 3])), 0..3),
        keys in prop::collection::vec((0.0..9.0f64, 0u8..12), 0..3),
        width in -10.0..4000.0f64,
    ) {
        let sequence = NoteSequence {
            notes,
            tempos: tempos.into_iter().map(|(time, qpm)| Tempo { time, qpm }).collect(),
            time_signatures: meters
                .into_iter()
                .map(|(time, numerator, denominator)| TimeSignature { time, numerator, denominator })
                .collect(),
            key_signatures: keys
                .into_iter()
                .map(|(time, tonic)| KeySignature { time, tonic, mode: Mode::Minor })
                .collect(),
            ..NoteSequence::default()
        };
        let draw = || score_svg(&sequence, &ScoreOptions { width }).map(Svg::finish);
        if let Ok(text) = draw() {
            prop_assert!(text.ends_with("</svg>\n") && !text.contains("NaN") && !text.contains("inf"));
            prop_assert_eq!(Ok(text), draw());
        }
        let options = crate::RollOptions { width, primer_end: 1.0, ..crate::RollOptions::default() };
        if let Ok(svg) = crate::piano_roll(&sequence, &options) {
            prop_assert!(svg.width() >= 200.0 && svg.height() < 20_000.0);
        }
    }
}

fn any_note() -> impl Strategy<Value = Note> {
    let time = prop_oneof![300 => 0.0..9.0f64, 1 => prop::num::f64::ANY];
    let grid = (0u32..64).prop_map(|step| f64::from(step) / 8.0);
    let start = prop_oneof![time, grid];
    (start, 0.0..3.0f64, 0u8..128, 0u32..3, prop::bool::weighted(0.1), 0u16..6).prop_map(
        |(start_time, length, pitch, instrument, is_drum, voice)| Note {
            pitch,
            start_time,
            end_time: start_time + (length * 8.0).round() / 8.0,
            instrument,
            is_drum,
            notation: music::Notation { voice, ..music::Notation::default() },
            ..Note::default()
        },
    )
}
