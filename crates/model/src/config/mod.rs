//! Configurations: an encoding, the range and key that melodies are brought to, and hyper-parameters.
//!
//! The four named ones are those of Magenta's melody_rnn; so are the names in JSON.

mod hparams;
mod overrides;

use music::{Melody, NOTES_PER_OCTAVE, Pitch};
use serde::{Deserialize, Serialize};

pub use hparams::{HPARAM_NAMES, HParams};
pub use overrides::Note;

use crate::encoding::{Encoding, EncodingKind};
use crate::network::{Attention, NetworkConfig};
use crate::{Error, Result};

/// Names of the configurations, in the order in which they are shown.
pub const CONFIG_NAMES: [&str; 4] = ["basic_rnn", "mono_rnn", "lookback_rnn", "attention_rnn"];

/// Names that Magenta's flags have for the encodings, for configurations of one's own.
pub const ENCODING_NAMES: [&str; 3] = ["onehot", "lookback", "key"];

/// Range of the configurations that transpose: C3 to B5.
const THREE_OCTAVES: (Pitch, Pitch) = (48, 84);
/// Range of `mono_rnn`: all of MIDI.
const ALL_PITCHES: (Pitch, Pitch) = (0, 128);
/// C major.
const C_MAJOR: u8 = 0;
/// Previous outputs that `attention_rnn` looks at.
const ATTENTION_LENGTH: usize = 40;

/// How melodies become numbers and what network learns from them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "ConfigFields", try_from = "ConfigFields")]
#[non_exhaustive]
pub struct MelodyConfig {
    /// `attention_rnn` and the like; for people, nothing depends on it.
    pub name: String,
    /// Events to inputs and labels; knows the range of pitches.
    pub encoding: Encoding,
    /// Major key that melodies are transposed to, 0 = C to 11 = B; `None` leaves them where they are.
    pub transpose_to_key: Option<u8>,
    /// Sizes of the network and settings of its training.
    pub hparams: HParams,
}

impl MelodyConfig {
    /// The configuration of that name with Magenta's default hyper-parameters.
    ///
    /// # Errors
    /// [`Error::UnknownConfig`] for a name that is not one of [`CONFIG_NAMES`].
    pub fn named(name: &str) -> Result<Self> {
        let (kind, range, transpose_to_key, attn_length) = match name {
            "basic_rnn" => (EncodingKind::OneHot, THREE_OCTAVES, Some(C_MAJOR), 0),
            "mono_rnn" => (EncodingKind::OneHot, ALL_PITCHES, None, 0),
            "lookback_rnn" => (EncodingKind::Lookback, THREE_OCTAVES, Some(C_MAJOR), 0),
            "attention_rnn" => (EncodingKind::Key, THREE_OCTAVES, Some(C_MAJOR), ATTENTION_LENGTH),
            _ => {
                return Err(Error::UnknownConfig {
                    name: name.to_owned(),
                    known: CONFIG_NAMES.join(", "),
                });
            }
        };
        let encoding = Encoding::new(kind, range.0, range.1)?;
        let hparams = HParams { attn_length, ..HParams::default() };
        let hparams = HParams { clip_norm: if attn_length > 0 { 3.0 } else { 5.0 }, ..hparams };
        Ok(Self { name: name.to_owned(), encoding, transpose_to_key, hparams })
    }

    /// The configuration of that name, one of [`CONFIG_NAMES`] or [`ENCODING_NAMES`].
    ///
    /// # Errors
    /// [`Error::UnknownConfig`] for any other.
    pub fn called(name: &str) -> Result<Self> {
        if ENCODING_NAMES.contains(&name) { Self::of_encoding(name) } else { Self::named(name) }
    }

    /// What Magenta makes of an encoding alone: three octaves in C, no attention, no dropout.
    ///
    /// # Errors
    /// [`Error::UnknownConfig`] for a name that is not one of [`ENCODING_NAMES`].
    pub fn of_encoding(name: &str) -> Result<Self> {
        let kinds = [EncodingKind::OneHot, EncodingKind::Lookback, EncodingKind::Key];
        let kind = ENCODING_NAMES.iter().zip(kinds).find(|(known, _)| **known == name);
        let Some((_, kind)) = kind else {
            let (name, known) = (name.to_owned(), ENCODING_NAMES.join(", "));
            return Err(Error::UnknownConfig { name, known });
        };
        Ok(Self {
            name: name.to_owned(),
            encoding: Encoding::new(kind, THREE_OCTAVES.0, THREE_OCTAVES.1)?,
            transpose_to_key: Some(C_MAJOR),
            hparams: HParams {
                batch_size: 64,
                dropout_keep_prob: 1.0,
                clip_norm: 3.0,
                ..HParams::default()
            },
        })
    }

    /// Lowest pitch of the range that melodies are brought to.
    pub fn min_note(&self) -> Pitch {
        self.encoding.min_note()
    }

    /// One above the highest pitch of that range, at most 128.
    pub fn max_note(&self) -> Pitch {
        self.encoding.max_note()
    }

    /// Shape of the network that learns under this configuration.
    pub fn network_config(&self) -> NetworkConfig {
        let HParams { attn_length: length, attention: around, .. } = self.hparams;
        NetworkConfig {
            input_size: self.encoding.input_size(),
            num_classes: self.encoding.num_classes(),
            layer_sizes: self.hparams.rnn_layer_sizes.clone(),
            attention: (length > 0).then_some(Attention { length, around }),
            residual_connections: self.hparams.residual_connections,
        }
    }

    /// A melody brought into the range and key of this configuration, and the semitones that were added.
    ///
    /// Its events all have labels then. Note-offs before its first note, which end nothing, become "no event".
    pub fn squashed(&self, melody: &Melody) -> (Melody, i32) {
        let events = Melody::new(melody.events.clone()).events;
        let mut squashed = Melody { events, ..*melody };
        let amount = squashed.squash(self.min_note(), self.max_note(), self.transpose_to_key);
        (squashed, amount)
    }

    /// Checks what the types do not: at least an octave of pitches, a key below 12, hyper-parameters in their ranges.
    ///
    /// # Errors
    /// [`Error::BadConfig`] or [`Error::BadHParam`].
    pub fn validate(&self) -> Result<()> {
        let bad = |field, found, expected| {
            Err(Error::BadConfig { name: self.name.clone(), field, found, expected })
        };
        // Folding into the range by octaves needs a whole octave to land in.
        if self.max_note() - self.min_note() < NOTES_PER_OCTAVE {
            let range = format!("{}..{}", self.min_note(), self.max_note());
            return bad("min_note..max_note", range, "at least 12 pitches");
        }
        match self.transpose_to_key {
            Some(key) if key >= NOTES_PER_OCTAVE => {
                bad("transpose_to_key", key.to_string(), "0 to 11, or null")
            }
            _ => self.hparams.validate(),
        }
    }
}

/// A configuration as it stands in JSON.
#[derive(Serialize, Deserialize)]
struct ConfigFields {
    config: String,
    encoding: EncodingKind,
    min_note: Pitch,
    max_note: Pitch,
    transpose_to_key: Option<u8>,
    hparams: HParams,
}

impl From<MelodyConfig> for ConfigFields {
    fn from(config: MelodyConfig) -> Self {
        Self {
            encoding: config.encoding.kind(),
            min_note: config.min_note(),
            max_note: config.max_note(),
            config: config.name,
            transpose_to_key: config.transpose_to_key,
            hparams: config.hparams,
        }
    }
}

impl TryFrom<ConfigFields> for MelodyConfig {
    type Error = Error;

    fn try_from(fields: ConfigFields) -> Result<Self> {
        let config = Self {
            name: fields.config,
            encoding: Encoding::new(fields.encoding, fields.min_note, fields.max_note)?,
            transpose_to_key: fields.transpose_to_key,
            hparams: fields.hparams,
        };
        config.validate()?;
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::AttentionAround;

    #[test]
    fn every_listed_name_is_a_valid_configuration_that_survives_json() {
        for name in CONFIG_NAMES {
            let config = MelodyConfig::named(name).unwrap();
            config.validate().unwrap();
            let json = serde_json::to_string(&config).unwrap();
            assert_eq!(serde_json::from_str::<MelodyConfig>(&json).unwrap(), config, "{json}");
        }
    }

    #[test]
    fn encodings_alone_are_configurations_that_survive_json() {
        for name in ENCODING_NAMES {
            let config = MelodyConfig::of_encoding(name).unwrap();
            config.validate().unwrap();
            let json = serde_json::to_string(&config).unwrap();
            assert_eq!(serde_json::from_str::<MelodyConfig>(&json).unwrap(), config, "{json}");
        }
        let key = MelodyConfig::of_encoding("key").unwrap();
        assert_eq!(key.encoding, MelodyConfig::named("attention_rnn").unwrap().encoding);
        assert!(MelodyConfig::of_encoding("one_hot").is_err());
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        let message = MelodyConfig::named("atention_rnn").unwrap_err().to_string();
        assert!(
            message.contains("`atention_rnn`") && message.contains("lookback_rnn"),
            "{message}"
        );
    }

    #[test]
    fn what_attention_is_around_is_told_only_if_it_is_the_stack() {
        let mut config = MelodyConfig::named("attention_rnn").unwrap();
        let json = serde_json::to_value(&config).unwrap();
        assert!(json["hparams"].get("attention").is_none());
        let around = |config: &MelodyConfig| config.network_config().attention.unwrap().around;
        assert_eq!(around(&serde_json::from_value(json).unwrap()), AttentionAround::FirstLayer);
        config.hparams.attention = AttentionAround::Stack;
        let json = serde_json::to_value(&config).unwrap();
        assert_eq!(json["hparams"]["attention"], "stack");
        let back: MelodyConfig = serde_json::from_value(json).unwrap();
        assert_eq!((around(&back), &back), (AttentionAround::Stack, &config));
        config.hparams.attn_length = 0;
        assert_eq!(config.network_config().attention, None);
    }

    #[test]
    fn json_cannot_smuggle_in_what_the_constructors_refuse() {
        let good = serde_json::to_string(&MelodyConfig::named("attention_rnn").unwrap()).unwrap();
        for (from, to) in [
            ("\"min_note\":48", "\"min_note\":90"),
            ("\"min_note\":48", "\"min_note\":80"),
            ("\"max_note\":84", "\"max_note\":129"),
            ("\"transpose_to_key\":0", "\"transpose_to_key\":12"),
            ("\"batch_size\":128", "\"batch_size\":0"),
            (
                "\"residual_connections\":false",
                "\"residual_connections\":true,\"attention\":\"stack\"",
            ),
        ] {
            let bad = good.replace(from, to);
            assert_ne!(bad, good, "{from} is not in {good}");
            assert!(serde_json::from_str::<MelodyConfig>(&bad).is_err(), "{to}");
        }
    }
}
