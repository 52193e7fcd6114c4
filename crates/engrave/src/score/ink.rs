//! What is drawn on a staff, before it is known where on the page the staff will be.

use figure::{Anchor, Colour, Paint, Svg, Text};

use crate::glyph::{Glyph, SPACE};

/// How thick a tie is in its middle.
const TIE: f64 = 0.2;

/// Shapes in black, with how far they reach up and down. Places are in spaces from the left end of the highest line.
#[derive(Debug, Default)]
pub(super) struct Ink {
    shapes: Vec<Shape>,
    /// The highest place that is inked: the least `y`.
    pub(super) top: f64,
    /// The lowest.
    pub(super) bottom: f64,
}

#[derive(Debug)]
enum Shape {
    Glyph { glyph: &'static Glyph, x: f64, y: f64 },
    Box { x: f64, y: f64, width: f64, height: f64 },
    Polygon([(f64, f64); 4]),
    Tie { from: (f64, f64), to: (f64, f64), bend: f64 },
    Words(Words),
}

/// A line of text.
#[derive(Clone, Debug)]
pub(super) struct Words {
    pub(super) text: String,
    pub(super) x: f64,
    /// Its base line.
    pub(super) y: f64,
    pub(super) size: f64,
    pub(super) anchor: Anchor,
    pub(super) bold: bool,
    pub(super) colour: Colour,
}

impl Words {
    pub(super) fn new(text: impl Into<String>, x: f64, y: f64, size: f64) -> Self {
        let (anchor, bold, colour) = (Anchor::Start, false, Colour::BLACK);
        Self { text: text.into(), x, y, size, anchor, bold, colour }
    }

    /// About how wide it is.
    pub(super) fn width(&self) -> f64 {
        Text { size: self.size, ..Text::new(&self.text, 0.0, 0.0) }.width()
    }
}

impl Ink {
    fn reach(&mut self, top: f64, bottom: f64) {
        self.top = self.top.min(top);
        self.bottom = self.bottom.max(bottom);
    }

    /// A sign with its origin at (`x`, `y`).
    pub(super) fn glyph(&mut self, glyph: &'static Glyph, x: f64, y: f64) {
        self.reach(y + glyph.top, y + glyph.bottom);
        self.shapes.push(Shape::Glyph { glyph, x, y });
    }

    /// A black rectangle.
    pub(super) fn fill(&mut self, x: f64, y: f64, width: f64, height: f64) {
        self.reach(y, y + height);
        self.shapes.push(Shape::Box { x, y, width, height });
    }

    /// A black quadrangle.
    pub(super) fn polygon(&mut self, corners: [(f64, f64); 4]) {
        let ys = corners.map(|(_, y)| y);
        self.reach(
            ys.into_iter().fold(f64::MAX, f64::min),
            ys.into_iter().fold(f64::MIN, f64::max),
        );
        self.shapes.push(Shape::Polygon(corners));
    }

    /// A tie whose middle is `bend` below its ends (above where it is negative).
    pub(super) fn tie(&mut self, from: (f64, f64), to: (f64, f64), bend: f64) {
        let middle = (from.1 + to.1) / 2.0 + bend;
        self.reach(from.1.min(to.1).min(middle), from.1.max(to.1).max(middle));
        self.shapes.push(Shape::Tie { from, to, bend });
    }

    /// A line of text.
    pub(super) fn words(&mut self, words: Words) {
        self.reach(words.y - words.size * 0.75, words.y + words.size * 0.2);
        self.shapes.push(Shape::Words(words));
    }

    /// Draws all of it with its origin at (`x`, `y`) of the page, in spaces.
    pub(super) fn draw(&self, svg: &mut Svg, x: f64, y: f64) {
        let black = Paint::fill(Colour::BLACK);
        let at = |place: (f64, f64)| ((x + place.0) * SPACE, (y + place.1) * SPACE);
        for shape in &self.shapes {
            match shape {
                Shape::Glyph { glyph, x, y } => {
                    let (x, y) = at((*x, *y));
                    svg.stamp(glyph.stamp(), x, y, Colour::BLACK);
                }
                Shape::Box { x, y, width, height } => {
                    let (x, y) = at((*x, *y));
                    svg.rect(x, y, width * SPACE, height * SPACE, black);
                }
                Shape::Polygon(corners) => {
                    let corner = |corner: &(f64, f64)| round(at(*corner));
                    let corners: Vec<String> = corners.iter().map(corner).collect();
                    svg.path(&format!("M{}Z", corners.join("L")), black);
                }
                Shape::Tie { from, to, bend } => {
                    svg.path(&tie(at(*from), at(*to), bend * SPACE), black)
                }
                Shape::Words(words) => {
                    let (x, y) = at((words.x, words.y));
                    let Words { size, anchor, bold, colour, .. } = *words;
                    let text = Text::new(&words.text, x, y);
                    svg.text(Text { size: size * SPACE, anchor, bold, colour, ..text });
                }
            }
        }
    }
}

/// The outline of a tie: two curves whose ends meet.
fn tie(from: (f64, f64), to: (f64, f64), bend: f64) -> String {
    let width = to.0 - from.0;
    // A cubic curve goes three quarters of the way to its control points.
    let outer = bend / 0.75;
    let inner = outer - (TIE * SPACE / 0.75).copysign(bend);
    let control = |share: f64, depth: f64| round((from.0 + share * width, from.1 + depth));
    let end = |share: f64, depth: f64| round((from.0 + share * width, to.1 + depth));
    format!(
        "M{}C{} {} {}C{} {} {}Z",
        round(from),
        control(0.25, outer),
        end(0.75, outer),
        round(to),
        end(0.74, inner),
        control(0.26, inner),
        round(from)
    )
}

/// A place to a hundredth of a pixel.
fn round((x, y): (f64, f64)) -> String {
    let short = |value: f64| (value * 100.0).round() / 100.0 + 0.0;
    format!("{} {}", short(x), short(y))
}
