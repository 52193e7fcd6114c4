//! What was dropped on the way from pieces to melodies, and why.

use std::collections::BTreeMap;

/// How many parts and melodies were made, and how many dropped for which reason.
///
/// Every field is named as Magenta's counter, less the name of the stage before it. They count each case once:
/// Magenta's quantizer never clears its own, so it reports each error again for every part that succeeds later.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Parts whose time signature changes (none, after the cutting).
    pub sequences_discarded_because_multiple_time_signatures: u64,
    /// Parts whose tempo changes (none, after the cutting).
    pub sequences_discarded_because_multiple_tempos: u64,
    /// Parts whose time signature has no beats, or beats that are no power of two.
    pub sequences_discarded_because_bad_time_signature: u64,
    /// Parts with a time or tempo that is negative, infinite or beyond any grid. Magenta stops altogether at these.
    pub sequences_discarded_because_bad_time: u64,
    /// Parts that went on to be searched for melodies.
    pub transpositions_generated: u64,
    /// Parts with a note above the highest MIDI pitch, drums aside.
    pub skipped_due_to_range_exceeded: u64,
    /// Parts whose bar is not a whole number of steps.
    pub non_integer_steps_per_bar: u64,
    /// Instruments given up where two of their notes begin together; melodies found before that point stay.
    pub polyphonic_tracks_discarded: u64,
    /// Melodies with too few bars.
    pub melodies_discarded_too_short: u64,
    /// Melodies with too few different pitch classes.
    pub melodies_discarded_too_few_pitches: u64,
    /// Melodies discarded for their length: none, they are cut. Magenta prints the counter all the same.
    pub melodies_discarded_too_long: u64,
    /// Melodies that were cut to the longest length.
    pub melodies_truncated: u64,
    /// Lengths of the melodies that were kept.
    pub melody_lengths_in_bars: LengthHistogram,
}

impl Counters {
    /// Adds what another run counted.
    pub fn merge(&mut self, other: &Self) {
        for (total, (_, count)) in self.counts_mut().into_iter().zip(other.entries()) {
            *total += count;
        }
        self.melody_lengths_in_bars.merge(&other.melody_lengths_in_bars);
    }

    /// Parts that were counted: each is discarded, skipped or searched.
    pub fn parts(&self) -> u64 {
        self.sequences_discarded_because_multiple_time_signatures
            + self.sequences_discarded_because_multiple_tempos
            + self.sequences_discarded_because_bad_time_signature
            + self.sequences_discarded_because_bad_time
            + self.transpositions_generated
            + self.skipped_due_to_range_exceeded
    }

    /// Names and counts, without the histogram, in the order of a piece's way.
    pub fn entries(&self) -> [(&'static str, u64); 12] {
        let mut copy = self.clone();
        let counts = copy.counts_mut().map(|count| *count);
        std::array::from_fn(|index| (NAMES[index], counts[index]))
    }

    /// The counts, in the order of [`NAMES`].
    fn counts_mut(&mut self) -> [&mut u64; 12] {
        [
            &mut self.sequences_discarded_because_multiple_time_signatures,
            &mut self.sequences_discarded_because_multiple_tempos,
            &mut self.sequences_discarded_because_bad_time_signature,
            &mut self.sequences_discarded_because_bad_time,
            &mut self.transpositions_generated,
            &mut self.skipped_due_to_range_exceeded,
            &mut self.non_integer_steps_per_bar,
            &mut self.polyphonic_tracks_discarded,
            &mut self.melodies_discarded_too_short,
            &mut self.melodies_discarded_too_few_pitches,
            &mut self.melodies_discarded_too_long,
            &mut self.melodies_truncated,
        ]
    }
}

const NAMES: [&str; 12] = [
    "sequences_discarded_because_multiple_time_signatures",
    "sequences_discarded_because_multiple_tempos",
    "sequences_discarded_because_bad_time_signature",
    "sequences_discarded_because_bad_time",
    "transpositions_generated",
    "skipped_due_to_range_exceeded",
    "non_integer_steps_per_bar",
    "polyphonic_tracks_discarded",
    "melodies_discarded_too_short",
    "melodies_discarded_too_few_pitches",
    "melodies_discarded_too_long",
    "melodies_truncated",
];

/// How many melodies have which length in bars.
///
/// The buckets are Magenta's: each reaches from its lower bound to the next one, and around the shortest length that
/// is kept they are one bar wide. Its bucket for less than nothing is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LengthHistogram {
    counts: BTreeMap<i64, u64>,
}

impl LengthHistogram {
    /// Empty buckets for melodies of at least `min_bars` bars.
    pub fn new(min_bars: usize) -> Self {
        let min_bars = i64::try_from(min_bars).unwrap_or(i64::MAX - 1);
        let bounds = [0, 1, 10, 20, 30, 40, 50, 100, 200, 500];
        let around = [min_bars / 2, min_bars - 1, min_bars, min_bars + 1];
        Self { counts: bounds.into_iter().chain(around).map(|bound| (bound, 0)).collect() }
    }

    /// Counts a melody.
    pub fn add(&mut self, bars: usize) {
        let bars = i64::try_from(bars).unwrap_or(i64::MAX);
        if let Some((_, count)) = self.counts.range_mut(..=bars).next_back() {
            *count += 1;
        }
    }

    /// Adds another histogram, bucket by bucket.
    pub fn merge(&mut self, other: &Self) {
        for (bound, count) in other.buckets() {
            *self.counts.entry(bound).or_default() += count;
        }
    }

    /// Lower bounds and counts, shortest first.
    pub fn buckets(&self) -> impl Iterator<Item = (i64, u64)> {
        self.counts.iter().map(|(bound, count)| (*bound, *count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_fall_into_magentas_buckets() {
        let mut histogram = LengthHistogram::new(7);
        for bars in [7, 7, 8, 9, 10, 19, 20, 499, 500, 9999, 0] {
            histogram.add(bars);
        }
        let buckets: Vec<_> = histogram.buckets().collect();
        assert_eq!(
            buckets,
            [
                (0, 1),
                (1, 0),
                (3, 0),
                (6, 0),
                (7, 2),
                (8, 2),
                (10, 2),
                (20, 1),
                (30, 0),
                (40, 0),
                (50, 0),
                (100, 0),
                (200, 1),
                (500, 2)
            ]
        );
        assert!(LengthHistogram::new(0).buckets().any(|(bound, _)| bound == -1));
    }

    #[test]
    fn merging_adds_every_count_under_its_own_name() {
        let mut one = Counters::default();
        for (index, count) in one.counts_mut().into_iter().enumerate() {
            *count = 1 << index;
        }
        one.melody_lengths_in_bars = LengthHistogram::new(7);
        one.melody_lengths_in_bars.add(12);
        let mut total = Counters::default();
        total.merge(&one);
        assert_eq!(total, one);
        total.merge(&one);
        for (index, (name, count)) in total.entries().into_iter().enumerate() {
            assert_eq!(count, 2 << index, "{name}");
        }
        assert_eq!(total.melody_lengths_in_bars.buckets().map(|(_, count)| count).sum::<u64>(), 2);
        let short = Counters { melodies_discarded_too_short: 3, ..Counters::default() };
        assert!(short.entries().contains(&("melodies_discarded_too_short", 3)));
    }
}
