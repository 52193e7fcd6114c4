use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;

use super::super::{Fault, open};
use super::*;
use crate::Error;
use crate::checkpoint::weights;

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tensorflow/tests/golden").join(name)
}

fn names(contents: &Contents) -> Vec<&str> {
    contents.variables.iter().map(|variable| variable.name.as_str()).collect()
}

#[test]
fn a_bundle_tells_its_network_and_its_origin() {
    let contents = inspect(&golden("attention_rnn_8/attention_rnn_8.mag")).unwrap();
    let config = contents.config.unwrap();
    assert_eq!((config.name.as_str(), config.hparams.attn_length), ("attention_rnn", 40));
    assert_eq!(config.hparams.rnn_layer_sizes, [8, 8]);
    assert!(!contents.assumes_attn_length && !contents.has_moments);
    // [82, 74] + 74, [82, 32] + 32, [8, 8] + 8, 2 x ([16, 8] + 8), [16, 32] + 32, [8, 40] + 40
    assert_eq!(contents.parameters, 10_046);
    assert_eq!((contents.variables.len(), contents.update), (14, None));
    let graph = contents.graph.unwrap();
    assert_eq!(graph.tensorflow_version.as_deref(), Some("2.9.1"));
    assert_eq!((graph.attention_length, graph.batch_size), (Some(40), Some(1)));
    assert_eq!(contents.bundle.unwrap().bundle_description.as_deref(), Some("golden bundle"));
}

#[test]
fn a_checkpoint_tells_its_updates_and_moments_by_any_of_its_names() {
    let whole = inspect(&golden("attention_rnn_8")).unwrap();
    assert!(whole.has_moments && whole.assumes_attn_length && whole.graph.is_none());
    assert_eq!((whole.update, whole.parameters), (Some(600), 10_046));
    for name in ["model.ckpt-600", "model.ckpt-600.index", "checkpoint"] {
        let other = inspect(&golden("attention_rnn_8").join(name)).unwrap();
        assert_eq!(names(&other), names(&whole), "{name}");
    }
    // Counters and moments are listed, too.
    assert!(names(&whole).contains(&"global_step") && whole.variables.len() == 14 * 3 + 3);
}

#[test]
fn what_is_no_network_of_melodies_is_listed_with_the_reason() {
    for name in ["partitioned/v1", "partitioned/v2"] {
        let contents = inspect(&golden(name)).unwrap();
        assert!(matches!(contents.config, Err(Fault::Missing { .. })), "{name}");
        assert!(names(&contents).contains(&"columns"), "{name}");
        let text = contents.variables.iter().find(|variable| variable.name == "text").unwrap();
        assert_eq!((text.dtype.as_str(), text.shape.as_slice()), ("string", &[2][..]));
        assert!(matches!(open(&golden(name)), Err(Error::Import { .. })), "{name}");
    }
}

#[test]
fn values_of_weights_are_not_read() {
    let folder = tempfile::tempdir().unwrap();
    for file in ["model.ckpt-600.index", "model.ckpt-600.data-00000-of-00001"] {
        fs::copy(golden("basic_rnn_8").join(file), folder.path().join(file)).unwrap();
    }
    let prefix = folder.path().join("model.ckpt-600");
    let data = folder.path().join("model.ckpt-600.data-00000-of-00001");
    let mut bytes = fs::read(&data).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&data, bytes).unwrap();
    assert!(open(&prefix).is_err());
    assert_eq!(inspect(&prefix).unwrap().variables.len(), 21);
    // The counter of updates is read, so that a checkpoint without its data does not pass for whole.
    fs::remove_file(&data).unwrap();
    assert!(matches!(inspect(&prefix), Err(Error::Import { source: Fault::File(_), .. })));
}

#[test]
fn weights_in_other_types_are_listed_and_are_no_network() {
    let header =
        r#"{"fully_connected/weights":{"dtype":"F16","shape":[2,3],"data_offsets":[0,12]}}"#;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("half.safetensors");
    let length = (header.len() as u64).to_le_bytes();
    fs::write(&path, [&length, header.as_bytes(), &[0; 12]].concat()).unwrap();
    let contents = inspect(&path).unwrap();
    assert_eq!(contents.variables[0].dtype, "float16");
    assert_eq!(contents.parameters, 0);
    assert!(matches!(contents.config, Err(Fault::NotFloats { .. })));
}

/// A safetensors file of a small network.
fn safetensors() -> Vec<u8> {
    let imported = open(&golden("basic_rnn_8/basic_rnn_8.mag")).unwrap();
    crate::export::safetensors(&imported).unwrap()
}

#[test]
fn the_header_alone_tells_what_the_whole_file_does() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.safetensors");
    let bytes = safetensors();
    fs::write(&path, &bytes).unwrap();
    let (read, whole) =
        (weights::read_header(&path).unwrap().unwrap(), weights::header(&bytes).unwrap());
    assert_eq!(Listed::of_safetensors(&read), Listed::of_safetensors(&whole));
    assert_eq!(read.metadata(), whole.metadata());
    let contents = inspect(&path).unwrap();
    assert_eq!(contents.config.unwrap().name, "basic_rnn");
    assert_eq!(contents.parameters, 2_390);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damage_is_an_error_or_other_contents_never_a_panic(
        which in 0..3usize, at in any::<prop::sample::Index>(), value: u8, cut in any::<prop::sample::Index>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("damaged");
        let mut bytes = match which {
            0 => safetensors(),
            1 => fs::read(golden("basic_rnn_8/basic_rnn_8.mag")).unwrap(),
            _ => fs::read(golden("partitioned/v1")).unwrap(),
        };
        let at = at.index(bytes.len().min(2048));
        bytes[at] = value;
        fs::write(&path, &bytes).unwrap();
        let _ = inspect(&path);
        bytes.truncate(cut.index(bytes.len()));
        fs::write(&path, &bytes).unwrap();
        prop_assert!(inspect(&path).is_err());
    }
}
