//! The legend beside a map on paper.

use figure::{Anchor, Colour, Frame, Paint, Svg, Text, tick_label};

/// Between two rows, if there is room.
const ROW: f64 = 19.0;

/// Rows with a title.
pub(super) struct Block<'a> {
    pub(super) title: &'static str,
    pub(super) rows: Vec<Row<'a>>,
}

/// What a colour means, and how many artists have it.
pub(super) struct Row<'a> {
    pub(super) colour: Colour,
    pub(super) name: &'a str,
    pub(super) count: usize,
}

/// Draws blocks one below the other; many rows stand closer, so that all fit into the height of `frame`.
pub(super) fn draw(svg: &mut Svg, blocks: &[Block<'_>], frame: Frame) {
    let lines = blocks.iter().map(|block| block.rows.len() as f64 + 1.6).sum::<f64>();
    let row = ROW.min(frame.height / lines.max(1.0));
    let size = 12.0_f64.min(0.8 * row);
    let mut y = frame.y + size;
    for block in blocks {
        svg.text(Text { size, bold: true, ..Text::new(block.title, frame.x, y) });
        for line in &block.rows {
            y += row;
            line.draw(svg, frame, y, size);
        }
        y += 1.6 * row;
    }
}

impl Row<'_> {
    fn draw(&self, svg: &mut Svg, frame: Frame, y: f64, size: f64) {
        let radius = 0.42 * size;
        svg.circle(frame.x + radius, y - 0.35 * size, radius, Paint::fill(self.colour), "");
        let count = tick_label(self.count as f64, 1.0);
        let right = Text::new(&count, frame.x + frame.width, y);
        let right =
            Text { size: 0.92 * size, anchor: Anchor::End, colour: Colour::FAINT_INK, ..right };
        let left = frame.x + 1.4 * size;
        let name = cut(self.name, size, right.x - right.width() - 0.8 * size - left);
        svg.text(Text { size, ..Text::new(&name, left, y) });
        svg.text(right);
    }
}

/// As much of `name` as fits into `width`.
fn cut(name: &str, size: f64, width: f64) -> String {
    let letter = Text { size, ..Text::new("x", 0.0, 0.0) }.width();
    let room = (width / letter).max(1.0) as usize;
    if name.chars().count() <= room {
        return name.to_owned();
    }
    name.chars().take(room - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_rows_fit() {
        let row = |_| Row { colour: Colour::BLACK, name: "Rock", count: 1234 };
        let block = Block { title: "Meta-genres", rows: (0..60).map(row).collect() };
        let mut svg = Svg::new(200.0, 300.0);
        draw(&mut svg, &[block], Frame { x: 10.0, y: 10.0, width: 180.0, height: 280.0 });
        let text = svg.finish();
        let lowest = text.split(" y=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let lowest = lowest.filter_map(|y| y.parse::<f64>().ok()).fold(0.0, f64::max);
        assert_eq!(text.matches(">1,234</text>").count(), 60);
        assert!((270.0..=290.0).contains(&lowest), "{lowest}");
    }

    #[test]
    fn long_names_are_cut() {
        assert_eq!(cut("Rock", 10.0, 40.0), "Rock");
        assert_eq!(cut("Schlager & chanson", 10.0, 40.0), "Schlag…");
    }
}
