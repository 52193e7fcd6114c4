//! `golden/{basic,attention}_rnn_8/` hold checkpoints of both versions that TensorFlow 2.9.1 wrote for Magenta 2.1.4.
//!
//! `weights.txt` has a line for each variable, made by NumPy from what TensorFlow reads: its name, type, shape, and the sum
//! of its values' bits, each times its place from 1, modulo 2^64.

use std::fs;

use tensorflow::bundle::Bundle;
use tensorflow::checkpoint::{Reader, State, Values, Variable, Version, v1, v2};
use tensorflow::metagraph::MetaGraph;

use crate::golden;

const MODELS: [(&str, &str); 2] =
    [("basic_rnn", "basic_rnn_8"), ("attention_rnn", "attention_rnn_8")];

fn bundle(model: &str) -> Bundle {
    Bundle::read(golden(&format!("{model}/{model}.mag"))).unwrap()
}

fn weigh(bits: impl Iterator<Item = u64>) -> u64 {
    bits.zip(1u64..).fold(0, |sum, (bits, place)| sum.wrapping_add(bits.wrapping_mul(place)))
}

fn line(variable: &Variable) -> String {
    let sum = match &variable.values {
        Values::F32(values) => weigh(values.iter().map(|value| value.to_bits().into())),
        Values::I64(values) => weigh(values.iter().map(|&value| value as u64)),
        other => panic!("{} in a golden checkpoint", other.dtype()),
    };
    let shape: Vec<String> = variable.shape.iter().map(usize::to_string).collect();
    let shape = if shape.is_empty() { "-".into() } else { shape.join(",") };
    format!("{} {} {shape} {sum}", variable.name, variable.values.dtype())
}

#[test]
fn version_2_is_read_value_for_value() {
    for (_, model) in MODELS {
        let reader = Reader::open(golden(model)).unwrap();
        assert_eq!(reader.version(), Version::V2);
        let lines: Vec<String> = reader.read_all().unwrap().iter().map(line).collect();
        let expected = fs::read_to_string(golden(&format!("{model}/weights.txt"))).unwrap();
        assert_eq!(lines, expected.lines().collect::<Vec<_>>());
    }
}

#[test]
fn a_bundle_holds_the_trained_variables_of_the_checkpoint_beside_it() {
    for (id, model) in MODELS {
        let bundle = bundle(model);
        assert_eq!(bundle.id, id);
        assert_eq!(bundle.bundle_description.as_deref(), Some("golden bundle"));
        let reader = Reader::from_bytes(bundle.checkpoint, "bundle").unwrap();
        assert_eq!(reader.version(), Version::V1);
        let whole = Reader::open(golden(model)).unwrap();
        let trained: Vec<Variable> = whole.read_all().unwrap();
        let untrained = |name: &str| {
            name.contains("/Adam") || name.ends_with("_power") || name == "global_step"
        };
        let trained: Vec<_> = trained.into_iter().filter(|one| !untrained(&one.name)).collect();
        assert_eq!(reader.read_all().unwrap(), trained);
    }
}

#[test]
fn both_versions_and_bundles_come_out_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    for (_, model) in MODELS {
        let reader = Reader::open(golden(model)).unwrap();
        let mut variables = reader.read_all().unwrap();
        variables.reverse();
        let ours = folder.path().join(model);
        v2::write(&ours, &variables).unwrap();
        for (ours, theirs) in [
            (v2::index_path(&ours), v2::index_path(reader.path())),
            (v2::data_path(&ours, 0, 1), v2::data_path(reader.path(), 0, 1)),
        ] {
            assert!(fs::read(&ours).unwrap() == fs::read(&theirs).unwrap(), "{}", ours.display());
        }

        let bundle = bundle(model);
        let variables = v1::Reader::new(bundle.checkpoint.clone(), "bundle").unwrap();
        let variables: Vec<Variable> =
            variables.list().iter().rev().map(|info| variables.read(&info.name).unwrap()).collect();
        assert!(v1::encode(&variables).unwrap() == bundle.checkpoint);
        assert!(bundle.encode() == fs::read(golden(&format!("{model}/{model}.mag"))).unwrap());
    }
}

#[test]
fn every_way_to_name_a_checkpoint_leads_to_it() {
    let prefix = golden("basic_rnn_8/model.ckpt-600");
    for name in [
        "basic_rnn_8",
        "basic_rnn_8/checkpoint",
        "basic_rnn_8/model.ckpt-600",
        "basic_rnn_8/model.ckpt-600.index",
        "basic_rnn_8/model.ckpt-600.data-00000-of-00001",
        "basic_rnn_8/model.ckpt-600.meta",
    ] {
        assert_eq!(Reader::open(golden(name)).unwrap().path(), prefix);
    }
    let state = State::read(golden("basic_rnn_8")).unwrap();
    assert_eq!(state.all, ["model.ckpt-600"]);
    let text = fs::read_to_string(golden("basic_rnn_8/checkpoint")).unwrap();
    assert_eq!(state.encode(), text);
}

#[test]
fn a_graph_tells_its_attention_length_and_batch_size() {
    for (model, attention_length) in [("basic_rnn_8", None), ("attention_rnn_8", Some(40))] {
        let bundle = bundle(model);
        let graph = MetaGraph::new(&bundle.metagraph);
        assert_eq!(graph.tensorflow_version().unwrap(), Some("2.9.1"));
        let facts = graph.facts().unwrap();
        assert_eq!(facts.attention_length, attention_length);
        assert_eq!(facts.batch_size, Some(1));
        let placeholder = graph.nodes().map(Result::unwrap).find(|node| node.op == "Placeholder");
        let inputs = if model == "basic_rnn_8" { 38 } else { 74 };
        assert_eq!(placeholder.unwrap().shape("shape").unwrap(), Some(vec![1, -1, inputs]));
    }
}

/// `golden/partitioned/` was written by TensorFlow 2.9.1 with `tf.compat.v1.train.Saver`, `write_version` 1 and 2: `rows`
/// in three slices, `columns` in two, and a variable of each kind.
#[test]
fn slices_are_put_together_and_other_types_are_listed() {
    let counting = |count: u16| (0..count).map(f32::from);
    let expected = [
        ("columns", vec![2, 300], Values::F64(counting(600).map(f64::from).collect())),
        ("empty", vec![0, 3], Values::F32(Vec::new())),
        ("int32", vec![3], Values::I32(vec![-1, 0, i32::MAX])),
        ("int64", vec![], Values::I64(vec![-1 << 40])),
        ("rows", vec![7, 4], Values::F32(counting(28).collect())),
    ];
    for name in ["partitioned/v1", "partitioned/v2"] {
        let reader = Reader::open(golden(name)).unwrap();
        let listed: Vec<String> =
            reader.list().iter().map(|info| format!("{} {}", info.name, info.dtype)).collect();
        assert_eq!(
            listed.join(", "),
            "bool bool, columns float64, empty float32, int32 int32, int64 int64, rows float32, text string, uint8 uint8"
        );
        for (name, shape, values) in &expected {
            let variable = reader.read(name).unwrap();
            assert_eq!((&variable.shape, &variable.values), (shape, values));
        }
        let error = reader.read("text").unwrap_err().to_string();
        assert!(
            error.ends_with("variable \"text\": values of type string are not read"),
            "{error}"
        );
        let error = reader.read("none").unwrap_err().to_string();
        assert!(error.ends_with("no variable \"none\""), "{error}");
    }
}
