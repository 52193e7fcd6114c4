//! Ticks to seconds and back.
//!
//! Every product and sum is written in the order in which pretty_midi 0.2.9 computes it, so that times agree to the
//! last bit.

use music::Tempo;

/// Microseconds a minute.
const MINUTE: f64 = 6e7;

/// A stretch of one tempo.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Segment {
    /// Where it begins, in ticks.
    tick: u64,
    /// Where it begins, in seconds.
    seconds: f64,
    /// Length of a tick, in seconds; negative in SMPTE time.
    scale: f64,
}

impl Segment {
    #[inline]
    fn seconds(&self, tick: u64) -> f64 {
        // Signed, for that is one instruction and unsigned is not; ticks are far from the sign.
        self.seconds + self.scale * (tick - self.tick).cast_signed() as f64
    }
}

/// The tempos of a piece. Ticks count up to 2^53.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TempoMap {
    /// Ticks a quarter note; negative in SMPTE time, never 0.
    resolution: f64,
    /// By tick; the first begins at 0.
    segments: Vec<Segment>,
}

impl TempoMap {
    /// A piece at `qpm` quarter notes a minute, with `resolution` ticks a quarter note.
    pub(super) fn new(resolution: i16, qpm: f64) -> Self {
        let resolution = f64::from(resolution);
        let scale = 60.0 / (qpm * resolution);
        Self { resolution, segments: vec![Segment { tick: 0, seconds: 0.0, scale }] }
    }

    /// Sets the tempo from `tick` on, which is not before the last change, to that of a set-tempo event.
    ///
    /// At tick 0 it takes the place of the tempo before; later, a repetition is left out.
    pub(super) fn change(&mut self, tick: u64, microseconds: u32) {
        let scale = 60.0 / ((MINUTE / f64::from(microseconds)) * self.resolution);
        if tick == 0 {
            self.segments = vec![Segment { tick, seconds: 0.0, scale }];
        } else if scale != self.last().scale {
            self.push(tick, scale);
        }
    }

    /// Sets the tempo from `seconds` on, which is not before the last change.
    pub(super) fn change_at(&mut self, seconds: f64, qpm: f64) {
        let scale = 60.0 / (self.resolution * qpm);
        let tick = self.tick(seconds).max(self.last().tick);
        self.push(tick, scale);
    }

    fn push(&mut self, tick: u64, scale: f64) {
        let seconds = self.last().seconds(tick);
        self.segments.push(Segment { tick, seconds, scale });
    }

    fn last(&self) -> &Segment {
        self.segments.last().expect("a tempo map begins with a tempo")
    }

    /// The tempos by time, as quarter notes a minute.
    pub(super) fn tempos(&self) -> Vec<Tempo> {
        let tempo = |segment: &Segment| Tempo {
            time: segment.seconds,
            qpm: 60.0 / (segment.scale * self.resolution),
        };
        self.segments.iter().map(tempo).collect()
    }

    /// The tempos as the tick where each begins and its microseconds a quarter note, rounded down.
    pub(super) fn set_tempos(&self) -> impl Iterator<Item = (u64, f64)> {
        let event = |segment: &Segment| {
            let microseconds = MINUTE / (60.0 / (segment.scale * self.resolution));
            (segment.tick, microseconds.trunc())
        };
        self.segments.iter().map(event)
    }

    /// Seconds at `tick`.
    fn seconds(&self, tick: u64) -> f64 {
        let after = self.segments.partition_point(|segment| segment.tick <= tick);
        self.segments[after - 1].seconds(tick)
    }

    /// The tick nearest to `seconds`, the later one of two that are equally near; 0 for times before 0.
    pub(super) fn tick(&self, seconds: f64) -> u64 {
        let last = self.last();
        // Up to the last change of tempo the nearest tick is looked for, behind it, it is computed.
        if self.seconds(last.tick) < seconds {
            let ticks = last.tick as f64 + (seconds - last.seconds) / last.scale;
            return ticks.round_ties_even() as u64;
        }
        let tick = self.first_tick_at(seconds, last.tick);
        let gap = |tick| (seconds - self.seconds(tick)).abs();
        if tick > 0 && gap(tick - 1) < gap(tick) { tick - 1 } else { tick }
    }

    /// The first tick that is not before `seconds`, where `limit` is one.
    fn first_tick_at(&self, seconds: f64, limit: u64) -> u64 {
        let (mut low, mut high) = (0, limit);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.seconds(middle) < seconds { low = middle + 1 } else { high = middle }
        }
        low
    }
}

/// Seconds of ticks that come in order: remembers where in the map the last one lay.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    /// The stretch of the last tick, and its number.
    segment: Segment,
    index: usize,
    /// The first tick that may lie in a later one.
    until: u64,
}

impl Default for Clock {
    fn default() -> Self {
        Self { segment: Segment { tick: 0, seconds: 0.0, scale: 0.0 }, index: 0, until: 0 }
    }
}

impl Clock {
    /// Seconds at `tick`, which is not before the last one asked for.
    #[inline]
    pub(super) fn seconds(&mut self, map: &TempoMap, tick: u64) -> f64 {
        if tick >= self.until {
            self.go_to(map, tick);
        }
        self.segment.seconds(tick)
    }

    /// Forgets what it knows of the map, which has changed.
    pub(super) fn refresh(&mut self) {
        self.until = 0;
    }

    #[cold]
    fn go_to(&mut self, map: &TempoMap, tick: u64) {
        let segments = &map.segments;
        while segments.get(self.index + 1).is_some_and(|next| next.tick <= tick) {
            self.index += 1;
        }
        self.segment = segments[self.index];
        self.until = segments.get(self.index + 1).map_or(u64::MAX, |next| next.tick);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tempos_come_out_as_pretty_midi_prints_them() {
        let mut map = TempoMap::new(96, 120.0);
        map.change(0, 600_000);
        map.change(96, 600_000);
        map.change(192, 454_545);
        let tempos = map.tempos();
        assert_eq!(tempos.len(), 2);
        assert_eq!(tempos[0], Tempo { time: 0.0, qpm: 99.99999999999999 });
        assert_eq!(tempos[1], Tempo { time: 1.2000000000000002, qpm: 132.000132000132 });
    }

    #[test]
    fn ticks_are_found_again_before_and_behind_the_last_change() {
        let mut map = TempoMap::new(96, 120.0);
        map.change(100, 300_000);
        map.change(100, 700_000);
        map.change(5000, 123_456);
        for tick in [0, 1, 99, 100, 101, 4999, 5000, 5001, 1_000_000] {
            assert_eq!(map.tick(map.seconds(tick)), tick);
            let mut clock = Clock::default();
            assert_eq!(clock.seconds(&map, tick), map.seconds(tick));
        }
        assert_eq!(map.tick(-1.0), 0);
    }
}
