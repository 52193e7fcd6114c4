//! Pictures and pages, for any subject: this crate knows no music.
//!
//! * [`Svg`]: a picture, shape by shape
//! * [`Chart`]: lines, points and bars between two axes; [`sheet`] puts several side by side
//! * [`Labels`]: names that do not lie over one another
//! * [`png`]: an SVG as pixels, with the typeface that is built in, so that it looks the same everywhere
//! * [`Page`]: one HTML file that needs no other
//!
//! Everything is a function of its input: the same chart is the same bytes.
#![forbid(unsafe_code)]

mod axis;
mod chart;
mod colour;
mod labels;
mod page;
pub mod png;
mod scale;
mod svg;

pub use axis::Axis;
pub use chart::{Bar, Chart, Frame, Mark, Series, sheet};
pub use colour::{Colour, PALETTE};
pub use labels::Labels;
pub use page::{Page, escape};
pub use scale::{Scale, nice_ticks, tick_label};
pub use svg::{Anchor, Paint, Stamp, Svg, Text};
