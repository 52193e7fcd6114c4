//! Exact fractions, for lengths and places in a score.

use std::cmp::Ordering;

/// A fraction in lowest terms. Arithmetic that leaves 64 bits gives `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Fraction {
    numerator: i64,
    /// At least 1.
    denominator: i64,
}

impl Fraction {
    pub(crate) const ZERO: Self = Self { numerator: 0, denominator: 1 };
    pub(crate) const ONE: Self = Self { numerator: 1, denominator: 1 };

    /// `None` as well for a denominator of 0.
    pub(crate) fn new(numerator: i64, denominator: i64) -> Option<Self> {
        Self::reduced(numerator.into(), denominator.into())
    }

    /// For fractions that are written in the code.
    pub(crate) const fn of(numerator: u32, denominator: u32) -> Self {
        Self { numerator: numerator as i64, denominator: denominator as i64 }
    }

    fn reduced(numerator: i128, denominator: i128) -> Option<Self> {
        let (mut a, mut b) = (numerator.unsigned_abs(), denominator.unsigned_abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let divisor = i128::try_from(a).ok().filter(|_| denominator != 0)? * denominator.signum();
        Some(Self {
            numerator: i64::try_from(numerator / divisor).ok()?,
            denominator: i64::try_from(denominator / divisor).ok()?,
        })
    }

    /// A decimal number such as `24`, `-1` or `2.5`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (sign, digits) = match text.as_bytes().first()? {
            b'-' => (-1, &text[1..]),
            b'+' => (1, &text[1..]),
            _ => (1, text),
        };
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
        let decimals = decimals.trim_end_matches('0');
        let valid = !digits.trim_start_matches('.').is_empty();
        let plain = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
        if !valid || !plain(whole) || !plain(decimals) || decimals.len() > 9 {
            return None;
        }
        let number: i64 = format!("0{whole}{decimals}").parse().ok()?;
        Self::new(sign * number, 10i64.pow(decimals.len() as u32))
    }

    pub(crate) fn numerator(self) -> i64 {
        self.numerator
    }

    pub(crate) fn denominator(self) -> i64 {
        self.denominator
    }

    pub(crate) fn plus(self, other: Self) -> Option<Self> {
        if self.denominator == other.denominator {
            // Times on one grid are most of all there is to add.
            return Self::new(self.numerator.checked_add(other.numerator)?, self.denominator);
        }
        let [a, b, c, d] = self.widened(other);
        Self::reduced((a * d).checked_add(c * b)?, b * d)
    }

    pub(crate) fn minus(self, other: Self) -> Option<Self> {
        self.plus(Self { numerator: other.numerator.checked_neg()?, ..other })
    }

    pub(crate) fn times(self, other: Self) -> Option<Self> {
        let [a, b, c, d] = self.widened(other);
        Self::reduced(a * c, b * d)
    }

    /// `None` as well for a division by 0.
    pub(crate) fn over(self, other: Self) -> Option<Self> {
        let [a, b, c, d] = self.widened(other);
        Self::reduced(a * d, b * c)
    }

    fn widened(self, other: Self) -> [i128; 4] {
        [self.numerator, self.denominator, other.numerator, other.denominator].map(i128::from)
    }

    pub(crate) fn is_positive(self) -> bool {
        self.numerator > 0
    }

    /// The nearest float, as long as both numbers are below 2^53.
    pub(crate) fn to_f64(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }
}

impl Default for Fraction {
    fn default() -> Self {
        Self::ZERO
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> Ordering {
        let [a, b, c, d] = self.widened(*other);
        (a * d).cmp(&(c * b))
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_in_lowest_terms_with_the_sign_above() {
        assert_eq!(Fraction::new(6, -4), Fraction::new(-3, 2));
        assert_eq!(Fraction::new(0, -7), Some(Fraction::ZERO));
        assert_eq!(Fraction::new(1, 0), None);
    }

    fn written(numerator: i64, denominator: i64) -> Fraction {
        Fraction::new(numerator, denominator).unwrap()
    }

    #[test]
    fn decimals_are_exact() {
        assert_eq!(Fraction::parse(" 24 "), Some(written(24, 1)));
        assert_eq!(Fraction::parse("-2.50"), Some(written(-5, 2)));
        assert_eq!(Fraction::parse(".5"), Some(written(1, 2)));
        for text in ["", "-", ".", "x", "1e3", "1.2.3", "99999999999999999999", "0.0000000001"] {
            assert_eq!(Fraction::parse(text), None, "{text}");
        }
    }

    #[test]
    fn arithmetic_is_exact_or_none() {
        let (third, half) = (Fraction::of(1, 3), Fraction::of(1, 2));
        assert_eq!(third.plus(half), Some(Fraction::of(5, 6)));
        assert_eq!(third.minus(half), Fraction::new(-1, 6));
        assert_eq!(third.times(half), Some(Fraction::of(1, 6)));
        assert_eq!(third.over(half), Some(Fraction::of(2, 3)));
        assert_eq!(third.over(Fraction::ZERO), None);
        assert!(third < half);
        let tiny = Fraction::new(1, i64::MAX).unwrap();
        assert_eq!(tiny.times(half), None);
        assert_eq!(Fraction::new(i64::MAX, 1).unwrap().plus(half), None);
    }
}
