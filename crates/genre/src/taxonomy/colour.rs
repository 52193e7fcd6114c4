//! Colours as `#rrggbb`.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// A colour in sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Colour {
    /// Red.
    pub r: u8,
    /// Green.
    pub g: u8,
    /// Blue.
    pub b: u8,
}

impl Colour {
    /// The colour `0xrrggbb`.
    pub(super) const fn from_rgb(rgb: u32) -> Self {
        let [_, r, g, b] = rgb.to_be_bytes();
        Colour { r, g, b }
    }
}

impl FromStr for Colour {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let digits = text.strip_prefix('#').ok_or(())?;
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(());
        }
        u32::from_str_radix(digits, 16).map(Colour::from_rgb).map_err(|_| ())
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let colour: Colour = "#0A80ff".parse().unwrap();
        assert_eq!(colour, Colour { r: 10, g: 128, b: 255 });
        assert_eq!(colour.to_string().parse(), Ok(colour));
        for bad in ["0a80ff", "#0a80f", "#0a80fg", "#+a80ff", "", "#äöü"] {
            assert!(bad.parse::<Colour>().is_err(), "{bad}");
        }
    }
}
