//! The wire format of protocol buffers, as far as a NoteSequence needs it.

/// Longest varint: 64 bits in groups of seven.
const MAX_VARINT_BYTES: usize = 10;

/// Bytes that are no message: what is wrong, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{fault} at byte {offset}")]
pub struct Malformed {
    /// Byte of the outermost message where it shows.
    pub offset: usize,
    /// What it is.
    pub fault: &'static str,
}

type Result<T> = std::result::Result<T, Malformed>;

/// The bytes of a message that are still to be read, and where they begin in the outermost one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Message<'a> {
    pub(super) bytes: &'a [u8],
    offset: usize,
}

/// The value of a field, and where the field begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value<'a> {
    kind: Kind<'a>,
    offset: usize,
}

#[derive(Clone, Copy, Debug)]
enum Kind<'a> {
    Varint(u64),
    Fixed64([u8; 8]),
    Fixed32,
    Bytes(Message<'a>),
}

impl<'a> Message<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, offset: 0 }
    }

    /// The number of the next field and its value; none at the end.
    #[inline]
    pub(super) fn field(&mut self) -> Result<Option<(u32, Value<'a>)>> {
        if self.bytes.is_empty() {
            return Ok(None);
        }
        let offset = self.offset;
        let key = self.varint()?;
        let kind = match key & 7 {
            0 => Kind::Varint(self.varint()?),
            1 => Kind::Fixed64(self.array()?),
            2 => {
                let length = self.varint()?;
                Kind::Bytes(self.take(usize::try_from(length).unwrap_or(usize::MAX))?)
            }
            5 => {
                self.array::<4>()?;
                Kind::Fixed32
            }
            _ => return Err(Malformed { offset, fault: "unknown wire type" }),
        };
        match u32::try_from(key) {
            Ok(key) if key >> 3 > 0 => Ok(Some((key >> 3, Value { kind, offset }))),
            _ => Err(Malformed { offset, fault: "a field without a number" }),
        }
    }

    /// Takes the next bytes as a message.
    #[inline]
    pub(super) fn take(&mut self, count: usize) -> Result<Message<'a>> {
        let Some((taken, rest)) = self.bytes.split_at_checked(count) else {
            return Err(self.malformed("a field is longer than its message"));
        };
        let message = Message { bytes: taken, offset: self.offset };
        *self = Message { bytes: rest, offset: self.offset + count };
        Ok(message)
    }

    fn malformed(&self, fault: &'static str) -> Malformed {
        Malformed { offset: self.offset, fault }
    }

    #[inline]
    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let Some((array, rest)) = self.bytes.split_first_chunk() else {
            return Err(self.malformed("a number runs past its message"));
        };
        *self = Message { bytes: rest, offset: self.offset + N };
        Ok(*array)
    }

    #[inline]
    fn varint(&mut self) -> Result<u64> {
        let mut value = 0;
        for (index, &byte) in self.bytes.iter().take(MAX_VARINT_BYTES).enumerate() {
            value |= u64::from(byte & 0x7f) << (7 * index);
            if byte < 0x80 {
                if index == MAX_VARINT_BYTES - 1 && byte > 1 {
                    return Err(self.malformed("a varint of more than 64 bits"));
                }
                self.bytes = &self.bytes[index + 1..];
                self.offset += index + 1;
                return Ok(value);
            }
        }
        Err(self.malformed("a varint does not end"))
    }
}

impl<'a> Value<'a> {
    /// An `int32` or an enumeration; of a larger number the lower 32 bits count, as protocol buffers have it.
    pub(super) fn int(self) -> Result<i32> {
        match self.kind {
            Kind::Varint(value) => Ok(value as i32),
            _ => Err(self.wrong("no integer where one belongs")),
        }
    }

    /// An `int64`.
    pub(super) fn long(self) -> Result<i64> {
        match self.kind {
            Kind::Varint(value) => Ok(value.cast_signed()),
            _ => Err(self.wrong("no integer where one belongs")),
        }
    }

    pub(super) fn flag(self) -> Result<bool> {
        match self.kind {
            Kind::Varint(value) => Ok(value != 0),
            _ => Err(self.wrong("no bool where one belongs")),
        }
    }

    pub(super) fn double(self) -> Result<f64> {
        match self.kind {
            Kind::Fixed64(bytes) => Ok(f64::from_le_bytes(bytes)),
            _ => Err(self.wrong("no double where one belongs")),
        }
    }

    pub(super) fn message(self) -> Result<Message<'a>> {
        match self.kind {
            Kind::Bytes(message) => Ok(message),
            _ => Err(self.wrong("no message where one belongs")),
        }
    }

    pub(super) fn text(self) -> Result<String> {
        let Kind::Bytes(message) = self.kind else {
            return Err(self.wrong("no string where one belongs"));
        };
        match std::str::from_utf8(message.bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(message.malformed("a string that is not UTF-8")),
        }
    }

    fn wrong(&self, fault: &'static str) -> Malformed {
        Malformed { offset: self.offset, fault }
    }
}

fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends an `int32` unless it is 0.
pub(super) fn put_int(out: &mut Vec<u8>, number: u32, value: i32) {
    if value != 0 {
        put_varint(out, u64::from(number) << 3);
        put_varint(out, i64::from(value).cast_unsigned());
    }
}

/// Appends an `int64` unless it is 0.
pub(super) fn put_long(out: &mut Vec<u8>, number: u32, value: i64) {
    if value != 0 {
        put_chosen_long(out, number, value);
    }
}

/// Appends an `int64` that is one of a choice, be it 0 or not.
pub(super) fn put_chosen_long(out: &mut Vec<u8>, number: u32, value: i64) {
    put_varint(out, u64::from(number) << 3);
    put_varint(out, value.cast_unsigned());
}

/// Appends a `double` unless it is 0.
pub(super) fn put_double(out: &mut Vec<u8>, number: u32, value: f64) {
    if value != 0.0 {
        put_varint(out, u64::from(number) << 3 | 1);
        out.extend_from_slice(&value.to_le_bytes());
    }
}

/// Appends a string unless it is empty.
pub(super) fn put_text(out: &mut Vec<u8>, number: u32, text: &str) {
    if !text.is_empty() {
        put_bytes(out, number, text.as_bytes());
    }
}

/// Appends a string or a message, be it empty or not.
pub(super) fn put_bytes(out: &mut Vec<u8>, number: u32, bytes: &[u8]) {
    put_varint(out, u64::from(number) << 3 | 2);
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}
