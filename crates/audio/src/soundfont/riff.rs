//! The chunks of a RIFF file, in memory.

use std::ops::Range;

use crate::{Error, Result};

/// A chunk: its name and where its content lies.
#[derive(Clone, Debug)]
pub(super) struct Chunk {
    pub(super) id: [u8; 4],
    pub(super) content: Range<usize>,
}

/// Bytes of the name and the length of a chunk.
const HEAD: usize = 8;

/// The chunks in a part of a file. A last one that is cut short ends where the part ends.
///
/// Files exist in which chunks of an odd length are followed by the byte that makes them even, and files in which they are not:
/// the byte is skipped where it is zero, as no name begins with one.
pub(super) fn chunks(bytes: &[u8], part: Range<usize>) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut at = part.start;
    while let Some(head) = bytes.get(at..at + HEAD).filter(|_| at + HEAD <= part.end) {
        let Some((id, size)) = head.split_first_chunk::<4>() else { break };
        let size = size.try_into().map_or(0, u32::from_le_bytes) as usize;
        let content = at + HEAD..(at + HEAD).saturating_add(size).min(part.end);
        at = content.end;
        if size % 2 == 1 && bytes.get(at) == Some(&0) {
            at += 1;
        }
        chunks.push(Chunk { id: *id, content });
    }
    chunks
}

/// The content of the form or list `id` that begins at the start of `part`, after its type.
pub(super) fn form(
    bytes: &[u8],
    part: Range<usize>,
    kind: &'static [u8; 4],
    expected: &'static str,
) -> Result<Range<usize>> {
    let found = bytes.get(part.start..part.end).and_then(|content| content.first_chunk::<4>());
    if found == Some(kind) {
        return Ok(part.start + 4..part.end);
    }
    Err(Error::SoundFont { offset: part.start as u64, expected, found: describe(found) })
}

fn describe(found: Option<&[u8; 4]>) -> String {
    found
        .map_or_else(|| "the end of the file".to_owned(), |id| format!("\"{}\"", id.escape_ascii()))
}

/// Appends a chunk, made even.
pub(super) fn push_chunk(bytes: &mut Vec<u8>, id: &[u8; 4], content: &[u8]) {
    bytes.extend(id);
    bytes.extend((content.len() as u32).to_le_bytes());
    bytes.extend(content);
    if content.len() % 2 == 1 {
        bytes.push(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_chunks_with_and_without_padding_and_a_last_one_cut_short() {
        let mut bytes = Vec::new();
        push_chunk(&mut bytes, b"one ", b"abc");
        bytes.extend(b"two \x01\0\0\0xfour\xff\xff\xff\xffabc");
        let found = chunks(&bytes, 0..bytes.len());
        let found: Vec<_> = found.iter().map(|c| (&c.id, &bytes[c.content.clone()])).collect();
        assert_eq!(found, [(b"one ", &b"abc"[..]), (b"two ", b"x"), (b"four", b"abc")]);
    }

    #[test]
    fn nothing_is_found_in_less_than_a_head() {
        assert!(chunks(b"1234567", 0..7).is_empty());
    }
}
