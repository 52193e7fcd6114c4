//! From values to places.

/// A straight way from values to places, which may run backwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// First and last value.
    pub domain: (f64, f64),
    /// Where they are.
    pub range: (f64, f64),
}

impl Scale {
    /// Where `value` is; the middle if all values are the same.
    #[must_use]
    pub fn place(&self, value: f64) -> f64 {
        let span = self.domain.1 - self.domain.0;
        let share = if span == 0.0 { 0.5 } else { (value - self.domain.0) / span };
        self.range.0 + share * (self.range.1 - self.range.0)
    }
}

/// Round values (1, 2 or 5 times a power of ten apart) within `domain`, about `wanted` of them, ascending.
#[must_use]
pub fn nice_ticks(domain: (f64, f64), wanted: usize) -> Vec<f64> {
    if !(domain.0.is_finite() && domain.1.is_finite()) {
        return Vec::new();
    }
    let (low, high) = (domain.0.min(domain.1), domain.0.max(domain.1));
    let step = nice_step((high - low) / wanted.max(1) as f64);
    if !step.is_finite() || step <= 0.0 {
        return vec![low];
    }
    // Counted, not summed, so that 0.3 is not 0.30000000000000004; the margin lets the ends in.
    let (first, last) = ((low / step - 1e-9).ceil(), (high / step + 1e-9).floor());
    let count = (last - first).clamp(0.0, 1000.0) as usize;
    (0..=count).map(|index| (first + index as f64) * step).map(|tick| tick + 0.0).collect()
}

/// The round step next to `step`.
pub(crate) fn nice_step(step: f64) -> f64 {
    let power = 10f64.powf(step.log10().floor());
    let factor = match step / power {
        ..1.5 => 1.0,
        ..3.5 => 2.0,
        ..7.5 => 5.0,
        _ => 10.0,
    };
    factor * power
}

/// `tick` in as few digits as tell it from its neighbours `step` away.
#[must_use]
pub fn tick_label(tick: f64, step: f64) -> String {
    if tick != 0.0 && (tick.abs() >= 1e6 || tick.abs() < 1e-4) {
        return format!("{tick:e}");
    }
    let decimals = (-(step.abs().log10() + 1e-9).floor()).clamp(0.0, 6.0) as usize;
    let text = format!("{:.*}", decimals, tick.abs());
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let sign = if tick < 0.0 { "−" } else { "" };
    format!("{sign}{}{rest}", grouped(whole))
}

/// Digits in groups of three.
fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_placed_along_the_range() {
        let scale = Scale { domain: (10.0, 20.0), range: (100.0, 0.0) };
        assert_eq!((scale.place(10.0), scale.place(15.0), scale.place(20.0)), (100.0, 50.0, 0.0));
        let flat = Scale { domain: (3.0, 3.0), range: (0.0, 10.0) };
        assert_eq!(flat.place(3.0), 5.0);
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(nice_ticks((0.0, 1.0), 5), [0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0]);
        assert_eq!(nice_ticks((-3.0, 103.0), 4), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        assert_eq!(nice_ticks((5.0, 5.0), 4), [5.0]);
        assert!(nice_ticks((f64::NAN, 1.0), 4).is_empty());
    }

    #[test]
    fn labels_have_the_digits_that_they_need() {
        assert_eq!(tick_label(0.6000000000000001, 0.2), "0.6");
        assert_eq!(tick_label(-12000.0, 2000.0), "−12,000");
        assert_eq!(tick_label(0.25, 0.05), "0.25");
        assert_eq!(tick_label(3e7, 1e7), "3e7");
    }
}
