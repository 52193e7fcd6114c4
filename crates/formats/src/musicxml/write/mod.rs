//! A [`NoteSequence`] to MusicXML.

mod document;
mod harmony;
mod measure;

use music::NoteSequence;

use self::document::Document;
use self::measure::write_part;
use super::container;
use crate::Result;
use crate::layout::{Layout, Part, staves};

/// How a score is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriteOptions {
    /// Ticks in a quarter note: a multiple of 12 up to 960. 12 has sixteenths and triplets, 24 thirty-seconds as well,
    /// 48 sixty-fourths.
    pub divisions: u32,
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self { divisions: 24 }
    }
}

/// Writes `sequence` as a partwise score of MusicXML 4.0.
///
/// Notes are moved to a grid on which they can be written: exactly where they stand on it already, or else to
/// sixteenths or triplets. Parts are those of the score that the sequence comes from, or its instruments; notes that
/// overlap get voices of their own. Drums are left out.
///
/// # Errors
///
/// [`Error::OutOfRange`](crate::Error::OutOfRange) for options, times, pitches and signatures that cannot be written.
pub fn write(sequence: &NoteSequence, options: &WriteOptions) -> Result<String> {
    let Layout { bars, parts, marks, divisions } = Layout::new(sequence, options.divisions)?;
    let mut document = Document::score();
    write_head(sequence, &parts, &mut document);
    for (index, part) in parts.iter().enumerate() {
        let id = part_id(index);
        document.open("part", &[("id", &id)]);
        write_part(&staves(part), &bars, &marks, index == 0, divisions, &mut document);
        document.close();
    }
    Ok(document.finish())
}

/// [`write()`], packed as a `.mxl` file.
///
/// # Errors
///
/// Those of [`write()`].
pub fn write_packed(sequence: &NoteSequence, options: &WriteOptions) -> Result<Vec<u8>> {
    container::pack(&write(sequence, options)?)
}

fn part_id(index: usize) -> String {
    format!("P{}", index + 1)
}

fn write_head(sequence: &NoteSequence, parts: &[Part], document: &mut Document) {
    if !sequence.metadata.title.is_empty() {
        document.open("work", &[]);
        document.leaf("work-title", &sequence.metadata.title);
        document.close();
    }
    document.open("identification", &[]);
    for composer in &sequence.metadata.composers {
        document.leaf_with("creator", &[("type", "composer")], composer);
    }
    document.open("encoding", &[]);
    document.leaf("software", "Cantus");
    document.close();
    document.close();
    document.open("part-list", &[]);
    for (index, part) in parts.iter().enumerate() {
        let id = part_id(index);
        let instrument = format!("{id}-I1");
        document.open("score-part", &[("id", &id)]);
        document.leaf("part-name", &part.name);
        document.open("score-instrument", &[("id", &instrument)]);
        document.leaf("instrument-name", &part.name);
        document.close();
        document.open("midi-instrument", &[("id", &instrument)]);
        document.leaf("midi-channel", channel(index));
        document.leaf("midi-program", u32::from(part.program) + 1);
        document.close();
        document.close();
    }
    document.close();
}

/// A channel from 1 that is not that of drums.
fn channel(part: usize) -> usize {
    let channel = part % 15 + 1;
    if channel < 10 { channel } else { channel + 1 }
}
