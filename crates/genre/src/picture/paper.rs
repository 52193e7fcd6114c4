//! The map for paper.

use figure::{Anchor, Colour, Frame, Labels, Paint, Scale, Svg, Text, nice_ticks, tick_label};

use super::legend::{self, Block, Row};
use super::projection::projected;
use super::{ColourBy, Highlight, MapMeta, MapPicture};

/// Room around the map: for the legend, and for titles and axes.
const LEGEND: f64 = 236.0;
const TOP: f64 = 78.0;
const AXES: f64 = 58.0;
const MARGIN: f64 = 24.0;
/// Of artists that are not lit.
const FAINT: Colour = Colour::new(0xc4, 0xcc, 0xd5);

/// How the map is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct PaperOptions {
    /// Pixels from left to right, at least 320.
    pub width: f64,
    /// Pixels from top to bottom, at least 240.
    pub height: f64,
    /// What gives an artist its colour; two highlights or more have colours of their own.
    pub colour: ColourBy,
    /// Most names of artists; genres get half as many.
    pub labels: usize,
    /// Who is lit; if there are any, all others are faint.
    pub highlights: Vec<Highlight>,
}

impl Default for PaperOptions {
    fn default() -> Self {
        Self {
            width: 1080.0,
            height: 760.0,
            colour: ColourBy::Meta,
            labels: 32,
            highlights: Vec::new(),
        }
    }
}

/// An artist on paper.
struct Disc {
    artist: usize,
    x: f64,
    y: f64,
    /// 0 for the farthest, 1 for the nearest.
    near: f64,
    radius: f64,
    colour: Colour,
    is_lit: bool,
}

impl MapPicture {
    /// Draws the map for paper: title, axes, artists, names and a legend with counts. A map in space is seen from one side, with what is
    /// far away smaller and paler.
    #[must_use]
    pub fn svg(&self, options: &PaperOptions) -> Svg {
        let width = options.width.max(320.0);
        let mut svg = Svg::new(width, options.height.max(240.0));
        let frame = self.frame(&svg);
        let place = self.place(frame);
        let discs = self.discs(options, frame, &place);
        self.draw_titles(&mut svg);
        match self.dimensions {
            2 => self.draw_axes(&mut svg, frame, &place),
            _ => self.draw_box(&mut svg, &place),
        }
        for disc in &discs {
            disc.draw(&mut svg, &self.artists[disc.artist].name);
        }
        self.draw_names(&mut svg, options, frame, &place, &discs);
        self.draw_legend(&mut svg, options, frame);
        svg
    }

    fn frame(&self, svg: &Svg) -> Frame {
        let has_ticks = self.dimensions == 2 && !self.axes.is_empty();
        let edge = if has_ticks { AXES } else { MARGIN };
        let width = svg.width() - edge - LEGEND;
        Frame { x: edge, y: TOP, width, height: svg.height() - TOP - edge }
    }

    /// Where a place of the map is on paper: one scale for both directions, since distances mean the same in both.
    fn place(&self, frame: Frame) -> Place {
        let corners = if self.dimensions == 2 {
            self.artists.iter().map(|artist| artist.position).collect()
        } else {
            self.corners().map(projected).to_vec()
        };
        let (x, y) =
            (extent(corners.iter().map(|at| at[0])), extent(corners.iter().map(|at| at[1])));
        let depth = extent(corners.iter().map(|at| at[2]));
        let room = 0.94 * (frame.width / (x.1 - x.0)).min(frame.height / (y.1 - y.0));
        let scale = |(low, high): (f64, f64), from: f64, to: f64| {
            let (middle, reach) = ((low + high) / 2.0, (to - from).abs() / room / 2.0);
            Scale { domain: (middle - reach, middle + reach), range: (from, to) }
        };
        Place {
            is_deep: self.dimensions == 3,
            x: scale(x, frame.x, frame.x + frame.width),
            y: scale(y, frame.y + frame.height, frame.y),
            depth: Scale { domain: depth, range: (0.0, 1.0) },
        }
    }

    /// Corners of the box that holds all artists, counted in binary: the bit of an axis is set where it is at its end.
    fn corners(&self) -> [[f64; 3]; 8] {
        let extents =
            [0, 1, 2].map(|axis| extent(self.artists.iter().map(|artist| artist.position[axis])));
        std::array::from_fn(|corner| {
            [0, 1, 2].map(|axis| {
                let (low, high) = extents[axis];
                if corner >> axis & 1 == 1 { high } else { low }
            })
        })
    }

    /// The artists in the order in which they are drawn: the lit over the others, the near over the far.
    fn discs(&self, options: &PaperOptions, frame: Frame, place: &Place) -> Vec<Disc> {
        let groups = self.groups(&options.highlights);
        let crowd = frame.width * frame.height / self.artists.len().max(1) as f64;
        let base = (0.15 * crowd.sqrt()).clamp(1.1, 4.5);
        let disc = |(artist, groups): (usize, &Vec<usize>)| {
            let data = &self.artists[artist];
            let (x, y, near) = place.of(data.position);
            let is_lit = !groups.is_empty();
            let colour = match (options.highlights.len(), is_lit) {
                (0, _) | (1, true) => self.colour(data, options.colour),
                (_, false) => FAINT,
                (_, true) => {
                    let colours = groups.iter().map(|&group| (Colour::of_series(group), 1.0));
                    Colour::mixture(colours).unwrap_or(FAINT)
                }
            };
            let size = if is_lit {
                1.5
            } else if options.highlights.is_empty() {
                1.0
            } else {
                0.8
            };
            let (radius, colour) = if place.is_deep {
                (
                    base * size * (0.6 + 0.7 * near),
                    colour.towards(Colour::WHITE, 0.5 * (1.0 - near)),
                )
            } else {
                (base * size, colour)
            };
            Disc { artist, x, y, near, radius, colour, is_lit }
        };
        let mut discs: Vec<Disc> = groups.iter().enumerate().map(disc).collect();
        discs.sort_by(|a, b| a.is_lit.cmp(&b.is_lit).then(a.near.total_cmp(&b.near)));
        discs
    }

    /// For each artist the highlights that it is in.
    fn groups(&self, highlights: &[Highlight]) -> Vec<Vec<usize>> {
        let mut groups = vec![Vec::new(); self.artists.len()];
        for (number, highlight) in highlights.iter().enumerate() {
            for &artist in &highlight.artists {
                if let Some(groups) = groups.get_mut(artist) {
                    groups.push(number);
                }
            }
        }
        groups
    }

    fn draw_titles(&self, svg: &mut Svg) {
        let title = Text::new(&self.title, MARGIN, 34.0);
        svg.text(Text { size: 20.0, bold: true, ..title });
        let size = (12.0 * (svg.width() - 2.0 * MARGIN)
            / Text::new(&self.method, 0.0, 0.0).width())
        .clamp(7.0, 12.0);
        let method = Text::new(&self.method, MARGIN, 55.0);
        svg.text(Text { size, colour: Colour::FAINT_INK, ..method });
    }

    fn draw_axes(&self, svg: &mut Svg, frame: Frame, place: &Place) {
        let Frame { x, y, width, height } = frame;
        svg.rect(x, y, width, height, Paint::stroke(Colour::GRID, 1.0));
        let [right, up] = self.axes.as_slice() else {
            return;
        };
        for (value, name) in ticks(&place.x, width / 90.0) {
            let at = place.x.place(value);
            svg.line((at, y), (at, y + height), Paint::stroke(Colour::GRID, 1.0));
            svg.text(Text { anchor: Anchor::Middle, ..faint(&name, at, y + height + 17.0) });
        }
        for (value, name) in ticks(&place.y, height / 70.0) {
            let at = place.y.place(value);
            svg.line((x, at), (x + width, at), Paint::stroke(Colour::GRID, 1.0));
            svg.text(Text { anchor: Anchor::End, ..faint(&name, x - 8.0, at + 4.0) });
        }
        let middle = (x + width / 2.0, y + height / 2.0);
        svg.text(Text { anchor: Anchor::Middle, ..faint(right, middle.0, y + height + 38.0) });
        let side = faint(up, x - 40.0, middle.1);
        svg.text(Text { anchor: Anchor::Middle, turn: -90.0, ..side });
    }

    /// The edges of the box around a map in space that lie behind it, and the names of its axes along those in front.
    fn draw_box(&self, svg: &mut Svg, place: &Place) {
        let corners = self.corners().map(|corner| place.of(corner));
        let nearest = (0..8).max_by(|&a, &b| corners[a].2.total_cmp(&corners[b].2)).unwrap_or(0);
        for axis in 0..3 {
            let edges = (0..8).filter(|corner| corner >> axis & 1 == 0);
            let edges: Vec<(usize, usize)> = edges.map(|from| (from, from | 1 << axis)).collect();
            for &(from, to) in edges.iter().filter(|(from, to)| ![from, to].contains(&&nearest)) {
                let ends = ((corners[from].0, corners[from].1), (corners[to].0, corners[to].1));
                svg.line(ends.0, ends.1, Paint::stroke(Colour::GRID, 1.0));
            }
            let middle = |&(from, to): &(usize, usize)| {
                ((corners[from].0 + corners[to].0) / 2.0, (corners[from].1 + corners[to].1) / 2.0)
            };
            // Upright axes are named on their left, the others below.
            let is_upright = axis == 1;
            let key = |at: (f64, f64)| if is_upright { -at.0 } else { at.1 };
            let outermost = edges.iter().map(middle).max_by(|&a, &b| key(a).total_cmp(&key(b)));
            let (Some((x, y)), Some(name)) = (outermost, self.axes.get(axis)) else {
                continue;
            };
            let (x, y, turn) = if is_upright { (x - 8.0, y, -90.0) } else { (x, y + 18.0, 0.0) };
            svg.text(Text { anchor: Anchor::Middle, turn, ..faint(name, x, y) });
        }
    }

    fn draw_names(
        &self,
        svg: &mut Svg,
        options: &PaperOptions,
        frame: Frame,
        place: &Place,
        discs: &[Disc],
    ) {
        let mut labels = Labels::within(frame);
        // Where some artists are lit, it is they who are named.
        let genres =
            if options.highlights.is_empty() { self.genres_by_weight() } else { Vec::new() };
        let mut left = options.labels.div_ceil(2);
        for genre in genres {
            let genre = &self.genres[genre];
            let (x, y, _) = place.of(genre.centre);
            let text = Text {
                anchor: Anchor::Middle,
                bold: true,
                size: 12.5,
                colour: self.metas[genre.meta].colour.towards(Colour::BLACK, 0.75),
                halo: Some(Colour::WHITE),
                ..Text::new(&genre.name, x, y + 4.0)
            };
            if left > 0 && labels.take(&text) {
                svg.text(text);
                left -= 1;
            }
        }
        let mut discs_of: Vec<Option<&Disc>> = vec![None; self.artists.len()];
        discs.iter().for_each(|disc| discs_of[disc.artist] = Some(disc));
        let mut left = options.labels;
        for disc in self.artists_by_prominence().into_iter().filter_map(|artist| discs_of[artist]) {
            if left == 0 {
                break;
            }
            if !disc.is_lit && !options.highlights.is_empty() {
                continue;
            }
            let name = &self.artists[disc.artist].name;
            let text =
                Text { size: 10.0, halo: Some(Colour::WHITE), ..Text::new(name, disc.x, disc.y) };
            if let Some(text) = labels.beside(text, disc.radius + 3.0) {
                svg.text(text);
                left -= 1;
            }
        }
    }

    fn draw_legend(&self, svg: &mut Svg, options: &PaperOptions, frame: Frame) {
        let x = frame.x + frame.width + 22.0;
        let frame = Frame { x, width: LEGEND - 22.0 - MARGIN, ..frame };
        legend::draw(svg, &self.legend(options), frame);
    }

    /// What colours mean: highlights, if there are any; meta-genres, unless highlights have colours of their own.
    fn legend<'a>(&'a self, options: &'a PaperOptions) -> Vec<Block<'a>> {
        let highlights = &options.highlights;
        let groups = self.groups(highlights);
        let with_groups =
            |holds: fn(usize) -> bool| groups.iter().filter(|groups| holds(groups.len())).count();
        let mut blocks = Vec::new();
        if !highlights.is_empty() {
            let lit = highlights.iter().enumerate().map(|(number, highlight)| Row {
                colour: match highlights.len() {
                    1 => Colour::FAINT_INK,
                    _ => Colour::of_series(number),
                },
                name: &highlight.name,
                count: highlight.artists.len(),
            });
            let mut rows: Vec<Row<'_>> = lit.collect();
            let mut others = |colour, name, count| rows.push(Row { colour, name, count });
            if with_groups(|groups| groups > 1) > 0 {
                others(Colour::FAINT_INK, "in more than one", with_groups(|groups| groups > 1));
            }
            others(FAINT, "all others", with_groups(|groups| groups == 0));
            blocks.push(Block { title: "Highlighted", rows });
        }
        if highlights.len() < 2 {
            let counts =
                self.counts_of_metas(|artist| highlights.is_empty() || !groups[artist].is_empty());
            let rows = self.metas.iter().zip(counts).filter(|(_, count)| *count > 0);
            let row = |(meta, count): (&'a MapMeta, usize)| Row {
                colour: meta.colour,
                name: &meta.name,
                count,
            };
            let title = match options.colour {
                ColourBy::Meta => "Meta-genres",
                ColourBy::Blend => "Colours that are mixed",
            };
            blocks.push(Block { title, rows: rows.map(row).collect() });
        }
        blocks
    }
}

/// From places of the map to places on paper.
struct Place {
    is_deep: bool,
    x: Scale,
    y: Scale,
    depth: Scale,
}

impl Place {
    /// To the right, downwards, and how near from 0 to 1.
    fn of(&self, position: [f64; 3]) -> (f64, f64, f64) {
        let [x, y, depth] = if self.is_deep { projected(position) } else { position };
        (self.x.place(x), self.y.place(y), self.depth.place(depth).clamp(0.0, 1.0))
    }
}

impl Disc {
    fn draw(&self, svg: &mut Svg, name: &str) {
        let paint = Paint::fill(self.colour);
        let paint = if self.is_lit {
            Paint { stroke: Some((Colour::WHITE, 0.6)), ..paint }
        } else {
            paint.transparent(0.15)
        };
        svg.circle(self.x, self.y, self.radius, paint, name);
    }
}

fn faint(text: &str, x: f64, y: f64) -> Text<'_> {
    Text { size: 11.0, colour: Colour::FAINT_INK, ..Text::new(text, x, y) }
}

fn ticks(scale: &Scale, wanted: f64) -> Vec<(f64, String)> {
    let ticks = nice_ticks(scale.domain, wanted.max(2.0) as usize);
    let step = if let [first, second, ..] = ticks[..] { second - first } else { 1.0 };
    ticks.into_iter().map(|tick| (tick, tick_label(tick, step))).collect()
}

/// Least and greatest, which differ.
fn extent(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
    match low < high {
        true => (low, high),
        false if low.is_finite() => (low - 0.5, high + 0.5),
        false => (-0.5, 0.5),
    }
}
