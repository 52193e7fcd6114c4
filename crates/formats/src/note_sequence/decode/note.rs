//! Notes: nearly all that there is to decode.

use music::{Notation, Note};

use super::{finite, natural, seven_bits, sixteen_bits};
use crate::Result;
use crate::note_sequence::field;
use crate::note_sequence::wire::Message;

/// Key of a note and of its fields, as far as these are in their usual places.
const NOTE: u8 = (field::NOTES << 3 | 2) as u8;
const PITCH: u8 = 1 << 3;
const VELOCITY: u8 = 2 << 3;
const START_TIME: u8 = 3 << 3 | 1;
const END_TIME: u8 = 4 << 3 | 1;
const INSTRUMENT: u8 = 7 << 3;
const PROGRAM: u8 = 8 << 3;
const IS_DRUM: u8 = 9 << 3;

/// What a velocity or a program beyond its range becomes.
const MAX_SEVEN_BITS: u8 = 127;

/// Bytes from a note's key to the end of its end time when none of these fields is zero.
const TIMED_BYTES: usize = 24;

/// Reads notes as long as they are written in the usual way; the first that is not, and all else, is left where it is.
///
/// Whatever is odd about a note (a field left out, in another place, out of range) makes it unusual, so this neither
/// fails nor decides anything: [`read`] gives the same for every note that is read here.
pub(super) fn read_plain(message: &mut Message<'_>, notes: &mut Vec<Note>) {
    while let Some((note, length)) = plain(message.bytes) {
        if message.take(length).is_err() {
            return;
        }
        notes.push(note);
    }
}

/// A note that is written in the usual way at the start of `bytes`, and how many of them it takes.
#[inline]
fn plain(bytes: &[u8]) -> Option<(Note, usize)> {
    let timed: &[u8; TIMED_BYTES] = bytes.first_chunk()?;
    let &[NOTE, length, PITCH, pitch, VELOCITY, velocity, START_TIME, ref times @ ..] = timed
    else {
        return None;
    };
    let (start, rest) = times.split_first_chunk()?;
    let (END_TIME, end) = (rest[0], rest[1..].first_chunk()?) else { return None };
    let (start_time, end_time) = (f64::from_le_bytes(*start), f64::from_le_bytes(*end));
    let size = 2 + usize::from(length);
    let mut rest = bytes.get(TIMED_BYTES..size)?;
    let instrument = one_byte(&mut rest, INSTRUMENT);
    let program = one_byte(&mut rest, PROGRAM);
    let drum = one_byte(&mut rest, IS_DRUM);
    let small = (length | pitch | velocity | instrument | program | drum) < 0x80;
    if !small || !rest.is_empty() || !start_time.is_finite() || !end_time.is_finite() {
        return None;
    }
    let (instrument, is_drum) = (u32::from(instrument), drum != 0);
    let notation = Notation::default();
    let note =
        Note { pitch, velocity, start_time, end_time, instrument, program, is_drum, notation };
    Some((note, size))
}

/// The byte behind the key `key`, or 0 if the key is not next.
#[inline]
fn one_byte(rest: &mut &[u8], key: u8) -> u8 {
    match **rest {
        [found, value, ref after @ ..] if found == key => {
            *rest = after;
            value
        }
        _ => 0,
    }
}

/// What a note's message holds.
#[derive(Default)]
struct Fields {
    pitch: i32,
    velocity: i32,
    start_time: f64,
    end_time: f64,
    instrument: i32,
    program: i32,
    is_drum: bool,
    part: i32,
    voice: i32,
    numerator: i32,
    denominator: i32,
}

impl Fields {
    fn read(mut message: Message<'_>) -> Result<Self> {
        let mut fields = Self::default();
        while let Some((number, value)) = message.field()? {
            match number {
                1 => fields.pitch = value.int()?,
                2 => fields.velocity = value.int()?,
                3 => fields.start_time = value.double()?,
                4 => fields.end_time = value.double()?,
                5 => fields.numerator = value.int()?,
                6 => fields.denominator = value.int()?,
                7 => fields.instrument = value.int()?,
                8 => fields.program = value.int()?,
                9 => fields.is_drum = value.flag()?,
                10 => fields.part = value.int()?,
                12 => fields.voice = value.int()?,
                _ => {}
            }
        }
        Ok(fields)
    }
}

/// Reads the message of note number `index`.
pub(super) fn read(index: usize, message: Message<'_>) -> Result<Note> {
    let fields = Fields::read(message)?;
    Ok(Note {
        pitch: seven_bits("note.pitch", index, fields.pitch)?,
        velocity: seven_bits("note.velocity", index, fields.velocity)?,
        start_time: finite("note.start_time", index, fields.start_time)?,
        end_time: finite("note.end_time", index, fields.end_time)?,
        instrument: natural("note.instrument", index, fields.instrument)?,
        program: seven_bits("note.program", index, fields.program)?,
        is_drum: fields.is_drum,
        notation: Notation {
            part: sixteen_bits("note.part", index, fields.part)?,
            voice: sixteen_bits("note.voice", index, fields.voice)?,
            numerator: sixteen_bits("note.numerator", index, fields.numerator)?,
            denominator: sixteen_bits("note.denominator", index, fields.denominator)?,
        },
    })
}

/// Reads the message of a note whatever its values are, see [`decode_notes`](super::decode_notes).
pub(super) fn read_any(message: Message<'_>) -> Result<Note> {
    let fields = Fields::read(message)?;
    // No melody depends on how a note is written; what cannot be is unknown.
    let sixteen = |value| u16::try_from(value).unwrap_or(0);
    Ok(Note {
        pitch: u8::try_from(fields.pitch).unwrap_or(u8::MAX),
        // Only zero is silent.
        velocity: u8::try_from(fields.velocity).unwrap_or(MAX_SEVEN_BITS).min(MAX_SEVEN_BITS),
        start_time: fields.start_time,
        end_time: fields.end_time,
        instrument: fields.instrument.cast_unsigned(),
        program: u8::try_from(fields.program).unwrap_or(MAX_SEVEN_BITS).min(MAX_SEVEN_BITS),
        is_drum: fields.is_drum,
        notation: Notation {
            part: sixteen(fields.part),
            voice: sixteen(fields.voice),
            numerator: sixteen(fields.numerator),
            denominator: sixteen(fields.denominator),
        },
    })
}
