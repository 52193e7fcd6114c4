//! `cantus genres`: learning what genres sound like, and guessing.

use std::fs;
use std::path::Path;

use crate::support::{cantus, failure, json, repository};
use crate::workshop::text;

/// Tunes of the demo as the works of artists of two genres, five each: every artist's folder has three tunes.
fn collection(folder: &Path) -> String {
    let mut table = "artist,genres\n".to_owned();
    for (kind, genre) in [("jig", "irish rock"), ("hornpipe", "classical performance")] {
        let mut tunes: Vec<_> = fs::read_dir(repository().join("data/demo").join(kind))
            .expect("tunes")
            .map(|entry| entry.expect("a tune").path())
            .collect();
        tunes.sort();
        for (number, tunes) in tunes[..15].chunks(3).enumerate() {
            let artist = format!("{kind}s {number}");
            let artist_dir = folder.join("music").join(&artist);
            fs::create_dir_all(&artist_dir).expect("a folder");
            for tune in tunes {
                fs::copy(tune, artist_dir.join(tune.file_name().expect("a name"))).expect("a copy");
            }
            table += &format!("{artist},{genre}\n");
        }
    }
    fs::write(folder.join("genres.csv"), table).expect("a table");
    text(&folder.join("music"))
}

#[test]
fn genres_are_learnt_and_guessed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| text(&folder.path().join(name));
    let music = collection(folder.path());
    let (records, table, model) =
        (path("notes.tfrecord"), path("genres.csv"), path("genres.model"));
    json(&["ingest", &music, "--output", &records]);
    let learn = ["genres", "learn", "--records", &records, "--table", &table, "--output", &model];
    let learnt = json(&learn);
    assert_eq!((&learnt["pieces"], &learnt["artists"]), (&30.into(), &10.into()), "{learnt}");
    assert_eq!(learnt["classes"][0]["genre"], "classical");
    let score = &learnt["validation"]["scores"][0]["calibrated"];
    assert!(score["accuracy"].as_f64() > Some(0.7), "{score}");
    let bytes = fs::read(&model).expect("a model");
    json(&[&learn[..], &["--threads", "1"]].concat());
    assert!(bytes == fs::read(&model).expect("a model"), "one thread learns something else");

    let csv = path("guesses.csv");
    let guessed = json(&["genres", "guess", "--model", &model, &music, "--output", &csv]);
    assert_eq!(guessed["pieces"].as_array().map(Vec::len), Some(30));
    let artists = guessed["artists"].as_array().expect("artists");
    for artist in artists {
        let jigs = artist["artist"].as_str().is_some_and(|name| name.starts_with("jig"));
        let expected = if jigs { "rock" } else { "classical" };
        assert_eq!(artist["genres"][0]["genre"], expected, "{artist}");
    }
    let lines = fs::read_to_string(&csv).expect("guesses");
    assert!(lines.starts_with("path,artist,title,genre,classical,rock\n"), "{lines}");
    assert_eq!(lines.lines().count(), 31);
    let same = json(&["genres", "guess", "--model", &model, "--records", &records]);
    assert_eq!(same["artists"], guessed["artists"]);

    let summary = cantus(&learn).output().expect("the program starts");
    let summary = String::from_utf8(summary.stdout).expect("text");
    for expected in
        ["Learnt 2 genres from 30 pieces by 10 artists", "always the commonest", "for what"]
    {
        assert!(summary.contains(expected), "{summary}");
    }
}

#[test]
fn words_for_genres_are_found_in_folders_and_texts() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| text(&folder.path().join(name));
    let music = collection(folder.path());
    let (records, table, model) =
        (path("notes.tfrecord"), path("genres.csv"), path("genres.model"));
    json(&["ingest", &music, "--output", &records]);
    json(&[
        "genres",
        "learn",
        "--records",
        &records,
        "--table",
        &table,
        "--output",
        &model,
        "--learner",
        "logistic",
    ]);
    let jazz = folder.path().join("more/Smooth Jazz");
    fs::create_dir_all(&jazz).expect("a folder");
    let file = b"MThd\0\0\0\x06\0\x01\0\x01\0\x60MTrk\0\0\0\x1d\
        \0\xff\x01\x0eStyle: Europop\0\x90\x40\x40\x10\x40\0\0\xff\x2f\0";
    fs::write(jazz.join("a.mid"), file).expect("a file");
    let guessed = json(&["genres", "guess", "--model", &model, &path("more")]);
    let words = &guessed["pieces"][0]["words"];
    assert_eq!((&words[0]["genre"], &words[0]["place"]), (&"smooth jazz".into(), &"folder".into()));
    assert_eq!((&words[1]["genre"], &words[1]["place"]), (&"europop".into(), &"text".into()));
}

#[test]
fn what_cannot_be_learnt_from_is_said_with_a_hint() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| text(&folder.path().join(name));
    let music = collection(folder.path());
    let (records, table, model) =
        (path("notes.tfrecord"), path("genres.csv"), path("genres.model"));
    json(&["ingest", &music, "--output", &records]);
    fs::write(&table, "artist,genres\nABBA,pop\n").expect("a table");
    let learn = ["genres", "learn", "--records", &records, "--table", &table, "--output", &model];
    let stderr = failure(&[&learn[..], &["--quiet"]].concat(), 1);
    assert!(stderr.contains("no labelled pieces") && stderr.contains("folders"), "{stderr}");
    fs::write(&model, "{}").expect("a file");
    let stderr = failure(&["genres", "guess", "--model", &model, &music, "--quiet"], 1);
    assert!(stderr.contains("genres.model") && stderr.contains("cantus genres learn"), "{stderr}");
}
