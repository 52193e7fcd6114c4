//! A piece of music as notes in seconds.

use crate::{ControlChange, KeySignature, Note, PitchBend, Tempo, TimeSignature};

/// A piece of music: what every reader makes and every writer takes.
///
/// Its fields are those of note-seq's `NoteSequence` message, which is also how it is stored
/// (`formats::note_sequence`). Lists are in the order in which their reader met them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NoteSequence {
    /// Unique name, such as `/id/midi/clean_midi/<sha1 of the relative path>`.
    pub id: String,
    /// Path of the file it came from, relative to the collection.
    pub filename: String,
    /// Number of the tune in the book it came from (the `X:` field of ABC); 0 when it has none.
    pub reference_number: i64,
    /// Name of the collection it came from.
    pub collection_name: String,
    /// Resolution of the file it came from; 0 when unknown, negative for a MIDI file in SMPTE time.
    pub ticks_per_quarter: i32,
    /// Time signatures by time; empty means 4/4.
    pub time_signatures: Vec<TimeSignature>,
    /// Key signatures by time.
    pub key_signatures: Vec<KeySignature>,
    /// Tempos by time; empty means [`DEFAULT_QPM`](crate::DEFAULT_QPM).
    pub tempos: Vec<Tempo>,
    /// The notes, instrument by instrument.
    pub notes: Vec<Note>,
    /// End of the last note or event, in seconds.
    pub total_time: f64,
    /// Pitch bends.
    pub pitch_bends: Vec<PitchBend>,
    /// Control changes.
    pub control_changes: Vec<ControlChange>,
    /// Names of the instruments that have one.
    pub instrument_infos: Vec<InstrumentInfo>,
    /// Names of the parts of its score.
    pub part_infos: Vec<PartInfo>,
    /// Chord symbols and other texts by time.
    pub text_annotations: Vec<TextAnnotation>,
    /// Where the sections begin that [`section_groups`](Self::section_groups) puts in order, by time.
    pub section_annotations: Vec<SectionAnnotation>,
    /// The order in which sections are played, repeats included; empty when they stand in their order.
    pub section_groups: Vec<SectionGroup>,
    /// Where it came from.
    pub source_info: SourceInfo,
    /// Where it stood in the piece it was cut out of.
    pub subsequence_info: SubsequenceInfo,
    /// Title, artist and the like.
    pub metadata: SequenceMetadata,
}

/// The name of an instrument (a track).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstrumentInfo {
    /// Number of the instrument, as in [`Note::instrument`].
    pub instrument: u32,
    /// Its name.
    pub name: String,
}

/// The name of a part of a score.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartInfo {
    /// Number of the part, as in [`Notation::part`](crate::Notation::part).
    pub part: u16,
    /// Its name.
    pub name: String,
}

/// A text that stands at a point in time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TextAnnotation {
    /// Seconds from the start.
    pub time: f64,
    /// The text; of a chord symbol its figure, such as `Dm7` or `N.C.`.
    pub text: String,
    /// What it is.
    pub kind: AnnotationKind,
}

/// What a text at a point in time is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum AnnotationKind {
    #[default]
    Unknown,
    ChordSymbol,
    Beat,
}

/// The beginning of a section.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SectionAnnotation {
    /// Seconds from the start.
    pub time: f64,
    /// Which section begins.
    pub section_id: i64,
}

/// Sections that are played one after the other, all of it a number of times.
///
/// note-seq allows groups within groups; none of its readers makes any, and they are not kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SectionGroup {
    /// The sections, by [`SectionAnnotation::section_id`].
    pub section_ids: Vec<i64>,
    /// How often.
    pub num_times: u32,
}

/// What kind of file a sequence came from, and who read it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SourceInfo {
    /// Whether it was written down or played.
    pub source: Source,
    /// Format of the file.
    pub encoding: Encoding,
    /// Reader of the file.
    pub parser: Parser,
}

/// Whether the times of a sequence were written down or played.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Source {
    #[default]
    Unknown,
    Score,
    Performance,
}

/// Format of the file that a sequence came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Encoding {
    #[default]
    Unknown,
    MusicXml,
    Abc,
    Midi,
    MusicNet,
}

/// Reader of the file that a sequence came from, numbered as in note-seq so that its tools accept our files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Parser {
    #[default]
    Unknown,
    Music21,
    PrettyMidi,
    MagentaMusicXml,
    MagentaMusicNet,
    MagentaAbc,
    TonejsMidiConvert,
}

/// Where a sequence stood in the piece it was cut out of; all zero for a whole piece.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SubsequenceInfo {
    /// Seconds of the piece before this part.
    pub start_time_offset: f64,
    /// Seconds of the piece after this part.
    pub end_time_offset: f64,
}

/// What is known about a piece besides its notes. Empty strings are unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct SequenceMetadata {
    pub title: String,
    pub artist: String,
    pub genres: Vec<String>,
    pub composers: Vec<String>,
}
