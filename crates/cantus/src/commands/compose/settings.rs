//! The settings of `cantus compose`: flags, or lines of `cantus.toml` with the same names.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueHint};
use pipeline::compose::{ComposeOptions, SETTINGS_FILE, genre_choices};
use pipeline::{ExtractOptions, Observer};
use serde::{Deserialize, Serialize};

use crate::args::{at_least_one, not_negative, positive, share, tempo};
use crate::failure::Failure;

/// Updates of each network when nothing else is said: a few minutes on a laptop.
const NUM_TRAINING_STEPS: u64 = 500;

/// What is said of a composition, by flags or by a file; what is not said has its default.
#[derive(Args, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct Settings {
    /// Folders, files and archives of music
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    inputs: Vec<PathBuf>,
    /// Genres to compose in, separated by commas: names, queries, or NAME=QUERY
    #[arg(long, value_name = "LIST")]
    genres: Option<String>,
    /// Folder for everything; made when missing
    #[arg(long, short, value_name = "DIR", value_hint = ValueHint::DirPath)]
    output_dir: Option<PathBuf>,
    /// Table of artists and their genres, or several, the best first [default: the built-in one]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    table: Vec<PathBuf>,
    /// Guess the genre of pieces whose artist has none, from their notes
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL")]
    by_content: Option<bool>,
    /// Leave out pieces that have the same notes as an earlier one
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL")]
    skip_duplicates: Option<bool>,
    /// Leave out artists that are in more than one of the genres
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL")]
    exclusive: Option<bool>,
    /// Kind of network and of what it sees of a melody [default: attention_rnn]
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(pipeline::CONFIG_NAMES))]
    config: Option<String>,
    /// Hyper-parameters to change, as NAME=VALUE,... [default: batch_size=64,rnn_layer_sizes=[64,64]]
    #[arg(long, value_name = "LIST")]
    hparams: Option<String>,
    /// Updates of each network [default: 500]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    num_training_steps: Option<u64>,
    /// Share of the songs to keep for evaluation [default: 0.1]
    #[arg(long, value_name = "SHARE", value_parser = share)]
    eval_ratio: Option<f64>,
    /// Leave out melodies of fewer bars [default: 7]
    #[arg(long, value_name = "N")]
    min_bars: Option<usize>,
    /// Leave out melodies with fewer pitches, octaves aside [default: 5]
    #[arg(long, value_name = "N")]
    min_unique_pitches: Option<usize>,
    /// A silence of so many bars ends a melody [default: 1]
    #[arg(long, value_name = "BARS", value_parser = not_negative)]
    gap_bars: Option<f64>,
    /// Where notes start together take the highest, instead of ending the melody there
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL")]
    ignore_polyphonic_notes: Option<bool>,
    /// Melodies of each genre [default: 10]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    num_outputs: Option<usize>,
    /// Length of each melody in sixteenth notes [default: 128]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    num_steps: Option<usize>,
    /// How daring the networks are [default: 1]
    #[arg(long, value_name = "T", value_parser = positive)]
    temperature: Option<f64>,
    /// What melodies begin with, such as "[60, -2, 62]" [default: "[60]"]
    #[arg(long, value_name = "EVENTS", allow_hyphen_values = true)]
    primer_melody: Option<String>,
    /// Tempo in quarter notes a minute [default: the median of the genre's pieces]
    #[arg(long, value_name = "QPM", value_parser = tempo)]
    qpm: Option<f64>,
    /// Seed of the splits, of training and of the melodies [default: 0]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

/// The settings of `file`, or of `cantus.toml` if it is there, where `flags` say nothing else.
pub(super) fn read(file: Option<&Path>, flags: &Settings) -> Result<Settings, Failure> {
    let path = file.unwrap_or(Path::new(SETTINGS_FILE));
    let text = match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && file.is_none() => String::new(),
        text => {
            text.map_err(|error| Failure::new(format!("cannot read {}: {error}", path.display())))?
        }
    };
    merge(&text, flags).map_err(|error| {
        Failure::usage(format!("{}: {error}", path.display()))
            .with_hint("its lines are flags of `cantus compose --help`, such as num-outputs = 5")
    })
}

/// The settings in `text`, where `flags` say nothing else.
fn merge(text: &str, flags: &Settings) -> Result<Settings, String> {
    let shown = |error: &dyn std::fmt::Display| error.to_string().trim_end().replace('\n', " ");
    // Once as it is, for errors that show their line.
    toml::from_str::<Settings>(text).map_err(|error| shown(&error))?;
    let mut settings: toml::Table = toml::from_str(text).map_err(|error| shown(&error))?;
    settings.extend(toml::Table::try_from(flags).map_err(|error| shown(&error))?);
    settings.try_into().map_err(|error| shown(&error))
}

impl Settings {
    /// The options that the settings stand for.
    pub(super) fn options(
        &self,
        threads: usize,
        observer: &dyn Observer,
    ) -> Result<ComposeOptions, Failure> {
        if self.inputs.is_empty() {
            return Err(Failure::usage("no music was named")
                .with_hint("cantus compose FOLDER --genres metal,jazz --output-dir out"));
        }
        let genres = self.genres.as_deref().ok_or_else(|| {
            Failure::usage("no genre was named")
                .with_hint("such as --genres metal,classical; `cantus genres top` lists them")
        })?;
        let output_dir = self.output_dir.clone().ok_or_else(|| {
            Failure::usage("no folder for the results was named")
                .with_hint("such as --output-dir out")
        })?;
        let hparams = self
            .hparams
            .clone()
            .unwrap_or_else(|| "batch_size=64,rnn_layer_sizes=[64,64]".to_owned());
        let config = self.config.as_deref().unwrap_or("attention_rnn");
        let usual = ExtractOptions::default();
        Ok(ComposeOptions {
            inputs: self.inputs.clone(),
            genres: genre_choices(genres)?,
            output_dir,
            tables: self.table.clone(),
            by_content: self.by_content.unwrap_or(true),
            skip_duplicates: self.skip_duplicates.unwrap_or(true),
            exclusive: self.exclusive.unwrap_or(false),
            config: pipeline::config(config, &hparams, observer)?,
            hparams,
            eval_ratio: self.eval_ratio.unwrap_or(0.1),
            extract: ExtractOptions {
                min_bars: self.min_bars.unwrap_or(usual.min_bars),
                min_unique_pitches: self.min_unique_pitches.unwrap_or(usual.min_unique_pitches),
                gap_bars: self.gap_bars.unwrap_or(usual.gap_bars),
                ignore_polyphonic_notes: self
                    .ignore_polyphonic_notes
                    .unwrap_or(usual.ignore_polyphonic_notes),
                ..usual
            },
            num_training_steps: self.num_training_steps.unwrap_or(NUM_TRAINING_STEPS),
            num_outputs: self.num_outputs.unwrap_or(10),
            num_steps: self.num_steps.unwrap_or(128),
            temperature: self.temperature.unwrap_or(1.0),
            primer_melody: self.primer_melody.clone(),
            qpm: self.qpm,
            seed: self.seed.unwrap_or(0),
            prune: false,
            threads,
        })
    }

    /// Leaves the settings in the output folder, for the same call again.
    pub(super) fn keep(&self, output_dir: &Path) -> Result<(), Failure> {
        let settings = Settings { output_dir: Some(output_dir.to_owned()), ..self.clone() };
        let text = toml::to_string(&settings).map_err(|error| Failure::new(error.to_string()))?;
        let text = format!("# cantus compose --settings {SETTINGS_FILE}\n{text}");
        pipeline::files::create_dir(output_dir)?;
        Ok(pipeline::files::write_whole(&output_dir.join(SETTINGS_FILE), text.as_bytes())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_come_before_the_file() {
        let flags = Settings { temperature: Some(0.8), seed: Some(3), ..Settings::default() };
        let settings = merge("seed = 1\nnum-outputs = 2\ninputs = [\"midi\"]\n", &flags).unwrap();
        assert_eq!((settings.temperature, settings.seed), (Some(0.8), Some(3)));
        assert_eq!((settings.num_outputs, &settings.inputs[..]), (Some(2), &["midi".into()][..]));
    }

    #[test]
    fn what_is_written_is_read() {
        let settings = Settings {
            inputs: vec!["a b".into()],
            genres: Some("x=\"soft rock\" or jazz".to_owned()),
            exclusive: Some(true),
            qpm: Some(90.0),
            ..Settings::default()
        };
        assert_eq!(merge(&toml::to_string(&settings).unwrap(), &Settings::default()), Ok(settings));
    }

    #[test]
    fn unknown_lines_are_refused_with_their_place() {
        let error = merge("seed = 1\ntemperatur = 2\n", &Settings::default()).unwrap_err();
        assert!(error.contains("line 2") && error.contains("temperatur"), "{error}");
    }
}
