//! Tunebooks and scores in a collection.

use corpus::NoteDigest;
use corpus::ingest::Reason;
use music::{Encoding, NoteSequence};

use crate::collection::{
    Files, file, ingest_with, ingested, midi, saved, tar, threads, write_folder,
};

/// Three tunes, of which the second is in a key of its own and the third has nothing to play, and a paragraph of text.
const BOOK: &str = "\
% A book for tests.
C:Trad. of the testers

X:7
T:The First Test
M:4/4
L:1/8
Q:1/4=120
K:D
|: DFAd fdAF | E2E2 E4 :|

Some words between the tunes.

X:8
T:Two Voices
C:Ann
M:3/4
K:G
V:1 name=\"Fiddle\"
V:2
[V:1] G2 A2 B2 | (3ABA G4 |
[V:2] G,6 | [B,D]6 |

X:9
T:Silence
K:C
z4 |

X:7
T:The First Test, again
K:D
DFAd |
";

const SCORE: &str = "\
<?xml version=\"1.0\"?>
<score-partwise version=\"4.0\"><work><work-title>Two Notes</work-title></work>
<part-list><score-part id=\"P1\"><part-name>Voice</part-name></score-part></part-list>
<part id=\"P1\"><measure number=\"1\"><attributes><divisions>1</divisions></attributes>
<note><pitch><step>C</step><octave>4</octave></pitch><duration>2</duration></note>
<note><pitch><step>D</step><octave>4</octave></pitch><duration>2</duration></note>
</measure></part></score-partwise>
";

fn collection() -> Files {
    vec![
        file("tunes/Ann/book.abc", BOOK),
        file("tunes/Ann/reel.mid", midi("rm_BostonBoysReel")),
        file("tunes/Bob/Page.xml", "<html><body/></html>"),
        file("tunes/Bob/broken.musicxml", "<score-partwise><part>"),
        file("tunes/Bob/two.musicxml", SCORE),
    ]
}

#[test]
fn every_tune_is_a_piece_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    write_folder(folder.path(), &collection());
    let (kept, summary) = ingested(&folder.path().join("tunes"));
    assert_eq!(
        kept.outcomes(),
        [
            ("Ann/book.abc#7", String::new()),
            ("Ann/book.abc#8", String::new()),
            ("Ann/book.abc#9", "no_notes".into()),
            ("Ann/book.abc#line29", String::new()),
            ("Ann/reel.mid", String::new()),
            ("Bob/Page.xml", "not_music_xml".into()),
            ("Bob/broken.musicxml", "bad_music_xml".into()),
            ("Bob/two.musicxml", String::new()),
        ]
    );
    assert_eq!((summary.files, summary.pieces, summary.dropped), (5, 5, 3));
    assert_eq!(summary.reasons[&Reason::NoNotes], 1);
    let lines: Vec<_> = kept.rows.iter().map(|row| row.line).collect();
    assert_eq!(lines[..5], [Some(4), Some(14), Some(24), Some(29), None]);
    assert!(lines[6].is_some());
}

#[test]
fn a_tune_is_known_by_what_it_says_of_itself() {
    let (_folder, path) = saved("book.abc", BOOK.as_bytes());
    let (kept, _) = ingested(&path);
    let sequences = kept.sequences();
    let named = |sequence: &NoteSequence| {
        (sequence.metadata.title.clone(), sequence.metadata.artist.clone())
    };
    assert_eq!(named(&sequences[0]), ("The First Test".into(), "Trad. of the testers".into()));
    assert_eq!(named(&sequences[1]), ("Two Voices".into(), "Trad. of the testers".into()));
    assert_eq!(sequences[1].metadata.composers, ["Trad. of the testers", "Ann"]);
    let first = &sequences[0];
    assert_eq!((first.filename.as_str(), first.reference_number), ("book.abc", 7));
    assert_eq!(first.source_info.encoding, Encoding::Abc);
    // Two bars, twice.
    assert_eq!((first.notes.len(), first.total_time), (22, 8.0));
    let instruments = sequences[1].notes.iter().map(|note| note.instrument).max();
    assert_eq!(instruments, Some(1));
    assert_ne!(NoteDigest::of(first), NoteDigest::of(&sequences[1]));
}

#[test]
fn the_id_of_a_tune_is_magentas() {
    let folder = tempfile::tempdir().unwrap();
    write_folder(folder.path(), &collection());
    let (kept, _) = ingested(&folder.path().join("tunes"));
    let ids: Vec<String> = kept.sequences().into_iter().map(|sequence| sequence.id).collect();
    // SHA-1 of "Ann/book.abc_7" and of "Bob/two.musicxml".
    assert_eq!(ids[0], "/id/abc/tunes/a51011a221f7b474986a0d804d9734feda792abc");
    assert_eq!(ids[4], "/id/musicxml/tunes/4bc3e1a970dc4af79fa4cc328bceb52533ddf2a3");
}

#[test]
fn a_book_of_many_tunes_comes_in_order_at_any_number_of_threads() {
    let tune = |number: usize| {
        let notes = ["C", "D", "E", "F", "G", "A", "B"];
        let melody: String = (0..7).map(|place| notes[(number / 7_usize.pow(place)) % 7]).collect();
        format!("X:{number}\nT:Tune {number}\nK:C\n{melody}|\n\n")
    };
    let book = |first: usize| (first..first + 300).map(tune).collect::<String>();
    let files: Files =
        (0..6).map(|index| file(&format!("many/{index}.abc"), book(1 + 300 * index))).collect();
    let (_folder, path) = saved("many.tar", &tar(&files));
    let expected: Vec<i64> = (1..=1800).collect();
    let mut earlier = None;
    for count in [1, 2, 5] {
        let (kept, summary) = ingest_with(std::slice::from_ref(&path), &threads(count));
        assert_eq!((summary.files, summary.pieces), (6, 1800));
        let numbers: Vec<i64> =
            kept.sequences().iter().map(|sequence| sequence.reference_number).collect();
        assert_eq!(numbers, expected);
        assert_eq!(*earlier.get_or_insert(kept.records.clone()), kept.records);
    }
}

#[test]
fn an_ingest_of_books_can_be_called_off() {
    use std::ops::ControlFlow;

    use corpus::Error;
    use corpus::ingest::{Progress, ingest};

    let book: String = (1..2000).map(|number| format!("X:{number}\nK:C\nCDEF|\n\n")).collect();
    let files: Files =
        (0..8).map(|index| file(&format!("many/{index}.abc"), book.clone())).collect();
    let folder = tempfile::tempdir().unwrap();
    write_folder(folder.path(), &files);
    let mut stop = |progress: &Progress| {
        if progress.pieces > 100 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let mut kept = crate::collection::Kept::default();
    let result = ingest(&[folder.path().to_owned()], &mut kept, &threads(4), &mut stop);
    assert!(matches!(result, Err(Error::Cancelled)));
    assert!(kept.records.len() < 2000);
}
