use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

fn parse(text: &str) -> Query {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// What a query is printed as.
fn printed(text: &str) -> String {
    parse(text).to_string()
}

fn fault(text: &str) -> (usize, String) {
    let error = text.parse::<Query>().unwrap_err();
    (error.column(), error.fault.to_string())
}

const QUEEN: Facts<'static> = Facts {
    artist: Some("Queen"),
    title: Some("Crazy Little Thing Called Love.1"),
    metre: Some("4/4"),
    year: Some(1979.0),
    notes: Some(4000.0),
    seconds: Some(163.5),
    tempo: None,
    labels: Vec::new(),
};

fn queen() -> Facts<'static> {
    let label = |genre, meta, source, confidence| Label { genre, meta, source, confidence };
    let labels = vec![
        label("glam rock", Some("rock"), "table", 1.0),
        label("rock", Some("rock"), "table", 1.0),
        label("disco", Some("pop"), "content", 0.4),
    ];
    Facts { labels, ..QUEEN }
}

#[test]
fn not_binds_more_than_and_and_and_more_than_or() {
    assert_eq!(printed("a or b and not c"), r#""a" or "b" and not "c""#);
    assert_eq!(printed("(a or b) and not (c and d)"), r#"("a" or "b") and not ("c" and "d")"#);
    assert_eq!(printed("a AND (b And (c))"), r#""a" and "b" and "c""#);
    assert_eq!(printed("not not a"), r#"not not "a""#);
}

#[test]
fn words_run_together_and_everything_else_is_joined_by_and() {
    assert_eq!(printed("soft rock or disco"), r#""soft rock" or "disco""#);
    assert_eq!(printed("\"soft rock\" disco"), r#""soft rock" and "disco""#);
    assert_eq!(
        printed("artist:Elton John year>1970 not title:love"),
        r#"artist:"Elton John" and year>1970 and not title:"love""#
    );
    assert_eq!(printed("rock (pop or disco)"), r#""rock" and ("pop" or "disco")"#);
    assert_eq!(printed("=metal or genre=\"drum and bass\""), r#"="metal" or ="drum and bass""#);
    assert_eq!(printed(r#""a \"b\" \\ c""#), r#""a \"b\" \\ c""#);
}

#[test]
fn numbers_have_ranges() {
    assert_eq!(printed("year : 1980"), "year=1980");
    assert_eq!(printed("YEAR=1980..1989"), "year=1980..1989");
    assert_eq!(printed("year:1980.. tempo:..90.5"), "year>=1980 and tempo<=90.5");
    assert_eq!(printed("notes>=100 and seconds<60"), "notes>=100 and seconds<60");
}

#[test]
fn faults_say_where_and_what() {
    for (text, column, words) in [
        ("", 1, "ends where a genre"),
        ("rock and", 9, "ends where a genre"),
        ("rock and or", 10, "found `or`"),
        ("(rock", 1, "bracket does not close"),
        ("rock)", 5, "found `)`"),
        ("é \"rock", 3, "quotation does not end"),
        ("yaer>1980", 1, "no field `yaer`, only genre, meta"),
        ("year>soon", 6, "`soon` is neither"),
        ("year>1980..1990", 6, "neither a number nor"),
        ("year>", 6, "ends where a number"),
        ("artist>Queen", 7, "`artist` is a text"),
        ("artist:", 8, "ends where a text"),
        ("artist:and", 8, "found `and`"),
        ("rock or ???", 9, "no letter or digit"),
        ("year:nan", 6, "neither a number"),
        ("\"\"", 1, "no letter or digit"),
    ] {
        let (at, fault) = fault(text);
        assert!(fault.contains(words), "{text}: {fault}");
        assert_eq!(at, column, "{text}");
    }
}

#[test]
fn depth_length_and_number_are_bounded() {
    assert!(fault(&"(".repeat(100_000)).1.contains("bytes"));
    assert!(fault(&"(".repeat(5_000)).1.contains("within one another"));
    assert!(fault(&"not ".repeat(2_000)).1.contains("within one another"));
    assert!(fault(&["a"; 300].join(" or ")).1.contains("128 parts"));
}

#[test]
fn a_piece_is_what_is_asked_for_or_not() {
    for (text, expected) in [
        ("rock", true),
        ("=glam", false),
        ("glam", true),
        ("metal", false),
        ("rock and not metal", true),
        ("rock and disco", true),
        ("meta:pop", true),
        ("meta:po", false),
        ("artist:queen", true),
        ("artist:que*", true),
        ("artist:que", false),
        ("title:\"little thing\"", true),
        ("title:littl", false),
        ("year:1970..1979 and notes>3999", true),
        ("year>1979", false),
        ("metre:4/4", true),
        ("metre:*/8", false),
        // What is not known is in no range.
        ("tempo>0", false),
        ("not tempo>0", true),
    ] {
        assert_eq!(parse(text).matches(&queen()), expected, "{text}");
    }
}

#[test]
fn source_and_confidence_are_those_of_the_genres_beside_them() {
    for (text, expected) in [
        ("disco and confidence>0.8", false),
        ("rock and confidence>0.8", true),
        ("disco source:content", true),
        ("rock source:content", false),
        ("(rock or disco) and source:content", true),
        ("rock and not disco and confidence>0.8", true),
        ("rock and not source:content", true),
        ("disco and not source:content", false),
        ("rock and (source:content or source:table)", true),
        ("disco and (source:content and confidence>0.3)", true),
        ("source:content", true),
        ("source:lastfm", false),
        ("artist:queen and source:lastfm", false),
        ("artist:queen and source:content", true),
    ] {
        assert_eq!(parse(text).matches(&queen()), expected, "{text}");
    }
}

#[test]
fn a_piece_without_genres_can_be_asked_for_by_the_rest() {
    assert!(parse("artist:queen and year:1979").matches(&QUEEN));
    assert!(!parse("artist:queen and source:content").matches(&QUEEN));
    assert!(parse("artist:queen and not rock").matches(&QUEEN));
}

#[test]
fn a_row_of_a_table_is_facts_enough() {
    let artist = crate::table::Artist { name: "Queen".into(), genres: vec!["glam rock".into()] };
    let facts = Facts::of(&artist, |_| Some("rock"));
    assert!(parse("glam and meta:rock and artist:Queen").matches(&facts));
    assert!(!parse("glam and year>1900").matches(&facts));
}

#[test]
fn genres_that_nobody_has_are_named_with_those_that_were_meant() {
    let genres = ["metal", "metalcore", "drum and bass", "soft rock", "rock"];
    let unknown = parse("metla or drum or xyz or rock or metla or =soft").unknown_genres(&genres);
    let list: Vec<_> =
        unknown.iter().map(|it| (it.asked.as_str(), it.suggestions.join(","))).collect();
    assert_eq!(
        list,
        [("metla", "metal".to_owned()), ("xyz", String::new()), ("soft", "soft rock".to_owned())]
    );
}

fn query() -> impl Strategy<Value = Query> {
    let text = "[a-zA-Z0-9&\"\\\\ é*().:<>=']{0,8}[a-z*]".prop_map(|text: String| text);
    let texts = [
        TextField::Genre,
        TextField::Meta,
        TextField::Artist,
        TextField::Title,
        TextField::Source,
        TextField::Metre,
    ];
    let numbers = [
        NumberField::Year,
        NumberField::Notes,
        NumberField::Seconds,
        NumberField::Tempo,
        NumberField::Confidence,
    ];
    let number = -1e9..1e9;
    let range = (0..6, number.clone(), number).prop_map(|(kind, one, other)| match kind {
        0 => Range::Below(one),
        1 => Range::AtMost(one),
        2 => Range::Above(one),
        3 => Range::AtLeast(one),
        4 => Range::Equal(one),
        _ => Range::Between(one, other),
    });
    let leaf = prop_oneof![
        (proptest::sample::select(texts.to_vec()), text, any::<bool>()).prop_map(
            |(field, text, exact)| {
                let pattern = if exact { Pattern::exact(text) } else { Pattern::like(text) };
                Query::Text { field, pattern }
            }
        ),
        (proptest::sample::select(numbers.to_vec()), range)
            .prop_map(|(field, range)| Query::Number { field, range }),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..4).prop_map(Query::all),
            vec(inner.clone(), 1..4).prop_map(Query::any),
            inner.prop_map(Query::negated),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_printed_is_read_as_the_same(query in query()) {
        let text = query.to_string();
        prop_assert_eq!(text.parse::<Query>(), Ok(query), "{}", text);
    }

    #[test]
    fn any_text_is_a_query_or_a_fault_within_it(
        text in "([a-z ]{0,3}|and|or|not|[()<>=:\"*.]|year|artist|19|é){0,20}"
    ) {
        match text.parse::<Query>() {
            Ok(query) => {
                prop_assert_eq!(&query.to_string().parse::<Query>(), &Ok(query.clone()));
                let _ = query.matches(&queen());
            }
            Err(error) => prop_assert!(error.column() <= text.chars().count() + 1),
        }
    }
}
