//! A picture, shape by shape.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::{Colour, Frame, escape};

/// The typefaces of texts: the built-in one first, then what most systems have.
const FAMILY: &str = "Inter, 'Helvetica Neue', Arial, sans-serif";

/// A picture in the making. Places and lengths are in pixels from the upper left corner.
#[derive(Clone, Debug)]
pub struct Svg {
    width: f64,
    height: f64,
    body: String,
    /// Path and scale of the stamps that are used, by name.
    stamps: BTreeMap<&'static str, (&'static str, f64)>,
}

/// A shape that is drawn often.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stamp {
    /// Its name, as the `id` of an element: letters, digits and hyphens. Pictures of one page may share it.
    pub name: &'static str,
    /// What it is, in SVG's own words.
    pub path: &'static str,
    /// How many pixels a unit of the path takes.
    pub scale: f64,
}

/// How a shape is painted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Paint {
    /// Of its inside.
    pub fill: Option<Colour>,
    /// Of its outline, and how wide that is.
    pub stroke: Option<(Colour, f64)>,
    /// How much of what lies below shines through; 0 is none of it, 1 all.
    pub transparency: f64,
}

impl Paint {
    /// A plain inside.
    #[must_use]
    pub const fn fill(colour: Colour) -> Self {
        Self { fill: Some(colour), stroke: None, transparency: 0.0 }
    }

    /// A plain line.
    #[must_use]
    pub const fn stroke(colour: Colour, width: f64) -> Self {
        Self { fill: None, stroke: Some((colour, width)), transparency: 0.0 }
    }

    /// The same, letting a share of what lies below shine through.
    #[must_use]
    pub const fn transparent(self, transparency: f64) -> Self {
        Self { transparency, ..self }
    }

    fn write(&self, out: &mut String) {
        match self.fill {
            Some(colour) => write_to(out, format_args!(" fill=\"{colour}\"")),
            None => out.push_str(" fill=\"none\""),
        }
        if let Some((colour, width)) = self.stroke {
            write_to(out, format_args!(" stroke=\"{colour}\" stroke-width=\"{}\"", Short(width)));
        }
        if self.transparency > 0.0 {
            write_to(out, format_args!(" opacity=\"{}\"", Short(1.0 - self.transparency)));
        }
    }
}

/// Which end of a text is where it is put.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Anchor {
    /// Its beginning.
    #[default]
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

/// A line of text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Text<'a> {
    /// What it says.
    pub text: &'a str,
    /// Where it is put, from the left.
    pub x: f64,
    /// Its base line, from the top.
    pub y: f64,
    /// Size of the type.
    pub size: f64,
    /// Which end of it is at `x`.
    pub anchor: Anchor,
    /// Its colour.
    pub colour: Colour,
    /// Whether it is heavy.
    pub bold: bool,
    /// Clockwise around (`x`, `y`), in degrees.
    pub turn: f64,
    /// A seam around the letters that sets them off from what lies below.
    pub halo: Option<Colour>,
}

impl<'a> Text<'a> {
    /// An upright text of 12 pixels that begins at (`x`, `y`).
    #[must_use]
    pub const fn new(text: &'a str, x: f64, y: f64) -> Self {
        let (anchor, colour) = (Anchor::Start, Colour::INK);
        Self { text, x, y, size: 12.0, anchor, colour, bold: false, turn: 0.0, halo: None }
    }

    /// About how wide the text will be: Inter's letters are 0.56 of their size on the average.
    #[must_use]
    pub fn width(&self) -> f64 {
        self.text.chars().count() as f64 * self.size * 0.56
    }
}

impl Svg {
    /// An empty picture with a white ground.
    #[must_use]
    pub fn new(width: f64, height: f64) -> Self {
        let mut svg = Self { width, height, body: String::new(), stamps: BTreeMap::new() };
        svg.rect(0.0, 0.0, width, height, Paint::fill(Colour::WHITE));
        svg
    }

    /// Its width.
    #[must_use]
    pub fn width(&self) -> f64 {
        self.width
    }

    /// Its height.
    #[must_use]
    pub fn height(&self) -> f64 {
        self.height
    }

    /// A rectangle.
    pub fn rect(&mut self, x: f64, y: f64, width: f64, height: f64, paint: Paint) {
        self.rounded(x, y, width, height, 0.0, paint);
    }

    /// A rectangle with round corners.
    pub fn rounded(&mut self, x: f64, y: f64, width: f64, height: f64, radius: f64, paint: Paint) {
        let (x, y, width, height) =
            (Short(x), Short(y), Short(width.max(0.0)), Short(height.max(0.0)));
        write_to(
            &mut self.body,
            format_args!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\""),
        );
        if radius > 0.0 {
            write_to(&mut self.body, format_args!(" rx=\"{}\"", Short(radius)));
        }
        self.end(paint, "");
    }

    /// A rectangle with round corners that stands for the time between two `seconds`, which a page may read from its `data-from` and
    /// `data-to`; `title` is said when one points at it.
    pub fn timed(
        &mut self,
        frame: Frame,
        radius: f64,
        paint: Paint,
        title: &str,
        seconds: (f64, f64),
    ) {
        // To the millisecond.
        let [from, to] = [seconds.0, seconds.1].map(|second| (second * 1e3).round() / 1e3);
        write_to(&mut self.body, format_args!("<g data-from=\"{from}\" data-to=\"{to}\">"));
        self.rounded(frame.x, frame.y, frame.width, frame.height, radius, paint);
        self.body.truncate(self.body.trim_end().len());
        write_to(&mut self.body, format_args!("<title>{}</title></g>\n", escape(title)));
    }

    /// A shape that is drawn often, with its origin at (`x`, `y`). A name stands for one path and one scale.
    pub fn stamp(&mut self, stamp: Stamp, x: f64, y: f64, colour: Colour) {
        self.stamps.entry(stamp.name).or_insert((stamp.path, stamp.scale));
        let (name, x, y) = (stamp.name, Short(x), Short(y));
        write_to(&mut self.body, format_args!("<use href=\"#{name}\" x=\"{x}\" y=\"{y}\""));
        if colour != Colour::BLACK {
            write_to(&mut self.body, format_args!(" fill=\"{colour}\""));
        }
        self.body.push_str("/>\n");
    }

    /// A disc; `title` is said when one points at it, unless it is empty.
    pub fn circle(&mut self, x: f64, y: f64, radius: f64, paint: Paint, title: &str) {
        let (x, y, radius) = (Short(x), Short(y), Short(radius));
        write_to(&mut self.body, format_args!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\""));
        if title.is_empty() {
            return self.end(paint, "");
        }
        paint.write(&mut self.body);
        write_to(&mut self.body, format_args!("><title>{}</title></circle>\n", escape(title)));
    }

    /// A straight line.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), paint: Paint) {
        let (x1, y1, x2, y2) = (Short(from.0), Short(from.1), Short(to.0), Short(to.1));
        write_to(
            &mut self.body,
            format_args!("<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\""),
        );
        self.end(paint, "");
    }

    /// A line through points; places that are no numbers break it.
    pub fn polyline(&mut self, points: impl IntoIterator<Item = (f64, f64)>, paint: Paint) {
        let mut path = String::new();
        let mut pen_is_down = false;
        for (x, y) in points {
            let is_place = x.is_finite() && y.is_finite();
            if is_place {
                let letter = if pen_is_down { 'L' } else { 'M' };
                write_to(&mut path, format_args!("{letter}{} {}", Short(x), Short(y)));
            }
            pen_is_down = is_place;
        }
        self.path(&path, paint);
    }

    /// A path in SVG's own words.
    pub fn path(&mut self, path: &str, paint: Paint) {
        write_to(&mut self.body, format_args!("<path d=\"{}\"", escape(path)));
        let round = " stroke-linejoin=\"round\" stroke-linecap=\"round\"";
        self.end(paint, if paint.stroke.is_some() { round } else { "" });
    }

    /// A line of text.
    pub fn text(&mut self, text: Text<'_>) {
        let (x, y) = (Short(text.x), Short(text.y));
        write_to(
            &mut self.body,
            format_args!("<text x=\"{x}\" y=\"{y}\" font-size=\"{}\"", Short(text.size)),
        );
        match text.anchor {
            Anchor::Start => {}
            Anchor::Middle => self.body.push_str(" text-anchor=\"middle\""),
            Anchor::End => self.body.push_str(" text-anchor=\"end\""),
        }
        if text.bold {
            self.body.push_str(" font-weight=\"600\"");
        }
        if text.turn != 0.0 {
            write_to(
                &mut self.body,
                format_args!(" transform=\"rotate({} {x} {y})\"", Short(text.turn)),
            );
        }
        if let Some(halo) = text.halo {
            write_to(
                &mut self.body,
                format_args!(
                    " paint-order=\"stroke\" stroke=\"{halo}\" stroke-width=\"{}\" stroke-linejoin=\"round\"",
                    Short(text.size / 4.0)
                ),
            );
        }
        write_to(
            &mut self.body,
            format_args!(" fill=\"{}\">{}</text>\n", text.colour, escape(text.text)),
        );
    }

    /// Shapes in SVG's own words, such as those of an engraver.
    pub fn raw(&mut self, markup: &str) {
        self.body.push_str(markup);
        self.body.push('\n');
    }

    /// The picture as the text of an SVG file.
    #[must_use]
    pub fn finish(self) -> String {
        let (width, height) = (Short(self.width), Short(self.height));
        let mut stamps = String::new();
        for (name, (path, scale)) in &self.stamps {
            let text =
                format_args!("<path id=\"{name}\" transform=\"scale({scale})\" d=\"{path}\"/>\n");
            write_to(&mut stamps, text);
        }
        if !stamps.is_empty() {
            stamps = format!("<defs>\n{stamps}</defs>\n");
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" font-family=\"{FAMILY}\">\n{stamps}{}</svg>\n",
            self.body
        )
    }

    fn end(&mut self, paint: Paint, more: &str) {
        paint.write(&mut self.body);
        self.body.push_str(more);
        self.body.push_str("/>\n");
    }
}

/// A number with at most two decimals: a hundredth of a pixel is not seen.
struct Short(f64);

impl std::fmt::Display for Short {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hundredths = (self.0 * 100.0).round();
        // No picture is that wide, and no reader of SVG knows `NaN`.
        let hundredths = if hundredths.is_finite() { hundredths.clamp(-1e12, 1e12) } else { 0.0 };
        write!(f, "{}", hundredths / 100.0 + 0.0)
    }
}

fn write_to(out: &mut String, text: std::fmt::Arguments<'_>) {
    // A string takes everything.
    let _ = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_become_elements() {
        let mut svg = Svg::new(20.0, 10.0);
        svg.circle(1.0 / 3.0, 2.0, 3.0, Paint::fill(Colour::BLACK).transparent(0.25), "A & B");
        svg.polyline(
            [(0.0, 0.0), (f64::NAN, 1.0), (2.0, 2.0), (3.0, 3.0)],
            Paint::stroke(Colour::BLACK, 1.5),
        );
        svg.text(Text { turn: -90.0, ..Text::new("<hi>", 1.0, 2.0) });
        let text = svg.finish();
        assert!(text.contains("<circle cx=\"0.33\" cy=\"2\" r=\"3\" fill=\"#000000\" opacity=\"0.75\"><title>A &amp; B</title></circle>"));
        assert!(text.contains(
            "<path d=\"M0 0M2 2L3 3\" fill=\"none\" stroke=\"#000000\" stroke-width=\"1.5\""
        ));
        assert!(text.contains("transform=\"rotate(-90 1 2)\" fill=\"#1f242b\">&lt;hi&gt;</text>"));
    }

    #[test]
    fn a_stamp_is_defined_once_however_often_it_is_used() {
        let mut svg = Svg::new(20.0, 10.0);
        let stamp = Stamp { name: "dot", path: "M0 0L1 1", scale: 0.5 };
        svg.stamp(stamp, 1.0, 2.0, Colour::BLACK);
        svg.stamp(stamp, 3.0, 2.0, Colour::WHITE);
        let text = svg.finish();
        assert_eq!(text.matches("<path id=\"dot\" transform=\"scale(0.5)\"").count(), 1);
        assert!(text.contains("<use href=\"#dot\" x=\"3\" y=\"2\" fill=\"#ffffff\"/>"), "{text}");
    }

    #[test]
    fn numbers_are_short_and_always_numbers() {
        let all = [1.0, -0.001, 12.345_6, f64::NAN, f64::INFINITY];
        assert_eq!(all.map(|number| Short(number).to_string()), ["1", "0", "12.35", "0", "0"]);
    }
}
