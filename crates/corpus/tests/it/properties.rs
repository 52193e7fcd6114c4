//! What holds for the melodies of any piece.

use corpus::extract::{ExtractOptions, MAX_PRIMER_STEPS, extract_melodies, melodies_of, primer_of};
use music::quantize::{quantize, split_on_time_changes};
use music::{Melody, MelodyEvent, Note, NoteSequence, Tempo, TimeSignature};
use proptest::prelude::*;

/// A note somewhere on or near the grid of 120 quarter notes a minute.
fn note() -> impl Strategy<Value = Note> {
    (0u32..800, -0.02..0.02f64, 1u32..12, 40u8..80, 0u32..3, 0u8..20).prop_map(
        |(step, jitter, length, pitch, instrument, velocity)| {
            let start_time = (f64::from(step) / 8.0 + jitter).max(0.0);
            Note {
                pitch,
                velocity,
                start_time,
                end_time: start_time + f64::from(length) / 8.0,
                instrument,
                ..Note::default()
            }
        },
    )
}

fn piece() -> impl Strategy<Value = NoteSequence> {
    let meter = (0.0..60.0f64, 1u32..7, 0u32..5).prop_map(|(time, numerator, power)| {
        TimeSignature { time, numerator, denominator: 1 << power }
    });
    let tempo = (0.0..60.0f64, 60.0..200.0f64).prop_map(|(time, qpm)| Tempo { time, qpm });
    let notes = prop::collection::vec(note(), 0..400);
    (notes, prop::collection::vec(meter, 0..2), prop::collection::vec(tempo, 0..2)).prop_map(
        |(notes, time_signatures, tempos)| NoteSequence {
            total_time: notes.iter().map(|note| note.end_time).fold(0.0, f64::max),
            notes,
            time_signatures,
            tempos,
            ..NoteSequence::default()
        },
    )
}

/// Anything that fits into the fields of a piece.
fn hostile_piece() -> impl Strategy<Value = NoteSequence> {
    let time = || prop_oneof![any::<f64>(), 0.0..100.0f64, Just(1e9), Just(f64::NAN), Just(-0.0)];
    let note = (any::<(u8, u8, u32, bool)>(), time(), time()).prop_map(
        |((pitch, velocity, instrument, is_drum), start_time, end_time)| Note {
            pitch,
            velocity,
            start_time,
            end_time,
            instrument,
            is_drum,
            ..Note::default()
        },
    );
    let meter = (time(), any::<u32>(), prop_oneof![any::<u32>(), Just(0), Just(4), Just(1 << 31)])
        .prop_map(|(time, numerator, denominator)| TimeSignature { time, numerator, denominator });
    let tempo = (time(), prop_oneof![any::<f64>(), Just(1e-9), Just(0.0), Just(120.0)])
        .prop_map(|(time, qpm)| Tempo { time, qpm });
    (
        prop::collection::vec(note, 0..30),
        prop::collection::vec(meter, 0..4),
        prop::collection::vec(tempo, 0..4),
        time(),
    )
        .prop_map(|(notes, time_signatures, tempos, total_time)| NoteSequence {
            notes,
            time_signatures,
            tempos,
            total_time,
            ..NoteSequence::default()
        })
}

/// What holds for every melody that [`ExtractOptions::default`] gives.
fn check(melody: &Melody) -> Result<(), TestCaseError> {
    prop_assert!(melody.len() <= 512);
    prop_assert!(melody.len() >= 7 * melody.steps_per_bar || melody.len() == 512);
    prop_assert_eq!(melody.start_step % melody.steps_per_bar, 0);
    let classes = melody.pitch_class_histogram();
    prop_assert!(classes.iter().filter(|count| **count > 0).count() >= 5);
    prop_assert!(melody.len() == 512 || melody.events.last() != Some(&MelodyEvent::NoteOff));
    let mut sounding = false;
    let mut silent = 0;
    let first = melody.events.iter().position(|event| event.pitch().is_some());
    for (step, event) in melody.events.iter().enumerate() {
        match event {
            MelodyEvent::NoteOn(_) => sounding = true,
            MelodyEvent::NoteOff => {
                prop_assert!(sounding, "a note-off at {} ends nothing", step);
                sounding = false;
            }
            MelodyEvent::NoEvent => {}
        }
        // Before the first note there may be more: an inaudible note can open the melody bars earlier.
        silent = if sounding || Some(step) < first { 0 } else { silent + 1 };
        prop_assert!(silent < melody.steps_per_bar, "a bar of silence before {}", step);
    }
    Ok(())
}

/// The melodies of a piece found the long way: its parts are made sequences of their own, each is laid on the grid as a whole.
fn melodies_of_parts(piece: &NoteSequence, options: &ExtractOptions) -> Vec<Melody> {
    let parts = split_on_time_changes(piece);
    let parts = parts.iter().filter_map(|part| quantize(part, 4).ok());
    parts
        .filter(|part| part.notes.iter().all(|note| note.is_drum || note.pitch <= 127))
        .flat_map(|part| extract_melodies(&part, options).melodies)
        .collect()
}

proptest! {
    #[test]
    fn parts_need_not_be_cut_out_of_a_piece(
        piece in prop_oneof![piece(), hostile_piece()],
        ignore in any::<bool>(),
    ) {
        let options = ExtractOptions {
            ignore_polyphonic_notes: ignore,
            min_bars: 1,
            min_unique_pitches: 1,
            ..ExtractOptions::default()
        };
        let expected = melodies_of_parts(&piece, &options);
        prop_assert_eq!(melodies_of(&piece, &options).melodies, expected);
    }

    #[test]
    fn melodies_keep_their_promises(piece in piece(), ignore in any::<bool>()) {
        let options = ExtractOptions { ignore_polyphonic_notes: ignore, ..ExtractOptions::default() };
        let extracted = melodies_of(&piece, &options);
        for melody in &extracted.melodies {
            check(melody)?;
        }
        let counted: u64 =
            extracted.counters.melody_lengths_in_bars.buckets().map(|(_, count)| count).sum();
        prop_assert_eq!(counted, extracted.melodies.len() as u64);
    }

    #[test]
    fn nothing_in_a_piece_makes_extraction_panic_or_grow(piece in hostile_piece()) {
        for max_steps in [512, usize::MAX] {
            let options = ExtractOptions { max_steps, min_unique_pitches: 0, ..ExtractOptions::default() };
            let extracted = melodies_of(&piece, &options);
            prop_assert!(extracted.melodies.iter().all(|melody| melody.len() <= max_steps));
        }
        if let Ok(primer) = primer_of(&piece) {
            prop_assert!(primer.melody.len() <= MAX_PRIMER_STEPS);
            prop_assert!(primer.qpm > 0.0);
        }
    }
}

#[test]
fn a_note_that_lasts_for_years_is_cut_like_any_other() {
    let mut note = Note { pitch: 60, velocity: 9, end_time: 1e9, ..Note::default() };
    let mut piece = NoteSequence { total_time: 1e9, notes: vec![note], ..NoteSequence::default() };
    note.start_time = 9e8;
    piece.notes.push(note);
    let options = ExtractOptions { min_unique_pitches: 1, ..ExtractOptions::default() };
    let extracted = melodies_of(&piece, &options);
    assert_eq!(extracted.melodies.len(), 1);
    assert_eq!(extracted.melodies[0].len(), 512);
    assert_eq!(extracted.counters.melodies_truncated, 1);
}
