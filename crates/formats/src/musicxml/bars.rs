//! Where measures begin, and which time signatures they keep.
//!
//! Measures of the same number begin together in all parts, whatever is missing or left over in one of them.

use super::score::{Item, Meter, Part, Score};
use super::warning::{WarningKind, Warnings};
use crate::fraction::Fraction;
use crate::layout::MAX_QUARTERS;

/// Why a part cannot be counted out any further.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Fault {
    TooLong,
    TooFine,
}

/// Where an item stands and how long it lasts, in quarter notes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Span {
    pub(super) start: Fraction,
    pub(super) length: Fraction,
}

impl Span {
    pub(super) fn end(self) -> Option<Fraction> {
        self.start.plus(self.length)
    }
}

/// Counts out the items of a part.
#[derive(Clone, Debug)]
pub(super) struct Counter {
    /// Divisions of a quarter note.
    divisions: Fraction,
    measure_start: Fraction,
    /// Where the next item stands.
    pub(super) cursor: Fraction,
    /// The furthest place that this measure has reached.
    reach: Fraction,
    /// The last note that was not added to a chord.
    last: Span,
    /// Whether it was moved back before the beginning of a measure.
    pub(super) went_negative: bool,
}

impl Counter {
    pub(super) fn new() -> Self {
        Self {
            divisions: Fraction::ONE,
            measure_start: Fraction::ZERO,
            cursor: Fraction::ZERO,
            reach: Fraction::ZERO,
            last: Span::default(),
            went_negative: false,
        }
    }

    pub(super) fn begin_measure(&mut self, start: Fraction) {
        (self.measure_start, self.cursor, self.reach) = (start, start, start);
    }

    /// `divisions` in quarter notes.
    pub(super) fn quarters(&self, divisions: Fraction) -> Result<Fraction, Fault> {
        divisions.over(self.divisions).ok_or(Fault::TooFine)
    }

    /// Counts one item. A note of a chord lasts as long as the first, which is what they mean that write it otherwise.
    pub(super) fn count(&mut self, item: &Item) -> Result<Span, Fault> {
        let start = self.cursor;
        let mut span = Span { start, length: Fraction::ZERO };
        match item {
            Item::Divisions(divisions) => self.divisions = *divisions,
            Item::Note(note) if note.in_chord && note.duration.is_some() => return Ok(self.last),
            Item::Note(note) => {
                if let Some(duration) = note.duration {
                    span.length = self.quarters(duration)?;
                    self.last = span;
                    self.move_to(span.end())?;
                }
            }
            Item::Forward(duration) => {
                span.length = self.quarters(*duration)?;
                self.move_to(span.end())?;
            }
            Item::Backup(duration) => {
                let target = start.minus(self.quarters(*duration)?).ok_or(Fault::TooFine)?;
                self.went_negative |= target < self.measure_start;
                self.cursor = target.max(self.measure_start);
            }
            _ => {}
        }
        Ok(span)
    }

    fn move_to(&mut self, place: Option<Fraction>) -> Result<(), Fault> {
        self.cursor = place.ok_or(Fault::TooFine)?;
        self.reach = self.reach.max(self.cursor);
        if self.reach.to_f64() > MAX_QUARTERS as f64 { Err(Fault::TooLong) } else { Ok(()) }
    }
}

/// The measures of a score, counted out.
#[derive(Clone, Debug, Default)]
pub(super) struct Bars {
    /// Where each measure begins; shorter than the score where that is too long to be counted out.
    pub(super) starts: Vec<Fraction>,
    /// Where the last one ends.
    pub(super) end: Fraction,
    /// Time signatures by place.
    pub(super) meters: Vec<(Fraction, Meter)>,
}

/// One measure, all parts taken together.
#[derive(Clone, Copy, Debug, Default)]
struct Bar {
    /// That of its longest part.
    length: Fraction,
    /// The time signature at its beginning.
    meter: Option<Meter>,
    /// One that comes later, and how much later.
    change: Option<(Fraction, Meter)>,
}

impl Bars {
    pub(super) fn new(score: &Score, warnings: &mut Warnings) -> Self {
        let count = score.parts.iter().map(|part| part.measures.len()).max().unwrap_or(0);
        let mut bars = vec![Bar::default(); count];
        for part in &score.parts {
            measure_part(part, &mut bars);
        }
        let mut this = Self::default();
        fill_empty(&mut bars);
        for bar in &bars {
            this.starts.push(this.end);
            match this.end.plus(bar.length).filter(|end| end.to_f64() <= MAX_QUARTERS as f64) {
                Some(end) => this.end = end,
                None => break,
            }
        }
        bars.truncate(this.starts.len());
        this.find_meters(&bars, warnings);
        this
    }

    /// Time signatures, with those put in that incomplete or overfull measures need so that the bars after them are in
    /// their places.
    fn find_meters(&mut self, bars: &[Bar], warnings: &mut Warnings) {
        let mut meter = None;
        let mut completes = false;
        let mut misfit = None;
        for (index, bar) in bars.iter().enumerate() {
            let start = self.starts[index];
            meter = bar.meter.or(meter);
            let Some(stated) = meter.or_else(|| fitting(bar.length, 1)) else { continue };
            meter = Some(stated);
            let full = quarters(stated);
            let short = bar.length < full;
            let next = bars.get(index + 1);
            // Two measures that make up one bar are one bar with a barline in it, often that of a repeat.
            let split = short
                && next.is_some_and(|next| {
                    next.meter.is_none() && bar.length.plus(next.length) == Some(full)
                });
            let fits = bar.length == full || bar.length == Fraction::ZERO;
            let unfinished = short && next.is_none();
            if fits || unfinished || split || completes || bar.change.is_some() {
                self.set_meter(start, stated);
            } else if let Some(actual) = fitting(bar.length, stated.denominator) {
                self.set_meter(start, actual);
            } else {
                misfit = misfit.or(Some(bar.length));
                self.set_meter(start, stated);
            }
            completes = split && !completes;
            if let Some((later, changed)) = bar.change {
                meter = Some(changed);
                self.set_meter(start.plus(later).unwrap_or(start), changed);
            }
        }
        if let Some(length) = misfit {
            warnings.push(None, WarningKind::BarLength { quarters: length.to_f64() });
        }
    }

    fn set_meter(&mut self, place: Fraction, meter: Meter) {
        if self.meters.last().is_none_or(|(_, last)| *last != meter) {
            self.meters.push((place, meter));
        }
    }
}

/// Takes the measures of a part into account, as far as they can be counted out.
fn measure_part(part: &Part, bars: &mut [Bar]) {
    let mut counter = Counter::new();
    for (measure, bar) in part.measures.iter().zip(bars) {
        counter.begin_measure(Fraction::ZERO);
        for item in &measure.items {
            if let Item::Meter(meter) = item {
                if counter.cursor == Fraction::ZERO {
                    bar.meter = bar.meter.or(Some(*meter));
                } else {
                    bar.change = bar.change.or(Some((counter.cursor, *meter)));
                }
            }
            if counter.count(item).is_err() {
                bar.length = bar.length.max(counter.reach);
                return;
            }
        }
        bar.length = bar.length.max(counter.reach);
    }
}

/// A measure in which nothing stands lasts as long as its time signature says.
fn fill_empty(bars: &mut [Bar]) {
    let mut meter = None;
    for bar in bars {
        meter = bar.meter.or(meter);
        if bar.length == Fraction::ZERO {
            bar.length = meter.map_or(Fraction::ZERO, quarters);
        }
        meter = bar.change.map(|(_, meter)| meter).or(meter);
    }
}

/// Quarter notes in a bar.
fn quarters(meter: Meter) -> Fraction {
    Fraction::new(4 * i64::from(meter.numerator), meter.denominator.into()).unwrap_or(Fraction::ONE)
}

/// The time signature of a bar of that length, with `denominator` below if it can be had; `None` if no power of two
/// fits.
fn fitting(length: Fraction, denominator: u32) -> Option<Meter> {
    let whole_notes = length.over(Fraction::new(4, 1)?)?;
    let beats = whole_notes.times(Fraction::new(denominator.into(), 1)?)?;
    let (numerator, denominator) = if beats.denominator() == 1 {
        (beats.numerator(), i64::from(denominator))
    } else {
        (whole_notes.numerator(), whole_notes.denominator())
    };
    let fits = numerator > 0 && (denominator as u64).is_power_of_two();
    let meter = Meter {
        numerator: u32::try_from(numerator).ok()?,
        denominator: u32::try_from(denominator).ok()?,
    };
    fits.then_some(meter)
}
