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
    assert_eq!((&result["artists"], &result["genres"]), (&4.into(), &6.into()));
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
        ("map.svg", &["--highlight", "disko"], "did you mean disco"),
        ("map.png", &["--scale", "1e6"], "pixels"),
    ] {
        let output = path(output);
        let flags = ["-q", "genres", "map", "--method", "pca", "--output", &output];
        let stderr = failure(&[&flags[..], more].concat(), 2);
        assert!(stderr.contains(word) && stderr.contains("hint:"), "{stderr}");
        assert!(!Path::new(&output).exists());
    }
}

fn table() -> String {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/genres");
    text(&data.join("clean_midi_spotify.csv"))
}

#[test]
fn a_map_has_a_point_for_each_artist_with_genres() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = text(&folder.path().join("maps/plane.csv"));
    let flags = ["genres", "map", "--table", &table(), "--iterations", "20", "--output", &output];
    let result = json(&[&flags[..], &["--measure", "--threads", "1"]].concat());
    assert_eq!(
        (&result["artists"], &result["artists_without_genres"], &result["genres"]),
        (&1970.into(), &208.into(), &600.into())
    );
    assert_eq!((&result["method"], &result["dimensions"]), (&"tsne".into(), &2.into()));
    assert!(result["kl_divergence"].is_f64() && result["trustworthiness"].is_f64(), "{result}");
    let points = fs::read_to_string(&output).expect("a map");
    assert!(points.starts_with("artist,x,y,genres\n"), "{points}");
    assert_eq!(points.lines().count(), 1971);
    json(&[&flags[..], &["--threads", "2"]].concat());
    assert_eq!(fs::read_to_string(&output).expect("a map"), points);
}

#[test]
fn principal_components_have_their_shares_of_the_variance() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = text(&folder.path().join("space.csv"));
    let flags = ["genres", "map", "--table", &table(), "--method", "pca", "--dims", "3"];
    let result = json(&[&flags[..], &["--output", &output]].concat());
    let shares = result["explained_variance_ratio"].as_array().expect("shares");
    let shares: Vec<f64> = shares.iter().filter_map(serde_json::Value::as_f64).collect();
    for (share, expected) in shares.iter().zip([0.1115, 0.0833, 0.0612]) {
        assert!((share - expected).abs() < 1e-4, "{shares:?}");
    }
    assert_eq!(shares.len(), 3);
    let points = fs::read_to_string(&output).expect("a map");
    assert!(points.starts_with("artist,x,y,z,genres\n"));
}

#[test]
fn a_map_that_cannot_be_made_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| text(&folder.path().join(name));
    fs::write(path("few.csv"), "artist,genres\nABBA,pop|disco\nNobody,\n").expect("a table");
    fs::write(path("bad.csv"), "name,genres\nABBA,pop\n").expect("a table");
    let fails = |table: &str, output: &str, more: &[&str], code: i32| {
        let flags = ["genres", "map", "--table", table, "--output", output];
        let stderr = failure(&[&flags[..], more].concat(), code);
        assert!(stderr.contains("hint:") && !Path::new(output).exists(), "{stderr}");
        stderr
    };
    let output = path("map.csv");
    assert!(fails(&path("few.csv"), &output, &[], 1).contains("genres: 1,"));
    assert!(fails(&path("bad.csv"), &output, &[], 1).contains("`artist`"));
    assert!(fails(&path("none.csv"), &output, &[], 1).contains("none.csv"));
    assert!(fails(&table(), &output, &["--perplexity", "1970"], 2).contains("1969"));
    assert!(fails(&table(), &path("map.txt"), &[], 2).contains(".csv"));
    assert!(fails(&path("few.txt"), &output, &[], 2).contains("few.txt"));
}
