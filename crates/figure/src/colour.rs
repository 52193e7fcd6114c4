//! Colours.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// A colour in sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Colour {
    /// Red, 0 to 255.
    pub r: u8,
    /// Green, 0 to 255.
    pub g: u8,
    /// Blue, 0 to 255.
    pub b: u8,
}

/// Colours for series side by side, which people who do not see all colours tell apart, too: Okabe and Ito, "Color Universal
/// Design" (2008), without black, yellow last since it is faint on white.
pub const PALETTE: [Colour; 7] = [
    Colour::new(0x00, 0x72, 0xb2),
    Colour::new(0xd5, 0x5e, 0x00),
    Colour::new(0x00, 0x9e, 0x73),
    Colour::new(0xcc, 0x79, 0xa7),
    Colour::new(0x56, 0xb4, 0xe9),
    Colour::new(0xe6, 0x9f, 0x00),
    Colour::new(0xf0, 0xe4, 0x42),
];

impl Colour {
    /// Black.
    pub const BLACK: Self = Self::new(0, 0, 0);
    /// White.
    pub const WHITE: Self = Self::new(255, 255, 255);
    /// Of texts.
    pub const INK: Self = Self::new(0x1f, 0x24, 0x2b);
    /// Of texts that matter less.
    pub const FAINT_INK: Self = Self::new(0x5c, 0x66, 0x73);
    /// Of lines behind the data.
    pub const GRID: Self = Self::new(0xe3, 0xe7, 0xec);

    /// The colour of these three parts.
    #[must_use]
    pub const fn new(r: u8, g: u8, b: u8) -> Self {
        Self { r, g, b }
    }

    /// The colour of the series `index`; they repeat after [`PALETTE`].
    #[must_use]
    pub fn of_series(index: usize) -> Self {
        PALETTE[index % PALETTE.len()]
    }

    /// A mixture of colours by weight, in linear light, as of lamps that shine on one spot; `None` of nothing.
    #[must_use]
    pub fn mixture(parts: impl IntoIterator<Item = (Self, f64)>) -> Option<Self> {
        let (mut sum, mut total) = ([0.0; 3], 0.0);
        for (colour, weight) in parts {
            let weight = weight.max(0.0);
            for (sum, part) in sum.iter_mut().zip([colour.r, colour.g, colour.b]) {
                *sum += weight * linear(part);
            }
            total += weight;
        }
        let [r, g, b] = sum.map(|sum| encoded(sum / total));
        (total > 0.0).then_some(Self { r, g, b })
    }

    /// The colour `share` (0 to 1) of the way to another, in linear light.
    #[must_use]
    pub fn towards(self, other: Self, share: f64) -> Self {
        let share = share.clamp(0.0, 1.0);
        Self::mixture([(self, 1.0 - share), (other, share)]).unwrap_or(self)
    }
}

/// Light of a part of an sRGB colour, 0 to 1 (IEC 61966-2-1).
fn linear(part: u8) -> f64 {
    let part = f64::from(part) / 255.0;
    if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
}

/// The inverse of [`linear`].
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is within 0 to 255"
)]
fn encoded(light: f64) -> u8 {
    let light = light.clamp(0.0, 1.0);
    let part =
        if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
    (part * 255.0).round() as u8
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.r, self.g, self.b)
    }
}

impl Serialize for Colour {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A text that is no colour.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no colour such as #1a2b3c")]
pub struct ColourError {
    text: String,
}

impl FromStr for Colour {
    type Err = ColourError;

    fn from_str(text: &str) -> Result<Self, ColourError> {
        let error = || ColourError { text: text.to_owned() };
        let is_number = |digits: &&str| {
            digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
        };
        let digits = text.strip_prefix('#').filter(is_number).ok_or_else(error)?;
        let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).map_err(|_| error());
        Ok(Self { r: part(0)?, g: part(2)?, b: part(4)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_keeps_its_value_through_light() {
        assert!((0..=255).all(|part| encoded(linear(part)) == part));
    }

    #[test]
    fn texts_and_colours_are_each_other_s_inverse() {
        for colour in PALETTE {
            assert_eq!(colour.to_string().parse(), Ok(colour));
        }
        for text in ["1a2b3c", "#12345", "#12345é", "#gggggg", "#+a2b3c", ""] {
            assert!(text.parse::<Colour>().is_err(), "{text}");
        }
    }

    #[test]
    fn mixtures_are_between() {
        assert_eq!(Colour::mixture([]), None);
        assert_eq!(Colour::mixture([(Colour::BLACK, 0.0), (PALETTE[1], 3.0)]), Some(PALETTE[1]));
        let grey = Colour::BLACK.towards(Colour::WHITE, 0.5);
        assert_eq!((grey.r, grey.g, grey.b), (188, 188, 188));
    }
}
