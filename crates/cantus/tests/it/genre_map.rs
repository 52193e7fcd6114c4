//! `cantus genres map`: the map as a page, pictures and points.

use std::fs;
use std::path::Path;

use crate::support::{failure, json};
use crate::workshop::text;

/// Writes a map of a small table by principal components, and gives its bytes.
fn map(folder: &Path, name: &str, more: &[&str]) -> Vec<u8> {
    let (table, output) = (folder.join("table.csv"), folder.join("maps").join(name));
    let artists =
        "artist,genres\nABBA,pop|disco\n</script>,metal\nBach,baroque|classical\nQueen,rock|pop\n";
    fs::write(&table, artists).expect("a table");
    let (table, output) = (text(&table), text(&output));
    let flags = ["genres", "map", "--table", &table, "--method", "pca", "--output", &output];
    let result = json(&[&flags[..], more].concat());
    assert_eq!((&result["artists"], &result["genres"]), (&4.into(), &7.into()));
    fs::read(&output).expect("a map")
}

#[test]
fn the_ending_says_what_a_map_is() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let page = String::from_utf8(map(folder.path(), "map.html", &["--dims", "3"])).expect("a page");
    assert!(page.contains("\"ABBA\",\"\\u003c/script>\",\"Bach\",\"Queen\""));
    assert!(!page.contains("http:") && !page.contains("https:"));
    let size = ["--width", "400", "--height", "300", "--scale", "2"];
    let svg = String::from_utf8(map(folder.path(), "map.svg", &size)).expect("a picture");
    assert!(svg.starts_with("<svg ") && svg.contains("<title>&lt;/script&gt;</title>"));
    let png = map(folder.path(), "map.png", &size);
    assert_eq!(png[16..24], [0, 0, 3, 32, 0, 0, 2, 88]);
    let points = map(folder.path(), "map.txt", &["--format", "csv"]);
    assert!(points.starts_with(b"artist,x,y,genres\n"));
}

#[test]
fn a_map_is_the_same_with_any_number_of_threads() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in ["map.html", "map.svg"] {
        let flags = ["--colour", "blend", "--genre", "pop"];
        let draw =
            |threads| map(folder.path(), name, &[&flags[..], &["--threads", threads]].concat());
        assert!(draw("1") == draw("4"), "{name}");
    }
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| text(&folder.path().join(name));
    for (output, more, word) in [
        ("map.txt", &[][..], ".html"),
        ("map.svg", &["--highlight", "polka party"], "polka party"),
        ("map.png", &["--scale", "1e6"], "pixels"),
    ] {
        let output = path(output);
        let flags = ["genres", "map", "--method", "pca", "--output", &output];
        let stderr = failure(&[&flags[..], more].concat(), 2);
        assert!(stderr.contains(word) && stderr.contains("hint:"), "{stderr}");
        assert!(!Path::new(&output).exists());
    }
}
