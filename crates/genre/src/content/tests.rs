use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;

use super::classifier::Learner;
use super::examples::{Examples, Labelled};
use super::folds::folds;
use super::model::{Model, Options};
use super::validate::ColumnGroup;
use crate::Error;

const CLASSES: [&str; 3] = ["metal", "pop", "rap"];
const ARTISTS: usize = 8;
const WIDTH: usize = 6;

/// Pieces of three genres: the first two features tell them apart, the others tell artists apart and nothing else.
fn toy(pieces_an_artist: usize) -> Vec<Labelled> {
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let mut noise = move || random.next_u32() as f32 / u32::MAX as f32 - 0.5;
    let mut pieces = Vec::new();
    for (class, label) in CLASSES.into_iter().enumerate() {
        for artist in 0..ARTISTS {
            let manner: [f32; WIDTH] = std::array::from_fn(|_| 10.0 * noise());
            for _ in 0..pieces_an_artist {
                let mut features = manner.map(|value| value + noise());
                features[0] = class as f32 + noise();
                features[1] = if class == 1 { 1.0 } else { 0.0 } + noise();
                let group = format!("{label} {artist}");
                pieces.push(Labelled {
                    features: features.to_vec(),
                    label: label.to_owned(),
                    group,
                });
            }
        }
    }
    pieces
}

fn learn(pieces: &[Labelled], learner: Option<Learner>) -> Model {
    let examples = Examples::new(pieces).unwrap();
    let columns = [("telling", vec![0, 1]), ("manner", vec![2, 3, 4, 5])]
        .map(|(name, columns)| ColumnGroup { name: name.to_owned(), columns });
    let options = Options { learner, folds: 4, seed: 3 };
    Model::learn(&examples, names(), &columns, &options, |_| true).unwrap().unwrap()
}

fn names() -> Vec<String> {
    (0..WIDTH).map(|number| format!("f{number}")).collect()
}

#[test]
fn genres_that_can_be_told_apart_are_told_apart() {
    let model = learn(&toy(12), None);
    let validation = model.validation();
    assert!(validation.baseline.accuracy < 0.4, "{:?}", validation.baseline);
    assert_eq!(validation.scores.len(), 3);
    for score in &validation.scores {
        let accuracy = score.calibrated.accuracy;
        assert!(accuracy > 0.7, "{}: {accuracy}", score.learner.name());
        assert!(score.calibrated.log_loss < validation.baseline.log_loss / 2.0, "{score:?}");
    }
    let [telling, manner] = &validation.importance[..] else { panic!("two groups of features") };
    assert!(telling.accuracy > 0.2 && telling.log_loss > 0.3, "{telling:?}");
    assert!(manner.accuracy.abs() < 0.1, "{manner:?}");
}

#[test]
fn what_only_artists_have_in_common_is_not_taken_for_knowledge() {
    // Without the telling features all that can be learnt is who is who, which is worthless on new artists.
    let mut pieces = toy(12);
    pieces.iter_mut().for_each(|piece| piece.features[..2].fill(0.0));
    let model = learn(&pieces, None);
    for score in &model.validation().scores {
        assert!(score.calibrated.accuracy < 0.6, "{score:?}");
        assert!(score.raw.log_loss > score.calibrated.log_loss, "{score:?}");
    }
}

#[test]
fn folds_keep_artists_whole_and_classes_even() {
    let examples = Examples::new(&toy(5)).unwrap();
    let fold_of = folds(&examples, 4, 1);
    let mut fold_of_group = vec![None; CLASSES.len() * ARTISTS];
    let mut sizes = vec![vec![0; CLASSES.len()]; 4];
    for (row, &fold) in fold_of.iter().enumerate() {
        let known = fold_of_group[examples.groups()[row]].get_or_insert(fold);
        assert_eq!(*known, fold);
        sizes[fold][examples.labels()[row]] += 1;
    }
    assert_eq!(sizes, vec![vec![10; CLASSES.len()]; 4]);
    assert_ne!(folds(&examples, 4, 2), fold_of);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let pieces = toy(30);
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| learn(&pieces, None).write().unwrap())
    };
    assert!(with(1) == with(4), "models differ");
}

#[test]
fn a_model_is_read_as_it_was_written() {
    let pieces = toy(6);
    for learner in Learner::ALL {
        let model = learn(&pieces, Some(learner));
        assert_eq!(model.learner(), learner);
        let read = Model::read(&model.write().unwrap()).unwrap();
        assert_eq!(read, model);
        let probabilities = read.probabilities(&pieces[0].features).unwrap();
        assert_eq!(probabilities, model.probabilities(&pieces[0].features).unwrap());
        assert!((probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    }
}

#[test]
fn what_is_no_model_is_refused_with_a_reason() {
    let bytes = learn(&toy(6), None).write().unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let reason = |from: &str, to: &str| {
        let changed = text.replacen(from, to, 1);
        assert!(changed != text, "no {from}");
        Model::read(changed.as_bytes()).unwrap_err().to_string()
    };
    assert!(reason("cantus genre model", "a cake").contains("its format is"));
    assert!(reason("\"version\":1", "\"version\":2").contains("its version is 2"));
    assert!(reason("\"f0\",", "").contains("6 numbers for 5 features"));
    assert!(reason("\"metal\"", "\"pop\"").contains("3 classes with 2 names"));
    assert!(reason("\"branches\":[1,2]", "\"branches\":[0,2]").contains("leads astray"));
    assert!(reason("\"branches\":[1,2]", "\"branches\":[1,99]").contains("leads astray"));
    assert!(reason("\"inverse\":[", "\"inverse\":[0.5,").contains("7 numbers for 6"));
    assert!(reason("\"biases\":[", "\"biases\":[1e999,").contains("out of range"));
    assert!(matches!(Model::read(b"{"), Err(Error::Json { .. })));
    assert!(matches!(Model::read(b"{}"), Err(Error::NotAModel { .. })));
}

#[test]
fn other_features_are_refused() {
    let model = learn(&toy(6), None);
    assert!(model.check_features(names().iter().map(String::as_str)).is_ok());
    let other = ["f0", "g1"];
    let error = model.check_features(other.into_iter()).unwrap_err();
    assert_eq!(error.to_string(), "the model has feature 1 as f1, not g1");
    assert!(model.check_features(names()[..5].iter().map(String::as_str)).is_err());
    let error = model.probabilities(&[0.0; 3]).unwrap_err();
    assert!(matches!(error, Error::FeatureCount { expected: 6, found: 3 }));
}

#[test]
fn what_cannot_be_learnt_is_said() {
    let same: Vec<Labelled> = toy(2).into_iter().filter(|piece| piece.label == "pop").collect();
    assert!(matches!(Examples::new(&same), Err(Error::OneClass { found: Some(_) })));
    assert!(matches!(Examples::new(&[]), Err(Error::OneClass { found: None })));
    let mut alone = toy(2);
    alone.retain(|piece| piece.label != "rap" || piece.group == "rap 0");
    let examples = Examples::new(&alone).unwrap();
    let options = Options { learner: None, folds: 4, seed: 1 };
    let error = Model::learn(&examples, names(), &[], &options, |_| true).unwrap_err();
    assert_eq!(error.to_string(), "4 folds cannot be made of the 1 artists of rap");
    let stopped =
        Model::learn(&Examples::new(&toy(2)).unwrap(), names(), &[], &options, |done| done < 2);
    assert!(stopped.unwrap().is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn damaged_models_give_errors_or_models_that_work(
        place in 0.0..1.0_f64, byte in any::<u8>(), cut in any::<bool>(),
    ) {
        static WHOLE: std::sync::LazyLock<Vec<u8>> =
            std::sync::LazyLock::new(|| learn(&toy(4), None).write().unwrap());
        let mut bytes = WHOLE.clone();
        let place = (place * bytes.len() as f64) as usize;
        if cut { bytes.truncate(place) } else { bytes[place] = byte }
        if let Ok(model) = Model::read(&bytes) {
            let features = vec![1.0; model.features().len()];
            let probabilities = model.probabilities(&features).unwrap();
            prop_assert!(probabilities.iter().all(|p| (0.0..=1.0).contains(p)), "{probabilities:?}");
        }
    }
}
