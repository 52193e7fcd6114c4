//! Bytes to a sequence, value by value checked.

mod note;
mod score;

use std::ops::RangeInclusive;

use music::{
    ControlChange, Encoding, InstrumentInfo, KeySignature, Mode, NoteSequence, Parser, PitchBend,
    SequenceMetadata, Source, SourceInfo, SubsequenceInfo, Tempo, TimeSignature,
};

use super::field;
use super::wire::{Message, Value};
use crate::{Error, Result};

/// Bytes of a usual note: how many there may be is guessed from it.
const USUAL_NOTE_BYTES: usize = 32;

/// Reads a sequence from the bytes of one message. Unknown fields are ignored.
///
/// # Errors
///
/// [`Error::Protobuf`] if the bytes are no such message, [`Error::OutOfRange`] if a value is one that music cannot have.
pub fn decode(bytes: &[u8]) -> Result<NoteSequence> {
    finish(read(bytes, take)?)
}

/// The same for melodies: without what they have no use for, and whatever the values are. Pitch bends, controllers, texts, sections and
/// the names of instruments and parts stay empty, and what the bytes say there is not looked at.
///
/// Others write values that [`decode`] refuses, and Magenta finds melodies beside them. What melodies do not depend on is brought into
/// its range (velocity, program, a negative instrument) or left out (keys that are none, tempos and time signatures at no
/// time). What they depend on stays a value that quantization and extraction refuse: a pitch beyond 127 (255 for those that do
/// not fit), a time that is not finite, a tempo of no more than 0, a time signature with a 0 (also for negative numbers).
///
/// # Errors
///
/// [`Error::Protobuf`] if the bytes are no such message.
pub fn decode_notes(bytes: &[u8]) -> Result<NoteSequence> {
    read(bytes, take_any)
}

/// What to do with a field.
type Take = fn(&mut NoteSequence, u32, Value<'_>) -> Result<()>;

fn read(bytes: &[u8], take: Take) -> Result<NoteSequence> {
    let mut message = Message::new(bytes);
    let mut sequence = NoteSequence::default();
    sequence.notes.reserve(bytes.len() / USUAL_NOTE_BYTES);
    loop {
        note::read_plain(&mut message, &mut sequence.notes);
        let Some((number, value)) = message.field()? else { break };
        take(&mut sequence, number, value)?;
    }
    Ok(sequence)
}

/// What holds of a field only when all of the message has been read, for its last value counts.
fn finish(sequence: NoteSequence) -> Result<NoteSequence> {
    let division = -32768..=i32::MAX;
    within("ticks_per_quarter", 0, sequence.ticks_per_quarter, division, "-32768 or more")
        .map(|_: i32| ())?;
    finite("total_time", 0, sequence.total_time)?;
    let offsets = sequence.subsequence_info;
    finite("subsequence_info.start_time_offset", 0, offsets.start_time_offset)?;
    finite("subsequence_info.end_time_offset", 0, offsets.end_time_offset)?;
    Ok(sequence)
}

/// Takes a field for [`decode_notes`].
fn take_any(to: &mut NoteSequence, number: u32, value: Value<'_>) -> Result<()> {
    match number {
        field::PITCH_BENDS
        | field::CONTROL_CHANGES
        | field::PART_INFOS
        | field::TEXT_ANNOTATIONS
        | field::SECTION_ANNOTATIONS
        | field::SECTION_GROUPS
        | field::INSTRUMENT_INFOS => {}
        field::NOTES => to.notes.push(note::read_any(value.message()?)?),
        field::TEMPOS => {
            let (time, qpm) = tempo_fields(value.message()?)?;
            to.tempos.extend(time.is_finite().then_some(Tempo { time, qpm }));
        }
        field::TIME_SIGNATURES => {
            let (time, numerator, denominator) = time_signature_fields(value.message()?)?;
            let natural = |number| u32::try_from(number).unwrap_or(0);
            let (numerator, denominator) = (natural(numerator), natural(denominator));
            let signature = TimeSignature { time, numerator, denominator };
            to.time_signatures.extend(time.is_finite().then_some(signature));
        }
        field::KEY_SIGNATURES => match key_signature(0, value.message()?) {
            Ok(key) => to.key_signatures.push(key),
            Err(Error::OutOfRange { .. }) => {}
            Err(error) => return Err(error),
        },
        _ => take(to, number, value)?,
    }
    Ok(())
}

fn take(to: &mut NoteSequence, number: u32, value: Value<'_>) -> Result<()> {
    match number {
        field::NOTES => to.notes.push(note::read(to.notes.len(), value.message()?)?),
        field::PITCH_BENDS => {
            to.pitch_bends.push(pitch_bend(to.pitch_bends.len(), value.message()?)?);
        }
        field::CONTROL_CHANGES => {
            let index = to.control_changes.len();
            to.control_changes.push(control_change(index, value.message()?)?);
        }
        field::TEMPOS => to.tempos.push(tempo(to.tempos.len(), value.message()?)?),
        field::TIME_SIGNATURES => {
            let index = to.time_signatures.len();
            to.time_signatures.push(time_signature(index, value.message()?)?);
        }
        field::KEY_SIGNATURES => {
            to.key_signatures.push(key_signature(to.key_signatures.len(), value.message()?)?);
        }
        field::INSTRUMENT_INFOS => {
            let index = to.instrument_infos.len();
            to.instrument_infos.push(instrument_info(index, value.message()?)?);
        }
        field::PART_INFOS => {
            to.part_infos.push(score::part_info(to.part_infos.len(), value.message()?)?);
        }
        field::TEXT_ANNOTATIONS => {
            let index = to.text_annotations.len();
            to.text_annotations.push(score::text_annotation(index, value.message()?)?);
        }
        field::SECTION_ANNOTATIONS => {
            let index = to.section_annotations.len();
            to.section_annotations.push(score::section_annotation(index, value.message()?)?);
        }
        field::SECTION_GROUPS => {
            to.section_groups
                .push(score::section_group(to.section_groups.len(), value.message()?)?);
        }
        field::REFERENCE_NUMBER => to.reference_number = value.long()?,
        field::ID => to.id = value.text()?,
        field::FILENAME => to.filename = value.text()?,
        field::COLLECTION_NAME => to.collection_name = value.text()?,
        field::TICKS_PER_QUARTER => to.ticks_per_quarter = value.int()?,
        field::TOTAL_TIME => to.total_time = value.double()?,
        field::SOURCE_INFO => read_source_info(&mut to.source_info, value.message()?)?,
        field::SUBSEQUENCE_INFO => {
            read_subsequence_info(&mut to.subsequence_info, value.message()?)?;
        }
        field::SEQUENCE_METADATA => read_metadata(&mut to.metadata, value.message()?)?,
        _ => {}
    }
    Ok(())
}

fn within<T: TryFrom<i32>>(
    field: &'static str,
    index: usize,
    value: i32,
    range: RangeInclusive<i32>,
    expected: &'static str,
) -> Result<T> {
    let error = Error::OutOfRange { field, index, value: value.into(), expected };
    if !range.contains(&value) {
        return Err(error);
    }
    T::try_from(value).map_err(|_| error)
}

fn seven_bits(field: &'static str, index: usize, value: i32) -> Result<u8> {
    within(field, index, value, 0..=127, "0..=127")
}

fn sixteen_bits(field: &'static str, index: usize, value: i32) -> Result<u16> {
    within(field, index, value, 0..=65535, "0..=65535")
}

fn natural(field: &'static str, index: usize, value: i32) -> Result<u32> {
    within(field, index, value, 0..=i32::MAX, "0 or more")
}

fn positive(field: &'static str, index: usize, value: i32) -> Result<u32> {
    within(field, index, value, 1..=i32::MAX, "1 or more")
}

fn finite(field: &'static str, index: usize, value: f64) -> Result<f64> {
    if value.is_finite() {
        return Ok(value);
    }
    Err(Error::OutOfRange { field, index, value, expected: "a finite number" })
}

/// Time, numerator and denominator.
fn time_signature_fields(mut message: Message<'_>) -> Result<(f64, i32, i32)> {
    let (mut time, mut numerator, mut denominator) = (0.0, 0, 0);
    while let Some((number, value)) = message.field()? {
        match number {
            1 => time = value.double()?,
            2 => numerator = value.int()?,
            3 => denominator = value.int()?,
            _ => {}
        }
    }
    Ok((time, numerator, denominator))
}

fn time_signature(index: usize, message: Message<'_>) -> Result<TimeSignature> {
    let (time, numerator, denominator) = time_signature_fields(message)?;
    Ok(TimeSignature {
        time: finite("time_signature.time", index, time)?,
        numerator: positive("time_signature.numerator", index, numerator)?,
        denominator: positive("time_signature.denominator", index, denominator)?,
    })
}

fn key_signature(index: usize, mut message: Message<'_>) -> Result<KeySignature> {
    let (mut time, mut tonic, mut mode) = (0.0, 0, 0);
    while let Some((number, value)) = message.field()? {
        match number {
            1 => time = value.double()?,
            2 => tonic = value.int()?,
            3 => mode = value.int()?,
            _ => {}
        }
    }
    let mode = match mode {
        0 => Mode::Major,
        1 => Mode::Minor,
        2 => Mode::NotSpecified,
        3 => Mode::Mixolydian,
        4 => Mode::Dorian,
        5 => Mode::Phrygian,
        6 => Mode::Lydian,
        7 => Mode::Locrian,
        value => {
            let (field, value) = ("key_signature.mode", value.into());
            return Err(Error::OutOfRange { field, index, value, expected: "0..=7" });
        }
    };
    Ok(KeySignature {
        time: finite("key_signature.time", index, time)?,
        tonic: within("key_signature.key", index, tonic, 0..=11, "0..=11")?,
        mode,
    })
}

/// Time and quarter notes a minute.
fn tempo_fields(mut message: Message<'_>) -> Result<(f64, f64)> {
    let (mut time, mut qpm) = (0.0, 0.0);
    while let Some((number, value)) = message.field()? {
        match number {
            1 => time = value.double()?,
            2 => qpm = value.double()?,
            _ => {}
        }
    }
    Ok((time, qpm))
}

fn tempo(index: usize, message: Message<'_>) -> Result<Tempo> {
    let (time, qpm) = tempo_fields(message)?;
    let qpm = finite("tempo.qpm", index, qpm)?;
    if qpm <= 0.0 {
        let (field, expected) = ("tempo.qpm", "more than 0");
        return Err(Error::OutOfRange { field, index, value: qpm, expected });
    }
    Ok(Tempo { time: finite("tempo.time", index, time)?, qpm })
}

fn pitch_bend(index: usize, mut message: Message<'_>) -> Result<PitchBend> {
    let (mut time, mut bend, mut instrument, mut program, mut is_drum) = (0.0, 0, 0, 0, false);
    while let Some((number, value)) = message.field()? {
        match number {
            1 => time = value.double()?,
            2 => bend = value.int()?,
            3 => instrument = value.int()?,
            4 => program = value.int()?,
            5 => is_drum = value.flag()?,
            _ => {}
        }
    }
    Ok(PitchBend {
        time: finite("pitch_bend.time", index, time)?,
        bend: within("pitch_bend.bend", index, bend, -8192..=8191, "-8192..=8191")?,
        instrument: natural("pitch_bend.instrument", index, instrument)?,
        program: seven_bits("pitch_bend.program", index, program)?,
        is_drum,
    })
}

fn control_change(index: usize, mut message: Message<'_>) -> Result<ControlChange> {
    let (mut time, mut control, mut setting) = (0.0, 0, 0);
    let (mut instrument, mut program, mut is_drum) = (0, 0, false);
    while let Some((number, value)) = message.field()? {
        match number {
            1 => time = value.double()?,
            2 => control = value.int()?,
            3 => setting = value.int()?,
            4 => instrument = value.int()?,
            5 => program = value.int()?,
            6 => is_drum = value.flag()?,
            _ => {}
        }
    }
    Ok(ControlChange {
        time: finite("control_change.time", index, time)?,
        number: seven_bits("control_change.control_number", index, control)?,
        value: seven_bits("control_change.control_value", index, setting)?,
        instrument: natural("control_change.instrument", index, instrument)?,
        program: seven_bits("control_change.program", index, program)?,
        is_drum,
    })
}

fn instrument_info(index: usize, mut message: Message<'_>) -> Result<InstrumentInfo> {
    let (mut instrument, mut name) = (0, String::new());
    while let Some((number, value)) = message.field()? {
        match number {
            1 => instrument = value.int()?,
            2 => name = value.text()?,
            _ => {}
        }
    }
    let instrument = natural("instrument_info.instrument", index, instrument)?;
    Ok(InstrumentInfo { instrument, name })
}

/// What newer versions of note-seq may add is taken for unknown: nothing depends on it.
fn read_source_info(to: &mut SourceInfo, mut message: Message<'_>) -> Result<()> {
    while let Some((number, value)) = message.field()? {
        match number {
            1 => {
                to.source = match value.int()? {
                    1 => Source::Score,
                    2 => Source::Performance,
                    _ => Source::Unknown,
                }
            }
            2 => {
                to.encoding = match value.int()? {
                    1 => Encoding::MusicXml,
                    2 => Encoding::Abc,
                    3 => Encoding::Midi,
                    4 => Encoding::MusicNet,
                    _ => Encoding::Unknown,
                }
            }
            3 => {
                to.parser = match value.int()? {
                    1 => Parser::Music21,
                    2 => Parser::PrettyMidi,
                    3 => Parser::MagentaMusicXml,
                    4 => Parser::MagentaMusicNet,
                    5 => Parser::MagentaAbc,
                    6 => Parser::TonejsMidiConvert,
                    _ => Parser::Unknown,
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn read_subsequence_info(to: &mut SubsequenceInfo, mut message: Message<'_>) -> Result<()> {
    while let Some((number, value)) = message.field()? {
        match number {
            1 => to.start_time_offset = value.double()?,
            2 => to.end_time_offset = value.double()?,
            _ => {}
        }
    }
    Ok(())
}

fn read_metadata(to: &mut SequenceMetadata, mut message: Message<'_>) -> Result<()> {
    while let Some((number, value)) = message.field()? {
        match number {
            1 => to.title = value.text()?,
            2 => to.artist = value.text()?,
            3 => to.genres.push(value.text()?),
            4 => to.composers.push(value.text()?),
            _ => {}
        }
    }
    Ok(())
}
