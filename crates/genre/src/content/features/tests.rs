use music::{ControlChange, KeySignature, Mode, Note, PitchBend, Tempo, TimeSignature};
use proptest::prelude::*;

use super::*;

fn value(sequence: &NoteSequence, name: &str) -> f32 {
    let place = layout().iter().position(|feature| feature.name == name);
    features(sequence)[place.unwrap_or_else(|| panic!("no feature {name}"))]
}

/// A note at 120 quarter notes a minute, in beats.
fn note(beat: f64, beats: f64, pitch: u8) -> Note {
    let (start_time, end_time) = (beat / 2.0, (beat + beats) / 2.0);
    Note { pitch, velocity: 80, start_time, end_time, ..Note::default() }
}

fn drum(beat: f64, pitch: u8) -> Note {
    Note { is_drum: true, instrument: 9, ..note(beat, 0.1, pitch) }
}

fn sequence(notes: Vec<Note>) -> NoteSequence {
    NoteSequence { notes, ..NoteSequence::default() }
}

#[test]
fn names_are_each_once_and_as_many_as_numbers() {
    let mut names: Vec<&str> = layout().iter().map(|feature| &*feature.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), layout().len());
    assert_eq!(features(&NoteSequence::default()).len(), layout().len());
    assert!(layout().iter().all(|feature| feature.name.starts_with(feature.group.name())));
}

#[test]
fn a_rock_beat_has_its_backbeat() {
    let bars = (0..8).flat_map(|bar| {
        let beat = f64::from(bar) * 4.0;
        let kicks = [0.0, 2.0].map(|place| drum(beat + place, 36));
        let snares = [1.0, 3.0].map(|place| drum(beat + place, 38));
        let hihats = (0..8).map(move |eighth| drum(beat + f64::from(eighth) / 2.0, 42));
        kicks.into_iter().chain(snares).chain(hihats)
    });
    let beat = sequence(bars.collect());
    assert_eq!(value(&beat, "drums.backbeat"), 1.0);
    assert_eq!(value(&beat, "drums.share"), 1.0);
    assert_eq!(value(&beat, "drums.kick_at.8"), 0.5);
    assert_eq!(value(&beat, "drums.four_on_the_floor"), 0.0);
    assert_eq!(value(&beat, "drums.commonest_bar"), 1.0);
    assert_eq!(value(&beat, "drums.in_beat.6"), 1.0 / 3.0);
    assert_eq!(value(&beat, "drums.swing"), 0.0);
}

#[test]
fn swung_eighths_swing() {
    let beats =
        (0..16).flat_map(|beat| [0.0, 2.0 / 3.0].map(|place| drum(f64::from(beat) + place, 51)));
    assert_eq!(value(&sequence(beats.collect()), "drums.swing"), 1.0);
}

#[test]
fn power_chords_of_a_distorted_guitar_are_seen() {
    let riff = (0..32).flat_map(|eighth| {
        let root = if eighth % 8 < 6 { 40 } else { 43 };
        [root, root + 7, root + 12]
            .map(|pitch| Note { program: 30, ..note(f64::from(eighth) / 2.0, 0.5, pitch) })
    });
    let riff = sequence(riff.collect());
    assert_eq!(value(&riff, "lines.power_chords"), 1.0);
    assert_eq!(value(&riff, "lines.distorted_power_chords"), 1.0);
    assert_eq!(value(&riff, "harmony.chord.fifth"), 1.0);
    assert_eq!(value(&riff, "instruments.notes.guitar"), 1.0);
    assert_eq!(value(&riff, "instruments.program.30"), 1.0);
    assert_eq!(value(&riff, "drums.present"), 0.0);
}

#[test]
fn keys_do_not_depend_on_transposition() {
    let scale = [0, 2, 4, 5, 7, 9, 11, 12, 7, 4, 0, 0];
    let tune = |tonic: u8| {
        let notes = scale.iter().enumerate();
        sequence(notes.map(|(beat, step)| note(beat as f64, 1.0, tonic + step)).collect())
    };
    let degrees = |tonic: u8| {
        let values = features(&tune(tonic));
        let of_key = |feature: &Feature| feature.name.starts_with("harmony.degree");
        let places = layout().iter().zip(values);
        places.filter(|(feature, _)| of_key(feature)).map(|(_, value)| value).collect::<Vec<_>>()
    };
    assert_eq!(degrees(60), degrees(65));
    assert_eq!(degrees(60)[0], 4.0 / 12.0);
    assert!(value(&tune(62), "harmony.major_less_minor") > 0.0);
}

#[test]
fn tempo_and_metre_count_by_how_long_they_hold() {
    let mut waltz = sequence((0..24).map(|beat| note(f64::from(beat), 1.0, 60)).collect());
    waltz.tempos = vec![Tempo { time: 0.0, qpm: 60.0 }, Tempo { time: 6.0, qpm: 120.0 }];
    waltz.time_signatures = vec![TimeSignature { time: 0.0, numerator: 3, denominator: 4 }];
    assert_eq!(value(&waltz, "time.tempo_mean"), 90.0);
    assert_eq!(value(&waltz, "time.metre.3/4"), 1.0);
}

#[test]
fn many_notes_at_one_time_take_no_longer_than_others() {
    // A quadratic step would take minutes.
    let crowd = sequence(vec![note(1.0, 1e6, 60); 300_000]);
    assert!(features(&crowd).iter().all(|value| value.is_finite()));
}

fn odd_time() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => 0.0..100.0_f64,
        1 => any::<f64>(),
        1 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
        1 => Just(-1.0),
    ]
}

prop_compose! {
    fn odd_note()(
        pitch in any::<u8>(),
        velocity in any::<u8>(),
        program in any::<u8>(),
        instrument in 0..4_u32,
        start_time in odd_time(),
        end_time in odd_time(),
        is_drum in any::<bool>(),
    ) -> Note {
        Note { pitch, velocity, start_time, end_time, instrument, program, is_drum, ..Note::default() }
    }
}

prop_compose! {
    fn odd_sequence()(
        notes in prop::collection::vec(odd_note(), 0..40),
        tempos in prop::collection::vec((odd_time(), odd_time()), 0..5),
        metres in prop::collection::vec((odd_time(), any::<u32>(), any::<u32>()), 0..5),
        bends in 0..5_usize,
    ) -> NoteSequence {
        NoteSequence {
            notes,
            tempos: tempos.into_iter().map(|(time, qpm)| Tempo { time, qpm }).collect(),
            time_signatures: metres
                .into_iter()
                .map(|(time, numerator, denominator)| TimeSignature { time, numerator, denominator })
                .collect(),
            key_signatures: vec![KeySignature { time: f64::NAN, tonic: 99, mode: Mode::Minor }],
            pitch_bends: vec![PitchBend::default(); bends],
            control_changes: vec![ControlChange { number: 64, ..ControlChange::default() }; bends],
            ..NoteSequence::default()
        }
    }
}

proptest! {
    #[test]
    fn any_sequence_gives_finite_numbers(sequence in odd_sequence()) {
        let values = features(&sequence);
        prop_assert_eq!(values.len(), layout().len());
        for (value, feature) in values.iter().zip(layout()) {
            prop_assert!(value.is_finite(), "{}", feature.name);
        }
    }

    #[test]
    fn the_order_of_notes_does_not_matter(sequence in odd_sequence()) {
        // Notes that begin as good as together and are otherwise unlike may still stand in any order.
        let mut reversed = sequence.clone();
        reversed.notes.reverse();
        let pairs = features(&sequence).into_iter().zip(features(&reversed)).zip(layout());
        for ((one, other), feature) in pairs.filter(|(_, f)| f.group == Group::Instruments) {
            prop_assert!((one - other).abs() < 1e-4, "{}", feature.name);
        }
    }
}
