//! What the colours mean.

use figure::{Colour, PALETTE, Paint, Svg, Text};
use music::NoteSequence;

use super::RollOptions;
use super::notes::{PRIMER, Rolled, instrument_colour, instruments, shade};

/// Height of a line.
pub(super) const LINE: f64 = 20.0;
/// Size of type, and of the patches of colour.
const SIZE: f64 = 11.0;
const PATCH: f64 = 10.0;
/// Letters of a name, and names.
const MAX_NAME: usize = 28;
const MAX_ENTRIES: usize = 24;
/// Probabilities of which the legend shows the shade.
const SHADES: [(f64, &str); 3] = [(0.01, "1 %"), (0.1, "10 %"), (1.0, "100 %")];

/// What the colours mean.
pub(super) struct Legend {
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    fill: Colour,
    edge: Colour,
}

impl Entry {
    fn plain(name: &str, colour: Colour) -> Self {
        let name: String = name.chars().take(MAX_NAME).collect();
        Self { name, fill: colour, edge: colour }
    }

    fn width(&self) -> f64 {
        Text { size: SIZE, ..Text::new(&self.name, 0.0, 0.0) }.width() + PATCH + 22.0
    }
}

impl Legend {
    /// Nothing for a single instrument without primer and probabilities.
    pub(super) fn new(
        sequence: &NoteSequence,
        notes: &[Rolled<'_>],
        options: &RollOptions,
    ) -> Self {
        let mut entries = Vec::new();
        let has_primer = options.primer_end > 0.0;
        if notes.iter().any(|note| note.is_primer) {
            entries.push(Entry::plain("primer", PRIMER));
        }
        let all = instruments(sequence);
        let name = |instrument: u32| {
            let info = sequence.instrument_infos.iter().find(|info| info.instrument == instrument);
            let name = info.map(|info| info.name.trim().to_owned()).filter(|name| !name.is_empty());
            name.unwrap_or_else(|| format!("instrument {}", instrument + 1))
        };
        if all.len() > 1 {
            for (place, instrument) in all.iter().enumerate().take(MAX_ENTRIES) {
                entries
                    .push(Entry::plain(&name(*instrument), instrument_colour(place, has_primer)));
            }
            if all.len() > MAX_ENTRIES {
                let more = format!("and {} more", all.len() - MAX_ENTRIES);
                entries.push(Entry::plain(&more, Colour::GRID));
            }
        } else if has_primer {
            entries.push(Entry::plain("continuation", PALETTE[0]));
        }
        if notes.iter().any(|note| note.note.is_drum) {
            entries.push(Entry::plain("drums", Colour::FAINT_INK));
        }
        if notes.iter().any(|note| note.probability.is_some()) {
            for (index, (probability, name)) in SHADES.iter().enumerate() {
                let fill = shade(PALETTE[0], *probability);
                let name =
                    if index == 0 { format!("probability {name}") } else { (*name).to_owned() };
                entries.push(Entry { name, fill, edge: PALETTE[0] });
            }
        }
        Self { entries }
    }

    /// The entries in lines of `width`.
    pub(super) fn lines(&self, width: f64) -> Vec<Vec<usize>> {
        let mut lines: Vec<Vec<usize>> = Vec::new();
        let mut end = f64::INFINITY;
        for (index, entry) in self.entries.iter().enumerate() {
            if end + entry.width() > width {
                lines.push(Vec::new());
                end = 0.0;
            }
            end += entry.width();
            lines.last_mut().into_iter().for_each(|line| line.push(index));
        }
        lines
    }

    pub(super) fn draw(&self, lines: &[Vec<usize>], left: f64, top: f64, svg: &mut Svg) {
        for (number, line) in lines.iter().enumerate() {
            let (mut x, y) = (left, top + number as f64 * LINE);
            for entry in line.iter().map(|index| &self.entries[*index]) {
                let paint = Paint {
                    fill: Some(entry.fill),
                    stroke: Some((entry.edge, 0.8)),
                    transparency: 0.0,
                };
                svg.rounded(x, y, PATCH, PATCH, 2.0, paint);
                svg.text(Text { size: SIZE, ..Text::new(&entry.name, x + PATCH + 6.0, y + 9.0) });
                x += entry.width();
            }
        }
    }
}
