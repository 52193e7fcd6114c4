//! What Magenta prints of a dataset: counters of each stage of its pipeline, for each side.

use std::fmt;

use corpus::extract::{Counters, Extracted, LengthHistogram};
use corpus::split::Side;

/// Counter of the quantizer that goes on counting.
const BAD_TIME_SIGNATURE: &str = "sequences_discarded_because_bad_time_signature";
/// Counters of the stage that would transpose.
const TRANSPOSITION: [&str; 2] = ["skipped_due_to_range_exceeded", "transpositions_generated"];
/// Counter of the extractor for parts that it gives up.
const NON_INTEGER: &str = "non_integer_steps_per_bar";
/// Counters of the extractor for the others.
const EXTRACTOR: [&str; 5] = [
    "melodies_discarded_too_few_pitches",
    "melodies_discarded_too_long",
    "melodies_discarded_too_short",
    "melodies_truncated",
    "polyphonic_tracks_discarded",
];

/// One figure, as Magenta prints it: `DAGPipeline_MelodyExtractor_training_melodies_truncated: 3`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statistic {
    name: String,
    value: Value,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Count(u64),
    Lengths(LengthHistogram),
}

/// Figures of both sides, for splits by piece.
#[derive(Clone, Debug, Default)]
pub(super) struct Statistics {
    training: SideStatistics,
    eval: SideStatistics,
}

#[derive(Clone, Debug, Default)]
struct SideStatistics {
    pieces: u64,
    /// Times that Magenta's quantizer reports a bad time signature: it never clears that, and so reports it again for
    /// every later part.
    bad_time_signatures: u64,
    counters: Counters,
}

impl Statistics {
    /// Takes note of a piece.
    pub(super) fn count(&mut self, side: Side, extracted: &Extracted) {
        let side = match side {
            Side::Training => &mut self.training,
            Side::Eval => &mut self.eval,
        };
        side.pieces += 1;
        let parts = extracted.counters.parts();
        side.bad_time_signatures += match side.bad_time_signatures {
            0 => extracted.parts_from_bad_time_signature,
            _ => parts,
        };
        side.counters.merge(&extracted.counters);
    }

    /// All figures by name. A stage that nothing came to has none.
    pub(super) fn list(&self) -> Vec<Statistic> {
        let mut all = self.eval.list("eval");
        all.extend(self.training.list("training"));
        all.sort_by(|one, other| one.name.cmp(&other.name));
        all
    }
}

impl SideStatistics {
    fn list(&self, side: &str) -> Vec<Statistic> {
        let entries = self.counters.entries();
        let count = |name| entries.iter().find(|entry| entry.0 == name).map_or(0, |entry| entry.1);
        let mut all = Vec::new();
        let mut add = |stage: &str, name: &str, value| {
            let name = format!("DAGPipeline_{stage}_{side}_{name}");
            all.push(Statistic { name, value });
        };
        if self.pieces > 0 {
            add("RandomPartition", "melodies_count", Value::Count(self.pieces));
        }
        if self.bad_time_signatures > 0 {
            add("Quantizer", BAD_TIME_SIGNATURE, Value::Count(self.bad_time_signatures));
        }
        if TRANSPOSITION.into_iter().map(count).sum::<u64>() > 0 {
            for name in TRANSPOSITION {
                add("TranspositionPipeline", name, Value::Count(count(name)));
            }
        }
        if count(NON_INTEGER) > 0 {
            add("MelodyExtractor", NON_INTEGER, Value::Count(count(NON_INTEGER)));
        }
        if count(TRANSPOSITION[1]) > count(NON_INTEGER) {
            for name in EXTRACTOR {
                add("MelodyExtractor", name, Value::Count(count(name)));
            }
            let lengths = Value::Lengths(self.counters.melody_lengths_in_bars.clone());
            add("MelodyExtractor", "melody_lengths_in_bars", lengths);
        }
        all
    }
}

impl fmt::Display for Statistic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.name)?;
        match &self.value {
            Value::Count(count) => write!(f, " {count}"),
            Value::Lengths(lengths) => {
                let buckets: Vec<_> = lengths.buckets().collect();
                let ends = buckets.iter().skip(1).map(|bucket| bucket.0.to_string());
                let filled = buckets.iter().zip(ends.chain(["inf".to_owned()]));
                let mut lines = filled.filter(|((_, count), _)| *count > 0).peekable();
                if lines.peek().is_none() {
                    return writeln!(f);
                }
                lines
                    .try_for_each(|((start, count), end)| write!(f, "\n  [{start},{end}): {count}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extracted(parts: u64, from_bad: u64) -> Extracted {
        let bad = u64::from(from_bad > 0);
        let counters = Counters {
            transpositions_generated: parts - bad,
            sequences_discarded_because_bad_time_signature: bad,
            ..Counters::default()
        };
        Extracted { counters, parts_from_bad_time_signature: from_bad, ..Extracted::default() }
    }

    fn lines(statistics: &Statistics) -> Vec<String> {
        statistics.list().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn stages_that_nothing_came_to_are_silent() {
        let mut statistics = Statistics::default();
        assert!(lines(&statistics).is_empty());
        statistics.count(Side::Eval, &extracted(0, 0));
        assert_eq!(lines(&statistics), ["DAGPipeline_RandomPartition_eval_melodies_count: 1"]);
    }

    #[test]
    fn a_bad_time_signature_is_counted_again_for_every_later_part_of_its_side() {
        let mut statistics = Statistics::default();
        for (side, parts, from_bad) in [
            (Side::Training, 2, 0),
            (Side::Training, 3, 2),
            (Side::Eval, 5, 0),
            (Side::Training, 4, 0),
            (Side::Training, 1, 1),
        ] {
            statistics.count(side, &extracted(parts, from_bad));
        }
        let quantizer: Vec<_> =
            lines(&statistics).into_iter().filter(|line| line.contains("Quantizer")).collect();
        let name = "DAGPipeline_Quantizer_training_sequences_discarded_because_bad_time_signature";
        assert_eq!(quantizer, [format!("{name}: 7")]);
    }

    #[test]
    fn lengths_are_listed_by_bucket() {
        let mut statistics = Statistics::default();
        let mut one = extracted(1, 0);
        one.counters.melody_lengths_in_bars = LengthHistogram::new(7);
        statistics.count(Side::Training, &one);
        let name = "DAGPipeline_MelodyExtractor_training_melody_lengths_in_bars";
        assert!(lines(&statistics).contains(&format!("{name}:\n")));
        for bars in [8, 9, 600] {
            one.counters.melody_lengths_in_bars.add(bars);
        }
        statistics.count(Side::Training, &one);
        let expected = format!("{name}:\n  [8,10): 2\n  [500,inf): 1");
        assert!(lines(&statistics).contains(&expected), "{:#?}", lines(&statistics));
    }
}
