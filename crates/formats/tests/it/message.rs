//! The messages of `proto/note_sequence.proto` for a protocol buffer library: what our own encoder is held against.

use prost::Message;

#[derive(Clone, PartialEq, Message)]
pub(super) struct NoteSequence {
    #[prost(string, tag = "1")]
    pub(super) id: String,
    #[prost(string, tag = "2")]
    pub(super) filename: String,
    #[prost(string, tag = "3")]
    pub(super) collection_name: String,
    #[prost(int32, tag = "4")]
    pub(super) ticks_per_quarter: i32,
    #[prost(message, repeated, tag = "5")]
    pub(super) time_signatures: Vec<TimeSignature>,
    #[prost(message, repeated, tag = "6")]
    pub(super) key_signatures: Vec<KeySignature>,
    #[prost(message, repeated, tag = "7")]
    pub(super) tempos: Vec<Tempo>,
    #[prost(message, repeated, tag = "8")]
    pub(super) notes: Vec<Note>,
    #[prost(double, tag = "9")]
    pub(super) total_time: f64,
    #[prost(message, repeated, tag = "10")]
    pub(super) pitch_bends: Vec<PitchBend>,
    #[prost(message, repeated, tag = "11")]
    pub(super) control_changes: Vec<ControlChange>,
    #[prost(message, repeated, tag = "12")]
    pub(super) part_infos: Vec<PartInfo>,
    #[prost(message, optional, tag = "13")]
    pub(super) source_info: Option<SourceInfo>,
    #[prost(message, repeated, tag = "14")]
    pub(super) text_annotations: Vec<TextAnnotation>,
    #[prost(message, optional, tag = "17")]
    pub(super) subsequence_info: Option<SubsequenceInfo>,
    #[prost(int64, tag = "18")]
    pub(super) reference_number: i64,
    #[prost(message, optional, tag = "19")]
    pub(super) sequence_metadata: Option<SequenceMetadata>,
    #[prost(message, repeated, tag = "20")]
    pub(super) section_annotations: Vec<SectionAnnotation>,
    #[prost(message, repeated, tag = "21")]
    pub(super) section_groups: Vec<SectionGroup>,
    #[prost(message, repeated, tag = "23")]
    pub(super) instrument_infos: Vec<InstrumentInfo>,
}

#[derive(Clone, Copy, PartialEq, Message)]
pub(super) struct TimeSignature {
    #[prost(double, tag = "1")]
    pub(super) time: f64,
    #[prost(int32, tag = "2")]
    pub(super) numerator: i32,
    #[prost(int32, tag = "3")]
    pub(super) denominator: i32,
}

#[derive(Clone, Copy, PartialEq, Message)]
pub(super) struct KeySignature {
    #[prost(double, tag = "1")]
    pub(super) time: f64,
    #[prost(int32, tag = "2")]
    pub(super) key: i32,
    #[prost(int32, tag = "3")]
    pub(super) mode: i32,
}

#[derive(Clone, Copy, PartialEq, Message)]
pub(super) struct Tempo {
    #[prost(double, tag = "1")]
    pub(super) time: f64,
    #[prost(double, tag = "2")]
    pub(super) qpm: f64,
}

#[derive(Clone, Copy, PartialEq, Message)]
pub(super) struct Note {
    #[prost(int32, tag = "1")]
    pub(super) pitch: i32,
    #[prost(int32, tag = "2")]
    pub(super) velocity: i32,
    #[prost(double, tag = "3")]
    pub(super) start_time: f64,
    #[prost(double, tag = "4")]
    pub(super) end_time: f64,
    #[prost(int32, tag = "5")]
    pub(super) numerator: i32,
    #[prost(int32, tag = "6")]
    pub(super) denominator: i32,
    #[prost(int32, tag = "7")]
    pub(super) instrument: i32,
    #[prost(int32, tag = "8")]
    pub(super) program: i32,
    #[prost(bool, tag = "9")]
    pub(super) is_drum: bool,
    #[prost(int32, tag = "10")]
    pub(super) part: i32,
    #[prost(int32, tag = "12")]
    pub(super) voice: i32,
}

#[derive(Clone, Copy, PartialEq, Message)]
pub(super) struct PitchBend {
    #[prost(double, tag = "1")]
    pub(super) time: f64,
    #[prost(int32, tag = "2")]
    pub(super) bend: i32,
    #[prost(int32, tag = "3")]
    pub(super) instrument: i32,
    #[prost(int32, tag = "4")]
    pub(super) program: i32,
    #[prost(bool, tag = "5")]
    pub(super) is_drum: bool,
}

#[derive(Clone, Copy, PartialEq, Message)]
pub(super) struct ControlChange {
    #[prost(double, tag = "1")]
    pub(super) time: f64,
    #[prost(int32, tag = "2")]
    pub(super) control_number: i32,
    #[prost(int32, tag = "3")]
    pub(super) control_value: i32,
    #[prost(int32, tag = "4")]
    pub(super) instrument: i32,
    #[prost(int32, tag = "5")]
    pub(super) program: i32,
    #[prost(bool, tag = "6")]
    pub(super) is_drum: bool,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct PartInfo {
    #[prost(int32, tag = "1")]
    pub(super) part: i32,
    #[prost(string, tag = "2")]
    pub(super) name: String,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct TextAnnotation {
    #[prost(double, tag = "1")]
    pub(super) time: f64,
    #[prost(string, tag = "2")]
    pub(super) text: String,
    #[prost(int32, tag = "3")]
    pub(super) annotation_type: i32,
}

#[derive(Clone, Copy, PartialEq, Message)]
pub(super) struct SectionAnnotation {
    #[prost(double, tag = "1")]
    pub(super) time: f64,
    #[prost(int64, tag = "4")]
    pub(super) section_id: i64,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Section {
    #[prost(oneof = "SectionType", tags = "1, 2")]
    pub(super) section_type: Option<SectionType>,
}

/// Of a choice the last one counts, and it is written even if it is 0.
#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum SectionType {
    #[prost(int64, tag = "1")]
    Id(i64),
    /// A group, of which nothing is looked at.
    #[prost(bytes, tag = "2")]
    Group(Vec<u8>),
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct SectionGroup {
    #[prost(message, repeated, tag = "1")]
    pub(super) sections: Vec<Section>,
    #[prost(int32, tag = "2")]
    pub(super) num_times: i32,
}

#[derive(Clone, Copy, PartialEq, Message)]
pub(super) struct SourceInfo {
    #[prost(int32, tag = "1")]
    pub(super) source_type: i32,
    #[prost(int32, tag = "2")]
    pub(super) encoding_type: i32,
    #[prost(int32, tag = "3")]
    pub(super) parser: i32,
}

#[derive(Clone, Copy, PartialEq, Message)]
pub(super) struct SubsequenceInfo {
    #[prost(double, tag = "1")]
    pub(super) start_time_offset: f64,
    #[prost(double, tag = "2")]
    pub(super) end_time_offset: f64,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct InstrumentInfo {
    #[prost(int32, tag = "1")]
    pub(super) instrument: i32,
    #[prost(string, tag = "2")]
    pub(super) name: String,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct SequenceMetadata {
    #[prost(string, tag = "1")]
    pub(super) title: String,
    #[prost(string, tag = "2")]
    pub(super) artist: String,
    #[prost(string, repeated, tag = "3")]
    pub(super) genre: Vec<String>,
    #[prost(string, repeated, tag = "4")]
    pub(super) composers: Vec<String>,
}
