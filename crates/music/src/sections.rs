//! Playing a piece as its repeats and endings ask for.

use std::collections::HashMap;

use crate::quantize::split::{Timed, cut_notes, cut_states};
use crate::{
    AnnotationKind, KeySignature, NoteSequence, SectionAnnotation, Tempo, TextAnnotation,
    TimeSignature,
};

/// The piece with its sections in the order in which its section groups play them, float for float as note-seq's
/// `expand_section_groups` gives it: notes by start time, cut at the ends of their sections, signatures and tempos only
/// where they change, chord symbols but no other texts, no pitch bends or control changes.
///
/// A piece without groups comes back as it is. Groups that name sections that there are not leave them out.
/// `None` when the result would hold more than `limit` notes and events.
pub fn expand_sections(sequence: &NoteSequence, limit: usize) -> Option<NoteSequence> {
    if sequence.section_groups.is_empty() || sequence.section_annotations.is_empty() {
        return Some(sequence.clone());
    }
    let sections = cut(sequence);
    let order = play_order(sequence, &sections, limit)?;
    let mut played = NoteSequence { total_time: 0.0, ..frame(sequence) };
    let mut time = 0.0;
    for section in order.into_iter().filter_map(|index| sections.get(index)) {
        section.append_to(&mut played, time);
        time += section.duration;
    }
    forget_repetitions(&mut played);
    Some(played)
}

/// What lies between two section annotations, moved to time 0.
struct Section {
    id: i64,
    duration: f64,
    /// End of its last note.
    end: f64,
    music: NoteSequence,
}

/// Where a text stands in its list.
#[derive(Clone, Copy)]
struct TextPlace {
    time: f64,
    index: usize,
}

impl Timed for TextPlace {
    fn time(&self) -> f64 {
        self.time
    }
    fn at(self, time: f64) -> Self {
        Self { time, ..self }
    }
}

fn cut(sequence: &NoteSequence) -> Vec<Section> {
    let annotations = &sequence.section_annotations;
    let mut times: Vec<f64> = annotations.iter().map(|annotation| annotation.time).collect();
    let last = times.last().copied().unwrap_or_default();
    times.push(if sequence.total_time > last { sequence.total_time } else { last });

    let texts = sequence.text_annotations.iter().enumerate();
    let chords: Vec<TextPlace> = texts
        .filter(|(_, text)| text.kind == AnnotationKind::ChordSymbol)
        .map(|(index, text)| TextPlace { time: text.time, index })
        .collect();
    let mut notes = cut_notes(&sequence.notes, &times).into_iter();
    let mut meters = cut_states(&sequence.time_signatures, &times).into_iter();
    let mut keys = cut_states(&sequence.key_signatures, &times).into_iter();
    let mut tempos = cut_states(&sequence.tempos, &times).into_iter();
    let mut chords = cut_states(&chords, &times).into_iter();

    let mut sections = Vec::with_capacity(annotations.len());
    for (annotation, pair) in annotations.iter().zip(times.windows(2)) {
        let id = annotation.section_id;
        let places = chords.next().unwrap_or_default().into_iter();
        let music = NoteSequence {
            notes: notes.next().unwrap_or_default(),
            time_signatures: meters.next().unwrap_or_default(),
            key_signatures: keys.next().unwrap_or_default(),
            tempos: tempos.next().unwrap_or_default(),
            text_annotations: places
                .map(|place| TextAnnotation {
                    time: place.time,
                    ..sequence.text_annotations[place.index].clone()
                })
                .collect(),
            section_annotations: vec![SectionAnnotation { time: 0.0, section_id: id }],
            ..NoteSequence::default()
        };
        let end = music.notes.iter().fold(0.0_f64, |end, note| end.max(note.end_time));
        sections.push(Section { id, duration: pair[1] - pair[0], end, music });
    }
    sections
}

/// The sections, by index, as they are played; `None` if that is more than `limit` items.
fn play_order(sequence: &NoteSequence, sections: &[Section], limit: usize) -> Option<Vec<usize>> {
    let by_id: HashMap<i64, usize> =
        sections.iter().enumerate().map(|(index, section)| (section.id, index)).collect();
    let mut order = Vec::new();
    let mut items = 0_usize;
    for group in &sequence.section_groups {
        let group_order: Vec<usize> =
            group.section_ids.iter().filter_map(|id| by_id.get(id).copied()).collect();
        if group_order.is_empty() {
            continue;
        }
        let once: usize = group_order.iter().map(|&index| sections[index].items()).sum();
        items = items.saturating_add(once.saturating_mul(group.num_times as usize));
        if items > limit {
            return None;
        }
        for _ in 0..group.num_times {
            order.extend_from_slice(&group_order);
        }
    }
    Some(order)
}

/// All that does not lie in time.
fn frame(sequence: &NoteSequence) -> NoteSequence {
    let mut metadata = sequence.metadata.clone();
    forget_duplicates(&mut metadata.composers);
    forget_duplicates(&mut metadata.genres);
    NoteSequence {
        id: sequence.id.clone(),
        filename: sequence.filename.clone(),
        collection_name: sequence.collection_name.clone(),
        reference_number: sequence.reference_number,
        ticks_per_quarter: sequence.ticks_per_quarter,
        instrument_infos: sequence.instrument_infos.clone(),
        part_infos: sequence.part_infos.clone(),
        source_info: sequence.source_info,
        metadata,
        ..NoteSequence::default()
    }
}

fn forget_duplicates(names: &mut Vec<String>) {
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
}

impl Section {
    fn items(&self) -> usize {
        let music = &self.music;
        1 + music.notes.len()
            + music.text_annotations.len()
            + music.tempos.len()
            + music.time_signatures.len()
            + music.key_signatures.len()
    }

    fn append_to(&self, played: &mut NoteSequence, time: f64) {
        let music = &self.music;
        let start = played.notes.len();
        played.notes.extend_from_slice(&music.notes);
        for note in &mut played.notes[start..] {
            note.start_time += time;
            note.end_time += time;
        }
        let moved = |at: f64| at + time;
        played.time_signatures.extend(
            music
                .time_signatures
                .iter()
                .map(|item| TimeSignature { time: moved(item.time), ..*item }),
        );
        played.key_signatures.extend(
            music
                .key_signatures
                .iter()
                .map(|item| KeySignature { time: moved(item.time), ..*item }),
        );
        played
            .tempos
            .extend(music.tempos.iter().map(|item| Tempo { time: moved(item.time), ..*item }));
        played.text_annotations.extend(
            music
                .text_annotations
                .iter()
                .map(|item| TextAnnotation { time: moved(item.time), ..item.clone() }),
        );
        played.section_annotations.extend(
            music
                .section_annotations
                .iter()
                .map(|item| SectionAnnotation { time: moved(item.time), ..*item }),
        );
        played.total_time = self.end + time;
    }
}

/// Drops signatures and tempos that say what holds already.
fn forget_repetitions(played: &mut NoteSequence) {
    played.time_signatures.dedup_by(|later, earlier| {
        (later.numerator, later.denominator) == (earlier.numerator, earlier.denominator)
    });
    played
        .key_signatures
        .dedup_by(|later, earlier| (later.tonic, later.mode) == (earlier.tonic, earlier.mode));
    played.tempos.dedup_by(|later, earlier| later.qpm == earlier.qpm);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Note, SectionGroup};

    /// Two sections of a second each, with a note in each and a tempo for the second.
    fn sequence(groups: &[(&[i64], u32)]) -> NoteSequence {
        let note = |pitch, start_time| Note {
            pitch,
            start_time,
            // The first is cut at the end of its section.
            end_time: start_time + 1.5,
            ..Note::default()
        };
        let text = |time, kind| TextAnnotation { time, text: "Am".into(), kind };
        NoteSequence {
            notes: vec![note(60, 0.0), note(62, 1.0)],
            total_time: 2.0,
            tempos: vec![Tempo { time: 0.0, qpm: 60.0 }, Tempo { time: 1.0, qpm: 90.0 }],
            text_annotations: vec![
                text(0.5, AnnotationKind::ChordSymbol),
                text(0.5, AnnotationKind::Unknown),
            ],
            section_annotations: vec![
                SectionAnnotation { time: 0.0, section_id: 0 },
                SectionAnnotation { time: 1.0, section_id: 1 },
            ],
            section_groups: groups
                .iter()
                .map(|(ids, num_times)| SectionGroup {
                    section_ids: ids.to_vec(),
                    num_times: *num_times,
                })
                .collect(),
            ..NoteSequence::default()
        }
    }

    #[test]
    fn sections_are_played_in_the_order_of_their_groups() {
        let played = expand_sections(&sequence(&[(&[0, 1], 2), (&[0], 1)]), 100).unwrap();
        let notes: Vec<_> =
            played.notes.iter().map(|it| (it.pitch, it.start_time, it.end_time)).collect();
        let expected =
            [(60, 0.0, 1.0), (62, 1.0, 2.0), (60, 2.0, 3.0), (62, 3.0, 4.0), (60, 4.0, 5.0)];
        assert_eq!(notes, expected);
        assert_eq!(played.total_time, 5.0);
        let tempos: Vec<_> = played.tempos.iter().map(|tempo| (tempo.time, tempo.qpm)).collect();
        assert_eq!(tempos, [(0.0, 60.0), (1.0, 90.0), (2.0, 60.0), (3.0, 90.0), (4.0, 60.0)]);
        // The chord in force at the start of a section is said again; other texts are not kept.
        let texts: Vec<f64> = played.text_annotations.iter().map(|text| text.time).collect();
        assert_eq!(texts, [0.5, 1.0, 2.5, 3.0, 4.5]);
        assert!(played.section_groups.is_empty());
    }

    #[test]
    fn a_piece_without_groups_stays_as_it_is() {
        assert_eq!(expand_sections(&sequence(&[]), 0), Some(sequence(&[])));
    }

    #[test]
    fn what_would_be_too_long_is_not_played() {
        assert_eq!(expand_sections(&sequence(&[(&[0, 1], u32::MAX)]), 1_000_000), None);
        assert_eq!(expand_sections(&sequence(&[(&[7], u32::MAX)]), 10).unwrap().notes, []);
    }
}
