//! Folders with everything in them that can go wrong.

use corpus::ingest::Reason;

use crate::collection::{file, ingest_with, ingested, midi, threads, write_folder};

#[test]
fn every_file_that_gives_nothing_has_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let mut too_large = midi("syn_overlaps");
    too_large.resize(5000, 0);
    write_folder(
        folder.path(),
        &vec![
            file("a/bytes.mid", midi("bad_data_byte_ge_128")),
            file("a/division.mid", midi("bad_division_0")),
            file("a/empty.mid", ""),
            file("a/large.mid", too_large),
            file("a/none.mid", midi("bad_no_notes")),
            file("a/page.MID", "<html>not found</html>"),
            file("b/chorale.mxl", "PK"),
            file("b/more.zip", "PK"),
            file("b/score.krn", "**kern"),
            file("b/score.xml", "<score/>"),
            file("b/text.abc", "no tune"),
            file("b/tune.abc", "X:1"),
            file("good.mid", midi("syn_overlaps")),
        ],
    );
    let mut options = threads(3);
    options.max_file_bytes = 4000;
    let (kept, summary) = ingest_with(&[folder.path().to_owned()], &options);
    let expected = [
        ("a/bytes.mid", ""),
        ("a/division.mid", "bad_midi"),
        ("a/empty.mid", "empty_file"),
        ("a/large.mid", "too_large"),
        ("a/none.mid", "no_notes"),
        ("a/page.MID", "not_midi"),
        ("b/chorale.mxl", "not_music_xml"),
        ("b/more.zip", "nested_archive"),
        ("b/score.krn", "unsupported_format"),
        ("b/score.xml", "not_music_xml"),
        ("b/text.abc", "not_abc"),
        ("b/tune.abc#1", "no_notes"),
        ("good.mid", ""),
    ];
    assert_eq!(kept.outcomes(), expected.map(|(path, reason)| (path, reason.to_owned())));
    assert_eq!(summary.reasons[&Reason::UnsupportedFormat], 1);
    assert_eq!(kept.message("a/large.mid"), "larger than 4000 bytes");
    assert_eq!(kept.message("b/score.krn"), "unsupported format");
    assert_eq!(kept.message("b/tune.abc#1"), "the tune has no notes: the tune has no key (K:)");
}

#[test]
fn a_file_just_within_the_limit_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = midi("syn_overlaps");
    let mut options = threads(1);
    options.max_file_bytes = bytes.len() as u64;
    write_folder(folder.path(), &vec![file("good.mid", bytes)]);
    assert_eq!(ingest_with(&[folder.path().to_owned()], &options).1.pieces, 1);
    options.max_file_bytes -= 1;
    assert_eq!(ingest_with(&[folder.path().to_owned()], &options).1.pieces, 0);
}

#[test]
fn an_empty_folder_gives_nothing_and_no_error() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(ingested(folder.path()).1.files, 0);
}

#[test]
fn what_is_being_written_into_the_folder_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    write_folder(folder.path(), &vec![file("good.mid", midi("syn_overlaps"))]);
    let writer = tensorflow::tfrecord::FileWriter::create(folder.path().join("notes")).unwrap();
    assert_eq!(ingested(folder.path()).1.files, 1);
    drop(writer);
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::fs::{self, Permissions};
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn links_are_followed_but_never_in_circles() {
        let folder = tempfile::tempdir().unwrap();
        let (root, outside) = (folder.path().join("root"), folder.path().join("outside"));
        write_folder(&root, &vec![file("a/good.mid", midi("syn_overlaps"))]);
        write_folder(&outside, &vec![file("far.mid", midi("syn_set_order"))]);
        symlink(&root, root.join("a/up")).unwrap();
        symlink(&outside, root.join("b")).unwrap();
        symlink(&outside, root.join("c")).unwrap();
        symlink(&outside, outside.join("again")).unwrap();
        symlink(outside.join("far.mid"), root.join("d.mid")).unwrap();
        symlink("e.mid", root.join("e.mid")).unwrap();
        symlink("nowhere", root.join("f.mid")).unwrap();
        let (kept, _) = ingested(&root);
        let expected = [
            ("a/good.mid", ""),
            ("a/up", "link"),
            ("b/again", "link"),
            ("b/far.mid", ""),
            ("c", "link"),
            ("d.mid", ""),
            ("e.mid", "unreadable"),
            ("f.mid", "unreadable"),
        ];
        assert_eq!(kept.outcomes(), expected.map(|(path, reason)| (path, reason.to_owned())));
    }

    #[test]
    fn a_socket_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let _socket = UnixListener::bind(folder.path().join("a.mid")).unwrap();
        assert_eq!(ingested(folder.path()).0.outcomes(), [("a.mid", "not_a_file".into())]);
    }

    #[test]
    fn what_the_system_forbids_is_counted() {
        let folder = tempfile::tempdir().unwrap();
        write_folder(
            folder.path(),
            &vec![file("a.mid", midi("syn_overlaps")), file("b/c.mid", midi("syn_overlaps"))],
        );
        let forbid = |name: &str, mode| {
            fs::set_permissions(folder.path().join(name), Permissions::from_mode(mode)).unwrap();
        };
        forbid("a.mid", 0);
        forbid("b", 0);
        let readable = fs::read(folder.path().join("a.mid")).is_ok();
        let outcomes = ingested(folder.path()).0;
        forbid("b", 0o700);
        // The superuser may read everything.
        let expected = if readable {
            [("a.mid", ""), ("b/c.mid", "")]
        } else {
            [("a.mid", "unreadable"), ("b", "unreadable")]
        };
        assert_eq!(outcomes.outcomes(), expected.map(|(path, reason)| (path, reason.to_owned())));
    }

    // macOS allows only names in UTF-8.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_name_that_is_not_utf_8_is_read_with_a_warning() {
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().join(OsStr::from_bytes(b"D\xe9j\xe0 vu.mid"));
        fs::write(name, midi("syn_overlaps")).unwrap();
        let (kept, summary) = ingested(folder.path());
        assert_eq!(kept.rows[0].title, "Déjà vu");
        assert_eq!(
            kept.rows[0].warnings[0].message,
            "the name is not UTF-8; it is taken for Latin-1"
        );
        assert_eq!(summary.with_warnings, 1);
        assert_eq!(kept.sequences()[0].filename, "Déjà vu.mid");
    }
}
