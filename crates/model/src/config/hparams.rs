//! Hyper-parameters: sizes of the network and settings of its training.

use serde::{Deserialize, Serialize};

use super::overrides::{self, Note, Value};
use crate::network::AttentionAround;
use crate::{Error, Result};

/// Examples in a batch: enough for any machine, small enough for the batch's memory to be counted in a `usize`.
const MAX_BATCH_SIZE: usize = 65_536;
/// Layers of the network.
const MAX_LAYERS: usize = 16;
/// Units of a layer: at 16,384 one recurrent kernel takes 8 GiB.
const MAX_LAYER_SIZE: usize = 16_384;
/// Outputs that attention looks back at.
const MAX_ATTN_LENGTH: usize = 4_096;

/// Names of the hyper-parameters that can be set, in Magenta's order.
///
/// `use_cudnn` is accepted and ignored: there is no such library here, and Magenta ignores it too.
pub const HPARAM_NAMES: [&str; 8] = [
    "batch_size",
    "rnn_layer_sizes",
    "dropout_keep_prob",
    "attn_length",
    "clip_norm",
    "learning_rate",
    "residual_connections",
    "use_cudnn",
];

/// Type and range of each of [`HPARAM_NAMES`], in the same order.
const EXPECTED: [&str; 8] = [
    "an integer from 1 to 65536",
    "a list of 1 to 16 integers from 1 to 16384, as in [64,64]",
    "a number above 0 and up to 1",
    "an integer from 0 (no attention) to 4096",
    "a finite number from 0 (no clipping) up",
    "a finite number above 0",
    "true or false",
    "true or false",
];

/// Hyper-parameters under Magenta's names.
///
/// In JSON what is missing has its default and what is unknown, such as `use_cudnn`, is ignored; the ranges are checked
/// by [`HParams::validate`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct HParams {
    /// Examples in a batch of training or evaluation.
    pub batch_size: usize,
    /// Units of each layer, from the input up.
    pub rnn_layer_sizes: Vec<usize>,
    /// Probability that an output of a layer survives dropout in training: 1 = no dropout.
    pub dropout_keep_prob: f64,
    /// Previous outputs that attention looks back at: 0 = no attention.
    pub attn_length: usize,
    /// What attention is around. Not among [`HPARAM_NAMES`]: it comes with the weights of an older network, not from a user; and not
    /// written down where it is the default, as in runs from before there was a choice.
    #[serde(skip_serializing_if = "is_default")]
    pub attention: AttentionAround,
    /// Norm that gradients are clipped to: 0 = no clipping.
    pub clip_norm: f64,
    /// Learning rate of Adam, constant.
    pub learning_rate: f64,
    /// Whether each layer's input is added to its output.
    pub residual_connections: bool,
}

impl Default for HParams {
    /// What Magenta's melody configurations have in common.
    fn default() -> Self {
        Self {
            batch_size: 128,
            rnn_layer_sizes: vec![128, 128],
            dropout_keep_prob: 0.5,
            attn_length: 0,
            attention: AttentionAround::default(),
            clip_norm: 5.0,
            learning_rate: 0.001,
            residual_connections: false,
        }
    }
}

impl HParams {
    /// Sets what `text` says, in either of Magenta's notations: `batch_size=64,rnn_layer_sizes=[64,64]` or
    /// `{'batch_size':64,'rnn_layer_sizes':[64,64]}` (JSON is read too). An empty text changes nothing.
    ///
    /// Returns what the user should be told about it.
    ///
    /// # Errors
    /// Names the key that is unknown (with the known ones), repeated, ill-typed or out of range; nothing is changed then.
    pub fn parse_overrides(&mut self, text: &str) -> Result<Vec<Note>> {
        let mut changed = self.clone();
        let mut notes = Vec::new();
        let mut seen = Vec::new();
        for (name, value) in overrides::parse(text)? {
            let index = HPARAM_NAMES.iter().position(|known| *known == name).ok_or_else(|| {
                Error::UnknownHParam { name: name.to_owned(), known: HPARAM_NAMES.join(", ") }
            })?;
            if seen.contains(&index) {
                return Err(Error::RepeatedHParam { name: HPARAM_NAMES[index] });
            }
            seen.push(index);
            changed.set(index, &value, &mut notes).ok_or_else(|| bad(index, &value))?;
        }
        changed.validate()?;
        *self = changed;
        Ok(notes)
    }

    /// Sets the hyper-parameter at `index` of [`HPARAM_NAMES`]; `None` if the value has another type.
    fn set(&mut self, index: usize, value: &Value<'_>, notes: &mut Vec<Note>) -> Option<()> {
        match index {
            0 => self.batch_size = value.integer()?,
            1 => self.rnn_layer_sizes = value.integers()?,
            2 => self.dropout_keep_prob = value.number()?,
            3 => self.attn_length = value.integer()?,
            4 => self.clip_norm = value.number()?,
            5 => self.learning_rate = value.number()?,
            6 => self.residual_connections = value.boolean()?,
            _ => {
                value.boolean()?;
                notes.push(Note::CudnnIgnored);
            }
        }
        Some(())
    }

    /// Checks that every value lies in its range.
    ///
    /// # Errors
    /// [`Error::BadHParam`] for the first that does not.
    pub fn validate(&self) -> Result<()> {
        let layers = &self.rnn_layer_sizes;
        let layers_fit = (1..=MAX_LAYERS).contains(&layers.len())
            && layers.iter().all(|size| (1..=MAX_LAYER_SIZE).contains(size));
        let keep = self.dropout_keep_prob;
        let checks: [(bool, &dyn std::fmt::Debug); 6] = [
            ((1..=MAX_BATCH_SIZE).contains(&self.batch_size), &self.batch_size),
            (layers_fit, layers),
            (keep > 0.0 && keep <= 1.0, &keep),
            (self.attn_length <= MAX_ATTN_LENGTH, &self.attn_length),
            (self.clip_norm.is_finite() && self.clip_norm >= 0.0, &self.clip_norm),
            (self.learning_rate.is_finite() && self.learning_rate > 0.0, &self.learning_rate),
        ];
        match checks.iter().position(|(fits, _)| !fits) {
            Some(index) => Err(bad(index, &format_args!("{:?}", checks[index].1))),
            None if self.residual_connections && self.is_stack() => Err(Error::BadHParam {
                name: "residual_connections",
                found: "true".to_owned(),
                expected: "false in a network with attention around the stack of layers",
            }),
            None => Ok(()),
        }
    }

    fn is_stack(&self) -> bool {
        self.attn_length > 0 && self.attention == AttentionAround::Stack
    }
}

/// Whether it goes without saying.
fn is_default(around: &AttentionAround) -> bool {
    *around == AttentionAround::default()
}

/// The error for a value of the hyper-parameter at `index` of [`HPARAM_NAMES`].
fn bad(index: usize, found: &dyn std::fmt::Display) -> Error {
    Error::BadHParam {
        name: HPARAM_NAMES[index],
        found: found.to_string(),
        expected: EXPECTED[index],
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str) -> Result<HParams> {
        let mut hparams = HParams::default();
        hparams.parse_overrides(text).map(|_| hparams)
    }

    #[test]
    fn both_notations_and_json_say_the_same() {
        let expected = HParams {
            batch_size: 64,
            rnn_layer_sizes: vec![64, 32],
            learning_rate: 2.5e-3,
            residual_connections: true,
            ..HParams::default()
        };
        for text in [
            "batch_size=64,rnn_layer_sizes=[64,32],learning_rate=2.5e-3,residual_connections=True",
            " batch_size = 64 , rnn_layer_sizes = [64 32], learning_rate=.0025, residual_connections=1,",
            "{'batch_size':64,'rnn_layer_sizes':[64,32], 'learning_rate':0.0025,'residual_connections':True}",
            "{\"batch_size\": 64, \"rnn_layer_sizes\": [64, 32], \"learning_rate\": 0.0025, \"residual_connections\": true}",
        ] {
            assert_eq!(parsed(text).unwrap(), expected, "{text}");
        }
        for nothing in ["", " ", "{}", "{ }"] {
            assert_eq!(parsed(nothing).unwrap(), HParams::default());
        }
    }

    #[test]
    fn errors_name_the_key_and_what_it_may_be() {
        for (text, wanted) in [
            (
                "bach_size=1",
                "unknown hyper-parameter `bach_size` (known: batch_size, rnn_layer_sizes,",
            ),
            ("batch_size=many", "`batch_size` is `many`, expected an integer from 1 to 65536"),
            ("batch_size=1.5", "`batch_size` is `1.5`"),
            ("batch_size=[1]", "`batch_size` is `[1]`"),
            ("batch_size=", "`batch_size` is ``"),
            ("batch_size=0", "`batch_size` is `0`"),
            ("batch_size=-1", "`batch_size` is `-1`"),
            ("batch_size=99999999999999999999999", "`batch_size` is `99999999999999999999999`"),
            ("rnn_layer_sizes=64", "`rnn_layer_sizes` is `64`, expected a list"),
            ("rnn_layer_sizes=[]", "`rnn_layer_sizes` is `[]`"),
            ("rnn_layer_sizes=[64,0]", "`rnn_layer_sizes` is `[64, 0]`"),
            ("rnn_layer_sizes=[64,a]", "`rnn_layer_sizes` is `[64,a]`"),
            ("dropout_keep_prob=0", "`dropout_keep_prob` is `0.0`, expected a number above 0"),
            ("dropout_keep_prob=nan", "`dropout_keep_prob` is `NaN`"),
            ("learning_rate=inf", "`learning_rate` is `inf`"),
            ("learning_rate=0", "`learning_rate`"),
            ("clip_norm=-1", "`clip_norm`"),
            ("attn_length=5000", "`attn_length`"),
            (
                "residual_connections=maybe",
                "`residual_connections` is `maybe`, expected true or false",
            ),
            ("batch_size=1,batch_size=2", "`batch_size` is given more than once"),
            ("batch_size", "at byte 10"),
            ("rnn_layer_sizes=[64,64", "at byte 16, before `[64,64`"),
            ("rnn_layer_sizes=[64,64]]", "at byte 23"),
            ("{'batch_size':64", "expected `}`"),
            ("rnn_layer_sizes[0]=64", "at byte 15, before `[0]=64`"),
        ] {
            let message = parsed(text).unwrap_err().to_string();
            assert!(message.contains(wanted), "{text}: {message}");
        }
    }

    #[test]
    fn a_bad_clause_leaves_everything_as_it_was() {
        let mut hparams = HParams::default();
        assert!(hparams.parse_overrides("batch_size=64,learning_rate=0").is_err());
        assert_eq!(hparams, HParams::default());
    }

    #[test]
    fn cudnn_is_ignored_with_a_note() {
        let mut hparams = HParams::default();
        assert_eq!(hparams.parse_overrides("use_cudnn=true").unwrap(), [Note::CudnnIgnored]);
        assert_eq!(hparams, HParams::default());
        let json = r#"{"batch_size":4,"clip_norm":3,"use_cudnn":false}"#;
        let read: HParams = serde_json::from_str(json).unwrap();
        assert_eq!(read, HParams { batch_size: 4, clip_norm: 3.0, ..HParams::default() });
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,60}") {
            let _ = parsed(&text);
        }

        #[test]
        fn what_is_written_is_read_back(
            batch_size in 1..=MAX_BATCH_SIZE,
            layers in proptest::collection::vec(1..=MAX_LAYER_SIZE, 1..=MAX_LAYERS),
            keep in 0.001..=1.0f64,
            residual: bool,
        ) {
            let text = format!(
                "batch_size={batch_size},rnn_layer_sizes={layers:?},dropout_keep_prob={keep},residual_connections={residual}"
            );
            let expected = HParams {
                batch_size,
                rnn_layer_sizes: layers,
                dropout_keep_prob: keep,
                residual_connections: residual,
                ..HParams::default()
            };
            prop_assert_eq!(&parsed(&text).unwrap(), &expected);
            let json = serde_json::to_string(&expected).unwrap();
            prop_assert_eq!(&parsed(&json).unwrap(), &expected);
        }
    }
}
