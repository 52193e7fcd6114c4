//! The reader of ABC keeps its head whatever the text.

use formats::abc::{Book, MAX_PLAYED_NOTES, Options, WarningKind, magenta, write};
use formats::note_sequence::{decode, encode};
use formats::{Error, abc};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::golden::bytes;
use crate::read_abc::tune;

fn has(body: &str, kind: fn(&WarningKind) -> bool) -> bool {
    tune(body).warnings.iter().any(|warning| kind(&warning.kind))
}

#[test]
fn repeats_do_not_go_off() {
    let bomb = format!("|{}CDEF{}|", ":".repeat(1_000_000), ":".repeat(1_000_000));
    let read = tune(&bomb);
    assert_eq!(read.sequence.notes.len(), 4);
    assert!(has(&bomb, |kind| matches!(kind, WarningKind::TooManyRepeats { .. })));

    let parts = "X:1\nP:((((A9)9)9)9)9\nK:C\nP:A\nC|\n";
    let book = Book::new(parts.as_bytes()).unwrap();
    let read = book.tunes(Options::default()).next().unwrap().unwrap();
    assert_eq!(read.sequence.notes.len(), 1);
    assert!(matches!(read.warnings[0].kind, WarningKind::PartOrder { .. }));

    // A thousand parts of many sections each.
    let parts = format!("X:1\nP:A999\nK:C\nP:A\n{}\n", "C:|".repeat(1000));
    let book = Book::new(parts.as_bytes()).unwrap();
    let read = book.tunes(Options::default()).next().unwrap().unwrap();
    assert_eq!(read.sequence.notes.len(), 2000);

    let endings = format!("|:{}|1-64D:|E", "C".repeat(10_000));
    assert_eq!(tune(&endings).sequence.notes.len(), 10_002);
    const { assert!(MAX_PLAYED_NOTES < 64 * 10_001) };
}

#[test]
fn lengths_and_pitches_are_bounded() {
    for body in ["C999999999999", "C99999", "C/0", "C1/2/3", "Z99999999"] {
        assert!(has(body, |kind| matches!(kind, WarningKind::Length { .. })), "{body}");
        assert!(tune(body).sequence.total_time < 10.0, "{body}");
    }
    assert!(has(&format!("C{}", "'".repeat(100_000)), |kind| matches!(
        kind,
        WarningKind::Pitch { .. }
    )));
    assert!(has("(99999CD", |kind| matches!(kind, WarningKind::Tuplet { notes: 99999 })));
    assert!(has("C0", |kind| matches!(kind, WarningKind::ZeroLength)));
    assert!(has("|:C[1-999D:|", |kind| matches!(kind, WarningKind::Ending { .. })));
}

#[test]
fn places_that_cannot_be_told_exactly_cost_their_tune_alone() {
    let primes = [61, 59, 53, 47, 43, 41, 37, 31, 29, 23, 19, 17, 13, 11, 7, 5];
    let body: String = primes.iter().map(|prime| format!("({prime}:2:1C")).collect();
    let book = format!("X:1\nK:C\n{body}\n\nX:2\nK:C\nC\n");
    let book = Book::new(book.as_bytes()).unwrap();
    let tunes: Vec<_> = book.tunes(Options::default()).collect();
    assert!(matches!(tunes[0], Err(Error::AbcTooFine { line: 3, .. })));
    assert_eq!(tunes[1].as_ref().unwrap().sequence.notes.len(), 1);
}

#[test]
fn long_lines_take_their_length_in_time() {
    for unit in [
        "{", "\"", "[K:C]C", "[A::", "[C", "(3", "!", "+", "[V:1]C", "&C", "C-", "C>", "\"Am\"C",
        "[M:3/4]C", "|1C:|", "^f",
    ] {
        let body = unit.repeat((1 << 18) / unit.len());
        assert!(tune(&body).warnings.len() <= 65, "{unit}");
    }
    let voices: String = (0..5000).map(|voice| format!("[V:{voice}]C")).collect();
    assert!(tune(&voices).sequence.notes.len() <= 5000);
}

/// What is read of any bytes can be stored and read back, and what can be written reads again.
fn survives(file: &[u8]) {
    let _ = magenta::read(&String::from_utf8_lossy(file));
    let Ok(book) = Book::new(file) else { return };
    for tune in book.tunes(Options::default()).flatten() {
        let sequence = &tune.sequence;
        assert!(
            sequence
                .notes
                .iter()
                .all(|note| note.start_time <= note.end_time && note.end_time.is_finite())
        );
        let mut stored = Vec::new();
        encode(sequence, &mut stored);
        assert_eq!(decode(&stored).as_ref(), Ok(sequence));
        if let Ok(text) = write(sequence, &abc::WriteOptions::default()) {
            assert!(Book::new(text.as_bytes()).is_ok_and(|book| book.len() == 1));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_books_are_read_without_panic(
        refused: bool,
        edits in vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..5), 1..20),
    ) {
        let mut bytes = bytes(if refused { "abc/refused.abc" } else { "abc/accepted.abc" });
        for (place, value, edit) in edits {
            let at = place.index(bytes.len());
            let signs = b"|:[]<>()-\"'/,^_=z&%!+{}X:K:V:P:\n12";
            match edit {
                0 => drop(bytes.remove(at)),
                1 => bytes.insert(at, value),
                2 => bytes.truncate(at.max(1)),
                3 => bytes.insert(at, signs[usize::from(value) % signs.len()]),
                _ => bytes[at] = value,
            }
            if bytes.is_empty() {
                bytes.push(b'X');
            }
        }
        survives(&bytes);
    }

    #[test]
    fn lines_of_signs_are_read_without_panic(body in "[A-Ga-gxyzZ|:\\[\\]<>()\"'/,^_=&!+{}0-9 .~TKMLQVP%\\\\-]{0,200}") {
        survives(format!("X:1\nK:G\n{body}\n").as_bytes());
    }
}
