//! The frame of a score: title, list of parts, measures by part.

use std::collections::BTreeMap;

use super::measure::Reader;
use super::{Measure, Part, Score, Sound};
use crate::musicxml::warning::{WarningKind, Warnings, quoted};
use crate::musicxml::xml::{Element, Tree};
use crate::{Error, Result};

/// Parts of a score; a note counts its part with 16 bits.
const MAX_PARTS: usize = u16::MAX as usize;

/// Characters of a part's name.
const MAX_NAME: usize = 128;

/// Sounds of a part.
const MAX_SOUNDS: usize = 128;

/// Reads a partwise or timewise score.
///
/// # Errors
///
/// [`Error::NotMusicXml`] if the root element is neither.
pub(in crate::musicxml) fn parse(tree: &Tree<'_>, warnings: &mut Warnings) -> Result<Score> {
    let root = tree.root();
    match root.name() {
        "score-partwise" => Ok(partwise(root, warnings)),
        "score-timewise" => Ok(timewise(root, warnings)),
        root => Err(Error::NotMusicXml { root: Some(quoted(root)) }),
    }
}

/// Reads a score whose parts have measures.
pub(in crate::musicxml) fn partwise(root: Element<'_>, warnings: &mut Warnings) -> Score {
    let mut builder = Builder { listed: part_list(root), ..Builder::default() };
    for part in named(root, "part") {
        let Some(index) = builder.begin_part(part, warnings) else { break };
        for measure in named(part, "measure") {
            builder.measure(index, measure, warnings);
        }
    }
    builder.finish(root, warnings)
}

/// Reads a score whose measures have parts.
fn timewise(root: Element<'_>, warnings: &mut Warnings) -> Score {
    let mut builder = Builder { listed: part_list(root), ..Builder::default() };
    fill_timewise(root, &mut builder, warnings);
    builder.finish(root, warnings)
}

/// A timewise score has parts in its measures. A part that lacks a measure gets an empty one.
fn fill_timewise(root: Element<'_>, builder: &mut Builder, warnings: &mut Warnings) {
    let mut indices = BTreeMap::new();
    for (number, measure) in named(root, "measure").enumerate() {
        for part in named(measure, "part") {
            let id = part.attribute("id").unwrap_or_default().into_owned();
            let index = match indices.get(&id) {
                Some(index) => *index,
                None => {
                    let Some(index) = builder.begin_part(part, warnings) else { return };
                    indices.insert(id, index);
                    index
                }
            };
            let measures = &mut builder.parts[index].measures;
            // A part that comes twice in a measure goes on in the next one.
            measures.resize_with(measures.len().max(number), Measure::default);
            builder.measure(index, part, warnings);
        }
    }
}

fn named<'t>(parent: Element<'t>, name: &'static str) -> impl Iterator<Item = Element<'t>> {
    parent.children().filter(move |child| child.name() == name)
}

fn title(root: Element<'_>) -> Option<&str> {
    let work = root.child("work").and_then(|work| work.child_text("work-title"));
    let filled = |text: &&str| !text.is_empty();
    work.filter(filled).or_else(|| root.child_text("movement-title").filter(filled))
}

/// Names and sounds of the parts by their id.
fn part_list(root: Element<'_>) -> BTreeMap<String, Part> {
    let list = root.child("part-list").into_iter();
    list.flat_map(|list| named(list, "score-part"))
        .map(|part| {
            let id = part.attribute("id").unwrap_or_default().into_owned();
            let name = part.child("part-name").map_or("", Element::raw_text);
            let name = name.chars().take(MAX_NAME).collect();
            let instruments = named(part, "midi-instrument").take(MAX_SOUNDS);
            let sounds = instruments.map(|instrument| Sound {
                id: instrument.attribute("id").unwrap_or_default().into_owned(),
                channel: number(instrument, "midi-channel"),
                program: number(instrument, "midi-program"),
            });
            (id, Part { name, sounds: sounds.collect(), measures: Vec::new() })
        })
        .collect()
}

fn number(parent: Element<'_>, name: &str) -> Option<i64> {
    parent.child_text(name)?.parse().ok()
}

/// A score as its parts are read.
#[derive(Default)]
struct Builder {
    listed: BTreeMap<String, Part>,
    parts: Vec<Part>,
    unpitched: usize,
}

impl Builder {
    /// Index of a new part; `None` if there are too many.
    fn begin_part(&mut self, part: Element<'_>, warnings: &mut Warnings) -> Option<usize> {
        if self.parts.len() == MAX_PARTS {
            warnings.push(Some(part.offset()), WarningKind::TooManyParts { limit: MAX_PARTS });
            return None;
        }
        let listed = part.attribute("id").and_then(|id| self.listed.get(&*id));
        self.parts.push(listed.cloned().unwrap_or_default());
        Some(self.parts.len() - 1)
    }

    fn measure(&mut self, part: usize, measure: Element<'_>, warnings: &mut Warnings) {
        let part = &mut self.parts[part];
        let mut reader = Reader { sounds: &part.sounds, unpitched: &mut self.unpitched, warnings };
        let measure = reader.measure(measure);
        part.measures.push(measure);
    }

    /// The score, with what its head says of it.
    fn finish(self, root: Element<'_>, warnings: &mut Warnings) -> Score {
        if self.unpitched > 0 {
            warnings.push(None, WarningKind::Unpitched { count: self.unpitched });
        }
        let composers = root.child("identification").into_iter().flat_map(|identification| {
            named(identification, "creator")
                .filter(|creator| creator.attribute("type").as_deref() == Some("composer"))
        });
        let rights = root.child("identification").into_iter().flat_map(|it| named(it, "rights"));
        Score {
            title: title(root).unwrap_or_default().to_owned(),
            composers: composers.map(|creator| creator.text().to_owned()).collect(),
            rights: rights.map(|rights| rights.text().to_owned()).collect(),
            parts: self.parts,
        }
    }
}
