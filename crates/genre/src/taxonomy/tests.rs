use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::Error;
use crate::table::{GenreTable, TableFormat};

fn clean_midi() -> GenreTable {
    let bytes = include_bytes!("../../../../data/genres/clean_midi_spotify.csv");
    GenreTable::read(bytes, TableFormat::Csv).unwrap()
}

#[test]
fn the_built_in_taxonomy_has_each_genre_of_the_table_once() {
    let (taxonomy, table) = (Taxonomy::built_in(), clean_midi());
    // That no genre stands twice is checked by `read`.
    let listed = taxonomy.metas().iter().flat_map(|meta| &meta.genres).map(String::as_str);
    let listed: BTreeSet<&str> = listed.collect();
    let wanted: BTreeSet<&str> = table.genres().into_iter().collect();
    assert_eq!(listed.symmetric_difference(&wanted).collect::<Vec<_>>(), Vec::<&&str>::new());
}

#[test]
fn the_built_in_taxonomy_is_no_more_than_twenty_names_and_no_dumping_ground() {
    let taxonomy = Taxonomy::built_in();
    assert!((15..=20).contains(&taxonomy.metas().len()));
    assert_eq!(taxonomy.last().name, "other");
    assert!(taxonomy.last().genres.len() <= 8);
    for meta in taxonomy.metas() {
        assert!(!meta.description.is_empty(), "{}", meta.name);
        assert!(meta.id == taxonomy.last().id || !meta.substrings.is_empty(), "{}", meta.name);
    }
}

#[test]
fn colours_keep_apart() {
    let taxonomy = Taxonomy::built_in();
    let metas = taxonomy.metas();
    for (place, meta) in metas.iter().enumerate() {
        for other in &metas[..place] {
            let squares = [
                (meta.colour.r, other.colour.r),
                (meta.colour.g, other.colour.g),
                (meta.colour.b, other.colour.b),
            ]
            .map(|(a, b)| (f64::from(a) - f64::from(b)).powi(2));
            let distance = squares.iter().sum::<f64>().sqrt();
            assert!(distance > 35.0, "{} and {}: {distance}", meta.name, other.name);
        }
    }
}

#[test]
fn known_genres_are_where_they_belong() {
    let taxonomy = Taxonomy::built_in();
    for (genre, meta) in [
        ("mellow gold", "mellow"),
        ("soft rock", "mellow"),
        ("Thrash Metal", "metal"),
        ("bebop", "jazz"),
        ("east coast hip hop", "hip hop"),
        ("italian pop", "schlager"),
        ("christmas", "other"),
        ("rock and roll", "rock and roll"),
    ] {
        assert_eq!(taxonomy.meta_of(genre).name, meta, "{genre}");
        assert_eq!(taxonomy.place_of(genre).1, Why::Listed, "{genre}");
    }
}

#[test]
fn unknown_genres_go_by_the_noun_of_their_names() {
    let taxonomy = Taxonomy::built_in();
    for (genre, meta) in [
        ("celtic metal", "metal"),
        ("medieval folk rock", "rock"),
        ("finnish jazz", "jazz"),
        ("polish hip hop", "hip hop"),
        ("liquid drum and bass", "electronic"),
        ("ukrainian post-punk", "new wave"),
        ("swedish synthpop", "new wave"),
    ] {
        let (found, why) = taxonomy.place_of(genre);
        assert_eq!((found.name.as_str(), why), (meta, Why::Substring), "{genre}");
    }
    assert_eq!(taxonomy.place_of("zzz"), (taxonomy.last(), Why::Nowhere));
}

#[test]
fn the_recipe_takes_the_last_word_of_its_list() {
    let recipe = Taxonomy::recipe();
    for (genre, meta) in [
        ("pop rock", "pop"),
        ("rap rock", "rap"),
        ("rap metal", "rap"),
        ("country rock", "country"),
        ("glam metal", "metal"),
        ("mellow gold", "mellow"),
        ("classical", "classical"),
        ("trap music", "rap"),
        ("disco", "other"),
        ("soul", "other"),
    ] {
        assert_eq!(recipe.meta_of(genre).name, meta, "{genre}");
    }
}

#[test]
fn a_blend_is_shares_and_ties_go_by_the_order_of_the_file() {
    let taxonomy = Taxonomy::built_in();
    let named = |genres: &[&str]| -> Vec<(String, f64)> {
        let shares = taxonomy.blend(genres);
        shares.iter().map(|share| (taxonomy.get(share.meta).name.clone(), share.share)).collect()
    };
    assert_eq!(
        named(&["pop", "bebop", "swing", "christmas"]),
        [("jazz".to_owned(), 0.5), ("pop".to_owned(), 0.25), ("other".to_owned(), 0.25)]
    );
    // Metal stands before rock, whichever is named first; what fits nowhere stands behind all, however large it is.
    assert_eq!(taxonomy.dominant(["rock", "metal"]).unwrap().name, "metal");
    assert_eq!(taxonomy.dominant(["christmas", "comic", "pop"]).unwrap().name, "pop");
    assert_eq!(taxonomy.dominant(["christmas"]).unwrap().name, "other");
    assert!(taxonomy.dominant(Vec::<String>::new()).is_none());
}

#[test]
fn names_and_aliases_are_found() {
    let taxonomy = Taxonomy::built_in();
    assert_eq!(taxonomy.named("RnB").unwrap().name, "soul");
    assert_eq!(taxonomy.named("Dance & electronic").unwrap().name, "electronic");
    assert!(taxonomy.named("zzz").is_none());
    let mut words = BTreeSet::new();
    for meta in taxonomy.metas() {
        for alias in &meta.aliases {
            assert!(words.insert(alias), "{alias} stands twice");
        }
    }
}

#[test]
fn a_bad_file_is_refused_with_its_fault() {
    let entry = |name: &str, colour: &str, genres: &str| {
        format!("[[meta]]\nname = \"{name}\"\ncolour = \"{colour}\"\ngenres = [{genres}]\n")
    };
    let error = Taxonomy::read("[[meta]]\nname = 3\n").unwrap_err();
    assert!(matches!(error, Error::Toml { line: 2, column: 8, .. }), "{error:?}");
    let error = Taxonomy::read("[[meta]]\nname = \"x\"\ncolor = \"#000000\"\n").unwrap_err();
    assert!(matches!(error, Error::Toml { line: 3, column: 1, .. }), "{error:?}");
    assert!(matches!(Taxonomy::read("").unwrap_err(), Error::NoMetaGenre));
    let error = Taxonomy::read(&entry("x", "red", "")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the colour of the meta-genre `x` is `red`, not of the form #rrggbb"
    );
    let twice = entry("x", "#000000", "\"a\"") + &entry("y", "#000001", "\"A\"");
    let error = Taxonomy::read(&twice).unwrap_err();
    assert_eq!(error.to_string(), "`A` belongs to two meta-genres: x, y");
    let error =
        Taxonomy::read(&(entry("x", "#000000", "") + &entry("X", "#000001", ""))).unwrap_err();
    assert!(matches!(error, Error::Repeated { .. }), "{error:?}");
}

proptest! {
    #[test]
    fn no_change_to_a_file_makes_the_reader_panic(place in 0_usize..30_000, bytes in "[ -~\n]{0,4}", length in 0_usize..40) {
        let text = include_str!("../../../../data/genres.toml");
        let place = (0..=place.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        let end = (place + length..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len());
        let changed = format!("{}{bytes}{}", &text[..place], &text[end..]);
        if let Ok(taxonomy) = Taxonomy::read(&changed) {
            prop_assert!(taxonomy.blend(["rock", "no such genre"]).len() <= 2);
        }
        let _ = Taxonomy::read(&text[..place]);
    }

    #[test]
    fn shares_add_up_to_one(genres in prop::collection::vec("[a-z ]{0,12}", 1..20)) {
        let sum: f64 = Taxonomy::recipe().blend(&genres).iter().map(|share| share.share).sum();
        prop_assert!((sum - 1.0).abs() < 1e-12);
    }
}
