//! Comparisons of the built-in tunes.

use std::path::PathBuf;

use super::*;
use crate::Unobserved;

fn tunes(genre: &str) -> Source {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../data/demo").join(genre);
    Source { name: genre.to_owned(), paths: vec![folder] }
}

fn options(corpora: Vec<Source>, generated: Vec<Source>) -> CompareOptions {
    CompareOptions {
        corpora,
        generated,
        outputs: Vec::new(),
        output_dir: None,
        unit: None,
        extract: ExtractOptions::default(),
        permutations: Some(1999),
        seed: 0,
        threads: 2,
    }
}

fn feature<'a>(comparison: &'a Comparison, name: &str) -> &'a FeatureContrast {
    comparison.features.iter().find(|found| found.feature == name).expect(name)
}

#[test]
fn jigs_differ_from_reels_and_not_from_themselves() {
    let compared =
        compare(&options(vec![tunes("jig"), tunes("reel")], vec![]), &Unobserved).unwrap();
    let [comparison] = &compared.comparisons[..] else { panic!("one pair") };
    assert_eq!((compared.unit, compared.tests), (Unit::Song, 22));
    // A jig has six eighths in a bar, a reel eight.
    let notes = feature(comparison, "notes_per_bar");
    assert!(notes.delta < -0.8 && notes.verdict == Verdict::Real, "{notes:?}");
    assert!(notes.words.starts_with("reel has fuller bars: "), "{}", notes.words);
    assert!(notes.delta_bounds.low <= notes.delta && notes.delta <= notes.delta_bounds.high);

    let mut same = tunes("jig");
    same.name = "again".to_owned();
    let compared = compare(&options(vec![tunes("jig"), same], vec![]), &Unobserved).unwrap();
    let [comparison] = &compared.comparisons[..] else { panic!("one pair") };
    for found in &comparison.features {
        assert_eq!((found.delta, found.p_adjusted, found.verdict), (0.0, 1.0, Verdict::NotShown));
    }
    for found in &comparison.distributions {
        assert_eq!((found.divergence, found.p), (0.0, 1.0));
    }
    assert!(compared.notes.iter().any(|note| note.contains("in common")), "{:?}", compared.notes);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let with = |threads| {
        let options =
            CompareOptions { threads, ..options(vec![tunes("jig"), tunes("reel")], vec![]) };
        serde_json::to_string(&compare(&options, &Unobserved).unwrap()).unwrap()
    };
    assert_eq!(with(1), with(3));
}

#[test]
fn a_corpus_is_compared_with_what_was_generated_from_it() {
    let options = options(vec![tunes("jig"), tunes("reel")], vec![tunes("jig"), tunes("hornpipe")]);
    let compared = compare(&options, &Unobserved).unwrap();
    let titles: Vec<String> = compared
        .comparisons
        .iter()
        .map(|comparison| pair_title(comparison, &compared.groups))
        .collect();
    let expected =
        ["jig and reel", "jig and jig (generated)", "jig (generated) and hornpipe (generated)"];
    assert_eq!(titles, expected);
    let page = page(&compared);
    assert!(page.contains("jig (generated) and hornpipe (generated)") && !page.contains("NaN"));
    let lines = String::from_utf8(csv(&compared)).unwrap().lines().count();
    assert_eq!(lines, 1 + 3 * 22);
}

#[test]
fn one_piece_against_another_is_too_few() {
    let one = |genre: &str| {
        let mut files: Vec<PathBuf> = std::fs::read_dir(&tunes(genre).paths[0])
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        files.sort();
        Source { name: genre.to_owned(), paths: files[1..2].to_vec() }
    };
    let compared = compare(&options(vec![one("jig"), one("reel")], vec![]), &Unobserved).unwrap();
    let [comparison] = &compared.comparisons[..] else { panic!("one pair") };
    assert!(comparison.features.iter().all(|found| found.verdict == Verdict::TooFew));
    assert!(feature(comparison, "tempo").words.ends_with("too few songs to tell"));
    assert!(!chart::picture(&compared).finish().contains("NaN"));
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let refused = |options: CompareOptions| compare(&options, &Unobserved).unwrap_err();
    let alone = options(vec![tunes("jig")], vec![]);
    assert!(matches!(refused(alone), Error::NothingToCompare { groups: 1 }));
    let twice = options(vec![tunes("jig"), tunes("jig")], vec![]);
    assert!(matches!(refused(twice), Error::CompareNames { .. }));
    let mut odd = options(vec![tunes("jig"), tunes("reel")], vec![]);
    odd.outputs = vec!["x.doc".into()];
    assert!(matches!(refused(odd), Error::ComparisonFormat { .. }));
    let mut strict = options(vec![tunes("jig"), tunes("reel")], vec![]);
    strict.extract.min_bars = 10_000;
    assert!(matches!(refused(strict), Error::NoMelodies { pieces: 80, .. }));
}
