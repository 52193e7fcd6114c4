//! The wire format of protocol buffers: fields in, fields out.
//!
//! Written by hand because training reads hundreds of millions of floats through it: a message type per
//! float list would allocate once a step.

use crate::{Error, Result};

/// Longest varint: 64 bits in groups of seven.
const MAX_VARINT_BYTES: usize = 10;

/// The value of a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    Varint(u64),
    Fixed64([u8; 8]),
    Fixed32([u8; 4]),
    /// A string, a nested message or a packed list.
    Bytes(Message<'a>),
}

/// The bytes of a message, and where they begin in the outermost one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Message<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) offset: usize,
}

impl<'a> Message<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, offset: 0 }
    }

    /// The fields in the order in which they stand; ends after the first error.
    pub(crate) fn fields(self) -> Fields<'a> {
        Fields { rest: self, failed: false }
    }

    /// The nested messages in field `number`; other fields are skipped.
    pub(crate) fn messages(self, number: u8) -> impl Iterator<Item = Result<Message<'a>>> {
        self.fields().filter_map(move |field| match field {
            Ok((found, Value::Bytes(message))) if found == number.into() => Some(Ok(message)),
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        })
    }

    /// The bytes as text.
    pub(crate) fn text(self) -> Result<&'a str> {
        std::str::from_utf8(self.bytes).map_err(|error| Error::Malformed {
            offset: self.offset + error.valid_up_to(),
            fault: "text is not UTF-8",
        })
    }

    /// Varints packed one after the other.
    pub(crate) fn varints(self) -> Varints<'a> {
        Varints { rest: self, failed: false }
    }

    /// An error at the beginning of this message.
    pub(crate) fn malformed(&self, fault: &'static str) -> Error {
        Error::Malformed { offset: self.offset, fault }
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<Message<'a>> {
        let Some((taken, rest)) = self.bytes.split_at_checked(count) else {
            return Err(self.malformed("a field is longer than its message"));
        };
        let message = Message { bytes: taken, offset: self.offset };
        *self = Message { bytes: rest, offset: self.offset + count };
        Ok(message)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let taken = self.take(N)?;
        Ok(*taken.bytes.first_chunk().expect("take gives as many bytes as asked for"))
    }

    pub(crate) fn varint(&mut self) -> Result<u64> {
        let mut value = 0;
        for (index, &byte) in self.bytes.iter().take(MAX_VARINT_BYTES).enumerate() {
            // Nine groups are 63 bits: the tenth has room for one more.
            if index == MAX_VARINT_BYTES - 1 && byte > 1 {
                return Err(self.malformed("a varint of more than 64 bits"));
            }
            value |= u64::from(byte & 0x7f) << (7 * index);
            if byte < 0x80 {
                self.take(index + 1)?;
                return Ok(value);
            }
        }
        Err(self.malformed("a varint does not end"))
    }

    fn field(&mut self) -> Result<(u64, Value<'a>)> {
        let start = *self;
        let key = self.varint()?;
        let value = match key & 7 {
            0 => Value::Varint(self.varint()?),
            1 => Value::Fixed64(self.array()?),
            2 => {
                let length = self.varint()?;
                let length = usize::try_from(length)
                    .map_err(|_| start.malformed("a field is longer than its message"))?;
                Value::Bytes(self.take(length)?)
            }
            5 => Value::Fixed32(self.array()?),
            _ => return Err(start.malformed("unknown wire type")),
        };
        Ok((key >> 3, value))
    }
}

/// Iterator over a message's fields: number and value.
pub(crate) struct Fields<'a> {
    rest: Message<'a>,
    failed: bool,
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u64, Value<'a>)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed || self.rest.bytes.is_empty() {
            return None;
        }
        let field = self.rest.field();
        self.failed = field.is_err();
        Some(field)
    }
}

/// Iterator over packed varints.
pub(crate) struct Varints<'a> {
    rest: Message<'a>,
    failed: bool,
}

impl Iterator for Varints<'_> {
    type Item = Result<u64>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed || self.rest.bytes.is_empty() {
            return None;
        }
        let value = self.rest.varint();
        self.failed = value.is_err();
        Some(value)
    }
}

/// Bytes that `value` takes as a varint.
pub(crate) fn varint_len(value: u64) -> usize {
    (64 - (value | 1).leading_zeros() as usize).div_ceil(7)
}

/// Bytes that a field of `length` bytes takes, its one-byte key and its length included.
pub(crate) fn bytes_field_len(length: usize) -> usize {
    1 + varint_len(length as u64) + length
}

pub(crate) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Begins a field of `length` bytes: a string, a nested message or a packed list.
pub(crate) fn put_length(out: &mut Vec<u8>, number: u8, length: usize) {
    out.push(number << 3 | 2);
    put_varint(out, length as u64);
}

pub(crate) fn put_bytes(out: &mut Vec<u8>, number: u8, bytes: &[u8]) {
    put_length(out, number, bytes.len());
    out.extend_from_slice(bytes);
}

pub(crate) fn put_uint(out: &mut Vec<u8>, number: u8, value: u64) {
    out.push(number << 3);
    put_varint(out, value);
}

pub(crate) fn put_double(out: &mut Vec<u8>, number: u8, value: f64) {
    out.push(number << 3 | 1);
    out.extend_from_slice(&value.to_le_bytes());
}

pub(crate) fn put_fixed32(out: &mut Vec<u8>, number: u8, value: u32) {
    out.push(number << 3 | 5);
    out.extend_from_slice(&value.to_le_bytes());
}

pub(crate) fn put_float(out: &mut Vec<u8>, number: u8, value: f32) {
    put_fixed32(out, number, value.to_bits());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_kind_of_field_is_read() {
        let mut bytes = Vec::new();
        put_uint(&mut bytes, 1, 300);
        put_double(&mut bytes, 2, 0.5);
        put_bytes(&mut bytes, 3, b"abc");
        put_float(&mut bytes, 4, 2.0);
        let fields: Vec<_> = Message::new(&bytes).fields().map(Result::unwrap).collect();
        assert_eq!(fields[0], (1, Value::Varint(300)));
        assert_eq!(fields[1], (2, Value::Fixed64(0.5f64.to_le_bytes())));
        assert_eq!(fields[2], (3, Value::Bytes(Message { bytes: b"abc", offset: 14 })));
        assert_eq!(fields[3], (4, Value::Fixed32(2.0f32.to_le_bytes())));
    }

    #[test]
    fn a_length_beyond_the_message_is_an_error_with_its_offset() {
        let error = Message::new(&[0x08, 0x01, 0x12, 0xff, 0x7f, 0x00]).fields().nth(1).unwrap();
        assert_eq!(
            error.unwrap_err().to_string(),
            "malformed message at byte 5: a field is longer than its message"
        );
    }

    #[test]
    fn a_varint_of_eleven_bytes_is_an_error() {
        assert!(Message::new(&[0x80; 11]).varints().next().unwrap().is_err());
    }

    #[test]
    fn a_varint_of_more_than_64_bits_is_an_error() {
        let mut bytes = [0xff; 10];
        let mut first = |last| {
            bytes[9] = last;
            Message::new(&bytes).varints().next().unwrap()
        };
        assert_eq!(first(1).unwrap(), u64::MAX);
        for last in [2, 3, 0x7f, 0x80, 0x81] {
            let message = first(last).unwrap_err().to_string();
            assert_eq!(message, "malformed message at byte 0: a varint of more than 64 bits");
        }
    }

    proptest! {
        #[test]
        fn varints_come_back(values: Vec<u64>) {
            let mut bytes = Vec::new();
            for &value in &values {
                let before = bytes.len();
                put_varint(&mut bytes, value);
                prop_assert_eq!(bytes.len() - before, varint_len(value));
            }
            let read: Result<Vec<u64>> = Message::new(&bytes).varints().collect();
            prop_assert_eq!(read.unwrap(), values);
        }

        #[test]
        fn any_bytes_are_read_without_panic(bytes: Vec<u8>) {
            let fields = Message::new(&bytes).fields().count();
            prop_assert!(fields <= bytes.len());
        }
    }
}
