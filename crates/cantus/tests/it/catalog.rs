//! `cantus catalog`, `cantus genres tag` and `cantus subset`: from files to a subset of them.

use std::fs;
use std::path::Path;

use serde_json::{Value, json as value};
use tempfile::TempDir;

use crate::support::{cantus, failure, json};
use crate::workshop::{jigs, names, text};

/// A collection of two artists with three files, of which two are copies, in a catalog with genres.
struct Workshop {
    folder: TempDir,
}

impl Workshop {
    fn new() -> Self {
        let workshop = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        for (artist, title, jig) in
            [("Queen", "One", 0), ("Queen", "Two (1984)", 1), ("ABBA", "Three", 0)]
        {
            fs::create_dir_all(workshop.folder.path().join("songs").join(artist))
                .expect("a folder");
            let song = workshop.path(&format!("songs/{artist}/{title}.mid"));
            fs::copy(&jigs()[jig], song).expect("a file");
        }
        let table = "artist,genres\nThe Queen,glam rock|rock\nAbba,europop|disco|soft rock\n";
        fs::write(workshop.path("genres.csv"), table).expect("a file");
        workshop
    }

    fn path(&self, name: &str) -> String {
        text(&self.folder.path().join(name))
    }

    fn ingest(&self, input: &str) -> Value {
        let [input, notes, db] = [input, "notes.tfrecord", "c.db"].map(|name| self.path(name));
        let flags = ["ingest", &input, "--output", &notes, "--catalog", &db];
        json(&flags)
    }

    fn tag(&self) -> Value {
        let [db, table] = ["c.db", "genres.csv"].map(|name| self.path(name));
        json(&["genres", "tag", "--catalog", &db, "--table", &table])
    }

    fn ask(&self, sql: &str) -> Value {
        json(&["catalog", "query", sql, "--catalog", &self.path("c.db")])["rows"].clone()
    }

    fn subset(&self, flags: &[&str]) -> Value {
        let [db, out] = ["c.db", "out"].map(|name| self.path(name));
        json(&[&["subset", "--catalog", &db, "--output-dir", &out], flags].concat())
    }
}

#[test]
fn a_collection_is_written_down_asked_and_written_out() {
    let workshop = Workshop::new();
    let ingested = workshop.ingest("songs");
    assert_eq!(ingested["recorded"]["pieces"], 3, "{ingested}");
    let tagged = workshop.tag();
    assert_eq!(tagged["matched"], value!({"article": 1, "case": 1}), "{tagged}");
    assert_eq!(
        workshop.ask("SELECT artist, year FROM piece_facts ORDER BY artist, title"),
        value!([{"artist": "ABBA", "year": null}, {"artist": "Queen", "year": null}, {"artist": "Queen", "year": 1984}])
    );
    let [db, notes, examples] =
        ["c.db", "notes.tfrecord", "examples"].map(|name| workshop.path(name));
    let dataset =
        json(&["dataset", "--input", &notes, "--output-dir", &examples, "--catalog", &db]);
    assert_eq!(dataset["noted"]["melodies"], dataset["melodies"], "{dataset}");
    let melodies = workshop.ask("SELECT count(*) AS n, min(lowest) > 20 AS low FROM melodies");
    assert_eq!(melodies[0], value!({"n": dataset["melodies"], "low": 1}));

    let csv =
        cantus(&["catalog", "query", "--csv", "--catalog", &db, "SELECT 1 AS a, 'x,\"y' AS b"]);
    let csv = { csv }.output().expect("the program starts").stdout;
    assert_eq!(String::from_utf8_lossy(&csv), "a,b\n1,\"x,\"\"y\"\n");
    let table =
        cantus(&["catalog", "query", "--catalog", &db, "SELECT name FROM artists ORDER BY 1"]);
    let table = { table }.output().expect("the program starts").stdout;
    assert_eq!(String::from_utf8_lossy(&table), "name\nABBA\nQueen\n2 rows\n");

    let tables = workshop.path("tables");
    for format in ["csv", "parquet"] {
        let exported = json(&[
            "catalog",
            "export",
            "--format",
            format,
            "--output-dir",
            &tables,
            "--catalog",
            &db,
        ]);
        let first = exported["tables"].as_array().and_then(|tables| tables.first());
        assert_eq!(first.map(|table| &table["rows"]), Some(&value!(5)), "{exported}");
    }
    let pieces = fs::read(workshop.path("tables/pieces.parquet")).expect("a file");
    assert!(pieces.starts_with(b"PAR1") && pieces.ends_with(b"PAR1"));
    let info = json(&["catalog", "info", "--catalog", &db]);
    assert_eq!(info["schema_version"], 1, "{info}");
}

#[test]
fn subsets_are_folders_or_records_and_tell_what_they_share() {
    let workshop = Workshop::new();
    workshop.ingest("songs");
    workshop.tag();
    let both = ["--genre", "rock", "--genre", "pop=disco or =europop"];
    let plan = workshop.subset(&[&both[..], &["--plan"]].concat());
    assert_eq!(plan["subsets"][0]["files"], 3, "{plan}");
    assert_eq!(plan["overlaps"][0]["artists"], value!(["ABBA"]), "{plan}");
    assert!(!Path::new(&workshop.path("out")).exists());

    for form in ["links", "hardlinks", "copies", "links"] {
        workshop.subset(&[&both[..], &["--as", form]].concat());
        assert_eq!(
            names(&workshop.folder.path().join("out")),
            ["pop", "pop.json", "rock", "rock.json"]
        );
        let song = fs::read(workshop.path("out/rock/Queen/One.mid")).expect("a file");
        assert_eq!(song, fs::read(&jigs()[0]).expect("a file"));
    }
    let alone = workshop.subset(
        &[&both[..2], &["--genre", "=rock", "--skip-duplicates", "--as", "tfrecord"]].concat(),
    );
    assert_eq!(alone["subsets"][0]["duplicates"], 1, "{alone}");
    assert_eq!(alone["subsets"][1]["pieces"], 2, "{alone}");
    let records = workshop.path("out/rock.tfrecord");
    let examples = workshop.path("examples");
    let dataset = json(&["dataset", "--input", &records, "--output-dir", &examples]);
    assert_eq!(dataset["pieces"], 2, "{dataset}");

    let exclusive = ["--genre", "year:1984", "--genre", "artist:abba", "--exclusive", "--plan"];
    assert_eq!(workshop.subset(&exclusive)["subsets"][0]["shared"], 0);
    fs::create_dir(workshop.path("out/mine")).expect("a folder");
    let [db, out] = ["c.db", "out"].map(|name| workshop.path(name));
    let flags = ["subset", "--catalog", &db, "--output-dir", &out, "--genre"];
    let stderr = failure(&[&flags[..], &["mine=rock"]].concat(), 1);
    assert!(stderr.contains("out/mine"), "{stderr}");
    let stderr = failure(&[&flags[..], &["dicso"]].concat(), 1);
    assert!(stderr.contains("did you mean disco?"), "{stderr}");
    assert!(
        failure(&[&flags[..], &["rock", "--genre", "soft", "--exclusive"]].concat(), 1)
            .contains("alone")
    );
}

#[test]
fn a_table_and_folders_do_without_a_catalog() {
    let workshop = Workshop::new();
    let [table, songs, out] = ["genres.csv", "songs", "out"].map(|name| workshop.path(name));
    let flags = ["subset", "--table", &table, "--input", &songs, "--output-dir", &out, "--genre"];
    let made = json(&[&flags[..], &["glam"]].concat());
    assert_eq!(
        (&made["subsets"][0]["files"], &made["subsets"][0]["pieces"]),
        (&value!(2), &Value::Null)
    );
    assert_eq!(names(Path::new(&workshop.path("out/glam"))), ["Queen"]);
    failure(&[&flags[..], &["glam", "--as", "tfrecord"]].concat(), 1);
}

#[test]
fn what_is_wrong_with_a_query_is_shown() {
    let workshop = Workshop::new();
    workshop.ingest("songs");
    let [db, out] = ["c.db", "out"].map(|name| workshop.path(name));
    let said = |flags: &[&str]| {
        let output = cantus(flags).output().expect("the program starts");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, stderr) =
        said(&["subset", "--catalog", &db, "--output-dir", &out, "--genre", "rock and)"]);
    assert_eq!(code, Some(2));
    assert!(
        stderr.contains("found `)`") && stderr.contains("\n  rock and)\n          ^\nhint:"),
        "{stderr}"
    );
    let (code, stderr) = said(&["catalog", "query", "SELECT x FROM files", "--catalog", &db]);
    assert_eq!(code, Some(1));
    assert!(
        stderr.contains("no such column: x\n  SELECT x FROM files\n         ^\nhint:"),
        "{stderr}"
    );
    let stderr = failure(&["catalog", "query", "DELETE FROM files", "--catalog", &db], 1);
    assert!(stderr.contains("no question"), "{stderr}");
    failure(&["catalog", "info", "--catalog", &workshop.path("none.db")], 1);
    failure(
        &[
            "catalog",
            "export",
            "--format",
            "csv",
            "--table",
            "x",
            "--output-dir",
            &out,
            "--catalog",
            &db,
        ],
        1,
    );
}
