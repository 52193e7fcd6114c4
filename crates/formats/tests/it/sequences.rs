//! Made-up sequences.

use music::{
    AnnotationKind, ControlChange, Encoding, InstrumentInfo, KeySignature, Mode, Notation, Note,
    NoteSequence, Parser, PartInfo, PitchBend, SectionAnnotation, SectionGroup, SequenceMetadata,
    Source, SourceInfo, SubsequenceInfo, Tempo, TextAnnotation, TimeSignature,
};
use proptest::collection::vec;
use proptest::prelude::*;

/// A voice of one pitch: rests and lengths in hundredths of a second, so that its notes never overlap.
fn voice(instrument: u32) -> impl Strategy<Value = Vec<Note>> {
    let span = (0u32..300, 40u32..300, 1u8..128);
    (0u8..128, vec(span, 1..12)).prop_map(move |(pitch, spans)| {
        let mut time = 0;
        let mut notes = Vec::new();
        for (rest, length, velocity) in spans {
            // A tick of rest at least, since notes that touch are joined by rounding as they please.
            let start = time + rest + 40;
            time = start + length;
            notes.push(Note {
                pitch,
                velocity,
                start_time: f64::from(start) / 100.0,
                end_time: f64::from(time) / 100.0,
                instrument,
                program: instrument as u8,
                is_drum: false,
                ..Note::default()
            });
        }
        notes
    })
}

/// Tempos between 20 and 300 quarter notes a minute.
fn tempos() -> impl Strategy<Value = Vec<Tempo>> {
    vec((1u32..400, 20.0..300.0), 0..5).prop_map(|changes| {
        let mut time = 0.0;
        let mut tempos = Vec::new();
        for (hundredths, qpm) in changes {
            tempos.push(Tempo { time, qpm });
            time += f64::from(hundredths) / 100.0;
        }
        tempos
    })
}

/// A sequence that MIDI can hold: one voice an instrument, times that its ticks can tell apart.
pub(crate) fn on_ticks() -> impl Strategy<Value = NoteSequence> {
    let voices = (1u32..6).prop_flat_map(|count| (0..count).map(voice).collect::<Vec<_>>());
    (voices, tempos(), 96i32..1000).prop_map(|(voices, tempos, ticks_per_quarter)| NoteSequence {
        ticks_per_quarter,
        tempos,
        notes: voices.into_iter().flatten().collect(),
        ..NoteSequence::default()
    })
}

const MODES: [Mode; 8] = [
    Mode::Major,
    Mode::Minor,
    Mode::NotSpecified,
    Mode::Mixolydian,
    Mode::Dorian,
    Mode::Phrygian,
    Mode::Lydian,
    Mode::Locrian,
];

const SOURCES: [(Source, Encoding, Parser); 7] = [
    (Source::Unknown, Encoding::Unknown, Parser::Unknown),
    (Source::Score, Encoding::MusicXml, Parser::Music21),
    (Source::Score, Encoding::Abc, Parser::MagentaAbc),
    (Source::Unknown, Encoding::Midi, Parser::PrettyMidi),
    (Source::Performance, Encoding::MusicNet, Parser::MagentaMusicNet),
    (Source::Score, Encoding::MusicXml, Parser::MagentaMusicXml),
    (Source::Unknown, Encoding::Midi, Parser::TonejsMidiConvert),
];

const KINDS: [AnnotationKind; 3] =
    [AnnotationKind::Unknown, AnnotationKind::ChordSymbol, AnnotationKind::Beat];

fn seconds() -> impl Strategy<Value = f64> {
    // -0.0 is stored as 0.0: protocol buffers leave out what equals the default.
    (-1e6..1e6f64).prop_map(|time| time + 0.0)
}

fn track() -> impl Strategy<Value = (u32, u8, bool)> {
    (0..=i32::MAX as u32, 0u8..128, any::<bool>())
}

fn note() -> impl Strategy<Value = Note> {
    (0u8..128, 0u8..128, seconds(), seconds(), track(), notation()).prop_map(
        |(pitch, velocity, start_time, end_time, (instrument, program, is_drum), notation)| Note {
            pitch,
            velocity,
            start_time,
            end_time,
            instrument,
            program,
            is_drum,
            notation,
        },
    )
}

fn notation() -> impl Strategy<Value = Notation> {
    let written = (any::<u16>(), any::<u16>(), any::<u16>(), any::<u16>()).prop_map(
        |(part, voice, numerator, denominator)| Notation { part, voice, numerator, denominator },
    );
    prop_oneof![Just(Notation::default()), written]
}

/// What a score has besides notes.
type Score = (Vec<PartInfo>, Vec<TextAnnotation>, Vec<SectionAnnotation>, Vec<SectionGroup>, i64);

fn score() -> impl Strategy<Value = Score> {
    let part = (any::<u16>(), "\\PC{0,8}").prop_map(|(part, name)| PartInfo { part, name });
    let text = (seconds(), "\\PC{0,8}", 0usize..3).prop_map(|(time, text, kind)| TextAnnotation {
        time,
        text,
        kind: KINDS[kind],
    });
    let section = (seconds(), any::<i64>())
        .prop_map(|(time, section_id)| SectionAnnotation { time, section_id });
    let group = (vec(-2i64..3, 0..4), 0u32..9)
        .prop_map(|(section_ids, num_times)| SectionGroup { section_ids, num_times });
    (vec(part, 0..3), vec(text, 0..3), vec(section, 0..3), vec(group, 0..3), any::<i64>())
}

fn signatures() -> impl Strategy<Value = (Vec<TimeSignature>, Vec<KeySignature>, Vec<Tempo>)> {
    let time = (seconds(), 1u32..300, 1u32..300)
        .prop_map(|(time, numerator, denominator)| TimeSignature { time, numerator, denominator });
    let key = (seconds(), 0u8..12, 0usize..8).prop_map(|(time, tonic, mode)| KeySignature {
        time,
        tonic,
        mode: MODES[mode],
    });
    let tempo = (seconds(), 1e-3..1e3).prop_map(|(time, qpm)| Tempo { time, qpm });
    (vec(time, 0..4), vec(key, 0..4), vec(tempo, 0..4))
}

fn controls() -> impl Strategy<Value = (Vec<PitchBend>, Vec<ControlChange>)> {
    let bend = (seconds(), -8192i16..8192, track()).prop_map(
        |(time, bend, (instrument, program, is_drum))| PitchBend {
            time,
            bend,
            instrument,
            program,
            is_drum,
        },
    );
    let change = (seconds(), 0u8..128, 0u8..128, track()).prop_map(
        |(time, number, value, (instrument, program, is_drum))| ControlChange {
            time,
            number,
            value,
            instrument,
            program,
            is_drum,
        },
    );
    (vec(bend, 0..4), vec(change, 0..4))
}

/// Any sequence that can be stored, sensible or not.
pub(crate) fn any_sequence() -> impl Strategy<Value = NoteSequence> {
    let names = vec("\\PC{0,8}", 7);
    let numbers = (-32768i32..40000, seconds(), seconds(), seconds(), 0usize..7, 0u32..100);
    (names, numbers, signatures(), vec(note(), 0..20), controls(), score()).prop_map(
        |(names, numbers, (time_signatures, key_signatures, tempos), notes, controls, score)| {
            let (ticks_per_quarter, total_time, start, end, source, instrument) = numbers;
            let [id, filename, collection_name, title, artist, genre, name]: [String; 7] =
                names.try_into().unwrap();
            let (source, encoding, parser) = SOURCES[source];
            let (part_infos, text_annotations, section_annotations, section_groups, number) = score;
            NoteSequence {
                id,
                filename,
                reference_number: number,
                collection_name,
                ticks_per_quarter,
                time_signatures,
                key_signatures,
                tempos,
                notes,
                total_time,
                pitch_bends: controls.0,
                control_changes: controls.1,
                instrument_infos: vec![InstrumentInfo { instrument, name }],
                part_infos,
                text_annotations,
                section_annotations,
                section_groups,
                source_info: SourceInfo { source, encoding, parser },
                subsequence_info: SubsequenceInfo {
                    start_time_offset: start,
                    end_time_offset: end,
                },
                metadata: SequenceMetadata {
                    title,
                    artist,
                    genres: vec![genre.clone(), genre],
                    composers: vec![String::new()],
                },
            }
        },
    )
}
