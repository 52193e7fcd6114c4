//! From seconds to beats and bars. A beat is a quarter note throughout.

use music::{DEFAULT_QPM, NoteSequence, Tempo, TimeSignature};

/// Latest time that counts, in seconds: more than eleven days.
const MAX_SECONDS: f64 = 1e6;
/// Tempos beyond these are slips of a file, in quarter notes a minute.
const QPM: (f64, f64) = (10.0, 1000.0);
/// Length of bars that metres may have, in quarter notes.
const BAR_BEATS: (f64, f64) = (0.25, 32.0);

/// A tempo and where it begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// Seconds from the start.
    pub(super) time: f64,
    /// Quarter notes from the start.
    pub(super) beat: f64,
    /// Quarter notes a minute.
    pub(super) qpm: f64,
}

/// A metre and where it begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Metre {
    /// Quarter notes from the start.
    pub(super) beat: f64,
    /// Bars from the start.
    pub(super) bar: f64,
    /// Quarter notes in a bar.
    pub(super) bar_beats: f64,
    /// As it is written.
    pub(super) written: (u32, u32),
}

/// The tempos and metres of a piece. Neither list is empty.
#[derive(Clone, Debug)]
pub(super) struct Clock {
    pub(super) paces: Vec<Pace>,
    pub(super) metres: Vec<Metre>,
}

/// A time within the range that counts.
pub(super) fn seconds(time: f64) -> f64 {
    if time.is_nan() { 0.0 } else { time.clamp(0.0, MAX_SECONDS) }
}

impl Clock {
    pub(super) fn of(sequence: &NoteSequence) -> Self {
        let mut clock = Self { paces: paces(&sequence.tempos), metres: Vec::new() };
        clock.metres = metres(&clock, &sequence.time_signatures);
        clock
    }

    /// Quarter notes from the start to `time` in seconds.
    pub(super) fn beat(&self, time: f64) -> f64 {
        let next = self.paces.partition_point(|pace| pace.time <= time).max(1);
        let pace = self.paces[next - 1];
        pace.beat + (time - pace.time) * pace.qpm / 60.0
    }

    /// The number of the bar at `beat`, from 0, and the quarter notes from its beginning.
    pub(super) fn bar(&self, beat: f64) -> (u64, f64) {
        let next = self.metres.partition_point(|metre| metre.beat <= beat).max(1);
        let metre = self.metres[next - 1];
        // A note that is played a trifle early belongs to the beat that it is meant for.
        let bars = ((beat - metre.beat) / metre.bar_beats + 1e-3).max(0.0);
        let within = ((bars.fract() - 1e-3) * metre.bar_beats).max(0.0);
        ((metre.bar + bars.floor()) as u64, within)
    }
}

fn paces(tempos: &[Tempo]) -> Vec<Pace> {
    let sound = tempos.iter().filter(|tempo| tempo.qpm.is_finite() && tempo.qpm > 0.0);
    let mut sound: Vec<(f64, f64)> =
        sound.map(|tempo| (seconds(tempo.time), tempo.qpm.clamp(QPM.0, QPM.1))).collect();
    sound.sort_by(|one, other| one.0.total_cmp(&other.0));
    let first = sound.first().map_or(DEFAULT_QPM, |&(_, qpm)| qpm);
    let mut paces = vec![Pace { time: 0.0, beat: 0.0, qpm: first }];
    for (time, qpm) in sound {
        let last = &mut paces[..];
        let Some(last) = last.last_mut() else { continue };
        if time <= last.time {
            last.qpm = qpm;
        } else if qpm != last.qpm {
            let beat = last.beat + (time - last.time) * last.qpm / 60.0;
            paces.push(Pace { time, beat, qpm });
        }
    }
    paces
}

fn metres(clock: &Clock, signatures: &[TimeSignature]) -> Vec<Metre> {
    let metre = |beat: f64, signature: &TimeSignature| {
        let (numerator, denominator) = (signature.numerator, signature.denominator);
        let bar_beats = 4.0 * f64::from(numerator) / f64::from(denominator.max(1));
        let bar_beats = bar_beats.clamp(BAR_BEATS.0, BAR_BEATS.1);
        Metre { beat, bar: 0.0, bar_beats, written: (numerator, denominator) }
    };
    let mut sorted: Vec<&TimeSignature> = signatures.iter().collect();
    sorted.sort_by(|one, other| seconds(one.time).total_cmp(&seconds(other.time)));
    let mut metres = vec![metre(0.0, sorted.first().unwrap_or(&&TimeSignature::COMMON))];
    for signature in sorted {
        let new = metre(clock.beat(seconds(signature.time)), signature);
        let Some(last) = metres.last_mut() else { continue };
        if new.beat <= last.beat {
            *last = Metre { bar: last.bar, ..new };
        } else if new.written != last.written {
            let bar = last.bar + ((new.beat - last.beat) / last.bar_beats - 1e-3).ceil().max(0.0);
            metres.push(Metre { bar, ..new });
        }
    }
    metres
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beats_and_bars_follow_tempo_and_metre() {
        let sequence = NoteSequence {
            tempos: vec![Tempo { time: 0.0, qpm: 60.0 }, Tempo { time: 4.0, qpm: 120.0 }],
            time_signatures: vec![
                TimeSignature { time: 0.0, numerator: 4, denominator: 4 },
                TimeSignature { time: 4.0, numerator: 6, denominator: 8 },
            ],
            ..NoteSequence::default()
        };
        let clock = Clock::of(&sequence);
        assert_eq!((clock.beat(3.0), clock.beat(5.0)), (3.0, 6.0));
        assert_eq!(clock.bar(2.0).0, 0);
        assert_eq!(clock.bar(4.0).0, 1);
        let (bar, within) = clock.bar(8.0);
        assert_eq!(bar, 2);
        assert!((within - 1.0).abs() < 1e-9, "{within}");
    }

    #[test]
    fn slips_of_a_file_do_no_harm() {
        let sequence = NoteSequence {
            tempos: vec![
                Tempo { time: f64::NAN, qpm: f64::INFINITY },
                Tempo { time: -1.0, qpm: 0.0 },
                Tempo { time: 1e300, qpm: 1e300 },
            ],
            time_signatures: vec![TimeSignature { time: f64::NAN, numerator: 0, denominator: 0 }],
            ..NoteSequence::default()
        };
        let clock = Clock::of(&sequence);
        assert!(clock.beat(seconds(f64::INFINITY)).is_finite());
        assert!(clock.bar(1e7).1.is_finite());
    }
}
