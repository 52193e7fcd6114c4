//! Pictures of small maps with odd names, and of the real one.

use super::*;
use crate::GenreMatrix;
use crate::GenreTable;
use crate::map::{Dimensions, pca};
use crate::table::TableFormat;

/// Names that would break out of what they are put into.
const HOSTILE: [&str; 4] = [
    "</script><script>alert(1)</script>",
    "\"Quotes\" & 'apostrophes' \\ <b>",
    "<!-- Sigur Rós 椎名林檎 \u{2028} 🎸",
    "${name} `tick`",
];

fn hostile(dimensions: Dimensions) -> MapPicture {
    let mut table = GenreTable::default();
    for (number, name) in HOSTILE.into_iter().enumerate() {
        let genres = ["metal", "</script>", "jazz", "disco", "opera"];
        table.add(name, genres.iter().skip(number).map(|&genre| genre.to_owned()));
    }
    picture(&table, dimensions)
}

fn picture(table: &GenreTable, dimensions: Dimensions) -> MapPicture {
    let map = pca(&GenreMatrix::new(table), dimensions).unwrap();
    MapPicture::new("R&B </title>", &map, &Taxonomy::built_in())
}

fn real(dimensions: Dimensions) -> MapPicture {
    let bytes = include_bytes!("../../../../data/genres/clean_midi_spotify.csv");
    picture(&GenreTable::read(bytes, TableFormat::Csv).unwrap(), dimensions)
}

/// The data as a browser finds it in the page.
fn data(html: &str) -> serde_json::Value {
    let (_, rest) = html.split_once("id=\"map-data\">").unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

#[test]
fn a_page_holds_all_names_whatever_they_are() {
    let html = hostile(Dimensions::Two).html(ColourBy::Meta, &[]);
    assert_eq!(html.matches("</script").count(), 2, "one ends the data, one the module");
    assert!(!html.contains("alert(1)</") && html.contains("<title>R&amp;B &lt;/title&gt;</title>"));
    assert_eq!(data(&html)["artists"], serde_json::json!(HOSTILE));
}

#[test]
fn a_page_needs_no_network() {
    let html = real(Dimensions::Two).html(ColourBy::Blend, &[]);
    for outside in ["http:", "https:", "src=", "<link", "url(", "@import", "import("] {
        assert!(!html.contains(outside), "{outside}");
    }
    let data = data(&html);
    assert_eq!(data["artists"].as_array().unwrap().len(), 1970);
    assert_eq!(data["genres"].as_array().unwrap().len(), 600);
    assert_eq!(data["first"]["colour"], "blend");
    assert_eq!(data["axes"][0], "PC1 (11.2 % of the variance)");
}

#[test]
fn a_page_carries_places_and_colours_as_numbers() {
    use base64::Engine as _;
    let picture = real(Dimensions::Three);
    let data = data(&picture.html(ColourBy::Meta, &[]));
    let bytes = |key: &str| {
        let text = data[key].as_str().unwrap();
        base64::engine::general_purpose::STANDARD.decode(text).unwrap()
    };
    let positions = bytes("positions");
    assert_eq!((positions.len(), bytes("blends").len()), (1970 * 12, 1970 * 3));
    let last = f32::from_le_bytes(positions[1970 * 12 - 4..].try_into().unwrap());
    assert_eq!(last, picture.artists[1969].position[2] as f32);
}

#[test]
fn highlights_are_lit_or_selected_at_first() {
    let picture = real(Dimensions::Two);
    let metal = Highlight { name: "metal".to_owned(), artists: picture.artists_of("metal") };
    let some = Highlight { name: "some".to_owned(), artists: vec![5, 7] };
    let first = data(&picture.html(ColourBy::Meta, &[metal, some]))["first"].clone();
    let place = picture.genres.iter().position(|genre| genre.name == "metal");
    assert_eq!(first["lit"], serde_json::json!([place]));
    assert_eq!(first["selection"], serde_json::json!([5, 7]));
}

#[test]
fn an_svg_has_every_artist_and_becomes_pixels() {
    for dimensions in [Dimensions::Two, Dimensions::Three] {
        for picture in [hostile(dimensions), real(dimensions)] {
            let svg = picture.svg(&PaperOptions::default()).finish();
            assert_eq!(svg.matches("<title>").count(), picture.artists.len());
            let png = figure::png::render(&svg, 0.5).unwrap();
            let size = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
            assert_eq!((&png[..4], size(16), size(20)), (&b"\x89PNG"[..], 540, 380));
        }
    }
}

#[test]
fn two_highlights_have_colours_of_their_own() {
    let picture = real(Dimensions::Two);
    let highlight =
        |name: &str| Highlight { name: name.to_owned(), artists: picture.artists_of(name) };
    let (rock, disco) = (highlight("rock"), highlight("disco"));
    let shared = rock.artists.iter().filter(|artist| disco.artists.contains(artist)).count();
    let highlights = vec![rock, disco];
    let svg = picture.svg(&PaperOptions { highlights, ..PaperOptions::default() }).finish();
    let mixture = Colour::of_series(0).towards(Colour::of_series(1), 0.5);
    let lit =
        |colour: Colour| svg.matches(&format!("fill=\"{colour}\" stroke=\"#ffffff\"")).count();
    assert_eq!(lit(mixture), shared);
    assert_eq!(lit(Colour::of_series(0)), 355 - shared);
    assert!(svg.contains(">in more than one</text>") && svg.contains(">all others</text>"));
}

#[test]
fn the_same_map_is_the_same_bytes_with_any_number_of_threads() {
    let draw = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let picture = real(Dimensions::Three);
            (picture.html(ColourBy::Blend, &[]), picture.svg(&PaperOptions::default()).finish())
        })
    };
    let first = draw(1);
    assert!(first == draw(1) && first == draw(4));
}

#[test]
fn crossovers_are_between_their_colours() {
    let mut table = GenreTable::default();
    table.add("plain", ["metal".to_owned()]);
    table.add("crossover", ["metal".to_owned(), "jazz".to_owned()]);
    table.add("jazz", ["jazz".to_owned()]);
    let picture = picture(&table, Dimensions::Two);
    let [metal, both, jazz] = [0, 1, 2].map(|artist| picture.artists[artist].blend);
    assert_eq!(both, metal.towards(jazz, 0.5));
    assert_eq!(metal, picture.metas[picture.artists[0].meta].colour);
}

#[test]
fn names_come_from_all_meta_genres_in_turn() {
    let things = [(0, 9.0), (0, 8.0), (0, 7.0), (1, 5.0), (1, 1.0)];
    assert_eq!(in_turn(things.into_iter()), [0, 3, 1, 2, 4]);
    let picture = real(Dimensions::Two);
    let metas = picture.genres_by_weight().into_iter().take(16);
    let metas: std::collections::BTreeSet<usize> =
        metas.map(|genre| picture.genres[genre].meta).collect();
    assert!(metas.len() >= 10, "{metas:?}");
}

#[test]
fn a_genre_in_one_corner_says_more_than_one_all_over() {
    let picture = real(Dimensions::Two);
    let genre = |name: &str| picture.genres.iter().find(|genre| genre.name == name).unwrap();
    assert_eq!(genre("mellow gold").count, 385);
    assert!(genre("album rock").weight > genre("mellow gold").weight);
}
