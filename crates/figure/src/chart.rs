//! Lines, points and bars between two axes.

use crate::{Anchor, Axis, Colour, Paint, Scale, Svg, Text};

/// Room for the labels of the vertical axis, unless its names are longer, and around the others.
const LEFT: f64 = 62.0;
const RIGHT: f64 = 18.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 46.0;
/// Height of a line of the legend.
const LEGEND: f64 = 18.0;
/// Pixels between two ticks, about.
const TICK_X: f64 = 80.0;
const TICK_Y: f64 = 42.0;

/// A chart: series of data between two axes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chart {
    /// What is seen.
    pub title: String,
    /// The axis that runs to the right.
    pub x: Axis,
    /// The axis that runs upwards.
    pub y: Axis,
    /// The data; later ones are drawn over earlier ones.
    pub series: Vec<Series>,
}

/// Data of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its name in the legend; none if empty.
    pub name: String,
    /// Its colour.
    pub colour: Colour,
    /// What is drawn.
    pub mark: Mark,
}

/// What is drawn for data. What is no number is left out.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// A line through points (x, y).
    Line(Vec<(f64, f64)>),
    /// A disc at each point (x, y).
    Points(Vec<(f64, f64)>),
    /// Bars that rise over the horizontal axis.
    Bars(Vec<Bar>),
    /// Bars that lie along the vertical axis and reach to the right.
    Rows(Vec<Bar>),
}

/// A bar between two places of an axis.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bar {
    /// Where it begins on the axis.
    pub left: f64,
    /// Where it ends on the axis.
    pub right: f64,
    /// What it stands on: 0, or how high another one is.
    pub base: f64,
    /// How high it is, from its base on.
    pub height: f64,
}

/// A part of a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
    /// How wide it is.
    pub width: f64,
    /// How high it is.
    pub height: f64,
}

impl Series {
    /// A line.
    #[must_use]
    pub fn line(name: &str, colour: Colour, points: Vec<(f64, f64)>) -> Self {
        Self { name: name.to_owned(), colour, mark: Mark::Line(points) }
    }

    /// Points.
    #[must_use]
    pub fn points(name: &str, colour: Colour, points: Vec<(f64, f64)>) -> Self {
        Self { name: name.to_owned(), colour, mark: Mark::Points(points) }
    }

    /// Bars of `heights` for names 0, 1, 2... ([`Axis::named`]); as the one with number `index` of `count` series side by side.
    #[must_use]
    pub fn bars(name: &str, colour: Colour, heights: &[f64], index: usize, count: usize) -> Self {
        let width = 0.8 / count.max(1) as f64;
        let bar = |(place, &height): (usize, &f64)| {
            let left = place as f64 - 0.4 + index as f64 * width;
            Bar { left, right: left + width, base: 0.0, height }
        };
        let bars = heights.iter().enumerate().map(bar).collect();
        Self { name: name.to_owned(), colour, mark: Mark::Bars(bars) }
    }

    /// Bars that reach `lengths` to the right of names 0, 1, 2... of the vertical axis.
    #[must_use]
    pub fn rows(name: &str, colour: Colour, lengths: &[f64]) -> Self {
        let series = Self::bars(name, colour, lengths, 0, 1);
        let Mark::Bars(bars) = series.mark else { return series };
        Self { mark: Mark::Rows(bars), ..series }
    }

    /// The same bars, the first on a base of the first of `heights` and so on.
    #[must_use]
    pub fn on(mut self, heights: &[f64]) -> Self {
        if let Mark::Bars(bars) | Mark::Rows(bars) = &mut self.mark {
            for (bar, &height) in bars.iter_mut().zip(heights) {
                bar.base = height;
            }
        }
        self
    }

    fn values(&self, pick: fn((f64, f64)) -> f64) -> Vec<f64> {
        match &self.mark {
            Mark::Line(points) | Mark::Points(points) => points.iter().copied().map(pick).collect(),
            Mark::Bars(bars) => bars.iter().flat_map(Bar::corners).map(pick).collect(),
            Mark::Rows(bars) => {
                let across = |(a, b): (f64, f64)| (b, a);
                bars.iter().flat_map(Bar::corners).map(across).map(pick).collect()
            }
        }
    }
}

impl Bar {
    /// Two corners that face each other, (place, height).
    fn corners(&self) -> [(f64, f64); 2] {
        [(self.left, self.base), (self.right, self.base + self.height)]
    }
}

impl Chart {
    /// The chart as a picture of its own.
    #[must_use]
    pub fn svg(&self, width: f64, height: f64) -> Svg {
        let mut svg = Svg::new(width, height);
        self.draw(&mut svg, Frame { x: 0.0, y: 0.0, width, height });
        svg
    }

    /// Draws the chart into a part of a picture.
    pub fn draw(&self, svg: &mut Svg, frame: Frame) {
        let room = self.label_room(frame.width);
        let legend = self.legend_lines(frame.width - room - RIGHT);
        let top = frame.y + TOP + LEGEND * legend.len() as f64;
        let (left, right) = (frame.x + room, frame.x + frame.width - RIGHT);
        let bottom = frame.y + frame.height - BOTTOM;
        let values = |pick| self.series.iter().flat_map(move |series| series.values(pick));
        let x = Scale { domain: self.x.domain_for(values(|(x, _)| x)), range: (left, right) };
        let y = Scale { domain: self.y.round_domain_for(values(|(_, y)| y)), range: (bottom, top) };
        svg.text(Text { size: 14.0, bold: true, ..Text::new(&self.title, left, frame.y + 22.0) });
        self.draw_legend(svg, &legend, (left, frame.y + TOP + 4.0));
        self.draw_axes(svg, &x, &y, frame.x);
        for series in &self.series {
            series.draw(svg, &x, &y);
        }
    }

    /// Pixels that the legend takes in a chart of that width.
    #[must_use]
    pub fn legend_height(&self, width: f64) -> f64 {
        LEGEND * self.legend_lines(width - self.label_room(width) - RIGHT).len() as f64
    }

    /// Room for the labels of the vertical axis: its names as a whole, up to half of the chart.
    fn label_room(&self, width: f64) -> f64 {
        let names = self.y.names.iter().map(|(_, name)| label(name, 0.0, 0.0).width());
        names.fold(LEFT, |room, name| room.max(name + 16.0)).min(width / 2.0)
    }

    fn draw_axes(&self, svg: &mut Svg, x: &Scale, y: &Scale, edge: f64) {
        let ((left, right), (bottom, top)) = (x.range, y.range);
        let grid = Paint::stroke(Colour::GRID, 1.0);
        for (value, name) in self.y.ticks(y.domain, ((bottom - top) / TICK_Y) as usize) {
            let at = y.place(value);
            svg.line((left, at), (right, at), grid);
            svg.text(Text { anchor: Anchor::End, ..label(&name, left - 8.0, at + 4.0) });
        }
        for (value, name) in self.x.ticks(x.domain, ((right - left) / TICK_X) as usize) {
            let at = x.place(value);
            svg.line((at, bottom), (at, bottom + 4.0), grid);
            svg.text(Text { anchor: Anchor::Middle, ..label(&name, at, bottom + 17.0) });
        }
        svg.line((left, bottom), (right, bottom), Paint::stroke(Colour::FAINT_INK, 1.0));
        let middle = ((left + right) / 2.0, (top + bottom) / 2.0);
        svg.text(Text { anchor: Anchor::Middle, ..label(&self.x.label, middle.0, bottom + 36.0) });
        let side = label(&self.y.label, edge + 14.0, middle.1);
        svg.text(Text { anchor: Anchor::Middle, turn: -90.0, ..side });
    }

    /// The named series in lines that fit into `width`.
    fn legend_lines(&self, width: f64) -> Vec<Vec<&Series>> {
        let mut lines: Vec<Vec<&Series>> = Vec::new();
        let mut end = f64::INFINITY;
        for series in self.series.iter().filter(|series| !series.name.is_empty()) {
            let room = entry_width(series);
            if end + room > width {
                lines.push(Vec::new());
                end = 0.0;
            }
            end += room;
            lines.last_mut().into_iter().for_each(|line| line.push(series));
        }
        lines
    }

    fn draw_legend(&self, svg: &mut Svg, lines: &[Vec<&Series>], (left, top): (f64, f64)) {
        for (index, line) in lines.iter().enumerate() {
            let (mut x, y) = (left, top + LEGEND * index as f64);
            for series in line {
                svg.rounded(x, y, 10.0, 10.0, 2.0, Paint::fill(series.colour));
                svg.text(Text { size: 11.0, ..Text::new(&series.name, x + 15.0, y + 9.0) });
                x += entry_width(series);
            }
        }
    }
}

/// A text along an axis.
fn label(text: &str, x: f64, y: f64) -> Text<'_> {
    Text { size: 11.0, colour: Colour::FAINT_INK, ..Text::new(text, x, y) }
}

/// Pixels that a series takes in the legend.
fn entry_width(series: &Series) -> f64 {
    Text { size: 11.0, ..Text::new(&series.name, 0.0, 0.0) }.width() + 32.0
}

impl Series {
    fn draw(&self, svg: &mut Svg, x: &Scale, y: &Scale) {
        let place = |&(a, b): &(f64, f64)| (x.place(a), y.place(b));
        match &self.mark {
            Mark::Line(points) => {
                svg.polyline(points.iter().map(place), Paint::stroke(self.colour, 1.8));
            }
            Mark::Points(points) => {
                let paint = Paint::fill(self.colour).transparent(0.25);
                for (x, y) in
                    points.iter().map(place).filter(|(x, y)| x.is_finite() && y.is_finite())
                {
                    svg.circle(x, y, 3.0, paint, "");
                }
            }
            Mark::Bars(bars) => {
                let frame = |bar: &Bar| {
                    let [from, to] = bar.corners();
                    let (left, right) = (x.place(from.0), x.place(to.0));
                    let (one, other) = (y.place(from.1), y.place(to.1));
                    let (width, height) = ((right - left - 1.0).max(0.5), (one - other).abs());
                    Frame { x: left, y: one.min(other), width, height }
                };
                self.draw_bars(svg, bars, frame);
            }
            Mark::Rows(bars) => {
                let frame = |bar: &Bar| {
                    let [from, to] = bar.corners();
                    let (one, other) = (y.place(from.0), y.place(to.0));
                    let (left, right) = (x.place(from.1), x.place(to.1));
                    let (width, height) =
                        ((right - left).abs(), ((one - other).abs() - 1.0).max(0.5));
                    Frame { x: left.min(right), y: one.min(other), width, height }
                };
                self.draw_bars(svg, bars, frame);
            }
        }
    }

    fn draw_bars(&self, svg: &mut Svg, bars: &[Bar], frame: impl Fn(&Bar) -> Frame) {
        let paint = Paint::fill(self.colour).transparent(0.1);
        for bar in bars.iter().filter(|bar| bar.height.is_finite()) {
            let Frame { x, y, width, height } = frame(bar);
            svg.rect(x, y, width, height, paint);
        }
    }
}

/// Charts side by side in as many columns, each `width` by `height`.
#[must_use]
pub fn sheet(charts: &[Chart], columns: usize, width: f64, height: f64) -> Svg {
    let columns = columns.clamp(1, charts.len().max(1));
    let rows = charts.len().div_ceil(columns);
    let mut svg = Svg::new(columns as f64 * width, rows as f64 * height);
    for (index, chart) in charts.iter().enumerate() {
        let (column, row) = ((index % columns) as f64, (index / columns) as f64);
        chart.draw(&mut svg, Frame { x: column * width, y: row * height, width, height });
    }
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart() -> Chart {
        Chart {
            title: "Loss".to_owned(),
            x: Axis::new("updates"),
            y: Axis::between("loss", 0.0, 4.0),
            series: vec![
                Series::line("training", Colour::of_series(0), vec![(0.0, 4.0), (100.0, 1.0)]),
                Series::points(
                    "held out",
                    Colour::of_series(1),
                    vec![(50.0, 2.0), (60.0, f64::NAN)],
                ),
            ],
        }
    }

    #[test]
    fn data_is_where_the_axes_say() {
        let text = chart().svg(480.0, 260.0).finish();
        assert!(text.contains("<path d=\"M62 52L462 173.5\""), "{text}");
        assert!(text.contains("<circle cx=\"262\" cy=\"133\" r=\"3\""), "{text}");
        assert_eq!(text.matches("<circle").count(), 1);
        assert!(text.contains(">held out</text>") && text.contains(">updates</text>"));
    }

    #[test]
    fn a_sheet_has_room_for_all() {
        let sheet = sheet(&[chart(), chart(), chart()], 2, 300.0, 200.0);
        assert_eq!((sheet.width(), sheet.height()), (600.0, 400.0));
        assert_eq!(sheet.finish().matches(">Loss</text>").count(), 3);
    }

    #[test]
    fn bars_of_several_series_stand_side_by_side() {
        let Mark::Bars(bars) = Series::bars("", Colour::BLACK, &[1.0, 2.0], 1, 2).mark else {
            panic!("no bars")
        };
        assert!((bars[1].left - 1.0).abs() < 1e-9 && (bars[1].right - 1.4).abs() < 1e-9);
    }

    #[test]
    fn bars_lie_on_others_and_on_their_sides() {
        let chart = Chart {
            x: Axis { zero: true, ..Axis::new("melodies") },
            y: Axis::named("", ["b", "a"]),
            series: vec![
                Series::rows("one", Colour::BLACK, &[1.0, 2.0]),
                Series::rows("two", Colour::INK, &[1.0, 2.0]).on(&[1.0, 2.0]),
            ],
            ..Chart::default()
        };
        let svg = chart.svg(480.0, 298.0).finish();
        // 400 pixels for the 4 melodies of `a`, 200 for the two names.
        let lower = "<rect x=\"62\" y=\"162\" width=\"100\" height=\"79\"";
        let upper = "<rect x=\"262\" y=\"62\" width=\"200\" height=\"79\"";
        assert!(svg.contains(lower) && svg.contains(upper), "{svg}");
        assert_eq!(chart.legend_height(480.0), LEGEND);
    }
}
