//! A sequence as bytes.

use music::{
    AnnotationKind, Encoding, KeySignature, Mode, NoteSequence, Parser, SectionAnnotation,
    SectionGroup, SequenceMetadata, Source, SourceInfo, SubsequenceInfo, Tempo, TextAnnotation,
    TimeSignature,
};

use super::leaf::Leaf;
use super::{event, field, wire};

/// More than the usual note takes, with its key and length.
const BYTES_A_NOTE: usize = 40;
/// The same for bends and controllers.
const BYTES_A_CONTROL: usize = 24;

/// Adds the bytes of `sequence` to `buffer`: those that note-seq writes for the same sequence.
///
/// A message of nothing but unknown or zero values is left out, as if it had never been set. Numbers beyond an `int32`,
/// which no reader makes, become the largest one.
pub fn encode(sequence: &NoteSequence, buffer: &mut Vec<u8>) {
    let controls = sequence.pitch_bends.len() + sequence.control_changes.len();
    buffer.reserve(sequence.notes.len() * BYTES_A_NOTE + controls * BYTES_A_CONTROL);
    wire::put_text(buffer, field::ID, &sequence.id);
    wire::put_text(buffer, field::FILENAME, &sequence.filename);
    wire::put_text(buffer, field::COLLECTION_NAME, &sequence.collection_name);
    wire::put_int(buffer, field::TICKS_PER_QUARTER, sequence.ticks_per_quarter);
    sequence.time_signatures.iter().for_each(|signature| put_time_signature(buffer, signature));
    sequence.key_signatures.iter().for_each(|signature| put_key_signature(buffer, signature));
    sequence.tempos.iter().for_each(|tempo| put_tempo(buffer, tempo));
    event::put_notes(buffer, &sequence.notes);
    wire::put_double(buffer, field::TOTAL_TIME, sequence.total_time);
    event::put_pitch_bends(buffer, &sequence.pitch_bends);
    event::put_control_changes(buffer, &sequence.control_changes);
    for info in &sequence.part_infos {
        put_name(buffer, field::PART_INFOS, info.part.into(), &info.name);
    }
    put_source_info(buffer, sequence.source_info);
    sequence.text_annotations.iter().for_each(|text| put_text_annotation(buffer, text));
    put_subsequence_info(buffer, sequence.subsequence_info);
    wire::put_long(buffer, field::REFERENCE_NUMBER, sequence.reference_number);
    put_metadata(buffer, &sequence.metadata);
    sequence.section_annotations.iter().for_each(|section| put_section(buffer, section));
    sequence.section_groups.iter().for_each(|group| put_section_group(buffer, group));
    for info in &sequence.instrument_infos {
        let instrument = i32::try_from(info.instrument).unwrap_or(i32::MAX);
        put_name(buffer, field::INSTRUMENT_INFOS, instrument, &info.name);
    }
}

/// Appends the name of an instrument or of a part.
fn put_name(out: &mut Vec<u8>, number: u32, of: i32, name: &str) {
    let mut message = Vec::new();
    wire::put_int(&mut message, 1, of);
    wire::put_text(&mut message, 2, name);
    wire::put_bytes(out, number, &message);
}

fn put_text_annotation(out: &mut Vec<u8>, from: &TextAnnotation) {
    let kind = match from.kind {
        AnnotationKind::Unknown => 0,
        AnnotationKind::ChordSymbol => 1,
        AnnotationKind::Beat => 2,
    };
    let mut message = Vec::new();
    wire::put_double(&mut message, 1, from.time);
    wire::put_text(&mut message, 2, &from.text);
    wire::put_int(&mut message, 3, kind);
    wire::put_bytes(out, field::TEXT_ANNOTATIONS, &message);
}

fn put_section(out: &mut Vec<u8>, from: &SectionAnnotation) {
    let mut message = Vec::new();
    wire::put_double(&mut message, 1, from.time);
    wire::put_long(&mut message, 4, from.section_id);
    wire::put_bytes(out, field::SECTION_ANNOTATIONS, &message);
}

fn put_section_group(out: &mut Vec<u8>, from: &SectionGroup) {
    let mut message = Vec::new();
    for &id in &from.section_ids {
        // One of a choice: section 0, too, is written.
        let mut section = Vec::new();
        wire::put_chosen_long(&mut section, 1, id);
        wire::put_bytes(&mut message, 1, &section);
    }
    wire::put_int(&mut message, 2, i32::try_from(from.num_times).unwrap_or(i32::MAX));
    wire::put_bytes(out, field::SECTION_GROUPS, &message);
}

fn put_time_signature(out: &mut Vec<u8>, from: &TimeSignature) {
    let mut leaf = Leaf::new();
    leaf.double(1, from.time);
    leaf.natural(2, from.numerator);
    leaf.natural(3, from.denominator);
    leaf.put(out, field::TIME_SIGNATURES);
}

fn put_key_signature(out: &mut Vec<u8>, from: &KeySignature) {
    let mode = match from.mode {
        Mode::Major => 0,
        Mode::Minor => 1,
        Mode::NotSpecified => 2,
        Mode::Mixolydian => 3,
        Mode::Dorian => 4,
        Mode::Phrygian => 5,
        Mode::Lydian => 6,
        Mode::Locrian => 7,
    };
    let mut leaf = Leaf::new();
    leaf.double(1, from.time);
    leaf.int(2, from.tonic.into());
    leaf.int(3, mode);
    leaf.put(out, field::KEY_SIGNATURES);
}

fn put_tempo(out: &mut Vec<u8>, from: &Tempo) {
    let mut leaf = Leaf::new();
    leaf.double(1, from.time);
    leaf.double(2, from.qpm);
    leaf.put(out, field::TEMPOS);
}

fn put_source_info(out: &mut Vec<u8>, from: SourceInfo) {
    if from == SourceInfo::default() {
        return;
    }
    let encoding = match from.encoding {
        Encoding::Unknown => 0,
        Encoding::MusicXml => 1,
        Encoding::Abc => 2,
        Encoding::Midi => 3,
        Encoding::MusicNet => 4,
    };
    let parser = match from.parser {
        Parser::Unknown => 0,
        Parser::Music21 => 1,
        Parser::PrettyMidi => 2,
        Parser::MagentaMusicXml => 3,
        Parser::MagentaMusicNet => 4,
        Parser::MagentaAbc => 5,
        Parser::TonejsMidiConvert => 6,
    };
    let source = match from.source {
        Source::Unknown => 0,
        Source::Score => 1,
        Source::Performance => 2,
    };
    let mut leaf = Leaf::new();
    leaf.int(1, source);
    leaf.int(2, encoding);
    leaf.int(3, parser);
    leaf.put(out, field::SOURCE_INFO);
}

fn put_subsequence_info(out: &mut Vec<u8>, from: SubsequenceInfo) {
    if from == SubsequenceInfo::default() {
        return;
    }
    let mut leaf = Leaf::new();
    leaf.double(1, from.start_time_offset);
    leaf.double(2, from.end_time_offset);
    leaf.put(out, field::SUBSEQUENCE_INFO);
}

fn put_metadata(out: &mut Vec<u8>, from: &SequenceMetadata) {
    if *from == SequenceMetadata::default() {
        return;
    }
    let mut message = Vec::new();
    wire::put_text(&mut message, 1, &from.title);
    wire::put_text(&mut message, 2, &from.artist);
    // In a list an empty string counts.
    from.genres.iter().for_each(|genre| wire::put_bytes(&mut message, 3, genre.as_bytes()));
    from.composers.iter().for_each(|name| wire::put_bytes(&mut message, 4, name.as_bytes()));
    wire::put_bytes(out, field::SEQUENCE_METADATA, &message);
}
