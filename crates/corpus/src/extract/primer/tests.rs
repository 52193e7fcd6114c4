//! Primers out of made-up pieces.

use music::{InstrumentInfo, Note, Tempo};

use super::*;

/// Notes of an instrument, one after the other from `start`, each `seconds` long.
fn line(instrument: u32, start: f64, seconds: f64, pitches: &[u8]) -> Vec<Note> {
    let at = |index: usize| start + index as f64 * seconds;
    let note = |(index, pitch): (usize, &u8)| Note {
        pitch: *pitch,
        velocity: 90,
        start_time: at(index),
        end_time: at(index + 1),
        instrument,
        program: 73,
        is_drum: false,
        ..Note::default()
    };
    pitches.iter().enumerate().map(note).collect()
}

fn piece(notes: Vec<Note>) -> NoteSequence {
    let total_time = notes.iter().map(|note| note.end_time).fold(0.0, f64::max);
    NoteSequence { notes, total_time, ..NoteSequence::default() }
}

fn name(sequence: &mut NoteSequence, instrument: u32, name: &str) {
    sequence.instrument_infos.push(InstrumentInfo { instrument, name: name.to_owned() });
}

#[test]
fn the_only_instrument_is_taken_whatever_it_plays() {
    let mut sequence = piece(line(4, 2.0, 0.25, &[36, 38]));
    sequence.notes.push(Note { is_drum: true, instrument: 5, ..sequence.notes[0] });
    sequence.notes.push(Note { velocity: 0, instrument: 6, ..sequence.notes[0] });
    let primer = primer_of(&sequence).expect("a primer");
    assert_eq!(primer.reason, PrimerReason::OnlyInstrument);
    assert_eq!(primer.to_string(), "instrument 4 (program 73), the only one that plays notes");
    assert_eq!(primer.melody.to_string(), "[36, -2, 38, -2]");
    assert_eq!((primer.melody.start_step, primer.qpm), (16, 120.0));
}

#[test]
fn a_name_decides_and_else_the_notes_do() {
    let tune = [60, 62, 64, 65, 67, 69, 71, 72];
    let drone = [60; 8];
    let mut notes = line(0, 0.0, 0.25, &drone);
    notes.extend(line(1, 0.0, 0.25, &tune));
    notes.extend(line(2, 0.0, 0.25, &tune));
    let mut sequence = piece(notes);
    name(&mut sequence, 1, "Flute");
    let primer = primer_of(&sequence).expect("a primer");
    assert_eq!((primer.instrument, primer.name.as_str()), (1, "Flute"), "the first of equals");
    assert_eq!(
        primer.to_string(),
        "instrument 1 \"Flute\" (program 73), the most melodic of 3: 100 % single notes, 7 pitch classes, \
         heard in 1 bar"
    );
    name(&mut sequence, 0, "Lead vocals");
    let primer = primer_of(&sequence).expect("a primer");
    assert_eq!(primer.instrument, 0);
    assert_eq!(primer.reason, PrimerReason::Named { word: "vocal", candidates: 3 });
}

#[test]
fn chords_give_their_highest_note_and_gaps_stay() {
    let mut sequence = piece(line(0, 0.0, 0.25, &[60]));
    sequence.notes.extend(line(0, 0.0, 0.5, &[67]));
    sequence.notes.extend(line(0, 4.5, 0.25, &[62]));
    let melody = primer_of(&sequence).expect("a primer").melody;
    assert_eq!(melody.len(), 38);
    assert_eq!(melody.pitches().collect::<Vec<_>>(), [67, 62]);
    assert_eq!(melody.events[4], music::MelodyEvent::NoteOff);
}

#[test]
fn tempo_and_metre_may_change() {
    // Two seconds at 120 are four quarters; from there a quarter lasts a second and a bar has three.
    let mut sequence = piece(line(0, 6.0, 1.0, &[60, 62]));
    sequence.tempos = vec![Tempo { time: 0.0, qpm: 120.0 }, Tempo { time: 2.0, qpm: 60.0 }];
    sequence.time_signatures =
        vec![TimeSignature { time: 2.0, numerator: 3, denominator: 4 }, TimeSignature::COMMON];
    let primer = primer_of(&sequence).expect("a primer");
    // The first note is on step 32; bars of 12 steps run from step 16: 16, 28.
    assert_eq!(primer.melody.to_string(), "[-2, -2, -2, -2, 60, -2, -2, -2, 62, -2, -2, -2]");
    assert_eq!((primer.melody.start_step, primer.melody.steps_per_bar), (28, 12));
    assert_eq!(primer.qpm, 60.0);
}

#[test]
fn pieces_without_a_melody_say_why() {
    assert_eq!(primer_of(&NoteSequence::default()), Err(PrimerError::NoNotes));

    let mut late = piece(line(0, 0.0, 0.5, &[60]));
    late.notes.extend(line(0, 1e9, 0.5, &[62]));
    let error = primer_of(&late).expect_err("too long");
    assert_eq!(error.to_string(), "the melody is 8000000004 sixteenths long, more than 65536");

    let mut odd = piece(line(0, 0.0, 0.5, &[60]));
    odd.time_signatures = vec![TimeSignature { time: 0.0, numerator: 3, denominator: 32 }];
    assert_eq!(
        primer_of(&odd),
        Err(PrimerError::NonIntegerStepsPerBar { numerator: 3, denominator: 32 })
    );
    odd.time_signatures[0].denominator = 0;
    assert!(primer_of(&odd).is_err());

    let mut stopped = piece(line(0, 0.0, 0.5, &[60]));
    stopped.tempos = vec![Tempo { time: 0.0, qpm: 0.0 }];
    assert_eq!(primer_of(&stopped), Err(PrimerError::BadTempo { qpm: 0.0 }));
    stopped.tempos[0].qpm = f64::NAN;
    assert!(matches!(primer_of(&stopped), Err(PrimerError::Quantize(_))));
}
