//! `import` and `export`: networks that Magenta trained, and files that it reads.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use model::config::MelodyConfig;
use model::import::{Fault, Imported};
use model::network::{AttentionAround, Network};
use model::{Error, Model, export, import};
use nn::Tensor;
use tensorflow::bundle::Bundle;
use tensorflow::checkpoint::{Values, Variable, v1, v2};

use crate::fixture;
use crate::network::golden::Golden;

/// A network of Magenta's, as the bundle and as the checkpoint that it was saved in.
fn magentas(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tensorflow/tests/golden").join(name)
}

/// A network that nobody trained.
fn imported(config: MelodyConfig) -> Imported {
    let network = Network::new(config.network_config(), 7);
    Imported {
        model: Model { config, network },
        path: PathBuf::from("none"),
        format: "none",
        update: Some(12),
        moments: None,
        bundle: None,
    }
}

fn variables(network: &Network, rename: impl Fn(&str) -> String) -> Vec<Variable> {
    let variable = |(name, tensor): &(String, Tensor)| Variable {
        name: rename(name),
        shape: tensor.shape().to_vec(),
        values: Values::F32(tensor.data().to_vec()),
    };
    network.tensors().iter().map(variable).collect()
}

/// Writes a checkpoint of version 1 with these variables, and what comes of it.
fn open_variables(variables: &[Variable]) -> model::Result<Imported> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("weights.ckpt");
    fs::write(&path, v1::encode(variables).unwrap()).unwrap();
    import::open(&path)
}

fn fault(result: model::Result<Imported>) -> Fault {
    match result {
        Err(Error::Import { source, .. }) => source,
        other => panic!("{other:?}"),
    }
}

#[test]
fn magentas_networks_come_out_of_bundles_and_checkpoints_alike() {
    for name in ["attention_rnn_8", "basic_rnn_8"] {
        let golden = Golden::read(name);
        let bundle = import::open(&magentas(name).join(format!("{name}.mag"))).unwrap();
        let folder = import::open(&magentas(name)).unwrap();
        let prefix = import::open(&magentas(name).join("model.ckpt-600")).unwrap();
        for found in [&bundle, &folder, &prefix] {
            assert_eq!(found.model.network.config(), &golden.config, "{name} {}", found.format);
            assert_eq!(Some(&*found.model.config.name), name.strip_suffix("_8"));
            found.model.check().unwrap();
            let weights = golden.below("weights/");
            for (name, tensor) in found.model.network.tensors() {
                assert_eq!(tensor, &weights[name], "{name}");
            }
        }
        assert_eq!((bundle.update, folder.update), (None, Some(600)));
        assert!(bundle.moments.is_none() && folder.moments.is_some() && prefix.moments.is_some());
    }
}

#[test]
fn a_checkpoint_of_magentas_is_written_byte_for_byte() {
    for name in ["attention_rnn_8", "basic_rnn_8"] {
        let folder = tempfile::tempdir().unwrap();
        let found = import::open(&magentas(name)).unwrap();
        export::checkpoint(&found, &folder.path().join("model.ckpt-600")).unwrap();
        for ending in ["index", "data-00000-of-00001"] {
            let file = format!("model.ckpt-600.{ending}");
            let (ours, theirs) = (folder.path().join(&file), magentas(name).join(&file));
            assert!(fs::read(ours).unwrap() == fs::read(theirs).unwrap(), "{name} {file}");
        }
    }
}

#[test]
fn a_bundle_of_magentas_is_written_byte_for_byte_and_takes_other_weights() {
    let path = magentas("attention_rnn_8").join("attention_rnn_8.mag");
    let found = import::open(&path).unwrap();
    let same = export::bundle(&found, &found, None).unwrap();
    assert!(same.encode() == fs::read(&path).unwrap());

    let other = imported(found.model.config.clone());
    let bundle = export::bundle(&other, &found, Some("other weights".to_owned())).unwrap();
    assert_eq!(bundle.metagraph, same.metagraph);
    assert_eq!(bundle.bundle_description.as_deref(), Some("other weights"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.mag");
    bundle.write(&path).unwrap();
    let back = import::open(&path).unwrap();
    assert_eq!(back.model.network.tensors(), other.model.network.tensors());
}

#[test]
fn a_bundle_needs_a_graph_of_the_same_shape() {
    let ours = imported(fixture::config("attention_rnn"));
    assert!(matches!(export::bundle(&ours, &ours, None), Err(Error::NoGraph { .. })));
    let theirs = import::open(&magentas("attention_rnn_8").join("attention_rnn_8.mag")).unwrap();
    match export::bundle(&ours, &theirs, None) {
        Err(Error::Import { source: Fault::Contradiction { what, said, found, .. }, .. }) => {
            assert_eq!((what, &*said, &*found), ("rnn_layer_sizes", "[6, 5]", "[8, 8]"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn whatever_is_exported_is_imported_again() {
    let mut residual = fixture::config("lookback_rnn");
    residual.hparams.residual_connections = true;
    let mut configs: Vec<MelodyConfig> =
        model::config::CONFIG_NAMES.iter().map(|name| fixture::config(name)).collect();
    configs.extend([fixture::stack(), residual]);
    for config in configs {
        let ours = imported(config);
        let folder = tempfile::tempdir().unwrap();
        let prefix = folder.path().join("model.ckpt-12");
        export::checkpoint(&ours, &prefix).unwrap();
        let file = folder.path().join("model.safetensors");
        fs::write(&file, export::safetensors(&ours).unwrap()).unwrap();

        let safetensors = import::open(&file).unwrap();
        assert_eq!(safetensors.model.config, ours.model.config);
        let checkpoint = import::open(&prefix).unwrap();
        let (mut found, mut expected) =
            (checkpoint.model.config.clone(), ours.model.config.clone());
        // What no shape tells is Magenta's default.
        for hparams in [&mut found.hparams, &mut expected.hparams] {
            (hparams.attn_length, hparams.batch_size, hparams.learning_rate) = (0, 1, 1.0);
        }
        assert_eq!(found, expected);
        for back in [&safetensors, &checkpoint] {
            assert_eq!(back.model.network.tensors(), ours.model.network.tensors());
            assert_eq!(back.update, Some(12));
        }
        let moments = checkpoint.moments.unwrap();
        assert!(
            moments.second.iter().all(|moment| moment.data().iter().all(|&value| value == 0.0))
        );
    }
}

/// How TensorFlow called the variables in 2016.
fn names_of_2016(name: &str) -> String {
    let table = [
        ("rnn/", "RNN/"),
        ("multi_rnn_cell", "MultiRNNCell"),
        ("cell_0", "Cell0"),
        ("cell_1", "Cell1"),
        ("basic_lstm_cell/", "BasicLSTMCell/Linear/"),
        ("attn_output_projection/", "AttnOutputProjection/Linear/"),
        ("attention_cell_wrapper/kernel", "AttentionCellWrapper/Linear/kernel"),
        ("attention_cell_wrapper/bias", "AttentionCellWrapper/Linear/bias"),
        ("attention_cell_wrapper", "AttentionCellWrapper"),
        ("attention/kernel", "Attention/Linear/kernel"),
        ("attention/bias", "Attention/Linear/bias"),
        ("attention/", "Attention/"),
        ("attn_w", "AttnW"),
        ("attn_v", "AttnV"),
        ("kernel", "Matrix"),
        ("bias", "Bias"),
    ];
    if name.starts_with("fully_connected") {
        return name.to_owned();
    }
    table.iter().fold(name.to_owned(), |name, (today, then)| name.replace(today, then))
}

/// How it called them in 2017.
fn names_of_2017(name: &str) -> String {
    name.replace("kernel", "weights").replace("/bias", "/biases").replace("biaseses", "biases")
}

#[test]
fn networks_of_every_vintage_are_the_same() {
    let configs = ["basic_rnn", "attention_rnn"].map(fixture::config);
    for config in configs.into_iter().chain([fixture::stack()]) {
        let network = Network::new(config.network_config(), 3);
        for names in [names_of_2016, names_of_2017] {
            let back = open_variables(&variables(&network, names)).unwrap();
            assert_eq!(back.model.network.tensors(), network.tensors());
            assert_eq!(back.model.config.hparams.attention, config.hparams.attention);
        }
    }
    let old = names_of_2016("rnn/attention_cell_wrapper/attention/attn_w");
    assert_eq!(old, "RNN/AttentionCellWrapper/Attention/AttnW");
}

#[test]
fn what_is_missing_or_misshapen_is_named() {
    let config = fixture::config("attention_rnn");
    let network = Network::new(config.network_config(), 3);
    let all = variables(&network, str::to_owned);
    for left_out in 0..all.len() {
        let mut some = all.clone();
        let name = some.remove(left_out).name;
        let said = fault(open_variables(&some)).to_string();
        // Without its first matrix a layer is not there, and what is above it fits no more.
        assert!(said.contains('`') || said.contains("inputs"), "{name}: {said}");
    }
    let mut misshapen = all.clone();
    let query = misshapen.iter_mut().find(|v| v.name.ends_with("attention/kernel")).unwrap();
    query.shape.reverse();
    let said = fault(open_variables(&misshapen)).to_string();
    assert!(said.contains("attention/kernel") && said.contains("[6, 12]"), "{said}");

    let mut doubled = all.clone();
    doubled[2].values = match &doubled[2].values {
        Values::F32(values) => Values::F64(values.iter().map(|&value| value.into()).collect()),
        other => other.clone(),
    };
    let said = fault(open_variables(&doubled)).to_string();
    assert!(said.contains(&doubled[2].name) && said.contains("float64"), "{said}");

    let twice: Vec<Variable> =
        all.iter().chain(&variables(&network, names_of_2017)).cloned().collect();
    let twice: BTreeMap<String, Variable> =
        twice.into_iter().map(|variable| (variable.name.clone(), variable)).collect();
    let twice: Vec<Variable> = twice.into_values().collect();
    assert!(matches!(fault(open_variables(&twice)), Fault::Twice { .. }));
}

#[test]
fn sizes_that_no_encoding_has_are_told() {
    let mut config = fixture::config("basic_rnn").network_config();
    config.input_size = 39;
    let network = Network::new(config, 3);
    let found = fault(open_variables(&variables(&network, str::to_owned)));
    assert!(matches!(found, Fault::UnknownEncoding { input_size: 39, num_classes: 38 }), "{found}");
}

#[test]
fn a_bundle_whose_name_contradicts_its_weights_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let bundle = Bundle::read(magentas("attention_rnn_8").join("attention_rnn_8.mag")).unwrap();
    for (id, good) in [("basic_rnn", false), ("attention_rnn", true), ("my_own", true)] {
        let path = folder.path().join(id);
        Bundle { id: id.to_owned(), ..bundle.clone() }.write(&path).unwrap();
        match import::open(&path) {
            Ok(found) => assert!(good && found.model.config.name == "attention_rnn", "{id}"),
            Err(error) => {
                assert!(!good && matches!(fault(Err(error)), Fault::Contradiction { .. }))
            }
        }
    }
}

#[test]
fn what_the_caller_says_must_be_what_the_weights_say() {
    let found = imported(fixture::config("attention_rnn"));
    found.agree(&found.model.config).unwrap();
    let mut learning = found.model.config.clone();
    (learning.hparams.batch_size, learning.hparams.learning_rate) = (9, 0.5);
    found.agree(&learning).unwrap();
    for change in [
        |config: &mut MelodyConfig| config.hparams.rnn_layer_sizes = vec![6],
        |config: &mut MelodyConfig| config.hparams.attn_length = 4,
        |config: &mut MelodyConfig| config.hparams.attention = AttentionAround::Stack,
        |config: &mut MelodyConfig| config.hparams.residual_connections = true,
        |config: &mut MelodyConfig| config.name = "lookback_rnn".to_owned(),
    ] {
        let mut other = found.model.config.clone();
        change(&mut other);
        assert!(matches!(found.agree(&other), Err(Error::Import { .. })));
    }
}

#[test]
fn files_that_are_no_networks_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    assert!(matches!(import::open(&path), Err(Error::Io { .. })));
    for bytes in [&b""[..], b"MThd", b"\x08\0\0\0\0\0\0\0{\"a\":1}", &[0; 64], &[0xff; 64]] {
        fs::write(&path, bytes).unwrap();
        fault(import::open(&path));
    }
    // A folder without a list of checkpoints.
    assert!(import::open(folder.path()).is_err());
    // A checkpoint whose data are gone.
    let prefix = folder.path().join("model.ckpt-0");
    v2::write(&prefix, &variables(&imported(fixture::stack()).model.network, str::to_owned))
        .unwrap();
    fs::remove_file(v2::data_path(&prefix, 0, 1)).unwrap();
    fault(import::open(&prefix));
}
