//! A small message under construction: one without strings, such as a note.

/// More than the longest one takes, with its key and length.
const COPIED_BYTES: usize = 64;
/// Room for these, wherever they begin, and for a copy of [`TAIL_BYTES`] at the end.
const LEAF_BYTES: usize = 96;
/// Room for the fields that a message ends with.
const TAIL_BYTES: usize = 16;

/// A message of numbers; what is zero is left out, as protocol buffers want it.
///
/// It holds its own key and length, so that one copy appends it. No message of a NoteSequence that has numbers only
/// comes near the room.
#[derive(Clone, Copy)]
pub(super) struct Leaf {
    bytes: [u8; LEAF_BYTES],
    end: usize,
}

/// Fields of a message that follow one another, written once for all messages that share them: of a note, whose it is.
#[derive(Clone, Copy, Default)]
pub(super) struct Tail {
    bytes: [u8; TAIL_BYTES],
    length: usize,
}

/// Bytes before the first field: key and length.
const HEAD_BYTES: usize = 3;

impl Leaf {
    /// Begins a message without a field.
    #[inline]
    pub(super) fn new() -> Self {
        Self { bytes: [0; LEAF_BYTES], end: HEAD_BYTES }
    }

    /// Adds an `int32`.
    #[inline]
    pub(super) fn int(&mut self, number: u8, value: i32) {
        if value == 0 {
            return;
        }
        self.byte(number << 3);
        // Negative numbers are sign-extended to 64 bits: ten bytes.
        let mut rest = i64::from(value).cast_unsigned();
        while rest >= 0x80 {
            self.byte(rest as u8 | 0x80);
            rest >>= 7;
        }
        self.byte(rest as u8);
    }

    /// Adds a natural number, which the format holds as an `int32`: the largest one stands for what is beyond.
    #[inline]
    pub(super) fn natural(&mut self, number: u8, value: u32) {
        self.int(number, i32::try_from(value).unwrap_or(i32::MAX));
    }

    /// Adds a `double`.
    #[inline]
    pub(super) fn double(&mut self, number: u8, value: f64) {
        if value == 0.0 {
            return;
        }
        self.byte(number << 3 | 1);
        self.bytes[self.end..][..8].copy_from_slice(&value.to_le_bytes());
        self.end += 8;
    }

    /// Adds a `bool`.
    #[inline]
    pub(super) fn flag(&mut self, number: u8, value: bool) {
        self.int(number, i32::from(value));
    }

    /// Adds fields that stand ready.
    #[inline]
    pub(super) fn tail(&mut self, tail: &Tail) {
        // All of the room, for a copy of fixed size is a few instructions.
        self.bytes[self.end..][..TAIL_BYTES].copy_from_slice(&tail.bytes);
        self.end += tail.length;
    }

    /// Appends the message to `out` as field `number`, which is less than 16 or takes two bytes.
    #[inline]
    pub(super) fn put(&mut self, out: &mut Vec<u8>, number: u32) {
        let length = (self.end - HEAD_BYTES) as u8;
        let start = if number < 16 {
            self.bytes[1] = (number << 3 | 2) as u8;
            1
        } else {
            [self.bytes[0], self.bytes[1]] = [(number << 3 | 2) as u8 | 0x80, (number >> 4) as u8];
            0
        };
        self.bytes[2] = length;
        // A copy of fixed size, then back to what is meant: cheaper than a copy of any size.
        let end = out.len() + self.end - start;
        out.extend_from_slice(&self.bytes[start..start + COPIED_BYTES]);
        out.truncate(end);
    }

    /// The fields so far, to be shared: at most [`TAIL_BYTES`].
    pub(super) fn into_tail(self) -> Tail {
        let mut tail = Tail { length: self.end - HEAD_BYTES, ..Tail::default() };
        tail.bytes.copy_from_slice(&self.bytes[HEAD_BYTES..][..TAIL_BYTES]);
        tail
    }

    #[inline]
    fn byte(&mut self, byte: u8) {
        self.bytes[self.end] = byte;
        self.end += 1;
    }
}

impl Tail {
    /// The fields in all of their room, and how many bytes of it they take.
    #[inline]
    pub(super) fn bytes(&self) -> (&[u8; TAIL_BYTES], usize) {
        (&self.bytes, self.length)
    }
}
