//! What melodies are made of, in counts.

use std::collections::BTreeMap;

use music::{Melody, MelodyEvent};
use serde::{Serialize, Serializer};

/// What the melodies of one side are made of, as they sound: before they are moved to a key and into the range of the encoding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Portrait {
    /// Melodies by length in steps.
    pub lengths: Histogram,
    /// Notes by pitch.
    pub pitches: Histogram,
    /// Pairs of notes in a row by the semitones between them, upwards positive.
    pub intervals: Histogram,
    /// Notes by length in steps.
    pub durations: Histogram,
}

/// How often each whole number was counted. In JSON it is an object of the numbers that were.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    /// Of 0, 1, 2...
    upward: Vec<u64>,
    /// Of -1, -2, -3...
    downward: Vec<u64>,
}

impl Portrait {
    /// Counts a melody.
    pub(super) fn add(&mut self, melody: &Melody) {
        self.lengths.add(melody.len() as i64);
        let mut sounding: Option<(usize, i64)> = None;
        let mut last: Option<i64> = None;
        for (step, event) in melody.events.iter().enumerate() {
            if *event == MelodyEvent::NoEvent {
                continue;
            }
            if let Some((start, _)) = sounding.take() {
                self.durations.add((step - start) as i64);
            }
            if let Some(pitch) = event.pitch().map(i64::from) {
                self.pitches.add(pitch);
                if let Some(last) = last.replace(pitch) {
                    self.intervals.add(pitch - last);
                }
                sounding = Some((step, pitch));
            }
        }
        if let Some((start, _)) = sounding {
            self.durations.add((melody.len() - start) as i64);
        }
    }
}

impl Histogram {
    fn add(&mut self, number: i64) {
        let (counts, place) = match number {
            0.. => (&mut self.upward, number as usize),
            _ => (&mut self.downward, (-number - 1) as usize),
        };
        if counts.len() <= place {
            counts.resize(place + 1, 0);
        }
        if let Some(count) = counts.get_mut(place) {
            *count += 1;
        }
    }

    /// Numbers that were counted, ascending, and how often.
    pub fn iter(&self) -> impl Iterator<Item = (i64, u64)> {
        let below = (1..).map(|number: i64| -number).zip(self.downward.iter().copied());
        let below: Vec<(i64, u64)> = below.collect();
        let above = (0..).zip(self.upward.iter().copied());
        below.into_iter().rev().chain(above).filter(|entry| entry.1 > 0)
    }

    /// How often numbers were counted in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.upward.iter().chain(&self.downward).sum()
    }
}

impl Serialize for Histogram {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.iter().collect::<BTreeMap<i64, u64>>().serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_melody_is_its_notes() {
        let mut portrait = Portrait::default();
        for text in ["[-2, 60, -2, 62, -1, -2, 55, -2]", "[60, 60]"] {
            portrait.add(&Melody::parse(text).unwrap());
        }
        let entries = |histogram: &Histogram| histogram.iter().collect::<Vec<_>>();
        assert_eq!(entries(&portrait.lengths), [(2, 1), (8, 1)]);
        assert_eq!(entries(&portrait.pitches), [(55, 1), (60, 3), (62, 1)]);
        assert_eq!(entries(&portrait.intervals), [(-7, 1), (0, 1), (2, 1)]);
        assert_eq!(entries(&portrait.durations), [(1, 3), (2, 2)]);
        assert_eq!(portrait.durations.total(), portrait.pitches.total());
        let json = serde_json::to_string(&portrait.intervals).unwrap();
        assert_eq!(json, r#"{"-7":1,"0":1,"2":1}"#);
    }
}
