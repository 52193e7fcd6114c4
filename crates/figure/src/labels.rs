//! Names in a picture that do not lie over one another.

use crate::{Anchor, Frame, Text};

/// Room that is left for names: the first to ask for a place gets it.
#[derive(Clone, Debug)]
pub struct Labels {
    frame: Frame,
    taken: Vec<Extent>,
}

/// Left, top, right, bottom.
type Extent = [f64; 4];

impl Labels {
    /// All of `frame` is free.
    #[must_use]
    pub fn within(frame: Frame) -> Self {
        Self { frame, taken: Vec::new() }
    }

    /// Takes the place where `text` stands; false, and nothing is taken, if it is not free.
    #[must_use]
    pub fn take(&mut self, text: &Text<'_>) -> bool {
        let width = text.width();
        let left = match text.anchor {
            Anchor::Start => text.x,
            Anchor::Middle => text.x - width / 2.0,
            Anchor::End => text.x - width,
        };
        // Above the base line are three quarters of a letter, and the rest of it below.
        let extent = [left, text.y - 0.8 * text.size, left + width, text.y + 0.25 * text.size];
        let Frame { x, y, width, height } = self.frame;
        let frame = [x, y, x + width, y + height];
        let is_inside = extent[0] >= frame[0] && extent[1] >= frame[1];
        let is_inside = is_inside && extent[2] <= frame[2] && extent[3] <= frame[3];
        let is_free = is_inside && !self.taken.iter().any(|other| overlap(other, &extent));
        if is_free {
            self.taken.push(extent);
        }
        is_free
    }

    /// The text at the first free place beside the point that it names: to the right, to the left, above, below, then aslant. `gap` is
    /// the distance from the middle of the point.
    #[must_use]
    pub fn beside<'a>(&mut self, text: Text<'a>, gap: f64) -> Option<Text<'a>> {
        let (middle, aslant) = (0.35 * text.size, 0.8 * gap);
        let places = [
            (Anchor::Start, gap, middle),
            (Anchor::End, -gap, middle),
            (Anchor::Middle, 0.0, -gap),
            (Anchor::Middle, 0.0, gap + 0.75 * text.size),
            (Anchor::Start, aslant, -aslant),
            (Anchor::End, -aslant, -aslant),
            (Anchor::Start, aslant, aslant + 0.6 * text.size),
            (Anchor::End, -aslant, aslant + 0.6 * text.size),
        ];
        let texts = places.map(|(anchor, right, down)| Text {
            anchor,
            x: text.x + right,
            y: text.y + down,
            ..text
        });
        texts.into_iter().find(|text| self.take(text))
    }
}

fn overlap(a: &Extent, b: &Extent) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels() -> Labels {
        Labels::within(Frame { x: 0.0, y: 0.0, width: 100.0, height: 60.0 })
    }

    #[test]
    fn a_place_is_taken_once() {
        let mut labels = labels();
        let text = Text::new("Queen", 10.0, 30.0);
        assert!(labels.take(&text));
        assert!(!labels.take(&Text { x: 20.0, ..text }));
        assert!(labels.take(&Text { y: 50.0, ..text }));
        assert!(!labels.take(&Text { x: 80.0, y: 14.0, ..text }), "it would leave the frame");
    }

    #[test]
    fn a_name_goes_where_there_is_room() {
        let mut labels = labels();
        let text = Text::new("Queen", 50.0, 30.0);
        let anchors = std::iter::from_fn(|| labels.beside(text, 12.0)).map(|text| text.anchor);
        let anchors: Vec<Anchor> = anchors.collect();
        assert_eq!(anchors[..2], [Anchor::Start, Anchor::End]);
        assert!((3..=8).contains(&anchors.len()), "{anchors:?}");
    }
}
