//! What a MIDI file says in words.

use super::event::{Event, Events};
use super::header::{Header, next_track};
use super::meta::Meta;
use super::warning::Warnings;
use crate::Result;

/// Most texts of a file that are kept: some have the words of a song, syllable by syllable.
const MAX_TEXTS: usize = 1000;
/// Longest text that is kept whole, in bytes.
const MAX_TEXT: usize = 1 << 10;

/// The names of tracks and instruments, the markers and the texts of a Standard MIDI File (meta events 1, 3, 4 and 6), in the order
/// in which they stand there: at most 1,000, each cut off at 1 kB. Bytes that are no UTF-8 are taken for Latin-1.
///
/// [`read`](super::read()) keeps none of them but the names, as Magenta does.
///
/// # Errors
///
/// If there is no header, or ticks have no length.
pub fn texts(bytes: &[u8]) -> Result<Vec<String>> {
    let mut warnings = Warnings::default();
    let header = Header::read(bytes, &mut warnings)?;
    let (mut texts, mut offset) = (Vec::new(), header.end);
    while let Some(chunk) = next_track(bytes, offset, &mut warnings) {
        let mut events = Events::new(bytes, chunk.start, chunk.end);
        loop {
            events.usual(|_, _| {});
            match events.next(&mut warnings) {
                Some(Event::Meta(Meta::TrackName(text) | Meta::Text(text))) => {
                    texts.push(decoded(&text[..text.len().min(MAX_TEXT)]));
                }
                Some(_) => {}
                None => break,
            }
            if texts.len() == MAX_TEXTS {
                return Ok(texts);
            }
        }
        offset = events.position().max(chunk.end);
    }
    Ok(texts)
}

fn decoded(text: &[u8]) -> String {
    match std::str::from_utf8(text) {
        Ok(text) => text.to_owned(),
        Err(_) => text.iter().copied().map(char::from).collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FILE: &[u8] = b"MThd\0\0\0\x06\0\x01\0\x01\0\x60MTrk\0\0\0\x22\
        \0\xff\x03\x05Piano\0\xff\x01\x04Jazz\0\x90\x40\x40\x10\x40\0\0\xff\x06\x02\xe9t\0\xff\x2f\0";

    #[test]
    fn names_texts_and_markers_are_found() {
        assert_eq!(texts(FILE).unwrap(), ["Piano", "Jazz", "ét"]);
    }

    proptest! {
        #[test]
        fn damage_does_no_harm(place in 0..FILE.len(), byte in any::<u8>(), cut in any::<bool>()) {
            let mut bytes = FILE.to_vec();
            if cut { bytes.truncate(place) } else { bytes[place] = byte }
            if let Ok(texts) = texts(&bytes) {
                prop_assert!(texts.iter().all(|text| text.chars().count() <= MAX_TEXT));
            }
        }
    }
}
