//! Datasets: what opens, and what is said about what does not.

use std::fs;

use model::Error;
use model::config::MelodyConfig;
use model::examples::ExampleSet;

use crate::fixture::{Bench, assert_says, config, stored, write};

#[test]
fn examples_come_back_as_they_were_encoded() {
    for name in ["basic_rnn", "mono_rnn", "lookback_rnn", "attention_rnn"] {
        let bench = Bench::new(config(name));
        let set = bench.open("training.tfrecord");
        let written = stored(&bench.config, 0, 10);
        assert_eq!(set.len(), 10);
        assert_eq!(set.id().steps, written.iter().map(|e| e.labels.len() as u64).sum::<u64>());
        for (record, written) in written.iter().enumerate() {
            let read = set.example(record).unwrap();
            assert_eq!(read.inputs, written.inputs);
            assert!(read.labels.iter().map(|&l| i64::from(l)).eq(written.labels.iter().copied()));
        }
        let batch = set.batch(&[3, 0, 3]).unwrap();
        assert_eq!(batch[1].inputs, written[0].inputs);
        assert_eq!((&batch[0].inputs, &batch[2].inputs), (&written[3].inputs, &written[3].inputs));
    }
}

#[test]
fn the_identity_is_that_of_the_examples_and_not_of_the_file() {
    let bench = Bench::new(config("basic_rnn"));
    let first = bench.open("training.tfrecord").id().clone();
    fs::copy(bench.path("training.tfrecord"), bench.path("copy.tfrecord")).unwrap();
    assert_eq!(bench.open("copy.tfrecord").id(), &first);
    let mut examples = stored(&bench.config, 0, 10);
    examples.swap(0, 1);
    write(&bench.path("swapped.tfrecord"), &examples);
    assert_ne!(bench.open("swapped.tfrecord").id(), &first);
}

#[test]
fn several_files_are_as_one() {
    let bench = Bench::new(config("basic_rnn"));
    let all = stored(&bench.config, 0, 10);
    let shards = ["a", "b", "c", "d"].map(|name| bench.path(name));
    for (shard, part) in shards.iter().zip([0..3, 3..3, 3..9, 9..10]) {
        write(shard, &all[part]);
    }
    let whole = bench.open("training.tfrecord");
    let set = ExampleSet::open_all(&shards, &bench.config).unwrap();
    assert_eq!((set.len(), set.id()), (10, whole.id()));
    for record in 0..10 {
        assert_eq!(set.example(record).unwrap(), whole.example(record).unwrap());
    }
    assert!(set.example(10).is_err());

    let mut bad = all[3..9].to_vec();
    bad[2].labels[1] = 99;
    write(&shards[2], &bad);
    let error = ExampleSet::open_all(&shards, &bench.config).unwrap_err();
    assert!(matches!(&error, Error::LabelRange { path, record: 2, .. } if *path == shards[2]));

    let none: [&str; 0] = [];
    for empty in [
        ExampleSet::open_all(&shards[1..2], &bench.config),
        ExampleSet::open_all(&none, &bench.config),
    ] {
        assert!(matches!(empty, Err(Error::EmptyDataset { .. })));
    }
}

#[test]
fn examples_of_another_encoding_are_refused_with_both_numbers_and_a_hint() {
    let bench = Bench::new(config("attention_rnn"));
    let basic = MelodyConfig::named("basic_rnn").unwrap();
    let error = ExampleSet::open(bench.path("training.tfrecord"), &basic).unwrap_err();
    assert!(matches!(error, Error::InputSize { record: 0, found: 74, expected: 38, .. }));
    assert_says(
        &error,
        &["training.tfrecord", "record 0", "74", "38", "basic_rnn", "attention_rnn"],
    );
}

#[test]
fn one_bad_example_is_named() {
    let bench = Bench::new(config("basic_rnn"));
    let path = bench.path("bad.tfrecord");
    let good = || stored(&bench.config, 0, 4);
    let refused = |examples: &[_]| {
        write(&path, examples);
        ExampleSet::open(&path, &bench.config).unwrap_err()
    };

    let mut examples = good();
    examples[2].labels[5] = 38;
    let error = refused(&examples);
    assert!(matches!(error, Error::LabelRange { record: 2, step: 5, label: 38, classes: 38, .. }));
    assert_says(&error, &["bad.tfrecord", "record 2", "step 5", "38", "0 to 37"]);

    let mut examples = good();
    examples[1].labels[0] = -1;
    assert!(matches!(refused(&examples), Error::LabelRange { record: 1, step: 0, label: -1, .. }));

    let mut examples = good();
    examples[3].inputs[38 * 2 + 1] = f32::NAN;
    assert_says(&refused(&examples), &["record 3", "step 2", "NaN"]);

    let mut examples = good();
    examples[1].inputs.clear();
    examples[1].labels.clear();
    assert_says(&refused(&examples), &["record 1", "no steps"]);
}

#[test]
fn empty_missing_cut_and_corrupt_files_are_told_apart() {
    let bench = Bench::new(config("basic_rnn"));
    let open = |name: &str| ExampleSet::open(bench.path(name), &bench.config).unwrap_err();
    write(&bench.path("empty"), &[]);
    assert!(matches!(open("empty"), Error::EmptyDataset { .. }));
    assert_says(&open("missing"), &["missing"]);

    let bytes = fs::read(bench.path("training.tfrecord")).unwrap();
    fs::write(bench.path("cut"), &bytes[..bytes.len() - 3]).unwrap();
    assert_says(&open("cut"), &["cut", "record 9"]);

    let mut flipped = bytes.clone();
    flipped[bytes.len() - 40] ^= 1;
    fs::write(bench.path("flipped"), flipped).unwrap();
    assert_says(&open("flipped"), &["flipped", "record 9"]);

    fs::write(bench.path("text"), "not a TFRecord, but long enough to look at").unwrap();
    assert_says(&open("text"), &["text", "record 0"]);
}
