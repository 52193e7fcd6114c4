//! Any bytes as a model of genres: an error, or a model whose probabilities are some.
#![no_main]

use genre::content::model::Model;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(model) = Model::read(bytes) else { return };
    let features = vec![1.0; model.features().len()];
    let probabilities = model.probabilities(&features).expect("as many features as it has names");
    assert!(probabilities.iter().all(|probability| (0.0..=1.0).contains(probability)));
});
