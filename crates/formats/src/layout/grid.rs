//! Seconds to ticks, and ticks to bars.

use music::{DEFAULT_QPM, NoteSequence, Tempo, TimeSignature};

use super::{MAX_QUARTERS, check_measures};
use crate::Result;
use crate::error::check;

/// Ticks that a place may be off one that can be written and still be meant for it.
const EXACT: f64 = 0.26;

/// The bars of a piece, and how its seconds become ticks.
#[derive(Clone, Debug)]
pub struct Grid {
    /// Seconds to ticks.
    pub clock: Clock,
    /// Its bars, at least one.
    pub bars: Vec<Bar>,
}

impl Grid {
    /// The grid of `sequence` with so many ticks in a quarter note, a multiple of 12 up to 960.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`](crate::Error::OutOfRange) for times and signatures that cannot be written.
    pub fn new(sequence: &NoteSequence, divisions: u32) -> Result<Self> {
        let divisions = i64::from(divisions);
        let valid = (12..=960).contains(&divisions) && divisions % 12 == 0;
        check("divisions", 0, divisions as f64, "a multiple of 12 up to 960", valid)?;
        let clock = Clock::new(sequence, divisions)?;
        let mut end = 0f64;
        for (index, note) in sequence.notes.iter().enumerate() {
            let start = note.start_time;
            check("note.start_time", index, start, "a number", !start.is_nan())?;
            end = end.max(clock.ticks("note.end_time", index, note.end_time)?);
            end = end.max(clock.ticks("note.start_time", index, start)?);
        }
        Ok(Self { bars: bars(sequence, &clock, end)?, clock })
    }
}

/// Seconds to quarter notes.
#[derive(Clone, Debug)]
pub struct Clock {
    /// Quarter notes before each tempo.
    segments: Vec<(f64, Tempo)>,
    divisions: i64,
}

impl Clock {
    fn new(sequence: &NoteSequence, divisions: i64) -> Result<Self> {
        for (index, Tempo { time, qpm }) in sequence.tempos.iter().enumerate() {
            let valid = qpm.is_finite() && *qpm > 0.0 && time.is_finite();
            check("tempo.qpm", index, *qpm, "more than 0", valid)?;
        }
        let mut tempos = sequence.tempos.clone();
        tempos.sort_by(|a, b| a.time.total_cmp(&b.time));
        if tempos.first().is_none_or(|first| first.time > 0.0) {
            tempos.insert(0, Tempo { time: 0.0, qpm: DEFAULT_QPM });
        }
        let mut clock = Self { segments: Vec::new(), divisions };
        for tempo in tempos {
            let before = if clock.segments.is_empty() { 0.0 } else { clock.quarters(tempo.time) };
            clock.segments.push((before, tempo));
        }
        Ok(clock)
    }

    fn quarters(&self, seconds: f64) -> f64 {
        let after = self.segments.partition_point(|(_, tempo)| tempo.time <= seconds);
        let (before, tempo) = self.segments[after.saturating_sub(1)];
        before + (seconds - tempo.time) * tempo.qpm / 60.0
    }

    /// The place of `seconds` in ticks, between the ticks, too.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`](crate::Error::OutOfRange) for times that are negative or too far from the start.
    pub fn ticks(&self, field: &'static str, index: usize, seconds: f64) -> Result<f64> {
        let quarters = self.quarters(seconds);
        let valid = seconds >= 0.0 && quarters <= MAX_QUARTERS as f64;
        check(field, index, seconds, "at least 0 and at most 2^20 quarter notes", valid)?;
        Ok(quarters * self.divisions as f64)
    }
}

/// A bar on the grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Ticks before it.
    pub start: i64,
    /// Its ticks.
    pub length: i64,
    /// The time signature in force.
    pub meter: (u32, u32),
    /// Whether it is shorter than that because it leads into the first full one.
    pub is_pickup: bool,
}

impl Bar {
    /// Ticks up to its end.
    #[must_use]
    pub fn end(&self) -> i64 {
        self.start + self.length
    }

    /// Whether it is as long as its time signature says.
    #[must_use]
    pub fn is_full(&self, divisions: i64) -> bool {
        let (upper, lower) = (i64::from(self.meter.0), i64::from(self.meter.1));
        self.length * lower == 4 * divisions * upper
    }

    /// Ticks of a beat of three eighths and the like, if the metre has such beats and the grid knows them. It is that of the metre
    /// also where the bar is cut short.
    #[must_use]
    pub fn compound_beat(&self, divisions: i64) -> Option<i64> {
        let (upper, lower) = self.meter;
        let compound = upper % 3 == 0 && upper > 3 && lower >= 8 && !self.is_pickup;
        let (whole, lower) = (12 * divisions, i64::from(lower));
        (compound && whole % lower == 0).then_some(whole / lower)
    }
}

/// Cuts a piece of `end` ticks into bars. A time signature that comes within a bar ends that bar.
fn bars(sequence: &NoteSequence, clock: &Clock, end: f64) -> Result<Vec<Bar>> {
    let meters = meters(sequence, clock)?;
    let end = (end - EXACT).ceil() as i64;
    let mut bars: Vec<Bar> = Vec::new();
    for (index, &(start, meter, length)) in meters.iter().enumerate() {
        let next = meters.get(index + 1);
        let until = next.map_or(end, |next| next.0);
        let mut place = start;
        while place < until || (next.is_none() && bars.is_empty()) {
            let length = if next.is_some() { length.min(until - place) } else { length };
            bars.push(Bar { start: place, length, meter, is_pickup: false });
            place += length;
            check_measures(bars.len())?;
        }
    }
    // A single bar shorter than what follows is a pick-up, and shows the time signature of what follows.
    if let [first, second, ..] = bars.as_mut_slice()
        && first.length < second.length
        && (first.meter == second.meter || first.meter.1 == second.meter.1)
        && meters.get(1).is_some_and(|meter| meter.0 == second.start)
    {
        (first.is_pickup, first.meter) = (true, second.meter);
    }
    Ok(bars)
}

/// Where a time signature begins, its numbers, and the ticks of its bar.
type Meter = (i64, (u32, u32), i64);

fn meters(sequence: &NoteSequence, clock: &Clock) -> Result<Vec<Meter>> {
    let mut meters = Vec::new();
    for (index, signature) in sequence.time_signatures.iter().enumerate() {
        let TimeSignature { time, numerator, denominator } = *signature;
        let place = clock.ticks("time_signature.time", index, time)?.round() as i64;
        let whole = 4 * clock.divisions * i64::from(numerator);
        let valid =
            numerator > 0 && denominator.is_power_of_two() && whole % i64::from(denominator) == 0;
        let expected = "a power of 2 that divides a bar into whole ticks";
        check("time_signature.denominator", index, denominator.into(), expected, valid)?;
        meters.push((place, (numerator, denominator), whole / i64::from(denominator)));
    }
    meters.sort_by_key(|meter| meter.0);
    meters.dedup_by_key(|meter| meter.0);
    if meters.first().is_none_or(|meter| meter.0 > 0) {
        meters.insert(0, (0, (4, 4), 4 * clock.divisions));
    }
    Ok(meters)
}

/// The bar in which `place` lies; the last one for what lies behind.
pub(super) fn bar_at(bars: &[Bar], place: i64) -> usize {
    bars.partition_point(|bar| bar.start <= place).saturating_sub(1)
}

/// Moves the places of one instrument, in ticks, to where notes can begin and end.
///
/// Beat by beat the coarsest division is taken that all places in it fit: sixteenths, triplets, thirty-seconds and so
/// on. Places that fit none were played, not written: they go to the nearest sixteenth, or eighth of a triplet where
/// these fit much better.
pub(super) fn snap(places: &mut [f64], bars: &[Bar], divisions: i64) {
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|a, b| places[*a].total_cmp(&places[*b]));
    let beat_of = |place: f64| {
        let bar = bars[bar_at(bars, (place + EXACT).floor() as i64)].start;
        bar + ((place + EXACT).floor() as i64 - bar).div_euclid(divisions) * divisions
    };
    let beats: Vec<i64> = places.iter().map(|place| beat_of(*place)).collect();
    for group in order.chunk_by(|a, b| beats[*a] == beats[*b]) {
        let beat = beats[group[0]];
        let inside: Vec<f64> = group.iter().map(|index| places[*index] - beat as f64).collect();
        for (index, snapped) in group.iter().zip(snap_beat(&inside, divisions)) {
            places[*index] = beat as f64 + snapped;
        }
    }
}

fn nearest(place: f64, unit: i64) -> f64 {
    (place / unit as f64).round() * unit as f64
}

/// Ticks of the shortest note without a triplet.
pub(super) fn shortest(divisions: i64) -> i64 {
    divisions >> divisions.trailing_zeros()
}

fn snap_beat(places: &[f64], divisions: i64) -> Vec<f64> {
    let shortest = shortest(divisions);
    let fits = |unit: i64| places.iter().all(|place| (place - nearest(*place, unit)).abs() < EXACT);
    let to = |unit: i64| places.iter().map(|place| nearest(*place, unit)).collect();
    for unit in [divisions / 4, divisions / 3, shortest, divisions / 6] {
        if fits(unit) {
            return to(unit);
        }
    }
    // Each half of the beat has a division of its own.
    let half = divisions as f64 / 2.0;
    let half_unit = |late: bool| {
        [shortest, divisions / 6].into_iter().find(|unit| {
            let mut inside = places.iter().filter(|place| (**place >= half - EXACT) == late);
            inside.all(|place| (place - nearest(*place, *unit)).abs() < EXACT)
        })
    };
    if let (Some(early), Some(late)) = (half_unit(false), half_unit(true)) {
        let unit = |place: f64| if place >= half - EXACT { late } else { early };
        return places.iter().map(|place| nearest(*place, unit(*place))).collect();
    }
    let error = |unit: i64| -> f64 {
        places.iter().map(|place| (place - nearest(*place, unit)).abs()).sum()
    };
    to(if error(divisions / 3) < 0.5 * error(divisions / 4) {
        divisions / 3
    } else {
        divisions / 4
    })
}
