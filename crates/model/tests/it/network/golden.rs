//! Reads the golden files of `tests/golden/networks`.

use std::collections::BTreeMap;
use std::path::Path;

use model::network::{Attention, AttentionAround, Example, Network, NetworkConfig};
use nn::Tensor;
use safetensors::{Dtype, SafeTensors};

/// One golden file.
pub(crate) struct Golden {
    pub(crate) tensors: BTreeMap<String, Tensor>,
    pub(crate) config: NetworkConfig,
    /// Label of "no event".
    pub(crate) default_label: u32,
    /// Norm at which each gradient was clipped.
    pub(crate) clip_norm: f32,
}

/// The models with eight units.
pub(crate) const SMALL: [&str; 4] =
    ["attention_rnn_8", "basic_rnn_8", "lookback_rnn_8", "mono_rnn_8"];

impl Golden {
    pub(crate) fn read(name: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/golden/networks")
            .join(format!("{name}.safetensors"));
        let bytes = std::fs::read(&path).unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let convert = |name: &str| {
            let view = file.tensor(name).unwrap();
            let numbers = view.data();
            let data = match view.dtype() {
                Dtype::F32 => numbers
                    .chunks_exact(4)
                    .map(|b| f32::from_le_bytes(b.try_into().unwrap()))
                    .collect(),
                Dtype::I8 => numbers.iter().map(|&b| f32::from(b as i8)).collect(),
                Dtype::I64 => numbers
                    .chunks_exact(8)
                    .map(|b| i64::from_le_bytes(b.try_into().unwrap()) as f32)
                    .collect(),
                other => panic!("numbers of type {other:?}"),
            };
            Tensor::new(view.shape().to_vec(), data).unwrap()
        };
        let tensors: BTreeMap<String, Tensor> =
            file.names().into_iter().map(|name| (name.to_owned(), convert(name))).collect();
        let attention = |length, around| Some(Attention { length, around });
        let (input_size, num_classes, attention, default_label) = match name {
            "attention_stack" => (7, 5, attention(5, AttentionAround::Stack), 0),
            "basic_rnn_8" => (38, 38, None, 0),
            "lookback_rnn_8" => (121, 40, None, 0),
            "mono_rnn_8" => (130, 130, None, 0),
            _ => (74, 40, attention(40, AttentionAround::FirstLayer), 36),
        };
        let layer_sizes = match name {
            "attention_stack" => vec![8, 6],
            "attention_rnn_64" => vec![64; 2],
            _ => vec![8; 2],
        };
        let config = NetworkConfig {
            input_size,
            num_classes,
            layer_sizes,
            attention,
            residual_connections: false,
        };
        let clip_norm = if attention.is_some() { 3.0 } else { 5.0 };
        Self { tensors, config, default_label, clip_norm }
    }

    /// The tensors below a prefix.
    pub(crate) fn below(&self, prefix: &str) -> BTreeMap<String, Tensor> {
        let strip = |(name, tensor): (&String, &Tensor)| {
            name.strip_prefix(prefix).map(|rest| (rest.to_owned(), tensor.clone()))
        };
        self.tensors.iter().filter_map(strip).collect()
    }

    pub(crate) fn data(&self, name: &str) -> &[f32] {
        self.tensors[name].data()
    }

    pub(crate) fn network(&self) -> Network {
        Network::from_tensors(self.config.clone(), &self.below("weights/")).unwrap()
    }

    /// The golden batch without its padding.
    pub(crate) fn batch(&self) -> Vec<Example> {
        let (inputs, labels) = (self.data("batch/inputs"), self.data("batch/labels"));
        let lengths = self.data("batch/lengths");
        let padded = labels.len() / lengths.len();
        let example = |(i, &length): (usize, &f32)| {
            let (length, d) = (length as usize, self.config.input_size);
            Example {
                inputs: inputs[i * padded * d..][..length * d].to_vec(),
                labels: labels[i * padded..][..length].iter().map(|&label| label as u32).collect(),
            }
        };
        lengths.iter().enumerate().map(example).collect()
    }
}

/// Largest difference of two arrays.
pub(crate) fn largest_difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter()
        .zip(b)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, |m, d| if d > m || d.is_nan() { d } else { m })
}

/// Distance of two arrays relative to the length of the second.
pub(crate) fn relative_distance(found: &[f32], expected: &[f32]) -> f64 {
    assert_eq!(found.len(), expected.len());
    let square = |x: f64| x * x;
    let distance: f64 =
        found.iter().zip(expected).map(|(&a, &b)| square(f64::from(a) - f64::from(b))).sum();
    let length: f64 = expected.iter().map(|&b| square(f64::from(b))).sum();
    (distance / length).sqrt()
}
