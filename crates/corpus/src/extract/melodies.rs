//! Every melody of a piece.

use music::quantize::{Part, QuantizedNote, QuantizedSequence, parts_of};
use music::{DEFAULT_STEPS_PER_QUARTER, MAX_MIDI_PITCH, Melody, Note, NoteSequence, QuantizeError};

use super::line::{Line, Polyphonic, Rules};
use super::placed::{Instruments, Placed};
use super::{Counters, ExtractOptions, LengthHistogram, MAX_MELODY_STEPS};

/// Melodies, and what was dropped on the way to them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extracted {
    /// The melodies, in Magenta's order.
    pub melodies: Vec<Melody>,
    /// Who plays each of them.
    pub players: Vec<Player>,
    /// What was dropped, and why.
    pub counters: Counters,
    /// Parts of the piece from the first one with a bad time signature on: Magenta counts that one again for each of them.
    pub parts_from_bad_time_signature: u64,
}

/// Who plays a melody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Player {
    /// Number of the instrument.
    pub instrument: u32,
    /// Its first program.
    pub program: u8,
}

impl Extracted {
    fn new(options: &ExtractOptions) -> Self {
        let melody_lengths_in_bars = LengthHistogram::new(options.min_bars);
        Self {
            melodies: Vec::new(),
            players: Vec::new(),
            counters: Counters { melody_lengths_in_bars, ..Counters::default() },
            parts_from_bad_time_signature: 0,
        }
    }
}

/// The melodies of a piece: cut at changes of tempo and metre, laid on sixteenths, searched.
pub fn melodies_of(sequence: &NoteSequence, options: &ExtractOptions) -> Extracted {
    let mut all = Extracted::new(options);
    let parts = parts_of(sequence, DEFAULT_STEPS_PER_QUARTER);
    let notes = place_notes(&sequence.notes, &parts);
    for (part, notes) in parts.into_iter().zip(notes) {
        let bad = matches!(part.grid, Err(QuantizeError::BadTimeSignature { .. }));
        if bad || all.parts_from_bad_time_signature > 0 {
            all.parts_from_bad_time_signature += 1;
        }
        match part.grid.and_then(|grid| Ok((grid, notes?))) {
            Err(error) => *reason(&mut all.counters, &error) += 1,
            Ok((_, notes)) if exceeds_range(&notes) => {
                all.counters.skipped_due_to_range_exceeded += 1;
            }
            Ok((grid, notes)) => {
                all.counters.transpositions_generated += 1;
                search(notes, grid.steps_per_bar(), grid.steps_per_quarter, options, &mut all);
            }
        }
    }
    all
}

/// The notes of each part on its grid, or what keeps one of them off it. Notes outside of all parts are dropped.
fn place_notes(notes: &[Note], parts: &[Part]) -> Vec<Result<Vec<Placed>, QuantizeError>> {
    let room = if parts.len() == 1 { notes.len() } else { 0 };
    let mut placed: Vec<_> = parts.iter().map(|_| Ok(Vec::with_capacity(room))).collect();
    let last = parts.last().map_or(0.0, |part| part.end);
    for (index, note) in notes.iter().enumerate() {
        if !(0.0..last).contains(&note.start_time) {
            continue;
        }
        let number = parts.partition_point(|part| part.end <= note.start_time);
        let Ok(list) = &mut placed[number] else { continue };
        match parts[number].quantize(note) {
            Ok(quantized) => list.push(Placed::new(quantized, note.start_time, index)),
            Err(error) => placed[number] = Err(error),
        }
    }
    placed
}

/// The melodies of a piece on a grid, instrument by instrument.
///
/// A melody begins at the start of a bar and ends at a gap; the search then goes on at the next bar. It is kept if
/// it is long enough and, once cut to the longest length, has enough different pitches. Where two notes of an
/// instrument begin together, the rest of the instrument is given up.
pub fn extract_melodies(sequence: &QuantizedSequence, options: &ExtractOptions) -> Extracted {
    let mut extracted = Extracted::new(options);
    let notes = sequence.notes.iter().enumerate();
    let notes = notes.map(|(index, note)| Placed::new(*note, 0.0, index)).collect();
    let (bar, quarter) = (sequence.steps_per_bar(), sequence.steps_per_quarter);
    search(notes, bar, quarter, options, &mut extracted);
    extracted
}

/// The counter for a part that could not be quantized.
fn reason<'a>(counters: &'a mut Counters, error: &QuantizeError) -> &'a mut u64 {
    match error {
        QuantizeError::MultipleTimeSignatures { .. } => {
            &mut counters.sequences_discarded_because_multiple_time_signatures
        }
        QuantizeError::MultipleTempos { .. } => {
            &mut counters.sequences_discarded_because_multiple_tempos
        }
        QuantizeError::BadTimeSignature { .. } => {
            &mut counters.sequences_discarded_because_bad_time_signature
        }
        _ => &mut counters.sequences_discarded_because_bad_time,
    }
}

/// Whether a note that is no drum lies above the highest pitch; Magenta skips such a part as a whole.
fn exceeds_range(notes: &[Placed]) -> bool {
    notes.iter().any(|placed| !placed.note.is_drum && placed.note.pitch > MAX_MIDI_PITCH)
}

/// Adds the melodies of a part to `extracted`.
fn search(
    notes: Vec<Placed>,
    steps_per_bar: Option<usize>,
    steps_per_quarter: usize,
    options: &ExtractOptions,
    extracted: &mut Extracted,
) {
    if notes.is_empty() {
        return;
    }
    let Some(steps_per_bar) = steps_per_bar else {
        extracted.counters.non_integer_steps_per_bar += 1;
        return;
    };
    let mut search = Search {
        options,
        rules: Rules {
            steps_per_bar,
            gap_steps: options.gap_bars * steps_per_bar as f64,
            ignore_polyphonic_notes: options.ignore_polyphonic_notes,
        },
        steps_per_quarter,
        line: Line::default(),
        extracted,
    };
    let mut instruments = Instruments::new(notes);
    let mut notes = Vec::new();
    for instrument in instruments.in_order() {
        instruments.notes_of(instrument, &mut notes);
        if search.instrument(&notes) == Err(Polyphonic) {
            search.extracted.counters.polyphonic_tracks_discarded += 1;
        }
    }
}

/// A search through the instruments of one part.
struct Search<'a> {
    options: &'a ExtractOptions,
    rules: Rules,
    steps_per_quarter: usize,
    line: Line,
    extracted: &'a mut Extracted,
}

impl Search<'_> {
    /// Adds the melodies of one instrument, whose notes are in the order of [`order`](super::line::order).
    fn instrument(&mut self, notes: &[QuantizedNote]) -> Result<(), Polyphonic> {
        let mut from = 0;
        while self.line.follow(notes, from, &self.rules)? {
            from = self.line.end().next_multiple_of(self.rules.steps_per_bar);
            self.keep_or_count(notes);
        }
        Ok(())
    }

    /// Keeps the line, which goes through these notes, as a melody or counts why not.
    fn keep_or_count(&mut self, notes: &[QuantizedNote]) {
        let counters = &mut self.extracted.counters;
        let steps_per_bar = self.rules.steps_per_bar;
        if self.line.len() < steps_per_bar.saturating_mul(self.options.min_bars) {
            counters.melodies_discarded_too_short += 1;
            return;
        }
        let longest = self.options.max_steps.min(MAX_MELODY_STEPS);
        counters.melodies_truncated += u64::from(self.line.len() > longest);
        let steps = self.line.len().min(longest);
        if self.line.unique_pitches(steps) < self.options.min_unique_pitches {
            counters.melodies_discarded_too_few_pitches += 1;
            return;
        }
        counters.melody_lengths_in_bars.add(steps / steps_per_bar);
        let melody = self.line.melody(steps, steps_per_bar, self.steps_per_quarter);
        self.extracted.melodies.push(melody);
        let player =
            |note: &QuantizedNote| Player { instrument: note.instrument, program: note.program };
        self.extracted.players.extend(notes.first().map(player));
    }
}
