//! `midi::read` gives what Magenta gives.

use formats::midi::{Midi, WarningKind, read, read_with_texts};
use formats::{Text, TextKind};
use music::NoteSequence;

use crate::golden::{bytes, names, sequence};

/// The sequence of a file as `corpus` would store it: named as in `expected`.
fn named(midi: Midi, expected: &NoteSequence) -> NoteSequence {
    NoteSequence {
        id: expected.id.clone(),
        filename: expected.filename.clone(),
        collection_name: expected.collection_name.clone(),
        ..midi.sequence
    }
}

fn kinds(path: &str) -> Vec<WarningKind> {
    read(&bytes(path)).unwrap().warnings.into_iter().map(|warning| warning.kind).collect()
}

#[test]
fn good_files_give_magentas_sequences_to_the_last_bit() {
    let files = names("midi", "mid");
    assert_eq!(files.len(), 15);
    for name in files {
        let expected = sequence(&format!("notesequences/{name}.pb"));
        let midi = read(&bytes(&format!("midi/{name}.mid"))).unwrap();
        assert!(midi.strict, "{name}");
        assert_eq!(named(midi, &expected), expected, "{name}");
    }
}

#[test]
fn texts_come_beside_the_same_sequence() {
    let mut texts = Vec::new();
    for name in names("midi", "mid") {
        let file = bytes(&format!("midi/{name}.mid"));
        let midi = read_with_texts(&file, NoteSequence::default(), &mut texts).unwrap();
        assert_eq!(midi, read(&file).unwrap(), "{name}");
    }
    assert!(texts.iter().any(|text| text.kind == TextKind::TrackName), "{texts:?}");
}

#[test]
fn what_is_sung_is_no_text() {
    let event = |kind: u8, text: &[u8]| [&[0, 0xff, kind, text.len() as u8], text].concat();
    let track = |events: &[Vec<u8>]| {
        let data = [events.concat(), vec![0, 0xff, 0x2f, 0]].concat();
        [b"MTrk", &(data.len() as u32).to_be_bytes()[..], &data].concat()
    };
    let song = [
        event(1, b"@KMIDI KARAOKE FILE"),
        event(1, b"@TA Song\r\n1984"),
        event(1, b"\\In"),
        event(1, b"to "),
        event(5, b"the"),
        event(1, b"@I(c) X"),
    ];
    let other = [
        event(3, b"Gr\xfcn"),
        event(2, "\u{a9} 1985".as_bytes()),
        event(1, b"jazz"),
        event(1, b"jazz"),
    ];
    let header = b"MThd\0\0\0\x06\0\x01\0\x02\0\x60".to_vec();
    let file = [header, track(&song), track(&other)].concat();
    let mut texts = Vec::new();
    read_with_texts(&file, NoteSequence::default(), &mut texts).unwrap();
    let list: Vec<(TextKind, &str)> =
        texts.iter().map(|Text { kind, text }| (*kind, text.as_str())).collect();
    let expected = [
        (TextKind::Text, "MIDI KARAOKE FILE"),
        (TextKind::Text, "A Song 1984"),
        (TextKind::Text, "(c) X"),
        (TextKind::TrackName, "Gr\u{fc}n"),
        (TextKind::Copyright, "\u{a9} 1985"),
        (TextKind::Text, "jazz"),
    ];
    assert_eq!(list, expected);
}

#[test]
fn odd_files_that_magenta_accepts_give_its_sequences() {
    let files = names("midi_bad", "pb");
    assert_eq!(files.len(), 5);
    for name in files {
        let expected = sequence(&format!("midi_bad/{name}.pb"));
        let midi = read(&bytes(&format!("midi_bad/{name}.mid"))).unwrap();
        assert!(midi.strict, "{name}");
        assert_eq!(midi.sequence, expected, "{name}");
    }
}

#[test]
fn files_that_magenta_refuses_are_refused_for_its_reason() {
    let refused: std::collections::BTreeMap<String, String> =
        serde_json::from_slice(&bytes("midi_bad/refused.json")).unwrap();
    assert_eq!(refused.len(), 10);
    for (name, reason) in refused {
        let refusal = match read(&bytes(&format!("midi_bad/{name}"))) {
            Ok(midi) => {
                assert!(!midi.strict, "{name}");
                midi.refusal
            }
            Err(error) => error.refusal(),
        };
        assert_eq!(refusal, Some(reason), "{name}");
    }
}

#[test]
fn damaged_files_give_what_can_be_read() {
    let notes = |name: &str| read(&bytes(name)).unwrap().sequence.notes;
    let whole = notes("midi_bad/no_end_of_track.mid");
    for name in ["extra_chunk", "key_8_sharps", "key_mode_2", "tempo_zero", "timesig_0_4"] {
        assert_eq!(notes(&format!("midi_bad/{name}.mid")), whole, "{name}");
    }
    assert_eq!(notes("midi_bad/truncated.mid"), whole[..25]);
}

#[test]
fn warnings_say_what_and_where() {
    let midi = read(&bytes("midi_bad/data_byte_ge_128.mid")).unwrap();
    let texts: Vec<String> = midi.warnings.iter().map(ToString::to_string).collect();
    let text = "data byte 0xe4 of status 0x90 is over 127; values are cut to 127, other events dropped (byte 22)";
    assert_eq!(texts, [text]);
    assert_eq!(midi.sequence.notes[0].velocity, 127);

    assert_eq!(
        kinds("midi_bad/extra_chunk.mid"),
        [
            WarningKind::UnknownChunk { id: *b"XYZW" },
            WarningKind::MissingTracks { declared: 2, found: 1 }
        ]
    );
    assert_eq!(
        kinds("midi/syn_meta_in_track1.mid"),
        [WarningKind::MetaOutsideFirstTrack { track: 1 }]
    );
    assert_eq!(
        kinds("midi_bad/note_never_off.mid"),
        [WarningKind::NotesLeftOn { track: 0, count: 1 }]
    );
    assert_eq!(kinds("midi_bad/no_end_of_track.mid"), [WarningKind::NoEndOfTrack { track: 0 }]);
}

#[test]
fn a_file_in_a_wrapper_is_found() {
    let plain = read(&bytes("midi/syn_one_note.mid")).unwrap();
    let mut wrapped = b"RIFF\x80\0\0\0RMIDdata\x60\0\0\0".to_vec();
    wrapped.extend(bytes("midi/syn_one_note.mid"));
    let midi = read(&wrapped).unwrap();
    assert_eq!(midi.sequence, plain.sequence);
    assert_eq!(midi.warnings[0].kind, WarningKind::LeadingBytes { count: 20 });
    assert!(!midi.strict);
}

/// A file of one track at 96 ticks a quarter note.
pub(crate) fn one_track(events: &[u8]) -> Vec<u8> {
    let mut file = b"MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk".to_vec();
    file.extend((events.len() as u32).to_be_bytes());
    file.extend(events);
    file
}

#[test]
fn instruments_share_the_controllers_that_came_before_them() {
    let events = [
        [0, 0xb0, 7, 100].as_slice(), // waits, with all that follow while program 0 has no note
        &[0, 0x90, 60, 64, 48, 0x80, 60, 0], // program 0: instrument 0, takes part
        &[0, 0xc0, 5, 0, 0xb0, 10, 1], // program 5 has no note yet: waits, and instrument 0 sees it
        &[0, 0x90, 62, 64, 48, 0x80, 62, 0], // instrument 1 takes part, too
        &[0, 0xb0, 11, 2],            // goes to instrument 1, and so to both
    ]
    .concat();
    let sequence = read(&one_track(&events)).unwrap().sequence;
    let changes: Vec<_> =
        sequence.control_changes.iter().map(|c| (c.instrument, c.program, c.number)).collect();
    let expected = [(0, 0, 7), (0, 0, 10), (0, 0, 11), (1, 5, 7), (1, 5, 10), (1, 5, 11)];
    assert_eq!(changes, expected);
}

#[test]
fn a_note_off_spares_a_note_of_its_own_tick_only_if_it_ends_another() {
    let ends_another = [0, 0x90, 60, 1, 48, 60, 2, 0, 0x80, 60, 0, 48, 60, 0];
    let sequence = read(&one_track(&ends_another)).unwrap().sequence;
    let notes: Vec<_> =
        sequence.notes.iter().map(|n| (n.velocity, n.start_time, n.end_time)).collect();
    assert_eq!(notes, [(1, 0.0, 0.25), (2, 0.25, 0.5)]);

    let ends_none = [0, 0x90, 60, 1, 0, 0x80, 60, 0, 48, 60, 0];
    assert_eq!(read(&one_track(&ends_none)).unwrap().sequence.notes, []);
}

#[test]
fn names_are_latin_1_and_belong_to_the_instruments_that_follow() {
    let name = [0, 0xff, 3, 5, b'M', 0xfc, b'l', b'l', 0x80];
    let note = [0, 0x99, 40, 90, 10, 0x89, 40, 0];
    let sequence = read(&one_track(&[name.as_slice(), &note].concat())).unwrap().sequence;
    assert_eq!(sequence.instrument_infos[0].name, "Müll\u{80}");
    assert!(sequence.notes[0].is_drum);
}
