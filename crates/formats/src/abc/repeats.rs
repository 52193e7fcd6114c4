//! Repeats and endings: from bar lines to sections and the order in which they are played.

use std::collections::HashMap;
use std::ops::Range;

use super::parts::{MAX_PARTS, Order};
use super::warning::{Place, WarningKind, Warnings};
use crate::fraction::Fraction;

/// Largest number of an ending.
pub(super) const MAX_PASSES: u32 = 64;

/// Most groups of sections that an order of parts may make.
const MAX_GROUPS: usize = 1 << 16;

/// What has a say in the order in which music is played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// A bar line of two strokes or more.
    Double,
    /// A repeat sign: how often what is before it is played, and what comes after it.
    Repeat { backward: Option<u32>, forward: Option<u32> },
    /// An ending for these passes.
    Ending(Vec<u32>),
    /// A part begins.
    Part(String),
}

/// Sections by where they begin, and what is played.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Structure {
    pub(super) starts: Vec<Fraction>,
    pub(super) groups: Vec<Group>,
}

/// Sections, by index, that are played one after the other, so many times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) sections: Vec<usize>,
    pub(super) times: u32,
}

/// Endings that are being read.
#[derive(Debug)]
struct Endings {
    /// The section before them, unless there is nothing.
    body: Option<usize>,
    endings: Vec<(Vec<u32>, usize)>,
    /// Where the last of them ended, once it has.
    closed: Option<Fraction>,
}

#[derive(Debug, Default)]
struct Reader {
    starts: Vec<Fraction>,
    groups: Vec<Group>,
    /// Sections before this one are in a group.
    covered: usize,
    expected: Option<u32>,
    endings: Option<Endings>,
    /// Parts, with the number of groups before each.
    parts: Vec<(String, usize)>,
}

/// Makes out the sections of music that ends at `end`.
///
/// As note-seq does it, a repeat without a beginning goes back to the last repeat sign or double bar line, and a double
/// bar line within a repeat means nothing.
pub(super) fn structure(
    marks: &[(Fraction, Mark, Place)],
    end: Fraction,
    order: Option<&Order>,
    warnings: &mut Warnings,
) -> Structure {
    let mut reader = Reader::default();
    for (position, mark, place) in marks {
        reader.mark(*position, mark, *place, warnings);
    }
    reader.close(end);
    reader.drop_empty(end);
    if reader.expected.is_some() {
        let place = marks.last().map(|mark| mark.2).unwrap_or_default();
        warnings.push(place, WarningKind::RepeatOpen);
    }
    let ordered = order.filter(|_| !reader.parts.is_empty());
    let ordered = ordered.and_then(|order| reader.ordered(order, warnings));
    let mut groups = ordered.unwrap_or(reader.groups);
    groups.retain(|group| !group.sections.is_empty());
    Structure { starts: reader.starts, groups }
}

impl Reader {
    fn mark(&mut self, position: Fraction, mark: &Mark, place: Place, warnings: &mut Warnings) {
        // After a repeat sign or a double bar line comes the next ending, or there is none.
        let closed = self.endings.as_ref().and_then(|endings| endings.closed);
        let goes_on = closed == Some(position) && matches!(mark, Mark::Ending(_));
        if closed.is_some() && !goes_on {
            self.finish_endings(true);
        }
        match mark {
            Mark::Double => self.double(position),
            Mark::Repeat { backward, forward } => {
                self.repeat(position, *backward, *forward, place, warnings);
            }
            Mark::Ending(passes) => self.ending(position, passes),
            Mark::Part(label) => self.part(position, label),
        }
    }

    /// Begins a section here unless one does so already.
    fn begin_section(&mut self, position: Fraction) -> bool {
        if self.starts.is_empty() && position.is_positive() {
            self.starts.push(Fraction::ZERO);
        }
        // Bars that are not full may make a voice go back.
        if self.starts.last().is_some_and(|last| *last >= position) {
            return false;
        }
        self.starts.push(position);
        true
    }

    fn group(&mut self, sections: Vec<usize>, times: u32) {
        self.covered = sections.iter().map(|last| last + 1).max().unwrap_or(0).max(self.covered);
        self.groups.push(Group { sections, times });
    }

    fn double(&mut self, position: Fraction) {
        if let Some(endings) = &mut self.endings {
            endings.closed = Some(position);
            self.begin_section(position);
        } else if self.expected.is_none() && position.is_positive() && self.begin_section(position)
        {
            self.group(vec![self.starts.len() - 2], 1);
        }
    }

    fn repeat(
        &mut self,
        position: Fraction,
        backward: Option<u32>,
        forward: Option<u32>,
        place: Place,
        warnings: &mut Warnings,
    ) {
        let is_new = self.begin_section(position);
        if let Some(endings) = &mut self.endings {
            endings.closed = Some(position);
            if forward.is_some() {
                self.finish_endings(true);
                self.expected = forward;
            }
            return;
        }
        match (self.expected, backward) {
            (Some(expected), Some(found)) if expected != found => {
                warnings.push(place, WarningKind::RepeatMismatch { expected, found });
            }
            (Some(_), None) if is_new => warnings.push(place, WarningKind::RepeatInside),
            _ => {}
        }
        match backward {
            Some(times) if is_new && position.is_positive() => {
                self.group(vec![self.starts.len() - 2], times);
            }
            Some(_) => warnings.push(place, WarningKind::RepeatEmpty),
            None if is_new && position.is_positive() => self.group(vec![self.starts.len() - 2], 1),
            None => {}
        }
        self.expected = forward;
    }

    fn ending(&mut self, position: Fraction, passes: &[u32]) {
        let is_new = self.begin_section(position);
        let current = self.starts.len().saturating_sub(1);
        let again = |endings: &Endings| {
            endings
                .endings
                .iter()
                .any(|(earlier, _)| earlier.iter().any(|pass| passes.contains(pass)))
        };
        let mut body = (is_new && current > 0 && current > self.covered).then(|| current - 1);
        if self.endings.as_ref().is_some_and(again) {
            // The music after the last ending is the body of a new repeat.
            body = self.finish_endings(false);
        }
        let endings =
            self.endings.get_or_insert_with(|| Endings { body, endings: Vec::new(), closed: None });
        endings.endings.push((passes.to_vec(), current));
        endings.closed = None;
        self.expected = None;
    }

    /// Puts what was read of a repeat with endings in order; without its last ending that is given back.
    fn finish_endings(&mut self, with_last: bool) -> Option<usize> {
        let endings = self.endings.take()?;
        let last_section = endings.endings.last().map(|(_, section)| *section);
        let passes = endings.endings.iter().flat_map(|(passes, _)| passes).max().copied();
        for pass in 1..=passes.unwrap_or(1) {
            let ending = endings.endings.iter().find(|(passes, _)| passes.contains(&pass));
            let ending = ending.map(|(_, section)| *section);
            let ending = ending.filter(|section| with_last || Some(*section) != last_section);
            let sections: Vec<usize> = endings.body.into_iter().chain(ending).collect();
            if !sections.is_empty() {
                self.group(sections, 1);
            }
        }
        if with_last {
            self.covered = self.covered.max(last_section.map_or(0, |last| last + 1));
        }
        last_section
    }

    /// Everything up to `position` is put in order.
    fn close(&mut self, position: Fraction) {
        self.finish_endings(true);
        for section in self.covered..self.starts.len() {
            if self.starts[section] < position {
                self.group(vec![section], 1);
            }
        }
    }

    fn part(&mut self, position: Fraction, label: &str) {
        self.begin_section(position);
        self.close(position);
        self.expected = None;
        self.parts.push((label.to_owned(), self.groups.len()));
    }

    /// Forgets sections in which there is nothing.
    fn drop_empty(&mut self, end: Fraction) {
        let count = self.starts.partition_point(|start| *start < end);
        self.starts.truncate(count);
        for group in &mut self.groups {
            group.sections.retain(|section| *section < count);
        }
    }

    /// The groups in the order of parts, after those that stand before the first part; none if that is too long.
    fn ordered(&self, order: &Order, warnings: &mut Warnings) -> Option<Vec<Group>> {
        let mut parts: HashMap<&str, Range<usize>> = HashMap::new();
        let mut end = self.groups.len();
        for (label, start) in self.parts.iter().rev() {
            parts.insert(label, *start..end);
            end = *start;
        }
        let mut groups = self.groups[..end].to_vec();
        for label in &order.labels {
            let Some(part) = parts.get(&*label.to_string()) else {
                warnings.push(order.place, WarningKind::UnknownPart { label: *label });
                continue;
            };
            if groups.len() + part.len() > MAX_GROUPS {
                warnings.push(order.place, WarningKind::PartOrder { limit: MAX_PARTS });
                return None;
            }
            groups.extend_from_slice(&self.groups[part.clone()]);
        }
        Some(groups)
    }
}
