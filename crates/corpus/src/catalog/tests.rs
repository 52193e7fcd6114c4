use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use genre::Query;
use genre::query::{Facts, Label};
use proptest::prelude::*;
use rusqlite::Connection;
use tempfile::TempDir;

use super::*;
use crate::ingest::{Options, Progress, ingest};

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// The smallest MIDI file with one note of this pitch, a name of its track and a copyright.
fn midi(pitch: u8) -> Vec<u8> {
    let mut track = Vec::new();
    track.extend(b"\0\xff\x02\x11(c) & (p) 1985 X\n");
    track.extend(b"\0\xff\x03\x05Solo\n");
    track.extend(b"\0\xff\x01\x0acool jazz\0");
    track.extend(b"\0\xff\x58\x04\x03\x02\x18\x08");
    track.extend(b"\0\xff\x51\x03\x07\xa1\x20");
    track.extend(b"\0\xff\x01\x05\\syl-\0\xff\x01\x05la-ba");
    track.extend([0, 0x90, pitch, 64, 96, 0x80, pitch, 0, 0, 0xff, 0x2f, 0]);
    let mut file = b"MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk".to_vec();
    file.extend((track.len() as u32).to_be_bytes());
    file.extend(track);
    file
}

/// Ingests `input` into the catalog at `path`.
fn record(path: &Path, input: &Path, records: Option<&Path>) -> Recorded {
    let inputs = [input.to_owned()];
    let mut recording = Recording::begin(path, &inputs, records).unwrap();
    let options = Options { details: true, ..Options::default() };
    let mut go_on = |_: &Progress| ControlFlow::Continue(());
    ingest(&inputs, &mut recording, &options, &mut go_on).unwrap();
    recording.finish().unwrap()
}

/// A collection of three files, of which one is a copy and one is no music.
fn collection(folder: &Path) -> PathBuf {
    let songs = folder.join("songs");
    fs::create_dir_all(songs.join("Queen")).unwrap();
    fs::create_dir_all(songs.join("Abba")).unwrap();
    fs::write(songs.join("Queen/Radio (1984).mid"), midi(60)).unwrap();
    fs::write(songs.join("Abba/Waterloo.mid"), midi(60)).unwrap();
    fs::write(songs.join("Abba/note.txt"), "no music").unwrap();
    songs
}

/// All rows of the answer to a question, cells apart by `|`.
fn ask(catalog: &Catalog, sql: &str) -> Vec<String> {
    let all = |mut rows: Rows<'_>| -> Result<Vec<String>> {
        let (mut cells, mut lines) = (Vec::new(), Vec::new());
        while rows.next_into(&mut cells)? {
            let line: Vec<String> = cells.iter().map(Cell::to_string).collect();
            lines.push(line.join("|"));
        }
        Ok(lines)
    };
    catalog.rows(sql, all).unwrap()
}

fn refused(catalog: &Catalog, sql: &str) -> String {
    let nothing = |mut rows: Rows<'_>| -> Result<()> {
        while rows.next_into(&mut Vec::new())? {}
        Ok(())
    };
    let error = catalog.rows(sql, nothing).unwrap_err();
    assert!(matches!(error, CatalogError::Sql(_)), "{sql}: {error:?}");
    error.to_string()
}

#[test]
fn an_ingest_is_written_down_once_however_often_it_is_run() {
    let folder = folder();
    let (songs, path) = (collection(folder.path()), folder.path().join("catalog.db"));
    let records = folder.path().join("notes.tfrecord");
    let recorded = record(&path, &songs, Some(&records));
    assert_eq!((recorded.files, recorded.pieces, recorded.replaced), (3, 2, 0));
    let catalog = Catalog::read(&path).unwrap();
    let facts = "SELECT artist, title, notes, seconds, tempo, metre, year, year_source, record,
                        duplicate_of FROM piece_facts ORDER BY artist";
    let expected = [
        "Abba|Waterloo|1|0.5|120|3/4|1985|text|0|",
        "Queen|Radio (1984)|1|0.5|120|3/4|1984|name|1|1",
    ];
    assert_eq!(ask(&catalog, facts), expected);
    assert_eq!(ask(&catalog, "SELECT path, reason FROM drops"), ["Abba/note.txt|not_music"]);
    assert_eq!(
        ask(&catalog, "SELECT kind, text FROM texts WHERE piece = 1 ORDER BY number"),
        ["copyright|(c) & (p) 1985 X", "track_name|Solo", "text|cool jazz"]
    );
    drop(catalog);

    let before = Catalog::read(&path).unwrap().contents().unwrap().tables;
    record(&path, &songs, Some(&records));
    assert_eq!(Catalog::read(&path).unwrap().contents().unwrap().tables, before);
}

#[test]
fn what_is_gone_or_changed_is_replaced_and_what_is_not_keeps_its_genres() {
    let folder = folder();
    let (songs, path) = (collection(folder.path()), folder.path().join("catalog.db"));
    record(&path, &songs, None);
    let mut catalog = Catalog::open(&path).unwrap();
    let ids = ask(&catalog, "SELECT record_id FROM pieces ORDER BY id");
    for (source, genre) in [(GenreSource::Hand, "rock"), (GenreSource::Content, "pop")] {
        let tagging = catalog.tagging(source).unwrap();
        ids.iter().for_each(|id| tagging.piece(id, &[(genre, 0.5)]).unwrap());
        tagging.commit().unwrap();
    }
    drop(catalog);

    fs::write(songs.join("Queen/Radio (1984).mid"), midi(61)).unwrap();
    fs::remove_file(songs.join("Abba/note.txt")).unwrap();
    record(&path, &songs, None);
    let catalog = Catalog::read(&path).unwrap();
    assert_eq!(
        ask(&catalog, "SELECT piece, genre FROM piece_genre ORDER BY 1, 2"),
        ["1|pop", "1|rock", "2|rock"]
    );
    assert_eq!(ask(&catalog, "SELECT count(*) FROM files"), ["2"]);
    assert_eq!(ask(&catalog, "SELECT count(duplicate_of) FROM pieces"), ["0"]);
}

#[test]
fn records_that_were_overwritten_are_forgotten() {
    let folder = folder();
    let path = folder.path().join("catalog.db");
    let records = folder.path().join("notes.tfrecord");
    for name in ["one", "two"] {
        fs::create_dir(folder.path().join(name)).unwrap();
        fs::write(folder.path().join(name).join("a.mid"), midi(60)).unwrap();
        record(&path, &folder.path().join(name), Some(&records));
    }
    let catalog = Catalog::read(&path).unwrap();
    assert_eq!(
        ask(&catalog, "SELECT collection, record FROM piece_facts ORDER BY 1"),
        ["one|", "two|0"]
    );
}

#[test]
fn a_tunebook_has_a_piece_for_each_tune() {
    let folder = folder();
    let path = folder.path().join("catalog.db");
    let book = folder.path().join("book.abc");
    let tune = |number, note: char| format!("X:{number}\nT:Tune\nM:3/4\nL:1/4\nK:C\n{note}2|]\n");
    fs::write(&book, format!("{}\n{}\n{}", tune(1, 'C'), tune(2, 'D'), tune(3, 'z'))).unwrap();
    record(&path, &book, None);
    let catalog = Catalog::read(&path).unwrap();
    assert_eq!(ask(&catalog, "SELECT path, tune FROM piece_facts"), ["book.abc|1", "book.abc|2"]);
    assert_eq!(ask(&catalog, "SELECT path, tune, reason FROM drops"), ["book.abc|3|no_notes"]);
    drop(catalog);
    fs::write(&book, tune(2, 'D')).unwrap();
    record(&path, &book, None);
    let catalog = Catalog::read(&path).unwrap();
    assert_eq!(ask(&catalog, "SELECT id, tune FROM pieces"), ["2|2"]);
    let selected = catalog.select(&"notes>0".parse().unwrap()).unwrap();
    assert_eq!((selected[0].input.as_path(), selected[0].in_archive), (book.as_path(), false));
}

#[test]
fn what_is_not_finished_changes_nothing() {
    let folder = folder();
    let (songs, path) = (collection(folder.path()), folder.path().join("catalog.db"));
    record(&path, &songs, None);
    let before = Catalog::read(&path).unwrap().contents().unwrap();
    let inputs = [songs];
    let mut recording = Recording::begin(&path, &inputs, None).unwrap();
    let options = Options { details: true, ..Options::default() };
    ingest(&inputs, &mut recording, &options, &mut |_: &Progress| ControlFlow::Continue(()))
        .unwrap();
    drop(recording);
    assert_eq!(Catalog::open(&path).unwrap().contents().unwrap(), before);
}

#[test]
fn genres_replace_those_of_the_same_source() {
    let folder = folder();
    let (songs, path) = (collection(folder.path()), folder.path().join("catalog.db"));
    record(&path, &songs, None);
    let mut catalog = Catalog::open(&path).unwrap();
    let matched = NameMatch { name: "ABBA".into(), method: "normal".into(), score: 0.9 };
    for genres in [&[("disco", 0.3), ("europop", 1.0), ("disco", 0.7)][..], &[("disco", 0.7)]] {
        let tagging = catalog.tagging(GenreSource::Table).unwrap();
        tagging.artist("Abba", genres, Some(&matched)).unwrap();
        tagging.artist("Nobody", &[("europop", 1.0)], None).unwrap();
        tagging.set_meta_genre("disco", Some("pop")).unwrap();
        tagging.commit().unwrap();
    }
    let tagging = catalog.tagging(GenreSource::Hand).unwrap();
    tagging.artist("Abba", &[("disco", 1.0)], None).unwrap();
    assert!(matches!(tagging.piece("x", &[]), Err(CatalogError::NoPiece { .. })));
    tagging.commit().unwrap();
    assert_eq!(
        ask(&catalog, "SELECT * FROM artist_genre ORDER BY artist, source"),
        [
            "Abba|disco|pop|hand|1|||",
            "Abba|disco|pop|table|0.7|ABBA|normal|0.9",
            "Nobody|europop||table|1|||"
        ]
    );
    let genres = catalog.genres().unwrap();
    let counts: Vec<_> =
        genres.iter().map(|it| (&*it.genre, it.artists, it.files, it.pieces)).collect();
    assert_eq!(counts, [("disco", 1, 1, 1), ("europop", 1, 0, 0)]);
    let artists = catalog.artists().unwrap();
    let abba = ArtistCount { artist: "Abba".into(), files: 2, pieces: 1, genres: 1 };
    assert_eq!(artists[0], abba);
    let tagging = catalog.tagging(GenreSource::Table).unwrap();
    assert!(tagging.artist("Abba", &[("disco", 1.1)], None).is_err());
    drop(tagging);
    let tagging = catalog.tagging(GenreSource::Table).unwrap();
    tagging.clear().unwrap();
    tagging.commit().unwrap();
    assert_eq!(ask(&catalog, "SELECT count(*) FROM artist_genres"), ["1"]);
}

#[test]
fn melodies_belong_to_pieces() {
    let folder = folder();
    let (songs, path) = (collection(folder.path()), folder.path().join("catalog.db"));
    record(&path, &songs, None);
    let mut catalog = Catalog::open(&path).unwrap();
    let ids = ask(&catalog, "SELECT record_id FROM pieces ORDER BY id");
    let melody = |record_id: &str, number| MelodyRow {
        record_id: record_id.to_owned(),
        number,
        instrument: 2,
        program: 40,
        start_step: 16,
        steps: 64,
        lowest: 60,
        highest: 72,
        side: crate::split::Side::Eval,
    };
    let of = [ids[0].as_str(), "x"];
    for melodies in
        [vec![melody(&ids[0], 0), melody(&ids[0], 1)], vec![melody(&ids[0], 0), melody("x", 0)]]
    {
        let unknown = melodies.iter().filter(|it| it.record_id == "x").count() as u64;
        assert_eq!(catalog.set_melodies(of, &melodies).unwrap(), unknown);
    }
    assert_eq!(ask(&catalog, "SELECT * FROM melodies"), ["1|0|2|40|16|64|60|72|eval"]);
}

#[test]
fn questions_are_answered_and_orders_are_not_obeyed() {
    let folder = folder();
    let (songs, path) = (collection(folder.path()), folder.path().join("catalog.db"));
    record(&path, &songs, None);
    for catalog in [Catalog::read(&path).unwrap(), Catalog::open(&path).unwrap()] {
        assert_eq!(ask(&catalog, "SELECT NULL, 1, 2.5, 'x', x'00ff';"), ["|1|2.5|x|00ff"]);
        for (sql, words) in [
            ("DELETE FROM files", "no question"),
            ("INSERT INTO meta VALUES ('a', 'b') RETURNING 1", "no question"),
            ("SELECT 1; DELETE FROM files", "more than one"),
            ("PRAGMA user_version = 3", "no question"),
            ("ATTACH '/tmp/x.db' AS x", "no question"),
            ("SELECT * FROM nowhere", "no such table"),
            ("SELEC", "syntax error"),
            ("", "SQL is empty"),
            ("SELECT abs(-9223372036854775808)", "integer overflow"),
        ] {
            let message = refused(&catalog, sql);
            assert!(message.contains(words), "{sql}: {message}");
        }
        assert_eq!(ask(&catalog, "SELECT count(*) FROM files"), ["3"]);
    }
}

#[test]
fn what_is_no_catalog_of_today_is_refused() {
    let folder = folder();
    let path = folder.path().join("catalog.db");
    assert!(matches!(Catalog::read(&path), Err(CatalogError::Missing { .. })));
    assert!(matches!(Catalog::open(&path), Err(CatalogError::Missing { .. })));
    drop(Catalog::create(&path).unwrap());
    let connection = Connection::open(&path).unwrap();
    connection.execute("UPDATE meta SET value = '99'", []).unwrap();
    let error = Catalog::read(&path).unwrap_err();
    assert!(matches!(error, CatalogError::Newer { found: 99, known: SCHEMA_VERSION, .. }));

    let other = folder.path().join("other.db");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    assert!(matches!(Catalog::create(&other), Err(CatalogError::Foreign { .. })));
    let text = folder.path().join("text.db");
    fs::write(&text, "this is a text and no database at all, whatever its name says").unwrap();
    assert!(matches!(Catalog::create(&text), Err(CatalogError::Foreign { .. })));
    let empty = folder.path().join("empty.db");
    fs::write(&empty, "").unwrap();
    assert_eq!(Catalog::read(&empty).unwrap().genres().unwrap(), []);
}

#[test]
fn a_process_that_was_killed_leaves_the_catalog_as_it_was() {
    let folder = folder();
    let (songs, path) = (collection(folder.path()), folder.path().join("catalog.db"));
    record(&path, &songs, None);
    let connection = Connection::open(&path).unwrap();
    // Pages reach the file before the end of the transaction, as in a large ingest.
    connection.execute_batch("PRAGMA cache_size = 1; BEGIN; DELETE FROM texts").unwrap();
    for number in 0..3000 {
        connection
            .execute("INSERT INTO artists (name) VALUES (?1)", [format!("{number:0>300}")])
            .unwrap();
    }
    // As the disk is when the process is killed.
    let killed = folder.path().join("killed.db");
    fs::copy(&path, &killed).unwrap();
    fs::copy(folder.path().join("catalog.db-journal"), folder.path().join("killed.db-journal"))
        .unwrap();
    let catalog = Catalog::read(&killed).unwrap();
    assert_eq!(ask(&catalog, "SELECT count(*) FROM artists"), ["2"]);
    assert_eq!(ask(&catalog, "PRAGMA integrity_check"), ["ok"]);
}

#[test]
fn tables_are_written_out() {
    use parquet::file::reader::{FileReader as _, SerializedFileReader};
    let folder = folder();
    let (songs, path) = (collection(folder.path()), folder.path().join("catalog.db"));
    record(&path, &songs, None);
    let catalog = Catalog::read(&path).unwrap();
    let mut csv = Vec::new();
    assert_eq!(write_csv(&catalog, "artists", &mut csv).unwrap(), 2);
    assert_eq!(String::from_utf8(csv).unwrap(), "id,name\n1,Abba\n2,Queen\n");
    let parquet = folder.path().join("facts.parquet");
    let mut file = fs::File::create(&parquet).unwrap();
    assert_eq!(write_parquet(&catalog, "piece_facts", &mut file).unwrap(), 2);
    let reader = SerializedFileReader::new(fs::File::open(&parquet).unwrap()).unwrap();
    let rows: Vec<String> =
        reader.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect();
    assert!(
        rows[1].contains("title: \"Radio (1984)\"") && rows[1].contains("seconds: 0.5"),
        "{rows:?}"
    );
    assert!(rows[1].contains("tune: null") && rows[1].contains("duplicate_of: 1"), "{rows:?}");
    let error = write_csv(&catalog, "nothing", &mut Vec::new()).unwrap_err();
    assert!(error.to_string().contains("only artist_genres, artist_matches"), "{error}");
}

/// Pieces with all there is to be asked about, straight into the tables.
fn invented() -> (TempDir, Catalog) {
    let folder = folder();
    let mut catalog = Catalog::create(&folder.path().join("catalog.db")).unwrap();
    let mut sql = String::from(
        "INSERT INTO inputs VALUES (1, '/x', 'x', 'folder', NULL);
         INSERT INTO artists VALUES (1, 'Queen'), (2, 'Amos, Tori'), (3, 'Nobody');",
    );
    for piece in 1..=9 {
        let artist = piece % 3 + 1;
        let year =
            if piece % 2 == 0 { format!("{}, 'name'", 1975 + piece) } else { "NULL, NULL".into() };
        let metre = ["'4/4'", "'3/4'", "NULL"][piece % 3];
        sql += &format!(
            "INSERT INTO files VALUES ({piece}, 1, 'x', 'f{piece}', {artist}, 0);
             INSERT INTO pieces VALUES ({piece}, 'r{piece}', {piece}, NULL, NULL, '{piece}',
             'Love Song {piece}', {artist}, {piece}00, {piece}.5, {}, {metre}, {year}, NULL);",
            if piece == 4 { "NULL".to_owned() } else { format!("{}", 60 + 10 * piece) },
        );
    }
    catalog.connection.execute_batch(&sql).unwrap();
    let tagging = catalog.tagging(GenreSource::Table).unwrap();
    tagging.artist("Queen", &[("glam rock", 1.0), ("rock", 1.0)], None).unwrap();
    tagging.artist("Amos, Tori", &[("soft rock", 0.5)], None).unwrap();
    tagging.set_meta_genre("glam rock", Some("rock")).unwrap();
    tagging.set_meta_genre("disco", Some("pop")).unwrap();
    tagging.commit().unwrap();
    let tagging = catalog.tagging(GenreSource::Content).unwrap();
    tagging.piece("r1", &[("disco", 0.4), ("rock", 0.9)]).unwrap();
    tagging.piece("r2", &[("disco", 0.8)]).unwrap();
    tagging.commit().unwrap();
    (folder, catalog)
}

/// The pieces for which [`Query::matches`] holds.
fn matching(catalog: &Catalog, query: &Query) -> Vec<i64> {
    let known = |cell: &Cell| match cell {
        Cell::Integer(number) => Some(*number as f64),
        Cell::Real(number) => Some(*number),
        _ => None,
    };
    let rows = |sql: &str| -> Vec<Vec<Cell>> {
        let all = |mut rows: Rows<'_>| -> Result<Vec<Vec<Cell>>> {
            let (mut all, mut cells) = (Vec::new(), Vec::new());
            while rows.next_into(&mut cells)? {
                all.push(cells.clone());
            }
            Ok(all)
        };
        catalog.rows(sql, all).unwrap()
    };
    let text = |cell: &Cell| if let Cell::Text(text) = cell { Some(text.clone()) } else { None };
    let labels = rows("SELECT piece, genre, meta, source, confidence FROM piece_genre");
    let pieces = rows(
        "SELECT piece, artist, title, metre, year, notes, seconds, tempo FROM piece_facts ORDER BY 1",
    );
    let holds = |row: &Vec<Cell>| {
        let texts: Vec<_> = row.iter().map(text).collect();
        let own: Vec<_> = labels.iter().filter(|label| label[0] == row[0]).collect();
        let words: Vec<Vec<_>> = own.iter().map(|label| label.iter().map(text).collect()).collect();
        let label = |(cells, words): (&&Vec<Cell>, &'_ Vec<Option<String>>)| {
            let word =
                |at: usize| -> Option<&'static str> { words[at].clone().map(|word| &*word.leak()) };
            Label {
                genre: word(1).unwrap(),
                meta: word(2),
                source: word(3).unwrap(),
                confidence: known(&cells[4]).unwrap(),
            }
        };
        let facts = Facts {
            artist: texts[1].as_deref(),
            title: texts[2].as_deref(),
            metre: texts[3].as_deref(),
            year: known(&row[4]),
            notes: known(&row[5]),
            seconds: known(&row[6]),
            tempo: known(&row[7]),
            labels: own.iter().zip(&words).map(label).collect(),
        };
        query.matches(&facts)
    };
    let number = |row: &Vec<Cell>| if let Cell::Integer(number) = row[0] { number } else { 0 };
    pieces.iter().filter(|row| holds(row)).map(number).collect()
}

fn selected(catalog: &Catalog, query: &Query) -> Vec<i64> {
    catalog.select(query).unwrap().iter().map(|piece| piece.piece).collect()
}

fn query() -> impl Strategy<Value = Query> {
    let leaf = proptest::sample::select(vec![
        "rock",
        "=rock",
        "*o*",
        "disco",
        "meta:pop",
        "meta:rock",
        "artist:queen",
        "artist:tori amos",
        "title:love song 3",
        "metre:3/4",
        "metre:*/4",
        "year>1980",
        "year:1976..1980",
        "notes>=400",
        "seconds<5",
        "tempo>100",
        "source:table",
        "source:content",
        "confidence>0.8",
        "confidence<=0.5",
    ])
    .prop_map(|text| text.parse::<Query>().unwrap());
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Query::all),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Query::any),
            inner.prop_map(Query::negated),
        ]
    })
}

#[test]
fn the_database_and_the_facts_answer_alike() {
    let (_folder, catalog) = invented();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let answer = |query: Query| {
        prop_assert_eq!(selected(&catalog, &query), matching(&catalog, &query), "{}", query);
        Ok(())
    };
    runner.run(&query(), answer).unwrap();
    for (text, expected) in [
        ("soft rock", vec![1, 4, 7]),
        ("rock and confidence>0.8", vec![1, 3, 6, 9]),
        ("disco source:content confidence>0.5", vec![2]),
        ("year>1980", vec![6, 8]),
        ("not year>1980 and artist:queen", vec![3, 9]),
    ] {
        assert_eq!(selected(&catalog, &text.parse().unwrap()), expected, "{text}");
    }
}

#[test]
fn the_largest_queries_fit() {
    let (_folder, catalog) = invented();
    let genres = vec!["rock"; 64].join(" or ");
    let about = vec!["confidence>=0"; 64].join(" and ");
    let query: Query = format!("({genres}) and {about}").parse().unwrap();
    assert_eq!(selected(&catalog, &query), matching(&catalog, &query));
    let deep: Query = format!("{}rock", "not ".repeat(64)).parse().unwrap();
    assert_eq!(selected(&catalog, &deep), matching(&catalog, &deep));
    let wide: Query = vec!["title:love"; 128].join(" and ").parse().unwrap();
    assert_eq!(selected(&catalog, &wide).len(), 9);
}
