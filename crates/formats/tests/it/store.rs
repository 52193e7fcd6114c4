//! `note_sequence::encode` and `decode`: Magenta's bytes, there and back.

use formats::Error;
use formats::note_sequence::{decode, decode_notes, encode};
use music::{NoteSequence, SourceInfo, SubsequenceInfo};
use proptest::prelude::*;
use prost::Message as _;

use crate::golden::{bytes, names};
use crate::message;
use crate::sequences::any_sequence;

fn encoded(sequence: &NoteSequence) -> Vec<u8> {
    let mut buffer = Vec::new();
    encode(sequence, &mut buffer);
    buffer
}

#[test]
fn magentas_messages_come_back_byte_for_byte() {
    for folder in ["notesequences", "midi_bad", "midi_out"] {
        for name in names(folder, "pb") {
            let bytes = bytes(&format!("{folder}/{name}.pb"));
            assert_eq!(encoded(&decode(&bytes).unwrap()), bytes, "{folder}/{name}");
        }
    }
}

/// A message with one field: a message of its own, whose number and type is `tag`.
fn nested(tag: u8, inner: &[u8]) -> Vec<u8> {
    [&[tag, inner.len() as u8], inner].concat()
}

#[test]
fn values_out_of_range_are_named() {
    let error = |bytes: &[u8]| match decode(bytes) {
        Err(Error::OutOfRange { field, index, value, .. }) => (field, index, value),
        other => panic!("{other:?}"),
    };
    // Tags: field number times 8, plus 0 for a number, 1 for a double, 2 for bytes.
    assert_eq!(error(&nested(0x42, &[0x08, 0x80, 0x01])), ("note.pitch", 0, 128.0));
    let second = [nested(0x42, &[]), nested(0x42, &[0x10, 0xc8, 0x01])].concat();
    assert_eq!(error(&second), ("note.velocity", 1, 200.0));
    let negative = [0x38, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    assert_eq!(error(&nested(0x42, &negative)), ("note.instrument", 0, -1.0));
    assert_eq!(error(&nested(0x32, &[0x10, 12])), ("key_signature.key", 0, 12.0));
    assert_eq!(error(&nested(0x32, &[0x18, 8])), ("key_signature.mode", 0, 8.0));
    assert_eq!(error(&nested(0x3a, &[])), ("tempo.qpm", 0, 0.0));
    assert_eq!(error(&nested(0x2a, &[])), ("time_signature.numerator", 0, 0.0));
    let infinite = [&[0x49], f64::INFINITY.to_le_bytes().as_slice()].concat();
    assert_eq!(error(&infinite), ("total_time", 0, f64::INFINITY));
}

#[test]
fn notes_are_decoded_whatever_their_values_are() {
    let note = |fields: &[u8]| decode_notes(&nested(0x42, fields)).unwrap().notes[0];
    let minus_one = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    let negative = |tag: u8| [&[tag], minus_one.as_slice()].concat();
    // Pitches that are none stay none; 200 fits into a byte as it is.
    assert_eq!(note(&[0x08, 0xc8, 0x01]).pitch, 200);
    assert_eq!(note(&[0x08, 0x80, 0x02]).pitch, 255);
    assert_eq!(note(&negative(0x08)).pitch, 255);
    // Of velocities only zero is silent.
    assert_eq!(note(&[0x10, 0xc8, 0x01]).velocity, 127);
    assert_eq!(note(&negative(0x10)).velocity, 127);
    assert_eq!(note(&[0x10, 0]).velocity, 0);
    assert_eq!(note(&[0x40, 0x80, 0x01]).program, 127);
    assert_eq!(note(&negative(0x38)).instrument, u32::MAX);
    let endless = [&[0x21], f64::INFINITY.to_le_bytes().as_slice()].concat();
    assert_eq!(note(&endless).end_time, f64::INFINITY);

    let at_no_time = |inner: &[u8]| [&[0x09], f64::NAN.to_le_bytes().as_slice(), inner].concat();
    let odd = [
        nested(0x32, &[0x10, 12]),
        nested(0x32, &[0x10, 3]),
        nested(0x3a, &[]),
        nested(0x3a, &at_no_time(&[])),
        nested(0x2a, &negative(0x10)),
        nested(0x2a, &at_no_time(&[0x10, 3, 0x18, 4])),
    ];
    let sequence = decode_notes(&odd.concat()).unwrap();
    assert_eq!(sequence.key_signatures.iter().map(|key| key.tonic).collect::<Vec<_>>(), [3]);
    assert_eq!(sequence.tempos.iter().map(|tempo| tempo.qpm).collect::<Vec<_>>(), [0.0]);
    let meters = sequence.time_signatures.iter().map(|meter| (meter.numerator, meter.denominator));
    assert_eq!(meters.collect::<Vec<_>>(), [(0, 0)]);
    assert!(decode(&odd.concat()).is_err());
}

#[test]
fn bytes_that_are_no_message_are_an_error() {
    assert!(matches!(decode(b"\x42\x05\x08"), Err(Error::Protobuf(_))));
    assert!(matches!(decode(b"MThd\0\0"), Err(Error::Protobuf(_))));
    assert!(matches!(decode(b"\x0a\x01\xff"), Err(Error::Protobuf(_))));
    assert!(matches!(decode_notes(b"\x42\x05\x08"), Err(Error::Protobuf(_))));
    assert!(matches!(decode_notes(b"\x32\x01\x08"), Err(Error::Protobuf(_))));
}

#[test]
fn unknown_fields_are_ignored() {
    // Field 15, the grid of a quantized sequence, and field 100, which nobody has.
    let unknown = [nested(0x7a, b"\x08\x04"), vec![0xa0, 0x06, 0x07]].concat();
    let known = bytes("notesequences/syn_one_note.pb");
    let both = [known.as_slice(), &unknown].concat();
    assert_eq!(decode(&both).unwrap(), decode(&known).unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn decoding_is_the_inverse_of_encoding(sequence in any_sequence()) {
        prop_assert_eq!(decode(&encoded(&sequence)).unwrap(), sequence);
    }

    #[test]
    fn a_protocol_buffer_library_writes_the_same_bytes(sequence in any_sequence()) {
        let bytes = encoded(&sequence);
        let message = message::NoteSequence::decode(bytes.as_slice()).unwrap();
        prop_assert_eq!(message.encode_to_vec(), bytes);
    }

    #[test]
    fn decoding_notes_leaves_out_the_rest(sequence in any_sequence()) {
        let notes = decode_notes(&encoded(&sequence)).unwrap();
        let without = NoteSequence {
            pitch_bends: Vec::new(),
            control_changes: Vec::new(),
            instrument_infos: Vec::new(),
            part_infos: Vec::new(),
            text_annotations: Vec::new(),
            section_annotations: Vec::new(),
            section_groups: Vec::new(),
            ..sequence
        };
        prop_assert_eq!(notes, without);
    }

    /// Damaged messages take every path of the decoder, that of usual notes and that of all others.
    #[test]
    fn a_damaged_message_is_read_as_a_protocol_buffer_library_reads_it(
        sequence in any_sequence(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = encoded(&sequence);
        prop_assume!(!bytes.is_empty());
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Ok(mut ours) = decode(&bytes) {
            let mut theirs = message::NoteSequence::decode(bytes.as_slice()).unwrap();
            // Where the library keeps what is unknown or empty, a sequence has no place for it.
            (ours.source_info, theirs.source_info) = (SourceInfo::default(), None);
            (ours.subsequence_info, theirs.subsequence_info) = (SubsequenceInfo::default(), None);
            if theirs.sequence_metadata == Some(Default::default()) {
                theirs.sequence_metadata = None;
            }
            for text in theirs.text_annotations.iter_mut() {
                if !(0..=2).contains(&text.annotation_type) {
                    text.annotation_type = 0;
                }
            }
            for group in &mut theirs.section_groups {
                let is_id = |section: &message::Section| {
                    matches!(section.section_type, Some(message::SectionType::Id(_)))
                };
                group.sections.retain(is_id);
            }
            prop_assert_eq!(encoded(&ours), theirs.encode_to_vec());
        }
    }
}
