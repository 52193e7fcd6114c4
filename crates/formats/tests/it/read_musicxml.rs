//! `musicxml::read` against note-seq, against the page, and against nonsense.

use std::io::{Cursor, Write};

use formats::musicxml::{
    Convention, MusicXml, ReadOptions, WarningKind, is_musicxml, is_mxl, magenta, read,
};
use formats::note_sequence::{decode, encode};
use formats::{Error, Result};
use music::{Mode, NoteSequence};
use proptest::collection::vec;
use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::golden::{bytes, names, sequence};

const NOTE_SEQ: ReadOptions = ReadOptions { convention: Convention::NoteSeq, repeats: false };
const REPEATS: ReadOptions = ReadOptions { convention: Convention::Score, repeats: true };

fn score(bytes: &[u8]) -> MusicXml {
    read(bytes, &ReadOptions::default()).unwrap()
}

fn golden(name: &str) -> NoteSequence {
    score(&bytes(&format!("musicxml/{name}.musicxml"))).sequence
}

/// A partwise score with these measures in each of its parts.
pub(crate) fn page(parts: &[&[&str]]) -> String {
    let mut text = String::from("<score-partwise>");
    for (index, measures) in parts.iter().enumerate() {
        text += &format!("<part id='P{index}'>");
        for measure in *measures {
            text += &format!("<measure>{measure}</measure>");
        }
        text += "</part>";
    }
    text + "</score-partwise>"
}

/// A note of that step in octave 4, so many divisions long.
pub(crate) fn note(step: char, duration: &str) -> String {
    format!(
        "<note><pitch><step>{step}</step><octave>4</octave></pitch><duration>{duration}</duration></note>"
    )
}

/// Pitch, start and end of each note.
fn played(sequence: &NoteSequence) -> Vec<(u8, f64, f64)> {
    sequence.notes.iter().map(|note| (note.pitch, note.start_time, note.end_time)).collect()
}

fn meters(sequence: &NoteSequence) -> Vec<(f64, u32, u32)> {
    let meters = sequence.time_signatures.iter();
    meters.map(|meter| (meter.time, meter.numerator, meter.denominator)).collect()
}

#[test]
fn note_seqs_convention_gives_its_sequences_float_for_float() {
    for name in names("musicxml", "musicxml") {
        let read = read(&bytes(&format!("musicxml/{name}.musicxml")), &NOTE_SEQ).unwrap();
        assert_eq!(read.sequence, sequence(&format!("musicxml/{name}.pb")), "{name}");
        assert_eq!(read.warnings, [], "{name}");
    }
}

#[test]
fn ties_are_one_note_and_written_lengths_add_up() {
    let sequence = golden("pickup_ties");
    let quarter = 60.0 / 96.0;
    let quarters: Vec<(u8, f64, f64)> = played(&sequence)
        .into_iter()
        .map(|(pitch, start, end)| (pitch, (start / quarter).round(), (end / quarter).round()))
        .collect();
    assert_eq!(quarters[0], (74, 0.0, 1.0));
    assert_eq!(quarters[4..], [(81, 4.0, 7.0), (83, 7.0, 14.0)]);
    assert_eq!(
        (sequence.notes[5].notation.numerator, sequence.notes[5].notation.denominator),
        (7, 4)
    );
    assert_eq!(meters(&sequence)[..], [(0.0, 1, 4), (quarter, 4, 4)]);
    assert_eq!(sequence.metadata.title, "Tied & Dotted");
    assert_eq!(sequence.metadata.composers, ["Nobody"]);
    assert_eq!(sequence.notes[0].program, 40);
    assert_eq!(sequence.instrument_infos[0].name, "Violin");
    assert_eq!(sequence.key_signatures[0].tonic, 7);
}

#[test]
fn a_tie_needs_no_mark_at_its_second_note_within_a_voice() {
    let first = note('C', "1").replace("</duration>", "</duration><tie type='start'/>");
    let text = page(&[&[&(first + &note('C', "1") + &note('C', "1"))]]);
    assert_eq!(played(&score(text.as_bytes()).sequence), [(60, 0.0, 1.0), (60, 1.0, 1.5)]);
}

#[test]
fn each_voice_is_an_instrument_and_pitches_sound_as_written() {
    let sequence = golden("voices_chords");
    let names: Vec<_> = sequence.instrument_infos.iter().map(|info| &*info.name).collect();
    assert_eq!(names, ["Piano (voice 1)", "Piano (voice 2)", "Piano (voice 5)"]);
    let voice = |number| sequence.notes.iter().filter(move |note| note.instrument == number);
    assert_eq!(voice(0).map(|note| note.pitch).collect::<Vec<_>>(), [72, 75, 79, 74, 71, 71, 72]);
    assert_eq!(voice(1).map(|note| note.notation.voice).collect::<Vec<_>>(), [2, 2]);
    assert_eq!(voice(2).map(|note| note.start_time).collect::<Vec<_>>(), [0.5, 0.75]);
    let key = sequence.key_signatures[0];
    assert_eq!((key.tonic, key.mode), (0, Mode::Minor));
    assert_eq!(sequence.total_time, 6.0);
}

#[test]
fn grace_notes_are_left_out_and_triplets_are_exact() {
    let sequence = golden("tuplets_grace");
    assert_eq!(sequence.notes.len(), 11);
    assert_eq!(sequence.notes[3].start_time, 0.5);
    let triplet = sequence.notes[1];
    assert_eq!((triplet.notation.numerator, triplet.notation.denominator), (1, 12));
    assert_eq!(triplet.start_time, 0.5 / 3.0);
}

#[test]
fn a_tempo_holds_for_all_parts() {
    let sequence = golden("two_parts_tempo");
    let tempos: Vec<_> = sequence.tempos.iter().map(|tempo| (tempo.time, tempo.qpm)).collect();
    assert_eq!(tempos, [(0.0, 120.0), (2.0, 60.0), (4.0, 90.0)]);
    let starts = |part| {
        let notes = sequence.notes.iter().filter(move |note| note.notation.part == part);
        notes.map(|note| note.start_time).collect::<Vec<_>>()
    };
    assert_eq!(starts(0), [0.0, 2.0, 4.0, 4.0 + 2.0 * (60.0 / 90.0)]);
    assert_eq!(starts(0), starts(1));
    assert_eq!(sequence.notes[0].velocity, 80);
}

#[test]
fn bars_split_by_a_barline_are_one_and_others_get_a_signature() {
    let sequence = golden("incomplete");
    // A pick-up of one quarter, 3/4 and 1/4 that are one bar, half a bar, and a last bar that is short.
    let expected = [(0.0, 1, 4), (0.5, 4, 4), (4.5, 2, 4), (5.5, 4, 4), (7.5, 3, 4)];
    assert_eq!(meters(&sequence), expected);
    let keys: Vec<_> =
        sequence.key_signatures.iter().map(|key| (key.time, key.tonic, key.mode)).collect();
    assert_eq!(keys, [(0.0, 2, Mode::Dorian), (7.5, 7, Mode::Major)]);
}

#[test]
fn transposing_instruments_sound_at_concert_pitch() {
    let sequence = golden("transposing");
    let pitches: Vec<_> = sequence.notes.iter().map(|note| note.pitch).collect();
    assert_eq!(pitches, [72, 74, 76, 36, 38, 40]);
    assert_eq!(sequence.key_signatures.iter().map(|key| key.tonic).collect::<Vec<_>>(), [0]);

    let transpose = "<attributes><transpose><chromatic>-2</chromatic></transpose></attributes>";
    let chord = "<harmony><root><root-step>F</root-step></root><kind>minor</kind></harmony>";
    let text = page(&[&[&format!("{transpose}{chord}")]]);
    assert_eq!(score(text.as_bytes()).sequence.text_annotations[0].text, "Ebm");
}

#[test]
fn chord_symbols_are_spelt_as_note_seq_spells_them() {
    let texts = |sequence: &NoteSequence| -> Vec<String> {
        sequence.text_annotations.iter().map(|it| it.text.clone()).collect()
    };
    let ours = texts(&golden("chord_symbols"));
    assert_eq!(ours, texts(&sequence("musicxml/chord_symbols.pb")));
    assert_eq!(ours.last().unwrap(), "D7(add9)(b5)(no3)(#11)");

    let symbol = |kind: &str| {
        format!("<harmony><root><root-step>C</root-step></root><kind{kind}</kind></harmony>")
    };
    let own_text = symbol(" text='It+6'>Italian");
    let unknown = symbol(">Tristan");
    let read = score(page(&[&[&(own_text + &unknown)]]).as_bytes());
    assert_eq!(texts(&read.sequence), ["CIt+6"]);
    assert_eq!(read.warnings[0].kind, WarningKind::ChordKind { kind: "Tristan".to_owned() });
}

#[test]
fn a_timewise_score_is_the_same_score() {
    let (a, b, c) = (note('C', "1"), note('E', "1"), note('G', "1"));
    let partwise = page(&[&[&a, &b], &[&c, &c]]);
    let timewise = format!(
        "<score-timewise><measure><part id='P0'>{a}</part><part id='P1'>{c}</part></measure>\
         <measure><part id='P0'>{b}</part><part id='P1'>{c}</part></measure></score-timewise>"
    );
    assert_eq!(score(timewise.as_bytes()).sequence, score(partwise.as_bytes()).sequence);
    let late = format!(
        "<score-timewise><measure><part id='A'>{a}</part></measure>\
         <measure><part id='B'>{c}</part></measure></score-timewise>"
    );
    let notes = played(&score(late.as_bytes()).sequence);
    assert_eq!(notes, [(60, 0.0, 0.5), (67, 0.5, 1.0)]);
}

#[test]
fn metres_that_note_seq_refuses_are_read() {
    let time = |inner: &str| format!("<attributes><time>{inner}</time></attributes>");
    let sum = time("<beats>3+2</beats><beat-type>8</beat-type>");
    let alternating =
        time("<beats>2</beats><beat-type>4</beat-type><beats>3</beats><beat-type>8</beat-type>");
    let free = time("<senza-misura/>");
    let text = page(&[&[
        &(sum + &note('C', "2.5")),
        &(alternating + &note('C', "3.5")),
        &(free + &note('C', "3.5")),
    ]]);
    let read = score(text.as_bytes());
    assert_eq!(meters(&read.sequence), [(0.0, 5, 8), (1.25, 7, 8)]);
    assert_eq!(read.warnings, []);
}

#[test]
fn a_signature_within_a_measure_counts_from_there() {
    let time = "<attributes><time><beats>2</beats><beat-type>4</beat-type></time></attributes>";
    let first = "<attributes><time><beats>3</beats><beat-type>4</beat-type></time></attributes>";
    let measure = format!("{first}{}{time}{}", note('C', "3"), note('D', "2"));
    let sequence = score(page(&[&[&measure, &note('E', "2")]]).as_bytes()).sequence;
    assert_eq!(meters(&sequence), [(0.0, 3, 4), (1.5, 2, 4)]);
}

#[test]
fn a_metronome_gives_the_tempo_where_no_sound_does() {
    let direction = |inner: &str, sound: &str| {
        format!(
            "<direction><direction-type><metronome>{inner}</metronome></direction-type>{sound}</direction>"
        )
    };
    let dotted = "<beat-unit>quarter</beat-unit><beat-unit-dot/><per-minute>c. 60</per-minute>";
    let qpm = |measure: String| score(page(&[&[&measure]]).as_bytes()).sequence.tempos[0].qpm;
    assert_eq!(qpm(direction(dotted, "")), 90.0);
    assert_eq!(qpm(direction(dotted, "<sound tempo='70'/>")), 70.0);
    assert_eq!(qpm("<sound tempo='76'/>".to_owned()), 76.0);
}

#[test]
fn repeats_are_played_on_request() {
    let repeat = "<barline><repeat direction='backward'/></barline>";
    let measures = [note('C', "1"), note('D', "1") + repeat, note('E', "1")];
    let measures: Vec<&str> = measures.iter().map(String::as_str).collect();
    let text = page(&[&measures]);
    let pitches = |options: &ReadOptions| {
        let sequence = read(text.as_bytes(), options).unwrap().sequence;
        sequence.notes.iter().map(|note| note.pitch).collect::<Vec<_>>()
    };
    assert_eq!(pitches(&ReadOptions::default()), [60, 62, 64]);
    assert_eq!(pitches(&REPEATS), [60, 62, 60, 62, 64]);
}

#[test]
fn measures_begin_together_whatever_a_part_lacks() {
    // The second voice is shorter than the first, and the second part has an empty measure.
    let short = "<backup><duration>4</duration></backup>".to_owned() + &note('E', "1");
    let first = note('C', "4") + &short;
    let text = page(&[&[&first, &note('D', "4")], &["", &note('G', "4")]]);
    let notes = played(&score(text.as_bytes()).sequence);
    assert_eq!(notes, [(60, 0.0, 2.0), (64, 0.0, 0.5), (62, 2.0, 4.0), (67, 2.0, 4.0)]);
}

#[test]
fn unpitched_cue_and_nameless_notes_take_their_time() {
    let unpitched = "<note><unpitched/><duration>1</duration></note>";
    let cue = note('D', "1").replace("<note>", "<note><cue/>");
    let read = score(page(&[&[&(unpitched.to_owned() + &cue + &note('C', "1"))]]).as_bytes());
    assert_eq!(played(&read.sequence), [(60, 1.0, 1.5)]);
    assert_eq!(read.warnings[0].kind, WarningKind::Unpitched { count: 1 });
}

#[test]
fn encodings_and_prefixes_do_not_matter() {
    let text = page(&[&[&note('C', "1")]]);
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let prefixed = text.replace('<', "<m:").replace("<m:/", "</m:");
    let named = format!(
        "<?xml version='1.0' encoding='ISO-8859-1'?><!DOCTYPE score-partwise PUBLIC '-//x' 'http://x/y.dtd'>{}",
        text.replace("<part ", "<work><work-title>Air \u{e9}</work-title></work><part ")
    );
    let latin1: Vec<u8> = named.chars().map(|character| character as u8).collect();
    let expected = score(text.as_bytes()).sequence;
    assert_eq!(score(&utf16).sequence, expected);
    assert_eq!(score(prefixed.as_bytes()).sequence, expected);
    assert_eq!(score(&latin1).sequence.metadata.title, "Air \u{e9}");
    let body = latin1.iter().position(|byte| *byte == b'>').unwrap() + 1;
    let spoilt = score(&latin1[body..]);
    assert_eq!(spoilt.warnings[0].kind, WarningKind::Encoding);
    assert_eq!(spoilt.sequence.notes, expected.notes);
}

#[test]
fn other_files_are_told_apart() {
    let error = |bytes: &[u8]| read(bytes, &ReadOptions::default()).unwrap_err();
    assert_eq!(error(b"<html/>"), Error::NotMusicXml { root: Some("html".to_owned()) });
    assert_eq!(error(b"MThd"), Error::NotMusicXml { root: None });
    assert_eq!(error(b""), Error::NotMusicXml { root: None });
    assert!(matches!(error(b"<score-partwise>\n<part>"), Error::Xml { line: 2, column: 7, .. }));
    assert!(is_musicxml(&bytes("musicxml/incomplete.musicxml")));
    assert!(is_musicxml(b"\xff\xfe<\0s\0c\0o\0r\0e\0-\0t\0i\0m\0e\0w\0i\0s\0e\0>\0"));
    assert!(!is_musicxml(b"<svg><score-partwise/></svg>"));
    assert!(!is_musicxml(b"X:1\nK:G\n"));
}

/// A zip archive of these files.
pub(crate) fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn container(path: &str) -> String {
    format!(
        "<container><rootfiles><rootfile full-path='x.pdf' media-type='application/pdf'/>\
         <rootfile full-path='{path}'/></rootfiles></container>"
    )
}

#[test]
fn compressed_scores_are_unpacked() {
    let text = page(&[&[&note('C', "1")]]);
    let expected = Ok(score(text.as_bytes()));
    let other = page(&[&[&note('D', "1")]]);
    let opened = |files: &[(&str, &str)]| -> Result<MusicXml> {
        let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
        let bytes = archive(&files);
        assert!(is_mxl(&bytes));
        read(&bytes, &ReadOptions::default())
    };
    let named = container("music/\u{e9}.xml");
    let meta = "META-INF/container.xml";
    assert_eq!(opened(&[("a.xml", &other), (meta, &named), ("music/\u{e9}.xml", &text)]), expected);
    assert_eq!(opened(&[("b/a.xml", &other), ("a.musicxml", &text)]), expected);
    assert_eq!(opened(&[(meta, &named), ("a.xml", &text)]), Err(Error::NoScore));
    assert_eq!(opened(&[("readme.txt", &text)]), Err(Error::NoScore));
    assert!(matches!(opened(&[(meta, "<container>"), ("a.xml", &text)]), Err(Error::Xml { .. })));
}

#[test]
fn archives_do_not_burst() {
    let bomb = vec![b' '; formats::musicxml::MAX_XML_BYTES + 1];
    let bytes = archive(&[("a.xml", &bomb)]);
    assert!(bytes.len() < 100_000);
    let limit = formats::musicxml::MAX_XML_BYTES;
    assert_eq!(read(&bytes, &ReadOptions::default()), Err(Error::ScoreTooLarge { limit }));
    assert_eq!(read(&bomb, &ReadOptions::default()), Err(Error::ScoreTooLarge { limit }));

    let good = archive(&[("a.xml", page(&[&[&note('C', "1")]]).as_bytes())]);
    for length in 4..good.len() {
        let cut = read(&good[..length], &ReadOptions::default());
        assert!(matches!(cut, Err(Error::CorruptMxl { .. })), "{length}: {cut:?}");
    }
}

#[test]
fn times_that_no_score_has_are_cut_off() {
    let divisions = |text: &str| format!("<attributes><divisions>{text}</divisions></attributes>");
    let kinds = |measure: String, options| {
        let text = page(&[&[&(measure + &note('C', "1"))]]);
        let read = read(text.as_bytes(), options).unwrap();
        assert!(read.sequence.notes.iter().all(|note| note.end_time.is_finite()));
        assert!(read.sequence.total_time.is_finite());
        let mut stored = Vec::new();
        encode(&read.sequence, &mut stored);
        assert_eq!(decode(&stored).unwrap(), read.sequence);
        read.warnings.into_iter().map(|warning| warning.kind).collect::<Vec<_>>()
    };
    let forward = |text: &str| format!("<forward><duration>{text}</duration></forward>");
    let limit = 1 << 20;
    let huge = forward("9000000000000000");
    let score = ReadOptions::default();
    assert_eq!(kinds(huge.clone(), &score), [WarningKind::TooLong { part: 0, limit }]);
    assert_eq!(kinds(huge, &NOTE_SEQ), [WarningKind::TooLong { part: 0, limit: 1_000_000_000 }]);
    for (divisions_text, expected) in [("0", "a number over 0"), ("-4", "a number over 0")] {
        let warnings = kinds(divisions(divisions_text), &score);
        let found = divisions_text.to_owned();
        assert_eq!(warnings, [WarningKind::Value { element: "divisions", found, expected }]);
    }
    assert_eq!(kinds(divisions("9000000000000000000"), &score), []);
    let odd: String =
        ["9999991", "9999973", "9999971"].map(|prime| divisions(prime) + &note('D', "1")).concat();
    assert_eq!(kinds(odd, &score), [WarningKind::TooFine { part: 0 }]);
    let back = "<backup><duration>7</duration></backup>".to_owned();
    assert_eq!(kinds(back.clone(), &score), [WarningKind::NegativeTime { part: 0 }]);
    assert_eq!(kinds(back, &NOTE_SEQ), []);
    assert_eq!(kinds(forward("ten"), &score).len(), 1);
}

#[test]
fn warnings_are_bounded_and_placed() {
    let bad = "<note><pitch><step>H</step><octave>4</octave></pitch></note>".repeat(1000);
    let text = page(&[&[&bad]]);
    let read = score(text.as_bytes());
    assert_eq!(read.warnings.len(), 65);
    assert_eq!(read.warnings[64].kind, WarningKind::More { count: 2000 - 64 });
    let offset = read.warnings[0].offset.unwrap();
    assert!(text[offset..].starts_with("<step>H"));
    assert!(read.warnings[0].to_string().contains("<step> holds \"H\""));
}

/// What is read of any bytes can be stored and read back.
fn survives(bytes: &[u8]) {
    for is_compressed in [false, true] {
        // Whatever is accepted is read the same way.
        let Ok(accepted) = magenta::read(bytes, is_compressed) else { continue };
        if let Ok(MusicXml { sequence, .. }) = read(bytes, &NOTE_SEQ) {
            assert_eq!(accepted, sequence);
        }
    }
    for options in [ReadOptions::default(), NOTE_SEQ, REPEATS] {
        let Ok(MusicXml { sequence, warnings, .. }) = read(bytes, &options) else { continue };
        assert!(warnings.len() <= 65);
        let mut stored = Vec::new();
        encode(&sequence, &mut stored);
        assert_eq!(decode(&stored).unwrap(), sequence);
        if let Ok(text) = formats::musicxml::write(&sequence, &Default::default()) {
            assert!(read(text.as_bytes(), &options).is_ok());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_scores_are_read_without_panic(
        file in 0usize..8,
        edits in vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..5), 1..12),
        packed: bool,
    ) {
        let name = &names("musicxml", "musicxml")[file];
        let mut bytes = bytes(&format!("musicxml/{name}.musicxml"));
        if packed {
            bytes = archive(&[("a.xml", &bytes)]);
        }
        for (place, value, edit) in edits {
            let place = place.index(bytes.len());
            match edit {
                0 => drop(bytes.remove(place)),
                1 => bytes.insert(place, value),
                // Numbers stay numbers, so that most files stay well-formed.
                2 | 3 if bytes[place].is_ascii_digit() => bytes[place] = b'0' + value % 10,
                2 | 3 => {
                    let next = bytes[place..].iter().position(u8::is_ascii_digit);
                    if let Some(next) = next {
                        bytes.splice(place + next..place + next, (0..value % 5).map(|digit| b'0' + digit));
                    }
                }
                _ => bytes[place] = value,
            }
            if bytes.is_empty() {
                bytes.push(b'<');
            }
        }
        survives(&bytes);
    }
}
