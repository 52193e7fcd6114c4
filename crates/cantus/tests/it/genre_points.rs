//! `cantus genres map` as points: where artists lie.

use std::fs;
use std::path::Path;

use crate::support::{failure, json};
use crate::workshop::text;

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
