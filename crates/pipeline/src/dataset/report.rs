//! What came of a dataset, in numbers.

use std::collections::BTreeMap;
use std::path::PathBuf;

use corpus::extract::{Counters, Extracted, LengthHistogram};
use corpus::split::{Side, Split};
use music::Melody;
use serde::Serialize;

use super::statistics::{Statistic, Statistics};
use super::{DatasetOptions, EVAL_FILE, NotedMelodies, Portrait, TRAINING_FILE};
use crate::Error;

/// What the counters mean that say what was left out or cut.
pub const REASONS: [(&str, &str); 10] = [
    ("polyphonic_tracks_discarded", "instruments left out where notes begin together"),
    ("melodies_discarded_too_short", "melodies left out: too short"),
    ("melodies_discarded_too_few_pitches", "melodies left out: too few pitches"),
    ("melodies_truncated", "melodies cut to the greatest length"),
    ("non_integer_steps_per_bar", "parts left out: a bar is not a whole number of sixteenths"),
    ("skipped_due_to_range_exceeded", "parts left out: pitches out of range"),
    ("sequences_discarded_because_bad_time_signature", "parts left out: no time signature"),
    ("sequences_discarded_because_bad_time", "parts left out: times beyond the grid"),
    ("sequences_discarded_because_multiple_time_signatures", "parts left out: changing metre"),
    ("sequences_discarded_because_multiple_tempos", "parts left out: changing tempo"),
];

/// What came of a dataset.
#[derive(Clone, Debug, Serialize)]
pub struct Dataset {
    /// Name of the configuration that the examples are for.
    pub config: String,
    /// Folder of the two files.
    pub output_dir: PathBuf,
    /// Seed of the split.
    pub seed: u64,
    /// Share of the songs that was to be held out.
    pub eval_ratio: f64,
    /// Pieces that were read.
    pub pieces: u64,
    /// Pieces that gave at least one melody.
    pub pieces_with_melodies: u64,
    /// Melodies that were kept: as many as there are examples.
    pub melodies: u64,
    /// What was met on the way from pieces to melodies, under Magenta's names.
    pub counters: BTreeMap<&'static str, u64>,
    /// Lengths of the melodies.
    pub lengths: Lengths,
    /// The examples to learn from.
    pub training: Written,
    /// The held-out examples.
    pub eval: Written,
    /// What the catalog took note of, when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noted: Option<NotedMelodies>,
    /// Pictures of it, once they are drawn.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<PathBuf>,
    #[serde(skip)]
    pub(super) inputs: Vec<PathBuf>,
    #[serde(skip)]
    pub(super) all: Counters,
    #[serde(skip)]
    statistics: Statistics,
}

/// One of the two files.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Written {
    /// The TFRecord file.
    pub file: PathBuf,
    /// Songs whose melodies are in it.
    pub songs: u64,
    /// Pieces of these songs.
    pub pieces: u64,
    /// Melodies in it.
    pub melodies: u64,
    /// Steps of these melodies.
    pub steps: u64,
    /// What they are made of.
    pub portrait: Portrait,
}

/// How long melodies are, in steps and in bars.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Lengths {
    /// Steps of all melodies.
    pub steps: u64,
    /// Steps of the shortest.
    pub shortest: u64,
    /// Steps of the longest.
    pub longest: u64,
    /// How many have at least so many bars, and fewer than the next entry.
    pub bars: BTreeMap<i64, u64>,
}

impl Dataset {
    pub(super) fn new(options: &DatasetOptions) -> Self {
        let file = |name| Written { file: options.output_dir.join(name), ..Written::default() };
        let melody_lengths_in_bars = LengthHistogram::new(options.extract.min_bars);
        Dataset {
            config: options.config.name.clone(),
            output_dir: options.output_dir.clone(),
            seed: options.seed,
            eval_ratio: options.eval_ratio,
            pieces: 0,
            pieces_with_melodies: 0,
            melodies: 0,
            counters: BTreeMap::new(),
            lengths: Lengths::default(),
            training: file(TRAINING_FILE),
            eval: file(EVAL_FILE),
            noted: None,
            pictures: Vec::new(),
            inputs: options.inputs.clone(),
            all: Counters { melody_lengths_in_bars, ..Counters::default() },
            statistics: Statistics::default(),
        }
    }

    /// The figures that Magenta prints, by name, of a dataset that was split by piece.
    #[must_use]
    pub fn statistics(&self) -> Vec<Statistic> {
        self.statistics.list()
    }

    /// Takes note of the melodies of one more piece, and of its side where that is known by now.
    pub(super) fn count(&mut self, extracted: &Extracted, side: Option<Side>) {
        side.into_iter().for_each(|side| self.statistics.count(side, extracted));
        self.pieces += 1;
        self.pieces_with_melodies += u64::from(!extracted.melodies.is_empty());
        self.melodies += extracted.melodies.len() as u64;
        for melody in &extracted.melodies {
            let steps = melody.len() as u64;
            let lengths = &mut self.lengths;
            lengths.shortest = if lengths.steps == 0 { steps } else { lengths.shortest.min(steps) };
            lengths.longest = lengths.longest.max(steps);
            lengths.steps += steps;
        }
        self.all.merge(&extracted.counters);
    }

    /// Takes note of how the songs were shared out; all pieces were counted by then.
    pub(super) fn take_split(&mut self, split: &Split) {
        for (written, counts) in
            [(&mut self.training, &split.training), (&mut self.eval, &split.eval)]
        {
            (written.songs, written.pieces) = (counts.songs, counts.pieces);
        }
        self.counters = self.all.entries().into_iter().collect();
        self.lengths.bars =
            self.all.melody_lengths_in_bars.buckets().filter(|bucket| bucket.1 > 0).collect();
    }

    /// Why there is nothing to write.
    pub(super) fn no_melodies(&self) -> Error {
        Error::no_melodies(&self.inputs, self.pieces, &self.all)
    }
}

impl Written {
    pub(super) fn count(&mut self, melody: &Melody) {
        self.melodies += 1;
        self.steps += melody.len() as u64;
        self.portrait.add(melody);
    }
}
