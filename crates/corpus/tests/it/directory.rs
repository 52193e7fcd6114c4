//! A folder as Magenta converts it.

use std::fs;
use std::path::{Path, PathBuf};

use corpus::Error;
use corpus::ingest::{DirectoryEvent, DirectoryOptions, DirectorySummary, convert_directory};
use formats::note_sequence;
use music::NoteSequence;

const OPTIONS: DirectoryOptions =
    DirectoryOptions { recursive: true, lenient: false, max_file_bytes: 1 << 20 };

fn formats_golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../formats/tests/golden")
}

/// What is told of `root`, line by line, and the pieces.
fn told(
    root: &str,
    options: &DirectoryOptions,
) -> (Vec<String>, Vec<NoteSequence>, DirectorySummary) {
    let (mut lines, mut pieces) = (Vec::new(), Vec::new());
    let mut take = |event: DirectoryEvent<'_>| {
        match event {
            DirectoryEvent::Folder(path) => lines.push(format!("folder {path}")),
            DirectoryEvent::Converted { path, record, .. } => {
                lines.push(format!("converted {path}"));
                pieces.push(note_sequence::decode(record).unwrap());
            }
            DirectoryEvent::Refused { path, format, reason } => {
                lines.push(format!("refused {path} {format}: {reason}"));
            }
            DirectoryEvent::TuneRefused { path, format, reason } => {
                lines.push(format!("tune refused {path} {format}: {reason}"));
            }
            DirectoryEvent::Failed { path, reason } if path.ends_with("xml") => {
                lines.push(format!("failed {path}: {reason}"));
            }
            DirectoryEvent::Failed { path, .. } => lines.push(format!("failed {path}")),
            DirectoryEvent::NoConverter(path) => lines.push(format!("ignored {path}")),
            _ => {}
        }
        Ok(())
    };
    let summary = convert_directory(root, options, &mut take).unwrap();
    (lines, pieces, summary)
}

fn copy_midi(to: &Path) {
    fs::copy(formats_golden().join("midi/syn_one_note.mid"), to).unwrap();
}

#[test]
fn broken_files_are_refused_in_magentas_words() {
    let folder = formats_golden().join("midi_bad");
    let refused = fs::read_to_string(folder.join("refused.json")).unwrap();
    let refused: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&refused).unwrap();
    let root = folder.to_str().unwrap();
    let (lines, pieces, summary) = told(root, &OPTIONS);
    assert!(!refused.is_empty());
    for (name, reason) in &refused {
        let name = name.trim_end_matches(".mid");
        let line = format!("refused {root}/{name}.mid MIDI: {}", reason.as_str().unwrap());
        assert!(lines.contains(&line), "{line} is not in {lines:#?}");
    }
    assert_eq!(summary.refused as usize, refused.len());
    // A piece without notes is a piece.
    assert!(pieces.iter().any(|piece| piece.notes.is_empty()));
    assert!(lines.contains(&format!("ignored {root}/refused.json")));
}

#[test]
fn lenience_reads_what_can_be_read() {
    let root = formats_golden().join("midi_bad");
    let (_, strict, _) = told(root.to_str().unwrap(), &OPTIONS);
    let lenient = DirectoryOptions { lenient: true, ..OPTIONS };
    let (_, lenient, summary) = told(root.to_str().unwrap(), &lenient);
    assert!(lenient.len() > strict.len());
    assert!(summary.refused > 0, "what is no MIDI file stays out");
}

#[test]
fn files_come_before_folders_and_folders_only_when_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("tunes");
    fs::create_dir_all(root.join("a/deep")).unwrap();
    for name in ["z.MIDI", "a/b.mid", "a/deep/c.mid"] {
        copy_midi(&root.join(name));
    }
    let root = root.to_str().unwrap();
    let (lines, pieces, _) = told(root, &OPTIONS);
    let expected = [
        "folder R/",
        "converted R/z.MIDI",
        "folder R/a",
        "converted R/a/b.mid",
        "folder R/a/deep",
        "converted R/a/deep/c.mid",
    ];
    assert_eq!(lines, expected.map(|line| line.replace('R', root)));
    let names: Vec<_> = pieces.iter().map(|piece| piece.filename.as_str()).collect();
    assert_eq!(names, ["z.MIDI", "a/b.mid", "a/deep/c.mid"]);
    // SHA-1 of "a/b.mid".
    assert_eq!(pieces[1].id, "/id/midi/tunes/51deb17655a5d7bd04b4c26e49b93b370e15e0fe");
    assert!(pieces.iter().all(|piece| piece.collection_name == "tunes"));
    assert!(pieces[1].metadata.artist.is_empty() && pieces[1].metadata.title.is_empty());

    let flat = DirectoryOptions { recursive: false, ..OPTIONS };
    let (lines, ..) = told(root, &flat);
    assert_eq!(lines[2], format!("ignored {root}/a"));
    assert_eq!(lines.len(), 3);
}

#[test]
fn a_slash_at_the_end_takes_the_name_from_the_collection() {
    let folder = tempfile::tempdir().unwrap();
    copy_midi(&folder.path().join("a.mid"));
    let root = format!("{}/", folder.path().display());
    let (lines, pieces, _) = told(&root, &OPTIONS);
    assert_eq!(lines, [format!("folder {root}"), format!("converted {root}a.mid")]);
    assert_eq!(pieces[0].collection_name, "");
    assert!(pieces[0].id.starts_with("/id/midi//"));
}

#[test]
fn what_cannot_be_read_is_told_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("no file.mid")).unwrap();
    copy_midi(&folder.path().join("a.mid"));
    fs::write(folder.path().join("large.mid"), vec![0; 2 << 20]).unwrap();
    let (lines, pieces, summary) = told(folder.path().to_str().unwrap(), &OPTIONS);
    assert_eq!((pieces.len(), summary.failed), (1, 2), "{lines:?}");
}

#[cfg(unix)]
#[test]
fn loops_of_links_end() {
    let folder = tempfile::tempdir().unwrap();
    copy_midi(&folder.path().join("a.mid"));
    std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).unwrap();
    let (lines, pieces, summary) = told(folder.path().to_str().unwrap(), &OPTIONS);
    assert_eq!((pieces.len(), summary.failed), (1, 1), "{lines:?}");
}

#[test]
fn a_missing_folder_is_an_error() {
    let error = convert_directory("/no/such/folder", &OPTIONS, &mut |_| Ok(())).unwrap_err();
    assert!(matches!(error, Error::Input { .. }));
}

#[test]
fn the_listener_can_end_it() {
    let root = formats_golden();
    let error = convert_directory(root.to_str().unwrap(), &OPTIONS, &mut |_| Err(Error::Cancelled))
        .unwrap_err();
    assert!(matches!(error, Error::Cancelled));
}

/// What is told of a folder called `tunes` with one file in it, without the folder's name, and the pieces.
fn told_of(
    name: &str,
    bytes: &[u8],
    options: &DirectoryOptions,
) -> (Vec<String>, Vec<NoteSequence>, DirectorySummary) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("tunes");
    fs::create_dir(&root).unwrap();
    fs::write(root.join(name), bytes).unwrap();
    let root = root.to_str().unwrap();
    let (lines, pieces, summary) = told(root, options);
    let lines = lines.iter().skip(1).map(|line| line.replace(&format!("{root}/"), "")).collect();
    (lines, pieces, summary)
}

const LENIENT: DirectoryOptions = DirectoryOptions { lenient: true, ..OPTIONS };

/// A score of one measure with a C and what else is in it.
fn score(more: &str) -> String {
    format!(
        "<score-partwise><part id='P'><measure><note><pitch><step>C</step><octave>4</octave></pitch>\
         <duration>4</duration></note>{more}</measure></part></score-partwise>"
    )
}

#[test]
fn scores_are_what_note_seq_makes_of_them() {
    let golden = formats_golden().join("musicxml");
    let text = fs::read(golden.join("pickup_ties.musicxml")).unwrap();
    let (lines, mut pieces, _) = told_of("a.xml", &text, &OPTIONS);
    assert_eq!(lines, ["converted a.xml"]);
    // SHA-1 of "a.xml".
    let id = "/id/musicxml/tunes/93e1d52f36a91cb9d4d0346e78aeab78ba5e7db4";
    assert_eq!((&*pieces[0].id, &*pieces[0].filename), (id, "a.xml"));
    let piece = &mut pieces[0];
    for name in [&mut piece.id, &mut piece.filename, &mut piece.collection_name] {
        name.clear();
    }
    let expected = fs::read(golden.join("pickup_ties.pb")).unwrap();
    assert_eq!(pieces[0], note_sequence::decode(&expected).unwrap());
}

#[test]
fn scores_that_note_seq_refuses_are_read_only_with_lenience() {
    let drums = score("<note><unpitched/><duration>4</duration></note>");
    let (lines, _, summary) = told_of("a.xml", drums.as_bytes(), &OPTIONS);
    assert_eq!(lines, ["refused a.xml MusicXML: Unpitched notes are not supported"]);
    assert_eq!((summary.refused, summary.failed), (1, 0));
    let fine = score("<direction><sound tempo='90' dynamics='70.5'/></direction>");
    let (lines, _, summary) = told_of("a.xml", fine.as_bytes(), &OPTIONS);
    assert_eq!(lines, ["failed a.xml: invalid literal for int() with base 10: '70.5'"]);
    assert_eq!((summary.refused, summary.failed), (0, 1));
    for text in [drums, fine] {
        let (lines, pieces, _) = told_of("a.xml", text.as_bytes(), &LENIENT);
        assert_eq!((lines, pieces[0].notes.len()), (vec!["converted a.xml".to_owned()], 1));
    }
    let (lines, ..) = told_of("a.mxl", b"no archive", &LENIENT);
    assert_eq!(lines, ["refused a.mxl MusicXML: File is not a zip file"]);
}

/// Two tunes that note-seq reads around one that it does not, for its rest.
const BOOK: &str = "X:3\nM:4/4\nK:C\ncdef|\n\nX:4\nM:4/4\nK:C\nc2 z2 e2|\n\nX:7\nK:C\n|:c:|\n";

#[test]
fn books_give_a_piece_a_tune() {
    let (lines, pieces, summary) = told_of("a.ABC", BOOK.as_bytes(), &OPTIONS);
    assert_eq!(lines.len(), 3);
    assert!(lines[0].starts_with("tune refused a.ABC ABC: "), "{lines:?}");
    assert_eq!(lines[1..], ["converted a.ABC", "converted a.ABC"]);
    assert_eq!((summary.pieces, summary.refused), (2, 1));
    // SHA-1 of "a.ABC_3".
    assert_eq!(pieces[0].id, "/id/abc/tunes/a4034b30c86b786ea3cd984ca74bc2e36dc23b56");
    assert_eq!(pieces.iter().map(|piece| piece.reference_number).collect::<Vec<_>>(), [3, 7]);
    assert!(pieces.iter().all(|piece| piece.filename == "a.ABC"));

    let (lines, lenient, _) = told_of("a.ABC", BOOK.as_bytes(), &LENIENT);
    assert_eq!(lines, ["converted a.ABC"; 3]);
    assert_eq!([&lenient[0], &lenient[2]], [&pieces[0], &pieces[1]]);
    assert_eq!(lenient[1].notes.len(), 2);
    // Repeats are sections, as in the others.
    assert_eq!(lenient[2].section_groups.len(), 1);
}

#[test]
fn books_with_one_number_twice_are_refused_as_a_whole() {
    let book = "X:1\nK:C\nc\n\nX:1\nK:C\nd\n";
    let (lines, ..) = told_of("a.abc", book.as_bytes(), &OPTIONS);
    let reason = "ABC Reference number 1 appears more than once in this tunebook";
    assert_eq!(lines, [format!("refused a.abc ABC: {reason}")]);
    let (_, pieces, _) = told_of("a.abc", book.as_bytes(), &LENIENT);
    assert_eq!(pieces.len(), 2);
    assert_ne!(pieces[0].id, pieces[1].id);
}
