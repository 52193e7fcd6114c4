//! Signs of music. Lengths are in spaces between two lines of a staff, and `y` grows downwards.

use figure::Stamp;

/// Pixels of a space between two lines of a staff.
pub(crate) const SPACE: f64 = 8.0;

/// Units of an outline that make a space.
const UNITS: f64 = 250.0;

/// A sign, and the box around it from its origin.
#[derive(Debug)]
pub(crate) struct Glyph {
    pub(crate) name: &'static str,
    pub(crate) left: f64,
    pub(crate) right: f64,
    pub(crate) top: f64,
    pub(crate) bottom: f64,
    /// Its outline in the words of SVG.
    pub(crate) outline: &'static str,
}

impl Glyph {
    pub(crate) fn stamp(&self) -> Stamp {
        Stamp { name: self.name, path: self.outline, scale: SPACE / UNITS }
    }

    pub(crate) fn height(&self) -> f64 {
        self.bottom - self.top
    }

    pub(crate) fn width(&self) -> f64 {
        self.right - self.left
    }
}
