//! From places in whole notes to seconds.

use std::collections::BTreeMap;

use music::DEFAULT_QPM;

use crate::fraction::Fraction;

/// Knows the time of every place that has been asked for.
///
/// Times are added up note by note in floats, as note-seq does it. Voices that meet at a place meet at the same time.
#[derive(Debug)]
pub(super) struct Clock {
    times: BTreeMap<Fraction, f64>,
    /// Quarter notes a minute from a place on, by place.
    tempos: Vec<(Fraction, f64)>,
}

impl Clock {
    pub(super) fn new(mut tempos: Vec<(Fraction, f64)>) -> Self {
        tempos.sort_by_key(|(position, _)| *position);
        Self { times: BTreeMap::from([(Fraction::ZERO, 0.0)]), tempos }
    }

    pub(super) fn tempos(&self) -> &[(Fraction, f64)] {
        &self.tempos
    }

    /// The time of a place, in seconds: that at which something began or ended there, if anything did.
    pub(super) fn at(&mut self, place: Fraction) -> f64 {
        match self.times.range(..=place).next_back() {
            Some((&known, &time)) if known == place => time,
            Some((&known, _)) => self.advance(known, place),
            None => 0.0,
        }
    }

    /// The time of `end`, counted on from that of `start`.
    pub(super) fn advance(&mut self, start: Fraction, end: Fraction) -> f64 {
        if let Some(&time) = self.times.get(&end) {
            return time;
        }
        let mut time = self.at(start);
        let mut from = start;
        let first = self.tempos.partition_point(|(position, _)| *position <= start);
        let changes = self.tempos[first..].iter().take_while(|(position, _)| *position < end);
        let mut qpm = first.checked_sub(1).map_or(DEFAULT_QPM, |last| self.tempos[last].1);
        for &(position, next) in changes {
            time += seconds(from, position, qpm);
            (from, qpm) = (position, next);
        }
        time += seconds(from, end, qpm);
        self.times.insert(end, time);
        time
    }
}

fn seconds(from: Fraction, to: Fraction, qpm: f64) -> f64 {
    let quarters = to.minus(from).and_then(|length| length.over(Fraction::of(1, 4)));
    (1.0 / (qpm / 60.0)) * quarters.map_or(0.0, Fraction::to_f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_across_a_change_of_tempo_is_counted_in_both() {
        let (half, one) = (Fraction::of(1, 2), Fraction::ONE);
        let mut clock = Clock::new(vec![(Fraction::of(3, 4), 240.0), (Fraction::ZERO, 60.0)]);
        assert_eq!(clock.advance(half, one), 2.0 + 1.0 + 0.25);
        assert_eq!(clock.at(Fraction::of(5, 4)), 3.5);
        assert_eq!(clock.at(half), 2.0);
    }
}
