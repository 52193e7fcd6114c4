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
            DirectoryEvent::Failed { path, .. } => lines.push(format!("failed {path}")),
            DirectoryEvent::TuneRefused { path, reason } => {
                lines.push(format!("refused a tune of {path}: {reason}"));
            }
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

#[test]
fn tunebooks_give_their_tunes_and_say_what_note_seq_does_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let book =
        "X:1\nT:One\nM:4/4\nL:1/8\nK:C\nCDEF GABc|\n\nX:2\nT:Rest\nM:4/4\nL:1/8\nK:C\nC2 z2 E4|\n";
    fs::write(folder.path().join("book.abc"), book).unwrap();
    fs::write(folder.path().join("twice.abc"), book.replace("X:2", "X:1").replace('z', "D"))
        .unwrap();
    let root = folder.path().to_str().unwrap();
    let (mut lines, pieces, summary) = told(root, &OPTIONS);
    lines.sort();
    assert_eq!(
        lines,
        [
            "converted {root}/book.abc",
            "folder {root}/",
            "refused {root}/twice.abc ABC: ABC Reference number 1 appears more than once in this tunebook",
            "refused a tune of {root}/book.abc: Unexpected character: [b'z']",
        ]
        .map(|line| line.replace("{root}", root))
    );
    assert_eq!((summary.pieces, summary.refused), (1, 2));
    let collection = &pieces[0].collection_name;
    // SHA-1 of "book.abc_1".
    let id = format!("/id/abc/{collection}/b3d8a9ca69ad23c18e8f3b986aee997e525b303e");
    assert_eq!((pieces[0].id.as_str(), pieces[0].filename.as_str()), (id.as_str(), "book.abc"));
    let (_, all, _) = told(root, &DirectoryOptions { lenient: true, ..OPTIONS });
    assert_eq!(all.len(), 4);
}

#[test]
fn scores_are_what_note_seq_makes_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let golden = formats_golden().join("musicxml/two_parts_tempo.musicxml");
    fs::copy(golden, folder.path().join("score.xml")).unwrap();
    fs::write(folder.path().join("page.xml"), "<html/>").unwrap();
    let (_, pieces, summary) = told(folder.path().to_str().unwrap(), &OPTIONS);
    assert_eq!((summary.pieces, summary.refused), (1, 1));
    assert!(pieces[0].id.starts_with("/id/musicxml/"), "{}", pieces[0].id);
    assert!(!pieces[0].notes.is_empty());
}
