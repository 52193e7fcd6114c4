//! `cantus genres`.

use std::fs;

use serde_json::json;

use crate::support::{cantus, failure, json};

#[test]
fn top_counts_the_built_in_table() {
    let expected = json!([
        {"genre": "mellow gold", "artists": 385, "files": null},
        {"genre": "soft rock", "artists": 373, "files": null},
        {"genre": "rock", "artists": 355, "files": null},
    ]);
    assert_eq!(json(&["genres", "top", "--limit", "3"]), expected);
    let bars = stdout(&["genres", "top", "--limit", "2", "--format", "bars"], "");
    let lengths: Vec<usize> = bars.lines().map(|line| line.matches('█').count()).collect();
    assert!(lengths[0] > lengths[1] && lengths[1] > 0, "{bars}");
    let csv = stdout(&["genres", "top", "--limit", "1", "--format", "csv"], "");
    assert_eq!(csv, "genre,artists,files\nmellow gold,385,\n");
}

#[test]
fn match_finds_artists_in_folders_and_tells_how() {
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("table.csv");
    fs::write(&table, "artist,genres\nTori Amos,folk\nAC/DC,rock|metal\nPrince,\n").unwrap();
    let music = folder.path().join("music");
    for artist in ["Amos, Tori", "AC DC", "Prince", "Nobody", ".git"] {
        fs::create_dir_all(music.join(artist)).unwrap();
    }
    let (table, music) = (table.to_str().unwrap(), music.to_str().unwrap());
    let result = json(&["genres", "match", music, "--table", table]);
    let rows: Vec<_> = result["artists"].as_array().unwrap().iter().collect();
    let row = |place: usize| {
        let row = rows[place];
        ["name", "outcome", "artist", "how"].map(|key| row[key].as_str().unwrap_or("-"))
    };
    assert_eq!(row(0), ["AC DC", "found", "AC/DC", "punctuation"]);
    assert_eq!(row(1), ["Amos, Tori", "found", "Tori Amos", "inverted"]);
    assert_eq!(row(2), ["Nobody", "unknown", "-", "-"]);
    assert_eq!(row(3), ["Prince", "without_genres", "Prince", "exact"]);
    assert_eq!((rows.len(), &result["found"], &result["names"]), (4, &json!(2), &json!(4)));

    let text = stdout(&["genres", "match", music, "--table", table, "--unmatched"], "");
    assert!(text.contains("Not in the table (1)\n  Nobody\n"), "{text}");
    assert!(text.contains("In the table, without genres (1)\n  Prince\n"), "{text}");
    assert!(!text.contains("AC DC"), "{text}");
}

#[test]
fn match_takes_names_from_a_list_and_from_a_report() {
    let csv = stdout(
        &["genres", "match", "--names", "-", "--format", "csv"],
        "Lynard Skynyrd\n\nabba\nabba\n",
    );
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 3, "{csv}");
    assert!(lines[1].starts_with("Lynard Skynyrd,found,Lynyrd Skynyrd,fuzzy,0.8"), "{csv}");
    assert!(lines[2].starts_with("abba,found,ABBA,case,0.990,"), "{csv}");

    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("t.json");
    fs::write(&table, r#"{"Lynyrd Skynyrd": [], "Santana Band": ["rock"]}"#).unwrap();
    let arguments = ["genres", "match", "--names", "-", "--table", table.to_str().unwrap()];
    let text = stdout(&arguments, "Lynard Skynyrd\nSantanna Band\n");
    assert!(
        text.contains(
            "1 of 2 names have genres, 1 of them fuzzy\n        1  in the table, without"
        ),
        "{text}"
    );

    let report = folder.path().join("notes.report.jsonl");
    fs::write(&report, "{\"path\":\"a.mid\",\"artist\":\"ABBA\"}\n{\"artist\":\"ABBA\"}\n")
        .unwrap();
    let output = folder.path().join("out/found.json");
    let (report, written) = (report.to_str().unwrap(), output.to_str().unwrap());
    let result = json(&["genres", "match", report, "--output", written]);
    assert_eq!(result["names"], 1);
    let rows: serde_json::Value = serde_json::from_slice(&fs::read(&output).unwrap()).unwrap();
    assert_eq!(rows, result["artists"]);
}

#[test]
fn convert_merges_tables_of_any_format() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("a.csv"), "artist,genres\nABBA,pop\n").unwrap();
    fs::write(path("b.json"), "{\"ABBA\": [\"disco\"], \"X\": []}").unwrap();
    let result = json(&["genres", "convert", &path("a.csv"), &path("b.json"), &path("all.tsv")]);
    assert_eq!(
        (&result["artists"], &result["genres"], &result["without_genres"]),
        (&json!(2), &json!(2), &json!(1))
    );
    assert_eq!(
        fs::read_to_string(path("all.tsv")).unwrap(),
        "artist\tgenres\nABBA\tpop|disco\nX\t\n"
    );
}

#[test]
fn fold_counts_meta_genres_and_tells_what_is_not_covered() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("t.csv"), "artist,genres\nA,soft rock|zzz\nB,rap metal|metal\nC,\n").unwrap();
    let recipe =
        json(&["genres", "fold", "--table", &path("t.csv"), "--rule", "recipe", "--artists"]);
    let metas = |result: &serde_json::Value| -> Vec<(String, u64)> {
        let metas = result["metas"].as_array().unwrap().iter().filter(|meta| meta["genres"] != 0);
        metas
            .map(|meta| {
                (meta["meta"].as_str().unwrap().to_owned(), meta["artists"].as_u64().unwrap())
            })
            .collect()
    };
    let counts = [("rock", 1), ("metal", 1), ("rap", 1), ("other", 1)];
    assert_eq!(metas(&recipe), counts.map(|(name, artists)| (name.to_owned(), artists)));
    assert_eq!(
        recipe["artists"][1],
        json!({"artist": "B", "meta": "metal", "shares": [
            {"meta": "metal", "share": 0.5}, {"meta": "rap", "share": 0.5}
        ]})
    );
    assert_eq!(recipe["artists"][2]["meta"], json!(null));

    let text = stdout(&["genres", "fold", "--table", &path("t.csv")], "");
    assert!(
        text.contains("1 of 4 genres are not listed in the taxonomy:\n  zzz -> other"),
        "{text}"
    );
    let mine = "[[meta]]\nname = \"loud\"\ncolour = \"#ff0000\"\nsubstrings = [\"metal\"]\n[[meta]]\nname = \"rest\"\ncolour = \"#00ff00\"\n";
    fs::write(path("mine.toml"), mine).unwrap();
    let own =
        json(&["genres", "fold", "--table", &path("t.csv"), "--taxonomy", &path("mine.toml")]);
    assert_eq!(metas(&own), [("loud".to_owned(), 1), ("rest".to_owned(), 1)]);
    assert_eq!(own["uncovered"], 4);
}

#[test]
fn wrong_tables_are_told_with_their_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("t.csv"), "name,genres\nA,b\n").unwrap();
    fs::write(path("t.toml"), "[[meta]]\nname = 3\n").unwrap();
    let stderr = failure(&["-q", "genres", "top", "--table", &path("t.csv")], 1);
    assert!(
        stderr.contains("t.csv: the table has no column `artist`, only name, genres"),
        "{stderr}"
    );
    let stderr = failure(&["-q", "genres", "fold", "--taxonomy", &path("t.toml")], 1);
    assert!(stderr.contains("t.toml: line 2, column 8"), "{stderr}");
    assert!(
        failure(&["genres", "top", "--table", &path("t.txt")], 2).contains(".csv, .tsv or .json")
    );
    assert!(failure(&["genres", "match", &path("t.csv")], 2).contains("no folder and no report"));
    let nothing = folder.path().to_str().unwrap();
    assert!(failure(&["genres", "match", nothing], 1).contains("no artist in"));
}

fn stdout(arguments: &[&str], stdin: &str) -> String {
    let output = cantus(arguments).write_stdin(stdin).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
