//! What an ingest gives, and in which order.

use std::fs;
use std::ops::ControlFlow;
use std::path::PathBuf;

use corpus::ingest::{Options, Progress, Reason, Row, Sink, Stage, ingest, ingest_to_files};
use corpus::split::{self, Side, split_file};
use corpus::{Error, NoteDigest};
use formats::midi;

use crate::collection::{
    Files, Kept, file, gzip, ingest_with, ingested, midi as golden, saved, songs, tar, threads,
    write_folder, zip,
};

#[test]
fn a_folder_gives_its_files_in_the_order_of_their_paths() {
    let folder = tempfile::tempdir().unwrap();
    write_folder(folder.path(), &songs());
    let (kept, summary) = ingested(&folder.path().join("songs"));
    let read = |path| (path, String::new());
    assert_eq!(
        kept.outcomes(),
        [
            read("Ann/Broken.mid"),
            read("Ann/First.mid"),
            read("Ann/Second.MID"),
            read("Bob/First.mid"),
            ("Bob/Page.mid", "not_midi".into()),
            read("Bob/Reel.1.mid"),
            read("Bob/Reel.mid"),
            read("Bob/live/Overlaps.midi"),
            ("README.txt", "not_music".into()),
        ]
    );
    assert_eq!((summary.pieces, summary.dropped, summary.duplicates), (7, 2, 1));
    assert_eq!((summary.damaged, summary.with_warnings), (1, 1));
    assert_eq!(summary.reasons[&Reason::NotMusic], 1);
    assert!(kept.rows[0].damaged && kept.rows[0].warnings[0].offset.is_some());
    assert_eq!(kept.rows[4].offset, Some(0));
}

#[test]
fn a_record_is_what_the_reader_gives_with_its_name() {
    let folder = tempfile::tempdir().unwrap();
    write_folder(folder.path(), &songs());
    let (kept, _) = ingested(&folder.path().join("songs"));
    let first = &kept.sequences()[1];
    let mut expected = midi::read(&golden("syn_multitrack")).unwrap().sequence;
    // SHA-1 of "Ann/First.mid".
    expected.id = "/id/midi/songs/c5964a3123365d8d2ebf2600a9b63323e576bc9b".into();
    expected.filename = "Ann/First.mid".into();
    expected.collection_name = "songs".into();
    expected.metadata.artist = "Ann".into();
    expected.metadata.title = "First".into();
    assert_eq!(*first, expected);
    let row = &kept.rows[1];
    assert_eq!((row.artist.as_str(), row.title.as_str()), ("Ann", "First"));
    assert_eq!((row.notes as usize, row.seconds), (first.notes.len(), first.total_time));
}

#[test]
fn archives_give_the_same_as_their_folder() {
    let folder = tempfile::tempdir().unwrap();
    write_folder(folder.path(), &songs());
    let (expected, summary) = ingested(&folder.path().join("songs"));
    let mut sorted = songs();
    sorted.sort();
    for (name, bytes) in [
        ("songs.tar", tar(&sorted)),
        ("other name.tar.gz", gzip(&tar(&sorted))),
        ("x.tgz", gzip(&tar(&sorted))),
        ("X.ZIP", zip(&sorted)),
        // Names lie: what counts is what is inside.
        ("a zip in truth.tar.gz", zip(&sorted)),
        ("a tar in truth.zip", gzip(&tar(&sorted))),
    ] {
        let (_folder, path) = saved(name, &bytes);
        let (kept, numbers) = ingested(&path);
        assert!(kept.rows == expected.rows && kept.records == expected.records, "{name}");
        assert_eq!(numbers, summary, "{name}");
    }
}

#[test]
fn an_archive_without_one_folder_is_called_after_its_file() {
    let files: Files =
        vec![file("a/x.mid", golden("syn_overlaps")), file("b.mid", golden("syn_set_order"))];
    let (_folder, path) = saved("loose.v1.tar.gz", &gzip(&tar(&files)));
    let sequences = ingested(&path).0.sequences();
    let names: Vec<_> =
        sequences.iter().map(|piece| (&*piece.collection_name, &*piece.filename)).collect();
    assert_eq!(names, [("loose.v1", "a/x.mid"), ("loose.v1", "b.mid")]);
    assert_eq!(sequences[1].metadata.artist, "loose.v1");
}

#[test]
fn a_single_file_is_a_collection_called_after_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    write_folder(folder.path(), &songs());
    let sequences = ingested(&folder.path().join("songs/Ann/First.mid")).0.sequences();
    assert_eq!(sequences[0].collection_name, "Ann");
    assert_eq!(sequences[0].filename, "First.mid");
    assert_eq!(sequences[0].metadata.artist, "Ann");
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    for copy in 0..12 {
        write_folder(&folder.path().join(format!("part {copy}")), &songs());
    }
    write_folder(folder.path(), &vec![file("archive/songs.tar.gz", gzip(&tar(&songs())))]);
    let inputs = vec![folder.path().to_owned(), folder.path().join("archive/songs.tar.gz")];
    let outputs = [1, 2, 7].map(|count| {
        let out = tempfile::tempdir().unwrap();
        let (records, report) = (out.path().join("notes"), out.path().join("report"));
        let go_on = &mut |_: &Progress| ControlFlow::Continue(());
        let summary =
            ingest_to_files(&inputs, &records, Some(&report), None, &threads(count), go_on);
        (fs::read(records).unwrap(), fs::read_to_string(report).unwrap(), summary.unwrap())
    });
    assert!(outputs[0].0.len() > 10_000);
    assert_eq!(outputs[0].2.duplicates, 13 * 7 - 6);
    assert!(outputs[0] == outputs[1] && outputs[0] == outputs[2]);
    let row: serde_json::Value =
        serde_json::from_str(outputs[0].1.lines().nth(5).unwrap()).unwrap();
    assert_eq!(row["path"], "part 0/songs/Bob/Page.mid");
    assert_eq!(row["reason"], "not_midi");
}

#[test]
fn copies_are_marked_or_left_out() {
    let folder = tempfile::tempdir().unwrap();
    write_folder(folder.path(), &songs());
    let (kept, _) = ingested(folder.path());
    let copy = kept.rows.iter().find(|row| row.duplicate_of.is_some()).unwrap();
    assert_eq!(copy.path, "songs/Bob/Reel.mid");
    assert_eq!(copy.duplicate_of.as_deref(), Some("songs/Bob/Reel.1.mid"));

    let mut options = threads(2);
    options.skip_duplicates = true;
    let (skipped, summary) = ingest_with(&[folder.path().to_owned()], &options);
    assert_eq!((summary.pieces, summary.duplicates), (6, 1));
    assert_eq!(summary.reasons[&Reason::Duplicate], 1);
    let mut digests: Vec<_> = skipped.sequences().iter().map(NoteDigest::of).collect();
    digests.dedup();
    assert_eq!(digests.len(), 6);
}

#[test]
fn the_observer_sees_the_total_and_every_file() {
    let (_folder, path) = saved("songs.tar.gz", &gzip(&tar(&songs())));
    let mut seen = Vec::new();
    let mut watch = |progress: &Progress| {
        seen.push(*progress);
        ControlFlow::Continue(())
    };
    let mut kept = Kept::default();
    ingest(&[path], &mut kept, &Options::default(), &mut watch).unwrap();
    let mut reading = seen.iter().filter(|progress| progress.stage == Stage::Reading);
    assert!(reading.clone().all(|progress| progress.files_total == 9));
    let last = reading.next_back().unwrap();
    assert_eq!((last.files_done, last.pieces), (9, 7));
    assert_eq!(last.notes, kept.rows.iter().map(|row| row.notes).sum::<u64>());
}

#[test]
fn cancelling_leaves_nothing_behind() {
    let (_folder, path) = saved("songs.tar.gz", &gzip(&tar(&songs())));
    for stage in [Stage::Scanning, Stage::Reading] {
        let out = tempfile::tempdir().unwrap();
        let mut stop = |progress: &Progress| match progress.stage == stage {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        };
        let (records, report) = (out.path().join("notes"), out.path().join("report"));
        let inputs = [path.clone()];
        let result =
            ingest_to_files(&inputs, &records, Some(&report), None, &threads(2), &mut stop);
        assert!(matches!(result, Err(Error::Cancelled)));
        assert_eq!(fs::read_dir(&out).unwrap().count(), 0);
    }
}

#[test]
fn a_missing_input_is_an_error_before_anything_is_read() {
    let (_folder, path) = saved("songs.tar", &tar(&songs()));
    let missing = path.with_file_name("no such folder");
    let mut kept = Kept::default();
    let go_on = &mut |_: &Progress| ControlFlow::Continue(());
    let result = ingest(&[path, missing.clone()], &mut kept, &threads(2), go_on);
    assert!(matches!(result, Err(Error::Input { path, .. }) if path == missing));
    assert_eq!(kept.rows, []);
}

#[test]
fn nothing_read_is_an_error_that_keeps_the_report() {
    let folder = tempfile::tempdir().unwrap();
    write_folder(folder.path(), &vec![file("in/a.txt", "a"), file("in/b.mid", "no music")]);
    let (records, report) = (folder.path().join("notes"), folder.path().join("report"));
    let go_on = &mut |_: &Progress| ControlFlow::Continue(());
    let inputs = [folder.path().join("in")];
    let result = ingest_to_files(&inputs, &records, Some(&report), None, &threads(2), go_on);
    assert!(matches!(result, Err(Error::NothingRead { files: 2 })));
    assert!(!records.exists());
    assert_eq!(fs::read_to_string(report).unwrap().lines().count(), 2);
}

struct Full;

impl Sink for Full {
    fn take(&mut self, row: &Row, _: Option<&[u8]>) -> corpus::Result<()> {
        let source = std::io::ErrorKind::StorageFull.into();
        Err(Error::Report { path: PathBuf::from(&row.path), source })
    }
}

#[test]
fn a_sink_that_fails_ends_the_ingest() {
    let folder = tempfile::tempdir().unwrap();
    for copy in 0..20 {
        write_folder(&folder.path().join(format!("{copy:02}")), &songs());
    }
    let go_on = &mut |_: &Progress| ControlFlow::Continue(());
    let result = ingest(&[folder.path().to_owned()], &mut Full, &threads(2), go_on);
    let first = PathBuf::from("00/songs/Ann/Broken.mid");
    assert!(matches!(result, Err(Error::Report { path, .. }) if path == first));
}

#[test]
fn the_records_split_by_song() {
    let folder = tempfile::tempdir().unwrap();
    write_folder(folder.path(), &songs());
    let records = folder.path().join("notes");
    let go_on = &mut |_: &Progress| ControlFlow::Continue(());
    let inputs = [folder.path().join("songs")];
    ingest_to_files(&inputs, &records, None, None, &threads(2), go_on).unwrap();
    let split = split_file(&records, &split::Options { eval_ratio: 0.4, seed: 1 }).unwrap();
    assert_eq!(split.training.songs + split.eval.songs, 6);
    assert_eq!(split.training.pieces + split.eval.pieces, 7);
    assert_eq!(split.side(4), split.side(5));
    assert!(split.sides().contains(&Side::Eval) && split.sides().contains(&Side::Training));
}
