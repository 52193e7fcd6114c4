//! A score as note-seq 0.0.3 reads it, float for float.
//!
//! Its ways, all of them kept: divisions, tempo, velocity and time signature of a part are still in force at the
//! beginning of the next; ties are not joined; a grace note is a note of no length at 0; a key is always major; octaves
//! of transposing instruments do not count, nor those that `Cb` and `B#` cross; channel and program are those of the
//! file, which count from 1; a part's measures follow one another wherever the last item of the one before left off.

use std::collections::BTreeSet;

use music::{
    AnnotationKind, DEFAULT_QPM, KeySignature, Mode, Notation, NoteSequence, PartInfo,
    STANDARD_TICKS_PER_QUARTER, Tempo, TextAnnotation, TimeSignature,
};

use super::performance::{DEFAULT_VELOCITY, written_length};
use super::score::{Harmony, Item, Key, Measure, Meter, Note, NoteKind, Part, Score};
use super::warning::{WarningKind, Warnings};
use crate::fraction::Fraction;

/// note-seq's resolution, through which it computes all times.
const TICKS: f64 = STANDARD_TICKS_PER_QUARTER as f64;

/// Seconds after which times are not counted any further.
const MAX_SECONDS: f64 = 1e9;

/// Tonics of the major keys from seven flats to seven sharps.
const TONICS: [u8; 15] = [11, 6, 1, 8, 3, 10, 5, 0, 7, 2, 9, 4, 11, 6, 1];

/// The notes of a score as note-seq has them, in its order.
pub(super) fn read(score: &Score, warnings: &mut Warnings) -> NoteSequence {
    let mut reader = Reader::new(warnings);
    for (index, part) in score.parts.iter().enumerate() {
        reader.part(index, part);
    }
    let mut sequence = reader.sequence;
    sequence.ticks_per_quarter = STANDARD_TICKS_PER_QUARTER;
    let parts = score.parts.iter().enumerate();
    sequence.part_infos =
        parts.map(|(part, it)| PartInfo { part: part as u16, name: it.name.clone() }).collect();
    if sequence.key_signatures.is_empty() {
        sequence.key_signatures.push(KeySignature { time: 0.0, tonic: 0, mode: Mode::Major });
    }
    if sequence.tempos.is_empty() {
        sequence.tempos.push(Tempo { time: 0.0, qpm: reader.qpm });
    }
    sequence
}

/// What is in force where the reader is.
struct Reader<'w> {
    sequence: NoteSequence,
    warnings: &'w mut Warnings,
    seen_meters: BTreeSet<(u64, u32, u32)>,
    seen_keys: BTreeSet<(u64, i64)>,
    divisions: Fraction,
    qpm: f64,
    time: f64,
    velocity: u8,
    chromatic: i64,
    fifths: i64,
    /// The time signature, as its state holds it: what an incomplete measure was given included.
    meter: Option<(i64, i64)>,
    /// The last note, with its duration in divisions and its seconds.
    last: Option<Placed>,
}

#[derive(Clone, Copy)]
struct Placed {
    duration: Fraction,
    start: f64,
    seconds: f64,
}

/// A measure while it is read.
struct Open {
    start: f64,
    meter: Option<(f64, i64, i64)>,
    key: Option<(f64, i64)>,
    /// Divisions that the notes of voice 1 fill.
    filled: Fraction,
}

impl<'w> Reader<'w> {
    fn new(warnings: &'w mut Warnings) -> Self {
        Self {
            sequence: NoteSequence::default(),
            warnings,
            seen_meters: BTreeSet::new(),
            seen_keys: BTreeSet::new(),
            divisions: Fraction::ONE,
            qpm: DEFAULT_QPM,
            time: 0.0,
            velocity: DEFAULT_VELOCITY,
            chromatic: 0,
            fifths: 0,
            meter: None,
            last: None,
        }
    }

    fn part(&mut self, index: usize, part: &Part) {
        (self.time, self.chromatic, self.fifths) = (0.0, 0, 0);
        for measure in &part.measures {
            self.measure(index, part, measure);
            if !(-MAX_SECONDS..=MAX_SECONDS).contains(&self.time) {
                let limit = MAX_SECONDS as i64;
                self.warnings.push(None, WarningKind::TooLong { part: index, limit });
                self.time = 0.0;
                break;
            }
        }
        if self.time > self.sequence.total_time {
            self.sequence.total_time = self.time;
        }
    }

    fn measure(&mut self, index: usize, part: &Part, measure: &Measure) {
        let mut open = Open { start: self.time, meter: None, key: None, filled: Fraction::ZERO };
        // The forward of a measure without notes is taken for a rest at its end.
        let forwards = measure.items.iter().filter(|item| matches!(item, Item::Forward(_)));
        let resting = measure.notes().next().is_none() && forwards.count() == 1;
        let mut rest = Fraction::ZERO;
        for item in &measure.items {
            match item {
                Item::Forward(duration) if resting => rest = *duration,
                Item::Forward(duration) => self.time += self.seconds(*duration),
                Item::Backup(duration) => self.time -= self.seconds(*duration),
                Item::Note(note) => self.note(index, part, note, &mut open),
                other => self.mark(index, other, &mut open),
            }
        }
        self.time += self.seconds(rest);
        open.filled = open.filled.plus(rest).unwrap_or(open.filled);
        self.close(&open);
    }

    /// Attributes, tempos and chord symbols.
    fn mark(&mut self, part: usize, item: &Item, open: &mut Open) {
        match item {
            Item::Divisions(divisions) => self.divisions = *divisions,
            Item::Key(Key { fifths, .. }) => open.key = Some((self.time, *fifths)),
            Item::Meter(Meter { numerator, denominator }) => {
                let (numerator, denominator) = (i64::from(*numerator), i64::from(*denominator));
                open.meter = Some((self.time, numerator, denominator));
                self.meter = Some((numerator, denominator));
            }
            Item::Transpose(transpose) => {
                self.chromatic = transpose.chromatic;
                self.fifths = transpose.fifths();
                if let Some((_, fifths)) = &mut open.key {
                    *fifths = transposed(*fifths, transpose.chromatic);
                }
            }
            Item::Tempo(mark) if mark.in_direction => {
                let tempo = Tempo { time: self.time, qpm: mark.qpm };
                if part == 0 {
                    self.sequence.tempos.push(tempo);
                }
                self.qpm = mark.qpm;
                self.velocity = mark.dynamics.unwrap_or(self.velocity);
            }
            Item::Harmony(harmony) => self.chord(harmony),
            _ => {}
        }
    }

    fn chord(&mut self, harmony: &Harmony) {
        let mut time = self.time;
        if let Some(offset) = harmony.offset {
            let ticks = offset.to_f64() * TICKS / self.divisions.to_f64();
            time += ticks / TICKS * (60.0 / self.qpm);
        }
        let (text, kind) = (harmony.figure(self.fifths), AnnotationKind::ChordSymbol);
        self.sequence.text_annotations.push(TextAnnotation { time, text, kind });
    }

    fn seconds(&self, duration: Fraction) -> f64 {
        let ticks = duration.to_f64() * (TICKS / self.divisions.to_f64());
        (ticks / TICKS) * (60.0 / self.qpm)
    }

    /// The place of a note. One of a chord has that of the note before.
    fn place(&mut self, note: &Note) -> Placed {
        let Some(duration) = note.duration else {
            return Placed { duration: Fraction::ZERO, start: 0.0, seconds: 0.0 };
        };
        match self.last.filter(|_| note.in_chord) {
            Some(last) => {
                let seconds = self.seconds(last.duration);
                Placed { seconds, ..last }
            }
            None => {
                let (start, seconds) = (self.time, self.seconds(duration));
                self.time += seconds;
                Placed { duration, start, seconds }
            }
        }
    }

    fn note(&mut self, index: usize, part: &Part, note: &Note, open: &mut Open) {
        let placed = self.place(note);
        self.last = Some(placed);
        if note.voice == 1 && !note.in_chord {
            open.filled = open.filled.plus(placed.duration).unwrap_or(open.filled);
        }
        let NoteKind::Pitched { pitch_class, alter, octave } = note.kind else { return };
        let pitch = 12 + (pitch_class + alter).rem_euclid(12) + 12 * octave + self.chromatic;
        let Some(pitch) = u8::try_from(pitch).ok().filter(|pitch| *pitch < 128) else {
            return self.warnings.push(Some(note.offset), WarningKind::Pitch { pitch });
        };
        // Only the first sound counts, and only with both of its numbers.
        let sound = part.sounds.first();
        let (channel, program) =
            sound.and_then(|sound| sound.channel.zip(sound.program)).unwrap_or((0, 0));
        let quarter = Fraction::new(1, 4).and_then(|quarter| quarter.times(note.modification));
        let written = note.written.or(quarter);
        let written = if note.duration.is_none() { Some(Fraction::ZERO) } else { written };
        let (numerator, denominator) = written_length(written);
        let start_time = placed.start.max(0.0);
        self.sequence.notes.push(music::Note {
            pitch,
            velocity: self.velocity,
            start_time,
            end_time: start_time + placed.seconds,
            instrument: u32::try_from(channel).unwrap_or(0),
            program: program.clamp(0, 127) as u8,
            is_drum: false,
            notation: Notation { part: index as u16, voice: note.voice, numerator, denominator },
        });
    }

    /// Ends a measure: one that its notes do not fill gets a time signature of its own.
    fn close(&mut self, open: &Open) {
        let meter = self.meter_of(open);
        if let Some((time, numerator, denominator)) = meter {
            let (upper, lower) = (u32::try_from(numerator), u32::try_from(denominator));
            // Nothing over something: a measure without voice 1. It is in force, but cannot be stored.
            if let (Ok(numerator @ 1..), Ok(denominator @ 1..)) = (upper, lower)
                && self.seen_meters.insert((time.to_bits(), numerator, denominator))
            {
                let signature = TimeSignature { time, numerator, denominator };
                self.sequence.time_signatures.push(signature);
            }
        }
        if let Some((time, fifths)) = open.key
            && self.seen_keys.insert((time.to_bits(), fifths))
        {
            // Seven flats are the first of the table; what lies before them is counted from its end.
            let place = (fifths + 7).rem_euclid(TONICS.len() as i64);
            let tonic = TONICS[place as usize];
            self.sequence.key_signatures.push(KeySignature { time, tonic, mode: Mode::Major });
        }
    }

    /// The time signature of a measure, if it has one that is to be listed.
    fn meter_of(&mut self, open: &Open) -> Option<(f64, i64, i64)> {
        let lower = self.divisions.times(Fraction::new(4, 1)?);
        let Some(filled) = lower.and_then(|whole| open.filled.over(whole)) else {
            return open.meter;
        };
        let reduced = (filled.numerator(), filled.denominator());
        let Some((numerator, denominator)) = self.meter else {
            self.meter = Some(reduced);
            return Some((0.0, reduced.0, reduced.1));
        };
        // Divisions against beats, which note-seq compares to know a pick-up bar.
        let is_pickup = open.filled < Fraction::new(numerator, 1)?;
        let differs = Fraction::new(numerator, denominator) != Some(filled);
        if !is_pickup && (open.meter.is_some() || !differs) {
            return open.meter;
        }
        let new = if filled == Fraction::ONE && !is_pickup {
            (denominator, denominator)
        } else {
            reduced
        };
        self.meter = Some(new);
        Some((open.start, new.0, new.1))
    }
}

/// Fifths of a key that sounds `chromatic` semitones higher, by note-seq's formula.
pub(super) fn transposed(fifths: i64, chromatic: i64) -> i64 {
    let moved = fifths + (chromatic * -5).rem_euclid(12);
    // Over six sharps: flats. Python's remainder has the sign of its divisor.
    if moved > 6 { -((-moved).rem_euclid(6)) } else { moved }
}
