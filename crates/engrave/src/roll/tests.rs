use music::{InstrumentInfo, Melody, Note, ToSequence};

use super::*;
use crate::Error;

fn melody() -> NoteSequence {
    let melody = Melody::parse("[60, -2, 62, -2, 64, -1, 66, -2]").unwrap();
    melody.to_sequence(&ToSequence::default())
}

fn draw(sequence: &NoteSequence, options: &RollOptions) -> String {
    piano_roll(sequence, options).unwrap().finish()
}

#[test]
fn every_note_says_what_it_is() {
    let text = draw(&melody(), &RollOptions::default());
    let title = "<title>F#4, bar 1, beat 2.5, 0.5 quarters</title>";
    assert!(text.contains(title), "{text}");
    assert_eq!(text.matches("<title>").count(), 4);
    assert!(!text.contains("primer") && !text.contains("probability"));
}

#[test]
fn primer_and_probabilities_are_seen() {
    let probabilities = vec![None, Some(0.5), Some(0.01), Some(f64::NAN)];
    let options = RollOptions { primer_end: 0.2, probabilities, ..RollOptions::default() };
    let text = draw(&melody(), &options);
    assert_eq!(text.matches(", primer</title>").count(), 1);
    assert!(text.contains("D4, bar 1, beat 1.5, 0.5 quarters, probability 0.5</title>"), "{text}");
    assert_eq!(text.matches(", probability ").count(), 2);
    assert!(text.contains(">continuation</text>") && text.contains(">probability 1 %</text>"));
    let blue = figure::PALETTE[0];
    assert_eq!(notes::shade(blue, 1.0), blue);
    assert_eq!(notes::shade(blue, 0.0), notes::shade(blue, 0.01));
}

#[test]
fn instruments_have_names_and_drums_a_strip() {
    let mut sequence = melody();
    sequence.notes[1].instrument = 5;
    sequence.notes[2].is_drum = true;
    sequence.instrument_infos.push(InstrumentInfo { instrument: 5, name: "Flute & Co".to_owned() });
    let text = draw(&sequence, &RollOptions::default());
    for name in [">instrument 1<", ">Flute &amp; Co<", ">drums<", "<title>drum 64, "] {
        assert!(text.contains(name), "{name}: {text}");
    }
}

#[test]
fn a_long_note_goes_on_on_the_next_line() {
    let notes = vec![Note { pitch: 60, end_time: 8.0, ..Note::default() }];
    let sequence = NoteSequence { notes, ..NoteSequence::default() };
    let options = RollOptions { bars_per_line: Some(1), ..RollOptions::default() };
    assert_eq!(draw(&sequence, &options).matches("<title>").count(), 4);
}

#[test]
fn pictures_are_bounded() {
    let note = |start: f64, pitch: u8| Note {
        pitch,
        start_time: start,
        end_time: start + 1.0,
        ..Note::default()
    };
    // Ten hours from the lowest pitch to the highest.
    let notes = (0..36_000u32).map(|second| note(second.into(), (second % 128) as u8)).collect();
    let long = NoteSequence { notes, ..NoteSequence::default() };
    let svg = piano_roll(&long, &RollOptions::default()).unwrap();
    assert!(svg.height() < 20_000.0 && svg.width() <= 960.0);
    let crowd = NoteSequence { notes: vec![note(0.0, 60); 10_000], ..NoteSequence::default() };
    assert!(piano_roll(&crowd, &RollOptions::default()).is_ok());
    let notes = vec![note(0.0, 60); MAX_NOTES + 1];
    let error =
        piano_roll(&NoteSequence { notes, ..NoteSequence::default() }, &RollOptions::default());
    assert!(matches!(error, Err(Error::TooMuch { what: "notes", .. })));
    assert!(piano_roll(&NoteSequence::default(), &RollOptions::default()).is_ok());
}
