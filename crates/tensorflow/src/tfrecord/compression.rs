//! TFRecord files that are compressed as a whole, as TensorFlow's `TFRecordOptions` has it: GZIP or ZLIB.
//!
//! Nothing but its bytes says how a file is compressed. A plain one begins with a length and the checksum of that, so what
//! passes this check is plain, even if the length looks like the beginning of a compressed file.

use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, Chain, Cursor, Read};
use std::path::Path;

use flate2::read::{MultiGzDecoder, ZlibDecoder};

use super::reader::fill;
use super::{HEADER_BYTES, masked_crc};
use crate::{Error, Result};

/// Bytes that are uncompressed ahead.
const BUFFER_BYTES: usize = 1 << 16;

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compression {
    None,
    Gzip,
    Zlib,
}

impl Compression {
    /// What the first bytes of a file tell; too few of them are plain.
    fn of(start: &[u8]) -> Self {
        if let Some((length, crc)) =
            start.first_chunk::<HEADER_BYTES>().map(|head| head.split_at(8))
            && masked_crc(length).to_le_bytes() == crc
        {
            return Self::None;
        }
        match start {
            // RFC 1952: two magic bytes and the method "deflate".
            [0x1f, 0x8b, 8, ..] => Self::Gzip,
            // RFC 1950: the method "deflate", a window of at most 32 KiB, no dictionary, and a check of both bytes.
            &[method, flags, ..]
                if method & 0x0f == 8
                    && method >> 4 <= 7
                    && flags & 0x20 == 0
                    && u16::from_be_bytes([method, flags]).is_multiple_of(31) =>
            {
                Self::Zlib
            }
            _ => Self::None,
        }
    }
}

/// Whether the file `path` is compressed.
///
/// # Errors
///
/// [`Error::Io`].
pub fn is_compressed(path: impl AsRef<Path>) -> Result<bool> {
    let path = path.as_ref();
    let io = Error::io(path);
    let mut start = [0; HEADER_BYTES];
    let filled = File::open(path).and_then(|mut file| fill(&mut file, &mut start)).map_err(io)?;
    Ok(Compression::of(&start[..filled]) != Compression::None)
}

/// The records of a stream as they were before it was compressed, if it was.
pub struct Uncompressed<R: Read>(Kind<R>);

/// A stream whose first bytes have been looked at.
type Seen<R> = Chain<Cursor<Vec<u8>>, R>;

enum Kind<R: Read> {
    Plain(Seen<R>),
    Gzip(BufReader<MultiGzDecoder<Seen<R>>>),
    Zlib(BufReader<ZlibDecoder<Seen<R>>>),
}

impl<R: Read> Uncompressed<R> {
    /// Looks at the first bytes of `read`.
    pub(super) fn of(mut read: R) -> io::Result<Self> {
        let mut start = vec![0; HEADER_BYTES];
        let filled = fill(&mut read, &mut start)?;
        start.truncate(filled);
        let compression = Compression::of(&start);
        let seen = Cursor::new(start).chain(read);
        Ok(Self(match compression {
            Compression::None => Kind::Plain(seen),
            Compression::Gzip => {
                Kind::Gzip(BufReader::with_capacity(BUFFER_BYTES, MultiGzDecoder::new(seen)))
            }
            Compression::Zlib => {
                Kind::Zlib(BufReader::with_capacity(BUFFER_BYTES, ZlibDecoder::new(seen)))
            }
        }))
    }

    pub(super) fn was_compressed(&self) -> bool {
        !matches!(self.0, Kind::Plain(_))
    }
}

impl<R: Read> Read for Uncompressed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.0 {
            Kind::Plain(read) => read.read(buffer),
            Kind::Gzip(read) => read.read(buffer),
            Kind::Zlib(read) => read.read(buffer),
        }
    }
}

impl<R: Read> fmt::Debug for Uncompressed<R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.0 {
            Kind::Plain(_) => "Plain",
            Kind::Gzip(_) => "Gzip",
            Kind::Zlib(_) => "Zlib",
        };
        formatter.debug_tuple("Uncompressed").field(&kind).finish()
    }
}
