use super::*;
use crate::table::TableFormat;

fn clean_midi() -> GenreTable {
    let bytes = include_bytes!("../../../../data/genres/clean_midi_spotify.csv");
    GenreTable::read(bytes, TableFormat::Csv).unwrap()
}

fn table(artists: &[&str]) -> GenreTable {
    let mut table = GenreTable::default();
    for artist in artists {
        table.add(artist, ["pop".to_owned()]);
    }
    table
}

/// The artist of the table that `name` means, and how.
fn found(artists: &[&str], name: &str) -> Option<(String, How)> {
    let table = table(artists);
    let found = Matcher::new(&table).find(name)?;
    Some((found.artist.name.clone(), found.how))
}

#[test]
fn each_way_of_writing_a_name_is_told() {
    for (artist, name, how) in [
        ("ABBA", "ABBA", How::Exact),
        ("ABBA", "Abba", How::Case),
        ("Die Ärzte", "die arzte", How::Accents),
        ("AC/DC", "AC DC", How::Punctuation),
        ("R.E.M.", "REM", How::Punctuation),
        ("\"Weird Al\" Yankovic", "\"\"\"Weird Al\"\" Yankovic\"", How::Punctuation),
        ("Gaye,Marvin", "Gaye, Marvin", How::Punctuation),
        ("Guns N' Roses", "Guns and Roses", How::And),
        ("Simon & Garfunkel", "SIMON AND GARFUNKEL", How::And),
        ("The Beatles", "Beatles, The", How::Article),
        ("Searchers", "The Searchers", How::Article),
        ("Tori Amos", "Amos, Tori", How::Inverted),
        ("Rod Stewart", "Stewart Rod", How::Inverted),
        ("David Bowie", "BOWIE DAVID", How::Inverted),
        ("John Lee Hooker", "HOOKER JOHN LEE", How::Inverted),
        ("Santana", "Santana feat. Rob Thomas", How::Credit),
        ("Will Smith", "Will Smith ft Jazzy Jeff", How::Credit),
        ("Queen", "Queen with David Bowie", How::Credit),
        ("Run-D.M.C.", "Run DMC vs. Jason Nevins", How::Credit),
        ("Bill Haley & His Comets", "Bill Haley", How::Credit),
        ("Lynyrd Skynyrd", "Lynard Skynyrd", How::Fuzzy),
        ("John Lennon", "Jonh Lennon", How::Fuzzy),
        ("Olivia Newton-John", "NEWTON JOHN OLIVA", How::Fuzzy),
    ] {
        assert_eq!(
            found(&[artist, "Someone Else"], name),
            Some((artist.to_owned(), how)),
            "{name}"
        );
    }
}

#[test]
fn what_is_too_far_is_nobody() {
    for (artist, name) in [
        ("Blink 182", "Blink 183"),
        ("ABBA", "ABBB"),
        ("Queen", "Queens"),
        ("Johnny Cash", "Johnny Nash"),
        ("Simon & Garfunkel", "Simon"),
        ("Sam", "Sam & Dave"),
        ("Prince", ""),
        ("Prince", "..."),
        ("...", "!!!"),
    ] {
        assert_eq!(found(&[artist], name), None, "{name}");
    }
}

#[test]
fn the_strictest_way_counts() {
    let artists = ["David Bowie", "BOWIE DAVID", "Bowie, David"];
    assert_eq!(found(&artists, "BOWIE DAVID"), Some(("BOWIE DAVID".to_owned(), How::Exact)));
    assert_eq!(found(&artists, "bowie, david"), Some(("Bowie, David".to_owned(), How::Case)));
}

#[test]
fn an_artist_without_genres_gives_way() {
    let mut table = table(&["Tori Amos"]);
    table.add("Amos, Tori", []);
    table.add("Prince", []);
    let matcher = Matcher::new(&table);
    let found = matcher.find("Amos, Tori").unwrap();
    assert_eq!((found.artist.name.as_str(), found.how), ("Tori Amos", How::Inverted));
    let found = matcher.find("Prince").unwrap();
    assert!(found.artist.genres.is_empty() && found.how == How::Exact);
}

#[test]
fn spellings_of_one_name_are_told_beside_the_best() {
    let mut table = table(&["MAMAS & Papas"]);
    table.add("The Mamas & The Papas", ["pop".to_owned(), "rock".to_owned()]);
    let found = Matcher::new(&table).find("Mamas and Papas").unwrap();
    assert_eq!((found.index, found.how, found.also), (0, How::And, vec![]));
    let found = Matcher::new(&table).find("Mamas and the Papas").unwrap();
    assert_eq!((found.index, found.how, found.also), (1, How::Article, vec![0]));
}

#[test]
fn two_that_are_as_near_are_refused_with_both_named() {
    let table = table(&["Danny Williams", "Denny Williams"]);
    let Lookup::Ambiguous(candidates) = Matcher::new(&table).look_up("Dunny Williams") else {
        panic!("not ambiguous");
    };
    let names: Vec<&str> = candidates.iter().map(|found| found.artist.name.as_str()).collect();
    assert_eq!(names, ["Danny Williams", "Denny Williams"]);
    assert_eq!(Matcher::new(&table).find("Dunny Williams"), None);
}

#[test]
fn every_artist_of_a_table_finds_itself() {
    let table = clean_midi();
    let matcher = Matcher::new(&table);
    for artist in table.artists().iter().filter(|artist| !artist.genres.is_empty()) {
        let found = matcher.find(&artist.name).unwrap();
        assert_eq!((found.artist, found.how, found.score), (artist, How::Exact, 1.0));
    }
}
