//! Notes, bends and controllers as bytes: the messages that a sequence has thousands of.
//!
//! Each holds the instrument that it belongs to in fields that follow one another. As they stand instrument by instrument, these fields are made
//! once for many of them.

use music::{ControlChange, Notation, Note, PitchBend};

use super::field;
use super::leaf::{Leaf, Tail};

/// Bytes of a note before the fields of its instrument when none of its own fields is zero, with key and length.
const NOTE_BYTES: usize = 24;
/// Values below this take one byte.
const ONE_BYTE: u8 = 0x80;

/// Whose a note, bend or controller is.
#[derive(Clone, Copy, Default, PartialEq)]
struct Owner {
    instrument: u32,
    program: u8,
    is_drum: bool,
}

/// The fields of the owner that was asked for last.
struct Tails {
    /// Number of the field of the instrument; program and drum follow.
    first: u8,
    owner: Owner,
    tail: Tail,
}

impl Tails {
    fn new(first: u8) -> Self {
        // The fields of no instrument at all are zero and take no bytes.
        Self { first, owner: Owner::default(), tail: Tail::default() }
    }

    #[inline]
    fn of(&mut self, owner: Owner) -> &Tail {
        if owner != self.owner {
            self.make(owner);
        }
        &self.tail
    }

    #[cold]
    fn make(&mut self, owner: Owner) {
        let mut leaf = Leaf::new();
        leaf.natural(self.first, owner.instrument);
        leaf.int(self.first + 1, owner.program.into());
        leaf.flag(self.first + 2, owner.is_drum);
        (self.owner, self.tail) = (owner, leaf.into_tail());
    }
}

/// Appends the notes.
pub(super) fn put_notes(out: &mut Vec<u8>, notes: &[Note]) {
    let mut tails = Tails::new(7);
    for note in notes {
        let &Note { pitch, velocity, start_time, end_time, notation, .. } = note;
        let &Note { instrument, program, is_drum, .. } = note;
        let tail = tails.of(Owner { instrument, program, is_drum });
        let plain = |value: u8| value != 0 && value < ONE_BYTE;
        let timed = start_time != 0.0 && end_time != 0.0;
        if plain(pitch) && plain(velocity) && timed && notation == Notation::default() {
            put_plain_note(out, note, tail);
            continue;
        }
        let mut leaf = Leaf::new();
        leaf.int(1, pitch.into());
        leaf.int(2, velocity.into());
        leaf.double(3, start_time);
        leaf.double(4, end_time);
        leaf.int(5, notation.numerator.into());
        leaf.int(6, notation.denominator.into());
        leaf.tail(tail);
        leaf.int(10, notation.part.into());
        leaf.int(12, notation.voice.into());
        leaf.put(out, field::NOTES);
    }
}

/// Appends a note that comes from no score and has all other fields: nearly every note is such a one, and its fields have fixed places.
#[inline]
fn put_plain_note(out: &mut Vec<u8>, note: &Note, tail: &Tail) {
    let (tail, length) = tail.bytes();
    let mut bytes = [0; NOTE_BYTES + 16];
    bytes[0] = (field::NOTES << 3 | 2) as u8;
    bytes[1] = (NOTE_BYTES - 2 + length) as u8;
    [bytes[2], bytes[3], bytes[4], bytes[5]] = [1 << 3, note.pitch, 2 << 3, note.velocity];
    bytes[6] = 3 << 3 | 1;
    bytes[7..15].copy_from_slice(&note.start_time.to_le_bytes());
    bytes[15] = 4 << 3 | 1;
    bytes[16..24].copy_from_slice(&note.end_time.to_le_bytes());
    bytes[24..].copy_from_slice(tail);
    // A copy of fixed size, then back to what is meant: cheaper than a copy of any size.
    let end = out.len() + NOTE_BYTES + length;
    out.extend_from_slice(&bytes);
    out.truncate(end);
}

/// Appends the pitch bends.
pub(super) fn put_pitch_bends(out: &mut Vec<u8>, bends: &[PitchBend]) {
    let mut tails = Tails::new(3);
    for &PitchBend { time, bend, instrument, program, is_drum } in bends {
        let mut leaf = Leaf::new();
        leaf.double(1, time);
        leaf.int(2, bend.into());
        leaf.tail(tails.of(Owner { instrument, program, is_drum }));
        leaf.put(out, field::PITCH_BENDS);
    }
}

/// Appends the control changes.
pub(super) fn put_control_changes(out: &mut Vec<u8>, changes: &[ControlChange]) {
    let mut tails = Tails::new(4);
    for &ControlChange { time, number, value, instrument, program, is_drum } in changes {
        let mut leaf = Leaf::new();
        leaf.double(1, time);
        leaf.int(2, number.into());
        leaf.int(3, value.into());
        leaf.tail(tails.of(Owner { instrument, program, is_drum }));
        leaf.put(out, field::CONTROL_CHANGES);
    }
}
