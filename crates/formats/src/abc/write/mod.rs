//! A [`NoteSequence`] to ABC.

mod name;
mod voice;

use std::fmt::Write;

use music::NoteSequence;

use self::voice::VoiceWriter;
use crate::Result;
use crate::layout::{Clef, Layout, Mark, staves};

/// How a tune is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriteOptions {
    /// Ticks in a quarter note: a multiple of 12 up to 960. 12 has sixteenths and triplets, 24 thirty-seconds as well,
    /// 48 sixty-fourths.
    pub divisions: u32,
    /// Bars on a line, from 1.
    pub bars_per_line: usize,
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self { divisions: 24, bars_per_line: 4 }
    }
}

/// Writes `sequence` as a tune of ABC 2.1, its last line included, that players such as abc2midi play alike.
///
/// Notes are moved to a grid on which they can be written: exactly where they stand on it already, or else to
/// sixteenths or triplets. Voices are those of the score that the sequence comes from, or its instruments; notes that
/// overlap get voices of their own. Repeats are written out. Drums, velocities and texts other than chord symbols are
/// left out.
///
/// # Errors
///
/// [`Error::OutOfRange`](crate::Error::OutOfRange) for options, times, pitches and signatures that cannot be written.
pub fn write(sequence: &NoteSequence, options: &WriteOptions) -> Result<String> {
    let layout = Layout::new(sequence, options.divisions)?;
    let mut voices: Vec<VoiceWriter<'_>> = Vec::new();
    for part in &layout.parts {
        let mut name = part.name.as_str();
        for staff in staves(part) {
            for (_, chords) in staff.voices {
                voices.push(VoiceWriter::new(name, part.program, staff.clef, chords, &layout));
                name = "";
            }
        }
    }
    let mut text = head(sequence, &layout);
    if let [only] = voices.as_slice() {
        text.truncate(text.trim_end().len());
        text.push_str(clef(only.clef));
        text.push('\n');
    }
    declare(&voices, &mut text);
    let per_line = options.bars_per_line.max(1);
    for start in (0..layout.bars.len()).step_by(per_line) {
        let line = start..layout.bars.len().min(start + per_line);
        for index in 0..voices.len() {
            if voices.len() > 1 {
                let _ = write!(text, "[V:{}] ", index + 1);
            }
            voices[index].line(line.clone(), index == 0, &mut text);
            text.push('\n');
        }
    }
    Ok(text)
}

/// The fields up to the key.
fn head(sequence: &NoteSequence, layout: &Layout) -> String {
    let mut text = format!("X:{}\n", sequence.reference_number.max(1));
    let metadata = &sequence.metadata;
    let _ = writeln!(text, "T:{}", clean(&metadata.title));
    for composer in &metadata.composers {
        let _ = writeln!(text, "C:{}", clean(composer));
    }
    let (upper, lower) = layout.bars.first().map_or((4, 4), |bar| bar.meter);
    let _ = write!(text, "M:{upper}/{lower}\nL:1/8\n");
    if let Some((_, qpm)) = layout.marks.tempos().find(|(place, _)| *place <= 0) {
        let _ = writeln!(text, "Q:{}", tempo(qpm));
    }
    let key = layout.marks.keys.get(&0);
    let _ = writeln!(text, "K:{}", key.map_or("C".to_owned(), name::key));
    text
}

/// Names and sounds of the voices, as far as there is something to say.
fn declare(voices: &[VoiceWriter<'_>], text: &mut String) {
    for (number, voice) in (1..).zip(voices) {
        if voices.len() > 1 {
            let _ = write!(text, "V:{number}");
            if !voice.name.is_empty() {
                let _ = write!(text, " name=\"{}\"", clean(voice.name));
            }
            text.push_str(clef(voice.clef));
            text.push('\n');
        }
        if voice.program > 0 {
            let _ = writeln!(text, "%%MIDI program {}", voice.program);
        }
    }
}

/// What a key or a voice says of its clef. The low treble clef is not written: some programs play what follows it an octave lower, some
/// do not.
fn clef(clef: Clef) -> &'static str {
    if clef == Clef::Bass { " clef=bass" } else { "" }
}

/// A text without what would end it or mean something else.
fn clean(text: &str) -> String {
    let allowed =
        |character: &char| !character.is_control() && !matches!(character, '"' | '%' | '\\' | ']');
    text.chars().filter(allowed).collect::<String>().trim().to_owned()
}

/// A tempo in whole numbers if it can be, since not every player reads others.
fn tempo(qpm: f64) -> String {
    for parts in [1, 2, 4, 8, 16, 32] {
        let rate = qpm * f64::from(parts);
        if rate.fract() == 0.0 {
            return format!("1/{}={rate}", 4 * parts);
        }
    }
    format!("1/4={qpm}")
}

/// What stands in the music itself before a note.
fn inline(mark: &Mark) -> String {
    match mark {
        Mark::Tempo(qpm) => format!("[Q:{}]", tempo(*qpm)),
        Mark::Chord(figure) => format!("\"{}\"", clean(figure)),
    }
}
