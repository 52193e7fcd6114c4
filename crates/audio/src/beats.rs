//! Where the beats of a piece are.

use music::{DEFAULT_QPM, NoteSequence, Tempo, TimeSignature};

/// More beats than any piece has that can be listened to.
pub(crate) const MAX_BEATS: usize = 100_000;

/// A beat: when, and whether a bar begins with it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beat {
    /// Seconds from the beginning of the piece.
    pub time: f64,
    /// Whether it is the first of its bar.
    pub is_first: bool,
}

/// The beats before `end`, in seconds, 100,000 at most. A beat is what the denominator of the metre says, and in compound metres (6/8, 9/8,
/// 12/8) three of those. A bar begins where the metre changes; a tempo takes effect with the next beat.
#[must_use]
pub fn beats(sequence: &NoteSequence, end: f64) -> Vec<Beat> {
    let metres = &sequence.time_signatures;
    let qpm_at = |time: f64| {
        latest(&sequence.tempos, time, |tempo: &Tempo| tempo.time)
            .map_or(DEFAULT_QPM, |tempo| tempo.qpm)
    };
    let mut beats = Vec::new();
    let (mut time, mut count, mut metre) = (0.0, 0, TimeSignature::COMMON);
    while time < end && beats.len() < MAX_BEATS {
        let now = latest(metres, time, |metre: &TimeSignature| metre.time).copied();
        let now = now.unwrap_or(TimeSignature::COMMON);
        if (now.numerator, now.denominator) != (metre.numerator, metre.denominator) {
            (metre, count) = (now, 0);
        }
        let (beats_per_bar, quarters) = pulse(&metre);
        beats.push(Beat { time, is_first: count % beats_per_bar == 0 });
        count += 1;
        let qpm = qpm_at(time);
        let step = quarters * 60.0 / if qpm > 0.0 && qpm.is_finite() { qpm } else { DEFAULT_QPM };
        let change = metres.get(metres.partition_point(|metre| metre.time <= time + TINY));
        time = (time + step.max(TINY)).min(change.map_or(f64::INFINITY, |metre| metre.time));
    }
    beats
}

/// Seconds that nobody can tell apart.
const TINY: f64 = 1e-6;

/// What held last at `time`, in a list by time.
fn latest<T>(list: &[T], time: f64, time_of: impl Fn(&T) -> f64) -> Option<&T> {
    let after = list.partition_point(|item| time_of(item) <= time + TINY);
    list.get(after.checked_sub(1)?)
}

/// Beats a bar and quarter notes a beat.
fn pulse(metre: &TimeSignature) -> (u32, f64) {
    let (numerator, denominator) = (metre.numerator.max(1), f64::from(metre.denominator.max(1)));
    let compound = metre.denominator >= 8 && numerator > 3 && numerator % 3 == 0;
    if compound { (numerator / 3, 12.0 / denominator) } else { (numerator, 4.0 / denominator) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_begins_where_the_metre_changes_and_tempos_take_effect_at_beats() {
        let metre = |time, numerator| TimeSignature { time, numerator, denominator: 4 };
        let sequence = NoteSequence {
            time_signatures: vec![metre(0.0, 4), metre(1.0, 2)],
            tempos: vec![Tempo { time: 0.0, qpm: 120.0 }, Tempo { time: 1.2, qpm: 60.0 }],
            ..NoteSequence::default()
        };
        let beats = beats(&sequence, 3.6);
        let times: Vec<f64> = beats.iter().map(|beat| beat.time).collect();
        assert_eq!(times, [0.0, 0.5, 1.0, 1.5, 2.5, 3.5]);
        let firsts: Vec<bool> = beats.iter().map(|beat| beat.is_first).collect();
        assert_eq!(firsts, [true, false, true, false, true, false]);
    }
}
