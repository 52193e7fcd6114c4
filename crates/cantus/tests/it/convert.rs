//! `cantus convert`: music from format to format.

use std::fs;
use std::path::Path;

use crate::support::{failure, json};
use crate::workshop::{jigs, names, text};

const BOOK: &str = "X:1\nT:One\nM:2/4\nL:1/8\nQ:1/4=90\nK:G\nGABc|d2d2|]\n\nX:2\nT:Two\nM:2/4\nL:1/8\nQ:1/4=90\nK:C\n(3cde c2|]\n";

/// Pitches and times of the only melody in a file, as the program reads them.
fn notes(file: &str) -> String {
    let heard = json(&["convert", file, "--output", &format!("{file}.abc")]);
    assert_eq!(heard["pieces"], 1, "{heard}");
    let tune = fs::read_to_string(format!("{file}.abc")).expect("a tune");
    let after_key = tune.split("\nK:").nth(1).expect("a key");
    after_key.split_once('\n').expect("music").1.to_owned()
}

#[test]
fn a_tune_goes_through_every_format_and_stays_the_same() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| text(&folder.path().join(name));
    let tune = text(&jigs()[0]);
    json(&["convert", &tune, "--output", &path("a.musicxml")]);
    json(&["convert", &path("a.musicxml"), "--output", &path("b.abc")]);
    json(&["convert", &path("b.abc"), "--output", &path("c.mid")]);
    let (first, last) = (notes(&path("a.musicxml")), notes(&path("c.mid")));
    assert!(first.len() > 100, "{first}");
    assert_eq!(first, last);
}

#[test]
fn a_book_becomes_files_and_files_a_book() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| text(&folder.path().join(name));
    fs::write(path("book.abc"), BOOK).expect("a book");
    let out = path("out");
    let result = json(&["convert", &path("book.abc"), "--format", "midi", "--output-dir", &out]);
    assert_eq!(
        (&result["pieces"], names(Path::new(&out))),
        (&2.into(), vec!["book-1.mid".to_owned(), "book-2.mid".to_owned()])
    );
    let (one, two) = (path("out/book-1.mid"), path("out/book-2.mid"));
    json(&["convert", &one, &two, "--output", &path("again.abc")]);
    let again = fs::read_to_string(path("again.abc")).expect("a book");
    assert_eq!(again.matches("X:").count(), 2, "{again}");
    assert!(again.contains("(3cde"), "{again}");

    let stderr = failure(&["convert", &path("book.abc"), "--output", &path("book.mid")], 2);
    assert!(stderr.contains("2 pieces") && stderr.contains("--output-dir"), "{stderr}");
}

#[test]
fn what_cannot_be_converted_is_told_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| text(&folder.path().join(name));
    fs::write(path("bad.mid"), "no music").expect("a file");
    fs::write(path("text.txt"), "no music").expect("a file");
    let (tune, out) = (text(&jigs()[0]), path("out"));
    let (bad, other) = (path("bad.mid"), path("text.txt"));
    let flags = ["convert", &bad, &tune, &other, "--format", "musicxml", "--output-dir", &out];
    let result = json(&flags);
    assert_eq!(result["pieces"], 1, "{result}");
    assert_eq!(result["failed"].as_array().map(Vec::len), Some(2), "{result}");
    let stderr = failure(&["convert", &bad, "--output", &path("x.abc"), "--quiet"], 1);
    assert!(stderr.contains("no music") && stderr.contains("hint:"), "{stderr}");
    assert!(!Path::new(&path("x.abc")).exists());
    failure(&["convert", &tune, "--output", &path("x.doc")], 2);
}
