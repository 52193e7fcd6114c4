//! Exact times and lengths.

use std::cmp::Ordering;

/// A fraction in lowest terms; its denominator is positive. Arithmetic gives `None` where 64 bits do not suffice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fraction {
    numerator: i64,
    denominator: i64,
}

impl Fraction {
    pub(super) const ZERO: Self = Self { numerator: 0, denominator: 1 };
    pub(super) const ONE: Self = Self { numerator: 1, denominator: 1 };

    /// `None` if `denominator` is 0.
    pub(super) fn new(numerator: i64, denominator: i64) -> Option<Self> {
        Self::reduced(numerator.into(), denominator.into())
    }

    fn reduced(numerator: i128, denominator: i128) -> Option<Self> {
        let divisor = gcd(numerator.unsigned_abs(), denominator.unsigned_abs());
        if denominator == 0 {
            return None;
        }
        let divisor = i128::try_from(divisor).ok()? * denominator.signum();
        Some(Self {
            numerator: i64::try_from(numerator / divisor).ok()?,
            denominator: i64::try_from(denominator / divisor).ok()?,
        })
    }

    /// A decimal number such as `24`, `-1` or `2.5`.
    pub(super) fn parse(text: &str) -> Option<Self> {
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

    pub(super) fn numerator(self) -> i64 {
        self.numerator
    }

    pub(super) fn denominator(self) -> i64 {
        self.denominator
    }

    pub(super) fn is_positive(self) -> bool {
        self.numerator > 0
    }

    pub(super) fn plus(self, other: Self) -> Option<Self> {
        let (a, b) = (i128::from(self.denominator), i128::from(other.denominator));
        Self::reduced(i128::from(self.numerator) * b + i128::from(other.numerator) * a, a * b)
    }

    pub(super) fn minus(self, other: Self) -> Option<Self> {
        self.plus(Self { numerator: other.numerator.checked_neg()?, ..other })
    }

    pub(super) fn times(self, other: Self) -> Option<Self> {
        let numerator = i128::from(self.numerator) * i128::from(other.numerator);
        Self::reduced(numerator, i128::from(self.denominator) * i128::from(other.denominator))
    }

    /// `None` also if `other` is 0.
    pub(super) fn over(self, other: Self) -> Option<Self> {
        let numerator = i128::from(self.numerator) * i128::from(other.denominator);
        Self::reduced(numerator, i128::from(self.denominator) * i128::from(other.numerator))
    }

    pub(super) fn to_f64(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> Ordering {
        let left = i128::from(self.numerator) * i128::from(other.denominator);
        left.cmp(&(i128::from(other.numerator) * i128::from(self.denominator)))
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fraction(numerator: i64, denominator: i64) -> Fraction {
        Fraction::new(numerator, denominator).unwrap()
    }

    #[test]
    fn decimals_are_exact() {
        assert_eq!(Fraction::parse(" 24 "), Some(fraction(24, 1)));
        assert_eq!(Fraction::parse("-2.50"), Some(fraction(-5, 2)));
        assert_eq!(Fraction::parse(".5"), Some(fraction(1, 2)));
        for text in ["", "-", ".", "x", "1e3", "1.2.3", "99999999999999999999", "0.0000000001"] {
            assert_eq!(Fraction::parse(text), None, "{text}");
        }
    }

    #[test]
    fn arithmetic_reduces_and_reports_what_does_not_fit() {
        let third = fraction(1, 3);
        assert_eq!(third.plus(fraction(1, 6)), Some(fraction(1, 2)));
        assert_eq!(third.minus(third), Some(Fraction::ZERO));
        assert_eq!(third.times(fraction(3, -2)), Some(fraction(-1, 2)));
        assert_eq!(third.over(Fraction::ZERO), None);
        assert_eq!(fraction(i64::MAX, 1).plus(Fraction::ONE), None);
        assert_eq!(fraction(1, i64::MAX).times(fraction(1, 3)), None);
        assert!(third < fraction(1, 2) && fraction(-1, 2) < third);
        assert_eq!(Fraction::new(i64::MIN, i64::MIN), Some(Fraction::ONE));
        assert_eq!(Fraction::new(1, 0), None);
    }
}
