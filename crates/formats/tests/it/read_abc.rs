//! The reader of ABC: against note-seq where it reads a tune, and by hand where it does not.

use formats::abc::{Book, Options, Repeats, Tune, WarningKind, magenta};
use music::{AnnotationKind, Mode, Notation, NoteSequence, expand_sections};

use crate::golden::{bytes, sequence};

fn text(name: &str) -> String {
    String::from_utf8(bytes(&format!("abc/{name}.abc"))).unwrap()
}

fn tunes(text: &str, options: Options) -> Vec<Tune> {
    Book::new(text.as_bytes()).unwrap().tunes(options).map(|tune| tune.unwrap()).collect()
}

/// A tune of one voice in C with an eighth as its unit at 120 quarter notes a minute.
pub(crate) fn tune(body: &str) -> Tune {
    tunes(&format!("X:1\nM:4/4\nL:1/8\nQ:1/4=120\nK:C\n{body}\n"), Options::default()).remove(0)
}

/// Pitches with their begins and ends in eighths, by begin.
pub(crate) fn eighths(sequence: &NoteSequence) -> Vec<(u8, f64, f64)> {
    let mut notes: Vec<_> = sequence
        .notes
        .iter()
        .map(|note| (note.pitch, note.start_time * 4.0, note.end_time * 4.0))
        .collect();
    notes.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    notes
}

fn pitches(body: &str) -> Vec<u8> {
    eighths(&tune(body).sequence).into_iter().map(|(pitch, ..)| pitch).collect()
}

fn warnings(body: &str) -> Vec<WarningKind> {
    tune(body).warnings.into_iter().map(|warning| warning.kind).collect()
}

#[test]
fn note_seqs_reading_is_known_to_the_last_bit() {
    let read = magenta::read(&text("accepted")).unwrap();
    assert_eq!(read.len(), 6);
    for (number, tune) in (1..).zip(read) {
        let tune = tune.unwrap();
        assert_eq!(tune, sequence(&format!("abc/accepted_{number}.pb")), "tune {number}");
        let played = expand_sections(&tune, 1000).unwrap();
        assert_eq!(played, sequence(&format!("abc/accepted_{number}_played.pb")), "tune {number}");
    }
}

#[test]
fn note_seqs_refusals_are_known_by_class_and_text() {
    let expected: Vec<(String, String)> =
        serde_json::from_slice(&bytes("abc/refused.json")).unwrap();
    let read = magenta::read(&text("refused")).unwrap();
    let found: Vec<_> = read
        .into_iter()
        .map(|tune| tune.unwrap_err())
        .map(|refusal| (refusal.class.to_owned(), refusal.message))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn what_is_no_parse_error_ends_note_seqs_reading_of_a_book() {
    for (tune, refusal) in [
        ("X:1\nK:Cb\nC", "KeyError: 'cb'"),
        ("X:one\nK:C\nC", "ValueError: invalid literal for int() with base 10: 'one'"),
        ("X:1\nK:C\nC/0", "ZeroDivisionError: Fraction(1, 0)"),
        (
            "X:2\nK:C\nC\n\nX:2\nK:C\nC",
            "DuplicateReferenceNumberError: ABC Reference number 2 appears more than once in this tunebook",
        ),
    ] {
        assert_eq!(magenta::read(tune).unwrap_err().to_string(), refusal);
    }
}

#[test]
fn where_note_seq_reads_a_tune_the_notes_are_its_own() {
    for repeats in [Repeats::Played, Repeats::Sections] {
        let mut options = Options::default();
        options.repeats = repeats;
        let suffix = if repeats == Repeats::Played { "_played" } else { "" };
        for (number, mut tune) in (1..).zip(tunes(&text("accepted"), options)) {
            assert!(tune.note_seq.is_ok());
            // In tune 2 a note of no length is left out, in 5 a tie joins two notes.
            assert_eq!(tune.strict, number != 2 && number != 5, "tune {number}");
            if tune.strict {
                tune.sequence.notes.iter_mut().for_each(|note| note.notation = Notation::default());
                let expected = sequence(&format!("abc/accepted_{number}{suffix}.pb"));
                assert_eq!(tune.sequence, expected, "tune {number}");
            }
        }
    }
}

#[test]
fn what_note_seq_refuses_is_read() {
    let tunes = tunes(&text("refused"), Options::default());
    assert_eq!(tunes.len(), 22);
    for tune in &tunes {
        let title = &tune.sequence.metadata.title;
        assert!(tune.note_seq.is_err() && !tune.strict, "{title}");
        assert_eq!(tune.sequence.notes.is_empty(), title == "high", "{title}");
    }
}

#[test]
fn rests_chords_and_tuplets() {
    assert_eq!(
        eighths(&tune("C z2 x [CE]2 Z [CEG]/ [C2E]2").sequence),
        [
            (60, 0.0, 1.0),
            (60, 4.0, 6.0),
            (64, 4.0, 6.0),
            (60, 14.0, 14.5),
            (64, 14.0, 14.5),
            (67, 14.0, 14.5),
            (60, 14.5, 18.5),
            (64, 14.5, 16.5),
        ]
    );
    let ends = |body: &str| eighths(&tune(body).sequence).last().unwrap().2;
    for (body, end) in
        [("(3CDE F", 3.0), ("(2CD F", 4.0), ("(5:4:5CDEFG F", 5.0), ("(3::2CD F", 7.0 / 3.0)]
    {
        assert!((ends(body) - end).abs() < 1e-9, "{body}");
    }
    assert_eq!(pitches("+CEG+ [C"), [60, 64, 67, 60]);
}

#[test]
fn ties_join_notes_and_carry_accidentals_over_the_bar() {
    assert_eq!(eighths(&tune("^F4-|F4 F").sequence), [(66, 0.0, 8.0), (65, 8.0, 9.0)]);
    assert_eq!(
        eighths(&tune("[CE-]2[EG]2").sequence),
        [(60, 0.0, 2.0), (64, 0.0, 4.0), (67, 2.0, 4.0)]
    );
    // A different note, or none, ends a tie.
    assert_eq!(eighths(&tune("C-D C- z C").sequence).len(), 4);
}

#[test]
fn broken_rhythm_takes_more_with_each_sign() {
    let onsets = |body: &str| {
        eighths(&tune(body).sequence).into_iter().map(|(_, onset, _)| onset).collect::<Vec<_>>()
    };
    assert_eq!(onsets("C>D E"), [0.0, 1.5, 2.0]);
    assert_eq!(onsets("C<D E"), [0.0, 0.5, 2.0]);
    assert_eq!(onsets("C>>D E<<F"), [0.0, 1.75, 2.0, 2.25]);
    assert_eq!(onsets("C2>D E"), [0.0, 2.5, 3.0]);
    assert_eq!(warnings(">C"), [WarningKind::Broken]);
}

#[test]
fn accidentals_hold_for_a_bar() {
    assert_eq!(pitches("^F F f =F F | F"), [66, 66, 78, 65, 65, 65]);
    assert_eq!(pitches("%%propagate-accidentals octave\n^F F f"), [66, 66, 77]);
    assert_eq!(pitches("%%propagate-accidentals not\n^F F"), [66, 65]);
    assert_eq!(pitches("__B ^^c"), [69, 74]);
}

#[test]
fn repeats_and_endings_are_played() {
    let letters = |body: &str| {
        pitches(body)
            .into_iter()
            .map(|pitch| b"CcDdEFfGgAaB"[usize::from(pitch % 12)] as char)
            .collect::<String>()
    };
    for (body, played) in [
        ("|:C|D:|E|", "CDCDE"),
        ("C|D:|E:|F|", "CDCDEEF"),
        ("|::C::|D", "CCCD"),
        ("C||D:|", "CDD"),
        ("|:C|1D:|2E|F|", "CDCEF"),
        ("|:C|1D:|2E||F:|", "CDCEFF"),
        ("|:C[1,3D:|[2E:|F|", "CDCECDF"),
        ("|:C|1-2D:|3E|]", "CDCDCE"),
        ("C|1D:|2E|F|1G:|2A|", "CDCEFGEFA"),
        ("|:C|1D:|2E:|:F:|", "CDCEFF"),
        ("|:C:||:D:|", "CCDD"),
        ("|:C::D:|", "CCDD"),
    ] {
        assert_eq!(letters(body), played, "{body}");
    }
    assert_eq!(warnings("|:C|"), [WarningKind::RepeatOpen]);
    assert_eq!(warnings("|:C|:D:|"), [WarningKind::RepeatInside]);
    assert_eq!(warnings("|:C::|"), [WarningKind::RepeatMismatch { expected: 2, found: 3 }]);
}

#[test]
fn a_rest_at_the_end_of_a_repeat_is_heard() {
    assert_eq!(
        eighths(&tune("|:C z:|D").sequence),
        [(60, 0.0, 1.0), (60, 2.0, 3.0), (62, 4.0, 5.0)]
    );
    assert_eq!(eighths(&tune("|:C z:|").sequence), [(60, 0.0, 1.0), (60, 2.0, 3.0)]);
}

#[test]
fn parts_are_played_in_their_order() {
    let book = "X:1\nP:A(BA)2\nL:1/8\nK:C\nP:A\n|:C:|\nP:B\nD|\n";
    let tune = tunes(book, Options::default()).remove(0);
    let pitches: Vec<u8> = tune.sequence.notes.iter().map(|note| note.pitch).collect();
    assert_eq!(pitches, [60, 60, 62, 60, 60, 62, 60, 60]);
}

#[test]
fn voices_are_instruments() {
    let book = "X:1\nL:1/4\nM:2/4\nK:C\nV:T name=\"Tune\"\nV:B octave=-1\n%%MIDI program 32\n\
                V:T\n[Q:1/4=60] CD|[Q:1/4=120]EF|\nV:B\nC2|D2 & z A|\n";
    let tune = tunes(book, Options::default()).remove(0);
    let notes: Vec<_> = tune
        .sequence
        .notes
        .iter()
        .map(|note| (note.instrument, note.pitch, note.start_time, note.end_time, note.program))
        .collect();
    assert_eq!(
        notes,
        [
            (0, 60, 0.0, 1.0, 0),
            (0, 62, 1.0, 2.0, 0),
            (0, 64, 2.0, 2.5, 0),
            (0, 65, 2.5, 3.0, 0),
            (1, 48, 0.0, 2.0, 32),
            (1, 50, 2.0, 3.0, 32),
            (2, 57, 2.5, 3.0, 32),
        ]
    );
    assert_eq!(tune.sequence.instrument_infos[0].name, "Tune");
    assert_eq!(tune.sequence.part_infos.len(), 2);
    assert_eq!(
        tune.sequence.notes[6].notation,
        Notation { part: 1, voice: 2, numerator: 1, denominator: 4 }
    );
}

#[test]
fn what_is_not_played_is_told() {
    assert_eq!(
        warnings("C \"D.C.\" D !D.S.!E ? {cd}E"),
        [
            WarningKind::DaCapo { text: "D.C.".into() },
            WarningKind::DaCapo { text: "D.S.".into() },
            WarningKind::Character { found: '?' },
        ]
    );
    let tune = tune("C\n\"Am\"D [CE");
    assert_eq!(tune.sequence.text_annotations[0].kind, AnnotationKind::ChordSymbol);
    assert_eq!(
        tune.warnings[0].to_string(),
        "a chord is not closed on its line (line 7, column 10)"
    );
}

#[test]
fn old_and_foreign_files_are_read() {
    let book = b"\xef\xbb\xbfX:1\rT:Caf\xc3\xa9\rK:Em\rL:1/8\rEF|!\rG:|\r";
    let tune = Book::new(book).unwrap().tunes(Options::default()).next().unwrap().unwrap();
    assert_eq!(tune.sequence.metadata.title, "Café");
    assert_eq!(
        (tune.sequence.key_signatures[0].tonic, tune.sequence.key_signatures[0].mode),
        (4, Mode::Minor)
    );
    assert_eq!(tune.sequence.notes.len(), 6);
}
