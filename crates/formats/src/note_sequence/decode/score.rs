//! What only scores have: parts, texts and sections.

use music::{AnnotationKind, PartInfo, SectionAnnotation, SectionGroup, TextAnnotation};

use super::{finite, natural, sixteen_bits};
use crate::Result;
use crate::note_sequence::wire::Message;

pub(super) fn part_info(index: usize, mut message: Message<'_>) -> Result<PartInfo> {
    let (mut part, mut name) = (0, String::new());
    while let Some((number, value)) = message.field()? {
        match number {
            1 => part = value.int()?,
            2 => name = value.text()?,
            _ => {}
        }
    }
    Ok(PartInfo { part: sixteen_bits("part_info.part", index, part)?, name })
}

/// A kind of text that newer versions of note-seq may add is taken for unknown.
pub(super) fn text_annotation(index: usize, mut message: Message<'_>) -> Result<TextAnnotation> {
    let mut annotation = TextAnnotation::default();
    while let Some((number, value)) = message.field()? {
        match number {
            1 => annotation.time = value.double()?,
            2 => annotation.text = value.text()?,
            3 => {
                annotation.kind = match value.int()? {
                    1 => AnnotationKind::ChordSymbol,
                    2 => AnnotationKind::Beat,
                    _ => AnnotationKind::Unknown,
                }
            }
            _ => {}
        }
    }
    finite("text_annotation.time", index, annotation.time)?;
    Ok(annotation)
}

pub(super) fn section_annotation(
    index: usize,
    mut message: Message<'_>,
) -> Result<SectionAnnotation> {
    let mut annotation = SectionAnnotation::default();
    while let Some((number, value)) = message.field()? {
        match number {
            1 => annotation.time = value.double()?,
            4 => annotation.section_id = value.long()?,
            _ => {}
        }
    }
    finite("section_annotation.time", index, annotation.time)?;
    Ok(annotation)
}

/// A group in the place of a section is passed over.
pub(super) fn section_group(index: usize, mut message: Message<'_>) -> Result<SectionGroup> {
    let (mut section_ids, mut num_times) = (Vec::new(), 0);
    while let Some((number, value)) = message.field()? {
        match number {
            1 => section_ids.extend(section_id(value.message()?)?),
            2 => num_times = value.int()?,
            _ => {}
        }
    }
    let num_times = natural("section_group.num_times", index, num_times)?;
    Ok(SectionGroup { section_ids, num_times })
}

fn section_id(mut section: Message<'_>) -> Result<Option<i64>> {
    let mut id = None;
    while let Some((number, value)) = section.field()? {
        match number {
            1 => id = Some(value.long()?),
            2 => id = None,
            _ => {}
        }
    }
    Ok(id)
}
